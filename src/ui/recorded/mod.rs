//! Events: what happened.

mod entry;

use leptos::html;
use leptos::prelude::*;

use super::desk::Desk;
use super::parts::{flag, spoken, text, when};
use entry::EntryRow;

/// Entries shown at first, and further ones at a time: enough to look back, few enough to draw in a blink.
const PAGE: u64 = 200;

/// The region "Event Store (The Ledger)": every event, oldest first, the newest in view.
#[component]
pub fn EventStore() -> impl IntoView {
    let desk = Desk::get();
    let pages = RwSignal::new(1_u64);
    let from = Memo::new(move |_| desk.events().saturating_sub(PAGE * pages.get()));
    let entries = Memo::new(move |_| {
        let log = desk.log();
        desk.read(|door| door.entries(from.get(), door.store().len()))
            .into_iter()
            .map(|entry| (log, entry))
            .collect::<Vec<_>>()
    });
    let list = NodeRef::<html::Ol>::new();
    Effect::new(move |_| follow_newest(list, desk.events(), desk.applied() - from.get().min(desk.applied())));

    let is_empty = move || desk.events() == 0;
    let empty = || {
        view! {
            <div class="empty">
                <p class="empty-title">"No events recorded yet."</p>
                <p>"Open an account, and its first entry stands here."</p>
            </div>
        }
        .into_any()
    };
    let earlier = move || {
        view! {
            <button type="button" class="quiet earlier" on:click=move |_| pages.update(|pages| *pages += 1)>
                {text(move || format!("Show earlier entries ({} more)", from.get()))}
            </button>
        }
        .into_any()
    };

    view! {
        <section class="recorded" aria-labelledby="recorded-title">
            <header class="panel-head">
                <h2 id="recorded-title">"Event Store (The Ledger)"</h2>
                <p>"what happened"</p>
                <span class="badge">"Append Only"</span>
            </header>
            {when(is_empty, empty)}
            <div class="columns" aria-hidden="true" hidden=flag(is_empty)>
                <span>"#"</span>
                <span>"What happened"</span>
                <span>"Amount"</span>
                <span>"Balance"<small>"computed, not stored"</small></span>
            </div>
            {when(move || from.get() != 0, earlier)}
            <ol class="entries" node_ref=list tabindex="-1" hidden=flag(is_empty)>
                <For each=move || entries.get() key=|(log, entry)| (*log, entry.position) let:numbered>
                    <EntryRow entry=numbered.1/>
                </For>
            </ol>
            <p class="status" role="status">
                {spoken(move || Some(desk.said.get()), |said| view! { <span>{said}</span> }.into_any())}
            </p>
        </section>
    }
}

/// Keeps the last applied entry in view, once it has been drawn.
fn follow_newest(list: NodeRef<html::Ol>, _events: u64, applied_rows: u64) {
    request_animation_frame(move || {
        let Some(list) = list.get_untracked() else { return };
        let last_applied = applied_rows.saturating_sub(1);
        let Some(row) = u32::try_from(last_applied).ok().and_then(|nth| list.children().item(nth)) else { return };
        let (top, height) = (list.get_bounding_client_rect().top(), f64::from(list.client_height()));
        let row = row.get_bounding_client_rect();
        let beyond = (row.bottom() - top - height).max(0.0) + (row.top() - top).min(0.0);
        list.set_scroll_top(list.scroll_top() + to_pixels(beyond));
    });
}

#[expect(clippy::cast_possible_truncation, reason = "a page is far less than 2^31 pixels long")]
fn to_pixels(length: f64) -> i32 {
    length.round() as i32
}
