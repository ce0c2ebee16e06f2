//! What if this had not happened, or had happened otherwise: a branch with edits.
//!
//! A branch is a function of three things: the first events of its base, a list of edits, and what was recorded on the
//! branch itself. Whenever the list changes, the branch is told anew from them, so taking an edit out of the list undoes
//! it, and no order of edits has to be remembered.
//!
//! - Events that are left out close the gap behind them: positions and revisions count from 0 without one.
//! - **An edited event keeps its id.** It is the same event of another story: what it led to still names it, and branch and
//!   log can be held side by side. Two events of one id never meet in one log, for a branch is never merged; its export
//!   says in its header what was edited.
//! - What was recorded on the branch stays, after the base's events and as it was decided then. Like them it is judged
//!   anew.
//! - **Judged** is, in the stream of each edit, every event from the edit on: the decider is asked for the command that
//!   led to it, in the state that it now meets. One that would be refused is marked and counts all the same, for the
//!   question is what would be if it had happened. Events of other streams meet the state that they always met: a decider
//!   sees one stream.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::slice;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::door::{Door as _, Origin};
use super::no::No;
use super::running::{Base, Kept, Running, amount, commits, out_of_order};
use super::timeline::Timeline;
use super::{Changes, Lab, unknown};
use crate::crud::Twin;
use crate::engine::{Event, LogId, Position, RecordedEvent, Retold, Revision, Store, StreamId, Told, Unreadable};
use crate::worlds::Objection;
use crate::worlds::money::{MOST, shown};

/// The most edits of one branch.
const MOST_EDITS: usize = 1000;

/// One change to what a branch took over, at a position of its base.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Edit {
    /// It did not happen.
    Skip(Position),
    /// It said this, in the shape that its data had.
    Data(Position, Box<RawValue>),
}

impl Edit {
    /// The position in the base.
    pub fn position(&self) -> Position {
        match self {
            Self::Skip(position) | Self::Data(position, _) => *position,
        }
    }
}

/// An event that the business would refuse, had it happened so. It counts all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its position in the branch.
    pub position: Position,
    /// Why.
    pub why: Objection,
}

/// What makes a branch differ from its base.
#[derive(Debug)]
pub struct WhatIf {
    edits: Vec<Edit>,
    /// Positions of the base that are left out, in order.
    left_out: Vec<u64>,
    /// Events of the branch before the first change.
    same: u64,
    /// Events of the branch that were taken over.
    taken_over: u64,
    /// Where the edited events stand in the branch, in order.
    edited: Vec<u64>,
    /// From where on each edited stream is told otherwise, in positions of the branch.
    touched: Vec<(StreamId, u64)>,
    refused: Vec<Refused>,
}

impl WhatIf {
    fn of(base: &Store, edits: &[Edit], changes: &BTreeMap<u64, Retold>) -> Self {
        let is_left_out = |retold: &Retold| matches!(retold, Retold::Nothing);
        let left_out = changes.iter().filter(|(_, retold)| is_left_out(retold)).map(|(&at, _)| at);
        let mut what_if = Self {
            edits: edits.to_vec(),
            left_out: left_out.collect(),
            same: changes.keys().next().map_or(base.len(), |&first| first),
            taken_over: base.len(),
            edited: Vec::new(),
            touched: Vec::new(),
            refused: Vec::new(),
        };
        let edited = changes.iter().filter(|(_, retold)| !is_left_out(retold));
        what_if.edited = edited.map(|(&at, _)| what_if.in_branch(at)).collect();
        let mut touched: BTreeMap<&StreamId, u64> = BTreeMap::new();
        for (&at, row) in changes.keys().filter_map(|at| Some((at, base.row(*at)?))) {
            touched.entry(base.stream_id(row.stream)).or_insert(what_if.in_branch(at));
        }
        what_if.touched = touched.into_iter().map(|(stream, from)| (stream.clone(), from)).collect();
        what_if
    }

    /// The edits, as they were given.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The events that the business would refuse, in their order.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// How many events of the branch stand before the first that was edited or left out.
    pub fn same(&self) -> u64 {
        self.same
    }

    /// The streams in which something was edited.
    pub fn streams(&self) -> impl Iterator<Item = &StreamId> {
        self.touched.iter().map(|(stream, _)| stream)
    }

    /// The position in the branch of an event of the base, or of what stands in its place if it is left out.
    pub fn in_branch(&self, position: u64) -> u64 {
        position - self.left_out.partition_point(|&out| out < position) as u64
    }

