//! One running laboratory: its logs, what is asked of them, and every moment of their past.
//!
//! A lab knows no world and no browser: worlds are registered in [`WORLDS`], journals, clock and dice are handed in.
//! It holds no signal either. Whoever shows it gives one callback, and is told which log changed.

pub mod door;
pub mod running;
pub mod readers;
pub mod follower;
pub mod trial;
pub mod deep;
pub mod steps;
pub mod shared;
pub mod timeline;
pub mod moment;
pub mod path;
pub mod condition;
pub mod find;
pub mod misnamed;
pub mod index;
pub mod inspect;
pub mod cause;
pub mod chart;
pub mod what_if;
pub mod compare;
pub mod spec;
pub mod beside;
pub mod import;
pub mod big_day;
pub mod packed;
pub mod stamp;
pub mod no;

use std::cell::{OnceCell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;
use uuid::Uuid;

use crate::crud::Twin;
use crate::engine::journal::Verified;
use crate::engine::{Journal, JournalError, LogId, RecordedEvent, StreamId};
use crate::formats::ndjson::Rest;
use crate::formats::{self, Format, Written};
use crate::journal::peer::Logs as _;
use crate::worlds::bank::Bank;
use crate::worlds::ledger::GeneralLedger;
use crate::worlds::transactions::TransactionLog;
use crate::worlds::transfers::Transfers;
use big_day::Filling;
use deep::Depth;
use door::{Append, Ask, Asked, Door, Origin, Recorded};
use follower::Leader;
use import::{Intake, Judgement, Verdict};
use no::No;
use readers::{Setting, Stands};
use running::Running;
use shared::{What, Writer};
use stamp::Chance;
use steps::Saved;

/// Every world there is: one line each.
pub const WORLDS: &[Registration] = &[
    Registration::of::<Bank>(),
    Registration::of::<Transfers>(),
    Registration::of::<GeneralLedger>(),
    Registration::of::<TransactionLog>(),
];

/// How many messages the readers of a log in memory deal with, one after another, after something was asked.
const STEPS_MOST: usize = 10_000;

/// Opens a recorded log, from its journal if there is one.
type Open = fn(Option<Box<dyn Journal>>, LogId) -> Box<dyn Door>;

/// How a lab starts a world it does not know.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// The world's name.
    pub name: &'static str,
    open: Open,
}

impl Registration {
    /// A world with its twin.
    pub const fn of<W: Twin>() -> Self {
        Self {
            name: W::NAME,
            open: |journal, fresh| match journal {
                Some(journal) => Box::new(Running::<W>::open(journal, fresh)),
                None => Box::new(Running::<W>::begun(fresh)),
            },
        }
    }
}

/// A laboratory. Clones share it.
#[derive(Clone)]
pub struct Lab {
    inner: Rc<RefCell<Inner>>,
    told: Rc<dyn Fn(Changes)>,
    /// The way to the tab that writes, where there may be several.
    writer: Rc<OnceCell<Box<dyn Writer>>>,
}

struct Inner {
    chance: Chance,
    /// The set clocks of logs that were begun for a story.
    rehearsals: Vec<(LogId, Chance)>,
    /// The recorded log of each world, in their order.
    recorded: Vec<(&'static str, LogId)>,
    /// Commands that were asked for here and have no answer yet.
    own_wishes: Vec<Uuid>,
    logs: BTreeMap<LogId, Box<dyn Door>>,
}

/// What changed in a log: events `from..to` were recorded. If there are none, the log is another one, or the moment that
/// is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The log.
    pub log: LogId,
    /// Its length before.
    pub from: u64,
    /// Its length now.
    pub to: u64,
    /// Whether another tab asked for them.
    pub is_foreign: bool,
}

/// What an imported text becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// A copy in memory, beside what is there.
    Copy,
    /// The world's recorded log, in place of what is there.
    Replace,
    /// The same, unless more is there than was saved.
    ReplaceSaved(Saved),
}

/// What a log that is begun anew begins with.
type Begin = Result<(Rest, Vec<RecordedEvent>), No>;

