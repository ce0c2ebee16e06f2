//! A day with a million events, to see that the page bears it.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::lab::big_day::EVENTS;
use crate::lab::packed::counted;
use crate::ui::desk::Desk;
use crate::ui::parts::{live, progress};

/// Events that are made up at a time: about as long as a frame.
const SLICE: u64 = 5_000;

/// A button that makes up a big day, and how far it is.
pub fn big_day(desk: Desk) -> AnyView {
    let made = RwSignal::new(None::<u64>);
    let begin = move |_| spawn_local(make_up(desk, made));
    let offer = move || {
        view! {
            <p class="hint">
                "Does the page bear a million entries? "
                <button type="button" class="quiet" on:click=begin>"Load a big day"</button>
                " It is made up, beside your log and in memory: a reload forgets it."
            </p>
        }
        .into_any()
    };
    let events = move || made.get().unwrap_or_default();
    let under_way = move || {
        let share = move || f64::from(events() as u32) / f64::from(EVENTS as u32);
        let words = move || format!("{} events", counted(events() as usize));
        let stop = move || {
            let (events, of) = (counted(untrack(events) as usize), counted(EVENTS as usize));
            made.set(None);
            desk.say(format!("Stopped after {events} of {of} events. Nothing was kept."));
        };
        progress("Making up a day", share, words, "Stop", stop)
    };
    let is_under_way = Memo::new(move |_| made.get().is_some());
    let has_one = Memo::new(move |_| desk.lab().big_day(&desk.world()).is_ok_and(|day| day.is_some()));
    live(move || match (is_under_way.get(), has_one.get()) {
        (true, _) => under_way(),
        (false, true) => offer(),
        (false, false) => ().into_any(),
    })
}

/// Fills a log slice by slice, as long as nobody says stop, and puts it on the desk.
async fn make_up(desk: Desk, made: RwSignal<Option<u64>>) {
    let Ok(Some(mut filling)) = desk.lab().big_day(&untrack(|| desk.world())) else { return };
    made.set(Some(0));
    loop {
        // The page draws and listens between two slices.
        TimeoutFuture::new(0).await;
        if made.try_get_untracked().flatten().is_none() {
            return;
        }
        let events = filling.fill(SLICE);
        made.set(Some(events));
        if events >= EVENTS {
            break;
        }
    }
    made.set(None);
    let log = desk.lab().put(filling.finish());
    desk.put(log);
    desk.say(format!("A day of {} events, in memory.", counted(EVENTS as usize)));
}
