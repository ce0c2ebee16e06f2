//! The address: which view, and its options. All of it stands behind the `#`, so any static host will do.

use std::fmt;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::behind::Behind;
use super::desk::Desk;
use super::parts::whenever;
use super::story;
use crate::browser::Keeping;
use crate::engine::LogId;
use crate::lab::door::Origin;

/// What the address says: `#/lab/bank?at=3&open=files`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The part before the options: `/lab/bank`.
    path: String,
    /// Name and value, in order; an option without a value has an empty one.
    options: Vec<(String, String)>,
}

/// The option for an empty lab in memory, for shared computers.
const FRESH: &str = "fresh";

/// What is shown at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// The first page.
    Page,
    /// The lab of a world, if there is one of this name.
    Lab(String),
    /// Nothing of that name; the first page is shown instead.
    Nowhere(String),
}

impl Address {
    /// The address of this moment.
    pub fn now() -> Self {
        Self::read(&window().location().hash().unwrap_or_default())
    }

    /// What stands behind the `#`, with it or without.
    pub(super) fn read(hash: &str) -> Self {
        let hash = hash.trim_start_matches('#');
        // Short form: the options of the first page alone.
        let (path, options) = hash.split_once('?').unwrap_or(if hash.contains('=') { ("", hash) } else { (hash, "") });
        let pair = |option: &str| {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            (name.to_owned(), value.to_owned())
        };
        let options = options.split('&').filter(|option| !option.is_empty()).map(pair).collect();
        Self { path: path.to_owned(), options }
    }

    /// What is shown there.
    pub fn view(&self) -> View {
        match self.path.strip_prefix("/lab/") {
            Some(world) => View::Lab(world.trim_end_matches('/').to_owned()),
            None if matches!(self.path.as_str(), "" | "/") => View::Page,
            None => View::Nowhere(self.path.clone()),
        }
    }

    /// The value of an option, if it is there.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same address with an option set, or without it.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>) -> Self {
        let kept = self.options.iter().filter(|(known, _)| known != name).cloned();
        let options = kept.chain(value.map(|value| (name.to_owned(), value.to_owned()))).collect();
        Self { path: self.path.clone(), options }
    }

    /// The same address, which asks for an empty lab in memory if this page has one.
    #[must_use]
    pub fn kept_as(&self, keeping: &Keeping) -> Self {
        if matches!(keeping, Keeping::Fresh) { self.with(FRESH, Some("")) } else { self.clone() }
    }

    /// Goes there, with an entry in the history.
    pub fn go(&self) {
        // An address of our own is always a good one.
        let _ = window().location().set_hash(&self.to_string());
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", if self.path.is_empty() { "/" } else { &self.path })?;
        for (nth, (name, value)) in self.options.iter().enumerate() {
            let (before, equals) = (if nth == 0 { '?' } else { '&' }, if value.is_empty() { "" } else { "=" });
            write!(f, "{before}{name}{equals}{value}")?;
        }
        Ok(())
    }
}

/// Whether the address asks for an empty lab in memory.
pub fn is_fresh() -> bool {
    Address::now().option(FRESH).is_some()
}

/// A text as the value of an option: spaces and signs that mean something there are written otherwise.
pub(super) fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The text that a value stands for. What stands for none, since somebody typed it by hand, is taken as it is.
pub(super) fn decoded(value: &str) -> String {
    js_sys::decode_uri_component(value).map_or_else(|_| value.to_owned(), String::from)
}

/// The whole address under which a packed log opens in a world's lab, paused at its beginning.
pub(super) fn link(world: &str, packed: &str) -> String {
    let page = window().location().href().unwrap_or_default();
    let page = page.split_once('#').map_or(page.as_str(), |(page, _)| page);
    format!("{page}#/lab/{world}?log={packed}&at=0")
}

/// Looks at what the address names, now and when it changes.
pub(super) fn follow(desk: Desk, behind: Behind) {
    // The link that was opened last, and the copy it became. Signals, since there are such already.
    let (opened, copy) = (RwSignal::new(None::<String>), RwSignal::new(untrack(|| desk.log())));
    let go = move || {
        let (before, now) = (desk.address.get_untracked(), Address::now());
        if is_elsewhere(desk) {
            return drop(window().location().reload());
        }
        let (entered, moved) = (before.view() != now.view(), before.option("at") != now.option("at"));
        let at = now.option("at").and_then(|at| at.parse().ok());
        let link = now.option("log").filter(|link| before.option("log") != Some(link)).map(str::to_owned);
        if link.is_none() {
            desk.broken_link.set(None);
        }
        desk.address.set(now);
        if entered {
            desk.enter();
        }
        let last = opened.get_untracked().filter(|_| copy.get_untracked() == untrack(|| desk.log()));
        match link.filter(|link| Some(link) != last.as_ref()) {
            Some(link) => spawn_local(async move {
                let log = open(desk, behind, &link, at).await;
                opened.set(log.map(|log| {
                    copy.set(log);
                    link
                }));
            }),
            None if entered || moved => desk.seek(at),
            None => {}
        }
    };
    go();
    window_event_listener(leptos::ev::hashchange, move |_| go());
    whenever(move || {
        let (log, is_branch) = (desk.log(), matches!(desk.origin(), Origin::Branch { .. }));
        // A what-if beside the copy is part of it; whoever left it has left the link.
        if !is_branch && log != copy.get_untracked() && opened.get_untracked().is_some() {
            opened.set(None);
            write(desk, Address::now().with("log", None));
            settle(desk);
        }
    });
}

/// Whether the address asks for what is stored, and the page has an empty lab in memory; or the other way round.
fn is_elsewhere(desk: Desk) -> bool {
    desk.keeping.with_value(|keeping| match keeping {
        Keeping::Stored(..) => is_fresh(),
        Keeping::Fresh => !is_fresh(),
        Keeping::Blocked(_) => false,
    })
}

/// Opens the log of a link as a copy; the visitor's own is left alone.
async fn open(desk: Desk, behind: Behind, link: &str, at: Option<u64>) -> Option<LogId> {
    let opened = match behind.fetch().await {
        Ok(pages) => (pages.open_link)(desk, link).map_err(|no| no.to_string()),
        Err(_) => Err("What reads it could not be fetched. Reload the page to try again.".to_owned()),
    };
    desk.broken_link.set(opened.as_ref().err().cloned());
    let log = opened.ok()?;
    story::stop(desk);
    desk.put(log);
    desk.visit(Some(at.unwrap_or(0)));
    Some(log)
}

/// Writes the moment that is looked at into the address, without a new entry in the history.
pub(super) fn settle(desk: Desk) {
    let at = untrack(|| desk.is_past().then(|| desk.applied().to_string()));
    write(desk, Address::now().with("at", at.as_deref()));
}

fn write(desk: Desk, address: Address) {
    if let Ok(history) = window().history() {
        // A browser that limits how often this is called loses nothing but the address.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address.to_string()));
    }
    desk.address.set(address);
}
