//! What a follower has written into a log of its own.

use leptos::prelude::*;

use crate::engine::LogId;
use crate::lab::door::{By, Entry};
use crate::ui::desk::Desk;
use crate::ui::parts::live;
use crate::worlds::Fact;
use crate::worlds::money::format_cents;

/// Entries that are shown, the last ones.
const LAST: u64 = 5;

/// The state of its log, and the last entries; nothing for a reader that has no log of its own.
pub fn result(desk: Desk, name: &'static str) -> AnyView {
    live(move || {
        let log = desk.log();
        match desk.lab().log_of(log, name) {
            Ok(of) if of != log => written(desk, of),
            Ok(_) | Err(_) => ().into_any(),
        }
    })
}

fn written(desk: Desk, log: LogId) -> AnyView {
    let (card, total, entries, more) = desk.read_log(log, |door| {
        let events = door.store().len();
        let stream = door.subjects(events).first().map(|(stream, _)| stream.clone());
        let from = events.saturating_sub(LAST);
        let total = door.view("totals", events).and_then(|totals| totals["total"].as_i64());
        (door.card(stream.as_ref(), events, By::KeptView).0, total, door.entries(from, events), from)
    });
    if entries.is_empty() {
        return view! { <p class="hint">"It has written nothing yet."</p> }.into_any();
    }
    let fact = |Fact { label, value, .. }| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    let entry = |Entry { position, sentence, .. }| view! { <li value=position + 1>{sentence}</li> };
    view! {
        <div class="its-log">
            <dl class="facts">
                <div><dt>"All money"</dt><dd>{total.map(format_cents)}</dd></div>
                {card.facts.into_iter().map(fact).collect_view()}
            </dl>
            {(more > 0).then(|| view! { <p class="hint">{format!("{more} entries before these")}</p> })}
            <ol aria-label="Its own log">{entries.into_iter().map(entry).collect_view()}</ol>
        </div>
    }
    .into_any()
}
