//! Single keys for those who don't use a mouse, and the sheet that lists them.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::behind::Behind;
use super::desk::Desk;
use super::parts::{Dialog, find};
use super::{drawers, story};

/// What single keys do, in the order of the sheet.
const SINGLE: &[(&str, &str, Does)] = &[
    ("?", "This sheet", Does::Sheet),
    ("c", "To the commands", Does::Focus(".has-subject .ask-subject input, html:not(.has-subject) .ask-always input")),
    ("e", "To the last entry", Does::Focus(".entry:nth-last-child(1 of :not(.is-ahead)) .opens")),
    ("t", "To the slider", Does::Focus(".ribbon input")),
    (",", "One step back", Does::Press("[aria-label='Step back']")),
    (".", "One step forward", Does::Press("[aria-label='Step forward']")),
    ("p", "Play or pause", Does::Press(".play")),
    ("j", "To the next entry found, while “Find” is open", Does::Press(".next-hit")),
    ("k", "To the one before", Does::Press(".last-hit")),
    ("n", "Return to now", Does::Press(".to-now")),
];

/// What the browser gives to whatever has the focus.
const GIVEN: &[(&str, &str)] = &[
    ("Tab, Shift + Tab", "To the next control, and back"),
    ("Enter, Space", "Press it; open an entry"),
    ("← →, Home, End", "On the slider: an event back or on, to Genesis, to now"),
    ("Escape", "Close a drawer or a sheet like this one; stop a story"),
];

#[derive(Clone, Copy)]
enum Does {
    Sheet,
    Focus(&'static str),
    Press(&'static str),
}

/// Whether the sheet is open, and whether single keys do anything.
#[derive(Clone, Copy)]
struct Keys {
    behind: Behind,
    is_open: RwSignal<bool>,
    are_on: RwSignal<bool>,
}

impl Keys {
    /// Opens the sheet, which lies behind.
    fn open(self, desk: Desk) {
        spawn_local(async move {
            match self.behind.fetch().await {
                Ok(_) => self.is_open.set(true),
                Err(_) => desk.say("The list of keys could not be fetched. Your log is untouched."),
            }
        });
    }
}

/// Listens to single keys. They can be switched off: who speaks to their computer types them without meaning to.
pub fn listen(desk: Desk) {
    let keys = Keys { behind: Behind::get(), is_open: RwSignal::new(false), are_on: RwSignal::new(true) };
    provide_context(keys);
    window_event_listener(leptos::ev::keydown, move |key| {
        if key.key() == "Escape" && !in_dialog() {
            if untrack(|| desk.told()).is_some_and(|told| told.step().is_some()) {
                story::stop(desk);
            } else {
                drawers::open(desk, None);
            }
        }
        if keys.are_on.get_untracked() && is_free(&key) {
            let pressed = key.key();
            if let Some((_, _, does)) = SINGLE.iter().find(|(single, ..)| *single == pressed) {
                key.prevent_default();
                act(desk, &keys, *does);
            }
        }
    });
}

/// A key belongs to whoever types, to the dialog that is open, and to the browser's own combinations.
fn is_free(key: &KeyboardEvent) -> bool {
    let target = key.target().and_then(|target| target.dyn_into::<Element>().ok());
    let types = "input:not([type=range], [type=checkbox]), textarea, select";
    let is_typed = target.is_some_and(|target| target.matches(types).unwrap_or(false));
    !is_typed && !in_dialog() && !key.ctrl_key() && !key.alt_key() && !key.meta_key()
}

fn in_dialog() -> bool {
    find("dialog[open], .crash:not([hidden])").is_some()
}

fn act(desk: Desk, keys: &Keys, does: Does) {
    match does {
        Does::Sheet => keys.open(desk),
        // What is not there, or can't be pressed now, is left alone.
        Does::Focus(selector) => drop(find(selector).map(|found| found.focus())),
        Does::Press(selector) => {
            story::stop(desk);
            find(selector).iter().for_each(HtmlElement::click);
        }
    }
}

/// The button in the bar.
pub fn button() -> AnyView {
    let (desk, keys): (_, Keys) = (Desk::get(), expect_context());
    view! { <button type="button" class="quiet keys-opens" on:click=move |_| keys.open(desk)>"Keys"</button> }
        .into_any()
}

/// The sheet of keys.
pub fn sheet() -> AnyView {
    let Keys { is_open, are_on, .. } = expect_context();
    let row =
        |(keys, what): (&'static str, &'static str)| view! { <div><dt><kbd>{keys}</kbd></dt><dd>{what}</dd></div> };
    view! {
        <Dialog open=is_open role="dialog" title="Keys" id="keys-title">
            <dl class="keys">
                {SINGLE.iter().map(|(key, what, _)| row((key, what))).collect_view()}
                {GIVEN.iter().copied().map(row).collect_view()}
            </dl>
            <label class="check">
                <input type="checkbox" prop:checked=are_on on:change:target=move |change| are_on.set(change.target().checked())/>
                "Single keys do something"
            </label>
            <div class="buttons">
                <button type="button" autofocus on:click=move |_| is_open.set(false)>"Close"</button>
            </div>
        </Dialog>
    }
    .into_any()
}
