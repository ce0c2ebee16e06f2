//! One log behind one door, whatever its world. Everyone outside speaks JSON and plain words through it.

use std::any::Any;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::beside::{Beside, Mark};
use super::follower::Leader;
use super::no::No;
use super::readers::{self, Setting};
use super::what_if::WhatIf;
use crate::crud::Statement;
use crate::engine::handle::Fact;
use crate::engine::journal::{Checked, Epoch, Place, Step};
use crate::engine::{ExpectedRevision, LogId, Position, RecordedEvent, Revision, Store, StreamId, Timestamp};
use crate::formats::ndjson::Rest;
use crate::worlds::{Answer, Card, Following, Form, Opening, Subject, Switch};

/// A running log of some world, as far as the first page asks. What lies deeper is in [`Deep`](super::deep::Deep).
pub trait Door {
    /// The log as what it is, for whoever knows its world.
    fn any(&self) -> &dyn Any;
    /// The same, to change it.
    fn any_mut(&mut self) -> &mut dyn Any;
    /// The world's name.
    fn world(&self) -> &'static str;
    /// What the world's streams are about, in the plural: `accounts`.
    fn subjects_name(&self) -> &'static str;
    /// What the world can be asked, as forms.
    fn forms(&self) -> &'static [Form];
    /// How the world's lab opens.
    fn opening(&self) -> &'static Opening;
    /// The log's id.
    fn id(&self) -> LogId;
    /// Where the log comes from.
    fn origin(&self) -> &Origin;
    /// Why the log takes no events, if it takes none.
    fn closed(&self) -> Option<&No>;
    /// The log itself.
    fn store(&self) -> &Store;

    /// Decides a command and records what follows from it.
    fn dispatch(&mut self, ask: &Ask, asked: &Asked) -> Result<Recorded, No>;
    /// Records events as they are, past `decide`, as a plain event store would.
    fn append(&mut self, append: Append, asked: &Asked) -> Result<Recorded, No>;

    /// Whether anybody acts on what is recorded here: a branch, a copy or a replay never makes anything happen.
    fn acts(&self) -> bool;
    /// A running reader that has something to do, if this log is one that makes things happen.
    fn due(&mut self) -> Option<&'static str>;
    /// Lets a reader deal with its next message; those that lead to nothing are passed over on the way. By hand it tells of
    /// a message that did not come.
    fn step(&mut self, reader: &str, by_hand: bool, asked: &Asked) -> Result<Recorded, No>;
    /// Whose log this one follows, if it is a follower's.
    fn follows(&self) -> Option<&'static Following>;
    /// The follower that writes this log, given the log it follows.
    fn follower(&self, leader: Leader<'_>) -> Option<readers::Told>;
    /// Whether that follower runs, and has something to do.
    fn is_behind(&mut self, leader: Leader<'_>) -> bool;
    /// Lets it deal with its next message, or on its own with as many as there are, up to a bound.
    fn go_on(&mut self, leader: Leader<'_>, by_hand: bool, asked: &Asked) -> Result<Recorded, No>;
    /// Sets something about the readers, for good.
    fn set(&mut self, setting: &Setting) -> Result<(), No>;

    /// How many events are applied in what is looked at; `None` follows the newest.
    fn cursor(&self) -> Option<u64>;
    /// Looks at another moment.
    fn seek(&mut self, applied: Option<u64>);

    /// Whether somebody of this name reads the log, or writes it by following another.
    fn has_reader(&self, name: &str) -> bool;
    /// Whether a kind is no fact but a message, a wish that was written down.
    fn is_message(&self, kind: &str) -> bool;
    /// What is switched otherwise than it is at first: rules that are off, ways of the source that are on.
    fn switched(&self) -> Vec<Switch>;
    /// What Daybook added to its source in events of this kind, in a sentence, if it added anything.
    fn added(&self, kind: &str) -> Option<&'static str>;
    /// The events `from..to`, in words.
    fn entries(&self, from: u64, to: u64) -> Vec<Entry>;
    /// A stream's last events of the first `applied` of the log, the latest first, at most so many.
    fn history(&self, stream: &StreamId, applied: u64, most: usize) -> Vec<Entry>;
    /// Whom the log is about, after `applied` events, in the order in which they appeared.
    fn subjects(&self, applied: u64) -> Vec<(StreamId, Subject)>;
    /// Whom a stream is about, as of the log's end; `None`: about nobody.
    fn subject(&self, stream: &StreamId) -> Option<Subject>;
    /// A stream's card after `applied` events of the log, and how many events were read for it.
    fn card(&self, stream: Option<&StreamId>, applied: u64, by: By) -> (Card, u64);
    /// A stream's figure after `applied` events of the log, as a sum.
    fn sum(&self, stream: &StreamId, applied: u64) -> Sum;
    /// The same stream without a log: its row as it is now.
    fn row(&self, stream: &StreamId) -> Row;
    /// Questions nobody thought of at first, and their answers.
    fn answers(&self) -> Vec<Answer>;

    /// A what-if: a log in memory that begins with this one's first `applied` events.
    fn branch(&self, id: LogId, applied: u64) -> Box<dyn Door>;
    /// What was edited, if this is a branch that was.
    fn what_if(&self) -> Option<&WhatIf>;
    /// The bookmarks and notes that lie beside the log, in its order.
    fn marks(&self) -> Vec<Mark>;
    /// Keeps bookmarks and notes in this place from now on, and shows those that are there.
    fn keep_marks(&mut self, beside: Box<dyn Beside>) -> Result<(), No>;
    /// Reads bookmarks and notes again, which another tab has changed.
    fn read_marks(&mut self) -> Result<(), No>;

    /// Holds some more events against the chain, for when nobody needs the page; `None`: nothing is stored.
    fn verify_from(&self, from: Option<&Checked>, events: u64) -> Option<Result<Step, No>>;
    /// Begins this log's journal anew with these events, under another id.
    fn replace(&mut self, id: LogId, rest: &Rest, events: Vec<RecordedEvent>) -> Result<(), No>;
    /// A log of the same world without events, in memory.
    fn empty(&self, id: LogId) -> Box<dyn Door>;
    /// What stands beside the events.
    fn rest(&self) -> &Rest;

    /// From now on what is recorded is shown when [`Door::show`] says so.
    fn share(&mut self);
    /// From now on the log takes no events, and this is why.
    fn close(&mut self, why: &No);
    /// How many commits are shown, those without events included.
    fn shown(&self) -> u64;
    /// Where the log stands in its journal, as far as it was read or written.
    fn place(&self) -> Option<Place>;
    /// Reads up to a place that another tab told of, without showing it; whether all of it can be read here.
    fn read_to(&mut self, place: &Place) -> bool;
    /// Shows what was read or recorded, up to a place.
    fn show(&mut self, place: &Place);
    /// Reads the log from its beginning.
    fn reload(&mut self);
    /// Writes under this epoch from now on.
    fn write_as(&mut self, epoch: Epoch);
    /// Packs what is old, where room is short; whether anything was written.
    fn pack(&mut self) -> bool;
    /// Removes what is packed or was replaced.
    fn clean(&mut self);
}

/// Where a log comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The world's own log.
    Recorded,
    /// Events from a file or a story, in memory.
    Copy,
    /// A what-if beside another log, in memory; it begins with that log's first `fork` events.
    Branch {
        /// The log it stands beside.
        base: LogId,
        /// Events it shares with that log.
        fork: u64,
    },
}

/// A command and what is said about it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ask {
    /// The command: `{"type": "Deposit", …}`.
    pub words: Value,
    /// The command's id; the same again gives the recorded result and records nothing.
    pub id: Option<Uuid>,
    /// What the asker believes about the stream.
    pub expected: Option<ExpectedRevision>,
    /// The conversation it belongs to.
    pub correlation: Option<Uuid>,
    /// Who asks; "you" unless said.
    pub actor: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The event that led to it, if one did.
    pub causation: Option<Uuid>,
    /// Further metadata.
    pub extra: Map<String, Value>,
}

/// Events to be recorded as they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Append {
    /// The stream.
    pub stream: StreamId,
    /// What the asker believes about the stream.
    pub expected: ExpectedRevision,
    /// The events.
    pub facts: Vec<Fact>,
    /// Metadata for all of them: actor, correlation, reason and whatever else.
    pub ask: Ask,
}