/// What came of an import.
#[derive(Clone, Debug, Serialize)]
pub struct Imported {
    /// The log it became; `None`: it was impossible and nothing changed.
    pub log: Option<LogId>,
    /// How many events that log has.
    pub events: u64,
    /// Whether it could be taken in.
    pub verdict: Verdict,
    /// Why not, or why only with care.
    pub reasons: Vec<String>,
}

/// Starting.
impl Lab {
    /// Opens each world's recorded log. `journal` gives a world's journal, or `None` to keep its log in memory.
    pub fn open(
        worlds: &'static [Registration],
        mut chance: Chance,
        mut journal: impl FnMut(&'static str) -> Option<Box<dyn Journal>>,
        told: impl Fn(Changes) + 'static,
    ) -> Self {
        let mut inner = Inner {
            chance: Chance::set(0),
            rehearsals: Vec::new(),
            recorded: Vec::new(),
            own_wishes: Vec::new(),
            logs: BTreeMap::new(),
        };
        for world in worlds {
            let log = (world.open)(journal(world.name), LogId(chance.mint()));
            inner.recorded.push((world.name, log.id()));
            inner.logs.insert(log.id(), log);
        }
        inner.chance = chance;
        Self { inner: Rc::new(RefCell::new(inner)), told: Rc::new(told), writer: Rc::default() }
    }

    /// A lab in memory, with a set clock and seeded ids: for tests, stories and lessons.
    pub fn in_memory(worlds: &'static [Registration], seed: u64) -> Self {
        Self::open(worlds, Chance::set(seed), |_| None, |_| {})
    }
}

/// Asking.
impl Lab {
    /// Decides a command and records what follows from it.
    ///
    /// Another tab may do the writing: then it is asked, and this waits until what was recorded is shown here. The "no"
    /// says what was expected and found; nothing was recorded then.
    pub async fn dispatch(&self, log: LogId, ask: Ask) -> Result<Recorded, No> {
        self.ask(log, What::Dispatch(ask)).await
    }

    /// Records events as they are, past `decide`, as a plain event store would.
    pub async fn append(&self, log: LogId, append: Append) -> Result<Recorded, No> {
        self.ask(log, What::Append(append)).await
    }

    /// The same in a lab that is in memory, at once.
    fn dispatch_here(&self, log: LogId, ask: Ask) -> Result<Recorded, No> {
        self.ask_here(log, What::Dispatch(ask))
    }

    /// Lets a reader of a log, or a follower of it, deal with its next message.
    pub async fn step(&self, log: LogId, reader: &str) -> Result<Recorded, No> {
        let of = self.log_of(log, reader)?;
        self.ask(of, What::Step { reader: reader.to_owned(), by_hand: true }).await
    }

    /// Sets something about a log's readers and followers, for good.
    pub async fn set(&self, log: LogId, setting: Setting) -> Result<(), No> {
        for log in self.concerned(log, &setting)? {
            self.ask(log, What::Set(setting.clone())).await?;
        }
        Ok(())
    }

    fn set_here(&self, log: LogId, setting: &Setting) -> Result<(), No> {
        for log in self.concerned(log, setting)? {
            self.ask_here(log, What::Set(setting.clone()))?;
        }
        Ok(())
    }

    /// The logs that a setting is about.
    fn concerned(&self, log: LogId, setting: &Setting) -> Result<Vec<LogId>, No> {
        Ok(match setting.reader() {
            Some(reader) => vec![self.log_of(log, reader)?],
            // Whatever befalls delivery, befalls that to followers, too.
            None if matches!(setting, Setting::Faults(..)) => self.inner.borrow().followers(log).chain([log]).collect(),
            None => vec![log],
        })
    }

    /// Throws away what a follower has written, so that it begins again; a reader that acts is given everything again.
    pub async fn rebuild(&self, log: LogId, reader: &str) -> Result<(), No> {
        let of = self.log_of(log, reader)?;
        if of == log {
            return self.set(log, Setting::Anew(reader.to_owned())).await;
        }
        let before = self.readers(log)?.into_iter().find(|told| told.name == reader);
        let world = self.log(of)?.world();
        self.reset(world).await?;
        // What was set about it outlasts what it had written.
        let Some(told) = before else { return Ok(()) };
        self.set(log, Setting::Care(reader.to_owned(), told.care)).await?;
        self.set(log, Setting::Paused(reader.to_owned(), told.stands == Stands::Paused)).await
    }

