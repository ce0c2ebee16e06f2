//! Events: what happened.

pub mod alter;
mod entry;
pub mod marks;
mod print;
mod rows;
mod scroll;
mod slots;
mod window;

use leptos::html;
use leptos::prelude::*;
use uuid::Uuid;

use super::desk::{Answered, Desk};
use super::parts::{flag, list, live, spoken, text, when, whenever};
use crate::lab::index::categories;
use entry::Row;
use rows::{Key, Line, Rows};
use scroll::Scroll;
use slots::rows_for;

/// Streams that can be chosen; with more, the search finds them.
const CHOICES: usize = 200;

/// Every event, oldest first, the newest in view. Of a long log only what is near the view is drawn.
pub fn ledger() -> AnyView {
    let desk = Desk::get();
    let shows = RwSignal::new(String::new());
    let rows = Memo::new(move |before: Option<&Rows>| Rows::read(desk, shows.get(), before));
    let entries = NodeRef::<html::Ol>::new();
    let scroll = Scroll::of(entries, rows);
    print::all_rows(scroll);
    let lines = Memo::new(move |_| rows.with(|rows| rows.lines(desk, scroll.range())));
    let count = Memo::new(move |_| rows.with(Rows::count));
    let drawn = rows_of(desk, lines, scroll);
    let draw = move |nth| {
        let row = drawn.with_untracked(|rows| rows.iter().find(|row| row.nth == nth).cloned());
        row.map(|row| row.draw(desk, count)).into_any()
    };
    whenever(move || {
        // The note of an entry that was not made, too, belongs in view.
        desk.answer.track();
        scroll.follow(desk.events(), desk.applied());
    });

    whenever(move || scroll.make_room());

    let is_empty = move || desk.events() == 0;
    let empty = move || {
        let first = untrack(|| desk.read(|door| door.forms().iter().flat_map(|form| form.buttons).next()));
        view! {
            <div class="empty">
                <p class="empty-title">"No events recorded yet."</p>
                {first.map(|first| view! { <p>"Press “"{first.label}"”, and its first entries stand here."</p> })}
            </div>
        }
        .into_any()
    };
    let is_long = flag(move || desk.events() > 999);
    view! {
        {print::head(desk)}
        {when(is_empty, empty)}
        {when(move || desk.is_lab() && !is_empty(), move || choice(desk, shows))}
        <div
            class="columns"
            class:is-long=is_long
            class:is-over-six=flag(move || count.get() > 6)
            class:is-over-eight=flag(move || count.get() > 8)
            aria-hidden="true"
            hidden=flag(is_empty)
        >
            <span>"#"</span>
            <span>"What happened"</span>
            <span>"Amount"</span>
            <span>"Balance"<small>"computed"</small></span>
            <span class="beside">"Recorded instead"</span>
        </div>
        <ol
            class="entries"
            class:is-long=is_long
            node_ref=entries
            tabindex="-1"
            hidden=flag(is_empty)
            on:scroll=move |_| scroll.scrolled()
        >
            {list(move || drawn.with(|rows| rows.iter().map(|row| row.nth).collect()), draw)}
        </ol>
        {live(move || not_made(desk))}
    }
    .into_any()
}

/// The rows on the page, and in each the line that it shows.
fn rows_of(desk: Desk, lines: Memo<Vec<Line>>, scroll: Scroll) -> RwSignal<Vec<Row>> {
    let drawn = RwSignal::new(Vec::<Row>::new());
    whenever(move || {
        let (lines, before) = (lines.get(), drawn.get_untracked());
        let row_of = |nth| before.iter().find(|row| row.nth == nth);
        let newest = untrack(|| desk.newest_from());
        let focused = scroll.focused().and_then(|nth| Some(before.get(nth)?.nth));
        // What has just been recorded comes in a row of its own; one that is open or has the focus takes up nothing else.
        let fits = |nth, shown: &Key, line: &Key| {
            let is_open = row_of(nth).is_some_and(|row| row.is_open.get_untracked());
            !is_open && focused != Some(nth) && shown.is_there == line.is_there && line.position < newest
        };
        let keys: Vec<_> = lines.iter().map(Line::key).collect();
        let shown: Vec<_> = before.iter().map(|row| (row.nth, row.line.read_untracked().key())).collect();
        let show = |(nth, line)| match row_of(nth) {
            None => Row::new(nth, line),
            Some(row) => {
                row.show(line);
                row.clone()
            }
        };
        let rows: Vec<_> = rows_for(&keys, &shown, fits).into_iter().zip(lines).map(show).collect();
        if !rows.iter().map(|row| row.nth).eq(before.iter().map(|row| row.nth)) {
            drawn.set(rows);
        }
    });
    drawn
}

