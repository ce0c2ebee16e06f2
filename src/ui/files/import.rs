//! A log from elsewhere: judged first, then a copy or a replacement.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlInputElement;

use crate::browser::download;
use crate::lab::As;
use crate::lab::import::Verdict;
use crate::ui::desk::Desk;
use crate::ui::parts::{Dialog, flag, live};

use super::problem_of;

/// The dialog "Import".
#[component]
pub fn Import(open: RwSignal<bool>) -> impl IntoView {
    let desk = Desk::get();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let judgement = Memo::new(move |_| {
        let text = text.read();
        let judged = (!text.is_empty()).then(|| desk.lab().judge(&desk.world(), &text).ok()).flatten();
        judged.map(|judged| (judged.verdict, judged.reasons, judged.file.map(|file| file.events.len())))
    });
    let can_import = move || judgement.get().is_some_and(|(verdict, ..)| verdict != Verdict::Impossible);
    let close = move || {
        open.set(false);
        text.set(String::new());
        problem.set(None);
    };
    let choose = move |input: HtmlInputElement| {
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        spawn_local(async move {
            match download::read(&file).await {
                Ok(read) => text.set(read),
                Err(_) => problem.set(Some(format!("{} can't be read. Choose it again.", file.name()))),
            }
        });
    };
    let take = move |becomes: As| {
        spawn_local(async move {
            match desk.lab().import(&untrack(|| desk.world()), &text.get_untracked(), becomes).await {
                Ok(imported) => {
                    if let Some(log) = imported.log {
                        close();
                        desk.put(log);
                        desk.seek((becomes == As::Copy).then_some(0));
                        desk.say(format!("Imported {} events.", imported.events));
                    }
                }
                Err(no) => problem.set(Some(no.to_string())),
            }
        });
    };
    let judged = move || match judgement.get() {
        None => ().into_any(),
        Some((verdict, reasons, events)) => view! { <Judged verdict reasons events/> }.into_any(),
    };
    view! {
        <Dialog open role="dialog" title="Import a log" id="import-title">
            <p>"Nothing changes before you say so."</p>
            <label>"File" <input type="file" accept=".ndjson,.jsonl,.json,.csv,.txt" on:change:target=move |change| choose(change.target())/></label>
            <label>
                "Or paste its text"
                <textarea rows="4" spellcheck="false" bind:value=text></textarea>
            </label>
            {live(judged)}
            {problem_of(problem)}
            <div class="buttons">
                <button type="button" disabled=flag(move || !can_import()) on:click=move |_| take(As::Copy)>"Open as a copy"</button>
                <button type="button" disabled=flag(move || !can_import()) on:click=move |_| take(As::Replace)>"Replace my log"</button>
                <button type="button" class="quiet" on:click=move |_| close()>"Cancel"</button>
            </div>
        </Dialog>
    }
}

#[component]
fn Judged(verdict: Verdict, reasons: Vec<String>, events: Option<usize>) -> impl IntoView {
    let (word, role) = match verdict {
        Verdict::Fine => ("Fine", "status"),
        Verdict::Risky => ("Risky", "status"),
        Verdict::Impossible => ("Impossible", "alert"),
    };
    let events = events.map(|events| format!("{events} events. "));
    view! {
        <div class="judged" role=role>
            <p><b>{word}": "</b>{events}{reasons.is_empty().then_some("Every one reads with today's code.")}</p>
            <ul>{reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view()}</ul>
        </div>
    }
}
