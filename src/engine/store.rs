//! The log in memory: plain in front, columns behind.
//!
//! In front stands what event stores have in common: append to a stream with an expected revision, read a stream, read
//! everything. Behind it every name is a small number, and what folds read most (stream, kind, amount) lies in columns
//! of its own. Idiomatic Rust with a `String` and a heap per event folds no faster than plain JavaScript; columns do.

mod retell;

use std::collections::HashMap;
use std::ops::Range;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::column::{Column, Span, Texts, opens_chunk};
use crate::commit::Commit;
use crate::event::{Event, Metadata, Position, RecordedEvent, Timestamp, Unreadable, json};
use crate::segment::Batch;
use crate::stream::{ExpectedRevision, Revision, StreamId, WrongExpectedRevision};

pub use retell::Retold;

/// A log in memory.
///
/// Appends here are not durable and carry no hash: that is a [`Journal`](crate::Journal)'s matter. Memory per event: 48
/// bytes besides its data, id and time; a [fork](Store::fork) shares most of them.
#[derive(Debug, Default)]
pub struct Store {
    streams: Names<StreamId>,
    kinds: Names<String>,
    actors: Names<String>,
    /// Positions of each stream's events; the index in it is the revision.
    places: Vec<Vec<u32>>,

    // What a fold reads.
    stream: Column<u32>,
    kind: Column<u32>,
    amount: Column<i64>,
    // The rest of an event.
    id: Column<Uuid>,
    record: Column<Record>,
    texts: Texts,
    /// Metadata that few events have, by position.
    extras: Vec<(u32, Map<String, Value>)>,
    /// Causes that are not events of this log, by their place among [`Cause`]s.
    foreign: Vec<Uuid>,
    ids: Ids,
    len: u32,
}

/// A stream's small number in one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKey(u32);

/// A kind's small number in one store. A store made with [`Store::of`] counts its world's kinds first, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindKey(u32);

impl StreamKey {
    /// Streams are numbered from 0 in the order in which the store met them.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl KindKey {
    /// Kinds are numbered from 0: the world's own, then foreign ones as the store meets them.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a fold reads of an event without opening its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose event it is.
    pub stream: StreamKey,
    /// What kind of event it is.
    pub kind: KindKey,
    /// What it adds to the figure its world sums; `None` if today's code could not read the event.
    pub amount: Option<i64>,
}

impl Row {
    /// The event, if the row says everything about it.
    #[inline]
    pub(crate) fn event<E: Event>(self) -> Option<E> {
        let known = self.kind.index() < E::KINDS.len();
        self.amount.filter(|_| known).and_then(|amount| E::from_row(self.kind.index(), amount))
    }
}

/// An event about to be appended, its names already numbered by the store.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// Its id, unique in the log.
    pub id: Uuid,
    /// Its kind, from [`Store::kind`].
    pub kind: KindKey,
    /// Its data as JSON text.
    pub data: &'a str,
    /// See [`Row::amount`].
    pub amount: Option<i64>,
    /// When it is recorded.
    pub recorded_at: Timestamp,
    /// Who acted, from [`Store::actor`].
    pub actor: ActorKey,
    /// The conversation it belongs to; `None`: it begins one.
    pub correlation: Option<Uuid>,
    /// The event that led to it; `None`: it causes itself.
    pub causation: Option<Uuid>,
    /// The shape of its data.
    pub schema_version: u16,
}

/// An actor's small number in one store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActorKey(u32);

impl Store {
    /// An empty log of the world whose events are `E`.
    pub fn of<E: Event>() -> Self {
        let mut store = Self::default();
        for kind in E::KINDS {
            store.kind(kind);
        }
        store
    }

