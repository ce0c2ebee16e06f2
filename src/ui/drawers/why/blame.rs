//! A pinned field: its value at every moment, and the entries that changed it.

use leptos::prelude::*;
use serde_json::Value;

use super::{LISTED, Pin, field, tree};
use crate::engine::{Position, StreamId};
use crate::lab::inspect::{Blamed, blame_lately};
use crate::lab::path::Path;
use crate::ui::desk::Desk;
use crate::ui::parts::{focus, live};

/// Entries of one stream that are looked at for changes without being asked: some milliseconds, however long the log.
const REACH: usize = 4096;

/// The field that was asked about, as of the moment that is looked at.
pub fn pinned(desk: Desk, pin: Pin) -> AnyView {
    // The moment for which all entries were to be looked at.
    let thorough = RwSignal::new(None::<u64>);
    view! {
        <section class="pinned" aria-labelledby="pinned-title">
            <h3 id="pinned-title" tabindex="-1">"Why a field is as it is"</h3>
            {live(move || match pin.get() {
                Some((stream, path)) => reasons(desk, pin, thorough, &stream, &path),
                None => hint(),
            })}
        </section>
    }
    .into_any()
}

fn hint() -> AnyView {
    view! {
        <p class="hint">
            "Press “Why?” beside a field. It stays here while you step, with the entries that changed it."
        </p>
    }
    .into_any()
}

fn reasons(desk: Desk, pin: Pin, thorough: RwSignal<Option<u64>>, stream: &StreamId, path: &Path) -> AnyView {
    let applied = desk.applied();
    let reach = if thorough.get() == Some(applied) { usize::MAX } else { REACH };
    let (now, (blamed, unseen)) = desk.read(|door| {
        let now = path.of(&door.state(stream, applied)).cloned();
        (now, blame_lately(door, stream, path, applied, LISTED, reach))
    });
    let last = path.names().last().unwrap_or_default();
    let value = |value: &Option<Value>| value.as_ref().map_or("–".to_owned(), |value| tree::shown(&last, value));
    let whose = if desk.is_shared() { format!(" of {}", desk.name_of(stream)) } else { String::new() };
    let is_cut = blamed.len() == LISTED;
    let caption = match (blamed.is_empty(), is_cut, unseen) {
        (false, true, _) => format!("The last {LISTED} entries that changed it, the latest first."),
        (false, false, 0) => "The entries that changed it, the latest first.".to_owned(),
        (true, _, 0) => "No entry up to here has changed it.".to_owned(),
        (_, _, unseen) => format!("{unseen} earlier entries were not looked at."),
    };
    let further = (!is_cut && unseen > 0).then(|| {
        let all = move |_| thorough.set(Some(applied));
        view! { <button type="button" class="quiet" on:click=all>"Look at all of them"</button> }
    });
    let rows = blamed.iter().map(|blamed| row(desk, blamed, &value)).collect_view();
    let unpin = move |_| {
        pin.set(None);
        focus("#pinned-title");
    };
    view! {
        <p class="pin">
            <span><span class="name">{field(path)}</span>{whose}" is "<b>{value(&now)}</b></span>
            <button type="button" class="quiet" on:click=unpin>"Unpin"</button>
        </p>
        <p class="hint">{caption} " " {further}</p>
        <div class="table-strip" tabindex="0" role="group" aria-label="Changes" hidden=blamed.is_empty()>
            <table class="blamed">
                <thead>
                    <tr>
                        <th scope="col">"Entry"</th>
                        <th scope="col">"What happened"</th>
                        <th scope="col" class="is-figure">"Before"</th>
                        <th scope="col" class="is-figure">"After"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// An entry that changed the field: a way to its moment.
fn row(desk: Desk, blamed: &Blamed, value: &dyn Fn(&Option<Value>) -> String) -> AnyView {
    let Position(position) = blamed.position;
    let sentence = desk.read(|door| door.entries(position, position + 1).pop()).map(|entry| entry.sentence);
    let sentence = sentence.unwrap_or_default();
    let go = move |_| {
        desk.visit(Some(position + 1));
        // The list begins with this entry then.
        focus(".blamed button");
    };
    view! {
        <tr>
            <td>
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Go to event {}, {sentence}", position + 1)
                    on:click=go
                >
                    {position + 1}
                </button>
            </td>
            <td><span class="what">{sentence}</span></td>
            <td class="is-figure">{value(&blamed.before)}</td>
            <td class="is-figure"><b>{value(&blamed.after)}</b></td>
        </tr>
    }
    .into_any()
}
