//! A branch against its log, field by field.

use leptos::prelude::*;
use serde_json::Value;

use crate::engine::LogId;
use crate::lab::compare::{Difference, Field, compare};
use crate::lab::door::Door;
use crate::ui::desk::Desk;
use crate::ui::drawers::why::shown;
use crate::ui::parts::live;

/// Events since the fork, of log and branch together, up to which all is compared whenever something changes.
const SINCE: u64 = 5_000;
/// Streams that are shown.
const SHOWN: usize = 20;

/// What differs at the ends of the branch on the desk and of its base.
pub fn differences(desk: Desk, base: LogId, fork: u64) -> AnyView {
    let found = move || {
        let end = |door: &dyn Door| door.store().len();
        let since = desk.read_log(base, end).saturating_sub(fork) + desk.events().saturating_sub(fork);
        if since > SINCE {
            return said(format!("{since} events came since; field by field, up to {SINCE} are compared."));
        }
        let differences = desk.read(|branch| desk.read_log(base, |log| compare(branch, log)));
        if differences.is_empty() {
            return said("Nothing differs at the end.".to_owned());
        }
        let more = differences.len().saturating_sub(SHOWN);
        let more = (more > 0).then(|| said(format!("and {more} more streams")));
        let tables = differences.into_iter().take(SHOWN).map(|difference| table(desk, difference)).collect_view();
        view! { {tables} {more} }.into_any()
    };
    view! {
        <section class="differences" aria-labelledby="differences-title">
            <h3 id="differences-title">"What differs at the end, field by field"</h3>
            {live(found)}
        </section>
    }
    .into_any()
}

fn said(words: String) -> AnyView {
    view! { <p class="hint">{words}</p> }.into_any()
}

/// A stream's fields that differ.
fn table(desk: Desk, Difference { stream, fields }: Difference) -> AnyView {
    let name =
        desk.subjects.with(|all| all.iter().find(|(of, _)| *of == stream).map(|(_, subject)| subject.name.clone()));
    let name = name.unwrap_or_else(|| stream.to_string());
    let row = |Field { path, log, branch }: Field| {
        let value =
            |value: Option<Value>| value.map_or_else(|| "nothing".to_owned(), |value| shown(last(&path), &value));
        let (log, branch) = (value(log), value(branch));
        let path = if path.is_empty() { "all of it".to_owned() } else { path };
        view! { <tr><th scope="row">{path}</th><td>{log}</td><td class="is-pencil">{branch}</td></tr> }
    };
    view! {
        <div class="table-strip" tabindex="0" role="group" aria-label=format!("What differs for {name}")>
            <table>
                <caption>{name.clone()}</caption>
                <thead>
                    <tr><th scope="col">"Field"</th><th scope="col">"Recorded"</th><th scope="col">"What if"</th></tr>
                </thead>
                <tbody>{fields.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The innermost name of a path: `terms.rate` is a rate.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
