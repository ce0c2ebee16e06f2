//! What lies behind the first page: the program's second part, fetched when somebody asks for it.
//!
//! The first part knows the second by one table of functions. Whatever only [`PAGES`] leads to is in the second part;
//! `main` says where it is cut, and `scripts/parts` cuts.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_split_helpers::SplitLoaderError;
use web_sys::{Element, Event};

use super::desk::Desk;
use super::drawers::{faults, find, listens, what_if, why};
use super::parts::{focus_if_lost, live};
use super::{between, files, keys, recorded, twin};
use crate::engine::LogId;
use crate::lab::no::No;

/// What the second part offers the page.
pub struct Pages {
    begin: fn(Desk),
    /// What is in a drawer.
    pub drawer: fn(&str) -> AnyView,
    /// The dialogs that drawers open, and the sheet of keys.
    pub dialogs: fn() -> AnyView,
    /// What is on its way between subjects, in a lab.
    pub between: fn(Desk) -> AnyView,
    /// What a reader has before it, in a lab.
    pub waiting: fn(Desk, &str) -> Vec<String>,
    /// The ways from an entry into a what-if, in a lab.
    pub ways: fn(Desk, u64) -> AnyView,
    /// Bookmarks and notes of an entry, in a lab.
    pub marks: fn(Desk, u64) -> AnyView,
    /// Opens the log of a link as a copy.
    pub open_link: fn(Desk, &str) -> Result<LogId, No>,
}

/// All that is behind.
pub static PAGES: Pages = Pages {
    begin: |desk| {
        files::provide(desk);
        find::Finding::begin(desk);
        why::provide();
        what_if::warn_before_leaving(desk);
    },
    drawer: |name| match name {
        "why" => why::why(),
        "find" => find::find(),
        "what-if" => what_if::what_if(),
        "listens" => listens::listens(),
        "break" => faults::faults(),
        "crud" => twin::row(),
        _ => files::files(),
    },
    dialogs: || (files::dialogs(), keys::sheet()).into_any(),
    between: |desk| between::between(desk, "On the way"),
    waiting: between::waiting,
    ways: recorded::alter::ways,
    marks: recorded::marks::marks,
    open_link: |desk, link| desk.lab().open_packed(&untrack(|| desk.world()), link),
};

/// A way to the second part.
pub type Fetch<T> = fn() -> Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// The second part, as far as it is here.
#[derive(Clone, Copy)]
pub struct Behind {
    desk: Desk,
    fetch: Fetch<&'static Pages>,
    stands: RwSignal<Stands>,
    page: StoredValue<Owner>,
}

#[derive(Clone, Copy)]
enum Stands {
    Away,
    Coming,
    /// It could not be fetched.
    Lost,
    Here(&'static Pages),
}

impl Behind {
    /// Fetched by nobody yet. What it begins lives as long as the page.
    pub fn of(desk: Desk, fetch: Fetch<&'static Pages>) -> Self {
        let page = StoredValue::new(Owner::current().expect("the page is being mounted"));
        Self { desk, fetch, stands: RwSignal::new(Stands::Away), page }
    }

    /// The one of the page that a component is part of.
    pub fn get() -> Self {
        expect_context()
    }

    /// The second part, if it is here; read anew when it comes.
    pub fn pages(self) -> Option<&'static Pages> {
        match self.stands.get() {
            Stands::Here(pages) => Some(pages),
            Stands::Away | Stands::Coming | Stands::Lost => None,
        }
    }

    /// Draws something of the second part once it is here.
    pub fn once_here(self, draw: impl Fn(&'static Pages) -> AnyView + Send + Sync + 'static) -> AnyView {
        live(move || self.pages().map_or_else(|| ().into_any(), &draw))
    }

    /// Draws something of the second part, which is fetched for it. Until then, and if it does not come, says so; the focus
    /// goes to `back` when the button that tries again is gone.
    pub fn fetched(self, back: String, draw: impl Fn(&'static Pages) -> AnyView + Send + Sync + 'static) -> AnyView {
        self.fetch_later();
        live(move || match self.stands.get() {
            Stands::Here(pages) => draw(pages),
            Stands::Away | Stands::Coming => view! { <p class="hint">"Loading…"</p> }.into_any(),
            Stands::Lost => self.lost(back.clone()),
        })
    }

    fn lost(self, back: String) -> AnyView {
        let again = move |_| {
            self.fetch_later();
            focus_if_lost(&back);
        };
        view! {
            <p class="alert" role="alert">
                "This part of the page could not be fetched. Your log is untouched. Try again, or reload the page. "
                <button type="button" on:click=again>"Try again"</button>
            </p>
        }
        .into_any()
    }

    /// Fetches it, unless it is here or on its way, and waits for nothing.
    pub fn fetch_later(self) {
        spawn_local(async move { drop(self.fetch().await) });
    }

    /// Fetches it, unless it is here.
    pub async fn fetch(self) -> Result<&'static Pages, SplitLoaderError> {
        if let Some(pages) = untrack(|| self.pages()) {
            return Ok(pages);
        }
        self.stands.set(Stands::Coming);
        let fetched = (self.fetch)().await;
        // Whoever else waited for it was here first.
        if let Some(pages) = untrack(|| self.pages()) {
            return Ok(pages);
        }
        match &fetched {
            Ok(pages) => {
                self.page.with_value(|page| page.with(|| (pages.begin)(self.desk)));
                self.stands.set(Stands::Here(pages));
            }
            Err(_) => self.stands.set(Stands::Lost),
        }
        fetched
    }

    /// Fetches it when somebody is about to ask for it.
    pub fn listen(self) {
        let about_to = move |event: &Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let leads_there = |target: Element| target.closest(".words-bar .word, .keys-opens");
            if target.is_some_and(|target| leads_there(target).is_ok_and(|found| found.is_some())) {
                self.fetch_later();
            }
        };
        window_event_listener(leptos::ev::pointerover, move |over| about_to(&over));
        window_event_listener(leptos::ev::focusin, move |focus| about_to(&focus));
    }
}
