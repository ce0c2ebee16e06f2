//! The sheet that is laid over a page that broke off: what happened, that the log is safe, and a way to take it along.
//!
//! It is part of `index.html`, so nothing has to be drawn by the program that has just failed. A panic is told here; what
//! else can stop a program, such as a stack that overflows, is told in `boot.js`.

use std::panic::{PanicHookInfo, set_hook};

use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlAnchorElement, HtmlElement};

use super::download;
use super::storage::{self, LocalTable};
use crate::engine::journal::Recovered;
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

/// Puts the stored log of each world that has one behind a link.
fn offer(first: &HtmlAnchorElement) {
    let Ok(table) = storage::open() else { return };
    let logs = WORLDS.iter().filter_map(|world| Some((world.name, saved(table, world.name)?)));
    let mut next = Some(first.clone());
    for (nth, (world, (log, text))) in logs.enumerate() {
        let (Some(link), Ok(address)) = (next.take(), download::address(&text)) else { return };
        // Made before this one has a name and an address of its own.
        next = link.clone_node().ok().and_then(|link| link.dyn_into().ok());
        link.set_href(&address);
        link.set_download(&format!("daybook-{world}-{log}.ndjson"));
        link.set_hidden(false);
        if nth > 0 {
            link.set_text_content(Some(&format!("Save the log of {world}")));
            // The first one stands on the sheet, and the others behind it.
            let _ = first.parent_node().map(|buttons| buttons.append_child(&link));
        }
    }
}

/// A world's stored log as a file, if it holds anything.
fn saved(table: LocalTable, world: &'static str) -> Option<(LogId, String)> {
    let Recovered { log, commits, .. } = KeyedJournal::new(table, world).load().ok()??;
    let events: Vec<_> = commits.into_iter().flat_map(|commit| commit.writes).flat_map(|write| write.events).collect();
    let rest = Rest::default();
    let head = Head { world, log, events: events.len() as u64, rest: &rest };
    (!events.is_empty()).then(|| (log, ndjson::write(&head, events)))
}
