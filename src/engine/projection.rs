//! Views that follow the log, each event once.

use std::marker::PhantomData;

use crate::decider::Decider;
use crate::event::Event;
use crate::store::{KindKey, Row, Store, StreamKey, some_amount};

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

    fn put(&mut self, stream: StreamKey, state: Option<D::State>) {
        if stream.index() >= self.states.len() {
            self.make_room(stream);
        }
        self.states[stream.index()] = state;
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

/// How a log differs from the one that a view followed.
///
/// Streams and kinds must have the same numbers in both.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The log as it is told now.
    pub store: &'a Store,
    /// The streams that are told otherwise.
    pub streams: &'a [StreamKey],
    /// What is told no more: position and kind, in order, as it was told first.
    pub left_out: &'a [(u64, KindKey)],
}

impl Told<'_> {
    /// What is told no more of the first `applied` events.
    fn left_out_of(&self, applied: u64) -> &[(u64, KindKey)] {
        &self.left_out[..self.left_out.partition_point(|(at, _)| *at < applied)]
    }

    /// How many events are told now of the first `applied`.
    fn of(&self, applied: u64) -> u64 {
        applied - self.left_out_of(applied).len() as u64
    }
}

/// A view in which each stream stands for itself: what happens in one changes nothing of another.
///
/// Where a few streams of a log are told otherwise, such a view is made from what it was, without the events of all the
/// others. It equals what following the log to the same moment gives.
pub trait Retell: Follow {
    /// This view, had it followed the log as it is told now. `before` is the view of an earlier moment, told so already.
    #[must_use]
    fn retold(&self, before: &Self, told: &Told<'_>) -> Self;
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

impl<D> Retell for Projection<D::Event, States<D>>
where
    D: Decider<Event: Event, State: Clone> + Clone,
{
    fn retold(&self, before: &Self, told: &Told<'_>) -> Self {
        let (mut view, applied) = (self.view.clone(), told.of(self.applied));
        for &stream in told.streams {
            let mut state = before.view.of_stream(stream).cloned();
            for (position, row) in told.store.rows_of(stream, before.applied, applied) {
                if let Ok(event) = told.store.typed(position, row) {
                    let was = state.unwrap_or_else(|| view.decider.initial_state());
                    state = Some(view.decider.evolve(was, &event));
                }
            }
            view.put(stream, state);
        }
        let is_told = |at: &&u64| told.left_out.binary_search_by_key(*at, |(out, _)| *out).is_err();
        let unread = self.unread.iter().filter(is_told).map(|&at| told.of(at));
        // What could not be read may say now what can be.
        let is_unread =
            |at: &u64| told.store.row(*at).is_some_and(|row| told.store.typed::<D::Event>(*at, row).is_err());
        Self { view, applied, unread: unread.filter(is_unread).collect(), events: PhantomData }
    }
}

/// The additive view: a sum for each stream, and a count for each kind.
///
/// It declares that it reads nothing but [`Row::amount`](crate::Row::amount), so the engine keeps it straight from the
/// columns, without making events of them. A law test holds it equal to the fold. Streams are summed in `i64`, which
/// the bounds at every door keep from overflowing (2^53 - 1 either way); their total, which is made when it is asked
/// for, in `i128`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    by_stream: Vec<i64>,
    by_kind: Vec<u64>,
    applied: u64,
}

impl Sums {
    /// The sum of a stream's amounts.
    pub fn of(&self, stream: StreamKey) -> i64 {
        self.by_stream.get(stream.index()).copied().unwrap_or_default()
    }

    /// The sum of a stream's amounts at a later moment: this one and the stream's own events since, whatever else
    /// happened.
    pub fn later(&self, store: &Store, stream: StreamKey, applied: u64) -> i64 {
        let since = store.rows_of(stream, self.applied, applied).filter_map(|(_, row)| row.amount);
        self.of(stream) + since.sum::<i64>()
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
        self.by_stream.iter().map(|&sum| i128::from(sum)).sum()
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
        self.applied = self.applied.max(to);
    }
}

impl Retell for Sums {
    fn retold(&self, before: &Self, told: &Told<'_>) -> Self {
        let mut sums = Self { applied: told.of(self.applied), ..self.clone() };
        sums.by_stream.resize(told.store.stream_count(), 0);
        for &stream in told.streams {
            sums.by_stream[stream.index()] = before.later(told.store, stream, sums.applied);
        }
        for (_, kind) in told.left_out_of(self.applied) {
            sums.by_kind[kind.index()] -= 1;
        }
        sums
    }
}