    /// Events in the log.
    #[inline]
    pub fn len(&self) -> u64 {
        u64::from(self.len)
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends events to one stream, all or none, and gives the position of the first.
    pub fn append(
        &mut self,
        stream: StreamKey,
        expected: ExpectedRevision,
        events: &[NewEvent<'_>],
    ) -> Result<Position, WrongExpectedRevision> {
        let actual = self.last_revision(stream);
        if !expected.holds_for(actual) {
            return Err(WrongExpectedRevision { stream: self.stream_id(stream).clone(), expected, actual });
        }
        let first = self.len;
        for event in events {
            self.push(stream, event);
        }
        Ok(Position(u64::from(first)))
    }

    #[inline]
    fn push(&mut self, stream: StreamKey, event: &NewEvent<'_>) {
        let (mut correlation, mut causation) = (Cause::ITSELF, Cause::ITSELF);
        if event.correlation.is_some() || event.causation.is_some() {
            correlation = self.cause(event.correlation, event.id);
            causation = self.cause(event.causation, event.id);
        }
        let record = Record {
            recorded_at: event.recorded_at,
            correlation,
            causation,
            actor: event.actor,
            data: self.texts.push(event.data),
            schema_version: event.schema_version,
        };
        self.put(stream, event.kind, event.amount.unwrap_or(NO_AMOUNT), event.id, record);
    }

    #[inline]
    fn put(&mut self, stream: StreamKey, kind: KindKey, amount: i64, id: Uuid, record: Record) {
        let position = self.len;
        self.ids.push(position, id);
        self.places[stream.index()].push(position);

        let index = position as usize;
        if opens_chunk(index) {
            self.open_chunk();
        }
        self.stream.fill(index, stream.0);
        self.kind.fill(index, kind.0);
        self.amount.fill(index, amount);
        self.id.fill(index, id);
        self.record.fill(index, record);
        self.len += 1;
    }

    #[cold]
    #[inline(never)]
    fn open_chunk(&mut self) {
        self.stream.open_chunk();
        self.kind.open_chunk();
        self.amount.open_chunk();
        self.id.open_chunk();
        self.record.open_chunk();
    }

    /// Applies a commit that became durable: every event as it was numbered.
    ///
    /// `amount` gives each event's amount, as [`Row::amount`] has it. A commit whose numbers don't continue the log
    /// changes nothing.
    pub fn apply(
        &mut self,
        commit: &Commit,
        amount: impl Fn(&RecordedEvent) -> Option<i64>,
    ) -> Result<Range<u64>, OutOfOrder> {
        self.check_order(commit)?;
        let from = self.len();
        for event in commit.events() {
            let (stream, kind) = (self.stream(&event.stream), self.kind(&event.kind));
            let actor = self.actor(&event.metadata.actor);
            if !event.metadata.extra.is_empty() {
                self.extras.push((self.len, event.metadata.extra.clone()));
            }
            let other = |id: Uuid| (id != event.id).then_some(id);
            self.push(
                stream,
                &NewEvent {
                    id: event.id,
                    kind,
                    data: event.data.get(),
                    amount: amount(event),
                    recorded_at: event.metadata.recorded_at,
                    actor,
                    correlation: other(event.metadata.correlation_id),
                    causation: other(event.metadata.causation_id),
                    schema_version: event.metadata.schema_version,
                },
            );
        }
        Ok(from..self.len())
    }

    /// Applies the commits of a batch, all or none: the same as [`Store::apply`] with each of them, in less time.
    ///
    /// `amount` gives an amount by kind, schema version and data; [`Event::amount_of`] is one.
    pub fn take(
        &mut self,
        batch: &Batch,
        amount: &dyn Fn(&str, u16, &str) -> Option<i64>,
    ) -> Result<Range<u64>, OutOfOrder> {
        let mut streams = self.check_batch(batch)?;
        let from = self.len();
        // Each name is looked up once, when it first occurs as what it is.
        let (mut kinds, mut actors) = (vec![None; batch.names.len()], vec![None; batch.names.len()]);
        for row in &batch.rows {
            let [stream, kind, actor] = [row.stream, row.kind, row.actor].map(|name| batch.names[name].as_str());
            let data = batch.data(row);
            let event = NewEvent {
                id: row.id,
                kind: *kinds[row.kind].get_or_insert_with(|| self.kind(kind)),
                data,
                amount: amount(kind, row.schema_version, data),
                recorded_at: row.recorded_at,
                actor: *actors[row.actor].get_or_insert_with(|| self.actor(actor)),
                correlation: row.correlation,
                causation: row.causation,
                schema_version: row.schema_version,
            };
            if let Some(extra) = row.extra.map(|extra| &batch.extras[extra]).filter(|extra| !extra.is_empty()) {
                self.extras.push((self.len, extra.clone()));
            }
            let stream = *streams[row.stream].get_or_insert_with(|| self.stream(&StreamId::new(stream)));
            self.push(stream, &event);
        }
        Ok(from..self.len())
    }

    /// The keys of the batch's streams that the store has met, by the batch's numbers.
    fn check_batch(&self, batch: &Batch) -> Result<Vec<Option<StreamKey>>, OutOfOrder> {
        let mut keys = vec![None; batch.names.len()];
        let mut next = vec![None; batch.names.len()];
        for (position, row) in (self.len()..).zip(&batch.rows) {
            let stream = || StreamId::new(batch.names[row.stream].as_str());
            let revision = next[row.stream].get_or_insert_with(|| {
                let key = self.stream_key(&stream());
                keys[row.stream] = key;
                key.map_or(0, |key| self.positions(key).len() as u64)
            });
            let expected = (Position(position), Revision(*revision));
            if (row.position, row.revision) != expected {
                return Err(OutOfOrder { expected, found: (row.position, row.revision), stream: stream() });
            }
            *revision += 1;
        }
        Ok(keys)
    }

    fn check_order(&self, commit: &Commit) -> Result<(), OutOfOrder> {
        let mut last: HashMap<&StreamId, Option<Revision>> = HashMap::new();
        for (position, event) in (self.len()..).zip(commit.events()) {
            let known = || self.stream_key(&event.stream).and_then(|key| self.last_revision(key));
            let last = last.entry(&event.stream).or_insert_with(known);
            let revision = last.map_or(Revision(0), |Revision(n)| Revision(n + 1));
            if event.position != Position(position) || event.revision != revision {
                return Err(OutOfOrder {
                    expected: (Position(position), revision),
                    found: (event.position, event.revision),
                    stream: event.stream.clone(),
                });
            }
            *last = Some(revision);
        }
        Ok(())
    }

    /// The whole recorded event at a position.
    pub fn event(&self, position: u64) -> Option<RecordedEvent> {
        let row = self.row(position)?;
        let index = position as usize;
        let record = self.record.get(index)?;
        let stream = self.stream_id(row.stream).clone();
        let id = self.id.get(index)?;
        Some(RecordedEvent {
            id,
            revision: self.revision_at(row.stream, index as u32),
            stream,
            position: Position(position),
            kind: self.kind_name(row.kind).to_owned(),
            data: self.data(record),
            metadata: Metadata {
                recorded_at: record.recorded_at,
                correlation_id: self.cause_id(record.correlation, id),
                causation_id: self.cause_id(record.causation, id),
                actor: self.actors.name(record.actor.0).cloned().unwrap_or_default(),
                schema_version: record.schema_version,
                extra: self.extra(index as u32),
            },
        })
    }

    /// Few events have any, so they lie apart, in the order of positions.
    fn extra(&self, index: u32) -> Map<String, Value> {
        let found = self.extras.binary_search_by_key(&index, |(of, _)| *of);
        found.map(|nth| self.extras[nth].1.clone()).unwrap_or_default()
    }

    fn data(&self, record: Record) -> Box<RawValue> {
        json(self.texts.get(record.data))
    }

    /// What a fold reads of the event at a position.
    #[inline]
    pub fn row(&self, position: u64) -> Option<Row> {
        if position >= self.len() {
            return None;
        }
        let index = position as usize;
        Some(Row {
            stream: StreamKey(self.stream.get(index)?),
            kind: KindKey(self.kind.get(index)?),
            amount: some_amount(self.amount.get(index)?),
        })
    }

    /// The data of the event at a position, as JSON text: to look into without making the whole event.
    pub fn data_at(&self, position: u64) -> Option<&str> {
        self.row(position)?;
        Some(self.texts.get(self.record.get(position as usize)?.data))
    }

    /// Who acted at a position.
    pub fn actor_at(&self, position: u64) -> Option<&str> {
        self.row(position)?;
        self.actors.name(self.record.get(position as usize)?.actor.0).map(String::as_str)
    }

    /// The id of the event at a position.
    pub fn id_at(&self, position: u64) -> Option<Uuid> {
        self.row(position)?;
        self.id.get(position as usize)
    }

    /// The conversation that the event at a position belongs to.
    pub fn correlation_at(&self, position: u64) -> Option<Uuid> {
        let id = self.id_at(position)?;
        Some(self.cause_id(self.record.get(position as usize)?.correlation, id))
    }

    /// The event that led to the one at a position.
    pub fn causation_at(&self, position: u64) -> Option<Uuid> {
        let id = self.id_at(position)?;
        Some(self.cause_id(self.record.get(position as usize)?.causation, id))
    }

    /// When the event at a position was recorded; the beginning of time where there is none.
    #[inline]
    pub fn recorded_at(&self, position: u64) -> Timestamp {
        self.row(position)
            .and_then(|_| self.record.get(position as usize))
            .map_or_else(Timestamp::default, |record| record.recorded_at)
    }

    /// Calls `visit` with position and row of each event in `from..to`, in order.
    #[inline]
    pub fn for_each_row(&self, from: u64, to: u64, mut visit: impl FnMut(u64, Row)) {
        let mut position = from;
        self.for_each_slice(from, to, |streams, kinds, amounts| {
            for ((&stream, &kind), &amount) in streams.iter().zip(kinds).zip(amounts) {
                visit(position, Row { stream: StreamKey(stream), kind: KindKey(kind), amount: some_amount(amount) });
                position += 1;
            }
        });
    }

    /// The columns of `from..to` in slices of equal length.
    pub(crate) fn for_each_slice(&self, from: u64, to: u64, mut visit: impl FnMut(&[u32], &[u32], &[i64])) {
        let to = to.min(self.len()) as usize;
        // What is asked for may lie behind: that is an empty stretch.
        let from = to.min(from as usize);
        let streams = self.stream.slices(from, to);
        let columns = streams.zip(self.kind.slices(from, to)).zip(self.amount.slices(from, to));
        for ((streams, kinds), amounts) in columns {
            visit(streams, kinds, amounts);
        }
    }

    /// The event at a position, typed: from its row where that says everything, else from its data.
    pub fn typed<E: Event>(&self, position: u64, row: Row) -> Result<E, Unreadable> {
        row.event().map_or_else(|| self.read(position, row.kind), Ok)
    }

    /// The event at a position, from its data.
    #[cold]
    pub(crate) fn read<E: Event>(&self, position: u64, kind: KindKey) -> Result<E, Unreadable> {
        let kind = self.kind_name(kind);
        let missing = || Unreadable::UnknownKind(kind.to_owned());
        let record = self.record.get(position as usize).ok_or_else(missing)?;
        E::read(kind, record.schema_version, &self.data(record))
    }

    /// Positions of a stream's events; the index is the revision.
    pub fn positions(&self, stream: StreamKey) -> &[u32] {
        self.places.get(stream.index()).map_or(&[], Vec::as_slice)
    }

    /// Position and row of each of a stream's events in `from..to`, in order.
    pub fn rows_of(&self, stream: StreamKey, from: u64, to: u64) -> impl Iterator<Item = (u64, Row)> {
        let places = self.positions(stream);
        let [from, to] = [from, to].map(|end| places.partition_point(|&at| u64::from(at) < end));
        let places = places.get(from..to).unwrap_or_default().iter().map(|&at| u64::from(at));
        places.filter_map(|at| Some((at, self.row(at)?)))
    }

    /// The revision of a stream's last event.
    #[inline]
    pub fn last_revision(&self, stream: StreamKey) -> Option<Revision> {
        let count = self.places.get(stream.index())?.len();
        count.checked_sub(1).map(|last| Revision(last as u64))
    }

    fn revision_at(&self, stream: StreamKey, position: u32) -> Revision {
        Revision(self.positions(stream).partition_point(|&other| other < position) as u64)
    }

    /// The position of the event with this id.
    pub fn find(&self, id: Uuid) -> Option<Position> {
        self.ids.find(&self.id, self.len, id).map(|position| Position(u64::from(position)))
    }

    /// Streams in the order in which they began.
    pub fn streams(&self) -> impl Iterator<Item = (StreamKey, &StreamId)> {
        self.streams.names.iter().enumerate().map(|(index, name)| (StreamKey(index as u32), name))
    }

    /// Streams that the store has met.
    pub fn stream_count(&self) -> usize {
        self.streams.names.len()
    }

    /// Kinds in the order of their keys.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.names.iter().map(String::as_str)
    }

    /// Kinds that the store has met, its world's own included.
    pub fn kind_count(&self) -> usize {
        self.kinds.names.len()
    }

    /// The number of a stream, given to it now if it is new.
    pub fn stream(&mut self, name: &StreamId) -> StreamKey {
        let key = self.streams.intern(name);
        self.places.resize_with(self.streams.names.len(), Vec::new);
        StreamKey(key)
    }

    /// The number of a stream that the store has met.
    pub fn stream_key(&self, name: &StreamId) -> Option<StreamKey> {
        self.streams.key(name).map(StreamKey)
    }

    /// The name of a stream.
    pub fn stream_id(&self, key: StreamKey) -> &StreamId {
        &self.streams.names[key.index()]
    }

    /// The number of a kind, given to it now if it is new.
    pub fn kind(&mut self, name: &str) -> KindKey {
        KindKey(self.kinds.intern(name))
    }

    /// The name of a kind.
    pub fn kind_name(&self, key: KindKey) -> &str {
        self.kinds.name(key.0).map_or("", String::as_str)
    }

    /// The number of an actor, given to it now if it is new.
    pub fn actor(&mut self, name: &str) -> ActorKey {
        ActorKey(self.actors.intern(name))
    }

    fn cause(&mut self, id: Option<Uuid>, own: Uuid) -> Cause {
        match id {
            None => Cause::ITSELF,
            Some(id) if id == own => Cause::ITSELF,
            Some(id) => match self.ids.find(&self.id, self.len, id) {
                Some(position) => Cause(position),
                None => self.foreign_cause(id),
            },
        }
    }

    fn foreign_cause(&mut self, id: Uuid) -> Cause {
        self.foreign.push(id);
        Cause(Cause::ITSELF.0 - self.foreign.len() as u32)
    }

    fn cause_id(&self, cause: Cause, own: Uuid) -> Uuid {
        if cause == Cause::ITSELF {
            return own;
        }
        let of_log = self.id.get(cause.0 as usize).filter(|_| cause.0 < self.len);
        let foreign = || self.foreign.get((Cause::ITSELF.0 - cause.0 - 1) as usize).copied();
        of_log.or_else(foreign).unwrap_or(own)
    }
}

/// A commit that does not continue the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected position {} and revision {} of {stream} next, found position {} and revision {}",
    .expected.0, .expected.1, .found.0, .found.1
)]
pub struct OutOfOrder {
    /// The place that comes next.
    pub expected: (Position, Revision),
    /// The place that the commit names.
    pub found: (Position, Revision),
    /// The stream in question.
    pub stream: StreamId,
}

