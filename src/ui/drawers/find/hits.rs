//! What was found: in words, as a list, and one by one.

use leptos::prelude::*;

use super::Finding;
use super::look::{Looked, Stands};
use super::search::visit;
use crate::lab::packed::counted;
use crate::ui::ask::short;
use crate::ui::desk::Desk;
use crate::ui::parts::{list, live, progress, text, when};

/// How many were found, and each a way to its moment.
pub fn hits(desk: Desk, finding: Finding) -> AnyView {
    let looked = finding.looked;
    let is_running = move || looked.get().is_some_and(|looked| looked.stands == Stands::Runs);
    let is_any = move || looked.get().is_some_and(|looked| looked.hits > 0);
    let is_asked = move || looked.get().is_some();
    let asked_before =
        move || finding.asked_before().map_or_else(String::new, |asked| format!("That was found for {asked}."));
    let doubts = move || {
        finding
            .doubts
            .read()
            .lines()
            .map(|doubt| view! { <p class="hint">{doubt.to_owned()}</p> })
            .collect_view()
            .into_any()
    };
    let shown = Memo::new(move |_| finding.shown());
    let more = move || looked.get().map_or(0, |looked| looked.hits).saturating_sub(finding.listed.get());
    let more = Memo::new(move |_| more());
    let show_more = move || {
        view! {
            <button type="button" class="quiet" on:click=move |_| finding.show_more()>
                {text(move || format!("Show more ({} left)", counted(more.get())))}
            </button>
        }
        .into_any()
    };
    let log = Memo::new(move |_| looked.get().map(|looked| looked.log));
    // In another log the same position is another entry.
    let hits = move || log.get().map(|_| list(move || shown.get(), move |position| hit(desk, position))).into_any();
    view! {
        {when(is_running, move || under_way(finding))}
        <div class="found-bar">
            <p class="found" role="status">{text(move || looked.get().map_or_else(String::new, |looked| in_words(finding, looked)))}</p>
            <div class="buttons">
                {when(is_any, move || steps(desk, finding))}
                {when(is_asked, move || view! { <button type="button" class="quiet" on:click=move |_| finding.clear(desk)>"Clear"</button> }.into_any())}
            </div>
        </div>
        <p class="hint">{text(asked_before)}</p>
        <div role="status" class="doubts">{live(doubts)}</div>
        <ol class="hits" aria-label="Found" tabindex="-1">
            {live(hits)}
        </ol>
        {when(move || more.get() > 0, show_more)}
    }
    .into_any()
}

/// What came of it: "12 entries, of 1,000,000 looked at."
fn in_words(finding: Finding, looked: Looked) -> String {
    let entries = match looked.hits {
        0 => "No entry".to_owned(),
        1 => "1 entry".to_owned(),
        many => format!("{} entries", counted(many)),
    };
    let is_state = finding.condition().is_some_and(|condition| condition.asks_state());
    let what = match (is_state, looked.hits, looked.stands) {
        (false, ..) => entries,
        (true, 0, Stands::Done) if !finding.doubts.read().is_empty() => "It holds nowhere".to_owned(),
        (true, 0, Stands::Done) => "It never begins to hold".to_owned(),
        (true, 0, _) => "It does not begin to hold".to_owned(),
        (true, ..) => format!("It begins to hold at {entries}"),
    };
    let (at, of) = (counted(looked.entries as usize), counted(looked.of as usize));
    match looked.stands {
        // The bar says how far it is; a screen reader is told when it is done.
        Stands::Runs => String::new(),
        Stands::Done => format!("{what}, of {at} looked at."),
        Stands::Stopped => format!("Stopped at {at} of {of}. {what} so far."),
    }
}

fn under_way(finding: Finding) -> AnyView {
    let at = move || finding.looked.get();
    let share = move || at().map_or(0.0, |at| f64::from(at.entries as u32) / f64::from((at.of as u32).max(1)));
    let words = move || {
        at().map_or_else(String::new, |at| {
            let (looked, of) = (counted(at.entries as usize), counted(at.of as usize));
            format!("{} found, {looked} of {of} entries looked at", counted(at.hits))
        })
    };
    progress("Looking", share, words, "Stop", move || finding.stop())
}

/// From hit to hit.
fn steps(desk: Desk, finding: Finding) -> AnyView {
    view! {
        <div class="buttons hit-steps" role="group" aria-label="From one to the next">
            <button type="button" class="last-hit" on:click=move |_| finding.step(desk, false)>"Previous"</button>
            <button type="button" class="next-hit" on:click=move |_| finding.step(desk, true)>"Next"</button>
        </div>
    }
    .into_any()
}

/// One of them.
fn hit(desk: Desk, position: u64) -> AnyView {
    let entry = untrack(|| desk.read(|door| door.entries(position, position + 1).pop()));
    let Some(entry) = entry else { return ().into_any() };
    let name = entry.subject.unwrap_or_else(|| short(&entry.stream));
    let whose = text(move || if desk.is_shared() { format!("{name}: ") } else { String::new() });
    let is_here = text(move || (desk.applied() == position + 1).to_string());
    view! {
        <li>
            <button type="button" class="hit" aria-current=is_here on:click=move |_| visit(desk, position)>
                <span class="nth">{position + 1}</span>
                <span class="what"><b>{whose}</b>{entry.sentence}</span>
                <span class="after">{entry.figure_words}</span>
            </button>
        </li>
    }
    .into_any()
}
