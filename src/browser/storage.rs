//! localStorage as a table of texts.

use gloo_storage::{LocalStorage, Storage as _};
use wasm_bindgen::{JsCast, JsValue};

use crate::engine::JournalError;
use crate::journal::storage::Storage;

/// What every engine gives an origin: UTF-16 units of keys and values together.
const QUOTA: u64 = 5 << 20;
/// Values vanish at the very edge, so it is never reached.
const MARGIN: u64 = 32 << 10;

/// This browser's localStorage.
#[derive(Clone, Copy, Debug)]
pub struct LocalTable {
    /// `WebKit` counts bytes: a text with any letter beyond U+00FF costs twice.
    counts_bytes: bool,
}

/// localStorage, or why it can't be used. It can be absent, null, or throw on the first touch.
pub fn open() -> Result<LocalTable, String> {
    const KEY: &str = "daybook/probe";
    let window = web_sys::window().ok_or("there is no window")?;
    let storage = window.local_storage().map_err(|_| "this browser does not let the page store anything")?;
    let storage = storage.ok_or("storage is switched off in this browser")?;
    match storage.set_item(KEY, "1") {
        // A full storage can still be read.
        Err(error) if !is_quota(&error) => return Err("this browser does not let the page store anything".to_owned()),
        Ok(()) | Err(_) => drop(storage.remove_item(KEY)),
    }
    let vendor = js_sys::Reflect::get(&window.navigator(), &"vendor".into()).ok().and_then(|vendor| vendor.as_string());
    Ok(LocalTable { counts_bytes: vendor.is_some_and(|vendor| vendor.starts_with("Apple")) })
}

impl LocalTable {
    /// Everything that is stored for a world, as one JSON object: what can't be read is in it as well.
    pub fn stored(&self, world: &str) -> Result<String, JsValue> {
        let ours = ["daybook/1", "daybook/2"].map(|layout| format!("{layout}/{world}/"));
        let mut keys = self.keys().map_err(|error| error.to_string())?;
        keys.retain(|key| ours.iter().any(|ours| key.starts_with(ours)));
        keys.sort();
        let stored = js_sys::Object::new();
        for key in keys.iter().map(JsValue::from) {
            // A value that is no text for Rust, such as half a letter, is taken as it is.
            js_sys::Reflect::set(&stored, &key, &js_sys::Reflect::get(&LocalStorage::raw(), &key)?)?;
        }
        let text = js_sys::JSON::stringify_with_replacer_and_space(&stored, &JsValue::NULL, &2.into())?;
        Ok(text.into())
    }
}

/// What the browser says itself is for programmers.
fn no(what: &str) -> JournalError {
    JournalError::Unavailable(format!(
        "The storage of this browser does not answer: {what}. Try again; if it stays so, export the log and reload the page."
    ))
}

impl Storage for LocalTable {
    fn get(&self, key: &str) -> Result<Option<String>, JournalError> {
        LocalStorage::raw().get_item(key).map_err(|_| no("it can't be read"))
    }

    fn set(&self, key: &str, value: &str) -> Result<(), JournalError> {
        LocalStorage::raw().set_item(key, value).map_err(|error| {
            if is_quota(&error) { JournalError::Crowded } else { no("it can't be written to; nothing was recorded") }
        })
    }

    fn remove(&self, key: &str) -> Result<(), JournalError> {
        let removed = LocalStorage::raw().remove_item(key);
        removed.map_err(|_| no("nothing can be removed from it"))
    }

    /// All keys of the origin. Asking for them one by one by number takes quadratic time in Firefox.
    fn keys(&self) -> Result<Vec<String>, JournalError> {
        let keys = js_sys::Object::keys(LocalStorage::raw().as_ref());
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    fn cost(&self, key: &str, value: &str) -> u64 {
        units(key, self.counts_bytes) + units(value, self.counts_bytes)
    }

    fn capacity(&self) -> u64 {
        QUOTA - MARGIN
    }
}

fn units(text: &str, counts_bytes: bool) -> u64 {
    if text.is_ascii() {
        return text.len() as u64;
    }
    let units = text.encode_utf16().count() as u64;
    let is_wide = || text.chars().any(|letter| letter > '\u{ff}');
    if counts_bytes && is_wide() { 2 * units } else { units }
}

fn is_quota(error: &JsValue) -> bool {
    error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.name() == "QuotaExceededError")
}
