//! A log that is too long to be typed: made up in memory, some events at a time.

use uuid::Builder;

use super::door::{Door, Origin};
use super::running::Running;
use crate::crud::Twin;
use crate::engine::store::{ActorKey, KindKey, StreamKey};
use crate::engine::{Event, ExpectedRevision, LogId, NewEvent, Timestamp};
use crate::worlds::BigDay;

/// Events of a big day.
pub const EVENTS: u64 = 1_000_000;
/// When the first is recorded: 2026-01-01T00:00:00Z.
const MORNING: i64 = 1_767_225_600_000;
/// The milliseconds of a day.
const DAY: u64 = 86_400_000;

/// A log in memory that is being filled.
pub trait Filling {
    /// Adds so many events, or what is left of the day. Gives how many there are.
    fn fill(&mut self, more: u64) -> u64;
    /// The log.
    fn finish(self: Box<Self>) -> Box<dyn Door>;
}

/// A big day of one world.
pub struct Filled<W: Twin> {
    log: Running<W>,
    day: BigDay<W::Event>,
    streams: Vec<StreamKey>,
    kinds: Vec<KindKey>,
    actor: ActorKey,
}

impl<W: Twin> Filled<W> {
    /// A day that has not begun, if the world has one.
    pub fn new(id: LogId) -> Option<Self> {
        let mut log = Running::<W>::new(id, Origin::Copy);
        let day = W::default().big_day()?;
        let store = log.store_mut();
        let streams = day.streams.iter().map(|stream| store.stream(stream)).collect();
        let kinds = W::Event::KINDS.iter().map(|kind| store.kind(kind)).collect();
        let actor = store.actor("you");
        Some(Self { log, day, streams, kinds, actor })
    }

    fn add(&mut self, nth: u64, stream: usize, event: &W::Event) -> Option<()> {
        let millis = MORNING + (nth * DAY / EVENTS).cast_signed();
        let random: [u8; 10] = std::array::from_fn(|byte| (nth >> (8 * byte.min(7))) as u8);
        let kind = W::Event::KINDS.iter().position(|kind| *kind == event.kind())?;
        let data = event.data();
        let new = NewEvent {
            id: Builder::from_unix_timestamp_millis(millis.cast_unsigned(), &random).into_uuid(),
            kind: self.kinds[kind],
            data: data.get(),
            amount: Some(event.amount()),
            recorded_at: Timestamp::from_millis(millis),
            actor: self.actor,
            correlation: None,
            causation: None,
            schema_version: W::Event::SCHEMA_VERSION,
        };
        let stream = *self.streams.get(stream)?;
        self.log.store_mut().append(stream, ExpectedRevision::Any, &[new]).ok().map(drop)
    }
}

impl<W: Twin> Filling for Filled<W> {
    fn fill(&mut self, more: u64) -> u64 {
        let from = self.log.store().len();
        for nth in from..EVENTS.min(from + more) {
            let Some((stream, event)) = self.day.events.next() else { break };
            if self.add(nth, stream, &event).is_none() {
                break;
            }
        }
        self.log.follow();
        self.log.store().len()
    }

    fn finish(self: Box<Self>) -> Box<dyn Door> {
        Box::new(self.log)
    }
}
