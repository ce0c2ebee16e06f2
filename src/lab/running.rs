//! One running log of one world: the door's only room.

mod grouped;
mod kept;
mod record;

use std::any::Any;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

pub(super) use grouped::commits;
pub use kept::Kept;
pub(super) use record::Understood;

use super::beside::{Beside, Mark, marks};
use super::door::{Append, Ask, Asked, By, Door, Entry, Origin, Recorded, Row, Sum};
use super::follower::Leader;
use super::no::No;
use super::readers::{self, Readers, Setting};
use super::timeline::Timeline;
use super::what_if::WhatIf;
use crate::crud::Twin;
use crate::engine::handle::{nth_id, number};
use crate::engine::journal::{Checked, Epoch, Opened, Place, Progress, Recovered, Run, Step};
use crate::engine::snapshot::load_at;
use crate::engine::store::OutOfOrder;
use crate::engine::{
    Commit, Event, Fact, Journal, JournalError, LogId, RecordedEvent, Snapshots, Store, StreamId, StreamKey, Unhandled,
    handle,
};
use crate::formats::ndjson::Rest;
use crate::worlds::{Answer, Card, Following, Form, Opening, Question, Subject, Switch};

/// Events of a stream between two snapshots.
const SNAPSHOT_EVERY: u64 = 50;
/// Terms of a sum that are written out.
const TERMS: usize = 8;

/// A log, its journal if it has one, and what follows from it.
pub struct Running<W: Twin> {
    pub(super) world: W,
    pub(super) id: LogId,
    pub(super) origin: Origin,
    /// Bookmarks and notes, and what an imported file said that this version does not know; it is exported again.
    pub(super) rest: Rest,
    /// Where bookmarks and notes last, if they do.
    pub(super) beside: Option<Box<dyn Beside>>,
    pub(super) store: Store,
    pub(super) snapshots: Snapshots<W::State>,
    pub(super) timeline: Timeline<Kept<W>>,
    /// Questions to the log, as far as they have read it.
    pub(super) questions: RefCell<Vec<Box<dyn Question>>>,
    pub(super) cursor: Option<u64>,
    pub(super) journal: Option<Box<dyn Journal>>,
    pub(super) closed: Option<No>,
    /// Commits that are shown.
    commits: u64,
    /// What is in the journal and not shown yet.
    unseen: Unseen,
    /// Whether other tabs must be able to read what is recorded before it is shown.
    is_shared: bool,
    /// What was edited, if this is a branch that was.
    pub(super) what_if: Option<WhatIf>,
    /// Who reads the log and acts on it.
    pub(super) readers: Readers,
    /// Whether they do: a branch, a copy or a replay never makes anything happen.
    pub(super) acts: bool,
    /// What such a branch took over, as it was before.
    pub(super) base: Option<Rc<Base<W>>>,
}

/// The events that a branch took over, as they are in its base, and their views.
pub(super) struct Base<W: Twin> {
    pub(super) store: Store,
    pub(super) timeline: Timeline<Kept<W>>,
}

/// Commits that follow those that are shown, or stand in their place under another id.
#[derive(Debug, Default)]
struct Unseen {
    commits: VecDeque<Commit>,
    anew: Option<LogId>,
}

impl<W: Twin> Running<W> {
    /// An empty log in memory.
    pub fn new(id: LogId, origin: Origin) -> Self {
        Self {
            world: W::default(),
            id,
            origin,
            rest: Rest::default(),
            beside: None,
            store: Store::of::<W::Event>(),
            snapshots: Snapshots::every(SNAPSHOT_EVERY),
            timeline: Kept::timeline(),
            questions: RefCell::new(W::questions()),
            cursor: None,
            journal: None,
            closed: None,
            commits: 0,
            unseen: Unseen::default(),
            is_shared: false,
            what_if: None,
            readers: Readers::new(),
            acts: false,
            base: None,
        }
    }

    /// A recorded log without events and without a journal.
    pub fn begun(id: LogId) -> Self {
        Self { acts: true, ..Self::new(id, Origin::Recorded) }
    }

    /// The world's recorded log, as its journal holds it; if there is none, its first commit begins one under `fresh`.
    ///
    /// What can't be read closes the log: it is shown up to there, and takes no more events.
    pub fn open(journal: Box<dyn Journal>, fresh: LogId) -> Self {
        let mut running = Self::begun(fresh);
        running.journal = Some(journal);
        running.reload();
        running
    }

    /// Forgets what is shown. What is looked at stays, if there is such a moment again.
    fn begin_anew(&mut self, id: LogId) {
        let next = Self::begun(id);
        let (journal, beside) = (self.journal.take(), self.beside.take());
        *self = Self { cursor: self.cursor, is_shared: self.is_shared, journal, beside, ..next };
    }

