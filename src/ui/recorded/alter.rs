//! What if an entry had not happened, or had said something else.

use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::drawers::what_if::{alter, in_base};
use crate::ui::parts::{Wrong, focus, text, when};

/// The ways from an entry into a what-if, in a lab. What was recorded on a branch has none: it is in pencil already.
pub fn ways(desk: Desk, position: u64) -> AnyView {
    let is_editing = RwSignal::new(false);
    let wrong = Wrong::nothing();
    let data = desk.read(|door| door.store().event(position)).map(|event| event.data.get().to_owned());
    let data = RwSignal::new(data.unwrap_or_default());
    let edit = move |_| {
        is_editing.update(|editing| *editing = !*editing);
        if is_editing.get_untracked() {
            focus(&format!("#data-{position}"));
        }
    };
    let draw = move || {
        view! {
            <div class="ways">
                <button type="button" class="quiet" on:click=move |_| wrong.tell(alter(desk, position, None))>
                    "What if it had not happened?"
                </button>
                <button
                    type="button"
                    class="quiet"
                    aria-expanded=text(move || is_editing.get().to_string())
                    on:click=edit
                >
                    "What if it said something else?"
                </button>
                {when(move || is_editing.get(), move || other(desk, position, data, wrong))}
                {wrong.alert(&alert(position))}
            </div>
        }
        .into_any()
    };
    when(move || desk.is_lab() && desk.read(|door| in_base(door, position)).is_some(), draw)
}

/// The data of the entry, to say something else in it.
fn other(desk: Desk, position: u64, data: RwSignal<String>, wrong: Wrong) -> AnyView {
    let attempt = move |_| wrong.tell(alter(desk, position, Some(&data.get_untracked())));
    view! {
        <label>
            "Data"
            <textarea
                id=format!("data-{position}")
                rows="3"
                spellcheck="false"
                bind:value=data
                aria-invalid=wrong.is_wrong()
                aria-describedby=wrong.described_by(&alert(position))
            ></textarea>
        </label>
        <button type="button" class="pencil" on:click=attempt>"Try it"</button>
    }
    .into_any()
}

fn alert(position: u64) -> String {
    format!("no-data-{position}")
}
