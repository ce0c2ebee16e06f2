//! Readers of a log, how far each has come, and what delivery can do to them.
//!
//! A log is read from a *checkpoint* on: the position of the last message that was dealt with. Whoever delivers keeps
//! one promise only, *at least once*: a message may come again, late, in another order, or not at all until the reader
//! asks for it. So a reader is right if its **effect** is exactly once, whatever [`Faults`] there are:
//!
//! | | the naive reader | the reader done right |
//! |---|---|---|
//! | takes | whatever comes | the next message after its checkpoint; what is missing it reads from the log |
//! | stores its checkpoint | afterwards, on its own | in the same commit as what follows from the message |
//! | a message again | does it again | sees that it is at or below the checkpoint |
//!
//! A [`Subscription`] is one reader that catches up in order. A [`Group`] is several that share the work: each message is
//! acknowledged, tried again, or *parked* for somebody to look at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::event::Position;

/// Which faults delivery is made to have. Each, if it is on, befalls about one message in three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// A message comes twice.
    pub duplicate: bool,
    /// A message comes some messages later.
    pub delay: bool,
    /// A message comes after the one behind it.
    pub reorder: bool,
    /// A message does not come.
    pub drop: bool,
    /// The reader dies after its effect was recorded, and before its checkpoint is.
    pub crash: bool,
}

impl Faults {
    /// All at once.
    pub const ALL: Self = Self { duplicate: true, delay: true, reorder: true, drop: true, crash: true };
    /// One message in so many.
    const ONE_IN: u64 = 3;
}

/// How a reader keeps its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Care {
    /// Its checkpoint is stored with what it does, and it takes each message once and in order.
    #[default]
    Right,
    /// It takes what comes, and stores its checkpoint afterwards.
    Naive,
}

/// What a step of delivery brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// This message. If `dies`, the reader's checkpoint is not stored afterwards.
    Comes {
        /// The message.
        position: Position,
        /// Whether the reader dies before it can store its checkpoint.
        dies: bool,
    },
    /// A message that does not arrive: this one was lost, or is late.
    NotYet(Position),
    /// Nothing: the reader has come to the log's end.
    Nothing,
}

/// One reader that catches up with a log in order.
///
/// It knows positions only. Which of them are for this reader is asked of the log: `next(from)` is the first at or after
/// `from`.
#[derive(Clone, Debug)]
pub struct Subscription {
    care: Care,
    checkpoint: Option<Position>,
    /// The first position that was not sent yet.
    sent: u64,
    /// Messages on their way, each with the deliveries that come before it.
    late: VecDeque<(u64, Position)>,
    faults: Faults,
    dice: Dice,
}

impl Subscription {
    /// A reader that has dealt with everything up to its checkpoint.
    pub fn new(care: Care, checkpoint: Option<Position>) -> Self {
        let (faults, dice) = (Faults::default(), Dice(0));
        Self { care, checkpoint, sent: after(checkpoint), late: VecDeque::new(), faults, dice }
    }

    /// From now on delivery has these faults, as this seed draws them.
    pub fn suffer(&mut self, faults: Faults, seed: u64) {
        (self.faults, self.dice) = (faults, Dice(seed));
    }

    /// How it keeps its place.
    pub fn care(&self) -> Care {
        self.care
    }

    /// The last message it has dealt with.
    pub fn checkpoint(&self) -> Option<Position> {
        self.checkpoint
    }

    /// The next message, as delivery brings it. It stays to be delivered until [`Subscription::done`].
    pub fn deliver(&mut self, next: impl Fn(u64) -> Option<u64>) -> Delivery {
        match self.bring(&next) {
            Delivery::Comes { position, dies } if self.care == Care::Right => {
                // What came tells that there is something to read. What is read is always the next in the log.
                match next(after(self.checkpoint)) {
                    Some(due) if due <= position.0 => {
                        let comes_again = due < position.0;
                        if comes_again {
                            self.late.push_front((0, position));
                        }
                        Delivery::Comes { position: Position(due), dies }
                    }
                    _ => Delivery::NotYet(position),
                }
            }
            Delivery::Nothing if self.care == Care::Right && next(after(self.checkpoint)).is_some() => {
                // It was told of nothing more, and looks itself.
                self.restart();
                self.bring(&next)
            }
            brought => brought,
        }
    }

    fn bring(&mut self, next: &impl Fn(u64) -> Option<u64>) -> Delivery {
        self.late.iter_mut().for_each(|(wait, _)| *wait = wait.saturating_sub(1));
        let due = self.late.iter().position(|(wait, _)| *wait == 0);
        if let Some((_, position)) = due.and_then(|due| self.late.remove(due)) {
            return Delivery::Comes { position, dies: false };
        }
        let Some(position) = next(self.sent).map(Position) else {
            return match self.late.pop_front() {
                Some((_, position)) => Delivery::Comes { position, dies: false },
                None => Delivery::Nothing,
            };
        };
        self.sent = position.0 + 1;
        let Faults { duplicate, delay, reorder, drop, crash } = self.faults;
        let mut befalls = |is_on: bool| is_on && self.dice.throw() % Faults::ONE_IN == 0;
        if befalls(drop) {
            return Delivery::NotYet(position);
        }
        if befalls(delay) {
            self.late.push_back((4, position));
            return Delivery::NotYet(position);
        }
        if befalls(reorder) {
            self.late.push_back((2, position));
            return Delivery::NotYet(position);
        }
        if befalls(duplicate) {
            self.late.push_back((1, position));
        }
        Delivery::Comes { position, dies: befalls(crash) }
    }

