//! State: what follows from the events.

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::{live, text};
use crate::lab::door::{By, Sum};
use crate::worlds::Fact;
use crate::worlds::money::{format_cents, plain_cents};

/// The region "Current State (Projection)": nothing here is stored; all of it is read off the events.
#[component]
pub fn Projection() -> impl IntoView {
    let desk = Desk::get();
    let by_replay = RwSignal::new(true);
    let by = move || if by_replay.get() { By::Replay } else { By::KeptView };
    let card = Memo::new(move |_| {
        let stream = desk.stream();
        desk.read(|door| door.card(stream.as_ref(), desk.applied(), by()))
    });
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
        <section class="follows" aria-labelledby="follows-title">
            <header class="panel-head">
                <h2 id="follows-title">"Current State (Projection)"</h2>
                <p>"what follows from it"</p>
                <span class="badge">{text(move || card.read().0.badge.to_owned())}</span>
            </header>
            <p class="balance">{text(move || format_cents(card.read().0.figure))}</p>
            <Arithmetic sum/>
            <dl class="facts">{live(facts)}</dl>
            <p class="how-read">
                <span>{how}</span>
                <button type="button" class="quiet" on:click=move |_| by_replay.update(|replay| *replay = !*replay)>
                    {other_way}
                </button>
            </p>
        </section>
    }
}

fn fact(fact: Fact) -> impl IntoView {
    view! { <div><dt>{fact.label}</dt><dd title=fact.whole>{fact.value}</dd></div> }
}

/// The fold as arithmetic: `0 + 100.00 + 50.00 − 30.00 = 120.00`.
#[component]
fn Arithmetic(sum: Memo<Sum>) -> impl IntoView {
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
}
