//! The log as a file, its chain, and a new beginning.

mod import;
mod reset;

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::spoken;
use crate::browser::download;
use import::Import;
use reset::Reset;

/// Which dialog is open.
#[derive(Clone, Copy)]
struct Dialogs {
    importing: RwSignal<bool>,
    resetting: RwSignal<bool>,
}

/// The dialogs "Import" and "Reset demo".
pub fn dialogs() -> AnyView {
    let Dialogs { importing, resetting } = expect_context();
    view! { <Import open=importing/> <Reset open=resetting/> }.into_any()
}

/// What the dialogs and the drawer share.
pub fn provide() {
    provide_context(Dialogs { importing: RwSignal::new(false), resetting: RwSignal::new(false) });
}

/// The drawer "Files".
pub fn files() -> AnyView {
    let desk = Desk::get();
    let Dialogs { importing, resetting } = expect_context();
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
        <div class="buttons">
            <button type="button" on:click=move |_| save(desk)>"Export"</button>
            <button type="button" on:click=move |_| importing.set(true)>"Import"</button>
            <button type="button" on:click=move |_| verify()>"Verify log"</button>
            <button type="button" on:click=move |_| resetting.set(true)>"Reset demo"</button>
        </div>
        <details class="saved">
            <summary>"What “saved” means"</summary>
            <p>
                    "Each entry is written to this browser’s localStorage before it is shown, one key for each command. No server has it. "
                    "If this tab is killed, it is still there. If the whole browser is killed, the last seconds, at worst about a minute, can be missing. "
                    "Private windows and “clear site data” forget all of it. To keep it for good, export it."
            </p>
        </details>
    }
    .into_any()
}

/// What went wrong in a dialog, if anything did.
fn problem_of(problem: RwSignal<Option<String>>) -> AnyView {
    let draw = |problem: String| view! { <p class="alert" role="alert">{problem}</p> }.into_any();
    spoken(move || problem.get().map(|problem| (0, problem)), draw)
}

/// Saves the log on the desk as a file.
fn save(desk: Desk) {
    let log = untrack(|| desk.log());
    let saved = desk
        .lab()
        .export(log)
        .map(|text| download::save(&format!("daybook-{}-{log}.ndjson", untrack(|| desk.world())), &text));
    desk.say(match saved {
        Ok(Ok(())) => "The log was saved as a file.".to_owned(),
        Ok(Err(_)) => {
            "This browser does not save files from here. In its console, daybook.exportLog gives the text.".to_owned()
        }
        Err(no) => no.to_string(),
    });
}
