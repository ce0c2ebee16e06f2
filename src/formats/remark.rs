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

/// Remarks, each once. Events may come in any order; what is told is the same.
#[derive(Clone, Debug, Default)]
pub struct Remarks(Vec<Remark>);

impl Remarks {
    /// Says something about the event at a position.
    pub fn note(&mut self, position: u64, what: &'static str) {
        match self.0.iter().position(|remark| remark.what == what) {
            // An earlier event: what it has to say comes last here, in its own order, until all are sorted.
            Some(nth) if position < self.0[nth].first => {
                let later = self.0.remove(nth);
                self.0.push(Remark { what, first: position, more: later.more + 1 });
            }
            Some(nth) => self.0[nth].more += 1,
            None => self.0.push(Remark { what, first: position, more: 0 }),
        }
    }

    /// All of them, in the order of the events that they are first about.
    pub fn all(mut self) -> Vec<Remark> {
        self.0.sort_by_key(|remark| remark.first);
        self.0
    }
}
