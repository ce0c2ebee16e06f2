//! What lies deeper: one drawer at a time, named in the address.

pub mod why;
pub mod find;
pub mod what_if;
pub mod listens;
pub mod faults;

use leptos::prelude::*;

use super::address::Address;
use super::behind::Behind;
use super::desk::Desk;
use super::parts::{find as found, focus, focus_if_lost, live, text, whenever};
use super::story;

/// A drawer: its name in the address and its name on the page. What is in it lies behind.
struct Drawer {
    name: &'static str,
    title: &'static str,
    /// Whether the first page offers it, too.
    is_everywhere: bool,
}

const DRAWERS: &[Drawer] = &[
    Drawer { name: "why", title: "Why this state?", is_everywhere: false },
    Drawer { name: "find", title: "Find", is_everywhere: false },
    Drawer { name: "what-if", title: "What if", is_everywhere: false },
    Drawer { name: "listens", title: "Who listens", is_everywhere: false },
    Drawer { name: "break", title: "Break things", is_everywhere: false },
    Drawer { name: "crud", title: "Compare with CRUD", is_everywhere: false },
    Drawer { name: "files", title: "Files", is_everywhere: true },
];

/// Opens a drawer, or closes the one that is open.
pub fn open(desk: Desk, name: Option<&str>) {
    untrack(|| desk.address.read().with("open", name)).go();
}

/// Opens a drawer, or closes it if it is open.
pub fn toggle(desk: Desk, name: &str) {
    open(desk, (!untrack(|| is_open(desk, name))).then_some(name));
}

/// Whether a drawer is the one that is open.
pub fn is_open(desk: Desk, name: &str) -> bool {
    desk.address.read().option("open") == Some(name)
}

/// The bar of few words from which a drawer is chosen.
pub fn bar() -> AnyView {
    let desk = Desk::get();
    let word = move |drawer: &'static Drawer| {
        let Drawer { name, title, is_everywhere, .. } = *drawer;
        view! {
            <button
                type="button"
                id=format!("word-{name}")
                class=if is_everywhere { "word" } else { "word at-lab" }
                aria-expanded=text(move || is_open(desk, name).to_string())
                on:click=move |_| toggle(desk, name)
            >
                {title}
            </button>
        }
    };
    let lab = desk.keeping.with_value(|keeping| Address::read("#/lab/bank").kept_as(keeping)).to_string();
    view! {
        <div class="words-bar" role="group" aria-label="Drawers">
            {DRAWERS.iter().map(word).collect_view()}
            <button
                type="button"
                class="word at-page again"
                on:click=move |_| story::tell(desk, &untrack(|| desk.opening()).tour)
            >
                "Show me"
            </button>
            <a class="word at-page" href=lab>"Continue in the lab"</a>
        </div>
    }
    .into_any()
}

/// The drawer that is open, if one is.
pub fn drawer() -> AnyView {
    let desk = Desk::get();
    let which = Memo::new(move |_| DRAWERS.iter().position(|drawer| is_open(desk, drawer.name)));
    let behind = Behind::get();
    let before = StoredValue::new(which.get_untracked());
    whenever(move || {
        let now = which.get();
        match (before.get_value(), now) {
            (before, Some(_)) => {
                request_animation_frame(into_view);
                if before != now {
                    focus("#drawer-title");
                }
            }
            (Some(nth), None) => focus_if_lost(&format!("#word-{}", DRAWERS[nth].name)),
            (None, None) => {}
        }
        before.set_value(now);
    });
    live(move || {
        // On a small screen the status has scrolled away; there its sentence stands here as well.
        let said = desk.said_from_now();
        let Some(Drawer { name, title, .. }) = which.get().map(|nth| &DRAWERS[nth]) else { return ().into_any() };
        view! {
            <section class="drawer" aria-labelledby="drawer-title">
                <header class="drawer-head">
                    <h2 id="drawer-title" tabindex="-1">{*title}</h2>
                    <button type="button" class="quiet" on:click=move |_| open(desk, None)>"Close"</button>
                </header>
                <p class="said" aria-hidden="true">{said}</p>
                {behind.fetched("#drawer-title".to_owned(), |pages| (pages.drawer)(name))}
            </section>
        }
        .into_any()
    })
}

fn into_view() {
    if let Some(drawer) = found(".drawer") {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        drawer.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
