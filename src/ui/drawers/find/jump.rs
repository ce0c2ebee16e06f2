//! To an event, to a time, to what belongs with the event that is looked at.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::engine::Store;
use crate::lab::condition::time;
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, rest, slice};
use crate::worlds::money::shown;

/// Events in a first step.
const FIRST_STEP: u64 = 1024;

/// Something of an event that others may have as well.
type Common = fn(&Store, u64) -> Option<u128>;

/// What two events can have in common: its name, and a number that is the same then.
const COMMON: &[(&str, Common)] = &[
    ("stream", |store, at| Some(store.row(at)?.stream.index() as u128)),
    ("kind", |store, at| Some(store.row(at)?.kind.index() as u128)),
    ("correlation", |store, at| store.correlation_at(at).map(|id| id.as_u128())),
];

/// Whether an event is one that is looked for.
type Fits = Box<dyn Fn(&Store, u64) -> bool>;

/// What is wrong with what was typed, and how often one has set out.
#[derive(Clone, Copy)]
struct Jump {
    desk: Desk,
    wrong: Wrong,
    turns: StoredValue<u64>,
}

/// The box for a number or a time, and the steps along a stream, a kind, a correlation.
pub fn jump(desk: Desk) -> AnyView {
    let (typed, wrong) = (RwSignal::new(String::new()), Wrong::nothing());
    let jump = Jump { desk, wrong, turns: StoredValue::new(0) };
    let submit = move |submit: SubmitEvent| {
        submit.prevent_default();
        jump.to(typed.get_untracked().trim());
    };
    let step = move |nth: usize, is_forward: bool| {
        let (name, sign) = (COMMON[nth].0, if is_forward { "›" } else { "‹" });
        let label = format!("{} of the same {name}", if is_forward { "Next" } else { "Previous" });
        view! { <button type="button" aria-label=label on:click=move |_| jump.along(nth, is_forward)>{sign}</button> }
    };
    let along = move |nth: usize| {
        view! { <span class="along">{step(nth, false)} {format!("Same {}", COMMON[nth].0)} {step(nth, true)}</span> }
    };
    view! {
        <div role="group" aria-label="Jump">
            <form class="jump" novalidate on:submit=submit>
                <h3>"Jump"</h3>
                <label>
                    "Event number or time"
                    <input
                        type="text"
                        autocomplete="off"
                        placeholder="12, or 2026-01-31T12:00:00Z"
                        bind:value=typed
                        aria-invalid=wrong.is_wrong()
                        aria-describedby=wrong.described_by("no-moment")
                    />
                </label>
                <button type="submit">"Go"</button>
                <p class="hint">"A time leads to the first entry recorded then or later, in UTC."</p>
                <div class="alongs">{(0..COMMON.len()).map(along).collect_view()}</div>
                {wrong.alert("no-moment")}
            </form>
        </div>
    }
    .into_any()
}

impl Jump {
    /// To the event of a number, or the first that was recorded at a time or later.
    fn to(self, typed: &str) {
        let events = untrack(|| self.desk.events());
        match (typed.parse::<u64>(), time(typed)) {
            (Ok(number), _) if number <= events => {
                self.wrong.clear();
                self.arrive(number);
            }
            (Ok(number), _) => {
                self.wrong.tell(Err(format!("Expected a number from 0 to {events}, found {number}.")));
            }
            (_, Some(time)) => {
                self.wrong.clear();
                let fits = Box::new(move |store: &Store, at| store.recorded_at(at) >= time);
                self.seek(0, true, fits, format!("Nothing was recorded at {time} or later."));
            }
            (_, None) => {
                let found = shown(typed);
                self.wrong.tell(Err(format!(
                    "Expected a number, or a time such as 2026-01-31 or 2026-01-31T12:00:00Z, found {found}."
                )));
            }
        }
    }

    /// To the next event that has this in common with the one that is looked at, or to the one before.
    fn along(self, nth: usize, is_forward: bool) {
        let (name, of) = COMMON[nth];
        let Some(here) = untrack(|| self.desk.applied()).checked_sub(1) else {
            return self.desk.say("This is Genesis: there is no event here to go on from.");
        };
        let Some(common) = untrack(|| self.desk.read(|door| of(door.store(), here))) else { return };
        let none =
            format!("There is none {} of the same {name}.", if is_forward { "after this" } else { "before this" });
        let from = if is_forward { here + 1 } else { here };
        self.seek(from, is_forward, Box::new(move |store, at| of(store, at) == Some(common)), none);
    }

    /// Looks from a place on, in slices, and goes to the first event that fits.
    fn seek(self, from: u64, is_forward: bool, fits: Fits, none: String) {
        let Self { desk, turns, .. } = self;
        turns.update_value(|turns| *turns += 1);
        let turn = turns.get_value();
        spawn_local(async move {
            let (log, events) = untrack(|| (desk.log(), desk.events()));
            let (mut left, mut found, mut budget) = (if is_forward { from..events } else { 0..from }, None, FIRST_STEP);
            let mut step = |store: &Store, budget| {
                let mut some = (0..budget).map_while(|_| if is_forward { left.next() } else { left.next_back() });
                found = some.find(|&at| fits(store, at));
                found.is_some() || left.is_empty()
            };
            while !untrack(|| desk.read_log(log, |door| slice(&mut budget, &mut |most| step(door.store(), most)))) {
                rest().await;
                // Somebody else set out, or another log is looked at.
                if turns.try_get_value() != Some(turn) || untrack(|| desk.log()) != log {
                    return;
                }
            }
            match found {
                Some(position) => self.arrive(position + 1),
                None => desk.say(none),
            }
        });
    }

    /// Goes there, and says when that was.
    fn arrive(self, applied: u64) {
        let desk = self.desk;
        desk.visit(Some(applied));
        untrack(|| {
            let recorded = desk.read(|door| Some(door.store().recorded_at(applied.checked_sub(1)?)));
            if let Some(recorded) = recorded {
                desk.say(format!("{}, recorded {recorded}", desk.moment()));
            }
        });
    }
}
