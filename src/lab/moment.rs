//! One moment of a log, taken out of it, to go on from event by event.

use serde_json::Value;

use crate::engine::snapshot::load_at;
use crate::engine::{Store, StreamId, StreamKey};
use crate::worlds::{Replay, World};

/// States as they were after some number of events, whatever the world.
///
/// It holds nothing of the log, so it can be kept while other things happen, and asked to go on later. The way leads
/// forward only: to go back, take an earlier moment.
pub trait Moment {
    /// Goes on to the state after the first `applied` events; what lies behind changes nothing.
    fn advance(&mut self, store: &Store, applied: u64);
    /// A stream's state, as plain data.
    fn state(&self, store: &Store, stream: StreamKey) -> Value;
}

/// A moment of every stream.
pub fn of_every_stream<W: World>(states: Replay<W>) -> Box<dyn Moment> {
    Box::new(Every::<W> { world: W::default(), states })
}

/// A moment of one stream, by its own events alone. Others are in it as they are before anything happened.
pub fn of_one_stream<W: World>(store: &Store, stream: StreamKey, applied: u64) -> Box<dyn Moment> {
    let world = W::default();
    let loaded = load_at(store, &world, stream, applied);
    Box::new(One { state: loaded.state, read: loaded.read as usize, world, stream })
}

struct Every<W: World> {
    world: W,
    states: Replay<W>,
}

impl<W: World> Moment for Every<W> {
    fn advance(&mut self, store: &Store, applied: u64) {
        W::replay(&mut self.states, store, applied);
    }

    fn state(&self, store: &Store, stream: StreamKey) -> Value {
        plain(&self.world, store.stream_id(stream), self.states.view().of_stream(stream))
    }
}

struct One<W: World> {
    world: W,
    stream: StreamKey,
    state: W::State,
    /// Events of the stream that are in the state.
    read: usize,
}

impl<W: World> Moment for One<W> {
    fn advance(&mut self, store: &Store, applied: u64) {
        let more = store.positions(self.stream).get(self.read..).unwrap_or_default().iter().map(|&at| u64::from(at));
        for position in more.take_while(|&position| position < applied) {
            self.read += 1;
            // What can't be read changes nothing.
            if let Some(Ok(event)) = store.row(position).map(|row| store.typed(position, row)) {
                let before = std::mem::replace(&mut self.state, self.world.initial_state());
                self.state = self.world.evolve(before, &event);
            }
        }
    }

    fn state(&self, store: &Store, stream: StreamKey) -> Value {
        plain(&self.world, store.stream_id(stream), Some(&self.state).filter(|_| stream == self.stream))
    }
}

fn plain<W: World>(world: &W, stream: &StreamId, state: Option<&W::State>) -> Value {
    match state {
        Some(state) => world.plain(stream, state),
        None => world.plain(stream, &world.initial_state()),
    }
}
