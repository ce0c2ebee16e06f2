//! Whom a stream is about: two kinds of ids that nobody can mix up, and the streams they name.

use std::fmt;

use daybook_engine::StreamId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const ACCOUNT: &str = "account-";
const TRANSFER: &str = "transfer-";
/// No dash stands within it, so that its category is its own.
const MAILBOX: &str = "accountCommand-";
/// The source's name. Its category is `account`, and so accounts and messages to them are all one to a reader.
const MAILBOX_AS_IN_THE_SOURCE: &str = "account-command-";

/// An account's id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub Uuid);

/// A transfer's id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransferId(pub Uuid);

impl AccountId {
    /// The stream of what happened to the account.
    pub fn stream(self) -> StreamId {
        StreamId::new(format!("{ACCOUNT}{self}"))
    }

    /// The stream of messages to the account, called as in the source or so that its category is its own.
    pub fn mailbox(self, as_in_the_source: bool) -> StreamId {
        let before = if as_in_the_source { MAILBOX_AS_IN_THE_SOURCE } else { MAILBOX };
        StreamId::new(format!("{before}{self}"))
    }

    /// The account that a stream is about; `None`: it is about none, or it is a mailbox.
    pub fn of(stream: &StreamId) -> Option<Self> {
        id_after(ACCOUNT, stream).map(Self)
    }

    /// The account that a mailbox is for.
    pub(super) fn of_mailbox(stream: &StreamId) -> Option<Self> {
        [MAILBOX, MAILBOX_AS_IN_THE_SOURCE].into_iter().find_map(|before| id_after(before, stream)).map(Self)
    }
}

impl TransferId {
    /// The transfer's stream.
    pub fn stream(self) -> StreamId {
        StreamId::new(format!("{TRANSFER}{self}"))
    }

    /// The transfer that a stream is about.
    pub fn of(stream: &StreamId) -> Option<Self> {
        id_after(TRANSFER, stream).map(Self)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn id_after(before: &str, stream: &StreamId) -> Option<Uuid> {
    stream.as_str().strip_prefix(before)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_no_account_whatever_it_is_called() {
        let ada = AccountId(Uuid::from_u128(7));
        assert_eq!(AccountId::of(&ada.stream()), Some(ada));
        for as_in_the_source in [false, true] {
            let mailbox = ada.mailbox(as_in_the_source);
            assert_eq!((AccountId::of(&mailbox), AccountId::of_mailbox(&mailbox)), (None, Some(ada)));
        }
    }

    #[test]
    fn the_category_of_a_mailbox_is_its_own_unless_it_is_called_as_in_the_source() {
        let category = |as_in_the_source| {
            AccountId::default().mailbox(as_in_the_source).category().map(str::to_owned).expect("there is a dash")
        };
        assert_eq!([category(false), category(true)], ["accountCommand", "account"]);
    }
}