    /// Shows a commit, or closes the log before it.
    fn show_commit(&mut self, commit: &Commit) {
        match self.take_in(commit) {
            Ok(()) => self.commits += 1,
            Err(error) => self.closed = Some(No::Journal(error)),
        }
    }

    /// Adds events that were recorded elsewhere to a log in memory.
    pub fn add(&mut self, events: Vec<RecordedEvent>) -> Result<(), JournalError> {
        commits(self.id, events).iter().try_for_each(|commit| self.take_in(commit))
    }

    /// The log itself, for what is added past every door. [`Running::follow`] shows it.
    pub(super) fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Brings the views to the log's end.
    pub(super) fn follow(&mut self) {
        self.timeline.follow(&self.store);
    }

    /// What stands beside the events.
    pub fn put_beside(&mut self, rest: Rest) {
        self.rest = rest;
    }

    /// Shows a run of commits, or closes the log before the first that does not go on from those before it.
    fn show_run(&mut self, run: &Run) {
        match run {
            _ if self.closed.is_some() => {}
            Run::Commit(commit) => self.show_commit(commit),
            Run::Batch(batch) => match self.store.take(batch, &W::Event::amount_of) {
                Ok(_) => {
                    self.commits += batch.len() as u64;
                    self.timeline.follow(&self.store);
                    batch.trackings().for_each(|tracking| self.take_note(tracking));
                }
                Err(_) => batch.commits().into_iter().for_each(|commit| self.show_run(&Run::Commit(commit))),
            },
        }
    }

    /// Shows a commit that is durable.
    fn take_in(&mut self, commit: &Commit) -> Result<(), JournalError> {
        self.store.apply(commit, amount::<W>).map_err(|wrong| out_of_order(&wrong))?;
        self.timeline.follow(&self.store);
        commit.tracking.iter().for_each(|tracking| self.take_note(tracking));
        Ok(())
    }

    /// Snapshots are disposable, and of a log that is told anew they say what was.
    pub(super) fn forget_snapshots(&mut self) {
        self.snapshots = Snapshots::every(self.snapshots.distance());
    }

    pub(super) fn key(&self, stream: &StreamId) -> Option<StreamKey> {
        self.store.stream_key(stream)
    }

    pub(super) fn state_at(&self, stream: Option<&StreamId>, applied: u64) -> W::State {
        let key = stream.and_then(|stream| self.key(stream));
        let at = self.timeline.at(&self.store, applied);
        key.and_then(|key| at.states.view().of_stream(key)).cloned().unwrap_or_else(|| self.world.initial_state())
    }

    /// A stream's events of the last command, and the log's length before it.
    fn last_command(&self, key: StreamKey) -> Option<(u64, Vec<W::Event>)> {
        let positions = self.store.positions(key);
        let last = self.store.event(u64::from(*positions.last()?))?;
        let first = self.store.find(last.metadata.causation_id).unwrap_or(last.position);
        let first = if self.store.row(first.0)?.stream == key { first.0 } else { last.position.0 };
        let of_command = positions.iter().map(|&position| u64::from(position)).skip_while(|&position| position < first);
        let events = of_command.filter_map(|position| self.store.typed(position, self.store.row(position)?).ok());
        Some((first, events.collect()))
    }
}

impl<W: Twin> Door for Running<W> {
    fn any(&self) -> &dyn Any {
        self
    }

