//! Views that follow the log, each event once.

use std::marker::PhantomData;

use crate::decider::Decider;
use crate::event::Event;
use crate::store::{Row, Store, StreamKey, some_amount};

/// Something derived from events. It can be thrown away at any time: the log makes it again.
pub trait View<E> {
    /// Takes in one more event of a stream. Total, like `evolve`.
    fn apply(&mut self, stream: StreamKey, event: &E);
}

/// Every stream's state, by the decider's own `evolve`.
#[derive(Clone, Debug, Default)]
pub struct States<D: Decider> {
    decider: D,
    /// By [`StreamKey::index`].
    states: Vec<Option<D::State>>,
}

impl<D: Decider> States<D> {
    /// All streams before their first event.
    pub fn of(decider: D) -> Self {
        Self { decider, states: Vec::new() }
    }

    /// A stream's state; `None`: nothing has happened in it.
    pub fn of_stream(&self, stream: StreamKey) -> Option<&D::State> {
        self.states.get(stream.index())?.as_ref()
    }

    #[cold]
    fn make_room(&mut self, stream: StreamKey) {
        self.states.resize_with(stream.index() + 1, || None);
    }
}

impl<D: Decider> View<D::Event> for States<D> {
    #[expect(clippy::inline_always, reason = "the loop of every replay, in packages that are built for size, too")]
    #[inline(always)]
    fn apply(&mut self, stream: StreamKey, event: &D::Event) {
        if stream.index() >= self.states.len() {
            self.make_room(stream);
        }
        let state = &mut self.states[stream.index()];
        let before = state.take().unwrap_or_else(|| self.decider.initial_state());
        // What is replaced has been taken, so there is nothing to drop; this spares the loop a look.
        std::mem::forget(state.replace(self.decider.evolve(before, event)));
    }
}

/// Follows a log up to a checkpoint.
///
/// To catch up in one go or in many small steps ends in the same place; asking again for what is behind changes
/// nothing.
pub trait Follow {
    /// Events taken in so far, from the log's beginning: the checkpoint.
    fn applied(&self) -> u64;

    /// Takes in what lies between the checkpoint and `to` (a number of events), and moves the checkpoint there.
    fn advance(&mut self, store: &Store, to: u64);
}

/// A view and how far it has read.
#[derive(Clone, Debug)]
pub struct Projection<E, V> {
    view: V,
    applied: u64,
    /// Positions whose events could not be read and changed nothing.
    unread: Vec<u64>,
    events: PhantomData<fn(&E)>,
}

impl<E, V: Default> Default for Projection<E, V> {
    fn default() -> Self {
        Self::new(V::default())
    }
}

impl<E, V> Projection<E, V> {
    /// A view at the log's beginning.
    pub fn new(view: V) -> Self {
        Self { view, applied: 0, unread: Vec::new(), events: PhantomData }
    }

    /// What has been derived so far.
    pub fn view(&self) -> &V {
        &self.view
    }

    /// Positions that today's code could not read.
    pub fn unread(&self) -> &[u64] {
        &self.unread
    }
}

impl<E: Event, V: View<E>> Projection<E, V> {
    /// The way of the few events whose row does not say everything, kept out of the loop that the others run in.
    #[cold]
    fn apply_from_data(&mut self, store: &Store, position: u64, row: Row) {
        match store.read(position, row.kind) {
            Ok(event) => self.view.apply(row.stream, &event),
            Err(_) => self.unread.push(position),
        }
    }
}

impl<E: Event, V: View<E>> Follow for Projection<E, V> {
    fn applied(&self) -> u64 {
        self.applied
    }

    #[inline]
    fn advance(&mut self, store: &Store, to: u64) {
        let to = to.min(store.len());
        store.for_each_row(self.applied, to, |position, row| match row.event() {
            Some(event) => self.view.apply(row.stream, &event),
            None => self.apply_from_data(store, position, row),
        });
        self.applied = self.applied.max(to);
    }
}

/// The additive view: a sum for each stream, a count for each kind, and one total.
///
/// It declares that it reads nothing but [`Row::amount`](crate::Row::amount), so the engine keeps it straight from the
/// columns, without making events of them. A law test holds it equal to the fold. Streams are summed in `i64`, which
/// the bounds at every door keep from overflowing (2^53 - 1 either way); the total in `i128`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    by_stream: Vec<i64>,
    by_kind: Vec<u64>,
    total: i128,
    applied: u64,
}

impl Sums {
    /// The sum of a stream's amounts.
    pub fn of(&self, stream: StreamKey) -> i64 {
        self.by_stream.get(stream.index()).copied().unwrap_or_default()
    }

    /// Streams that have been summed.
    pub fn streams(&self) -> u64 {
        self.by_stream.len() as u64
    }

    /// Events of each kind, by [`KindKey::index`](crate::KindKey::index).
    pub fn by_kind(&self) -> &[u64] {
        &self.by_kind
    }

    /// The sum of all amounts.
    pub fn total(&self) -> i128 {
        self.total
    }
}

impl Follow for Sums {
    fn applied(&self) -> u64 {
        self.applied
    }

    fn advance(&mut self, store: &Store, to: u64) {
        let to = to.min(store.len());
        self.by_stream.resize(store.stream_count(), 0);
        self.by_kind.resize(store.kind_count(), 0);
        let (by_stream, by_kind) = (&mut self.by_stream[..], &mut self.by_kind[..]);
        store.for_each_slice(self.applied, to, |streams, kinds, amounts| {
            for ((&stream, &kind), &amount) in streams.iter().zip(kinds).zip(amounts) {
                let amount = some_amount(amount).unwrap_or(0);
                by_stream[stream as usize] += amount;
                by_kind[kind as usize] += 1;
            }
        });
        self.total = self.by_stream.iter().map(|&sum| i128::from(sum)).sum();
        self.applied = self.applied.max(to);
    }
}
