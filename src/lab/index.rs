//! Streams that nobody writes: all events of a category, of a kind, or of one conversation.
//!
//! | name | its events |
//! |---|---|
//! | `$all` | all of them |
//! | `$ce-account` | those of all streams whose name has `account` before its first dash |
//! | `$et-MoneyDeposited` | those of one kind, in all streams |
//! | `$bc-<id>` | those that belong to the conversation that the event of this id began |
//!
//! They hold links: an event stays in its own stream, and here it has a number of its own.

use uuid::Uuid;

use crate::engine::{Store, StreamId};

/// What such a stream, or any other, lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// Everything.
    All,
    /// A stream as it is.
    Stream(StreamId),
    /// The streams of a category.
    Category(String),
    /// A kind.
    Kind(String),
    /// A conversation.
    Correlation(Uuid),
}

impl Index {
    /// What a name means; a name that begins with `$` and means nothing lists nothing.
    pub fn named(name: &str) -> Self {
        if name == "$all" {
            return Self::All;
        }
        if let Some(category) = name.strip_prefix("$ce-") {
            return Self::Category(category.to_owned());
        }
        if let Some(kind) = name.strip_prefix("$et-") {
            return Self::Kind(kind.to_owned());
        }
        match name.strip_prefix("$bc-").and_then(|id| id.parse().ok()) {
            Some(id) => Self::Correlation(id),
            None => Self::Stream(StreamId::new(name)),
        }
    }

    /// Whether its events stay in streams of their own, and are only linked here.
    pub fn is_linked(&self) -> bool {
        !matches!(self, Self::Stream(_))
    }

    /// The positions of what it lists among the events `from..to`, in order.
    pub fn positions(&self, store: &Store, from: u64, to: u64) -> Vec<u64> {
        let to = to.min(store.len());
        match self {
            Self::All => (from..to).collect(),
            Self::Stream(stream) => {
                let all = store.stream_key(stream).map_or(&[][..], |key| store.positions(key));
                let within = all.iter().map(|&position| u64::from(position));
                within.filter(|position| (from..to).contains(position)).collect()
            }
            Self::Category(category) => {
                let is_in = |stream: &StreamId| stream.category() == Some(category);
                let streams: Vec<bool> = store.streams().map(|(_, stream)| is_in(stream)).collect();
                filtered(from..to, |at| store.row(at).is_some_and(|row| streams[row.stream.index()]))
            }
            Self::Kind(kind) => {
                let Some(kind) = store.kinds().position(|known| known == kind) else { return Vec::new() };
                filtered(from..to, |at| store.row(at).is_some_and(|row| row.kind.index() == kind))
            }
            Self::Correlation(id) => filtered(from..to, |at| store.correlation_at(at) == Some(*id)),
        }
    }
}

fn filtered(range: std::ops::Range<u64>, is_listed: impl Fn(u64) -> bool) -> Vec<u64> {
    range.filter(|at| is_listed(*at)).collect()
}

/// The categories that a log has, in the order in which they appeared.
pub fn categories(store: &Store) -> Vec<&str> {
    let mut categories = Vec::new();
    for category in store.streams().filter_map(|(_, stream)| stream.category()) {
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    categories
}