    async fn ask(&self, log: LogId, what: What) -> Result<Recorded, No> {
        match self.writer.get().filter(|_| self.is_recorded(log)) {
            Some(writer) => self.wish(writer.as_ref(), log, what).await,
            None => self.ask_here(log, what),
        }
    }

    fn is_recorded(&self, log: LogId) -> bool {
        self.inner.borrow().recorded.iter().any(|(_, recorded)| *recorded == log)
    }

    fn ask_here(&self, log: LogId, what: What) -> Result<Recorded, No> {
        let mut inner = self.inner.borrow_mut();
        let lengths = |inner: &Inner| -> BTreeMap<_, _> {
            inner.logs.iter().map(|(log, door)| (*log, door.store().len())).collect()
        };
        let before = lengths(&inner);
        let recorded = inner.carry_out(log, what)?;
        for _ in 0..STEPS_MOST {
            let Some((due, reader)) = inner.due(log) else { break };
            let step = What::Step { reader: reader.to_owned(), by_hand: false };
            // A reader that can't go on waits until something else happens, and says so. A crowded storage stops all of them;
            // they are tried again after the next command.
            if let Err(No::Journal(JournalError::Crowded)) = inner.carry_out(due, step) {
                break;
            }
        }
        let mut now = lengths(&inner);
        now.retain(|known, to| *known == log || before.get(known) != Some(to));
        for log in now.keys() {
            if let Some(door) = inner.logs.get_mut(log)
                && door.pack()
            {
                door.clean();
            }
        }
        drop(inner);
        for (log, to) in now {
            let from = before.get(&log).copied().unwrap_or(to);
            (self.told)(Changes { log, from, to, is_foreign: false });
        }
        Ok(recorded)
    }

    /// A fresh id for a command that is about to be asked of a log.
    pub fn mint_for(&self, log: LogId) -> Uuid {
        let mut inner = self.inner.borrow_mut();
        let Inner { chance, rehearsals, .. } = &mut *inner;
        chance_of(rehearsals, log).unwrap_or(chance).mint()
    }

    fn asked(&self) -> Asked {
        let chance = &mut self.inner.borrow_mut().chance;
        Asked { now: chance.now(), id: chance.mint() }
    }

    fn fresh_log(&self) -> LogId {
        LogId(self.inner.borrow_mut().chance.mint())
    }
}

/// Who reads.
impl Lab {
    /// Who reads a log and who follows it, as others see them.
    pub fn readers(&self, log: LogId) -> Result<Vec<readers::Told>, No> {
        let inner = self.inner.borrow();
        let door = inner.logs.get(&log).ok_or_else(|| unknown(log))?;
        let leader = Leader { log, store: door.store() };
        let followers = inner.followers(log).filter_map(|follower| inner.logs.get(&follower)?.follower(leader));
        Ok(door.readers().into_iter().chain(followers).collect())
    }

    /// The log that has a stream: this one, or one that follows it.
    pub fn log_with(&self, log: LogId, stream: &StreamId) -> Result<LogId, No> {
        let inner = self.inner.borrow();
        let has = |log: &LogId| inner.logs.get(log).is_some_and(|door| door.store().stream_key(stream).is_some());
        Ok(inner.followers(log).find(has).filter(|_| !has(&log)).unwrap_or(log))
    }

    /// The log that a reader writes: the one it reads, or that of a follower.
    pub fn log_of(&self, log: LogId, reader: &str) -> Result<LogId, No> {
        let inner = self.inner.borrow();
        let is_its = |follower: &LogId| {
            let follows = inner.logs.get(follower).and_then(|door| door.follows());
            follows.is_some_and(|following| following.name == reader)
        };
        Ok(inner.followers(log).find(is_its).unwrap_or(log))
    }
}

impl Inner {
    /// The logs that follow a recorded one.
    fn followers(&self, log: LogId) -> impl Iterator<Item = LogId> {
        let world = self.recorded.iter().find(|(_, recorded)| *recorded == log).map(|(world, _)| *world);
        let follows = move |recorded: &LogId| {
            let following = self.logs.get(recorded).and_then(|door| door.follows());
            world.is_some() && following.map(|following| following.leader) == world
        };
        self.recorded.iter().map(|(_, recorded)| *recorded).filter(follows)
    }