/// An amount outside every bound, for events that could not be read.
const NO_AMOUNT: i64 = i64::MIN;

#[inline]
pub(crate) fn some_amount(amount: i64) -> Option<i64> {
    (amount != NO_AMOUNT).then_some(amount)
}

/// What is read of an event one at a time.
#[derive(Clone, Copy, Debug, Default)]
struct Record {
    recorded_at: Timestamp,
    correlation: Cause,
    causation: Cause,
    actor: ActorKey,
    data: Span,
    schema_version: u16,
}

/// The position of the event that led to another, or where to find an id that is no event of this log.
///
/// Foreign ids are counted down from the top, positions up from 0; a log ends long before they meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cause(u32);

impl Cause {
    const ITSELF: Self = Self(u32::MAX);
}

/// Names and their small numbers.
#[derive(Clone, Debug)]
struct Names<N> {
    names: Vec<N>,
    keys: HashMap<N, u32>,
}

impl<N> Default for Names<N> {
    fn default() -> Self {
        Self { names: Vec::new(), keys: HashMap::new() }
    }
}

impl<N: Eq + std::hash::Hash + Clone> Names<N> {
    fn intern<Q>(&mut self, name: &Q) -> u32
    where
        N: std::borrow::Borrow<Q>,
        Q: Eq + std::hash::Hash + ToOwned<Owned = N> + ?Sized,
    {
        if let Some(&key) = self.keys.get(name) {
            return key;
        }
        let key = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.keys.insert(name.to_owned(), key);
        key
    }

