//! What the parts of the page share: which log and whom they look at, and how they ask.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::address::{Address, View, settle};
use super::ask::short;
use super::parts::{text, whenever};
use super::story::Told;
use crate::browser::Keeping;
use crate::engine::{LogId, StreamId};
use crate::journal::peer::Standing;
use crate::lab::beside::Mark;
use crate::lab::door::{Ask, Door, Origin, Recorded};
use crate::lab::no::No;
use crate::lab::readers::Setting;
use crate::lab::{Changes, Lab};
use crate::worlds::opening::Wish;
use crate::worlds::{Opening, Subject};

/// The world of the first page.
const FIRST: &str = "bank";

/// Entries of one change that are said one by one; of more, their number.
const SPELT_OUT: u64 = 3;

/// The one signal by which the lab tells the page that something changed, and what.
#[derive(Clone, Default)]
pub struct Changed {
    changes: ArcRwSignal<Vec<Changes>>,
    /// What is told with the next frame: one change for each log.
    next: Arc<Mutex<Vec<Changes>>>,
    stands: ArcTrigger,
}

impl Changed {
    /// Whatever was read from the lab is read again, before the next frame is drawn. A tab that nobody sees draws none.
    pub fn tell(&self, changes: Changes) {
        let Ok(mut next) = self.next.lock() else { return };
        let is_first = next.is_empty();
        match next.iter_mut().find(|known| known.log == changes.log) {
            Some(before) if before.to == changes.from => *before = Changes { from: before.from, ..changes },
            Some(before) => *before = changes,
            None => next.push(changes),
        }
        if is_first {
            let (next, signal) = (self.next.clone(), self.changes.clone());
            request_animation_frame(move || {
                signal.set(next.lock().map(|mut next| std::mem::take(&mut *next)).unwrap_or_default());
            });
        }
    }

    /// This tab is another among the others.
    pub fn stand(&self) {
        self.stands.notify();
    }
}

/// The learner's desk.
#[derive(Clone, Copy)]
pub struct Desk {
    lab: StoredValue<Lab, LocalStorage>,
    changed: StoredValue<Changed>,
    /// Where events are kept.
    pub keeping: StoredValue<Keeping, LocalStorage>,
    /// What the address says.
    pub address: RwSignal<Address>,
    log: RwSignal<LogId>,
    stream: RwSignal<Option<StreamId>>,
    /// The log on the desk, its length, and how a branch was edited: what its end hangs on.
    end: Memo<(LogId, u64, String)>,
    /// Everyone the log is about, as of its end.
    pub subjects: Memo<Vec<(StreamId, Subject)>>,
    /// The bookmarks and notes beside the log on the desk, in its order.
    pub marks: Memo<Vec<Mark>>,
    /// The last thing that was said aloud, and how many were said before.
    pub said: RwSignal<(u64, String)>,
    /// Who asks, if not "you".
    pub actor: RwSignal<String>,
    /// Why.
    pub reason: RwSignal<String>,
    /// Whether a command was pressed while the past was looked at.
    pub asked_in_past: RwSignal<bool>,
    /// A form that a story or a ready button wants filled in and pressed.
    pub wish: RwSignal<Option<Wish>>,
    /// What was asked last, and the answer.
    pub answer: RwSignal<Option<Answered>>,
    /// The story that is told.
    pub told: RwSignal<Option<Told>>,
    /// Why the link that one came by could not be opened.
    pub broken_link: RwSignal<Option<String>>,
    /// What came of holding each stored log that was opened against its chain; empty: that is not over.
    pub chains: RwSignal<Vec<(LogId, String)>>,
}

/// What was asked and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// How many answers there were before.
    pub nth: u64,
    /// The button and what was typed: `Withdraw 500.00`.
    pub asked: String,
    /// The sentence of the "no", if it was one.
    pub no: Option<String>,
    /// Whether something else has happened since.
    pub is_past: bool,
}

