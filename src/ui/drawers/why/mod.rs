//! Why this state? The figure over time, what the last entry changed, who is to blame for a field, and any two moments.

mod chart;
mod changes;
mod cause;
mod blame;
mod entries;
mod compare;
mod tree;

use leptos::prelude::*;

use crate::engine::StreamId;
use crate::lab::path::Path;
use crate::ui::desk::Desk;
use crate::ui::parts::{text, when};
pub use tree::shown;

/// Entries that are listed, the latest first.
const LISTED: usize = 12;

/// A field that stays in view while one steps: whose, and which.
type Pin = RwSignal<Option<(StreamId, Path)>>;

/// What was asked here. It stays while one steps, and while the drawer is closed.
#[derive(Clone, Copy)]
struct Asked {
    pin: Pin,
    moments: compare::Asking,
}

/// Remembers what is asked, for as long as the page lives.
pub fn provide() {
    provide_context(Asked { pin: RwSignal::new(None), moments: compare::Asking::nothing() });
}

/// All that explains the state at the moment that is looked at.
pub fn why() -> AnyView {
    let desk = Desk::get();
    let Asked { pin, moments } = expect_context();
    let is_empty = move || desk.events() == 0;
    let nothing =
        || view! { <p class="hint">"Nothing has happened yet, so there is nothing to explain."</p> }.into_any();
    let parts = move || {
        view! {
            <p class="about">{text(move || about(desk))}</p>
            <div class="why">
                {chart::chart(desk)}
                <div class="fields-side">
                    {changes::changes(desk, pin)}
                    {blame::pinned(desk, pin)}
                    {compare::compare(desk, moments)}
                </div>
                {entries::entries(desk)}
            </div>
            {cause::cause(desk)}
        }
        .into_any()
    };
    view! { {when(is_empty, nothing)} {when(move || !is_empty(), parts)} }.into_any()
}

/// Whom the drawer is about, and which moment.
fn about(desk: Desk) -> String {
    let name = desk.stream().map_or_else(|| "Nobody yet".to_owned(), |stream| desk.name_of(&stream));
    match (desk.applied(), desk.events()) {
        (0, events) => format!("{name}, at Genesis: before the first of {events} events."),
        (applied, events) => format!("{name}, after event {applied} of {events}."),
    }
}

/// A field's names, from the outside in: `terms, rate`.
fn field(path: &Path) -> String {
    let names: Vec<_> = path.names().collect();
    if names.is_empty() { "the state".to_owned() } else { names.join(", ") }
}