    /// The first so many names, under the same numbers.
    fn fork(&self, count: usize) -> Self {
        let names = self.names[..count].to_vec();
        let keys = (0..).zip(&names).map(|(key, name)| (name.clone(), key)).collect();
        Self { names, keys }
    }

    fn key(&self, name: &N) -> Option<u32> {
        self.keys.get(name).copied()
    }

    fn name(&self, key: u32) -> Option<&N> {
        self.names.get(key as usize)
    }
}

/// Finds events by id without a table of all ids.
///
/// Ids of version 7 begin with the time, so they ascend but for a clock that went back or an import. Each ascending
/// run is searched by halving; what comes after [`Ids::RUNS`] of them is hashed.
#[derive(Clone, Debug, Default)]
struct Ids {
    /// Where each run begins.
    runs: Vec<u32>,
    /// Where the last run ended, once there are too many.
    sorted_to: Option<u32>,
    /// The last id and its first half: ids of version 7 nearly always differ in that, and it is compared faster.
    last: (u64, Uuid),
    rest: HashMap<Uuid, u32>,
}

impl Ids {
    const RUNS: usize = 16;

    #[inline]
    fn push(&mut self, position: u32, id: Uuid) {
        let half = id.as_u64_pair().0;
        let ascends = half > self.last.0 || (half == self.last.0 && id > self.last.1);
        if !ascends || self.runs.is_empty() {
            self.begin_run(position);
        }
        self.last = (half, id);
        if self.sorted_to.is_some() {
            self.rest.insert(id, position);
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_run(&mut self, position: u32) {
        if self.runs.len() < Self::RUNS {
            self.runs.push(position);
        } else if self.sorted_to.is_none() {
            self.sorted_to = Some(position);
        }
    }

    /// The ids of the first `len` events, which lie in `ids`.
    fn fork(&self, ids: &Column<Uuid>, len: u32) -> Self {
        let last = len.checked_sub(1).and_then(|last| ids.get(last as usize)).unwrap_or_default();
        Self {
            runs: self.runs.iter().copied().filter(|&begins| begins < len).collect(),
            sorted_to: self.sorted_to.filter(|&begins| begins < len),
            last: (last.as_u64_pair().0, last),
            rest: self.rest.iter().filter(|(_, position)| **position < len).map(|(&id, &at)| (id, at)).collect(),
        }
    }

    /// The same ids without some, whose positions are given in order. A run that loses all its ids stays, empty.
    fn without(&self, left_out: &[u32], last: Uuid) -> Self {
        let told = |at: u32| at - left_out.partition_point(|&out| out < at) as u32;
        let rest = self.rest.iter().filter(|(_, at)| left_out.binary_search(at).is_err());
        Self {
            runs: self.runs.iter().map(|&begins| told(begins)).collect(),
            sorted_to: self.sorted_to.map(told),
            last: (last.as_u64_pair().0, last),
            rest: rest.map(|(&id, &at)| (id, told(at))).collect(),
        }
    }

    fn find(&self, ids: &Column<Uuid>, len: u32, id: Uuid) -> Option<u32> {
        let ends = self.runs.iter().skip(1).copied().chain([self.sorted_to.unwrap_or(u32::MAX)]);
        for (&begin, end) in self.runs.iter().zip(ends) {
            let (mut low, mut high) = (begin, end.min(len));
            while low < high {
                let middle = low + (high - low) / 2;
                match ids.get(middle as usize)?.cmp(&id) {
                    std::cmp::Ordering::Less => low = middle + 1,
                    std::cmp::Ordering::Equal => return Some(middle),
                    std::cmp::Ordering::Greater => high = middle,
                }
            }
        }
        self.rest.get(&id).copied()
    }
}
