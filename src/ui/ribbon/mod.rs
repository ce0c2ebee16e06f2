//! Time: everything above hangs on it.

mod compare;

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use super::address::write_at;
use super::desk::Desk;
use super::parts::{flag, text, when};
use crate::lab::door::Origin;
pub use compare::Compare;

/// From one event to the next while replaying.
const PACE: Duration = Duration::from_millis(800);

/// The slider from Genesis to now, the steps, and the way into a what-if.
#[component]
pub fn Ribbon(comparing: RwSignal<bool>) -> impl IntoView {
    let desk = Desk::get();
    let slider = NodeRef::<html::Input>::new();
    // Both at once and in this order: a browser clamps the value to the limit of the moment.
    Effect::new(move |_| {
        let (events, applied) = (desk.events(), desk.applied());
        if let Some(slider) = slider.get() {
            slider.set_max(&events.to_string());
            slider.set_value(&applied.to_string());
        }
    });
    let seek = move |applied: u64| desk.seek((applied < desk.events()).then_some(applied));
    let step = move |by: i64| untrack(|| seek(desk.applied().saturating_add_signed(by).min(desk.events())));
    let settle = move || untrack(|| write_at(desk.is_past().then(|| desk.applied())));
    let is_branch = move || matches!(desk.origin(), Origin::Branch { .. });

    let back = move || {
        view! { <button type="button" on:click=move |_| { desk.seek(None); settle() }>"Return to now"</button> }
            .into_any()
    };
    let fork = move || {
        view! { <button type="button" class="pencil" on:click=move |_| desk.branch()>"Branch from here"</button> }
            .into_any()
    };
    let on_branch = move || {
        view! {
            <button type="button" class="pencil" aria-pressed=text(move || comparing.get().to_string())
                on:click=move |_| comparing.update(|on| *on = !*on)>"Compare"</button>
            <button type="button" class="pencil" on:click=move |_| { comparing.set(false); desk.discard() }>
                "Discard branch"
            </button>
        }
        .into_any()
    };

    view! {
        <section class="ribbon" aria-label="Time Travel Debugger">
            <div class="ribbon-steps">
                <button type="button" aria-label="Step back" disabled=flag(move || desk.applied() == 0)
                    on:click=move |_| { step(-1); settle() }>"‹"</button>
                <Play step settle/>
                <button type="button" aria-label="Step forward" disabled=flag(move || !desk.is_past())
                    on:click=move |_| { step(1); settle() }>"›"</button>
            </div>
            <div class="ribbon-track">
                <span class="ends" aria-hidden="true">"Genesis"</span>
                <input
                    type="range" aria-label="Replay position" min="0" step="1"
                    node_ref=slider
                    aria-valuetext=text(move || moment(desk))
                    on:input:target=move |input| untrack(|| seek(input.target().value().parse().unwrap_or(0)))
                    on:change=move |_| settle()
                />
                <span class="ends" aria-hidden="true">"Now"</span>
            </div>
            <p class="applied">"Events applied: " <b>{text(move || format!("{} / {}", desk.applied(), desk.events()))}</b></p>
            <div class="ribbon-ways">
                {when(move || desk.is_past(), back)}
                {when(move || desk.is_past() && !is_branch(), fork)}
                {when(is_branch, on_branch)}
            </div>
        </section>
    }
}

/// Plays the log event by event, from the beginning if nothing is left to play.
#[component]
fn Play(
    step: impl Fn(i64) + Copy + Send + Sync + 'static,
    settle: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let desk = Desk::get();
    let playing = RwSignal::new(None::<IntervalHandle>);
    let pause = move || {
        if let Some(interval) = playing.get_untracked() {
            interval.clear();
            playing.set(None);
            settle();
        }
    };
    let tick = move || {
        step(1);
        if !untrack(|| desk.is_past()) {
            pause();
        }
    };
    let play = move || {
        if !untrack(|| desk.is_past()) {
            desk.seek(Some(0));
        }
        playing.set(set_interval_with_handle(tick, PACE).ok());
    };
    on_cleanup(pause);
    let is_playing = move || playing.with(Option::is_some);
    view! {
        <button
            type="button"
            class="play"
            disabled=flag(move || desk.events() == 0)
            on:click=move |_| if untrack(is_playing) { pause() } else { play() }
        >
            {text(move || if is_playing() { "Pause" } else { "Play" }.to_owned())}
        </button>
    }
}

/// The moment in words: "after event 3 of 7, deposited $50.00, balance $150.00".
fn moment(desk: Desk) -> String {
    let (applied, events) = (desk.applied(), desk.events());
    let last = applied.checked_sub(1).and_then(|last| desk.read(|door| door.entries(last, applied)).pop());
    match last {
        None => format!("Genesis, before the first of {events} events"),
        Some(entry) => format!("after event {applied} of {events}, {}, {}", entry.sentence, entry.figure_words),
    }
}
