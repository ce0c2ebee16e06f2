//! What the parts of the page share: which log and whom they look at, and how they ask.

use leptos::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::browser::Keeping;
use crate::engine::{LogId, StreamId};
use crate::lab::door::{Ask, Door, Origin, Recorded};
use crate::lab::no::No;
use crate::lab::{Changes, Lab};
use crate::worlds::Subject;

/// The one signal by which the lab tells the page that something changed, and what.
#[derive(Clone, Default)]
pub struct Changed(ArcRwSignal<Option<Changes>>);

impl Changed {
    /// Whatever was read from the lab is read again.
    pub fn tell(&self, changes: Changes) {
        self.0.set(Some(changes));
    }
}

/// The learner's desk.
#[derive(Clone, Copy)]
pub struct Desk {
    lab: StoredValue<Lab, LocalStorage>,
    changed: StoredValue<Changed>,
    /// Where events are kept.
    pub keeping: StoredValue<Keeping>,
    log: RwSignal<LogId>,
    stream: RwSignal<Option<StreamId>>,
    /// Everyone the log is about, as of its end.
    pub subjects: Memo<Vec<(StreamId, Subject)>>,
    /// The last thing that was said aloud, and how many were said before.
    pub said: RwSignal<(u64, String)>,
    /// Who asks, if not "you".
    pub actor: RwSignal<String>,
    /// Why.
    pub reason: RwSignal<String>,
    /// Whether a command was pressed while the past was looked at.
    pub asked_in_past: RwSignal<bool>,
}

impl Desk {
    /// A desk that looks at the bank's recorded log.
    pub fn new(lab: Lab, keeping: Keeping, changed: Changed) -> Self {
        let log = lab.recorded("bank").unwrap_or(LogId(Uuid::nil()));
        let (lab, changed, log) = (StoredValue::new_local(lab), StoredValue::new(changed), RwSignal::new(log));
        let desk = Self {
            lab,
            changed,
            keeping: StoredValue::new(keeping),
            log,
            subjects: Memo::new(move |_| Self::get().read(|door| door.subjects(door.store().len()))),
            stream: RwSignal::new(None),
            said: RwSignal::new((0, String::new())),
            actor: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
            asked_in_past: RwSignal::new(false),
        };
        Effect::new(move |_| desk.say_what_was_recorded());
        desk
    }

    /// The desk of the page that a component is part of.
    pub fn get() -> Self {
        expect_context()
    }

    /// The lab, for what concerns more than one log.
    pub fn lab(&self) -> Lab {
        self.lab.get_value()
    }

    /// Says something to everyone, screen readers included.
    pub fn say(&self, text: impl Into<String>) {
        self.said.update(|(count, last)| {
            *count += 1;
            *last = text.into();
        });
    }
}

impl Desk {
    /// Whoever recorded it: a form, the console, one day another tab.
    fn say_what_was_recorded(&self) {
        let changes = self.changed.with_value(|changed| changed.0.get());
        untrack(|| {
            let Some(Changes { from, to, .. }) = changes.filter(|changes| changes.log == self.log()) else { return };
            let entries = self.read(|door| door.entries(from, to));
            let Some(last) = entries.last() else { return };
            let sentences: Vec<_> = entries.iter().map(|entry| entry.sentence.as_str()).collect();
            let how = if last.is_pencil { "What if" } else { "Recorded" };
            self.say(format!("{how}: {}, {}", sentences.join("; "), last.figure_words));
        });
    }
}

/// Looking.
impl Desk {
    /// Reads from the log on the desk, now and whenever something changes.
    pub fn read<T>(&self, read: impl FnOnce(&dyn Door) -> T) -> T {
        self.changed.with_value(|changed| changed.0.track());
        self.peek(self.log(), read)
    }

    /// Reads from a log this once.
    fn peek<T>(&self, log: LogId, read: impl FnOnce(&dyn Door) -> T) -> T {
        self.lab.with_value(|lab| {
            // Reset or replaced: the world's own log is there under another id.
            let own = || lab.recorded("bank").and_then(|own| lab.log(own).ok());
            let door = lab.log(log).ok().or_else(own).expect("the bank has a recorded log as long as the lab lives");
            read(&*door)
        })
    }

