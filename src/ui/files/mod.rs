//! The log as a file and as a link, its chain, where it is kept, and a new beginning.

mod import;
mod replace;
mod share;
mod kept;
mod books;
mod reset;
mod big_day;
mod work;
mod marks;
mod examples;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::parts::{live, when};
use crate::formats::Format;
use books::Books;
use import::Import;
use reset::Reset;
use work::Work;

/// Which dialog is open.
#[derive(Clone, Copy)]
struct Dialogs {
    importing: RwSignal<bool>,
    closing: RwSignal<bool>,
    resetting: RwSignal<bool>,
    work: Work,
}

impl Dialogs {
    fn is_any_open(self) -> bool {
        self.importing.get() || self.closing.get() || self.resetting.get()
    }
}

/// The dialogs "Import", "Close the books" and "Reset demo".
pub fn dialogs() -> AnyView {
    let Dialogs { importing, closing, resetting, work } = expect_context();
    view! { <Import open=importing work/> <Books open=closing work/> <Reset open=resetting work/> }.into_any()
}

/// What the dialogs and the drawer share.
pub fn provide(desk: Desk) {
    let closed = || RwSignal::new(false);
    let work = Work::new(desk);
    provide_context(Dialogs { importing: closed(), closing: closed(), resetting: closed(), work });
}

/// The drawer "Files".
pub fn files() -> AnyView {
    let desk = Desk::get();
    let dialogs: Dialogs = expect_context();
    let Dialogs { importing, closing, resetting, work } = dialogs;
    // Texts, since each type that a signal holds is code of its own.
    let format = RwSignal::new(String::new());
    let losses = RwSignal::new(String::new());
    let by_hand = RwSignal::new(None);
    let choose = move |name: String| {
        format.set(name);
        losses.set(String::new());
    };
    let export = move || {
        losses.set(String::new());
        spawn_local(async move {
            let chosen = format.get_untracked();
            let lost = work.save(untrack(|| desk.log()), Format::named(&chosen).unwrap_or(Format::Ndjson)).await;
            // Of a format that is chosen no more, or in a drawer that was closed, nobody asks.
            if format.try_get_untracked() == Some(chosen) {
                losses.set(lost.map(|(_, lost)| lost.join("\n")).unwrap_or_default());
            }
        });
    };
    let verify = move || spawn_local(async move { work.verify(untrack(|| desk.log())).await });
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
            <button type="button" on:click=move |_| verify()>"Verify log"</button>
            <button type="button" on:click=move |_| closing.set(true)>"Close the books"</button>
            <button type="button" on:click=move |_| resetting.set(true)>"Reset demo"</button>
        </div>
        {when(move || !dialogs.is_any_open(), move || work.bar())}
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
