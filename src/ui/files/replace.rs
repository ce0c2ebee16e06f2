//! What is asked before an imported log takes the place of the own one.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::work::Work;
use crate::formats::Format;
use crate::lab::packed::counted;
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, flag, focus, text, when};

/// The question whether the own log may go.
#[derive(Clone, Copy)]
pub struct Question {
    pub desk: Desk,
    pub work: Work,
    /// Whether it is asked now.
    pub is_asked: RwSignal<bool>,
    /// What is wrong with the attempt.
    pub wrong: Wrong,
}

impl Question {
    /// Replaces a log without entries at once, and asks about any other.
    pub fn ask(self, replace: impl FnOnce()) {
        if untrack(|| self.entries()) == 0 {
            return replace();
        }
        self.is_asked.set(true);
        focus(".replacing .quiet");
    }

    /// The question, while it is asked.
    pub fn draw(self, replace: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
        let Self { desk, work, is_asked, wrong } = self;
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
            spawn_local(async move {
                match work.save(untrack(|| desk.own_log()), Format::Ndjson).await {
                    Some(_) => replace(),
                    None => wrong.tell(Err("Your log was not saved as a file, so it stays.")),
                }
            });
        };
        let keep = move || {
            is_asked.set(false);
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
                        <button type="button" disabled=flag(move || work.is_under_way()) on:click=move |_| replace()>"Replace"</button>
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
