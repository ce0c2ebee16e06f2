//! One entry of the ledger.

use leptos::prelude::*;

use crate::lab::door::Entry;
use crate::ui::ask::short;
use crate::ui::desk::Desk;
use crate::worlds::money::plain_cents;

/// A row that opens to the whole recorded event. Beyond the moment that is looked at it has not happened yet.
#[component]
pub fn EntryRow(entry: Entry) -> impl IntoView {
    let desk = Desk::get();
    let position = entry.position;
    let is_open = RwSignal::new(false);
    let is_ahead = Memo::new(move |_| desk.applied() <= position);
    let is_first = Memo::new(move |_| position == desk.applied());
    // Names are needed to tell accounts apart, from the second one on.
    let several = Memo::new(move |_| 1 < desk.subjects().len());
    let name = entry.subject.clone().unwrap_or_else(|| short(&entry.stream));
    let sentence_id = format!("entry-{position}");
    let labelled_by = sentence_id.clone();
    let amount = entry.amount.filter(|amount| *amount != 0).map(signed);
    let event = move || desk.read(|door| door.store().event(position));
    view! {
        <li class="entry" class:is-ahead=is_ahead class:is-first-ahead=is_first class:is-pencil=entry.is_pencil>
            <button
                type="button"
                class="row"
                aria-expanded=move || is_open.get().to_string()
                aria-labelledby=labelled_by
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <span class="nth">{position + 1}</span>
                <span class="what" id=sentence_id>
                    <Show when=move || several.get()><b class="whose">{name.clone()}": "</b></Show>
                    {entry.sentence}
                    <Show when=move || is_ahead.get()><i class="not-yet">" not yet"</i></Show>
                </span>
                <span class="amount">{amount}</span>
                <span class="figure">{plain_cents(entry.figure)}</span>
            </button>
            <Show when=move || is_open.get()>
                <div class="whole">
                    <p>
                        {entry.figure_words.clone()} " after it, in words. This is all that is stored: "
                        <button type="button" class="quiet" on:click=move |_| desk.seek(Some(position + 1))>
                            "Go to this moment"
                        </button>
                    </p>
                    <pre tabindex="0">{move || event().and_then(|event| serde_json::to_string_pretty(&event).ok())}</pre>
                </div>
            </Show>
        </li>
    }
}

fn signed(cents: i64) -> String {
    if cents < 0 { format!("−{}", plain_cents(cents.saturating_abs())) } else { format!("+{}", plain_cents(cents)) }
}
