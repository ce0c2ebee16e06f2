//! What is offered when a command is pressed while the past is looked at.

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::ui::desk::Desk;
use crate::ui::parts::{focused, text, when, whenever};

/// Nothing is ever applied to the past silently: go back to now, or begin a what-if.
pub fn past(desk: Desk) -> AnyView {
    let first = NodeRef::<html::Button>::new();
    let asked = StoredValue::new_local(None::<HtmlElement>);
    whenever(move || {
        if let (true, Some(button)) = (desk.asked_in_past.get(), first.get()) {
            asked.set_value(focused());
            // A button that has just left the page needs no focus.
            let _ = button.focus();
        }
    });
    let title = text(move || format!("You are looking at event {} of {}", desk.applied(), desk.events()));
    // Whatever was chosen, one goes on where one was.
    let choose = move |chosen: fn(Desk)| {
        chosen(desk);
        desk.asked_in_past.set(false);
        // The button that was pressed is still on the page.
        asked.with_value(|asked| asked.iter().for_each(|asked| drop(asked.focus())));
    };
    let group = move || {
        view! {
            <div class="past" role="group" aria-label=title aria-describedby="past-what">
                <p id="past-what">{title} ". The past can't be changed. What now?"</p>
                <div class="buttons">
                    <button type="button" node_ref=first on:click=move |_| choose(|desk| desk.visit(None))>
                        "Return to now"
                    </button>
                    <button type="button" class="pencil" on:click=move |_| choose(|desk| desk.branch())>
                        "Branch from here"
                    </button>
                    <button type="button" class="quiet" on:click=move |_| choose(|_| ())>"Cancel"</button>
                </div>
            </div>
        }
        .into_any()
    };
    when(move || desk.asked_in_past.get(), group)
}