impl Desk {
    /// A desk that looks at the recorded log of the first page's world.
    pub fn new(lab: Lab, keeping: Keeping, changed: Changed) -> Self {
        let log = lab.recorded(FIRST).unwrap_or(LogId(Uuid::nil()));
        let (lab, changed, log) = (StoredValue::new_local(lab), StoredValue::new(changed), RwSignal::new(log));
        let desk = Self {
            lab,
            changed,
            keeping: StoredValue::new_local(keeping),
            address: RwSignal::new(Address::default()),
            log,
            end: Memo::new(move |_| {
                let desk = Self::get();
                let edits = desk.read(|door| door.what_if().map(|what_if| format!("{:?}", what_if.edits())));
                (desk.log(), desk.events(), edits.unwrap_or_default())
            }),
            subjects: Memo::new(move |_| Self::get().read_end(|door| door.subjects(door.store().len()))),
            marks: Memo::new(move |_| Self::get().read(|door| door.marks())),
            stream: RwSignal::new(None),
            said: RwSignal::new((0, String::new())),
            actor: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
            asked_in_past: RwSignal::new(false),
            wish: RwSignal::new(None),
            answer: RwSignal::new(None),
            told: RwSignal::new(None),
            broken_link: RwSignal::new(None),
            chains: RwSignal::new(Vec::new()),
        };
        whenever(move || desk.say_what_was_recorded());
        whenever(move || {
            let _ = (desk.log(), desk.events(), desk.applied());
            desk.answer.update(|answer| *answer = answer.take().map(|last| Answered { is_past: true, ..last }));
        });
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
    /// Whom a stream is about.
    pub fn name_of(&self, stream: &StreamId) -> String {
        let subjects = self.subjects.read();
        let known = subjects.iter().find(|(known, _)| known == stream);
        known.map_or_else(|| short(stream), |(_, subject)| subject.name.clone())
    }

    /// What was said last, unless that was before now.
    pub fn said_from_now(&self) -> Signal<String> {
        let said = self.said;
        let before = said.with_untracked(|(nth, _)| *nth);
        text(move || said.with(|(nth, last)| if *nth > before { last.clone() } else { String::new() }))
    }

    /// Takes back what was said last, without a sound: it is not so any more.
    pub fn hush(&self) {
        if self.said.with_untracked(|(_, last)| !last.is_empty()) {
            self.say("");
        }
    }

    /// Whoever recorded it: a form, the console, another tab.
    fn say_what_was_recorded(&self) {
        let changes = self.changed.with_value(|changed| changed.changes.get());
        untrack(|| {
            let log = self.log();
            let Some(Changes { from, to, is_foreign, .. }) = changes.into_iter().find(|changes| changes.log == log)
            else {
                return;
            };
            let is_short = to <= from + SPELT_OUT;
            let entries = self.read(|door| door.entries(if is_short { from } else { to - 1 }, to));
            let Some(last) = entries.last() else { return };
            let what = if is_short {
                entries.iter().map(|entry| entry.sentence.as_str()).collect::<Vec<_>>().join("; ")
            } else {
                format!("{} entries", to - from)
            };
            let how = match (last.is_pencil, is_foreign) {
                (true, _) => "What if",
                (false, true) => "Recorded in another tab",
                (false, false) => "Recorded",
            };
            self.say(format!("{how}: {}", last.with_figure(&what)));
        });
    }
}

/// Looking.
impl Desk {
    /// Reads from the log on the desk, now and whenever something changes.
    pub fn read<T>(&self, read: impl FnOnce(&dyn Door) -> T) -> T {
        self.changed.with_value(|changed| changed.changes.track());
        self.peek(self.log(), read)
    }

    /// Reads what hangs on the log's end alone, now and whenever that is another: not at each moment that is looked at.
    pub fn read_end<T>(&self, read: impl FnOnce(&dyn Door) -> T) -> T {
        // Read, not only tracked: a memo that nobody reads learns of no change.
        self.end.with(|_| ());
        untrack(|| self.read(read))
    }

