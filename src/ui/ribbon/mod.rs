//! Time: everything above hangs on it.

mod play;

use std::ops::RangeInclusive;

use leptos::html;
use leptos::prelude::*;

use super::address::settle;
use super::desk::Desk;
use super::drawers;
use super::parts::{focus, live, text, when, whenever};
use crate::lab::door::Origin;
pub use play::Player;

/// The slider from Genesis to now, the steps, and the way into a what-if.
pub fn ribbon() -> AnyView {
    let desk = Desk::get();
    let player = expect_context::<Player>();
    let slider = NodeRef::<html::Input>::new();
    // Both at once and in this order: a browser clamps the value to the limit of the moment.
    whenever(move || {
        let (events, applied) = (desk.events(), desk.applied());
        if let Some(slider) = slider.get() {
            slider.set_max(&events.to_string());
            slider.set_value(&applied.to_string());
        }
    });
    let seek = move |applied: u64| desk.seek((applied < desk.events()).then_some(applied));
    let step = move |by: i64| untrack(|| seek(desk.applied().saturating_add_signed(by).min(desk.events())));
    // The slider says itself where it is.
    let arrive = move || {
        settle(desk);
        desk.say(untrack(|| desk.moment()));
    };
    view! {
        <div class="ribbon-steps">
            <button
                type="button"
                aria-label="Step back"
                aria-disabled=text(move || (desk.applied() == 0).to_string())
                on:click=move |_| { step(-1); arrive() }
            >
                "‹"
            </button>
            {player.button()}
            <button
                type="button"
                aria-label="Step forward"
                aria-disabled=text(move || (!desk.is_past()).to_string())
                on:click=move |_| { step(1); arrive() }
            >
                "›"
            </button>
            {player.choice()}
        </div>
        <div class="ribbon-track">
            <span class="ends" aria-hidden="true">"Genesis"</span>
            <div class="track">
                {ticks(desk)}
                <input
                    type="range"
                    aria-label="Replay position"
                    min="0"
                    step="1"
                    node_ref=slider
                    aria-valuetext=text(move || desk.moment())
                    on:input:target=move |input| {
                        untrack(|| seek(input.target().value().parse().unwrap_or(0)));
                        desk.hush();
                    }
                    on:change=move |_| settle(desk)
                />
            </div>
            <span class="ends" aria-hidden="true">"Now"</span>
        </div>
        <p class="applied">
            <span class="applied-words">"Events applied: "</span>
            <b>{text(move || format!("{} / {}", desk.applied(), desk.events()))}</b>
        </p>
        <div class="ribbon-ways">{ways(desk, arrive)}</div>
    }
    .into_any()
}

/// The ways out of the past, and of a what-if. Their buttons vanish when pressed; the slider stays.
fn ways(desk: Desk, arrive: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let to_slider = || focus(".ribbon input");
    let is_branch = move || matches!(desk.origin(), Origin::Branch { .. });
    let back = move || {
        view! {
            <button type="button" class="to-now" on:click=move |_| { desk.seek(None); arrive(); to_slider() }>
                "Return to now"
            </button>
        }
        .into_any()
    };
    let fork = move || {
        view! {
            <button type="button" class="pencil" on:click=move |_| { desk.branch(); to_slider() }>
                "Branch from here"
            </button>
        }
        .into_any()
    };
    let discard = move || {
        // There is nothing to compare any more.
        if untrack(|| drawers::is_open(desk, "what-if")) {
            drawers::open(desk, None);
        }
        desk.discard();
        to_slider();
    };
    let on_branch = move || {
        view! {
            <button
                type="button"
                class="pencil"
                aria-expanded=text(move || drawers::is_open(desk, "what-if").to_string())
                on:click=move |_| drawers::toggle(desk, "what-if")
            >
                "Compare"
            </button>
            <button type="button" class="pencil" on:click=move |_| discard()>"Discard branch"</button>
        }
        .into_any()
    };
    view! {
        {when(move || desk.is_past(), back)}
        {when(move || desk.is_past() && !is_branch(), fork)}
        {when(is_branch, on_branch)}
    }
    .into_any()
}

/// A tick for each event, as long as there is room for them; those that are not yet are shorter.
fn ticks(desk: Desk) -> AnyView {
    const MOST: u64 = 120;
    const WIDTH: u64 = 1000;
    let paths = move || {
        let (applied, events) = (desk.applied(), desk.events());
        if !(1..=MOST).contains(&events) {
            return ().into_any();
        }
        let path = |range: RangeInclusive<u64>, height| {
            range.map(|nth| format!("M{} 0V{height}", nth * WIDTH / events)).collect::<Vec<_>>().concat()
        };
        view! {
            <svg class="ticks" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
                <path class="is-applied" d=path(1..=applied, 10)/>
                <path d=path(applied + 1..=events, 5)/>
            </svg>
        }
        .into_any()
    };
    live(paths)
}

/// A branch is not kept; the browser asks before it is lost.
pub fn warn_before_leaving(desk: Desk) {
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
