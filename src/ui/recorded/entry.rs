//! One line of the ledger.

use leptos::prelude::*;

use super::marks;
use super::rows::Line;
use crate::lab::door::Entry;
use crate::ui::ask::short;
use crate::ui::behind::Behind;
use crate::ui::desk::Desk;
use crate::ui::parts::{flag, text, when};
use crate::worlds::money::{plain_cents, signed_cents};

/// An entry, with what was recorded in its place beside it.
pub fn line(desk: Desk, line: Line) -> AnyView {
    let place = (line.row + 1, line.rows);
    match (line.entry, line.recorded) {
        (Some(entry), recorded) => row(desk, place, entry, recorded),
        (None, Some(recorded)) => {
            let nth = line.position + 1;
            view! {
                <li class="entry is-recorded-only">
                    <div class="row"><span class="nth">{nth}</span>{beside(Some(recorded))}</div>
                </li>
            }
            .into_any()
        }
        (None, None) => ().into_any(),
    }
}

/// A row that opens to the whole recorded event. Beyond the moment that is looked at it has not happened yet.
fn row(desk: Desk, (nth, of): (u64, u64), entry: Entry, recorded: Option<Entry>) -> AnyView {
    let position = entry.position;
    let is_open = RwSignal::new(false);
    let is_new = untrack(|| desk.newest_from()) <= position;
    let is_ahead = flag(move || desk.applied() <= position);
    let is_first = flag(move || desk.applied() == position);
    // Names are needed to tell accounts apart, from the second one on.
    let name = entry.subject.unwrap_or_else(|| short(&entry.stream));
    let whose = text(move || if desk.is_shared() { format!("{name}: ") } else { String::new() });
    let figure_words = entry.figure_words;
    let figure_is_empty = figure_words.is_empty();
    // What is being typed in it stays, whatever is recorded meanwhile.
    let opened = move || untrack(|| whole(desk, position, &figure_words));
    let refused =
        entry.refused.map(|why| view! { <p class="refused-now">{format!("✗ would be refused now: {why}")}</p> });
    view! {
        <li
            class="entry"
            aria-posinset=nth
            aria-setsize=of
            class:is-ahead=is_ahead
            class:is-first-ahead=is_first
            class:is-pencil=entry.is_pencil
            class:is-message=entry.is_message
            class:is-new=is_new
        >
            <div class="row">
                <span class="nth">{position + 1}</span>
                <button
                    type="button"
                    class="opens"
                    aria-expanded=text(move || is_open.get().to_string())
                    on:click=move |_| is_open.update(|open| *open = !*open)
                >
                    <span class="what">
                        <b class="whose">{whose}</b>
                        {entry.sentence}
                        <i class="sign">{marks::sign(desk, position)}</i>
                        <i class="not-yet">{text(move || if is_ahead.get() { " not yet".to_owned() } else { String::new() })}</i>
                    </span>
                </button>
                <time class="when">{entry.recorded_at.to_string()}</time>
                <span class="amount">{entry.amount.filter(|amount| *amount != 0).map(signed_cents)}</span>
                <span class="figure">{(!figure_is_empty).then(|| plain_cents(entry.figure))}</span>
                {beside(recorded)}
            </div>
            {refused}
            {when(move || is_open.get(), opened)}
        </li>
    }
    .into_any()
}

/// What was recorded where a branch has something else.
fn beside(recorded: Option<Entry>) -> AnyView {
    view! { <span class="beside">{recorded.map(|entry| entry.sentence)}</span> }.into_any()
}

/// All that is stored of an entry.
fn whole(desk: Desk, position: u64, figure_words: &str) -> AnyView {
    let stored = move || {
        let event = desk.read(|door| door.store().event(position));
        event.and_then(|event| serde_json::to_string_pretty(&event).ok()).unwrap_or_default()
    };
    let behind = Behind::get();
    let name = format!("Event {}, as it is stored", position + 1);
    let stored_at = format!("[aria-label='{name}']");
    let ways = move || behind.fetched(stored_at.clone(), move |pages| (pages.ways)(desk, position));
    view! {
        <div class="whole">
            <p>
                {if figure_words.is_empty() { String::new() } else { format!("{figure_words} after it: computed. ") }}
                "This is all that is stored: "
                <button type="button" class="quiet" on:click=move |_| desk.visit(Some(position + 1))>
                    "Go to this moment"
                </button>
            </p>
            {when(move || desk.is_lab(), ways)}
            <pre tabindex="0" role="group" aria-label=name>{text(stored)}</pre>
            {behind.once_here(move |pages| (pages.marks)(desk, position))}
        </div>
    }
    .into_any()
}
