//! Any two moments, held against each other.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::tree;
use crate::engine::{LogId, StreamId};
use crate::lab::door::Origin;
use crate::lab::inspect::{Differing, Node, diff, differing};
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, fold, input, live, whenever};
use crate::worlds::money::shown;

/// Streams whose differences are listed.
const STREAMS: usize = 12;

/// Two moments of a log.
type Moments = (LogId, u64, u64);

/// Two moments as they are typed, and those that were asked for.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    typed: [RwSignal<String>; 2],
    /// What the fields would say if nobody typed.
    meant: [StoredValue<String>; 2],
    asked: RwSignal<Option<Moments>>,
}

impl Asking {
    pub(super) fn nothing() -> Self {
        Self {
            typed: [(); 2].map(|()| RwSignal::default()),
            meant: [(); 2].map(|()| StoredValue::default()),
            asked: RwSignal::new(None),
        }
    }
}

/// Asks for two moments, and shows what differs between them.
pub(super) fn compare(desk: Desk, Asking { typed, meant, asked }: Asking) -> AnyView {
    let wrong = [Wrong::nothing(), Wrong::nothing()];
    // From where the branch begins, or from Genesis, to the moment that is looked at.
    follow(typed[0], meant[0], move || match desk.origin() {
        Origin::Branch { fork, .. } => fork,
        Origin::Recorded | Origin::Copy => 0,
    });
    follow(typed[1], meant[1], move || desk.applied());
    let ask = move || {
        let events = untrack(|| desk.events());
        let read = typed.map(|typed| moment(&typed.get_untracked(), events));
        asked.set(match &read {
            [Ok(from), Ok(to)] => Some((untrack(|| desk.log()), *from, *to)),
            _ => None,
        });
        wrong.iter().zip(read).for_each(|(wrong, read)| wrong.tell(read.map(drop)));
    };
    // Another log has other moments.
    let answered = Memo::new(move |_| {
        let _ = desk.events();
        asked.get().filter(|(log, ..)| *log == desk.log())
    });
    let looks = ("field is-money", "numeric");
    view! {
        <section class="two-moments" aria-labelledby="two-moments-title">
            <h3 id="two-moments-title">"Compare two moments"</h3>
            <form
                novalidate
                on:submit=move |submit: SubmitEvent| {
                    submit.prevent_default();
                    ask();
                }
            >
                <div class="fields">
                    {input("compare", ("From event", "from"), looks, typed[0], wrong[0])}
                    {input("compare", ("To event", "to"), looks, typed[1], wrong[1])}
                    <button type="submit">"Show what differs"</button>
                </div>
                <p class="hint">"0 is Genesis, before the first entry."</p>
            </form>
            {live(move || answered.get().map_or_else(|| ().into_any(), |moments| answer(desk, moments)))}
        </section>
    }
    .into_any()
}

/// A field shows what it would be, until somebody types something else.
fn follow(typed: RwSignal<String>, last: StoredValue<String>, meant: impl Fn() -> u64 + 'static) {
    whenever(move || {
        let meant = meant().to_string();
        if typed.get_untracked() == last.get_value() {
            typed.set(meant.clone());
        }
        last.set_value(meant);
    });
}

/// A moment as it was typed: a number of events of the log.
fn moment(typed: &str, events: u64) -> Result<u64, String> {
    let typed = typed.trim();
    let number = typed.parse().ok().filter(|number| *number <= events);
    let found = || if typed.is_empty() { "nothing".to_owned() } else { shown(typed) };
    number.ok_or_else(|| format!("Expected a number of events from 0 to {events}, found {}.", found()))
}

/// What differs between two moments. They lie behind, so it is worked out once, however often one steps.
fn answer(desk: Desk, (_, from, to): Moments) -> AnyView {
    let one = Memo::new(move |_| -> Option<(StreamId, Option<Node>)> {
        let stream = desk.stream()?;
        Some((stream.clone(), untrack(|| desk.read(|door| diff(door, &stream, from, to)))))
    });
    let drawn = move || one.get().map_or_else(|| ().into_any(), |(stream, node)| of_one(desk, &stream, node, from, to));
    let all = move || of_all(desk, &untrack(|| desk.read(|door| differing(door, from, to, STREAMS))));
    view! { {live(drawn)} {fold("Everyone whose state differs", all)} }.into_any()
}

fn of_one(desk: Desk, stream: &StreamId, node: Option<Node>, from: u64, to: u64) -> AnyView {
    let name = desk.name_of(stream);
    match node.filter(|node| !node.changes().is_empty()) {
        Some(node) => view! {
            <p class="hint">{format!("{name}, after event {from} and after event {to}:")}</p>
            {tree::differences(&node, format!("What differs about {name}"))}
        }
        .into_any(),
        None => {
            view! { <p class="hint">{format!("Nothing about {name} differs between event {from} and event {to}.")}</p> }
                .into_any()
        }
    }
}

fn of_all(desk: Desk, differing: &Differing) -> AnyView {
    let one = |(stream, node): &(StreamId, Node)| {
        let name = desk.name_of(stream);
        view! { <h4>{name.clone()}</h4> {tree::differences(node, format!("What differs about {name}, among everyone"))} }
    };
    let more = match (differing.streams.is_empty(), differing.left) {
        (true, 0) => "Nobody’s state differs.".to_owned(),
        (false, 0) => String::new(),
        (_, left) => format!("{left} more had entries in between, and were not compared."),
    };
    view! { {differing.streams.iter().map(one).collect_view()} <p class="hint">{more}</p> }.into_any()
}
