//! A new beginning, after one more question.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::work::Work;
use crate::formats::Format;
use crate::ui::desk::Desk;
use crate::ui::parts::{Dialog, Wrong, flag, text, whenever};

/// The alertdialog "Reset demo": says what goes.
#[component]
pub fn Reset(open: RwSignal<bool>, work: Work) -> impl IntoView {
    let desk = Desk::get();
    let wrong = Wrong::nothing();
    whenever(move || {
        if !open.get() {
            wrong.clear();
        }
    });
    let what = text(move || {
        let whose = match desk.world().as_str() {
            "bank" => "of the bank, here and in the lab,".to_owned(),
            world => format!("of the lab “{world}”"),
        };
        match desk.read_log(desk.own_log(), |door| door.store().len()) {
            1 => format!("1 event {whose} will be removed."),
            events => format!("{events} events {whose} will be removed."),
        }
    });
    let save = move || {
        spawn_local(async move {
            work.save(untrack(|| desk.own_log()), Format::Ndjson).await;
        });
    };
    let remove = move || {
        spawn_local(async move {
            match desk.lab().reset(&untrack(|| desk.world())).await {
                Ok(log) => {
                    open.set(false);
                    desk.put(log);
                    desk.say("The demo was reset. The log is empty.");
                }
                Err(no) => wrong.tell(Err(no)),
            }
        });
    };
    view! {
        <Dialog open role="alertdialog" title="Reset the demo?" id="reset-title" described_by="reset-what">
            <p id="reset-what">{what}" It can't be undone."</p>
            {work.bar()}
            <p class="losses" role="status">{desk.said_from_now()}</p>
            {wrong.alert("no-reset")}
            <div class="buttons">
                <button type="button" on:click=move |_| save()>"Save the log first"</button>
                <button type="button" class="danger" disabled=flag(move || work.is_under_way()) on:click=move |_| remove()>"Remove"</button>
                <button type="button" class="quiet" autofocus on:click=move |_| open.set(false)>"Keep"</button>
            </div>
        </Dialog>
    }
}
