//! One entry of the ledger.

use leptos::prelude::*;

use crate::lab::door::Entry;
use crate::ui::ask::short;
use crate::ui::desk::Desk;
use crate::ui::parts::{flag, text, when};
use crate::worlds::money::plain_cents;

/// A row that opens to the whole recorded event. Beyond the moment that is looked at it has not happened yet.
#[component]
pub fn EntryRow(entry: Entry) -> impl IntoView {
    let desk = Desk::get();
    let position = entry.position;
    let is_open = RwSignal::new(false);
    let is_ahead = flag(move || desk.applied() <= position);
    let is_first = flag(move || desk.applied() == position);
    // Names are needed to tell accounts apart, from the second one on.
    let name = entry.subject.unwrap_or_else(|| short(&entry.stream));
    let whose = text(move || if desk.is_shared() { format!("{name}: ") } else { String::new() });
    let sentence_id = format!("entry-{position}");
    let labelled_by = sentence_id.clone();
    let amount = entry.amount.filter(|amount| *amount != 0).map(signed);
    let event = text(move || {
        let event = desk.read(|door| door.store().event(position));
        event.and_then(|event| serde_json::to_string_pretty(&event).ok()).unwrap_or_default()
    });
    let figure_words = entry.figure_words;
    let opened = move || {
        view! {
            <div class="whole">
                <p>
                    {figure_words.clone()} " after it: computed. This is all that is stored: "
                    <button type="button" class="quiet" on:click=move |_| desk.seek(Some(position + 1))>
                        "Go to this moment"
                    </button>
                </p>
                <pre tabindex="0">{event}</pre>
            </div>
        }
        .into_any()
    };
    view! {
        <li class="entry" class:is-ahead=is_ahead class:is-first-ahead=is_first class:is-pencil=entry.is_pencil>
            <button
                type="button"
                class="row"
                aria-expanded=text(move || is_open.get().to_string())
                aria-labelledby=labelled_by
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <span class="nth">{position + 1}</span>
                <span class="what" id=sentence_id>
                    <b class="whose">{whose}</b>
                    {entry.sentence}
                    <i class="not-yet">{text(move || if is_ahead.get() { " not yet".to_owned() } else { String::new() })}</i>
                </span>
                <span class="amount">{amount}</span>
                <span class="figure">{plain_cents(entry.figure)}</span>
            </button>
            {when(move || is_open.get(), opened)}
        </li>
    }
}

fn signed(cents: i64) -> String {
    if cents < 0 { format!("−{}", plain_cents(cents.saturating_abs())) } else { format!("+{}", plain_cents(cents)) }
}
