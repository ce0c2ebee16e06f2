//! A log from elsewhere: read piece by piece, judged, then a copy or a replacement.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlInputElement;

use super::replace::Question;
use super::work::Work;
use crate::browser::download::Pieces;
use crate::lab::import::{Judgement, Verdict};
use crate::lab::no::No;
use crate::lab::packed::counted;
use crate::lab::{As, Imported};
use crate::ui::desk::Desk;
use crate::ui::parts::{Dialog, Wrong, flag, live, progress, when, whenever};

const CAN_NOT_READ: &str = "This file can't be read. Choose it again.";

/// What is read, and what came of it.
#[derive(Clone, Copy)]
struct Reading {
    desk: Desk,
    /// How often something else was to be read, or nothing any more.
    turns: StoredValue<u64>,
    /// Bytes read, all bytes, and events; while it is read.
    progress: RwSignal<Option<(f64, f64, u64)>>,
    judged: StoredValue<Option<Judgement>, LocalStorage>,
    /// Whether there is a judgement: what the page draws anew by.
    is_judged: RwSignal<bool>,
    wrong: Wrong,
}

/// The dialog "Import".
#[component]
pub fn Import(open: RwSignal<bool>, work: Work) -> impl IntoView {
    let reading = Reading {
        desk: Desk::get(),
        turns: StoredValue::new(0),
        progress: RwSignal::new(None),
        judged: StoredValue::new_local(None),
        is_judged: RwSignal::new(false),
        wrong: Wrong::nothing(),
    };
    let pasted = RwSignal::new(String::new());
    let close = move || {
        open.set(false);
        pasted.set(String::new());
    };
    whenever(move || {
        let text = pasted.read();
        if text.is_empty() {
            reading.stop();
        } else {
            reading.begin(Pieces::of_text(&text).ok());
        }
    });
    whenever(move || {
        if !open.get() {
            reading.stop();
        }
    });
    let choose = move |input: HtmlInputElement| {
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            reading.begin(Some(Pieces::of(file)));
        }
    };
    let take = move |becomes| {
        spawn_local(async move {
            if reading.take(becomes).await {
                close();
            }
        });
    };
    let can_take = move || {
        reading.is_judged.get()
            && reading.judged.with_value(|judged| judged.as_ref().is_some_and(|judged| judged.log.is_some()))
    };
    let question = Question::new(reading.desk, work, reading.wrong);
    whenever(move || {
        // What is read anew is asked about anew.
        if !reading.is_judged.get() {
            question.withdraw();
        }
    });
    let buttons = move || {
        view! {
            <div class="buttons">
                <button type="button" disabled=flag(move || !can_take()) on:click=move |_| take(As::Copy)>"Open as a copy"</button>
                <button
                    type="button"
                    id="replace"
                    disabled=flag(move || !can_take())
                    on:click=move |_| question.ask(|| take(As::Replace))
                >
                    "Replace my log"
                </button>
                <button type="button" class="quiet" on:click=move |_| close()>"Cancel"</button>
            </div>
        }
        .into_any()
    };
    let judged = move || {
        let is_judged = reading.is_judged.get();
        reading.judged.with_value(|judged| judged.as_ref().filter(|_| is_judged).map(told)).into_any()
    };
    view! {
        <Dialog open role="dialog" title="Import a log" id="import-title">
            <p>"Nothing changes before you say so."</p>
            <label>"File" <input type="file" accept=".ndjson,.jsonl,.json,.csv,.txt" on:change:target=move |change| choose(change.target())/></label>
            <label>
                "Or paste its text"
                <textarea rows="4" spellcheck="false" bind:value=pasted></textarea>
            </label>
            {when(move || reading.progress.with(Option::is_some), move || under_way(&reading))}
            <p class="losses" role="status">{reading.desk.said_from_now()}</p>
            {live(judged)}
            {reading.wrong.alert("no-import")}
            {when(move || !question.is_asked(), buttons)}
            {question.draw(take)}
        </Dialog>
    }
}

