//! What is asked before an imported log takes the place of the own one.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::work::Work;
use crate::formats::Format;
use crate::lab::As;
use crate::lab::packed::counted;
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, focus, text, when};

/// The question whether the own log may go.
#[derive(Clone, Copy)]
pub struct Question {
    desk: Desk,
    work: Work,
    wrong: Wrong,
    is_asked: RwSignal<bool>,
    is_saving: StoredValue<bool>,
}

impl Question {
    /// Nothing is asked yet. What is wrong with an attempt is told by `wrong`.
    pub fn new(desk: Desk, work: Work, wrong: Wrong) -> Self {
        Self { desk, work, wrong, is_asked: RwSignal::new(false), is_saving: StoredValue::new(false) }
    }

    /// Whether it is asked now.
    pub fn is_asked(self) -> bool {
        self.is_asked.get()
    }

    /// Replaces a log without entries at once, and asks about any other.
    pub fn ask(self, replace: impl FnOnce()) {
        if untrack(|| self.entries()) == 0 {
            return replace();
        }
        self.is_asked.set(true);
        focus(".replacing .quiet");
    }

    /// Asks no more. Nothing goes that is being saved for it.
    pub fn withdraw(self) {
        self.is_asked.set(false);
        if self.is_saving.get_value() {
            self.work.stop();
        }
    }

    /// Replaces the log if all of it was saved, and the question still stands.
    async fn save_and(self, replace: impl Fn(As)) {
        let Self { desk, work, wrong, is_asked, is_saving } = self;
        is_saving.set_value(true);
        let saved = work.save(untrack(|| desk.own_log()), Format::Ndjson).await;
        is_saving.set_value(false);
        match saved {
            _ if !is_asked.get_untracked() => {}
            Some((saved, _)) => replace(As::ReplaceSaved(saved)),
            None => wrong.tell(Err("Your log was not saved as a file, so it stays.")),
        }
    }

    /// The question, while it is asked.
    pub fn draw(self, replace: impl Fn(As) + Copy + Send + Sync + 'static) -> AnyView {
        let Self { work, is_asked, wrong, .. } = self;
        let what = text(move || match self.entries() {
            1 => "Your log has 1 entry. It will be gone and can't be brought back. Save it as a file first?".to_owned(),
            all => {
                let all = counted(all as usize);
                format!(
                    "Your log has {all} entries. They will be gone and can't be brought back. Save them as a file first?"
                )
            }
        });
        let save_and_replace = move || {
            if !work.is_under_way() {
                spawn_local(self.save_and(replace));
            }
        };
        let at_once = move || {
            if !work.is_under_way() {
                replace(As::Replace);
            }
        };
        let keep = move || {
            self.withdraw();
            wrong.clear();
            focus("#replace");
        };
        let group = move || {
            view! {
                <div class="replacing" role="group" aria-labelledby="replacing-what">
                    <p id="replacing-what">{what}</p>
                    {work.bar()}
                    <div class="buttons">
                        <button type="button" on:click=move |_| save_and_replace()>"Save and replace"</button>
                        <button type="button" on:click=move |_| at_once()>"Replace"</button>
                        <button type="button" class="quiet" on:click=move |_| keep()>"Keep my log"</button>
                    </div>
                </div>
            }
            .into_any()
        };
        when(move || is_asked.get(), group)
    }

    /// Entries of the log that would go, whatever is on the desk.
    fn entries(self) -> u64 {
        self.desk.read_log(self.desk.own_log(), |door| door.store().len())
    }
}
