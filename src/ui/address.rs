//! The address: all options stand behind the `#`, so any static host will do.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::desk::Desk;

/// The options of the address, such as `at=3` and `fresh`.
fn options() -> Vec<(String, String)> {
    let hash = window().location().hash().unwrap_or_default();
    let Some((_, options)) = hash.split_once('?') else { return Vec::new() };
    let pair = |option: &str| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        (name.to_owned(), value.to_owned())
    };
    options.split('&').filter(|option| !option.is_empty()).map(pair).collect()
}

/// Whether the address asks for an empty lab in memory.
pub fn is_fresh() -> bool {
    options().iter().any(|(name, _)| name == "fresh")
}

/// Looks at the moment that the address names, now and when it changes.
pub(super) fn follow(desk: Desk) {
    let go = move || {
        let at = options().iter().find(|(name, _)| name == "at").and_then(|(_, at)| at.parse().ok());
        desk.seek(at);
    };
    go();
    window_event_listener(leptos::ev::hashchange, move |_| go());
}

/// Writes the moment that is looked at into the address, without a new entry in the history.
pub(super) fn write_at(at: Option<u64>) {
    let hash = window().location().hash().unwrap_or_default();
    let path = hash.split('?').next().filter(|path| path.len() > 1).unwrap_or("#/").to_owned();
    let kept = options().into_iter().filter(|(name, _)| name != "at");
    let all: Vec<_> = kept
        .chain(at.map(|at| ("at".to_owned(), at.to_string())))
        .map(|(name, value)| if value.is_empty() { name } else { format!("{name}={value}") })
        .collect();
    let address = if all.is_empty() { path } else { format!("{path}?{}", all.join("&")) };
    if let Ok(history) = window().history() {
        // A browser that limits how often this is called loses nothing but the address.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}
