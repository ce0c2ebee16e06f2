//! Writing a log in any format, in steps short enough that a page stays alive.

use std::mem;

use super::cloudevents;
use super::csv::{self, Rows};
use super::gaffer;
use super::kurrent::{self, Appends};
use super::ndjson::{Lines, Rest};
use super::sql::{self, Script};
use super::{Encoder, Format, Head, Remarks};
use crate::engine::{RecordedEvent, Store};

/// A log as text, and what the format could not hold.
#[derive(Clone, Debug)]
pub struct Written {
    /// The text, as far as it was not [taken](Writer::take) before.
    pub text: String,
    /// What is left out or told otherwise; nothing for the lossless format.
    pub losses: Vec<String>,
}

/// A log that is being written: [`advance`](Writer::advance) it until all is written, then [`finish`](Writer::finish) it.
///
/// What is written can be taken away in between, so the text need never lie in memory as a whole. It is the same text
/// in whatever steps it is written. Events that are added to the log meanwhile are left out: [`Head`] says how many
/// there are.
pub struct Writer {
    format: Format,
    order: Order,
    events: u64,
    has_rest: bool,
    text: String,
    encoder: Box<dyn Encoder>,
    remarks: Remarks,
}

impl Writer {
    /// Writes what stands before the first event.
    pub fn new(format: Format, head: &Head<'_>) -> Self {
        let mut text = String::new();
        let encoder: Box<dyn Encoder> = match format {
            Format::Ndjson => Box::new(Lines::begin(head, &mut text)),
            Format::KurrentDb => Box::new(Appends::begin(&mut text)),
            Format::Gaffer => Box::new(List::begin(|_, event| gaffer::entry(event), head, &mut text)),
            Format::CloudEvents => Box::new(List::begin(cloudevents::entry, head, &mut text)),
            Format::Csv => Box::new(Rows::begin(&mut text)),
            Format::Sql => Box::new(Script::begin(head, &mut text)),
        };
        let order = Order { is_by_stream: format == Format::KurrentDb, ..Order::default() };
        let has_rest = *head.rest != Rest::default();
        Self { format, order, events: head.events, has_rest, text, encoder, remarks: Remarks::default() }
    }

    /// Writes so many more events, at least one, of the log that it was begun for. Says whether those were the last.
    pub fn advance(&mut self, store: &Store, budget: u64) -> bool {
        for _ in 0..budget.max(1) {
            let Some(position) = self.order.next(store, self.events) else { return true };
            if let Some(event) = store.event(position) {
                self.note_losses(&event);
                self.encoder.event(&event, &mut self.text);
            }
        }
        self.order.passed == self.events
    }

    /// How many events are written, and how many there are.
    pub fn progress(&self) -> (u64, u64) {
        (self.order.passed, self.events)
    }

    /// What was written since this was last asked.
    pub fn take(&mut self) -> String {
        mem::take(&mut self.text)
    }

    /// Writes what stands after the last event.
    pub fn finish(mut self) -> Written {
        self.encoder.end(&mut self.text);
        let mut losses = Vec::new();
        if self.format != Format::Ndjson {
            losses.push(
                "The log's id and the head of its chain are left out: nothing vouches for the events.".to_owned(),
            );
            if self.has_rest {
                losses.push(
                    "What stands beside the events (bookmarks, notes, names in the header) is left out.".to_owned(),
                );
            }
        }
        losses.extend(self.remarks.all().iter().map(ToString::to_string));
        Written { text: self.text, losses }
    }

    fn note_losses(&mut self, event: &RecordedEvent) {
        let note = |what| self.remarks.note(event.position.0, what);
        match self.format {
            Format::Ndjson | Format::Gaffer => {}
            Format::KurrentDb => kurrent::lost(event).for_each(note),
            Format::CloudEvents => cloudevents::lost(event).for_each(note),
            Format::Csv => csv::lost(event).for_each(note),
            Format::Sql => sql::lost(event).for_each(note),
        }
    }
}

/// The order in which a format has the events: that of their positions, or one stream after the other.
///
/// A stream's turn is where its first event stands, so that nothing has to be put in order before.
#[derive(Debug, Default)]
struct Order {
    is_by_stream: bool,
    /// How many events were passed.
    passed: u64,
    /// Where the stream begins whose turn it is.
    begins: u64,
    /// How many of its events were passed.
    of_stream: usize,
}

impl Order {
    /// The next position among the first so many of the log; `None`: there are none left.
    fn next(&mut self, store: &Store, events: u64) -> Option<u64> {
        let next = if self.is_by_stream { self.next_by_stream(store, events) } else { Some(self.passed) };
        let next = next.filter(|_| self.passed < events)?;
        self.passed += 1;
        Some(next)
    }

    fn next_by_stream(&mut self, store: &Store, events: u64) -> Option<u64> {
        while self.begins < events {
            let positions = store.positions(store.row(self.begins)?.stream);
            let is_its_turn = positions.first().is_some_and(|&first| u64::from(first) == self.begins);
            let next = positions.get(self.of_stream).map(|&next| u64::from(next)).filter(|&next| next < events);
            if let Some(next) = next.filter(|_| is_its_turn) {
                self.of_stream += 1;
                return Some(next);
            }
            (self.begins, self.of_stream) = (self.begins + 1, 0);
        }
        None
    }
}

/// A list in JSON, an entry a line.
struct List {
    entry: fn(&str, &RecordedEvent) -> String,
    world: String,
    is_begun: bool,
}

impl List {
    /// Begins a list of what becomes of a world's events.
    fn begin(entry: fn(&str, &RecordedEvent) -> String, head: &Head<'_>, text: &mut String) -> Self {
        text.push_str("[\n");
        Self { entry, world: head.world.to_owned(), is_begun: false }
    }
}

impl Encoder for List {
    fn event(&mut self, event: &RecordedEvent, text: &mut String) {
        text.push_str(if self.is_begun { ",\n" } else { "" });
        text.push_str(&(self.entry)(&self.world, event));
        self.is_begun = true;
    }

    fn end(&mut self, text: &mut String) {
        text.push_str("\n]\n");
    }
}