    fn any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn world(&self) -> &'static str {
        W::NAME
    }

    fn subjects_name(&self) -> &'static str {
        W::SUBJECTS
    }

    fn forms(&self) -> &'static [Form] {
        W::FORMS
    }

    fn opening(&self) -> &'static Opening {
        W::OPENING
    }

    fn id(&self) -> LogId {
        self.id
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn closed(&self) -> Option<&No> {
        self.closed.as_ref()
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn dispatch(&mut self, ask: &Ask, asked: &Asked) -> Result<Recorded, No> {
        self.may_write()?;
        let id = ask.id.unwrap_or(asked.id);
        if self.store.find(id).is_some() {
            return self.repeat(ask, id, self.recorded_by(id));
        }
        let Understood { envelope, command, stream } = self.understand(ask, id, asked)?;
        let loaded = self.snapshots.load(&self.store, &self.world, &stream);
        if let Some(expected) = ask.expected.filter(|expected| !expected.holds_for(loaded.revision)) {
            let actual = loaded.revision;
            return Err(crate::engine::WrongExpectedRevision { stream, expected, actual }.into());
        }
        let commit = handle(&self.store, &self.world, &stream, &loaded, &command, &envelope);
        match commit {
            Ok(commit) => self.record(commit),
            Err(Unhandled::Refused(refusal)) => Err(No::Refused(self.world.refusal(&refusal))),
            Err(Unhandled::Overtaken(overtaken)) => Err(overtaken.into()),
        }
    }

    fn append(&mut self, append: Append, asked: &Asked) -> Result<Recorded, No> {
        self.may_write()?;
        let Append { stream, expected, facts, ask } = append;
        let id = ask.id.unwrap_or(asked.id);
        let with_id = |(nth, fact): (u64, Fact)| Fact { id: fact.id.or(Some(nth_id(id, nth))), ..fact };
        let facts: Vec<_> = (0..).zip(facts).map(with_id).collect();
        let known: Vec<_> = facts.iter().filter_map(|fact| self.store.find(fact.id?)).collect();
        if let Some(first) = known.first() {
            let again = known.len() == facts.len();
            let events: Vec<_> = known.iter().filter_map(|position| self.store.event(position.0)).collect();
            let same = |(event, fact): (&RecordedEvent, &Fact)| {
                event.stream == stream && event.kind == fact.kind && event.data.get() == fact.data.get()
            };
            if again && events.iter().zip(&facts).all(same) {
                return Ok(Recorded { events, again: true, ..Recorded::default() });
            }
            return Err(No::bad_input(format!("Expected new event ids, found one that position {first} has already.")));
        }
        self.check_bounds(&stream, &facts)?;
        let envelope = self.envelope(&ask, id, asked)?;
        let commit = number(&self.store, &stream, expected, facts, &envelope)?;
        let recorded = self.record(commit)?;
        self.judge_again();
        Ok(recorded)
    }

    fn acts(&self) -> bool {
        self.acts
    }

    fn due(&mut self) -> Option<&'static str> {
        self.next_reader()
    }

    fn step(&mut self, reader: &str, by_hand: bool, asked: &Asked) -> Result<Recorded, No> {
        self.step_reader(reader, by_hand, asked)
    }

    fn follows(&self) -> Option<&'static Following> {
        W::follows()
    }

    fn follower(&self, leader: Leader<'_>) -> Option<readers::Told> {
        self.told_follower(leader)
    }

    fn is_behind(&mut self, leader: Leader<'_>) -> bool {
        self.is_follower_due(leader)
    }

    fn go_on(&mut self, leader: Leader<'_>, by_hand: bool, asked: &Asked) -> Result<Recorded, No> {
        self.follow_on(leader, by_hand, asked)
    }

    fn set(&mut self, setting: &Setting) -> Result<(), No> {
        self.set_reader(setting)
    }

    fn cursor(&self) -> Option<u64> {
        self.cursor
    }

    fn seek(&mut self, applied: Option<u64>) {
        self.cursor = applied.filter(|&applied| applied < self.store.len());
    }

    fn has_reader(&self, name: &str) -> bool {
        W::subscribers().iter().any(|subscriber| subscriber.name == name)
            || W::follows().is_some_and(|following| following.name == name)
    }

    fn is_message(&self, kind: &str) -> bool {
        W::is_message(kind)
    }

    fn switched(&self) -> Vec<Switch> {
        W::switches().iter().filter(|switch| self.world.is_on(switch.name)).copied().collect()
    }

    fn added(&self, kind: &str) -> Option<&'static str> {
        W::added(kind)
    }

    fn entries(&self, from: u64, to: u64) -> Vec<Entry> {
        let now = self.timeline.now();
        let before = &self.timeline.before(from).sums;
        let mut figures: HashMap<StreamKey, i64> = HashMap::new();
        let fork = match self.origin {
            Origin::Branch { fork, .. } => fork,
            Origin::Recorded | Origin::Copy => u64::MAX,
        };
        let what_if = self.what_if.as_ref();
        let name_of = |stream: &StreamId| self.subject(stream).map(|subject| subject.name);
        let entry = |position: u64| {
            let row = self.store.row(position)?;
            let kind = self.store.kind_name(row.kind).to_owned();
            let figure = figures.entry(row.stream).or_insert_with(|| before.later(&self.store, row.stream, position));
            *figure += row.amount.unwrap_or(0);
            let figure = *figure;
            let state = now.states.view().of_stream(row.stream);
            Some(Entry {
                position,
                stream: self.store.stream_id(row.stream).clone(),
                subject: state.and_then(|state| self.world.whose(self.store.stream_id(row.stream), state, &name_of)),
                sentence: match self.store.typed::<W::Event>(position, row) {
                    Ok(event) => self.world.sentence(&event),
                    Err(unreadable) => format!("{kind} ({unreadable})"),
                },
                is_message: W::is_message(&kind),
                kind,
                amount: row.amount,
                figure,
                figure_words: self.world.figure(self.store.stream_id(row.stream), figure),
                recorded_at: self.store.recorded_at(position),
                is_pencil: what_if.map_or(position >= fork, |what_if| what_if.is_pencil(position)),
                refused: what_if.and_then(|what_if| what_if.refusal(position)).map(|why| why.message.clone()),
            })
        };
        (from..to.min(self.store.len())).filter_map(entry).collect()
    }

    fn history(&self, stream: &StreamId, applied: u64, most: usize) -> Vec<Entry> {
        let positions = self.key(stream).map_or(&[][..], |key| self.store.positions(key));
        let until = positions.partition_point(|&position| u64::from(position) < applied);
        let last = positions[..until].iter().rev().take(most).map(|&position| u64::from(position));
        last.flat_map(|position| self.entries(position, position + 1)).collect()
    }

    fn subjects(&self, applied: u64) -> Vec<(StreamId, Subject)> {
        let at = self.timeline.at(&self.store, applied);
        let subject = |(key, stream): (StreamKey, &StreamId)| {
            Some((stream.clone(), self.world.subject(at.states.view().of_stream(key)?)?))
        };
        self.store.streams().filter_map(subject).collect()
    }

    fn subject(&self, stream: &StreamId) -> Option<Subject> {
        let states = self.timeline.now().states.view();
        self.world.subject(states.of_stream(self.key(stream)?)?)
    }

    fn card(&self, stream: Option<&StreamId>, applied: u64, by: By) -> (Card, u64) {
        let key = stream.and_then(|stream| self.key(stream));
        let (state, read) = match (by, key) {
            (By::Replay, Some(key)) => {
                let loaded = load_at(&self.store, &self.world, key, applied);
                (loaded.state, loaded.read)
            }
            (By::Replay | By::KeptView, _) => (self.state_at(stream, applied), 0),
        };
        (self.world.card(stream, &state), read)
    }

    fn sum(&self, stream: &StreamId, applied: u64) -> Sum {
        let Some(key) = self.key(stream) else { return Sum::default() };
        let positions = self.store.positions(key);
        let before = positions.partition_point(|&position| u64::from(position) < applied);
        let amount = |nth: &usize| self.store.row(u64::from(positions[*nth])).and_then(|row| row.amount).unwrap_or(0);
        // From the last one back, so that it takes no longer the longer the log is.
        let mut changes = (0..before).rev().filter(|nth| amount(nth) != 0);
        let mut last: Vec<_> = changes.by_ref().take(TERMS).collect();
        last.reverse();
        let earlier = match (changes.next(), last.first()) {
            (Some(_), Some(first)) => *first as u64,
            _ => 0,
        };
        let terms: Vec<_> = last.iter().map(amount).collect();
        let total = self.timeline.at(&self.store, applied).sums.of(key);
        Sum { earlier, earlier_sum: total - terms.iter().sum::<i64>(), terms, total }
    }

    fn row(&self, stream: &StreamId) -> Row {
        let Some(key) = self.key(stream) else { return Row::default() };
        let last = self
            .last_command(key)
            .and_then(|(before, events)| self.world.statement(stream, &self.state_at(Some(stream), before), &events));
        Row { columns: self.world.row(stream, &self.state_at(Some(stream), self.store.len())), last }
    }

    fn answers(&self) -> Vec<Answer> {
        let answer = |question: &mut Box<dyn Question>| {
            question.read_on(&self.store);
            question.answer()
        };
        self.questions.borrow_mut().iter_mut().map(answer).collect()
    }

    fn branch(&self, id: LogId, applied: u64) -> Box<dyn Door> {
        Box::new(self.begin_branch(id, applied))
    }

    fn what_if(&self) -> Option<&WhatIf> {
        self.what_if.as_ref()
    }

    fn marks(&self) -> Vec<Mark> {
        marks(&self.rest).collect()
    }

    fn keep_marks(&mut self, beside: Box<dyn Beside>) -> Result<(), No> {
        self.beside = Some(beside);
        self.load_marks()
    }

    fn read_marks(&mut self) -> Result<(), No> {
        self.load_marks()
    }

    fn verify_from(&self, from: Option<&Checked>, events: u64) -> Option<Result<Step, No>> {
        let journal = self.journal.as_ref().filter(|journal| journal.place().is_some())?;
        Some(journal.verify_from(from, events).map_err(No::Journal))
    }

    fn replace(&mut self, id: LogId, rest: &Rest, events: Vec<RecordedEvent>) -> Result<(), No> {
        if let Some(no @ No::ReadOnly(_)) = &self.closed {
            return Err(no.clone());
        }
        let mut commits = commits(id, events);
        let mut next = Self::begun(id);
        next.rest = rest.clone();
        // It was judged before it came here.
        next.closed = commits.iter().try_for_each(|commit| next.take_in(commit)).err().map(No::Journal);
        self.save_marks(id, rest)?;
        // What a log from elsewhere led to, it led to there: nothing of it is done again.
        let read = next.read_already();
        read.iter().filter_map(|commit| commit.tracking.as_ref()).for_each(|tracking| next.take_note(tracking));
        if let Some(journal) = &mut self.journal {
            commits.extend(read);
            if let Err(error) = journal.replace(id, &commits) {
                self.drop_marks(id);
                return Err(error.into());
            }
            next.commits = commits.len() as u64;
        }
        next.journal = self.journal.take();
        next.is_shared = self.is_shared;
        next.beside = self.beside.take();
        next.drop_marks(self.id);
        *self = next;
        Ok(())
    }

    fn empty(&self, id: LogId) -> Box<dyn Door> {
        Box::new(Self { acts: true, ..Self::new(id, Origin::Copy) })
    }

    fn rest(&self) -> &Rest {
        &self.rest
    }

    fn share(&mut self) {
        self.is_shared = true;
    }

    fn close(&mut self, why: &No) {
        self.closed.get_or_insert_with(|| why.clone());
    }

    fn shown(&self) -> u64 {
        self.commits
    }

    fn place(&self) -> Option<Place> {
        self.journal.as_ref()?.place()
    }

    fn read_to(&mut self, place: &Place) -> bool {
        // A gap that was only a key on its way is none any more.
        if matches!(self.closed, Some(No::Journal(_))) {
            self.reload();
        }
        match self.journal.as_mut().map(|journal| journal.read_to(place)) {
            None => true,
            Some(Ok(Progress::There(commits))) => {
                self.unseen.commits.extend(commits);
                true
            }
            Some(Ok(Progress::Anew(Recovered { log, commits, .. }))) => {
                self.unseen = Unseen { commits: commits.into(), anew: Some(log) };
                true
            }
            Some(Ok(Progress::NotYet)) => false,
            Some(Err(error)) => {
                self.closed = Some(No::Journal(error));
                false
            }
        }
    }

    fn show(&mut self, place: &Place) {
        let mut unseen = std::mem::take(&mut self.unseen);
        if let Some(log) = unseen.anew {
            self.begin_anew(log);
            // Marks that can't be read say so when one is added.
            self.load_marks().unwrap_or_default();
        }
        while self.commits < place.commits && self.closed.is_none() {
            let Some(commit) = unseen.commits.pop_front() else { break };
            self.show_commit(&commit);
        }
        self.unseen.commits = unseen.commits;
        self.seek(self.cursor);
    }

    fn reload(&mut self) {
        let Some(mut journal) = self.journal.take() else { return };
        self.begin_anew(self.id);
        let opened = journal.load_into(&mut |run| self.show_run(&run));
        self.journal = Some(journal);
        match opened {
            Ok(Some(Opened { log, unreadable })) => {
                self.id = log;
                self.closed = self.closed.take().or(unreadable.map(No::Journal));
            }
            Ok(None) => {}
            Err(error) => self.closed = Some(No::Journal(error)),
        }
        self.seek(self.cursor);
        self.load_marks().unwrap_or_default();
    }

    fn write_as(&mut self, epoch: Epoch) {
        self.readers.forget_live();
        self.journal.iter_mut().for_each(|journal| journal.write_as(epoch));
    }

    fn pack(&mut self) -> bool {
        self.journal.as_mut().is_some_and(|journal| journal.pack().unwrap_or(false))
    }

    fn clean(&mut self) {
        self.journal.iter_mut().for_each(|journal| journal.clean());
    }
}

/// What an event adds to the figure, if today's code can read it.
pub(super) fn amount<W: Twin>(event: &RecordedEvent) -> Option<i64> {
    let read = W::Event::read(&event.kind, event.metadata.schema_version, &event.data);
    read.ok().map(|event| event.amount())
}

pub(super) fn out_of_order(wrong: &OutOfOrder) -> JournalError {
    JournalError::Unreadable {
        key: format!("{}, position {}", wrong.stream, wrong.found.0),
        expected: format!("position {} and revision {}", wrong.expected.0, wrong.expected.1),
        found: format!("position {} and revision {}", wrong.found.0, wrong.found.1),
    }
}
