//! What is offered when a command is pressed while the past is looked at.

use leptos::html;
use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::parts::{text, when, whenever};

/// Nothing is ever applied to the past silently: go back to now, or begin a what-if.
pub fn past(desk: Desk) -> AnyView {
    let first = NodeRef::<html::Button>::new();
    whenever(move || {
        if let (true, Some(button)) = (desk.asked_in_past.get(), first.get()) {
            // A button that has just left the page needs no focus.
            let _ = button.focus();
        }
    });
    let title = text(move || format!("You are looking at event {} of {}", desk.applied(), desk.events()));
    let close = move || desk.asked_in_past.set(false);
    let group = move || {
        view! {
            <div class="past" role="group" aria-label=title>
                <p role="alert">{title} ". The past can't be changed. What now?"</p>
                <div class="buttons">
                    <button type="button" node_ref=first on:click=move |_| desk.seek(None)>"Return to now"</button>
                    <button type="button" class="pencil" on:click=move |_| desk.branch()>"Branch from here"</button>
                    <button type="button" class="quiet" on:click=move |_| close()>"Cancel"</button>
                </div>
            </div>
        }
        .into_any()
    };
    when(move || desk.asked_in_past.get(), group)
}