    /// The log on the desk.
    pub fn log(&self) -> LogId {
        let log = self.log.get();
        self.lab.with_value(|lab| if lab.log(log).is_ok() { log } else { lab.recorded("bank").unwrap_or(log) })
    }

    /// The bank's recorded log.
    pub fn own_log(&self) -> LogId {
        self.lab.with_value(|lab| lab.recorded("bank").unwrap_or_else(|| self.log.get_untracked()))
    }

    /// Reads from another log, now and whenever something changes.
    pub fn read_log<T>(&self, log: LogId, read: impl FnOnce(&dyn Door) -> T) -> T {
        self.changed.with_value(|changed| changed.0.track());
        self.peek(log, read)
    }

    /// Where the log on the desk comes from.
    pub fn origin(&self) -> Origin {
        self.read(|door| door.origin().clone())
    }

    /// Events in the log.
    pub fn events(&self) -> u64 {
        self.read(|door| door.store().len())
    }

    /// Events applied in what is looked at.
    pub fn applied(&self) -> u64 {
        self.read(|door| door.cursor().unwrap_or(door.store().len()))
    }

    /// Whether what is looked at is the past.
    pub fn is_past(&self) -> bool {
        self.read(|door| door.cursor().is_some())
    }

    /// Whether the log is about more than one: then names are needed to tell them apart.
    pub fn is_shared(&self) -> bool {
        1 < self.read(|door| door.store().stream_count())
    }

    /// Whom the page looks at: who was chosen, or else the last to appear.
    pub fn stream(&self) -> Option<StreamId> {
        let chosen = self.stream.get();
        let subjects = self.subjects.read();
        let known = subjects.iter().find(|(stream, _)| Some(stream) == chosen.as_ref()).or(subjects.last());
        known.map(|(stream, _)| stream.clone())
    }
}

/// Moving.
impl Desk {
    /// Looks at someone else.
    pub fn choose(&self, stream: StreamId) {
        self.stream.set(Some(stream));
    }

    /// Puts another log on the desk.
    pub fn put(&self, log: LogId) {
        self.asked_in_past.set(false);
        self.log.set(log);
    }

    /// Looks at the moment after the first `applied` events; `None` follows the newest.
    pub fn seek(&self, applied: Option<u64>) {
        let len = untrack(|| self.events());
        let seeked = self.lab().seek(untrack(|| self.log()), applied.map(|applied| applied.min(len)));
        if seeked.is_ok_and(|now| now == len) {
            self.asked_in_past.set(false);
        }
    }

    /// Begins a what-if at the moment that is looked at, and puts it on the desk.
    pub fn branch(&self) {
        let (log, at) = untrack(|| (self.log(), self.applied()));
        match self.lab().branch(log, at) {
            Ok(branch) => {
                self.put(branch);
                self.say(format!("A what-if begins after event {at}. Nothing here touches the log."));
            }
            Err(no) => self.say(no.to_string()),
        }
    }

    /// Forgets a branch or copy and looks at what it stood beside, or at the recorded log.
    pub fn discard(&self) {
        let log = untrack(|| self.log());
        let back = match untrack(|| self.origin()) {
            Origin::Branch { base, .. } => base,
            Origin::Copy | Origin::Recorded => self.own_log(),
        };
        self.put(back);
        match self.lab().discard(log) {
            Ok(()) => self.say("Discarded. The log is as it was."),
            Err(no) => self.say(no.to_string()),
        }
    }
}

/// Asking.
impl Desk {
    /// A fresh id for a form that becomes ready.
    pub fn mint(&self) -> Uuid {
        self.lab().mint()
    }

    /// Asks for a command, and looks at whom it was about.
    pub async fn ask(&self, words: Value, id: Uuid) -> Result<Recorded, No> {
        let said = |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.trim().is_empty());
        let ask = Ask { words, id: Some(id), actor: said(self.actor), reason: said(self.reason), ..Ask::default() };
        let recorded = self.lab().dispatch(untrack(|| self.log()), ask).await?;
        self.reason.set(String::new());
        if let Some(first) = recorded.events.first() {
            self.stream.set(Some(first.stream.clone()));
        }
        Ok(recorded)
    }
}
