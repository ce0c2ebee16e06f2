//! State: what follows from the events.

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::{find, live, moving, text};
use crate::lab::door::{By, Sum};
use crate::worlds::money::{format_cents, plain_cents};
use crate::worlds::{Card, Fact};

/// Characters of a figure that are drawn in full size.
const LONG: usize = 13;

/// The card of the moment, read from the kept view.
fn card(desk: Desk) -> Card {
    let stream = desk.stream();
    desk.read(|door| door.card(stream.as_ref(), desk.applied(), By::KeptView).0)
}

/// Which moment the region "Current State (Projection)" is about.
pub fn moment() -> AnyView {
    let desk = Desk::get();
    let words = move || match (desk.is_past(), desk.applied(), desk.events()) {
        (false, ..) => "what follows from it".to_owned(),
        (true, applied, events) => format!("as of event {applied} of {events}"),
    };
    text(words).into_any()
}

/// The state in a word.
pub fn badge() -> AnyView {
    let desk = Desk::get();
    text(move || card(desk).badge.to_owned()).into_any()
}

/// The rest of the region: nothing here is stored; all of it is read off the events.
pub fn state() -> AnyView {
    let desk = Desk::get();
    let by_replay = RwSignal::new(true);
    let by = move || if by_replay.get() { By::Replay } else { By::KeptView };
    let card = Memo::new(move |_| {
        let stream = desk.stream();
        desk.read(|door| door.card(stream.as_ref(), desk.applied(), by()))
    });
    let balance = move || format_cents(card.read().0.figure);
    let size = text(move || if balance().chars().count() > LONG { "balance is-long" } else { "balance" }.to_owned());
    let sum = Memo::new(move |_| {
        let stream = desk.stream();
        stream.map(|stream| desk.read(|door| door.sum(&stream, desk.applied()))).unwrap_or_default()
    });
    let how = text(move || match (by(), card.read().1) {
        (By::KeptView, _) => "read from the kept view".to_owned(),
        (By::Replay, 1) => "replayed 1 event".to_owned(),
        (By::Replay, read) => format!("replayed {read} events"),
    });
    let other_way =
        text(move || if by_replay.get() { "Read from the kept view" } else { "Replay the events" }.to_owned());
    let facts = move || card.get().0.facts.into_iter().map(fact).collect_view().into_any();
    view! {
        <p class=size>{moving(balance)}</p>
        {arithmetic(sum)}
        <p class="how-read">
            <span>{how}</span>
            <button type="button" class="quiet" on:click=move |_| by_replay.update(|replay| *replay = !*replay)>
                {other_way}
            </button>
        </p>
        <dl class="facts">{live(facts)}</dl>
    }
    .into_any()
}

fn fact(fact: Fact) -> AnyView {
    view! { <div><dt>{fact.label}</dt><dd title=fact.whole>{fact.value}</dd></div> }.into_any()
}

/// The fold as arithmetic: `0 + 100.00 + 50.00 − 30.00 = 120.00`.
fn arithmetic(sum: Memo<Sum>) -> AnyView {
    let terms = move || {
        let Sum { earlier, earlier_sum, terms, .. } = sum.get();
        let (before, start) = match earlier {
            0 => (String::new(), "0".to_owned()),
            earlier => (format!("{earlier} earlier: "), plain_cents(earlier_sum)),
        };
        let term = |amount: i64| {
            let sign = if amount < 0 { " − " } else { " + " };
            view! { {sign} <span class="term">{plain_cents(amount.saturating_abs())}</span> }
        };
        view! {
            <small>{before}</small>
            <span class="term">{start}</span>
            {terms.into_iter().map(term).collect_view()}
        }
        .into_any()
    };
    view! { <p class="arithmetic">{live(terms)} " = " <b>{text(move || plain_cents(sum.read().total))}</b></p> }
        .into_any()
}

/// On a telephone: the figure stays in view, and leads to the whole state.
pub fn strip() -> AnyView {
    let desk = Desk::get();
    let card = Memo::new(move |_| card(desk));
    let go = |_| {
        if let Some(state) = find(".follows") {
            state.scroll_into_view();
        }
    };
    view! {
        <button type="button" class="strip" on:click=go>
            <b>{moving(move || format_cents(card.read().figure))}</b>
            <span class="badge">{text(move || card.read().badge.to_owned())}</span>
            <span class="unseen">", to the current state"</span>
        </button>
    }
    .into_any()
}
