//! The views of a log that are kept up to date.

use crate::crud::Twin;
use crate::engine::{Follow, Projection, Retell, States, Store, Sums, Told};
use crate::lab::timeline::Timeline;
use crate::worlds::Replay;

/// The views that are kept up to date.
#[derive(Clone)]
pub struct Kept<W: Twin> {
    /// Every stream's state.
    pub states: Replay<W>,
    /// Every stream's figure, and how often each kind happened.
    pub sums: Sums,
}

impl<W: Twin> Kept<W> {
    /// These views at every moment of a log.
    pub fn timeline() -> Timeline<Self> {
        Timeline::new(Self::default(), |kept| kept.sums.streams())
    }
}

impl<W: Twin> Default for Kept<W> {
    fn default() -> Self {
        Self { states: Projection::new(States::of(W::default())), sums: Sums::default() }
    }
}

impl<W: Twin> Follow for Kept<W> {
    fn applied(&self) -> u64 {
        self.states.applied()
    }

    fn advance(&mut self, store: &Store, to: u64) {
        W::replay(&mut self.states, store, to);
        self.sums.advance(store, to);
    }
}

impl<W: Twin> Retell for Kept<W> {
    fn retold(&self, before: &Self, told: &Told<'_>) -> Self {
        let states = self.states.retold(&before.states, told);
        Self { states, sums: self.sums.retold(&before.sums, told) }
    }
}