    /// The position in the base of an event of the branch; `None`: it was recorded on the branch.
    pub fn in_base(&self, position: u64) -> Option<u64> {
        let is_taken_over = position < self.taken_over;
        is_taken_over.then(|| self.left_out.iter().fold(position, |at, &out| at + u64::from(out <= at)))
    }

    /// Whether the log does not say what the branch says here.
    pub(super) fn is_pencil(&self, position: u64) -> bool {
        position >= self.taken_over || self.edited.binary_search(&position).is_ok()
    }

    /// Why the business would refuse the event at a position of the branch.
    pub(super) fn refusal(&self, position: u64) -> Option<&Objection> {
        let found = self.refused.binary_search_by_key(&position, |refused| refused.position.0);
        found.ok().map(|nth| &self.refused[nth].why)
    }

    /// What an export says of it.
    pub(super) fn header(&self, base: LogId, fork: u64) -> Map<String, Value> {
        let said = json!({ "base": base, "fork": fork, "edits": self.edits });
        Map::from_iter([(HEADER.to_owned(), said)])
    }
}

/// The name in an export's header under which a branch says what it is.
pub(super) const HEADER: &str = "whatIf";

impl Lab {
    /// Edits what a branch took over from its base. These edits take the place of those before; none undoes them all.
    pub fn edit(&self, branch: LogId, edits: &[Edit]) -> Result<(), No> {
        let mut inner = self.inner.borrow_mut();
        let door = inner.logs.get_mut(&branch).ok_or_else(|| unknown(branch))?;
        door.edit(edits)?;
        let len = door.store().len();
        drop(inner);
        (self.told)(Changes { log: branch, from: len, to: len, is_foreign: false });
        Ok(())
    }
}

impl<W: Twin> Running<W> {
    /// A branch as it begins: nothing is copied that both can share.
    pub(super) fn begin_branch(&self, id: LogId, applied: u64) -> Self {
        let fork = applied.min(self.store.len());
        let mut branch = Self::new(id, Origin::Branch { base: self.id, fork });
        branch.world = self.world.clone();
        branch.store = self.store.fork(fork);
        branch.timeline = self.timeline.fork(&self.store, fork);
        branch
    }

    /// Tells the branch anew, with these edits.
    pub(super) fn tell_anew(&mut self, edits: &[Edit]) -> Result<(), No> {
        let Origin::Branch { fork, .. } = self.origin else {
            return Err(No::bad_input(
                "Expected a branch, found a log whose events are recorded and stay. Begin a branch and edit that.",
            ));
        };
        let base = self.base.clone().unwrap_or_else(|| {
            let timeline = self.timeline.fork(&self.store, fork);
            Rc::new(Base { store: self.store.fork(fork), timeline })
        });
        let own_from = self.what_if.as_ref().map_or(fork, |before| before.taken_over);
        let changes = changes::<W>(&base.store, edits)?;
        let mut store = base.store.retold(&changes);
        let taken_over = store.len();
        self.record_again(own_from, &mut store)?;
        let what_if = WhatIf { taken_over, ..WhatIf::of(&base.store, edits, &changes) };
        check_sums(&store, &what_if)?;

        let mut timeline = base.retold(&store, &what_if);
        timeline.follow(&store);
        (self.store, self.timeline, self.what_if) = (store, timeline, Some(what_if));
        self.questions = RefCell::new(W::questions());
        self.base = Some(base);
        self.forget_snapshots();
        self.seek(self.cursor);
        self.judge_again();
        Ok(())
    }

    /// Records in a branch that is told anew what was recorded in it from `own_from` on.
    fn record_again(&self, own_from: u64, store: &mut Store) -> Result<(), No> {
        let own = (own_from..self.store.len()).filter_map(|position| self.store.event(position));
        let mut revisions: HashMap<StreamId, u64> = HashMap::new();
        let mut events = Vec::new();
        for (position, event) in (store.len()..).zip(own) {
            if let Some(Position(known)) = store.find(event.id) {
                return Err(No::bad_input(format!(
                    "Expected an id for each event of the branch, found {} twice: what was left out at position {known} \
                     was recorded on the branch again. Discard the branch, or leave it out.",
                    event.id
                )));
            }
            let last = || store.stream_key(&event.stream).and_then(|key| store.last_revision(key));
            let next = revisions.entry(event.stream.clone()).or_insert_with(|| last().map_or(0, |last| last.0 + 1));
            let revision = Revision(*next);
            *next += 1;
            events.push(RecordedEvent { position: Position(position), revision, ..event });
        }
        for commit in commits(self.id, events) {
            store.apply(&commit, amount::<W>).map_err(|wrong| out_of_order(&wrong))?;
        }
        Ok(())
    }

