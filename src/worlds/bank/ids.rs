//! Whom a stream is about.

use std::fmt::Display;

use daybook_engine::StreamId;

const ACCOUNT: &str = "account-";

/// An account's stream.
pub(super) fn stream(account: impl Display) -> StreamId {
    StreamId::new(format!("{ACCOUNT}{account}"))
}

/// The id of the account that a stream is about; the stream's whole name, if a log from elsewhere calls it otherwise.
pub(super) fn account(stream: &StreamId) -> &str {
    stream.as_str().strip_prefix(ACCOUNT).unwrap_or(stream.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_follows_the_first_account() {
        for id in ["1", "account-1", ""] {
            assert_eq!(account(&stream(id)), id);
        }
        assert_eq!(account(&StreamId::new("savings-1")), "savings-1");
    }
}
