//! A story that is played on the page: its forms are filled in and pressed as a person would.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::desk::Desk;
use super::parts::{find, spoken, text};
use crate::worlds::opening::{Act, Part, Step, Story};

/// How long a sentence stands.
const PACE: Duration = Duration::from_millis(3300);

/// A story that is being told, or was just told to its end.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    story: &'static Story,
    nth: usize,
    next: Option<TimeoutHandle>,
}

impl Told {
    /// The step that is told now; `None`: it is over.
    pub fn step(&self) -> Option<&'static Step> {
        self.story.steps.get(self.nth)
    }

    fn says(&self) -> &'static str {
        self.step().map_or(self.story.end, |step| step.says)
    }
}

/// Tells a story from its beginning; in a log of its own, if the one on the desk is not an empty one that is recorded.
pub fn tell(desk: Desk, story: &'static Story) {
    stop(desk);
    if !desk.is_blank() {
        desk.rehearse();
    }
    step(desk, story, 0);
}

/// Stops, wherever it is.
pub fn stop(desk: Desk) {
    if let Some(told) = desk.told.get_untracked() {
        told.next.iter().for_each(TimeoutHandle::clear);
        release(desk, told.story);
    }
    desk.told.set(None);
}

/// Whoever was told to wait goes on when the story is over.
fn release(desk: Desk, story: &Story) {
    if story.steps.iter().any(|step| step.act == Act::Pause) {
        spawn_local(async move { desk.pause_all(false).await });
    }
}

fn step(desk: Desk, story: &'static Story, nth: usize) {
    let Some(now) = story.steps.get(nth) else {
        desk.seek(None);
        release(desk, story);
        return desk.told.set(Some(Told { story, nth, next: None }));
    };
    let next = set_timeout_with_handle(move || step(desk, story, nth + 1), PACE).ok();
    desk.told.set(Some(Told { story, nth, next }));
    match now.act {
        Act::Ask(wish) | Act::AskInVain(wish) => desk.wish.set(Some(wish)),
        Act::Seek(applied) => desk.seek(Some(applied)),
        Act::Pause => spawn_local(async move { desk.pause_all(true).await }),
        Act::Step(reader) => spawn_local(async move { desk.step(reader).await }),
        Act::Look => {}
    }
}

/// Whoever takes the page into their own hands has heard enough.
pub fn listen(desk: Desk) {
    let taken = move |event: &web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_ours = target.is_some_and(|target| target.closest(".demo, .ribbon").is_ok_and(|found| found.is_some()));
        if is_ours && event.is_trusted() && untrack(|| desk.told().is_some()) {
            stop(desk);
        }
    };
    window_event_listener(leptos::ev::click, move |click| taken(&click));
    window_event_listener(leptos::ev::input, move |input| taken(&input));
}

/// Brings what a sentence is about into view.
pub fn show(look: Option<Part>) {
    let selector = match look {
        None => return,
        Some(Part::Ask) => ".actions",
        Some(Part::Recorded) => ".recorded",
        Some(Part::Follows) => ".follows",
        Some(Part::Twin) => ".twin",
    };
    if let Some(part) = find(selector) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        part.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The sentence of the moment.
pub fn caption(desk: Desk) -> AnyView {
    let said = move || desk.told().map(|told| (told.nth as u64, told.says().to_owned()));
    let count = text(move || match desk.told() {
        Some(Told { story, nth, .. }) if nth < story.steps.len() => format!("{} / {}", nth + 1, story.steps.len()),
        _ => String::new(),
    });
    view! {
        <div class="caption">
            <div role="status">{spoken(said, |said| view! { <p class="says">{said}</p> }.into_any())}</div>
            <p class="count" aria-hidden="true">{count}</p>
        </div>
    }
    .into_any()
}

/// The button that begins a story and stops it.
pub fn button(desk: Desk, name: &'static str, story: fn(Desk) -> &'static Story) -> AnyView {
    let is_told = move || desk.told().is_some_and(|told| told.step().is_some());
    view! {
        <button
            type="button"
            class="primary"
            on:click=move |_| if untrack(is_told) { stop(desk) } else { tell(desk, untrack(|| story(desk))) }
        >
            {text(move || if is_told() { "Stop" } else { name }.to_owned())}
        </button>
    }
    .into_any()
}
