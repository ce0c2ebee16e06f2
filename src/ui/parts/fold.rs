//! What is folded away until somebody asks for it.

use leptos::ev::Event;
use leptos::prelude::*;
use web_sys::Element;

use super::when;

/// Details behind a summary, drawn only while they are open: what nobody looks at costs nothing.
pub fn fold(summary: &'static str, draw: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let is_open = RwSignal::new(false);
    let toggle = move |toggle: Event| is_open.set(event_target::<Element>(&toggle).has_attribute("open"));
    view! {
        <details class="fold" on:toggle=toggle>
            <summary>{summary}</summary>
            {when(move || is_open.get(), draw)}
        </details>
    }
    .into_any()
}
