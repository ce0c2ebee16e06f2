//! Bookmarks and notes of an entry: what people say about it, beside the log.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::lab::beside::Mark;
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, focus_if_lost, live, when};

/// The sign of a bookmark, and of a note.
const SIGNS: (&str, &str) = ("⚑", "✎");

/// What marks an entry in the ledger.
pub fn signs(desk: Desk, position: u64) -> String {
    let (bookmark, note) = SIGNS;
    let one = |mark: Mark| match mark {
        Mark::Bookmark { name, .. } => format!(" {bookmark} {name}"),
        Mark::Note { .. } => format!(" {note} note"),
    };
    of_entry(desk, position).into_iter().map(one).collect()
}

/// In a lab: what is said of an entry, and a way to say more.
pub fn marks(desk: Desk, position: u64) -> AnyView {
    let (name, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (name_wrong, note_wrong) = (Wrong::nothing(), Wrong::nothing());
    let bookmark = move |submit: SubmitEvent| {
        submit.prevent_default();
        let mark = Mark::Bookmark { at: position + 1, name: name.get_untracked().trim().to_owned() };
        put(desk, &mark, name, name_wrong);
    };
    let write = move |submit: SubmitEvent| {
        submit.prevent_default();
        let mark = Mark::Note { position, text: note.get_untracked().trim().to_owned() };
        put(desk, &mark, note, note_wrong);
    };
    let ids = move |what| format!("no-{what}-{position}");
    let draw = move || {
        view! {
            <div class="marks">
                {live(move || said(desk, of_entry(desk, position), position))}
                <form class="mark" novalidate on:submit=bookmark>
                    <label>
                        "Name"
                        <input
                            type="text"
                            id=format!("name-{position}")
                            autocomplete="off"
                            bind:value=name
                            aria-invalid=name_wrong.is_wrong()
                            aria-describedby=name_wrong.described_by(&ids("name"))
                        />
                    </label>
                    <button type="submit">"Bookmark"</button>
                    {name_wrong.alert(&ids("name"))}
                </form>
                <form class="mark" novalidate on:submit=write>
                    <label>
                        "Note"
                        <textarea
                            rows="2"
                            bind:value=note
                            aria-invalid=note_wrong.is_wrong()
                            aria-describedby=note_wrong.described_by(&ids("note"))
                        ></textarea>
                    </label>
                    <button type="submit">"Add note"</button>
                    {note_wrong.alert(&ids("note"))}
                </form>
            </div>
        }
        .into_any()
    };
    when(move || desk.is_lab(), draw)
}

/// What is said of an entry. The marks stand in the order of the log.
fn of_entry(desk: Desk, position: u64) -> Vec<Mark> {
    desk.marks.with(|marks| {
        let before = marks.partition_point(|mark| mark.after() <= position);
        marks[before..].iter().take_while(|mark| mark.after() == position + 1).cloned().collect()
    })
}

/// Keeps a mark beside the log on the desk; what was typed stays if that can't be done.
fn put(desk: Desk, mark: &Mark, typed: RwSignal<String>, wrong: Wrong) {
    let put = desk.lab().mark(untrack(|| desk.log()), mark);
    if put.is_ok() {
        typed.set(String::new());
        desk.say(format!("Kept beside the log: {}.", words(mark)));
    }
    wrong.tell(put);
}

fn said(desk: Desk, marks: Vec<Mark>, position: u64) -> AnyView {
    let row = |mark: Mark| {
        let told = words(&mark);
        view! { <li><span>{told.clone()}</span> {remove(desk, mark, &told, format!("#name-{position}"))}</li> }
    };
    view! { <ul class="said-marks">{marks.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// A mark in words.
pub fn words(mark: &Mark) -> String {
    let (bookmark, note) = SIGNS;
    match mark {
        Mark::Bookmark { at: 0, name } => format!("{bookmark} Genesis: {name}"),
        Mark::Bookmark { at, name } => format!("{bookmark} After event {at}: {name}"),
        Mark::Note { position, text } => format!("{note} Event {}: {text}", position + 1),
    }
}

/// A button that removes a mark; `back` is where the focus goes then.
pub fn remove(desk: Desk, mark: Mark, told: &str, back: String) -> AnyView {
    let unmark = move |_| {
        match desk.lab().unmark(untrack(|| desk.log()), &mark) {
            Ok(_) => desk.say("Removed. The log is as it was."),
            Err(no) => desk.say(no.to_string()),
        }
        focus_if_lost(&back);
    };
    view! { <button type="button" class="quiet" aria-label=format!("Remove {told}") on:click=unmark>"Remove"</button> }
        .into_any()
}
