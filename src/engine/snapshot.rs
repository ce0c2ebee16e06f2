//! A state kept so that fewer events need to be read.

use std::collections::HashMap;

use crate::decider::Decider;
use crate::event::Event;
use crate::store::{Store, StreamKey};
use crate::stream::{Revision, StreamId};

/// A stream's state, and where the stream stood when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded<S> {
    /// What the events add up to.
    pub state: S,
    /// The last event's revision; `None`: the stream has none.
    pub revision: Option<Revision>,
    /// Events that were read to get here.
    pub read: u64,
}

/// States kept every so many events of a stream.
///
/// Snapshots are disposable: they delete no event, say nothing that the events don't say, and may be dropped at any
/// time. What they cost is that a changed `evolve` must throw them away.
#[derive(Clone, Debug)]
pub struct Snapshots<S> {
    every: u64,
    kept: HashMap<StreamKey, (Revision, S)>,
}

impl<S: Clone> Snapshots<S> {
    /// Keeps a state every `every` events of a stream; 0 keeps none.
    pub fn every(every: u64) -> Self {
        Self { every, kept: HashMap::new() }
    }

    /// Events of a stream between two snapshots; 0: none are kept.
    pub fn distance(&self) -> u64 {
        self.every
    }

    /// How many events the next load of a stream reads, and how many it would read without a snapshot.
    pub fn reads(&self, store: &Store, stream: StreamKey) -> (u64, u64) {
        let all = store.positions(stream).len() as u64;
        let kept = self.kept.get(&stream).map_or(0, |(revision, _)| revision.0 + 1);
        (all.saturating_sub(kept), all)
    }

    /// Loads a stream from its snapshot and the events after it, and keeps the states that are due on the way.
    pub fn load<D>(&mut self, store: &Store, decider: &D, stream: &StreamId) -> Loaded<S>
    where
        D: Decider<State = S, Event: Event>,
    {
        let Some(key) = store.stream_key(stream) else {
            return Loaded { state: decider.initial_state(), revision: None, read: 0 };
        };
        let (mut state, from) = match self.kept.get(&key) {
            Some((revision, state)) => (state.clone(), revision.0 + 1),
            None => (decider.initial_state(), 0),
        };
        let tail = store.positions(key).get(from as usize..).unwrap_or_default();
        for (revision, &position) in (from..).zip(tail) {
            state = step(store, decider, state, u64::from(position));
            if self.every > 0 && (revision + 1).is_multiple_of(self.every) {
                self.kept.insert(key, (Revision(revision), state.clone()));
            }
        }
        Loaded { state, revision: store.last_revision(key), read: tail.len() as u64 }
    }
}

/// Loads a stream from its first event up to those of the first `applied` of the log.
pub fn load_at<D>(store: &Store, decider: &D, stream: StreamKey, applied: u64) -> Loaded<D::State>
where
    D: Decider<Event: Event>,
{
    let positions = store.positions(stream);
    let read = positions.partition_point(|&position| u64::from(position) < applied);
    let state = positions[..read]
        .iter()
        .fold(decider.initial_state(), |state, &position| step(store, decider, state, u64::from(position)));
    let revision = read.checked_sub(1).map(|last| Revision(last as u64));
    Loaded { state, revision, read: read as u64 }
}

/// One event more; one that can't be read changes nothing.
fn step<D>(store: &Store, decider: &D, state: D::State, position: u64) -> D::State
where
    D: Decider<Event: Event>,
{
    match store.row(position).map(|row| store.typed(position, row)) {
        Some(Ok(event)) => decider.evolve(state, &event),
        Some(Err(_)) | None => state,
    }
}
