//! A what-if beside the log.

use leptos::prelude::*;

use crate::engine::LogId;
use crate::lab::door::{By, Entry, Origin};
use crate::ui::desk::Desk;
use crate::worlds::Card;
use crate::worlds::money::format_cents;

/// What was recorded after the fork, and what the branch has instead.
#[component]
pub fn Compare() -> impl IntoView {
    let desk = Desk::get();
    let sides = move || match desk.origin() {
        Origin::Branch { base, fork } => Some((fork, side(desk, base, fork), side(desk, desk.log(), fork))),
        Origin::Recorded | Origin::Copy => None,
    };
    view! {
        {move || sides().map(|(fork, recorded, what_if)| view! {
            <section class="compare" aria-labelledby="compare-title">
                <h2 id="compare-title">{format!("Recorded and what if, from event {fork} on")}</h2>
                <div class="sides">
                    <Side title="Recorded" side=recorded/>
                    <Side title="What if" side=what_if is_pencil=true/>
                </div>
            </section>
        })}
    }
}

#[component]
fn Side(title: &'static str, side: (Card, Vec<Entry>), #[prop(optional)] is_pencil: bool) -> impl IntoView {
    let (card, entries) = side;
    let is_empty = entries.is_empty();
    view! {
        <div class="side" class:is-pencil=is_pencil>
            <h3>{title}</h3>
            <p class="balance">{format_cents(card.figure)} " " <span class="badge">{card.badge}</span></p>
            <ul>{entries.into_iter().map(|entry| view! { <li>{entry.sentence}", "{entry.figure_words}</li> }).collect_view()}</ul>
            <Show when=move || is_empty><p class="hint">"Nothing more."</p></Show>
        </div>
    }
}

/// The card at a log's end, and its last entries since the fork.
fn side(desk: Desk, log: LogId, fork: u64) -> (Card, Vec<Entry>) {
    const LAST: u64 = 8;
    let stream = desk.stream();
    desk.read_log(log, |door| {
        let end = door.store().len();
        (door.card(stream.as_ref(), end, By::KeptView).0, door.entries(fork.max(end.saturating_sub(LAST)), end))
    })
}