    /// Looks at a log with the one that it follows, if it is a follower's.
    fn with_leader<T>(&mut self, log: LogId, look: impl FnOnce(&mut dyn Door, Option<Leader<'_>>) -> T) -> Option<T> {
        let mut door = self.logs.remove(&log)?;
        let leader = door.follows().and_then(|following| {
            let (_, leader) = self.recorded.iter().find(|(world, _)| *world == following.leader)?;
            Some(Leader { log: *leader, store: self.logs.get(leader)?.store() })
        });
        let seen = look(door.as_mut(), leader);
        self.logs.insert(log, door);
        Some(seen)
    }

    /// Begins a recorded log anew, empty and under another id.
    fn begin_anew(&mut self, log: LogId) -> Result<(), No> {
        let id = LogId(self.chance.mint());
        let mut door = self.logs.remove(&log).ok_or_else(|| unknown(log))?;
        let replaced = door.replace(id, &Rest::default(), Vec::new());
        self.logs.insert(log, door);
        self.rename();
        replaced
    }

    fn carry_out(&mut self, log: LogId, what: What) -> Result<Recorded, No> {
        let chance = chance_of(&mut self.rehearsals, log).unwrap_or(&mut self.chance);
        let asked = Asked { now: chance.now(), id: chance.mint() };
        let done = self.with_leader(log, |door, leader| what.carry_out(door, leader, &asked));
        done.unwrap_or_else(|| Err(unknown(log)))
    }

    /// A reader that has something to do, and the log that it writes: one of this log, or if that is recorded of any.
    fn due(&mut self, log: LogId) -> Option<(LogId, &'static str)> {
        let recorded: Vec<_> = self.recorded.iter().map(|(_, recorded)| *recorded).collect();
        let all = if recorded.contains(&log) { recorded } else { vec![log] };
        all.into_iter().find_map(|log| {
            let due = self.with_leader(log, |door, leader| match leader {
                Some(leader) if door.is_behind(leader) => door.follows().map(|following| following.name),
                Some(_) | None => door.due(),
            });
            Some((log, due??))
        })
    }
}

/// Looking.
impl Lab {
    /// The recorded log of a world.
    pub fn recorded(&self, world: &str) -> Option<LogId> {
        self.inner.borrow().recorded.iter().find(|(name, _)| *name == world).map(|(_, log)| *log)
    }

    /// The log that a world's name or a log's id means.
    pub fn resolve(&self, name: &str) -> Result<LogId, No> {
        let id = self.recorded(name).or_else(|| name.parse().ok());
        id.filter(|id| self.inner.borrow().logs.contains_key(id)).ok_or_else(|| {
            let worlds: Vec<_> = self.inner.borrow().recorded.iter().map(|(name, _)| *name).collect();
            let found = crate::worlds::money::shown(name);
            No::bad_input(format!("Expected a world ({}) or a log's id, found {found}.", worlds.join(", ")))
        })
    }

    /// A log, to look at. It must not be kept while something is asked.
    pub fn log(&self, log: LogId) -> Result<Ref<'_, dyn Door>, No> {
        let inner = self.inner.borrow();
        Ref::filter_map(inner, |inner| inner.logs.get(&log).map(AsRef::as_ref)).map_err(|_| unknown(log))
    }

    /// Looks at another moment of a log; `None` follows the newest. Gives the number of events then applied.
    pub fn seek(&self, log: LogId, applied: Option<u64>) -> Result<u64, No> {
        let mut inner = self.inner.borrow_mut();
        let door = inner.logs.get_mut(&log).ok_or_else(|| unknown(log))?;
        let len = door.store().len();
        if let Some(beyond) = applied.filter(|&applied| applied > len) {
            return Err(No::bad_input(format!("Expected a number of events from 0 to {len}, found {beyond}.")));
        }
        door.seek(applied);
        let cursor = door.cursor().unwrap_or(len);
        drop(inner);
        (self.told)(Changes { log, from: len, to: len, is_foreign: false });
        Ok(cursor)
    }
}

/// Logs beside logs.
impl Lab {
    /// Begins a what-if beside a log, from its first `applied` events on.
    pub fn branch(&self, base: LogId, applied: u64) -> Result<LogId, No> {
        let id = self.fresh_log();
        let branch = self.log(base)?.branch(id, applied);
        self.inner.borrow_mut().logs.insert(id, branch);
        Ok(id)
    }

