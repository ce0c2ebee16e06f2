//! Every way in which the lab says "no".

use crate::engine::{JournalError, WrongExpectedRevision};
use crate::worlds::Objection;

/// A "no", with the page's own sentence. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum No {
    /// The business refuses.
    #[error(transparent)]
    Refused(Objection),
    /// What was asked can't be understood.
    #[error(transparent)]
    BadInput(Objection),
    /// Someone was first.
    #[error("{0}. Look again and decide anew.")]
    WrongExpectedRevision(#[from] WrongExpectedRevision),
    /// What the tab that writes has said: one of these, in its own sentence.
    #[error("{message}")]
    Told {
        /// [`No::name`] there.
        name: &'static str,
        /// [`No::field`] there.
        field: Option<&'static str>,
        /// The sentence.
        message: String,
    },
    /// The log takes no events here.
    #[error("{0}")]
    ReadOnly(String),
    /// The journal could not keep it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl No {
    /// Something that can't be understood, for no field's fault in particular.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput(Objection::whole(message))
    }

    /// A kind that another tab has named, as it is called here.
    pub(super) fn known_name(name: &str) -> &'static str {
        let known = ["Refused", "WrongExpectedRevision", "ReadOnly", "JournalFull", "JournalUnreadable"];
        known.into_iter().find(|known| *known == name).unwrap_or("BadInput")
    }

    /// Its kind: the `name` of the console's `Error`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Told { name, .. } => name,
            Self::Refused(_) => "Refused",
            Self::BadInput(_) => "BadInput",
            Self::WrongExpectedRevision(_) => "WrongExpectedRevision",
            Self::ReadOnly(_) => "ReadOnly",
            Self::Journal(JournalError::Full | JournalError::Crowded) => "JournalFull",
            Self::Journal(JournalError::Unreadable { .. } | JournalError::Unavailable(_)) => "JournalUnreadable",
        }
    }

    /// The field of the command that it is about, if it is one field's fault.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Refused(objection) | Self::BadInput(objection) => objection.field,
            Self::Told { field, .. } => *field,
            Self::WrongExpectedRevision(_) | Self::ReadOnly(_) | Self::Journal(_) => None,
        }
    }
}
