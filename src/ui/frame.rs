//! The frame that `index.html` drew before the program was there: what is drawn into it, and the words on its root.

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::address::{Address, View};
use super::desk::Desk;
use super::parts::{all, focus_if_lost, whenever};
use super::story::Told;
use super::{ask, drawers, first_page, follows, keys, lab, recorded, ribbon, story, twin};
use crate::lab::door::Origin;
use crate::worlds::opening::Part;

type Draw = fn() -> AnyView;

/// What is drawn in place of each element `fill-…`.
const FILLS: &[(&str, Draw)] = &[
    ("keys", keys::button),
    ("hero", first_page::hero),
    ("opening", lab::opening),
    ("picture", lab::picture),
    ("everyone", lab::everyone),
    ("strip", follows::strip),
    ("notices", first_page::notices),
    ("beat", recorded::beat),
    ("ask", ask::forms),
    ("ledger", recorded::ledger),
    ("moment", follows::moment),
    ("badge", follows::badge),
    ("state", follows::state),
    ("twin", twin::beside),
    ("status", recorded::status),
    ("drawers", drawers::bar),
    ("drawer", drawers::drawer),
    ("answers", first_page::answers),
    ("your-row", first_page::your_row),
    ("your-entry", first_page::your_entry),
    ("ribbon", ribbon::ribbon),
];

/// Draws the page into its frame, for as long as the page lives.
pub fn fill(desk: Desk) {
    for (id, draw) in FILLS {
        let frame = document().get_element_by_id(&format!("fill-{id}"));
        let frame: HtmlElement = frame.expect("index.html has the whole frame").unchecked_into();
        frame.set_inner_html("");
        mount_to(frame, *draw).forget();
    }
    whenever(move || write_words(desk));
    whenever(move || document().set_title(&title(desk)));
    arrive(desk);
    keep_fresh(desk);
    jump_within();
}

/// Says on the root what style and frame depend on.
fn write_words(desk: Desk) {
    let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) else { return };
    let address = desk.address.read();
    let view = if desk.is_lab() { "lab" } else { "page" };
    let told = desk.told();
    let look = told.as_ref().and_then(Told::step).map(|step| step.look);
    let words = [
        ("has-events", desk.events() != 0),
        ("has-subject", desk.stream().is_some()),
        ("is-past", desk.is_past()),
        ("is-branch", matches!(desk.origin(), Origin::Branch { .. })),
        ("is-embedded", address.option("embed").is_some()),
        ("is-told", told.is_some()),
        ("look-ask", look == Some(Part::Ask)),
        ("look-recorded", look == Some(Part::Recorded)),
        ("look-follows", look == Some(Part::Follows)),
        ("look-twin", look == Some(Part::Twin)),
    ];
    for (word, is_so) in words {
        // A word without spaces is always a good one.
        let _ = root.class_list().toggle_with_force(word, is_so);
    }
    let _ = root.dataset().set("view", view);
    let _ = root.dataset().set("world", &desk.world());
    story::show(look);
}

/// Another view is another page: a story ends with it, and whoever came by a link that is gone is at its beginning.
fn arrive(desk: Desk) {
    let view = Memo::new(move |_| desk.is_lab());
    let before = StoredValue::new(view.get_untracked());
    whenever(move || {
        if view.get() != before.get_value() {
            before.set_value(view.get());
            untrack(|| story::stop(desk));
            focus_if_lost(if view.get() { "#opening-title" } else { "#hero-title" });
        }
    });
}

fn title(desk: Desk) -> String {
    match desk.address.read().view() {
        View::Lab(_) => format!("{} · Daybook", desk.opening().title),
        View::Page | View::Nowhere(_) => "Daybook".to_owned(),
    }
}

/// The frame's links to other views lead to where this page keeps its events.
fn keep_fresh(desk: Desk) {
    for link in all("a[href^='#/']") {
        let to = Address::read(&link.get_attribute("href").unwrap_or_default());
        let to = desk.keeping.with_value(|keeping| to.kept_as(keeping)).to_string();
        // An address of our own is always a good value.
        let _ = link.set_attribute("href", &to);
    }
}

/// A link to a part of the page moves the focus there and leaves the address alone: that belongs to the lab.
fn jump_within() {
    window_event_listener(leptos::ev::click, |click| {
        let target = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("a[href^='#']:not([href^='#/'])").ok().flatten());
        let Some(href) = link.and_then(|link| link.get_attribute("href")) else { return };
        click.prevent_default();
        let part = document().get_element_by_id(href.trim_start_matches('#'));
        if let Some(part) = part.and_then(|part| part.dyn_into::<HtmlElement>().ok()) {
            part.scroll_into_view();
            // What a link names on this page can take the focus.
            let _ = part.focus();
        }
    });
}
