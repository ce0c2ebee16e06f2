//! A new log that begins with what the old one adds up to, after one more question.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::work::Work;
use crate::formats::Format;
use crate::ui::desk::Desk;
use crate::ui::parts::{Dialog, Wrong, whenever};

/// The alertdialog "Close the books": says what stays and what goes.
#[component]
pub fn Books(open: RwSignal<bool>, work: Work) -> impl IntoView {
    let desk = Desk::get();
    let wrong = Wrong::nothing();
    let is_saving = StoredValue::new(false);
    whenever(move || {
        if !open.get() {
            wrong.clear();
            if is_saving.get_value() {
                work.stop();
            }
        }
    });
    let close = move || {
        if work.is_under_way() {
            return;
        }
        spawn_local(async move {
            // What goes is the world's own log, whatever is on the desk; it goes only if all of it was saved.
            let (world, own) = untrack(|| (desk.world(), desk.own_log()));
            is_saving.set_value(true);
            let saved = work.save(own, Format::Ndjson).await;
            is_saving.set_value(false);
            if !open.get_untracked() {
                return;
            }
            let Some((saved, _)) = saved else {
                return wrong.tell(Err("The log was not saved as a file, so the books stay open."));
            };
            match desk.lab().close_books(&world, Some(saved)).await {
                Ok(log) => {
                    open.set(false);
                    desk.put(log);
                    desk.say("The books were closed. The new log begins with what every account had.");
                }
                Err(no) => wrong.tell(Err(no)),
            }
        });
    };
    view! {
        <Dialog open role="alertdialog" title="Close the books?" id="books-title" described_by="books-what">
            <p id="books-what">
                "The whole log is saved as a file. Then a new log begins: its first entry names the old one, and every account comes over with its balance. "
                "The old entries are removed from this browser."
            </p>
            {work.bar()}
            <p class="losses" role="status">{desk.said_from_now()}</p>
            {wrong.alert("no-books")}
            <div class="buttons">
                <button type="button" on:click=move |_| close()>"Save and close the books"</button>
                <button type="button" class="quiet" autofocus on:click=move |_| open.set(false)>"Keep"</button>
            </div>
        </Dialog>
    }
}
