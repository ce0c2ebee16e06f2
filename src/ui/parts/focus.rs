//! What is on the page, and where the focus goes when what had it is gone.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Moves the focus to the first that fits the selector, once it has been drawn.
pub fn focus(selector: &str) {
    let selector = selector.to_owned();
    request_animation_frame(move || focus_now(&selector));
}

/// The same, but only if whatever had the focus is no longer there.
pub fn focus_if_lost(selector: &str) {
    let selector = selector.to_owned();
    request_animation_frame(move || {
        if focused().is_none() {
            focus_now(&selector);
        }
    });
}

/// What has the focus.
pub fn focused() -> Option<HtmlElement> {
    let active = document().active_element()?.dyn_into::<HtmlElement>().ok()?;
    (active.tag_name() != "BODY").then_some(active)
}

/// All on the page that fit the selector.
pub fn all(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|nth| found.get(nth)?.dyn_into().ok()).collect()
}

/// The first on the page that fits the selector.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn focus_now(selector: &str) {
    if let Some(found) = find(selector) {
        // What can't take the focus leaves it where it is.
        let _ = found.focus();
    }
}
