//! Snapshots: how often a state is kept, and what that saves whoever loads it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::lab::readers::Setting;
use crate::ui::desk::Desk;
use crate::ui::parts::{fold, text};

/// How often one can keep one.
const EVERY: [u64; 4] = [0, 10, 50, 100];

/// The setting, and the events that the next load of whom the page looks at reads.
pub fn snapshots(desk: Desk) -> AnyView {
    fold("Snapshots", move || {
        let told = Memo::new(move |_| {
            let stream = desk.stream();
            stream.map(|stream| desk.read(|door| door.snapshots(&stream)))
        });
        let reads = text(move || match told.get() {
            None => "Nobody to load yet.".to_owned(),
            Some((_, read, all)) => format!("Events read to load: {read} (without snapshot: {all})."),
        });
        let set = move |every: &str| {
            let Ok(every) = every.parse() else { return };
            let (lab, log) = (desk.lab(), untrack(|| desk.log()));
            spawn_local(async move {
                match lab.set(log, Setting::Snapshots(every)).await {
                    Ok(()) => desk.say("The snapshots are thrown away. The log makes them again."),
                    Err(no) => desk.say(no.to_string()),
                }
            });
        };
        let option = move |every: u64| {
            let label = if every == 0 { "never".to_owned() } else { format!("every {every} events") };
            let is_chosen = move || told.get().is_some_and(|(now, ..)| now == every);
            view! { <option value=every.to_string() selected=is_chosen>{label}</option> }
        };
        view! {
            <p>
                "To decide, an account is loaded: its events are read, from the first. A snapshot is a state kept on the way, so "
                "that only the events after it are read. It deletes no event and says nothing that they don’t say."
            </p>
            <label class="seed">
                "Keep one"
                <select on:change:target=move |change| set(&change.target().value())>
                    {EVERY.into_iter().map(option).collect_view()}
                </select>
            </label>
            <p>{reads}</p>
        }
        .into_any()
    })
}
