//! The log on paper: a head that says what it is, and every entry.

use leptos::prelude::*;

use super::scroll::Scroll;
use super::window::DRAWN;
use crate::ui::desk::Desk;
use crate::ui::parts::live;

/// More entries than anyone prints.
const MOST: u64 = 20_000;

/// Shows the whole ledger while it is being printed.
pub fn all_rows(scroll: Scroll) {
    window_event_listener(leptos::ev::Custom::new("beforeprint"), move |_: web_sys::Event| scroll.draw(MOST));
    window_event_listener(leptos::ev::Custom::new("afterprint"), move |_: web_sys::Event| scroll.draw(DRAWN));
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
