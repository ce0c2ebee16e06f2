//! The same log told otherwise: a beginning of it, or all of it with some events left out or saying something else.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{Cause, NO_AMOUNT, Record, Store, StreamKey};

/// What a log that is told otherwise says in an event's place.
#[derive(Clone, Debug)]
pub enum Retold {
    /// Nothing: it did not happen.
    Nothing,
    /// The same kind of event with other data, in the shape in which its data was written.
    Data {
        /// The data.
        data: Box<RawValue>,
        /// See [`Row::amount`](super::Row::amount).
        amount: Option<i64>,
    },
}

impl Store {
    /// A log that begins with this one's first `applied` events.
    ///
    /// It takes microseconds, however long the log: what both hold in common lies in memory once.
    #[must_use]
    pub fn fork(&self, applied: u64) -> Self {
        let len = applied.min(self.len()) as u32;
        let mut places: Vec<Vec<u32>> =
            self.places.iter().map(|places| places[..places.partition_point(|&at| at < len)].to_vec()).collect();
        places.truncate(places.iter().rposition(|places| !places.is_empty()).map_or(0, |last| last + 1));
        let extras = self.extras.partition_point(|(at, _)| *at < len);
        Self {
            streams: self.streams.fork(places.len()),
            kinds: self.kinds.clone(),
            actors: self.actors.clone(),
            places,
            stream: self.stream.fork(len as usize),
            kind: self.kind.fork(len as usize),
            amount: self.amount.fork(len as usize),
            id: self.id.fork(len as usize),
            record: self.record.fork(len as usize),
            texts: self.texts.fork(),
            extras: self.extras[..extras].to_vec(),
            foreign: self.foreign.clone(),
            ids: self.ids.fork(&self.id, len),
            len,
        }
    }

    /// The whole log, told otherwise at these positions.
    ///
    /// Positions and revisions close up behind what is left out. Whatever is told keeps its id, its time and what led to
    /// it, even if that is not told any more. Up to the first change nothing is copied; after it a hundred thousand events
    /// take about a millisecond.
    #[must_use]
    pub fn retold(&self, changes: &BTreeMap<u64, Retold>) -> Self {
        let first = changes.keys().next().map_or(self.len(), |&first| first.min(self.len())) as u32;
        let is_left_out = |(&at, retold): (&u64, &Retold)| matches!(retold, Retold::Nothing).then_some(at as u32);
        let left_out: Vec<u32> = changes.range(..self.len()).filter_map(is_left_out).collect();
        let mut told = self.fork(u64::from(first));
        let keys = told.take_over_streams(self, first, &left_out);
        let mut from = first;
        for (&at, retold) in changes.range(..self.len()) {
            told.take_over(self, from, at as u32, &left_out, &keys);
            if let Retold::Data { data, amount } = retold {
                told.take_over(self, at as u32, at as u32 + 1, &left_out, &keys);
                told.say(data, *amount);
            }
            from = at as u32 + 1;
        }
        told.take_over(self, from, self.len, &left_out, &keys);
        let last = told.len.checked_sub(1).and_then(|last| told.id.get(last as usize)).unwrap_or_default();
        told.ids = self.ids.without(&left_out, last);
        let extras = &self.extras[self.extras.partition_point(|(at, _)| *at < first)..];
        let told_extras = extras.iter().filter(|(at, _)| left_out.binary_search(at).is_err());
        told.extras.extend(told_extras.map(|(at, extra)| (at - before(&left_out, *at), extra.clone())));
        told
    }

    /// Takes over where the events of each stream stand, from a position of another log on, and gives the numbers that
    /// its streams have here. Streams that only begin there are numbered in the order in which they begin here.
    fn take_over_streams(&mut self, of: &Self, from: u32, left_out: &[u32]) -> Vec<u32> {
        let mut keys: Vec<u32> = (0..of.places.len() as u32).collect();
        let is_told = |at: &u32| left_out.binary_search(at).is_err();
        let begins = |key: &usize| of.places[*key].iter().copied().find(is_told);
        let mut new: Vec<usize> = (self.places.len()..keys.len()).filter(|key| begins(key).is_some()).collect();
        new.sort_by_key(begins);
        for key in new {
            keys[key] = self.stream(of.stream_id(StreamKey(key as u32))).0;
        }
        for (places, &key) in of.places.iter().zip(&keys) {
            let places = &places[places.partition_point(|&at| at < from)..];
            // A stream of which nothing is told may have no number here; nothing would be added to it.
            let (Some(&first), Some(told)) = (places.first(), self.places.get_mut(key as usize)) else { continue };
            let mut gone = before(left_out, first) as usize;
            told.reserve(places.len());
            told.extend(places.iter().filter_map(|&at| {
                while left_out.get(gone).is_some_and(|&out| out < at) {
                    gone += 1;
                }
                (left_out.get(gone) != Some(&at)).then(|| at - gone as u32)
            }));
        }
        keys
    }

    /// Takes over a run of another log's events, whose names have the same numbers here but for streams.
    fn take_over(&mut self, of: &Self, from: u32, to: u32, left_out: &[u32], keys: &[u32]) {
        let (len, from, to) = (self.len as usize, from as usize, to as usize);
        let is_renumbered = (0..).zip(keys).any(|(key, &told)| key != told);
        self.stream.take_over(len, &of.stream, from, to, |streams| {
            if is_renumbered {
                for stream in streams {
                    *stream = keys[*stream as usize];
                }
            }
        });
        self.kind.take_over(len, &of.kind, from, to, |_| ());
        self.amount.take_over(len, &of.amount, from, to, |_| ());
        self.id.take_over(len, &of.id, from, to, |_| ());
        let mut record = std::mem::take(&mut self.record);
        record.take_over(len, &of.record, from, to, |records| {
            for record in records {
                if record.correlation != Cause::ITSELF || record.causation != Cause::ITSELF {
                    record.correlation = self.cause_told(of, record.correlation, left_out);
                    record.causation = self.cause_told(of, record.causation, left_out);
                }
            }
        });
        self.record = record;
        self.len += (to - from) as u32;
    }

    /// Gives the last event other data.
    fn say(&mut self, data: &RawValue, amount: Option<i64>) {
        let Some(last) = (self.len as usize).checked_sub(1) else { return };
        let data = self.texts.push(data.get());
        self.amount.fill(last, amount.unwrap_or(NO_AMOUNT));
        if let Some(record) = self.record.get(last) {
            self.record.fill(last, Record { data, ..record });
        }
    }

    /// Where what led to an event stands now; an event that is left out is one of another log from here on.
    #[inline]
    fn cause_told(&mut self, of: &Self, cause: Cause, left_out: &[u32]) -> Cause {
        if cause.0 >= of.len {
            return cause;
        }
        match left_out.binary_search(&cause.0) {
            Err(before) => Cause(cause.0 - before as u32),
            Ok(_) => self.foreign_cause(of.id.get(cause.0 as usize).unwrap_or_default()),
        }
    }
}

/// How many of the positions that are left out stand before one.
fn before(left_out: &[u32], at: u32) -> u32 {
    left_out.partition_point(|&out| out < at) as u32
}