    /// A message was dealt with, and the checkpoint that says so is stored.
    pub fn done(&mut self, position: Position) {
        self.checkpoint = match self.care {
            Care::Right => self.checkpoint.max(Some(position)),
            // It writes down what came last, whatever that was.
            Care::Naive => Some(position),
        };
    }

    /// It begins again at its checkpoint: what was on its way is forgotten.
    pub fn restart(&mut self) {
        self.late.clear();
        self.sent = after(self.checkpoint);
    }
}

/// Several readers that share the messages of a log.
///
/// Each message goes to one of them, who acknowledges it or says that it could not be dealt with: then it is tried again,
/// up to [`Group::TRIES`] times, and parked after that, so that one message that nobody can deal with does not hold up
/// all others. The checkpoint is the last position before which everything is acknowledged or parked. The price: order
/// holds only for a group of one.
#[derive(Clone, Debug, Default)]
pub struct Group {
    checkpoint: Option<Position>,
    sent: u64,
    /// Who holds a message, by position.
    held: BTreeMap<Position, usize>,
    /// How often a message was tried, of those that were not dealt with.
    tried: BTreeMap<Position, u32>,
    /// Messages that wait to be given out again.
    again: BTreeSet<Position>,
    done: BTreeSet<Position>,
    parked: BTreeSet<Position>,
}

impl Group {
    /// How often a message is tried before it is parked.
    pub const TRIES: u32 = 3;

    /// A group that has dealt with everything up to its checkpoint, but for what it has parked.
    pub fn new(checkpoint: Option<Position>, parked: impl IntoIterator<Item = Position>) -> Self {
        Self { checkpoint, sent: after(checkpoint), parked: parked.into_iter().collect(), ..Self::default() }
    }

    /// The last position before which nothing is left to do, parked messages aside.
    pub fn checkpoint(&self) -> Option<Position> {
        self.checkpoint
    }

    /// Messages that nobody could deal with.
    pub fn parked(&self) -> impl Iterator<Item = Position> {
        self.parked.iter().copied()
    }

    /// How often a message was tried in vain.
    pub fn tries(&self, position: Position) -> u32 {
        self.tried.get(&position).copied().unwrap_or_default()
    }

    /// A message for this reader; what it holds already, it is given again.
    pub fn take(&mut self, reader: usize, next: impl Fn(u64) -> Option<u64>) -> Option<Position> {
        let held = self.held.iter().find(|(_, holder)| **holder == reader).map(|(position, _)| *position);
        let position = held.or_else(|| self.again.pop_first()).or_else(|| {
            let fresh = next(self.sent).map(Position)?;
            self.sent = fresh.0 + 1;
            Some(fresh)
        })?;
        self.held.insert(position, reader);
        Some(position)
    }

    /// The message was dealt with.
    pub fn acknowledge(&mut self, position: Position) {
        self.held.remove(&position);
        self.tried.remove(&position);
        self.parked.remove(&position);
        self.settle(position);
    }

    /// The message could not be dealt with: whether it is parked now.
    pub fn fail(&mut self, position: Position) -> bool {
        self.held.remove(&position);
        let tries = self.tried.entry(position).or_default();
        *tries += 1;
        if *tries < Self::TRIES {
            self.again.insert(position);
            return false;
        }
        self.tried.remove(&position);
        self.parked.insert(position);
        self.settle(position);
        true
    }

    /// A parked message is tried once more.
    pub fn retry(&mut self, position: Position) {
        if self.parked.remove(&position) {
            self.again.insert(position);
        }
    }

    /// The reader is gone: what it held is given to others.
    pub fn leave(&mut self, reader: usize) {
        let (held, kept) = std::mem::take(&mut self.held).into_iter().partition(|(_, holder)| *holder == reader);
        self.held = kept;
        let held: BTreeMap<Position, usize> = held;
        self.again.extend(held.into_keys());
    }

    /// Moves the checkpoint to just before the first message that is not dealt with.
    fn settle(&mut self, position: Position) {
        if Some(position) <= self.checkpoint {
            return;
        }
        self.done.insert(position);
        let open = self.held.keys().chain(&self.again).min().copied();
        while let Some(&first) = self.done.first().filter(|first| open.is_none_or(|open| **first < open)) {
            self.done.remove(&first);
            self.checkpoint = Some(first);
        }
    }
}

/// The first position after a checkpoint.
fn after(checkpoint: Option<Position>) -> u64 {
    checkpoint.map_or(0, |Position(last)| last + 1)
}

/// Chance that falls the same way each time (`splitmix64`).
#[derive(Clone, Copy, Debug)]
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}