    /// Begins an empty log in memory, beside what is there, with a set clock and seeded ids: a story that is played twice
    /// looks the same twice.
    pub fn rehearse(&self, world: &str) -> Result<LogId, No> {
        let id = self.fresh_log();
        let empty = self.log(self.resolve(world)?)?.empty(id);
        let mut inner = self.inner.borrow_mut();
        inner.rehearsals.push((id, Chance::set(1)));
        inner.logs.insert(id, empty);
        Ok(id)
    }

    /// Forgets a branch or a copy. A recorded log is not forgotten; it is reset.
    pub fn discard(&self, log: LogId) -> Result<(), No> {
        if matches!(self.log(log)?.origin(), Origin::Recorded) {
            return Err(No::bad_input("Expected a branch or a copy, found a recorded log."));
        }
        let mut inner = self.inner.borrow_mut();
        inner.rehearsals.retain(|(id, _)| *id != log);
        inner.logs.remove(&log);
        Ok(())
    }

    /// Begins a world's recorded log anew, empty and under another id.
    pub async fn reset(&self, world: &str) -> Result<LogId, No> {
        self.replace(world, |_, _| Ok((Rest::default(), Vec::new()))).await
    }

    /// Closes the books of a world: its recorded log begins anew with what the old one adds up to.
    ///
    /// The first event names the old log and the head of its chain. That log is gone from here afterwards, so it should
    /// have been exported: with `saved`, it goes only if that is all of it. The "no" says why the books stay open, such as
    /// nothing to carry over, or a chain that does not hold.
    pub async fn close_books(&self, world: &str, saved: Option<Saved>) -> Result<LogId, No> {
        let asked = self.asked();
        let begin = |door: &dyn Door, next| {
            Saved::check(saved, door)?;
            Ok((Rest::default(), door.carry_over(next, &asked)?))
        };
        self.replace(world, begin).await
    }

    /// Goes on with what can be read of a world's recorded log. The rest keeps its keys and counts no more.
    pub async fn set_aside(&self, world: &str) -> Result<LogId, No> {
        let readable = |door: &dyn Door| {
            let store = door.store();
            (0..store.len()).filter_map(|position| store.event(position)).collect()
        };
        self.replace(world, |door, _| Ok((beside::rest_of(&door.marks()), readable(door)))).await
    }

    /// Only the tab that writes begins a log anew, so this one becomes it first. What the new log of this id begins with
    /// is asked after that, when nothing can come between.
    async fn replace(&self, world: &str, begins_with: impl FnOnce(&dyn Door, LogId) -> Begin) -> Result<LogId, No> {
        let Some(writer) = self.writer.get() else {
            let log = self.replace_here(world, begins_with)?;
            self.clone().clean();
            return Ok(log);
        };
        writer.lead().await?;
        let log = self.replace_here(world, begins_with)?;
        writer.rewritten().await?;
        Ok(log)
    }

    fn replace_here(&self, world: &str, begins_with: impl FnOnce(&dyn Door, LogId) -> Begin) -> Result<LogId, No> {
        let old = self.resolve(world)?;
        let id = self.fresh_log();
        let (rest, events) = begins_with(&*self.log(old)?, id)?;
        let mut inner = self.inner.borrow_mut();
        let mut door = inner.logs.remove(&old).ok_or_else(|| unknown(old))?;
        let replaced = door.replace(id, &rest, events);
        let (name, now, to) = (door.world(), door.id(), door.store().len());
        inner.logs.insert(now, door);
        inner.recorded.iter_mut().filter(|(known, _)| *known == name).for_each(|(_, log)| *log = now);
        replaced?;
        // What followed the log that is gone follows nothing any more.
        let is_begun = |follower: &LogId| inner.logs.get(follower).is_some_and(|door| !door.store().is_empty());
        let followers: Vec<_> = inner.followers(now).filter(is_begun).collect();
        for follower in followers {
            // One that can't says among the readers that it followed another log; there it can be rebuilt.
            inner.begin_anew(follower).ok();
        }
        drop(inner);
        (self.told)(Changes { log: now, from: to, to, is_foreign: false });
        Ok(now)
    }

