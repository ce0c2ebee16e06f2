//! One line of the ledger.

use leptos::prelude::*;

use super::rows::Line;
use crate::lab::door::Entry;
use crate::ui::ask::short;
use crate::ui::behind::Behind;
use crate::ui::desk::Desk;
use crate::ui::parts::{text, when};
use crate::worlds::money::{plain_cents, signed_cents};

/// A row of the page, and the line that it shows for now.
#[derive(Clone)]
pub struct Row {
    /// Its number, which it keeps.
    pub nth: u64,
    /// What it shows.
    pub line: ArcRwSignal<Line>,
    /// Whether the whole event is shown, too.
    pub is_open: ArcRwSignal<bool>,
}

impl Row {
    /// A row that shows a line, and that nobody has opened.
    pub fn new(nth: u64, line: Line) -> Self {
        Self { nth, line: ArcRwSignal::new(line), is_open: ArcRwSignal::new(false) }
    }

    /// Shows another line, or the same in other words.
    pub fn show(&self, line: Line) {
        if *self.line.read_untracked() != line {
            self.line.set(line);
        }
    }

    /// Draws it, as one of so many. From then on only its words change.
    pub fn draw(self, desk: Desk, rows: Memo<u64>) -> AnyView {
        let line = RwSignal::from(self.line);
        let says = move |words: fn(&Line) -> String| text(move || line.with(words));
        let of_entry = move |words: fn(&Entry) -> String| {
            text(move || line.with(|line| line.entry.as_ref().map(words)).unwrap_or_default())
        };
        // What comes into the row later was not recorded just now.
        let first = line.with_untracked(|line| line.position);
        let is_new = first >= untrack(|| desk.newest_from());
        let class = text(move || line.with(|line| class(line, is_new && line.position == first)));
        if line.with_untracked(|line| line.entry.is_none()) {
            // The branch is not that long.
            return view! {
                <li class=class>
                    <p class="in-margin">{says(|line| left_out(line, &line.left_out_before, "before"))}</p>
                    <div class="row">
                        <span class="nth">{says(nth)}</span>
                        <span class="beside">{says(beside)}</span>
                    </div>
                </li>
            }
            .into_any();
        }
        let is_open = RwSignal::from(self.is_open);
        let opened = move || whole(desk, line);
        view! {
            <li class=class aria-posinset=says(|line| (line.row + 1).to_string()) aria-setsize=text(move || rows.get().to_string())>
                <p class="in-margin">{says(|line| left_out(line, &line.left_out_before, "before"))}</p>
                <div class="row">
                    <span class="nth">{says(nth)}</span>
                    <button
                        type="button"
                        class="opens"
                        aria-expanded=text(move || is_open.get().to_string())
                        on:click=move |_| is_open.update(|open| *open = !*open)
                    >
                        <span class="what">
                            <b class="whose">{says(whose)}</b>
                            {of_entry(|entry| entry.sentence.clone())}
                            <i class="sign">{says(|line| line.signs.clone())}</i>
                            <i class="not-yet">{says(not_yet)}</i>
                        </span>
                    </button>
                    <time class="when">{of_entry(|entry| entry.recorded_at.to_string())}</time>
                    <span class="amount">{of_entry(amount)}</span>
                    <span class="figure">{of_entry(figure)}</span>
                    <span class="beside">{says(beside)}</span>
                </div>
                <p class="in-margin">{of_entry(refused)}</p>
                <p class="in-margin">{says(|line| left_out(line, &line.left_out_after, "after"))}</p>
                {when(move || is_open.get(), opened)}
            </li>
        }
        .into_any()
    }
}

fn class(line: &Line, is_new: bool) -> String {
    let is = |so: fn(&Entry) -> bool| line.entry.as_ref().is_some_and(so);
    let words = [
        ("entry", true),
        ("is-recorded-only", line.entry.is_none()),
        ("is-ahead", line.is_ahead),
        ("is-first-ahead", line.is_first_ahead),
        ("is-pencil", is(|entry| entry.is_pencil)),
        ("is-message", is(|entry| entry.is_message)),
        ("is-wide", is(|entry| amount(entry).is_empty() && figure(entry).is_empty())),
        ("is-new", is_new),
    ];
    let words: Vec<_> = words.into_iter().filter_map(|(word, is_so)| is_so.then_some(word)).collect();
    words.join(" ")
}

