//! What if: a branch beside the log.

use leptos::prelude::*;

use crate::engine::LogId;
use crate::lab::door::{By, Entry, Origin};
use crate::ui::desk::Desk;
use crate::ui::parts::{focus, live};
use crate::worlds::money::format_cents;

/// How to begin one; or what was recorded after the fork, and what the branch has instead.
pub fn what_if() -> AnyView {
    let desk = Desk::get();
    live(move || match desk.origin() {
        Origin::Branch { base, fork } => {
            let sides = [("Recorded", "side", base), ("What if", "side is-pencil", desk.log())];
            let sides = sides.map(|(title, class, log)| side(title, class, desk, log, fork)).into_iter().collect_view();
            view! {
                <section class="compare" aria-labelledby="compare-title">
                    <h3 id="compare-title">{format!("Recorded and what if, from event {fork} on")}</h3>
                    <div class="sides">{sides}</div>
                </section>
            }
            .into_any()
        }
        Origin::Recorded | Origin::Copy => view! {
            <p>
                "Go to any moment and try something else from there. A branch is written in pencil, beside the log: "
                "dashed, and gone when you discard it. The log never changes."
            </p>
            <button type="button" class="pencil" on:click=move |_| { desk.branch(); focus("#drawer-title") }>
                {move || format!("Try something else after event {}", desk.applied())}
            </button>
        }
        .into_any(),
    })
}

/// A log's end, and its last entries since the fork.
fn side(title: &'static str, class: &'static str, desk: Desk, log: LogId, fork: u64) -> AnyView {
    const LAST: u64 = 8;
    let stream = desk.stream();
    let (card, entries) = desk.read_log(log, |door| {
        let end = door.store().len();
        (door.card(stream.as_ref(), end, By::KeptView).0, door.entries(fork.max(end.saturating_sub(LAST)), end))
    });
    let hint = if entries.is_empty() { "Nothing more." } else { "" };
    let entry = |entry: Entry| view! { <li>{entry.sentence}", "{entry.figure_words}</li> };
    view! {
        <div class=class>
            <h4>{title}</h4>
            <p class="balance">{format_cents(card.figure)} " " <span class="badge">{card.badge}</span></p>
            <ul>{entries.into_iter().map(entry).collect_view()}</ul>
            <p class="hint">{hint}</p>
        </div>
    }
    .into_any()
}
