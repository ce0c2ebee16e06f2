//! The sheet that is laid over a page that broke off: what happened, that the log is safe, and a way to take it along.
//!
//! It is part of `index.html`, so nothing has to be drawn by the program that has just failed. A panic is told here; what
//! else can stop a program, such as a stack that overflows, is told in `boot.js`.

use std::panic::{PanicHookInfo, set_hook};

use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlAnchorElement, HtmlElement};

use super::download;
use super::storage;
use crate::engine::{Journal, LogId};
use crate::formats::Head;
use crate::formats::ndjson::{self, Rest};
use crate::journal::KeyedJournal;
use crate::lab::WORLDS;

/// From now on a panic is told on the page and in the browser's console.
pub fn watch() {
    set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            tell(&document, panic);
        }
    }));
}

fn tell(document: &Document, panic: &PanicHookInfo<'_>) {
    let part = |id: &str| document.get_element_by_id(id).and_then(|part| part.dyn_into::<HtmlElement>().ok());
    if let Some(what) = part("crash-what") {
        what.set_text_content(Some(&panic.to_string()));
    }
    if let Some(sheet) = part("crash") {
        sheet.set_hidden(false);
    }
    // The sheet is there already; a title that can't take the focus is read all the same.
    let _ = part("crash-title").map(|title| title.focus());
    // Last, since reading what is stored may fail as well.
    if let Some(link) = part("crash-save").and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        offer(&link);
    }
}

/// Puts the stored log of the first world that has one behind a link.
fn offer(link: &HtmlAnchorElement) {
    let Ok(table) = storage::open() else { return };
    for world in WORLDS {
        let Ok(Some(recovered)) = KeyedJournal::new(table, world.name).load() else { continue };
        let LogId(id) = recovered.log;
        let events = recovered.commits.into_iter().flat_map(|commit| commit.writes).flat_map(|write| write.events);
        let events: Vec<_> = events.collect();
        if events.is_empty() {
            continue;
        }
        let rest = Rest::default();
        let head = Head { world: world.name, log: recovered.log, events: events.len() as u64, rest: &rest };
        let text = ndjson::write(&head, &mut events.into_iter());
        if let Ok(address) = download::address(&text) {
            link.set_href(&address);
            link.set_download(&format!("daybook-{}-{id}.ndjson", world.name));
            link.set_hidden(false);
            return;
        }
    }
}
