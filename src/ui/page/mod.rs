//! The page `#/`: the idea in one sentence, then the demo, then why.

mod hero;
mod notices;
mod how;
mod why;
mod versus;

use leptos::prelude::*;

use super::ask::Actions;
use super::desk::Desk;
use super::files::Files;
use super::follows::Projection;
use super::parts::{flag, text, when};
use super::recorded::EventStore;
use super::ribbon::{Compare, Ribbon};
use super::twin::Twin;
use crate::lab::door::{By, Origin};
use crate::worlds::money::format_cents;

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let desk = Desk::get();
    let comparing = RwSignal::new(false);
    let has_events = move || desk.events() != 0;
    let is_branch = move || matches!(desk.origin(), Origin::Branch { .. });
    warn_before_leaving(desk);
    view! {
        <a class="skip" href="#demo" on:click=|click| { click.prevent_default(); focus_demo() }>"Skip to the demo"</a>
        <header class="bar"><a href="#/" class="brand">"Daybook"</a><span>"an event-sourcing laboratory"</span></header>
        <main class="page" class:has-events=flag(has_events) class:is-branch=flag(is_branch) class:is-past=flag(move || desk.is_past())>
            <hero::Hero/>
            <Strip/>
            <notices::Notices/>
            <div class="demo" id="demo" tabindex="-1">
                <Actions/>
                <EventStore/>
                <div class="follow"><Projection/><Twin/></div>
            </div>
            {when(move || comparing.get() && is_branch(), || view! { <Compare/> }.into_any())}
            <Files/>
            <how::How/>
            <why::Why/>
            <versus::Versus/>
            <footer class="foot"><p>"Everything here runs in this tab. Nothing is sent anywhere."</p></footer>
        </main>
        <Ribbon comparing/>
    }
}

/// On a telephone: the figure stays in view, and leads to the whole state.
#[component]
fn Strip() -> impl IntoView {
    let desk = Desk::get();
    let card = Memo::new(move |_| {
        let stream = desk.stream();
        desk.read(|door| door.card(stream.as_ref(), desk.applied(), By::KeptView).0)
    });
    let go = |_| {
        if let Some(state) = document().query_selector(".follows").ok().flatten() {
            state.scroll_into_view();
        }
    };
    view! {
        <button type="button" class="strip" aria-label="To the current state" on:click=go>
            <b>{text(move || format_cents(card.read().figure))}</b>
            <span class="badge">{text(move || card.read().badge.to_owned())}</span>
        </button>
    }
}

fn focus_demo() {
    if let Some(demo) = document().get_element_by_id("demo") {
        demo.scroll_into_view();
        // The demo takes the focus by its tabindex.
        let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(demo).focus();
    }
}

/// A branch is not kept; the browser asks before it is lost.
fn warn_before_leaving(desk: Desk) {
    window_event_listener(leptos::ev::beforeunload, move |leaving| {
        let is_unsaved = untrack(|| match desk.origin() {
            Origin::Branch { fork, .. } => fork < desk.events(),
            Origin::Recorded | Origin::Copy => false,
        });
        if is_unsaved {
            leaving.prevent_default();
        }
    });
}
