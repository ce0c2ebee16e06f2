//! The log on paper: a head that says what it is, and every entry.

use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::parts::live;

/// So many pages of the ledger hold more entries than anyone prints.
const ALL: u64 = 100;

/// Shows the whole ledger while it is being printed.
pub fn all_pages(pages: RwSignal<u64>) {
    let before = StoredValue::new(1);
    let all = move || {
        before.set_value(pages.get_untracked());
        pages.set(ALL);
    };
    window_event_listener(leptos::ev::Custom::new("beforeprint"), move |_: web_sys::Event| all());
    window_event_listener(leptos::ev::Custom::new("afterprint"), move |_: web_sys::Event| {
        pages.set(before.get_value());
    });
}

/// What stands above the entries on paper.
pub fn head(desk: Desk) -> AnyView {
    live(move || {
        let (title, events, log) = (desk.opening().title, desk.events(), desk.log());
        let until = if desk.is_past() { format!(", looked at after event {}", desk.applied()) } else { String::new() };
        view! {
            <div class="print-head">
                <p class="print-title">{title}</p>
                <p>{format!("{events} entries{until}. Log {log}.")}</p>
            </div>
        }
        .into_any()
    })
}
