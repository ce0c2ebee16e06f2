//! The businesses, one folder each.
//!
//! A world says what can be asked, what can happen, and how both are put into words. It draws nothing and stores
//! nothing: its forms and cards are data, which the page draws and the lab fills.

pub mod form;
pub mod opening;
pub mod fields;
pub mod money;
pub mod json;
mod data;
pub mod rust;

pub mod bank;
pub mod transfers;
pub mod ledger;
pub mod transactions;

use daybook_engine as engine;
use engine::integrity::Link;
use engine::subscription::Care;
use engine::{Decider, LogId, Message, Projection, Reaction, RecordedEvent, States, Store, StreamId, Timestamp};
use serde_json::Value;
use uuid::Uuid;

pub use fields::Objection;
pub use form::{Button, Field, FieldKind, Form, When};
pub use opening::Opening;
pub use rust::{Literal, Term};

/// A business that a lab can run.
pub trait World: Decider<Event: engine::Event + Clone, State: Clone> + Clone + Default + 'static {
    /// Its name in addresses, keys and files.
    const NAME: &'static str;
    /// What its streams are about, in the plural: `accounts`. Also the name of the view that lists them.
    const SUBJECTS: &'static str;
    /// What can be asked, as forms.
    const FORMS: &'static [Form];
    /// How its lab opens.
    const OPENING: &'static Opening;

    /// Reads a command from its words, and completes it by the stamp.
    fn read(&self, words: &Value, stamp: &Stamp) -> Result<Self::Command, Objection>;

    /// The stream that a command is about.
    fn stream_of(&self, command: &Self::Command) -> StreamId;

    /// A refusal in words, beside the field it is about.
    fn refusal(&self, refusal: &Self::Refusal) -> Objection;

    /// What happened, in a few words: `deposited $50.00`.
    fn sentence(&self, event: &Self::Event) -> String;

    /// The figure that a stream's amounts add up to, in words: `balance $150.00`; empty: its amounts add up to nothing.
    fn figure(&self, stream: &StreamId, sum: i64) -> String;

    /// Whom the stream is about, once its state tells of anyone.
    fn subject(&self, state: &Self::State) -> Option<Subject>;

    /// Whose stream it is, as people tell it from others, if anyone knows; `name_of` gives a subject's name by its stream.
    fn whose(
        &self,
        _stream: &StreamId,
        state: &Self::State,
        _name_of: &dyn Fn(&StreamId) -> Option<String>,
    ) -> Option<String> {
        self.subject(state).map(|subject| subject.name)
    }

    /// What is on its way from one subject to another, if the state tells of such a thing.
    fn flow(&self, _state: &Self::State) -> Option<Flow> {
        None
    }

    /// The state as a card; without a stream, as it is before anything happened.
    fn card(&self, stream: Option<&StreamId>, state: &Self::State) -> Card;

    /// The state as plain data, for the console.
    fn plain(&self, stream: &StreamId, state: &Self::State) -> Value;

    /// Takes the events before `to` into the streams' states: `states.advance(log, to)`, in every world.
    ///
    /// It is no provided method on purpose. Generic code is compiled where it is used; this line makes that the world's
    /// own package, which is built for speed, and not that of the page, which is built to be small.
    fn replay(states: &mut Replay<Self>, log: &Store, to: u64);

    /// What goes on when the books are closed: the events that open the next log, each with its stream.
    ///
    /// `states` are those of every stream at the end of the old log. The first event names that log and its head; the
    /// others say in one line for each stream what its events added up to, so that `decide` answers as before. None:
    /// nothing is there to be carried over.
    fn carry_over(&self, _closing: &Closing, _states: &[(&StreamId, &Self::State)]) -> Vec<(StreamId, Self::Event)> {
        Vec::new()
    }

    /// A day with a great many events, made up; `None`: this world has none.
    fn big_day(&self) -> Option<BigDay<Self::Event>> {
        None
    }

    /// The command that leads to just these events, if the business says yes.
    ///
    /// They are one event, or all events of one command. `None`: nobody asks for that, so no rule judges it.
    fn wish(&self, _stream: &StreamId, _events: &[Self::Event]) -> Option<Self::Command> {
        None
    }

    /// A command in the words that [`read`](World::read) reads.
    fn words(&self, _command: &Self::Command) -> Value {
        Value::Null
    }

    /// The Rust that says this.
    fn rust(&self, _term: &Term<'_, Self>) -> Literal {
        Literal::default()
    }

    /// Whether a kind is no fact but a message: a wish that was written into a stream for somebody to read.
    fn is_message(_kind: &str) -> bool {
        false
    }

    /// What Daybook added to its source in events of this kind, in a sentence, if it added anything.
    fn added(_kind: &str) -> Option<&'static str> {
        None
    }

    /// Who reads this log and acts on it.
    fn subscribers() -> &'static [Subscriber<Self>] {
        &[]
    }

    /// The nth command of the sample that the source runs, in words, given whom it has told of so far; `None`: it is over.
    fn sample(_nth: usize, _subjects: &[StreamId]) -> Option<Value> {
        None
    }

    /// The nth thing that is asked on a day of trial, in words, given whom the log is about so far; `None`: it is over.
    fn trial(_nth: usize, _subjects: &[StreamId]) -> Option<Value> {
        None
    }

    /// Whose log this one follows, if it is a follower's.
    fn follows() -> Option<&'static Following> {
        None
    }

    /// What can be switched, to see what it is good for.
    fn switches() -> &'static [Switch] {
        &[]
    }

    /// Whether a switch is on. All are off at first: the business as it should be.
    fn is_on(&self, _switch: &str) -> bool {
        false
    }

    /// Turns a switch. What was decided before stays as it was decided.
    fn turn(&mut self, _switch: &str, _on: bool) {}

    /// Questions nobody thought of when the business began, answered from the log.
    fn questions() -> Vec<Box<dyn Question>> {
        Vec::new()
    }
}