/// What the ledger lists: everything, one of whom the log tells, or a stream of the system's.
fn choice(desk: Desk, shows: RwSignal<String>) -> AnyView {
    let option = move |value: String, name: String| {
        let own = value.clone();
        view! { <option value=value selected=flag(move || *shows.read() == own)>{name}</option> }
    };
    let streams = move || {
        let subjects = desk.subjects.get().into_iter().take(CHOICES);
        subjects.map(|(stream, subject)| option(stream.to_string(), subject.name)).collect_view().into_any()
    };
    let kinds = move || {
        let kinds: Vec<_> = desk.read_end(|door| door.store().kinds().map(str::to_owned).collect());
        kinds.into_iter().map(|kind| option(format!("$et-{kind}"), kind)).collect_view().into_any()
    };
    let categories = move || {
        let categories: Vec<_> =
            desk.read_end(|door| categories(door.store()).into_iter().map(str::to_owned).collect());
        categories.into_iter().map(|name| option(format!("$ce-{name}"), name)).collect_view().into_any()
    };
    // The conversation of the event that is looked at, and the one that is listed.
    let caused_by = move || {
        let at = desk.applied().checked_sub(1);
        let here = at.and_then(|at| desk.read(|door| Some((door.store().correlation_at(at)?, at))));
        let listed = shows.read().strip_prefix("$bc-").and_then(|id| id.parse::<Uuid>().ok());
        let listed = listed.filter(|id| here.is_none_or(|(of, _)| of != *id));
        let began = listed.map(|id| {
            let first = desk.read(|door| door.store().find(id));
            let name = first
                .map_or_else(|| "one conversation".to_owned(), |first| format!("what event {} began", first.0 + 1));
            option(format!("$bc-{id}"), name)
        });
        let here = here.map(|(id, at)| option(format!("$bc-{id}"), format!("what event {} belongs to", at + 1)));
        (began, here).into_any()
    };
    let subjects_name = text(move || desk.read(|door| door.subjects_name().to_owned()));
    view! {
        <label class="shows">
            "Show"
            <select on:change:target=move |change| shows.set(change.target().value())>
                <option value="">"All events"</option>
                <optgroup label=subjects_name>{live(streams)}</optgroup>
                <optgroup label="kinds ($et-)">{live(kinds)}</optgroup>
                <optgroup label="categories ($ce-)">{live(categories)}</optgroup>
                <optgroup label="caused by ($bc-)">{live(caused_by)}</optgroup>
            </select>
        </label>
    }
    .into_any()
}

/// The entry that was not made: a "no" leaves a note in the margin, until something else happens.
fn not_made(desk: Desk) -> AnyView {
    let Some(Answered { asked, no: Some(_), is_past: false, .. }) = desk.answer.get() else { return ().into_any() };
    // What a screen reader says of it stands beside the control.
    view! {
        <p class="not-made" aria-hidden="true">
            <span>"✗"</span>
            <span>{format!("“{asked}” was refused: no entry.")}</span>
        </p>
    }
    .into_any()
}

/// What was recorded, said aloud.
pub fn status() -> AnyView {
    let desk = Desk::get();
    spoken(move || Some(desk.said.get()), |said| view! { <span>{said}</span> }.into_any())
}

/// Cause and effect, once along the heads of the regions: command, entry, figure; after a "no" the command alone.
pub fn beat() -> AnyView {
    let desk = Desk::get();
    let beats = move || {
        desk.answer.get().map(|answer| (answer.nth, answer.no.map_or("beat", |_| "beat is-refused").to_owned()))
    };
    let draw = |class| view! { <div class=class aria-hidden="true"><i></i><i></i><i></i></div> }.into_any();
    spoken(beats, draw)
}
