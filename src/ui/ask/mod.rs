//! Commands: what you ask for.

mod form;
mod past;

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::{flag, live, when};
use crate::engine::StreamId;
use form::AskForm;
use past::Past;

/// The region "Actions (Commands)": a form for each thing that can be asked.
#[component]
pub fn Actions() -> impl IntoView {
    let desk = Desk::get();
    let has_subject = flag(move || desk.stream().is_some());
    let forms = untrack(|| desk.read(|door| door.forms()));
    view! {
        <section class="actions" aria-labelledby="actions-title" class:has-subject=has_subject>
            <header class="panel-head">
                <h2 id="actions-title">"Actions (Commands)"</h2>
                <p>"what you ask for"</p>
            </header>
            <Past/>
            <Accounts/>
            {forms.iter().map(|form| view! { <AskForm form/> }).collect_view()}
            <details class="who">
                <summary>"Who asks, and why"</summary>
                <label>"Acting as"<input type="text" placeholder="you" bind:value=desk.actor/></label>
                <label>"Reason"<input type="text" placeholder="none" bind:value=desk.reason/></label>
                <p class="hint">"Both are written down with the event: who, and why."</p>
            </details>
        </section>
    }
}

/// Whom the page looks at; offered from the second one on.
#[component]
fn Accounts() -> impl IntoView {
    let desk = Desk::get();
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
    let name = stream.as_str();
    name.char_indices().rev().nth(3).map_or(name, |(start, _)| &name[start..]).to_owned()
}
