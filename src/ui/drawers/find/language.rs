//! The language of conditions, in a short table.

use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::parts::text;

/// What can be typed, and what it asks for.
const ROWS: &[(&str, &str)] = &[
    ("kind = MoneyDeposited", "What happened. The same with stream and actor; =, != and contains."),
    ("text contains \"ada\"", "Anywhere in the entry, in upper case or lower."),
    ("time >= 2026-01-31", "When it was recorded, in UTC; 2026-01-31T12:00:00Z is a time of that day."),
    ("position < 1000", "Its place in the log; that of the first event is 0."),
    ("amount > 10000", "A field of the entry’s data; money is in cents. =, !=, <, <=, >, >=, contains."),
    ("state.balance < 0", "A field of the state after it. Found is where this begins to hold."),
    ("not … and (… or …)", "not binds closest, then and. A text with spaces or signs stands in quotes."),
];

/// The table, and the kinds that this log knows.
pub fn table(desk: Desk) -> AnyView {
    let row = |(typed, what): &(&'static str, &'static str)| {
        view! { <tr><td><code>{*typed}</code></td><td>{*what}</td></tr> }
    };
    let kinds = move || desk.read(|door| door.store().kinds().collect::<Vec<_>>().join(", "));
    view! {
        <div class="table-strip" tabindex="0" role="group" aria-label="The language of conditions">
            <table class="language">
                <thead><tr><th scope="col">"You type"</th><th scope="col">"It asks for"</th></tr></thead>
                <tbody>{ROWS.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">"Kinds of this log: " {text(kinds)} "."</p>
    }
    .into_any()
}
