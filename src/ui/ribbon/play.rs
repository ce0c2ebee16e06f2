//! Playing: the log event by event, at a pace, until its end or until something holds.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::engine::Store;
use crate::lab::door::Door;
use crate::ui::address::settle;
use crate::ui::desk::Desk;
use crate::ui::parts::{flag, text};

/// What a pace is called, and milliseconds from one step to the next; 0: as long as it took when it was recorded.
const PACES: [(&str, u64); 4] = [("0.5x", 1600), ("1x", 800), ("4x", 200), ("original", 0)];
const USUAL: u64 = 800;

/// What the original pace keeps to: nobody waits longer, and nothing is too quick to be seen.
const GAP: (u64, u64) = (100, 2000);

/// Steps that a long log is played in, so that a million events go by as well.
const STEPS: u64 = 1000;

/// How far a replay may go from one moment on, to another at most, and why it pauses there, if it does.
pub type Pauses = Box<dyn FnMut(&dyn Door, u64, u64) -> (u64, Option<String>)>;

/// Whether the log is played, and how fast.
#[derive(Clone, Copy)]
pub struct Player {
    desk: Desk,
    next: RwSignal<Option<TimeoutHandle>>,
    pace: RwSignal<u64>,
    pauses: StoredValue<Option<Pauses>, LocalStorage>,
}

impl Player {
    /// A player that does nothing yet.
    pub fn of(desk: Desk) -> Self {
        Self { desk, next: RwSignal::new(None), pace: RwSignal::new(USUAL), pauses: StoredValue::new_local(None) }
    }

    /// From now on a replay pauses where this says so.
    pub fn pause_by(self, pauses: Pauses) {
        self.pauses.set_value(Some(pauses));
    }

    /// "Play" or "Pause".
    pub fn button(self) -> AnyView {
        let Self { desk, next, .. } = self;
        let is_playing = move || next.with(Option::is_some);
        let toggle = move |_| if untrack(is_playing) { self.pause(None) } else { self.play() };
        view! {
            <button type="button" class="play" disabled=flag(move || desk.events() == 0) on:click=toggle>
                {text(move || if is_playing() { "Pause" } else { "Play" }.to_owned())}
            </button>
        }
        .into_any()
    }

    /// The choice of the pace.
    pub fn choice(self) -> AnyView {
        let pace = self.pace;
        let option = |(name, millis): (&'static str, u64)| {
            view! { <option value=millis.to_string() prop:selected=flag(move || pace.get() == millis)>{name}</option> }
        };
        view! {
            <select
                class="pace"
                aria-label="Pace"
                on:change:target=move |change| pace.set(change.target().value().parse().unwrap_or(USUAL))
            >
                {PACES.map(option).collect_view()}
            </select>
        }
        .into_any()
    }

    /// Plays from the moment that is looked at; from the beginning if nothing is left to play.
    fn play(self) {
        if !untrack(|| self.desk.is_past()) {
            self.desk.seek(Some(0));
        }
        self.desk.hush();
        self.wait();
    }

    /// Pauses and says where, or why.
    fn pause(self, why: Option<String>) {
        if let Some(next) = self.next.get_untracked() {
            next.clear();
        }
        self.next.set(None);
        settle(self.desk);
        self.desk.say(why.unwrap_or_else(|| untrack(|| self.desk.moment())));
    }

    /// Goes on when it is time.
    fn wait(self) {
        let wait = match self.pace.get_untracked() {
            0 => untrack(|| self.desk.read(|door| recorded_gap(door.store(), self.desk.applied()))),
            millis => millis,
        };
        self.next.set(set_timeout_with_handle(move || self.step(), Duration::from_millis(wait)).ok());
    }

    fn step(self) {
        let Self { desk, pauses, .. } = self;
        let (applied, events) = untrack(|| (desk.applied(), desk.events()));
        let to = (applied + stride(events)).min(events);
        let go = |pauses: &mut Option<Pauses>| match pauses {
            Some(pauses) => untrack(|| desk.read(|door| pauses(door, applied, to))),
            None => (to, None),
        };
        let Some((reached, why)) = pauses.try_update_value(go) else { return };
        desk.seek(Some(reached));
        if why.is_some() || reached >= events {
            self.pause(why);
        } else {
            self.wait();
        }
    }
}

/// Events that a step applies.
fn stride(events: u64) -> u64 {
    events.div_ceil(STEPS).max(1)
}

/// Milliseconds between the event that was applied last and the last of the next step, as they were recorded.
fn recorded_gap(store: &Store, applied: u64) -> u64 {
    let Some(last) = applied.checked_sub(1) else { return GAP.0 };
    let next = (last + stride(store.len())).min(store.len().saturating_sub(1));
    let gap = store.recorded_at(next).millis() - store.recorded_at(last).millis();
    u64::try_from(gap).unwrap_or(0).clamp(GAP.0, GAP.1)
}
