//! What is on its way in a lab: between subjects, and before those who read.

use leptos::prelude::*;

use super::ask::short;
use super::desk::Desk;
use crate::engine::StreamId;
use crate::lab::door::By;
use crate::lab::readers::{Stands, Told};
use crate::worlds::Flow;
use crate::worlds::money::format_cents;

/// Things on their way that are drawn.
const FLOWS: usize = 4;

/// What is on its way from one subject to another, at the moment that is looked at: the latest first.
pub fn between(desk: Desk, title: &'static str) -> AnyView {
    let applied = desk.applied();
    let flows = desk.read(|door| door.flows(applied, FLOWS));
    if flows.is_empty() {
        return ().into_any();
    }
    let name = |stream: &StreamId| desk.read(|door| door.subject(stream)).map_or_else(|| short(stream), |it| it.name);
    let figure =
        |stream: &StreamId| format_cents(desk.read(|door| door.card(Some(stream), applied, By::KeptView).0.figure));
    let side =
        |stream: &StreamId| view! { <span class="side"><b>{name(stream)}</b><span>{figure(stream)}</span></span> };
    let row = |(_, flow): (StreamId, Flow)| {
        let Flow { from, to, amount, stands, done, steps, has_failed } = flow;
        // A dot for each step; what is done is filled.
        let dots = (0..steps).map(|nth| view! { <i class:is-done=nth < done></i> }).collect_view();
        view! {
            <li class:has-failed=has_failed>
                {side(&from)}
                <span class="way">
                    <span>{format_cents(amount)}</span>
                    <span class="dots" aria-hidden="true">{dots}</span>
                    <span class="badge">{stands}</span>
                </span>
                {side(&to)}
            </li>
        }
    };
    view! { <ul class="flows" aria-label=title>{flows.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// How many messages wait for a reader, and which is the next.
pub fn waiting(desk: Desk, name: &str) -> Vec<String> {
    let acts = desk.read(|door| door.acts());
    let Some(told) = readers(desk).into_iter().find(|told| acts && told.name == name) else {
        return vec!["Nobody acts on this log.".to_owned()];
    };
    let waits = match (told.lag, told.stands) {
        (_, Stands::Failed(_)) => "Failed at a message".to_owned(),
        (0, _) => "Nothing waits.".to_owned(),
        (1, _) => "1 message waits".to_owned(),
        (lag, _) => format!("{lag} messages wait"),
    };
    let next = told.next.and_then(|at| desk.read(|door| door.entries(at.0, at.0 + 1).pop()));
    [Some(waits), next.map(|entry| entry.sentence)].into_iter().flatten().collect()
}

/// Who reads the log on the desk, and who follows it; read anew whenever something changes.
pub fn readers(desk: Desk) -> Vec<Told> {
    desk.read(|_| ());
    // A log that is gone has no readers.
    desk.lab().readers(desk.log()).unwrap_or_default()
}