    /// Reads from a log this once.
    fn peek<T>(&self, log: LogId, read: impl FnOnce(&dyn Door) -> T) -> T {
        self.lab.with_value(|lab| {
            // Reset or replaced: the world's own log is there under another id.
            let own = || lab.recorded(&self.world()).and_then(|own| lab.log(own).ok());
            let door = lab.log(log).ok().or_else(own).expect("a world has a recorded log as long as the lab lives");
            read(&*door)
        })
    }

    /// The world that the address asks for, or that of the first page.
    pub fn world(&self) -> String {
        self.address.with(|address| match address.view() {
            View::Lab(world) if self.lab.with_value(|lab| lab.recorded(&world)).is_some() => world,
            View::Lab(_) | View::Page | View::Nowhere(_) => FIRST.to_owned(),
        })
    }

    /// How the world's lab opens.
    pub fn opening(&self) -> &'static Opening {
        self.read(|door| door.opening())
    }

    /// The log on the desk.
    pub fn log(&self) -> LogId {
        let log = self.log.get();
        if self.lab.with_value(|lab| lab.log(log).is_ok()) { log } else { self.own_log() }
    }

    /// The world's recorded log.
    pub fn own_log(&self) -> LogId {
        let own = self.lab.with_value(|lab| lab.recorded(&self.world()));
        own.unwrap_or_else(|| self.log.get_untracked())
    }

    /// Reads from another log, now and whenever something changes.
    pub fn read_log<T>(&self, log: LogId, read: impl FnOnce(&dyn Door) -> T) -> T {
        self.changed.with_value(|changed| changed.changes.track());
        self.peek(log, read)
    }

    /// Where the log on the desk comes from.
    pub fn origin(&self) -> Origin {
        self.read(|door| door.origin().clone())
    }

    /// What this tab is among the others.
    pub fn standing(&self) -> Standing {
        self.changed.with_value(|changed| changed.stands.track());
        self.keeping.with_value(|keeping| match keeping {
            Keeping::Stored(_, Some(tabs)) => tabs.standing(),
            Keeping::Stored(_, None) | Keeping::Blocked(_) | Keeping::Fresh => Standing::Leads,
        })
    }

    /// Events in the log.
    pub fn events(&self) -> u64 {
        self.read(|door| door.store().len())
    }

    /// The first event of the change that was told last, if it added any.
    pub fn newest_from(&self) -> u64 {
        let changes = self.changed.with_value(|changed| changed.changes.get_untracked());
        let here = untrack(|| self.log());
        let added = changes.iter().find(|changes| changes.log == here && changes.from < changes.to);
        added.map_or(u64::MAX, |changes| changes.from)
    }

    /// Events applied in what is looked at.
    pub fn applied(&self) -> u64 {
        self.read(|door| door.cursor().unwrap_or(door.store().len()))
    }

    /// The moment in words: "after event 3 of 7, deposited $50.00, balance $150.00".
    pub fn moment(&self) -> String {
        let (applied, events) = (self.applied(), self.events());
        let last = applied.checked_sub(1).and_then(|last| self.read(|door| door.entries(last, applied)).pop());
        match last {
            None => format!("Genesis, before the first of {events} events"),
            Some(entry) => format!("after event {applied} of {events}, {}", entry.with_figure(&entry.sentence)),
        }
    }

    /// Whether what is looked at is the past.
    pub fn is_past(&self) -> bool {
        self.read(|door| door.cursor().is_some())
    }

    /// Whether a lab is shown, and not the first page.
    pub fn is_lab(&self) -> bool {
        matches!(self.address.read().view(), View::Lab(_))
    }

    /// Whether the log is about more than one: then names are needed to tell them apart.
    pub fn is_shared(&self) -> bool {
        match self.subjects.read().len() {
            // Of a log from elsewhere nobody may be known by name.
            0 => 1 < self.read(|door| door.store().stream_count()),
            known => 1 < known,
        }
    }

    /// Whether the world's own log is on the desk, empty and ready.
    pub fn is_blank(&self) -> bool {
        untrack(|| self.log() == self.own_log() && self.read(|door| door.store().is_empty() && door.closed().is_none()))
    }

