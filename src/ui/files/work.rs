//! Work on a whole log, one at a time: in slices, with a bar that says how far it is, and a way to stop it.

use leptos::prelude::*;

use crate::browser::download::Draft;
use crate::engine::LogId;
use crate::formats::{Format, Written};
use crate::lab::door::Door;
use crate::lab::no::No;
use crate::lab::packed::counted;
use crate::lab::steps::{Export, Progress, Saved, Verification, another};
use crate::ui::chain;
use crate::ui::desk::Desk;
use crate::ui::parts::{live, progress, rest, slice};

/// Events in the first step.
const FIRST_STEP: u64 = 64;

/// What is done with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Verify,
    Export,
}

/// Why some work did not come to its end.
enum Ended {
    /// Something else is done already.
    Busy(Task),
    /// Somebody said stop.
    Stopped(Progress),
    /// It can't go on.
    Failed(No),
}

/// What is done with a log, if anything. It goes on while the drawer is closed.
#[derive(Clone, Copy)]
pub struct Work {
    desk: Desk,
    task: StoredValue<Option<Task>>,
    is_stopped: StoredValue<bool>,
    /// How far it is, from its second slice on: what is done sooner needs no bar.
    under_way: RwSignal<Option<(Task, Progress)>>,
}

impl Work {
    /// Nothing is done yet.
    pub fn new(desk: Desk) -> Self {
        let (task, is_stopped) = (StoredValue::new(None), StoredValue::new(false));
        Self { desk, task, is_stopped, under_way: RwSignal::new(None) }
    }

    /// Whether something takes a while.
    pub fn is_under_way(self) -> bool {
        self.under_way.with(Option::is_some)
    }

    /// Ends it after the slice that is done. Whoever began it says how far it came.
    pub fn stop(self) {
        self.is_stopped.set_value(true);
    }

    /// The bar, while something takes a while.
    pub fn bar(self) -> AnyView {
        let task = Memo::new(move |_| self.under_way.get().map(|(task, _)| task));
        let under_way = move || self.under_way.get().map(|(_, progress)| progress);
        let share =
            move || under_way().map_or(0.0, |at| f64::from(at.events as u32) / f64::from((at.of as u32).max(1)));
        live(move || {
            let Some(task) = task.get() else { return ().into_any() };
            let words = move || under_way().map_or_else(String::new, |at| format!("{}: {}", task.label(), reach(at)));
            progress(task.label(), share, words, "Stop", move || self.stop())
        })
    }

    /// Holds every entry against the chain, says what came of it, and goes to the first that differs.
    pub async fn verify(self, log: LogId) {
        let desk = self.desk;
        let begun = desk.lab().log(log).map(|door| (Verification::new(&*door), least(&*door)));
        let (mut verification, least) = match begun {
            Ok(begun) => begun,
            Err(no) => return desk.say(no.to_string()),
        };
        let step = &mut |door: &dyn Door, budget: u64| verification.advance(door, budget.max(least));
        let ended = self.work(Task::Verify, log, step).await;
        let verified = verification.verified();
        let told = chain::told(&verified);
        if let Some(position) = verified.first_bad
            && untrack(|| desk.log()) == log
        {
            desk.seek(Some(position + 1));
        }
        desk.say(match ended {
            Ok(()) => told,
            Err(Ended::Stopped(at)) if verified.first_bad.is_some() => format!("Stopped after {}. {told}", reach(at)),
            Err(Ended::Stopped(at)) => format!("Stopped after {}. So far all are as recorded.", reach(at)),
            Err(Ended::Busy(task)) => task.busy().to_owned(),
            Err(Ended::Failed(no)) => no.to_string(),
        });
    }

    /// Saves a log as a file, and gives what of it is in there and what the format could not hold; `None`: it was not
    /// saved, and that was said.
    pub async fn save(self, log: LogId, format: Format) -> Option<(Saved, Vec<String>)> {
        let desk = self.desk;
        let begun = desk.lab().log(log).map(|door| (Export::new(&*door, format), door.world()));
        let (mut export, world) = begun.map_err(|no| desk.say(no.to_string())).ok()?;
        let (mut draft, mut kept) = (Draft::default(), Ok(()));
        let step = &mut |door: &dyn Door, budget| {
            let progress = export.advance(door, budget)?;
            kept = draft.add(&export.take());
            Ok(Progress { is_done: progress.is_done || kept.is_err(), ..progress })
        };
        if let Err(ended) = self.work(Task::Export, log, step).await {
            desk.say(match ended {
                Ended::Stopped(at) => format!("Stopped after {}. Nothing was saved.", reach(at)),
                Ended::Busy(task) => task.busy().to_owned(),
                Ended::Failed(no) => format!("{no} Nothing was saved."),
            });
            return None;
        }
        let saved = export.saved();
        let Written { text, losses } = export.finish();
        let name = format!("daybook-{world}-{log}.{}", format.extension());
        let done = kept.and_then(|()| draft.add(&text)).and_then(|()| draft.save(&name, format.media_type()));
        if done.is_err() {
            desk.say("This browser does not save files from here. In its console, daybook.exportLog gives the text.");
            return None;
        }
        desk.say("The log was saved as a file.");
        Some((saved, losses))
    }

    async fn work(
        self,
        task: Task,
        log: LogId,
        step: &mut dyn FnMut(&dyn Door, u64) -> Result<Progress, No>,
    ) -> Result<(), Ended> {
        if let Some(task) = self.task.get_value() {
            return Err(Ended::Busy(task));
        }
        self.task.set_value(Some(task));
        self.is_stopped.set_value(false);
        self.desk.hush();
        let ended = self.work_on(task, log, step).await;
        self.task.set_value(None);
        self.under_way.set(None);
        ended
    }

    async fn work_on(
        self,
        task: Task,
        log: LogId,
        step: &mut dyn FnMut(&dyn Door, u64) -> Result<Progress, No>,
    ) -> Result<(), Ended> {
        let lab = self.desk.lab();
        let mut budget = FIRST_STEP;
        loop {
            let mut stepped = Err(another());
            // Nobody may look at a log while the page goes on.
            if let Ok(door) = lab.log(log) {
                slice(&mut budget, &mut |budget| {
                    stepped = step(&*door, budget);
                    stepped.as_ref().map_or(true, |progress| progress.is_done)
                });
            }
            let progress = stepped.map_err(Ended::Failed)?;
            if progress.is_done {
                return Ok(());
            }
            self.under_way.set(Some((task, progress)));
            rest().await;
            if self.is_stopped.get_value() {
                return Err(Ended::Stopped(progress));
            }
        }
    }
}

impl Task {
    fn label(self) -> &'static str {
        match self {
            Self::Verify => "Verifying the hash chain",
            Self::Export => "Writing the file",
        }
    }

    /// Said to whoever wants something else meanwhile.
    fn busy(self) -> &'static str {
        match self {
            Self::Verify => "The log is being verified. Stop that first, or wait for its end.",
            Self::Export => "A file is being written. Stop that first, or wait for its end.",
        }
    }
}

/// How far some work is: `120,000 of 1,000,000 entries`.
fn reach(progress: Progress) -> String {
    format!("{} of {} entries", counted(progress.events as usize), counted(progress.of as usize))
}

/// Events of a step at least: what is stored is found by looking at every key, so each step has to be worth that.
fn least(door: &dyn Door) -> u64 {
    if door.place().is_some() { chain::SLICE } else { 1 }
}