/// When something was asked, and under which id if it brought none.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The clock as it was read.
    pub now: Timestamp,
    /// A fresh id.
    pub id: Uuid,
}

/// What was recorded.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The events of the commit; none if nothing had to happen.
    pub events: Vec<RecordedEvent>,
    /// Whether they had been recorded before, by the same command.
    pub again: bool,
    /// What a reader that was told to go on did, in a sentence.
    pub words: String,
}

impl Recorded {
    /// Position and revision of the last event.
    pub fn last(&self) -> Option<(Position, Revision)> {
        self.events.last().map(|event| (event.position, event.revision))
    }
}

/// How a card is come by. Both ways give the same card: that is the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Reading the stream's events from the first.
    Replay,
    /// Reading a view that has been kept up to date.
    KeptView,
}

/// One event, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log.
    pub position: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Whom the stream is about, as far as anyone knows today.
    pub subject: Option<String>,
    /// Its kind.
    pub kind: String,
    /// What happened.
    pub sentence: String,
    /// Whether it is a message, a wish that was written down, and no fact.
    pub is_message: bool,
    /// What it adds to the figure; `None`: it can't be read.
    pub amount: Option<i64>,
    /// The stream's figure after it: computed, not stored.
    pub figure: i64,
    /// The same in words: `balance $150.00`.
    pub figure_words: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Whether it belongs to a what-if alone: recorded there, or edited.
    pub is_pencil: bool,
    /// Why the business would refuse it, in a what-if in which it would.
    pub refused: Option<String>,
}

impl Entry {
    /// Some words about it, and the figure after it if it has one.
    pub fn with_figure(&self, words: &str) -> String {
        if self.figure_words.is_empty() { words.to_owned() } else { format!("{words}, {}", self.figure_words) }
    }
}

/// A figure as the sum it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many events of the stream come before the first term; none, if all terms are written out.
    pub earlier: u64,
    /// What those add up to.
    pub earlier_sum: i64,
    /// The last terms, in order, leaving out zeros.
    pub terms: Vec<i64>,
    /// What all add up to.
    pub total: i64,
}

/// What a program without a log would have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Column and value; `None`: there is no row.
    pub columns: Option<Vec<(&'static str, String)>>,
    /// The last statement and its damage.
    pub last: Option<Statement>,
}