    /// The story that is told, or was just told to its end.
    pub fn told(&self) -> Option<Told> {
        self.told.get()
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

    /// Looks at the nth of whom the log tells.
    pub fn choose_nth(&self, nth: usize) {
        let nth = self.subjects.with_untracked(|subjects| subjects.get(nth).map(|(stream, _)| stream.clone()));
        self.stream.update(|stream| *stream = nth.or(stream.take()));
    }

    /// Puts another log on the desk, and writes into the address which of its moments is looked at.
    pub fn put(&self, log: LogId) {
        self.place(log);
        settle(*self);
    }

    fn place(&self, log: LogId) {
        self.asked_in_past.set(false);
        self.log.set(log);
    }

    /// Comes to the view of the address: a log of another world makes way for this one's own.
    pub fn enter(&self) {
        let world = untrack(|| self.world());
        if untrack(|| self.read(|door| door.world() != world)) {
            self.place(untrack(|| self.own_log()));
        }
    }

    /// Puts an empty log in memory on the desk, beside the recorded one.
    pub fn rehearse(&self) {
        match self.lab().rehearse(&untrack(|| self.world())) {
            Ok(log) => self.put(log),
            Err(no) => self.say(no.to_string()),
        }
    }

    /// Looks at the moment after the first `applied` events; `None` follows the newest.
    pub fn seek(&self, applied: Option<u64>) {
        let len = untrack(|| self.events());
        let seeked = self.lab().seek(untrack(|| self.log()), applied.map(|applied| applied.min(len)));
        if seeked.is_ok_and(|now| now == len) {
            self.asked_in_past.set(false);
        }
    }

    /// The same, says where one is, and writes it into the address.
    pub fn visit(&self, applied: Option<u64>) {
        self.seek(applied);
        settle(*self);
        self.say(untrack(|| self.moment()));
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
            Origin::Copy | Origin::Recorded => untrack(|| self.own_log()),
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
    /// Lets a reader deal with its next message, and says what came of it.
    pub async fn step(&self, reader: &str) {
        let stepped = self.lab().step(untrack(|| self.log()), reader).await;
        self.say(stepped.map_or_else(|no| no.to_string(), |recorded| format!("{reader}: {}", recorded.words)));
    }

    /// Everyone who reads the log waits to be told, or goes on.
    pub async fn pause_all(&self, paused: bool) {
        if let Err(no) = self.lab().set(untrack(|| self.log()), Setting::AllPaused(paused)).await {
            self.say(no.to_string());
        }
    }

    /// A fresh id for a form that becomes ready.
    pub fn mint(&self) -> Uuid {
        self.lab().mint_for(untrack(|| self.log()))
    }

    /// Asks for a command, and looks at whom it was about. `asked` says it in words.
    pub async fn ask(&self, words: Value, id: Uuid, asked: String) -> Result<Recorded, No> {
        let said = |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.trim().is_empty());
        let ask = Ask { words, id: Some(id), actor: said(self.actor), reason: said(self.reason), ..Ask::default() };
        let recorded = self.lab().dispatch(untrack(|| self.log()), ask).await;
        self.answered(asked, recorded.as_ref().err().map(ToString::to_string));
        if let Some(first) = recorded.as_ref().ok().and_then(|recorded| recorded.events.first()) {
            self.reason.set(String::new());
            // What happened may be about nobody of its own: a transfer is between two.
            if untrack(|| self.peek(self.log(), |door| door.subject(&first.stream).is_some())) {
                self.stream.set(Some(first.stream.clone()));
            }
        }
        recorded
    }

    /// Remembers what was asked last, and the answer.
    pub fn answered(&self, asked: String, no: Option<String>) {
        self.answer.update(|answer| {
            let nth = answer.as_ref().map_or(0, |last| last.nth) + 1;
            *answer = Some(Answered { nth, asked, no, is_past: false });
        });
    }
}
