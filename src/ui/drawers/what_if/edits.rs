//! What a branch has changed: events left out, and events that say something else.

use leptos::prelude::*;
use serde_json::value::RawValue;

use crate::engine::{LogId, Position};
use crate::lab::door::{Door, Origin};
use crate::lab::no::No;
use crate::lab::what_if::Edit;
use crate::ui::desk::Desk;
use crate::ui::drawers;
use crate::ui::parts::{focus, focus_if_lost, live};
use crate::worlds::json::amiss;
use crate::worlds::money::shown;

/// Edits that are listed one by one.
const LISTED: usize = 50;

/// Tells the event at a position of the log on the desk otherwise: with other data, or left out. On a branch that is one
/// more edit of it; beside any other log a branch begins with it.
pub fn alter(desk: Desk, position: u64, data: Option<&str>) -> Result<(), No> {
    let (lab, log) = (desk.lab(), untrack(|| desk.log()));
    let edit = |position: u64| match data {
        None => Ok(Edit::Skip(Position(position))),
        Some(text) => match serde_json::from_str::<Box<RawValue>>(text) {
            Ok(data) => Ok(Edit::Data(Position(position), data)),
            Err(why) => {
                Err(No::bad_input(format!("Expected data as JSON, found {}: {}.", shown(text), amiss(text, &why))))
            }
        },
    };
    let (stream, position, mut edits) = untrack(|| {
        let read = |door: &dyn Door| {
            let stream = door.store().event(position).map(|event| event.stream);
            (stream.filter(|stream| door.subject(stream).is_some()), in_base(door, position), edits_of(door))
        };
        desk.read(read)
    });
    let position = position.ok_or_else(|| No::bad_input("Expected an event of the log, found one of the branch."))?;
    edits.retain(|edit| edit.position().0 != position);
    edits.push(edit(position)?);
    if matches!(untrack(|| desk.origin()), Origin::Branch { .. }) {
        lab.edit(log, &edits)?;
    } else {
        let branch = lab.branch(log, untrack(|| desk.events()))?;
        if let Err(no) = lab.edit(branch, &edits) {
            lab.discard(branch)?;
            return Err(no);
        }
        desk.put(branch);
    }
    if let Some(stream) = stream {
        desk.choose(stream);
    }
    drawers::open(desk, Some("what-if"));
    focus("#drawer-title");
    let refused = untrack(|| desk.read(refused));
    desk.say(format!(
        "What if: event {} {}. {refused}",
        position + 1,
        if data.is_some() { "says something else" } else { "left out" }
    ));
    Ok(())
}

/// The position in its base of an event of a branch; `None`: it was recorded on the branch.
pub fn in_base(door: &dyn Door, position: u64) -> Option<u64> {
    match (door.what_if(), door.origin()) {
        (Some(what_if), _) => what_if.in_base(position),
        (None, Origin::Branch { fork, .. }) => Some(position).filter(|position| position < fork),
        (None, Origin::Recorded | Origin::Copy) => Some(position),
    }
}

fn edits_of(door: &dyn Door) -> Vec<Edit> {
    door.what_if().map(|what_if| what_if.edits().to_vec()).unwrap_or_default()
}

/// How many events the decider would refuse now, in words.
fn refused(door: &dyn Door) -> String {
    match door.what_if().map_or(0, |what_if| what_if.refused().len()) {
        0 => "No event would be refused now.".to_owned(),
        1 => "1 event would be refused now; it counts all the same.".to_owned(),
        many => format!("{many} events would be refused now; they count all the same."),
    }
}

/// The edits of the branch on the desk, each with a way to undo it.
pub fn edits(desk: Desk, base: LogId) -> AnyView {
    live(move || {
        let edits = desk.read(edits_of);
        if edits.is_empty() {
            return view! { <p class="hint">"Nothing is changed. Open an entry in the ledger to leave it out, or to let it say something else."</p> }
            .into_any();
        }
        let more = edits.len().saturating_sub(LISTED);
        let more = (more > 0).then(|| view! { <li>{format!("and {more} more")}</li> });
        let row = |edit: &Edit| {
            let position = edit.position();
            view! {
                <li>
                    <span>{told(desk, base, edit)}</span>
                    <button
                        type="button"
                        class="quiet"
                        aria-label=format!("Undo the change of event {}", position.0 + 1)
                        on:click=move |_| undo(desk, position)
                    >
                        "Undo"
                    </button>
                </li>
            }
        };
        view! {
            <section class="edits" aria-labelledby="edits-title">
                <h3 id="edits-title">"What is changed"</h3>
                <ul>{edits.iter().take(LISTED).map(row).collect_view()} {more}</ul>
                <p>{desk.read(refused)}</p>
            </section>
        }
        .into_any()
    })
}

/// An edit in plain words.
fn told(desk: Desk, base: LogId, edit: &Edit) -> String {
    let position = edit.position().0;
    let nth = position + 1;
    let sentence =
        |door: &dyn Door, at: u64| door.entries(at, at + 1).pop().map(|entry| entry.sentence).unwrap_or_default();
    let was = desk.read_log(base, |door| sentence(door, position));
    match edit {
        Edit::Skip(_) => format!("Event {nth} left out: {was}"),
        Edit::Data(..) => {
            let is = desk
                .read(|door| sentence(door, door.what_if().map_or(position, |what_if| what_if.in_branch(position))));
            if was == is { format!("Event {nth}, {was}: other data") } else { format!("Event {nth}: {was} → {is}") }
        }
    }
}

/// Takes an edit back.
fn undo(desk: Desk, position: Position) {
    let mut edits = untrack(|| desk.read(edits_of));
    edits.retain(|edit| edit.position() != position);
    match desk.lab().edit(untrack(|| desk.log()), &edits) {
        Ok(()) => desk.say(format!("Event {} is as it was recorded.", position.0 + 1)),
        Err(no) => desk.say(no.to_string()),
    }
    focus_if_lost("#drawer-title");
}

/// What is changed is not kept; the browser asks before it is lost.
pub fn warn_before_leaving(desk: Desk) {
    window_event_listener(leptos::ev::beforeunload, move |leaving| {
        if untrack(|| desk.read(|door| door.what_if().is_some_and(|what_if| !what_if.edits().is_empty()))) {
            leaving.prevent_default();
        }
    });
}