/// Somebody who reads a world's log, message by message, and acts on it.
pub struct Subscriber<W: World> {
    /// Its name, for people and for its checkpoint.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub says: &'static str,
    /// The categories that it reads: what stands in a stream's name before the first dash.
    pub reads: &'static [&'static str],
    /// Whether an event is a message for it. What else stands in those categories it passes over.
    pub takes: fn(&<W as Decider>::Event) -> bool,
    /// Whether several can share the work: then a message that can't be dealt with is parked, and the others go on. One
    /// that reads alone keeps the order, and stops there.
    pub shares: bool,
    /// What follows from a message. It may look at the states that streams have now.
    pub react: React<W>,
    /// What follows if a command that it asked for was refused; nothing: the message can't be dealt with.
    pub refused: Refused<W>,
}

/// A log of its own that is written by following another world's.
#[derive(Clone, Copy, Debug)]
pub struct Following {
    /// The follower's name, for people and for its checkpoint.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub says: &'static str,
    /// The world whose recorded log it follows.
    pub leader: &'static str,
    /// How its source keeps its place.
    pub in_source: Care,
    /// What it asks its own decider for when it reads an event there, in words; `None`: nothing.
    pub react: fn(&RecordedEvent) -> Option<Value>,
}

/// What a subscriber makes of a message, given a look at any stream's state.
pub type React<W> =
    fn(&W, &Message<'_, <W as Decider>::Event>, &dyn Fn(&StreamId) -> <W as Decider>::State) -> Vec<Wanted<W>>;

/// What a subscriber makes of a "no" to a command that a message led to.
pub type Refused<W> = fn(&W, &Message<'_, <W as Decider>::Event>, &<W as Decider>::Refusal) -> Vec<Wanted<W>>;

/// What a subscriber wants to happen next.
pub type Wanted<W> = Reaction<<W as Decider>::Command, <W as Decider>::Event>;

/// Something about a business that can be done as its source does it, to see what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Its name, in addresses and checkpoints.
    pub name: &'static str,
    /// What is switched on, for people.
    pub label: &'static str,
    /// What comes of it, in a sentence.
    pub says: &'static str,
    /// Whether it takes away what makes up for naive delivery: whatever comes again is done again then.
    pub is_naive: bool,
}

/// Every stream's state, and how far the log was read for it.
pub type Replay<W> = Projection<<W as Decider>::Event, States<W>>;

/// What the lab adds to a command's words: `decide` knows no clock, no chance and no id.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// The clock as it was read.
    pub now: Timestamp,
    /// The command's id.
    pub id: Uuid,
    /// A number for what must differ from command to command. It follows from the id, so that a retry draws the same.
    pub seed: u64,
}

/// Books that are closed because they are full, and the log that goes on from them.
#[derive(Clone, Copy, Debug)]
pub struct Closing {
    /// The log that is closed.
    pub log: LogId,
    /// The head of its chain.
    pub head: Link,
    /// The log that goes on.
    pub next: LogId,
}

/// Events without end, made up and the same every time.
pub struct BigDay<E> {
    /// The streams they are in.
    pub streams: Vec<StreamId>,
    /// Each with the number of its stream.
    pub events: Box<dyn Iterator<Item = (usize, E)>>,
}

/// Whom a stream is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// A name for people.
    pub name: String,
    /// Whether more can happen to it.
    pub is_open: bool,
}

/// Something on its way from one subject to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Whom it leaves.
    pub from: StreamId,
    /// Whom it is meant for.
    pub to: StreamId,
    /// How much, in cents.
    pub amount: i64,
    /// How it stands, in a word: `withdrawn`.
    pub stands: &'static str,
    /// How far it is, in steps.
    pub done: u8,
    /// How many steps there are.
    pub steps: u8,
    /// Whether it failed.
    pub has_failed: bool,
}

/// A state as the page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The state in a word: `Open`.
    pub badge: &'static str,
    /// The figure, in cents.
    pub figure: i64,
    /// What else is known, in the order shown.
    pub facts: Vec<Fact>,
}

/// One line of a [`Card`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// Its value, as people say it.
    pub value: String,
    /// The whole value on demand, where `value` is a short form of it.
    pub whole: Option<String>,
}

impl Fact {
    /// A fact that is told whole.
    pub fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), whole: None }
    }
}

/// A question to a whole log. It reads on as the log grows, so that the next answer does not take longer the longer that is.
pub trait Question {
    /// Reads what was recorded since it read last.
    fn read_on(&mut self, log: &Store);
    /// The answer that follows from what was read.
    fn answer(&self) -> Answer;
}

/// A question, and who can answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is asked.
    pub question: &'static str,
    /// What the log says.
    pub from_log: String,
    /// What the row of a database says.
    pub from_row: &'static str,
}
