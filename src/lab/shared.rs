//! Recorded logs that several tabs share: what a tab wishes for travels to the one that writes, and the answer back.

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::door::{Append, Ask, Asked, Door, Recorded};
use super::follower::Leader;
use super::no::No;
use super::readers::Setting;
use super::{Changes, Inner, Lab};
use crate::engine::journal::Epoch;
use crate::engine::{JournalError, LogId};
use crate::journal::peer::{Logs, Places, Staged};

/// What a promise of the writing tab settles to.
pub type Told<T> = Pin<Box<dyn Future<Output = Result<T, No>>>>;

/// The way to the tab that writes: another, or this one.
pub trait Writer {
    /// Brings a wish there, and the answer back once what was recorded is shown here.
    fn ask(&self, id: Uuid, wish: String) -> Told<String>;
    /// Waits until this tab writes and nothing else is under way.
    fn lead(&self) -> Told<()>;
    /// Waits until every tab reads logs that this one has begun anew.
    fn rewritten(&self) -> Told<()>;
}

/// Something to be done to a world's recorded log, in words that can travel.
#[derive(Serialize, Deserialize)]
pub(super) struct Wish {
    world: String,
    what: What,
}

#[derive(Serialize, Deserialize)]
pub(super) enum What {
    Dispatch(Ask),
    Append(Append),
    Step { reader: String, by_hand: bool },
    Set(Setting),
}

/// What came of it: the place of what was recorded, or a "no".
#[derive(Serialize, Deserialize)]
enum Answer {
    Recorded { from: u64, events: u64, again: bool, words: String },
    No { name: String, field: Option<String>, message: String },
}

impl What {
    /// The id of the first event that may come of it. A command gets an id here if it has none: asked for again, it is the
    /// same command.
    fn id(&mut self, fresh: Uuid) -> Uuid {
        match self {
            Self::Dispatch(ask) => *ask.id.get_or_insert(fresh),
            Self::Append(Append { ask, facts, .. }) => {
                let id = *ask.id.get_or_insert(fresh);
                facts.first().and_then(|fact| fact.id).unwrap_or(id)
            }
            Self::Step { .. } | Self::Set(_) => fresh,
        }
    }

    pub(super) fn carry_out(
        self,
        door: &mut dyn Door,
        leader: Option<Leader<'_>>,
        asked: &Asked,
    ) -> Result<Recorded, No> {
        match self {
            Self::Dispatch(ask) => door.dispatch(&ask, asked),
            Self::Append(append) => door.append(append, asked),
            Self::Step { reader, by_hand } => {
                match leader.filter(|_| door.follows().is_some_and(|it| it.name == reader)) {
                    Some(leader) => door.go_on(leader, by_hand, asked),
                    None => door.step(&reader, by_hand, asked),
                }
            }
            Self::Set(setting) => door.set(&setting).map(|()| Recorded::default()),
        }
    }
}

impl Lab {
    /// From now on recorded logs are written by way of this writer. Once only.
    pub fn share(&self, writer: impl Writer + 'static) {
        self.inner.borrow_mut().doors().for_each(|door| door.share());
        let _ = self.writer.set(Box::new(writer));
    }

    /// From now on no recorded log takes events here, and this is why.
    pub fn close(&self, why: &No) {
        self.inner.borrow_mut().doors().for_each(|door| door.close(why));
        self.tell_all();
    }

    pub(super) async fn wish(&self, writer: &dyn Writer, log: LogId, mut what: What) -> Result<Recorded, No> {
        // A wish is one asking: a command that is asked for twice is two wishes, and recorded once.
        let (wish, id) = (self.mint_for(log), what.id(self.mint_for(log)));
        let world = self.log(log)?.world();
        if let Some(no) = self.log(log)?.closed() {
            return Err(no.clone());
        }
        self.inner.borrow_mut().own_wishes.push(id);
        let answer = writer.ask(wish, text(&Wish { world: world.to_owned(), what })).await;
        self.inner.borrow_mut().own_wishes.retain(|own| *own != id);
        let lost = |why: serde_json::Error| No::ReadOnly(format!("The tab that writes was not understood: {why}."));
        match serde_json::from_str(&answer?).map_err(lost)? {
            Answer::Recorded { from, events, again, words } => {
                let door = self.log(self.resolve(world)?)?;
                let events = (from..from + events).filter_map(|position| door.store().event(position));
                Ok(Recorded { events: events.collect(), again, words })
            }
            Answer::No { name, field, message } => {
                let forms = self.log(self.resolve(world)?)?.forms();
                let fields = forms.iter().flat_map(|form| form.fields).map(|field| field.name);
                let field = field.and_then(|field| fields.into_iter().find(|known| *known == field));
                Err(No::Told { name: No::known_name(&name), field, message })
            }
        }
    }