    /// Asks the decider about every event that may now meet another state.
    pub(super) fn judge_again(&mut self) {
        let Some(mut what_if) = self.what_if.take() else { return };
        let refused = what_if.touched.iter().flat_map(|(stream, from)| self.judge(stream, *from));
        what_if.refused = refused.collect();
        what_if.refused.sort_unstable_by_key(|refused| refused.position);
        self.what_if = Some(what_if);
    }

    /// Which events of a stream would be refused, from a position on.
    fn judge(&self, stream: &StreamId, from: u64) -> Vec<Refused> {
        let mut state = self.state_at(Some(stream), from);
        let mut refused = Vec::new();
        let rows = self.key(stream).into_iter().flat_map(|key| self.store.rows_of(key, from, u64::MAX));
        for (position, row) in rows {
            let Ok(event) = self.store.typed::<W::Event>(position, row) else { continue };
            let wish = self.world.wish(stream, slice::from_ref(&event));
            if let Some(Err(why)) = wish.map(|wish| self.world.decide(&wish, &state)) {
                refused.push(Refused { position: Position(position), why: self.world.refusal(&why) });
            }
            state = self.world.evolve(state, &event);
        }
        refused
    }
}

impl<W: Twin> Base<W> {
    /// The timeline of what was taken over, as the branch tells it now.
    ///
    /// Of all streams but the edited ones every moment knows the state already. Where a stream is told no more, or later,
    /// streams have other numbers, and the views follow the log again.
    fn retold(&self, store: &Store, what_if: &WhatIf) -> Timeline<Kept<W>> {
        let mut streams = store.streams();
        if !self.store.streams().all(|stream| streams.next() == Some(stream)) {
            return self.timeline.fork(&self.store, what_if.same);
        }
        let edited: Vec<_> = what_if.streams().filter_map(|stream| store.stream_key(stream)).collect();
        let left_out = what_if.left_out.iter().filter_map(|&at| Some((at, self.store.row(at)?.kind)));
        let left_out: Vec<_> = left_out.collect();
        self.timeline.retold(&Told { store, streams: &edited, left_out: &left_out }, what_if.same)
    }
}

/// What the edits come to, if each can be made.
fn changes<W: Twin>(base: &Store, edits: &[Edit]) -> Result<BTreeMap<u64, Retold>, No> {
    if edits.len() > MOST_EDITS {
        return Err(No::bad_input(format!("Expected at most {MOST_EDITS} edits of a branch, found {}.", edits.len())));
    }
    let mut changes = BTreeMap::new();
    for edit in edits {
        let position = edit.position().0;
        let Some(event) = base.event(position) else {
            return Err(No::bad_input(format!(
                "Expected one of the {} events that the branch took over, found position {position}.",
                base.len()
            )));
        };
        let retold = match edit {
            Edit::Skip(_) => Retold::Nothing,
            Edit::Data(_, data) => with_data::<W>(&event, data)?,
        };
        if changes.insert(position, retold).is_some() {
            return Err(No::bad_input(format!("Expected one edit of an event, found two of that at {position}.")));
        }
    }
    Ok(changes)
}

/// An event with other data, which today's code can read; of a kind that nobody knows, any data.
fn with_data<W: Twin>(event: &RecordedEvent, data: &RawValue) -> Result<Retold, No> {
    let amount = match W::Event::read(&event.kind, event.metadata.schema_version, data) {
        Ok(event) => Some(event.amount()),
        Err(Unreadable::UnknownKind(_)) => None,
        Err(unreadable) => {
            let found = shown(data.get());
            let message = format!("Expected data that {} has, found {found}: {unreadable}.", event.kind);
            return Err(No::bad_input(message));
        }
    };
    Ok(Retold::Data { data: data.to_owned(), amount })
}

/// No figure leaves the numbers that every reader can hold, at no moment of the branch.
fn check_sums(store: &Store, what_if: &WhatIf) -> Result<(), No> {
    for stream in what_if.streams() {
        let rows = store.stream_key(stream).into_iter().flat_map(|key| store.rows_of(key, 0, u64::MAX));
        let mut sum = 0;
        for (position, row) in rows {
            sum += row.amount.unwrap_or(0);
            if !(-MOST..=MOST).contains(&sum) {
                return Err(No::bad_input(format!(
                    "Expected sums within ±{MOST} in the branch, found {sum} after event {position}."
                )));
            }
        }
    }
    Ok(())
}
