//! What the last entry changed: the state of its stream before and after it.

use leptos::prelude::*;

use super::{Pin, field, tree};
use crate::engine::StreamId;
use crate::lab::inspect::{Node, step};
use crate::ui::desk::Desk;
use crate::ui::parts::{live, text};

/// The entry at the moment that is looked at, and every field of the state that it went into.
pub fn changes(desk: Desk, pin: Pin) -> AnyView {
    view! {
        <section class="changes" aria-labelledby="changes-title">
            <h3 id="changes-title">"What the last entry changed"</h3>
            {live(move || changed(desk, pin))}
        </section>
    }
    .into_any()
}

fn changed(desk: Desk, pin: Pin) -> AnyView {
    let applied = desk.applied();
    let last = applied.checked_sub(1).and_then(|last| {
        let read = desk.read(|door| (door.entries(last, applied).pop(), step(door, last)));
        read.0.zip(read.1)
    });
    let Some((entry, node)) = last else {
        return view! { <p class="hint">"Nothing has happened yet. Step forward to see what the first entry does."</p> }
            .into_any();
    };
    let whose = if desk.is_shared() { format!("{}: ", desk.name_of(&entry.stream)) } else { String::new() };
    let aside = match desk.stream() {
        Some(stream) if stream != entry.stream => {
            format!("It is another’s entry: for {} nothing changed. ", desk.name_of(&stream))
        }
        Some(_) | None => String::new(),
    };
    let idle = if node.changes().is_empty() { "It changed no field." } else { "" };
    let label = format!("The state before and after entry {applied}");
    let fields = tree::whole(&node, label, &|node| ask(desk, pin, &entry.stream, node));
    view! {
        <p class="which">
            <span class="nth">{applied}</span>
            <span class="what">{whose}{entry.sentence}</span>
        </p>
        <p class="hint">{aside}{idle}</p>
        {fields}
    }
    .into_any()
}

/// Pins a field; pressed again, lets go of it.
fn ask(desk: Desk, pin: Pin, stream: &StreamId, node: &Node) -> AnyView {
    let (wanted, name) = ((stream.clone(), node.path.clone()), field(&node.path));
    let is_pinned = {
        let wanted = wanted.clone();
        move || pin.read().as_ref() == Some(&wanted)
    };
    let pressed = is_pinned.clone();
    let label = format!("Why {name}?");
    let toggle = move |_| {
        let now = (!untrack(&is_pinned)).then(|| wanted.clone());
        desk.say(format!("{} {name}", if now.is_some() { "Pinned:" } else { "No longer pinned:" }));
        pin.set(now);
    };
    view! {
        <button
            type="button"
            class="quiet"
            aria-label=label
            aria-pressed=text(move || pressed().to_string())
            on:click=toggle
        >
            "Why?"
        </button>
    }
    .into_any()
}