fn nth(line: &Line) -> String {
    (line.position + 1).to_string()
}

fn whose(line: &Line) -> String {
    line.entry.as_ref().map(|entry| owner(line, entry)).unwrap_or_default()
}

/// Whom an entry is about, before its sentence, where that has to be told: `Ada: `.
fn owner(line: &Line, entry: &Entry) -> String {
    let name = || entry.subject.clone().unwrap_or_else(|| short(&entry.stream));
    if line.is_shared { format!("{}: ", name()) } else { String::new() }
}

/// Beyond the moment that is looked at it has not happened yet.
fn not_yet(line: &Line) -> String {
    if line.is_ahead { " not yet" } else { "" }.to_owned()
}

fn amount(entry: &Entry) -> String {
    entry.amount.filter(|amount| *amount != 0).map(signed_cents).unwrap_or_default()
}

fn figure(entry: &Entry) -> String {
    if entry.figure_words.is_empty() { String::new() } else { plain_cents(entry.figure) }
}

/// What was recorded where a branch has something else.
fn beside(line: &Line) -> String {
    line.recorded.as_ref().map(|entry| entry.sentence.clone()).unwrap_or_default()
}

/// A note in the margin: what a what-if left out here.
fn left_out(line: &Line, entries: &[Entry], place: &str) -> String {
    const TOLD: usize = 3;
    if entries.is_empty() {
        return String::new();
    }
    let told = entries.iter().take(TOLD).map(|entry| format!("{}{}", owner(line, entry), entry.sentence));
    let more = (entries.len() > TOLD).then(|| format!("{} more", entries.len() - TOLD));
    let told: Vec<_> = told.chain(more).collect();
    format!("✎ left out {place} this: {}", told.join("; "))
}

/// A note in the margin: what is wrong with it today.
fn refused(entry: &Entry) -> String {
    match (&entry.refused, entry.amount) {
        (Some(why), _) => format!("✗ would be refused now: {why}"),
        (None, None) => "✗ can’t be read, and changes nothing".to_owned(),
        (None, Some(_)) => String::new(),
    }
}

/// All that is stored of an entry.
fn whole(desk: Desk, line: RwSignal<Line>) -> AnyView {
    // A row that is open shows no other entry.
    let position = line.with_untracked(|line| line.position);
    let figure = text(move || line.with(|line| line.entry.as_ref().map(computed)).unwrap_or_default());
    let stored = move || {
        let event = desk.read(|door| door.store().event(position));
        event.and_then(|event| serde_json::to_string_pretty(&event).ok()).unwrap_or_default()
    };
    let added = line.with_untracked(|line| line.entry.as_ref().map(|entry| entry.kind.clone()));
    let added = added.and_then(|kind| untrack(|| desk.read(|door| door.added(&kind))));
    let behind = Behind::get();
    let name = format!("Event {}, as it is stored", position + 1);
    let stored_at = format!("[aria-label='{name}']");
    let ways = move || behind.fetched(stored_at.clone(), move |pages| (pages.ways)(desk, position));
    view! {
        <div class="whole">
            <p>
                {figure}
                "This is all that is stored: "
                <button type="button" class="quiet" on:click=move |_| desk.visit(Some(position + 1))>
                    "Go to this moment"
                </button>
            </p>
            {when(move || desk.is_lab(), ways)}
            <pre tabindex="0" role="group" aria-label=name>{text(stored)}</pre>
            {added.map(|added| view! { <p class="hint">{added}</p> })}
            {behind.once_here(move |pages| (pages.marks)(desk, position))}
        </div>
    }
    .into_any()
}

fn computed(entry: &Entry) -> String {
    match entry.figure_words.as_str() {
        "" => String::new(),
        words => format!("{words} after it: computed. "),
    }
}
