//! State: what follows from the events.

use leptos::prelude::*;

use super::desk::Desk;
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
    let how = move || match (by(), card.read().1) {
        (By::KeptView, _) => "read from the kept view".to_owned(),
        (By::Replay, 1) => "replayed 1 event".to_owned(),
        (By::Replay, read) => format!("replayed {read} events"),
    };
    view! {
        <section class="follows" aria-labelledby="follows-title">
            <header class="panel-head">
                <h2 id="follows-title">"Current State (Projection)"</h2>
                <p>"what follows from it"</p>
                <span class="badge">{move || card.read().0.badge}</span>
            </header>
            <p class="balance">{move || format_cents(card.read().0.figure)}</p>
            <Arithmetic sum/>
            <dl class="facts">{move || card.get().0.facts.into_iter().map(fact).collect_view()}</dl>
            <p class="how-read">
                <span>{how}</span>
                <button type="button" class="quiet" on:click=move |_| by_replay.update(|replay| *replay = !*replay)>
                    {move || if by_replay.get() { "Read from the kept view" } else { "Replay the events" }}
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
        let start = if earlier == 0 { "0".to_owned() } else { plain_cents(earlier_sum) };
        let term = |amount: i64| {
            let sign = if amount < 0 { " − " } else { " + " };
            view! { {sign} <span class="term">{plain_cents(amount.saturating_abs())}</span> }
        };
        view! {
            <Show when=move || earlier != 0><small>{earlier} " earlier: "</small></Show>
            <span class="term">{start}</span>
            {terms.into_iter().map(term).collect_view()}
        }
    };
    view! { <p class="arithmetic">{terms} " = " <b>{move || plain_cents(sum.read().total)}</b></p> }
}
