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
#[expect(clippy::struct_excessive_bools, reason = "each fault is there or not, whatever the others are")]
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

/// Brings the messages of a log, with whatever faults it is made to have.
///
/// It knows positions only. Which of them are for its reader is asked of the log: `next(from)` is the first at or after
/// `from`.
#[derive(Clone, Debug)]
struct Channel {
    /// The first position that was not sent yet.
    sent: u64,
    /// Messages on their way, each with the deliveries that come before it.
    late: VecDeque<(u64, Position)>,
    faults: Faults,
    dice: Dice,
}

impl Channel {
    fn from(checkpoint: Option<Position>, faults: Faults, seed: u64) -> Self {
        Self { sent: after(checkpoint), late: VecDeque::new(), faults, dice: Dice(seed) }
    }

    /// Begins again after a checkpoint: what was on its way is forgotten.
    fn restart(&mut self, checkpoint: Option<Position>) {
        self.late.clear();
        self.sent = after(checkpoint);
    }

    fn has_more(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        !self.late.is_empty() || next(self.sent).is_some()
    }

    fn bring(&mut self, next: &impl Fn(u64) -> Option<u64>) -> Delivery {
        self.late.iter_mut().for_each(|(wait, _)| *wait = wait.saturating_sub(1));
        let fresh = next(self.sent).map(Position);
        let due = self.late.iter().position(|(wait, _)| *wait == 0 || fresh.is_none());
        if let Some((_, position)) = due.and_then(|due| self.late.remove(due)) {
            return Delivery::Comes { position, dies: false };
        }
        let Some(position) = fresh else { return Delivery::Nothing };
        self.sent = position.0 + 1;
        let Faults { duplicate, delay, reorder, drop, crash } = self.faults;
        let mut befalls = |is_on: bool| is_on && self.dice.throw().is_multiple_of(Faults::ONE_IN);
        if befalls(drop) {
            return Delivery::NotYet(position);
        }
        let wait = if befalls(delay) { Some(4) } else { befalls(reorder).then_some(2) };
        if let Some(wait) = wait {
            self.late.push_back((wait, position));
            return Delivery::NotYet(position);
        }
        if befalls(duplicate) {
            self.late.push_back((1, position));
        }
        Delivery::Comes { position, dies: befalls(crash) }
    }
}

/// One reader that catches up with a log in order.
///
/// A message that it can't deal with stops it, for the next one may follow from that. Somebody may put the message aside:
/// then it is passed over, and can be tried once more later, out of order.
#[derive(Clone, Debug)]
pub struct Subscription {
    care: Care,
    checkpoint: Option<Position>,
    channel: Channel,
    /// Messages that were put aside, and are tried once more.
    again: BTreeSet<Position>,
}

impl Subscription {
    /// A reader that has dealt with everything up to its checkpoint.
    pub fn new(care: Care, checkpoint: Option<Position>, faults: Faults, seed: u64) -> Self {
        Self { care, checkpoint, channel: Channel::from(checkpoint, faults, seed), again: BTreeSet::new() }
    }

    /// The last message it has dealt with.
    pub fn checkpoint(&self) -> Option<Position> {
        self.checkpoint
    }

    /// The next message, as delivery brings it.
    ///
    /// `next(from)` is the first position at or after `from` that is for this reader.
    pub fn deliver(&mut self, next: impl Fn(u64) -> Option<u64>) -> Delivery {
        if let Some(&position) = self.again.first() {
            return Delivery::Comes { position, dies: false };
        }
        let brought = self.channel.bring(&next);
        if self.care == Care::Naive {
            return brought;
        }
        let due = next(after(self.checkpoint));
        match (brought, due) {
            // What came tells that there is something to read. What is read is always the next in the log.
            (Delivery::Comes { position, dies }, Some(due)) if due <= position.0 => {
                if due < position.0 {
                    self.channel.late.push_front((0, position));
                }
                Delivery::Comes { position: Position(due), dies }
            }
            (Delivery::Comes { position, .. }, _) => Delivery::NotYet(position),
            // It was told of nothing more, and looks itself.
            (Delivery::Nothing, Some(due)) => Delivery::Comes { position: Position(due), dies: false },
            (brought, _) => brought,
        }
    }

    /// Whether there is anything left to bring.
    pub fn has_more(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        let is_behind = self.care == Care::Right && next(after(self.checkpoint)).is_some();
        !self.again.is_empty() || is_behind || self.channel.has_more(next)
    }

