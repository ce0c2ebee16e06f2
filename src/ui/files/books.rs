//! A new log that begins with what the old one adds up to, after one more question.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::save;
use crate::formats::Format;
use crate::ui::desk::Desk;
use crate::ui::parts::{Dialog, Wrong, whenever};

/// The alertdialog "Close the books": says what stays and what goes.
#[component]
pub fn Books(open: RwSignal<bool>) -> impl IntoView {
    let desk = Desk::get();
    let wrong = Wrong::nothing();
    whenever(move || {
        if !open.get() {
            wrong.clear();
        }
    });
    let close = move || {
        // What goes is the world's own log, whatever is on the desk; it goes only if it was saved.
        if save(desk, untrack(|| desk.own_log()), Format::Ndjson).is_none() {
            return wrong.tell(Err("The log could not be saved as a file, so the books stay open."));
        }
        spawn_local(async move {
            match desk.lab().close_books(&untrack(|| desk.world())).await {
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
            {wrong.alert("no-books")}
            <div class="buttons">
                <button type="button" on:click=move |_| close()>"Save and close the books"</button>
                <button type="button" class="quiet" autofocus on:click=move |_| open.set(false)>"Keep"</button>
            </div>
        </Dialog>
    }
}
