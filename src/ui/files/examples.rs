//! A stretch of an account's events as given / when / then: a table, data, or Rust that passes when it is pasted.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::download;
use crate::engine::StreamId;
use crate::lab::door::Door;
use crate::lab::no::No;
use crate::lab::spec::{Before, Examples, Line};
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, live, text, when, whenever};
use crate::worlds::money::shown;

/// Events of the stretch that is offered at first; and those before it that are told one by one.
const MOST: usize = 50;
const ALERT: &str = "no-stretch";

/// What is chosen, and what comes of it.
#[derive(Clone, Copy)]
struct Stretch {
    desk: Desk,
    /// The number of the first event, and of the last.
    from: RwSignal<String>,
    to: RwSignal<String>,
    /// `table`, `data` or `rust`.
    shape: RwSignal<String>,
    wrong: Wrong,
}

/// "A stretch as given / when / then", folded. Nothing is worked out before it is opened.
pub fn stretch(desk: Desk) -> AnyView {
    let is_open = RwSignal::new(false);
    let typed = || RwSignal::new(String::new());
    let (from, to, shape) = (typed(), typed(), RwSignal::new("table".to_owned()));
    let stretch = Stretch { desk, from, to, shape, wrong: Wrong::nothing() };
    view! {
        <details class="stretch at-lab" on:toggle=move |_| is_open.set(true)>
            <summary>"A stretch as given / when / then"</summary>
            {when(move || is_open.get() && desk.stream().is_none(), move || nobody(desk))}
            {when(move || is_open.get() && desk.stream().is_some(), move || stretch.draw())}
        </details>
    }
    .into_any()
}

/// There is nobody to tell of.
fn nobody(desk: Desk) -> AnyView {
    let what = move || match desk.events() {
        0 => {
            "Nothing to tell yet. Once there is an entry, this says what had happened, what was asked, and what followed: for a test."
        }
        _ => "No entry here is about anybody whom this world knows, so there is nothing to tell.",
    };
    view! { <p class="hint">{text(move || what().to_owned())}</p> }.into_any()
}

impl Stretch {
    fn draw(self) -> AnyView {
        let Self { desk, from, to, shape, wrong } = self;
        let offered = Memo::new(move |_| {
            let applied = desk.applied();
            let stream = desk.stream();
            let first = stream.as_ref().and_then(|stream| desk.read(|door| first_of(door, stream, applied)));
            (desk.log(), stream, first.map_or(1, |first| first + 1), applied.max(1))
        });
        whenever(move || {
            let (.., first, last) = offered.get();
            from.set(first.to_string());
            to.set(last.to_string());
        });
        let found = Memo::new(move |_| self.read().map_err(|no| no.to_string()));
        whenever(move || wrong.tell(found.with(|found| found.as_ref().map(drop).map_err(Clone::clone))));
        let copy = move |_| {
            if let Ok(Found { text, .. }) = found.get_untracked() {
                spawn_local(async move {
                    desk.say(match download::copy(&text).await {
                        Ok(()) => "The stretch was copied.",
                        Err(_) => "This browser does not let the page copy. Select the text and copy it by hand.",
                    });
                });
            }
        };
        let number = |name: &'static str, typed: RwSignal<String>| {
            view! {
                <label>
                    {name}
                    <input
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        bind:value=typed
                        aria-invalid=wrong.is_wrong()
                        aria-describedby=wrong.described_by(ALERT)
                    />
                </label>
            }
        };
        let about = text(move || {
            let whom = desk.stream().map(|stream| desk.name_of(&stream)).unwrap_or_default();
            format!("{whom}: what had happened, what was asked, and what followed. For a test.")
        });
        view! {
            <p class="hint">{about}</p>
            <div class="buttons">
                {number("From", from)}
                {number("To", to)}
                <label>
                    "As"
                    <select on:change:target=move |change| shape.set(change.target().value())>
                        <option value="table">"Table"</option>
                        <option value="data">"Data"</option>
                        <option value="rust">"Rust"</option>
                    </select>
                </label>
                <button type="button" on:click=copy>"Copy"</button>
            </div>
            {wrong.alert(ALERT)}
            {live(move || found.with(|found| found.as_ref().map_or_else(|_| ().into_any(), shows)))}
        }
        .into_any()
    }

    /// The stretch in the chosen shape.
    fn read(self) -> Result<Found, No> {
        let Self { desk, shape, .. } = self;
        let (from, to) = self.bounds()?;
        let Some(stream) = desk.stream() else { return Err(No::bad_input("Expected an account, found none yet.")) };
        let examples = desk.read(|door| {
            let first = door
                .store()
                .stream_key(&stream)
                .map_or(0, |key| door.store().positions(key).partition_point(|&at| u64::from(at) < from));
            let before = if first > MOST { Before::Short } else { Before::All };
            door.examples(&stream, from, to, before)
        })?;
        Ok(shape.with(|shape| Found::of(&examples, shape)))
    }

    /// The positions `from..to` that were typed as the numbers of events.
    fn bounds(self) -> Result<(u64, u64), No> {
        let events = self.desk.events();
        let (from, to) = (self.from.get(), self.to.get());
        let read = |text: &str| text.trim().parse().ok().filter(|nth| (1..=events).contains(nth));
        match (read(&from), read(&to)) {
            (Some(first), Some(last)) if first <= last => Ok((first - 1, last)),
            _ => {
                let (from, to) = (shown(from.trim()), shown(to.trim()));
                Err(No::bad_input(format!(
                    "Expected the numbers of events from 1 to {events}, the first not after the last; found {from} and {to}."
                )))
            }
        }
    }
}