    /// The log as a file: the lossless NDJSON.
    pub fn export(&self, log: LogId) -> Result<String, No> {
        Ok(self.export_as(log, Format::Ndjson)?.text)
    }

    /// The log in any format, and what that format could not hold.
    pub fn export_as(&self, log: LogId, format: Format) -> Result<Written, No> {
        Ok(steps::export(&*self.log(log)?, format))
    }

    /// Begins to read a log from elsewhere, piece by piece; without a format, its text tells its own.
    pub fn intake(&self, world: &str, format: Option<Format>) -> Result<Box<dyn Intake>, No> {
        let depth = self.depth(world)?;
        Ok((depth.intake)(self.fresh_log(), format))
    }

    /// Begins to make up a day with a great many events, if the world has one.
    pub fn big_day(&self, world: &str) -> Result<Option<Box<dyn Filling>>, No> {
        let depth = self.depth(world)?;
        Ok((depth.big_day)(self.fresh_log()))
    }

    fn depth(&self, world: &str) -> Result<&'static Depth, No> {
        Ok(Depth::named(self.log(self.resolve(world)?)?.world()))
    }

    /// What would come of importing this text; changes nothing.
    pub fn judge_as(&self, world: &str, format: Option<Format>, text: &str) -> Result<Judgement, No> {
        if let Err(wrong) = formats::check_length(text.len()) {
            return Ok(Judgement::impossible(wrong.to_string()));
        }
        let mut intake = self.intake(world, format)?;
        intake.push(text.as_bytes());
        Ok(intake.finish())
    }

    /// Takes in a log from elsewhere, if it is possible at all; without a format, its text tells its own.
    pub async fn import_as(
        &self,
        world: &str,
        format: Option<Format>,
        text: &str,
        becomes: As,
    ) -> Result<Imported, No> {
        self.take_in(world, &mut self.judge_as(world, format, text)?, becomes).await
    }

    /// Takes in what was judged, unless it is impossible. What could not replace a log can still become a copy.
    pub async fn take_in(&self, world: &str, judged: &mut Judgement, becomes: As) -> Result<Imported, No> {
        let Judgement { verdict, reasons, log } = judged;
        let verdict = *verdict;
        let Some(door) = log.take() else {
            return Ok(Imported { log: None, events: 0, verdict, reasons: reasons.clone() });
        };
        let events = door.store().len();
        let taken = match becomes {
            As::Copy => self.put(door),
            As::Replace | As::ReplaceSaved(_) => {
                let saved = if let As::ReplaceSaved(saved) = becomes { Some(saved) } else { None };
                let all = (0..events).filter_map(|position| door.store().event(position)).collect();
                let begin = |there: &dyn Door, _| {
                    Saved::check(saved, there)?;
                    Ok((door.rest().clone(), all))
                };
                let replaced = self.replace(world, begin).await;
                *log = replaced.is_err().then_some(door);
                replaced?
            }
        };
        Ok(Imported { log: Some(taken), events, verdict, reasons: std::mem::take(reasons) })
    }

    /// Takes a log in memory into the lab.
    pub fn put(&self, door: Box<dyn Door>) -> LogId {
        let id = door.id();
        self.inner.borrow_mut().logs.insert(id, door);
        id
    }

    /// Holds every event of a log against its chain.
    pub fn verify(&self, log: LogId) -> Result<Verified, No> {
        steps::verify(&*self.log(log)?)
    }
}

fn chance_of(rehearsals: &mut [(LogId, Chance)], log: LogId) -> Option<&mut Chance> {
    rehearsals.iter_mut().find(|(id, _)| *id == log).map(|(_, chance)| chance)
}

fn unknown(log: LogId) -> No {
    No::bad_input(format!("Expected a log of this lab, found {log}, which it does not have."))
}
