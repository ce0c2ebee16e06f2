//! The log as a file, its chain, and a new beginning.

mod import;
mod reset;

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::spoken;
use crate::browser::download;
use import::Import;
use reset::Reset;

/// The quiet row below the demo.
#[component]
pub fn Files() -> impl IntoView {
    let desk = Desk::get();
    let importing = RwSignal::new(false);
    let resetting = RwSignal::new(false);
    let verify = move || {
        let verified = desk.lab().verify(untrack(|| desk.log()));
        desk.say(match verified {
            Ok(verified) => match verified.first_bad {
                None => {
                    format!("Verified: {} events are as recorded. Head {}.", verified.events, verified.head.short())
                }
                Some(position) => format!("Entry {} is not as it was recorded.", position + 1),
            },
            Err(no) => no.to_string(),
        });
    };
    view! {
        <div class="files" role="group" aria-label="Files">
            <button type="button" class="quiet" on:click=move |_| save(desk)>"Export"</button>
            <button type="button" class="quiet" on:click=move |_| importing.set(true)>"Import"</button>
            <button type="button" class="quiet" on:click=move |_| verify()>"Verify log"</button>
            <button type="button" class="quiet" on:click=move |_| resetting.set(true)>"Reset demo"</button>
            <details class="saved">
                <summary>"What “saved” means"</summary>
                <p>
                    "Each entry is written to this browser’s localStorage before it is shown, one key for each command. No server has it. "
                    "If this tab is killed, it is still there. If the whole browser is killed, the last seconds, at worst about a minute, can be missing. "
                    "Private windows and “clear site data” forget all of it. To keep it for good, export it."
                </p>
            </details>
            <Import open=importing/>
            <Reset open=resetting/>
        </div>
    }
}

/// What went wrong in a dialog, if anything did.
fn problem_of(problem: RwSignal<Option<String>>) -> AnyView {
    let draw = |problem: String| view! { <p class="alert" role="alert">{problem}</p> }.into_any();
    spoken(move || problem.get().map(|problem| (0, problem)), draw)
}

/// Saves the log on the desk as a file.
fn save(desk: Desk) {
    let log = untrack(|| desk.log());
    let saved = desk.lab().export(log).map(|text| download::save(&format!("daybook-bank-{log}.ndjson"), &text));
    desk.say(match saved {
        Ok(Ok(())) => "The log was saved as a file.".to_owned(),
        Ok(Err(_)) => {
            "This browser does not save files from here. In its console, daybook.exportLog gives the text.".to_owned()
        }
        Err(no) => no.to_string(),
    });
}