    /// Lets each recorded log go on, and tells what that changed.
    fn move_on(&self, mut go_on: impl FnMut(&mut dyn Door)) {
        let mut inner = self.inner.borrow_mut();
        let mut changes = Vec::new();
        for door in inner.doors() {
            let looks = |door: &dyn Door| (door.id(), door.store().len(), door.closed().cloned(), door.shown());
            let before = looks(door.as_ref());
            go_on(door.as_mut());
            let now = looks(door.as_ref());
            if before != now {
                let ((before, from, ..), (log, to, ..)) = (before, now);
                // What an empty log becomes was recorded now; another log is only another one.
                let from = if before == log || from == 0 { from.min(to) } else { to };
                // What readers record, nobody asked for in any tab.
                let first = door.store().event(from).filter(|event| !door.has_reader(&event.metadata.actor));
                changes.push((first.map(|event| event.id), Changes { log, from, to, is_foreign: false }));
            }
        }
        inner.rename();
        for (first, change) in &mut changes {
            change.is_foreign = first.is_some_and(|first| !inner.own_wishes.contains(&first));
        }
        drop(inner);
        for (_, change) in changes {
            (self.told)(change);
        }
    }

    fn tell_all(&self) {
        let logs: Vec<_> = self.inner.borrow().recorded.clone();
        for (_, log) in logs {
            let to = self.log(log).map_or(0, |door| door.store().len());
            (self.told)(Changes { log, from: to, to, is_foreign: false });
        }
    }
}

impl Inner {
    /// The recorded logs, in the order of their worlds.
    fn doors(&mut self) -> impl Iterator<Item = &mut Box<dyn Door>> {
        let Self { recorded, logs, .. } = self;
        let mut doors: Vec<_> = logs.iter_mut().map(|(log, door)| (*log, door)).collect();
        recorded.iter().filter_map(move |(_, recorded)| {
            let nth = doors.iter().position(|(log, _)| log == recorded)?;
            Some(doors.swap_remove(nth).1)
        })
    }

    /// Logs that became others stand under their own ids again.
    pub(super) fn rename(&mut self) {
        for (_, recorded) in &mut self.recorded {
            if let Some(door) = self.logs.remove(recorded) {
                *recorded = door.id();
                self.logs.insert(door.id(), door);
            }
        }
    }
}

impl Lab {
    /// What came of a wish, and whether anything was written for it: what fails may have written something before.
    fn carry_out_wish(&self, wish: &str) -> (Result<Recorded, No>, bool) {
        let wish = serde_json::from_str(wish)
            .map_err(|why| No::bad_input(format!("Expected a wish of this version of Daybook: {why}.")));
        let found = wish.and_then(|Wish { world, what }| Ok((self.resolve(&world)?, what)));
        let (log, what) = match found {
            Ok(found) => found,
            Err(no) => return (Err(no), false),
        };
        let mut inner = self.inner.borrow_mut();
        let place = |inner: &Inner| inner.logs.get(&log).and_then(|door| door.place());
        let before = place(&inner);
        let done = inner.carry_out(log, what);
        let is_written = place(&inner) != before;
        (done, is_written)
    }
}

impl Logs for Lab {
    fn places(&self) -> Places {
        self.inner.borrow_mut().doors().map(|door| door.place()).collect()
    }

    fn read_to(&mut self, places: &Places) -> bool {
        let mut inner = self.inner.borrow_mut();
        let mut all = true;
        for (door, place) in inner.doors().zip(places) {
            all &= place.is_none_or(|place| door.read_to(&place));
        }
        all
    }

    fn show(&mut self, places: &Places) {
        let mut places = places.iter();
        self.move_on(|door| {
            if let Some(place) = places.next().copied().flatten() {
                door.show(&place);
            }
        });
    }

    fn reload(&mut self) {
        self.move_on(|door| door.reload());
    }

    fn write_as(&mut self, epoch: Option<Epoch>) {
        let Some(epoch) = epoch else { return };
        self.inner.borrow_mut().doors().for_each(|door| door.write_as(epoch));
    }

    fn stage(&mut self, wish: &str, is_last: bool) -> Staged {
        let (done, is_written) = self.carry_out_wish(wish);
        let answer = match done {
            Err(No::Journal(JournalError::Crowded)) if !is_last && !is_written => return Staged::NotNow,
            Err(no) => {
                let (name, field) = (no.name().to_owned(), no.field().map(str::to_owned));
                text(&Answer::No { name, field, message: no.to_string() })
            }
            Ok(Recorded { events, again, words }) => {
                let from = events.first().map_or(0, |event| event.position.0);
                text(&Answer::Recorded { from, events: events.len() as u64, again, words })
            }
        };
        if is_written { Staged::Written(answer) } else { Staged::Answered(answer) }
    }

    fn own_wish(&mut self) -> Option<(Uuid, String)> {
        let mut inner = self.inner.borrow_mut();
        let recorded = inner.recorded.first()?.1;
        let (log, reader) = inner.due(recorded)?;
        let world = inner.logs.get(&log)?.world();
        let what = What::Step { reader: reader.to_owned(), by_hand: false };
        Some((inner.chance.mint(), text(&Wish { world: world.to_owned(), what })))
    }

    fn pack(&mut self) -> bool {
        // What can't be packed now stays as it is, and is tried again after the next commit.
        let mut any = false;
        for door in self.inner.borrow_mut().doors() {
            any |= door.pack();
        }
        any
    }

    fn clean(&mut self) {
        self.inner.borrow_mut().doors().for_each(|door| door.clean());
    }
}

fn text(value: &impl Serialize) -> String {
    // Words, ids and JSON that was read before can always be written.
    serde_json::to_string(value).unwrap_or_default()
}
