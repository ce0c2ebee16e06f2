//! What if: a branch beside the log.

mod differences;
mod edits;

use leptos::prelude::*;

use crate::engine::LogId;
use crate::lab::door::{By, Entry, Origin};
use crate::ui::desk::Desk;
use crate::ui::parts::{focus, live, text};
use crate::worlds::money::format_cents;
pub use edits::{alter, in_base, warn_before_leaving};

/// How to begin one; or what was recorded after the fork, and what the branch has instead.
pub fn what_if() -> AnyView {
    let desk = Desk::get();
    let origin = Memo::new(move |_| desk.origin());
    live(move || {
        match origin.get() {
        Origin::Branch { base, fork } => {
            view! {
                {edits::edits(desk, base)}
                <section class="compare" aria-labelledby="compare-title">
                    <h3 id="compare-title">{format!("Recorded and what if, from event {fork} on")}</h3>
                    {live(move || sides(desk, base, fork))}
                </section>
                {differences::differences(desk, base, fork)}
                <p class="hint">
                    "A branch can be exported, in “Files”. It is never merged into the recorded log."
                </p>
            }
            .into_any()
        }
        Origin::Recorded | Origin::Copy => view! {
            <p>
                "Go to any moment and try something else from there; or open an entry in the ledger, and ask what if it had "
                "not happened, or had said something else. A branch is written in pencil, beside the log: "
                "dashed, and gone when you discard it. The log never changes."
            </p>
            <button type="button" class="pencil" on:click=move |_| { desk.branch(); focus("#drawer-title") }>
                {text(move || format!("Try something else after event {}", desk.applied()))}
            </button>
        }
        .into_any(),
    }
    })
}

fn sides(desk: Desk, base: LogId, fork: u64) -> AnyView {
    // Where the branch has what it did not take over.
    let own_from = desk.read(|door| door.what_if().map_or(fork, |what_if| what_if.in_branch(fork)));
    let sides = [("Recorded", "side", base, fork), ("What if", "side is-pencil", desk.log(), own_from)];
    let sides = sides.map(|(title, class, log, from)| side(title, class, desk, log, from));
    view! { <div class="sides">{sides.into_iter().collect_view()}</div> }.into_any()
}

/// A log's end, and its last entries from a position on.
fn side(title: &'static str, class: &'static str, desk: Desk, log: LogId, from: u64) -> AnyView {
    const LAST: u64 = 8;
    let stream = desk.stream();
    let (name, card, entries) = desk.read_log(log, |door| {
        let end = door.store().len();
        let name = stream.as_ref().and_then(|stream| door.subject(stream)).map(|subject| subject.name);
        let last = door.entries(from.max(end.saturating_sub(LAST)), end);
        (name, door.card(stream.as_ref(), end, By::KeptView).0, last)
    });
    let hint = if entries.is_empty() { "Nothing more." } else { "" };
    let entry = |entry: Entry| view! { <li>{entry.with_figure(&entry.sentence)}</li> };
    view! {
        <div class=class>
            <h4>{title}{name.map(|name| format!(": {name}"))}</h4>
            <p class="balance">{format_cents(card.figure)} " " <span class="badge">{card.badge}</span></p>
            <ul>{entries.into_iter().map(entry).collect_view()}</ul>
            <p class="hint">{hint}</p>
        </div>
    }
    .into_any()
}
