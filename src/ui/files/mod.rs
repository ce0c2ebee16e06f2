//! The log as a file and as a link, its chain, where it is kept, and a new beginning.

mod import;
mod replace;
mod share;
mod kept;
mod books;
mod reset;
mod big_day;
mod marks;
mod examples;

use leptos::prelude::*;

use super::chain::told;
use super::desk::Desk;
use super::parts::live;
use crate::browser::download;
use crate::engine::LogId;
use crate::formats::Format;
use books::Books;
use import::Import;
use reset::Reset;

/// Which dialog is open.
#[derive(Clone, Copy)]
struct Dialogs {
    importing: RwSignal<bool>,
    closing: RwSignal<bool>,
    resetting: RwSignal<bool>,
}

/// The dialogs "Import", "Close the books" and "Reset demo".
pub fn dialogs() -> AnyView {
    let Dialogs { importing, closing, resetting } = expect_context();
    view! { <Import open=importing/> <Books open=closing/> <Reset open=resetting/> }.into_any()
}

/// What the dialogs and the drawer share.
pub fn provide() {
    let closed = || RwSignal::new(false);
    provide_context(Dialogs { importing: closed(), closing: closed(), resetting: closed() });
}

/// The drawer "Files".
pub fn files() -> AnyView {
    let desk = Desk::get();
    let Dialogs { importing, closing, resetting } = expect_context();
    // Texts, since each type that a signal holds is code of its own.
    let format = RwSignal::new(String::new());
    let losses = RwSignal::new(String::new());
    let by_hand = RwSignal::new(None);
    let choose = move |name: String| {
        format.set(name);
        losses.set(String::new());
    };
    let export = move || {
        let format = Format::named(&format.get_untracked()).unwrap_or(Format::Ndjson);
        losses.set(save(desk, untrack(|| desk.log()), format).unwrap_or_default().join("\n"));
    };
    let options = Format::ALL.map(|format| view! { <option value=format.name()>{format.label()}</option> });
    view! {
        <div class="buttons files">
            <label>
                "Format"
                <select on:change:target=move |change| choose(change.target().value())>{options.collect_view()}</select>
            </label>
            <button type="button" on:click=move |_| export()>"Export"</button>
            <button type="button" on:click=move |_| importing.set(true)>"Import"</button>
            <button type="button" on:click=move |_| share::share(desk, by_hand)>"Share link"</button>
            <button type="button" on:click=move |_| verify(desk)>"Verify log"</button>
            <button type="button" on:click=move |_| closing.set(true)>"Close the books"</button>
            <button type="button" on:click=move |_| resetting.set(true)>"Reset demo"</button>
        </div>
        <div role="status" class="losses">{live(move || lost(&losses.read()))}</div>
        {share::by_hand(by_hand)}
        {marks::marks(desk)}
        {examples::stretch(desk)}
        {big_day::big_day(desk)}
        {kept::kept(desk)}
    }
    .into_any()
}

/// What the chosen format could not hold, a line each.
fn lost(losses: &str) -> AnyView {
    if losses.is_empty() {
        return ().into_any();
    }
    let losses = losses.lines().map(|loss| view! { <li>{loss.to_owned()}</li> }).collect_view();
    view! { <p>"This format does not hold everything:"</p> <ul>{losses}</ul> }.into_any()
}

/// Saves a log as a file, and gives what its format could not hold; `None`: it was not saved, and that was said.
fn save(desk: Desk, log: LogId, format: Format) -> Option<Vec<String>> {
    let written = desk.lab().export_as(log, format).map_err(|no| desk.say(no.to_string())).ok()?;
    let name = format!("daybook-{}-{log}.{}", untrack(|| desk.world()), format.extension());
    if download::save(&name, &written.text, format.media_type()).is_err() {
        desk.say("This browser does not save files from here. In its console, daybook.exportLog gives the text.");
        return None;
    }
    desk.say("The log was saved as a file.");
    Some(written.losses)
}

/// Holds every entry against the chain, and goes to the first that differs.
fn verify(desk: Desk) {
    let said = match desk.lab().verify(untrack(|| desk.log())) {
        Err(no) => no.to_string(),
        Ok(verified) => {
            if let Some(position) = verified.first_bad {
                desk.seek(Some(position + 1));
            }
            told(&verified)
        }
    };
    desk.say(said);
}
