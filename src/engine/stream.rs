//! Where events are recorded, and the guard against being overtaken.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a stream: the history of one thing, such as `account-0190…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamId(String);

impl StreamId {
    /// The stream of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of thing it tells of: the text before the first dash; a name without one has no category.
    ///
    /// ```
    /// use daybook_engine::StreamId;
    /// assert_eq!(StreamId::new("account-1-2").category(), Some("account"));
    /// assert_eq!(StreamId::new("settings").category(), None);
    /// ```
    pub fn category(&self) -> Option<&str> {
        self.0.split_once('-').map(|(category, _)| category)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The place of an event in its stream; the first is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a writer believes about a stream when it appends.
///
/// A writer that decided from a state names the revision it saw. If another was first, it is told so and can look
/// again; nothing is ever overwritten without anyone noticing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExpectedRevision {
    /// Append whatever is there.
    #[default]
    Any,
    /// The stream has no events yet.
    NoStream,
    /// The stream has at least one event.
    StreamExists,
    /// The stream's last event has this revision.
    Exact(Revision),
}

impl ExpectedRevision {
    /// What the next append expects of a stream whose last revision is `last`.
    pub fn after(last: Option<Revision>) -> Self {
        last.map_or(Self::NoStream, Self::Exact)
    }

    /// Whether a stream whose last revision is `last` is as expected.
    #[inline]
    pub fn holds_for(self, last: Option<Revision>) -> bool {
        match self {
            Self::Any => true,
            Self::NoStream => last.is_none(),
            Self::StreamExists => last.is_some(),
            Self::Exact(revision) => last == Some(revision),
        }
    }
}

impl fmt::Display for ExpectedRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("to be at any revision"),
            Self::NoStream => f.write_str("to have no events"),
            Self::StreamExists => f.write_str("to have events"),
            Self::Exact(revision) => write!(f, "to be at revision {revision}"),
        }
    }
}

/// Someone was first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{stream} was expected {expected}, and {}", found(*.actual))]
pub struct WrongExpectedRevision {
    /// The stream in question.
    pub stream: StreamId,
    /// What the writer believed.
    pub expected: ExpectedRevision,
    /// The stream's last revision, if it has any events.
    pub actual: Option<Revision>,
}

fn found(actual: Option<Revision>) -> String {
    actual.map_or_else(|| "has none".to_owned(), |revision| format!("is at revision {revision}"))
}