/// Where the last events of a stream begin that are offered.
fn first_of(door: &dyn Door, stream: &StreamId, applied: u64) -> Option<u64> {
    let positions = door.store().positions(door.store().stream_key(stream)?);
    let until = positions.partition_point(|&at| u64::from(at) < applied);
    positions.get(until.saturating_sub(MOST)).map(|&at| u64::from(at))
}

/// Examples to look at, and the same as text.
#[derive(Clone, PartialEq)]
struct Found {
    /// Rows, if it is a table.
    table: Option<Vec<Line>>,
    text: String,
}

impl Found {
    fn of(examples: &Examples, shape: &str) -> Self {
        match shape {
            "rust" => Self { table: None, text: examples.rust() },
            // Plain data can always be written.
            "data" => Self { table: None, text: serde_json::to_string_pretty(&examples.data()).unwrap_or_default() },
            _ => {
                let table = examples.table();
                let row = |line: &Line| format!("{}\t{}\t{}", line.given.join("; "), line.when, then(line).join("; "));
                let rows = ["given\twhen\tthen".to_owned()].into_iter().chain(table.iter().map(row));
                let text = rows.collect::<Vec<_>>().join("\n");
                Self { table: Some(table), text }
            }
        }
    }
}

/// What followed, or that nothing did and why.
fn then(line: &Line) -> Vec<String> {
    let refused = if line.is_refused { "refused: " } else { "" };
    line.then.iter().map(|told| format!("{refused}{told}")).collect()
}

fn shows(found: &Found) -> AnyView {
    let Some(table) = &found.table else {
        let text = found.text.clone();
        return view! { <pre tabindex="0" role="group" aria-label="The stretch">{text}</pre> }.into_any();
    };
    let cell = |lines: Vec<String>| {
        let line = |line: String| view! { <p>{line}</p> };
        view! { <td>{lines.into_iter().map(line).collect_view()}</td> }
    };
    let row = |line: &Line| {
        view! { <tr>{cell(line.given.clone())}{cell(vec![line.when.clone()])}{cell(then(line))}</tr> }
    };
    view! {
        <div class="table-strip" tabindex="0" role="group" aria-label="The stretch">
            <table>
                <thead><tr><th scope="col">"Given"</th><th scope="col">"When"</th><th scope="col">"Then"</th></tr></thead>
                <tbody>{table.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