    /// A message that was put aside is tried once more.
    pub fn retry(&mut self, position: Position) {
        self.again.insert(position);
    }

    /// A message was dealt with, or passed over. One that was tried once more moves no checkpoint: that is past it.
    pub fn done(&mut self, position: Position) {
        if self.again.remove(&position) {
            return;
        }
        self.checkpoint = match self.care {
            Care::Right => self.checkpoint.max(Some(position)),
            // It writes down what came last, whatever that was.
            Care::Naive => Some(position),
        };
    }

    /// It died, and begins again at its checkpoint.
    pub fn restart(&mut self) {
        self.again.clear();
        self.channel.restart(self.checkpoint);
    }
}

/// Several readers that share the messages of a log.
///
/// Each message goes to one of them, who acknowledges it or says that it could not be dealt with: then it is tried again,
/// up to [`Group::TRIES`] times, and parked after that, so that one message that nobody can deal with does not hold up
/// all others. The checkpoint is the last position before which everything is acknowledged or parked. The price: order
/// holds only for a group of one, and while nothing goes wrong.
#[derive(Clone, Debug)]
pub struct Group {
    checkpoint: Option<Position>,
    channel: Channel,
    /// Who holds a message.
    held: BTreeMap<Position, usize>,
    /// How often a message was tried in vain.
    tried: BTreeMap<Position, u32>,
    /// Messages that wait to be given out again.
    again: BTreeSet<Position>,
    /// Messages after the checkpoint that are dealt with.
    done: BTreeSet<Position>,
    parked: BTreeSet<Position>,
}

impl Group {
    /// How often a message is tried before it is parked.
    pub const TRIES: u32 = 3;

    /// A group that has dealt with everything up to its checkpoint, but for what it has parked.
    pub fn new(
        checkpoint: Option<Position>,
        parked: impl IntoIterator<Item = Position>,
        faults: Faults,
        seed: u64,
    ) -> Self {
        Self {
            checkpoint,
            channel: Channel::from(checkpoint, faults, seed),
            held: BTreeMap::new(),
            tried: BTreeMap::new(),
            again: BTreeSet::new(),
            done: BTreeSet::new(),
            parked: parked.into_iter().collect(),
        }
    }

    /// The last position before which nothing is left to do, parked messages aside.
    pub fn checkpoint(&self) -> Option<Position> {
        self.checkpoint
    }

    /// Messages that nobody could deal with.
    pub fn parked(&self) -> impl Iterator<Item = Position> {
        self.parked.iter().copied()
    }

    /// A message for this reader; what it holds already, it is given again. It may be one that was dealt with before.
    ///
    /// `next(from)` is the first position at or after `from` that is for this group.
    pub fn take(&mut self, reader: usize, next: impl Fn(u64) -> Option<u64>) -> Delivery {
        let held = self.held.iter().find(|(_, holder)| **holder == reader).map(|(position, _)| *position);
        let brought = match held.or_else(|| self.again.pop_first()) {
            Some(position) => Delivery::Comes { position, dies: false },
            None => self.channel.bring(&next),
        };
        match brought {
            Delivery::Comes { position, .. } => {
                self.held.insert(position, reader);
            }
            // Nobody acknowledges what did not come, so it is sent again.
            Delivery::NotYet(position) => {
                self.again.insert(position);
            }
            Delivery::Nothing => {}
        }
        brought
    }

    /// Whether there is anything left to give out.
    pub fn has_more(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        !self.again.is_empty() || !self.held.is_empty() || self.channel.has_more(next)
    }

    /// Whether a message was dealt with before, or is parked.
    pub fn knows(&self, position: Position) -> bool {
        Some(position) <= self.checkpoint || self.done.contains(&position)
    }

    /// The message was dealt with.
    pub fn acknowledge(&mut self, position: Position) {
        self.held.remove(&position);
        self.again.remove(&position);
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
        let held = self.held.iter().filter(|(_, holder)| **holder == reader).map(|(position, _)| *position);
        self.again.extend(held);
        self.held.retain(|_, holder| *holder != reader);
    }

    /// Moves the checkpoint to just before the first message that is not dealt with.
    fn settle(&mut self, position: Position) {
        if Some(position) > self.checkpoint {
            self.done.insert(position);
        }
        let late = self.channel.late.iter().map(|(_, position)| position);
        let open =
            self.held.keys().chain(&self.again).chain(late).filter(|open| !self.done.contains(open)).min().copied();
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