impl Reading {
    /// Reads something else from now on.
    fn begin(self, pieces: Option<Pieces>) {
        self.stop();
        self.desk.hush();
        let turn = self.turns.get_value();
        spawn_local(async move {
            let read = match pieces {
                Some(pieces) => self.read(turn, pieces).await,
                None => Err(No::bad_input(CAN_NOT_READ)),
            };
            if self.turns.get_value() != turn {
                return;
            }
            self.progress.set(None);
            match read {
                Ok(judged) => {
                    self.judged.set_value(judged);
                    self.is_judged.set(true);
                }
                Err(no) => self.wrong.tell(Err(no)),
            }
        });
    }

    /// Reads no further, and forgets what was read.
    fn stop(self) {
        self.turns.update_value(|turns| *turns += 1);
        self.progress.set(None);
        self.judged.set_value(None);
        self.is_judged.set(false);
        self.wrong.clear();
    }

    /// `None`: something else is read by now.
    async fn read(self, turn: u64, mut pieces: Pieces) -> Result<Option<Judgement>, No> {
        let mut intake = self.desk.lab().intake(&untrack(|| self.desk.world()), None)?;
        loop {
            let (read, all) = pieces.progress();
            self.progress.set(Some((read, all, intake.events())));
            let piece = pieces.next().await.map_err(|_| No::bad_input(CAN_NOT_READ))?;
            if self.turns.get_value() != turn {
                return Ok(None);
            }
            if !piece.is_some_and(|piece| intake.push(&piece)) {
                return Ok(Some(intake.finish()));
            }
        }
    }

    /// Takes in what was read; whether that could be done.
    async fn take(self, becomes: As) -> bool {
        let Some(mut judged) = self.judged.try_update_value(Option::take).flatten() else { return false };
        let desk = self.desk;
        // Of the world that it was read for, whichever is looked at by now.
        let world = judged.log.as_ref().map(|log| log.world()).unwrap_or_default();
        match desk.lab().take_in(world, &mut judged, becomes).await {
            Ok(Imported { log: Some(log), events, .. }) => {
                desk.put(log);
                desk.seek(Some(0));
                desk.say(format!("Imported {} events.", counted(events as usize)));
                true
            }
            Ok(Imported { log: None, .. }) => false,
            Err(no) => {
                self.judged.set_value(Some(judged));
                self.wrong.tell(Err(no));
                false
            }
        }
    }
}

/// How far a file was read, and a way to read it no further.
fn under_way(reading: &Reading) -> AnyView {
    let reading = *reading;
    let at = move || reading.progress.get().unwrap_or_default();
    let share = move || {
        let (read, all, _) = at();
        if all > 0.0 { read / all } else { 0.0 }
    };
    let words = move || {
        let (read, all, events) = at();
        format!("{:.1} of {:.1} MB, {} events", read / 1e6, all / 1e6, counted(events as usize))
    };
    let stop = move || {
        reading.stop();
        reading.desk.say("Stopped reading. Nothing was changed.");
    };
    progress("Reading the file", share, words, "Stop reading", stop)
}

fn told(judged: &Judgement) -> AnyView {
    let (word, role) = match judged.verdict {
        Verdict::Fine => ("Fine", "status"),
        Verdict::Risky => ("Risky", "status"),
        Verdict::Impossible => ("Impossible", "alert"),
    };
    let events = judged.log.as_ref().map(|log| format!("{} events. ", counted(log.store().len() as usize)));
    let reasons = &judged.reasons;
    view! {
        <div class="judged" role=role>
            <p><b>{word}": "</b>{events}{reasons.is_empty().then_some("Every one reads with today's code.")}</p>
            <ul>{reasons.iter().map(|reason| view! { <li>{reason.clone()}</li> }).collect_view()}</ul>
        </div>
    }
    .into_any()
}
