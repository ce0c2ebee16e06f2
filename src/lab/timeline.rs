//! Any moment of a log, at once: states kept on the way, and the events after them.

use std::borrow::Cow;
use std::rc::Rc;

use crate::engine::{Follow, Retell, Store, Told};

/// Events between two keyframes: few enough that the way from one to any moment takes microseconds.
const STRIDE: u64 = 1024;

/// A view at every moment of a log.
///
/// A keyframe is the view as it was after some number of events. To look at a moment, take the keyframe before it and
/// the events in between: the way does not grow with the log. `size` of a view is what a copy of it costs, in entries;
/// keyframes stand at least so many events apart, so that all of them together cost one entry an event at most.
#[derive(Clone, Debug)]
pub struct Timeline<V> {
    now: V,
    frames: Vec<Rc<V>>,
    size: fn(&V) -> u64,
}

impl<V: Follow + Clone> Timeline<V> {
    /// A timeline at the log's beginning.
    pub fn new(genesis: V, size: fn(&V) -> u64) -> Self {
        Self { now: genesis.clone(), frames: vec![Rc::new(genesis)], size }
    }

    /// The timeline of a log that begins with the first `applied` events of `store`; keyframes are shared.
    #[must_use]
    pub fn fork(&self, store: &Store, applied: u64) -> Self {
        let frames = self.frames.partition_point(|frame| frame.applied() <= applied);
        Self { now: self.at(store, applied).into_owned(), frames: self.frames[..frames].to_vec(), size: self.size }
    }

    /// The view after the last event that was followed.
    pub fn now(&self) -> &V {
        &self.now
    }

    /// Follows the log to its end, keeping keyframes on the way.
    pub fn follow(&mut self, store: &Store) {
        while self.now.applied() < store.len() {
            let last = self.frames.last().map_or(0, |frame| frame.applied());
            let due = last + STRIDE.max((self.size)(&self.now));
            self.now.advance(store, due);
            if self.now.applied() >= due {
                self.frames.push(Rc::new(self.now.clone()));
            }
        }
    }

    /// The view after the first `applied` events.
    pub fn at(&self, store: &Store, applied: u64) -> Cow<'_, V> {
        let applied = applied.min(self.now.applied());
        let before = self.before(applied);
        if before.applied() == applied {
            return Cow::Borrowed(before);
        }
        let mut view = before.clone();
        view.advance(store, applied);
        Cow::Owned(view)
    }

    /// The last view that is kept of the first `applied` events or fewer. Nothing is copied: for who can go on from
    /// there by less than the whole view.
    pub fn before(&self, applied: u64) -> &V {
        if applied >= self.now.applied() {
            return &self.now;
        }
        let next = self.frames.partition_point(|frame| frame.applied() <= applied);
        &self.frames[next.saturating_sub(1)]
    }
}

impl<V: Retell + Clone> Timeline<V> {
    /// The timeline of this log as it is told now, otherwise from the position `same` on; keyframes up to there are
    /// shared.
    #[must_use]
    pub fn retold(&self, told: &Told<'_>, same: u64) -> Self {
        let shared = self.frames.partition_point(|frame| frame.applied() <= same);
        let mut frames = self.frames[..shared].to_vec();
        for frame in &self.frames[shared..] {
            let next = frame.retold(&frames[frames.len() - 1], told);
            frames.push(Rc::new(next));
        }
        let now = self.now.retold(&frames[frames.len() - 1], told);
        Self { now, frames, size: self.size }
    }
}
