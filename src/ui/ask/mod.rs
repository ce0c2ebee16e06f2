//! Commands: what you ask for.

mod form;
mod past;

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::{flag, live, text, when};
use crate::engine::StreamId;
use crate::worlds::opening::Ready;

/// A form for each thing that can be asked.
pub fn forms() -> AnyView {
    let desk = Desk::get();
    // The world of the log on the desk: the address may be ahead of it.
    let world = Memo::new(move |_| desk.read(|door| door.world()));
    let forms = move || {
        world.with(|_| ());
        let forms = untrack(|| desk.read(|door| door.forms()));
        forms.iter().map(|form| form::ask_form(desk, form)).collect_view().into_any()
    };
    view! {
        {past::past(desk)}
        {ready(desk)}
        {accounts(desk)}
        {live(forms)}
        {more()}
        <details class="who">
            <summary>"Who asks, and why"</summary>
            <label>"Acting as"<input type="text" placeholder="you" bind:value=desk.actor/></label>
            <label>"Reason"<input type="text" placeholder="none" bind:value=desk.reason/></label>
            <p class="hint">"Both are written down with the event: who, and why."</p>
        </details>
    }
    .into_any()
}

/// On a telephone, once there is an account: the rest of what can be asked.
fn more() -> AnyView {
    let is_open = RwSignal::new(false);
    view! {
        <div class="more-asks">
            <button
                type="button"
                class="quiet"
                aria-expanded=text(move || is_open.get().to_string())
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                "More commands"
            </button>
        </div>
    }
    .into_any()
}

/// In a lab: commands that are ready to be asked.
fn ready(desk: Desk) -> AnyView {
    let world = Memo::new(move |_| desk.read(|door| door.world()));
    let buttons = move || {
        world.with(|_| ());
        let ready = untrack(|| desk.opening().ready).iter();
        let button = |ready: &'static Ready| {
            let says = text(move || {
                let subjects = desk.subjects.read();
                ready.says(|nth| subjects.get(nth).map(|(_, subject)| subject.name.as_str()))
            });
            let cannot = flag(move || !ready.can_be_asked(desk.subjects.read().len()));
            view! {
                <button type="button" disabled=cannot on:click=move |_| desk.wish.set(Some(ready.wish))>{says}</button>
            }
        };
        view! { <div class="ready" role="group" aria-label="Ready to ask">{ready.map(button).collect_view()}</div> }
            .into_any()
    };
    when(move || desk.is_lab(), move || live(buttons))
}

/// Whom the page looks at; offered from the second one on.
fn accounts(desk: Desk) -> AnyView {
    let options = move || {
        let chosen = desk.stream();
        desk.subjects
            .get()
            .into_iter()
            .map(|(stream, subject)| {
                let is_chosen = Some(&stream) == chosen.as_ref();
                let closed = if subject.is_open { "" } else { " (closed)" };
                let label = format!("{}, {}{closed}", subject.name, short(&stream));
                view! { <option value=stream.to_string() selected=is_chosen>{label}</option> }
            })
            .collect_view()
            .into_any()
    };
    let choose = move |stream: String| desk.choose(StreamId::new(stream));
    let chooser = move || {
        view! {
            <label class="accounts">
                "Account"
                <select on:change:target=move |change| choose(change.target().value())>{live(options)}</select>
            </label>
        }
        .into_any()
    };
    when(move || desk.is_shared(), chooser)
}

/// A stream's id as people can tell it from others: its last four characters.
pub(super) fn short(stream: &StreamId) -> String {
    crate::worlds::fields::short(stream.as_str()).to_owned()
}
