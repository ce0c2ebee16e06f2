//! What a format could not hold or did not say: told once, with its first place.

use std::fmt;

/// Something about one event, and about so many more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What there is to say.
    pub what: &'static str,
    /// The position of the first event that it is about.
    pub first: u64,
    /// How many more there are.
    pub more: u64,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, first, more } = self;
        match more {
            0 => write!(f, "Event {}: {what}.", first + 1),
            _ => write!(f, "Event {}, and {more} more: {what}.", first + 1),
        }
    }
}

/// Remarks, each once.
#[derive(Clone, Debug, Default)]
pub struct Remarks(Vec<Remark>);

impl Remarks {
    /// Says something about the event at a position.
    pub fn note(&mut self, position: u64, what: &'static str) {
        match self.0.iter_mut().find(|remark| remark.what == what) {
            Some(remark) => remark.more += 1,
            None => self.0.push(Remark { what, first: position, more: 0 }),
        }
    }

    /// All of them, in the order in which they were first made.
    pub fn all(self) -> Vec<Remark> {
        self.0
    }
}
