//! Events: what happened.

mod entry;
mod print;

use leptos::html;
use leptos::prelude::*;

use super::desk::{Answered, Desk};
use super::parts::{flag, live, spoken, text, when, whenever};
use crate::engine::LogId;
use crate::lab::door::{Entry, Origin};

/// Entries shown at first, and further ones at a time: enough to look back, few enough to draw in a blink.
const PAGE: u64 = 200;

/// A line of the ledger: an entry, and on a branch what was recorded in its place.
#[derive(Clone, PartialEq, Eq)]
struct Line {
    log: LogId,
    position: u64,
    /// `None`: the branch is not that long.
    entry: Option<Entry>,
    /// What the recorded log has at this place, after the fork of a branch.
    recorded: Option<Entry>,
}

/// Every event, oldest first, the newest in view.
pub fn ledger() -> AnyView {
    let desk = Desk::get();
    let pages = RwSignal::new(1_u64);
    print::all_pages(pages);
    let from = Memo::new(move |_| desk.events().saturating_sub(PAGE.saturating_mul(pages.get())));
    let lines = Memo::new(move |_| lines(desk, from.get()));
    let list = NodeRef::<html::Ol>::new();
    whenever(move || {
        // The note of an entry that was not made, too, belongs in view.
        desk.answer.track();
        follow_newest(list, desk.events(), desk.applied() - from.get().min(desk.applied()));
    });

    let is_empty = move || desk.events() == 0;
    let empty = || {
        view! {
            <div class="empty">
                <p class="empty-title">"No events recorded yet."</p>
                <p>"Open an account, and its first entries stand here."</p>
            </div>
        }
        .into_any()
    };
    let earlier = move || {
        view! {
            <button type="button" class="quiet earlier" on:click=move |_| pages.update(|pages| *pages += 1)>
                {text(move || format!("Show earlier entries ({} more)", from.get()))}
            </button>
        }
        .into_any()
    };
    view! {
        {print::head(desk)}
        {when(is_empty, empty)}
        <div class="columns" aria-hidden="true" hidden=flag(is_empty)>
            <span>"#"</span>
            <span>"What happened"</span>
            <span>"Amount"</span>
            <span>"Balance"<small>"computed"</small></span>
            <span class="beside">"Recorded instead"</span>
        </div>
        {when(move || from.get() != 0, earlier)}
        <ol class="entries" node_ref=list tabindex="-1" hidden=flag(is_empty)>
            <For each=move || lines.get() key=|line| (line.log, line.position, line.entry.is_some()) let:line>
                {entry::line(desk, line)}
            </For>
        </ol>
        {live(move || not_made(desk))}
    }
    .into_any()
}

fn lines(desk: Desk, from: u64) -> Vec<Line> {
    let log = desk.log();
    let entries = desk.read(|door| door.entries(from, door.store().len()));
    let mut lines: Vec<_> = entries
        .into_iter()
        .map(|entry| Line { log, position: entry.position, entry: Some(entry), recorded: None })
        .collect();
    if let Origin::Branch { base, fork } = desk.origin() {
        let beside = fork.max(from);
        for entry in desk.read_log(base, |door| door.entries(beside, beside + PAGE)) {
            match lines.iter_mut().find(|line| line.position == entry.position) {
                Some(line) => line.recorded = Some(entry),
                None => lines.push(Line { log, position: entry.position, entry: None, recorded: Some(entry) }),
            }
        }
    }
    lines
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

/// Keeps the last applied entry in view, once it has been drawn.
fn follow_newest(list: NodeRef<html::Ol>, _events: u64, applied_rows: u64) {
    request_animation_frame(move || {
        let Some(list) = list.get_untracked() else { return };
        let last_applied = applied_rows.saturating_sub(1);
        let Some(row) = u32::try_from(last_applied).ok().and_then(|nth| list.children().item(nth)) else { return };
        let (top, height) = (list.get_bounding_client_rect().top(), f64::from(list.client_height()));
        let row = row.get_bounding_client_rect();
        let beyond = (row.bottom() - top - height).max(0.0) + (row.top() - top).min(0.0);
        list.set_scroll_top(list.scroll_top() + to_pixels(beyond));
    });
}

#[expect(clippy::cast_possible_truncation, reason = "a page is far less than 2^31 pixels long")]
fn to_pixels(length: f64) -> i32 {
    length.round() as i32
}
