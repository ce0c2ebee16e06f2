//! A chain of hashes over what was recorded.
//!
//! Each link is SHA-256 over the link before it and one event, so that a change to any event changes every link after
//! it. What is hashed, in this order, with nothing between:
//!
//! | bytes | what |
//! |---|---|
//! | 32 | the link before; before the first event SHA-256 of `daybook chain 1` and the 16 bytes of the log's id |
//! | 8 | position, big-endian |
//! | 8 | revision, big-endian |
//! | 16 | event id |
//! | 8 + n | stream: length in bytes, big-endian, then UTF-8 |
//! | 8 + n | kind, likewise |
//! | 8 + n | data, likewise, exactly as stored |
//! | 8 + n | metadata, likewise: its JSON with the names in the order of [`Metadata`](crate::Metadata), extras sorted |
//!
//! What it does not prove: whoever can edit the storage can compute the whole chain anew. A head that was written down
//! elsewhere, on the blackboard say, can't be computed away.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::commit::LogId;
use crate::event::RecordedEvent;

/// One link of the chain; as text 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Link([u8; 32]);

impl Link {
    /// The link before a log's first event.
    pub fn genesis(log: LogId) -> Self {
        Self(Sha256::new().chain_update(b"daybook chain 1").chain_update(log.0.as_bytes()).finalize().into())
    }

    /// The link after one more event.
    #[must_use]
    pub fn then(self, event: &RecordedEvent) -> Self {
        let mut hash = Sha256::new_with_prefix(self.0);
        hash.update(event.position.0.to_be_bytes());
        hash.update(event.revision.0.to_be_bytes());
        hash.update(event.id.as_bytes());
        let metadata = serde_json::to_string(&event.metadata).unwrap_or_default();
        for text in [event.stream.as_str(), &event.kind, event.data.get(), &metadata] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        Self(hash.finalize().into())
    }

    /// Its 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The link of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The first eight digits: short enough to write on a blackboard.
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({})", self.short())
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.to_string()
    }
}

impl TryFrom<String> for Link {
    type Error = BadLink;

    fn try_from(text: String) -> Result<Self, BadLink> {
        text.parse()
    }
}

impl FromStr for Link {
    type Err = BadLink;

    fn from_str(text: &str) -> Result<Self, BadLink> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(BadLink);
        }
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| BadLink)?;
        }
        Ok(Self(bytes))
    }
}

/// Text that is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 hexadecimal digits")]
pub struct BadLink;

#[cfg(test)]
mod tests {
    use serde_json::{from_str, value::RawValue};

    use super::*;

    const EVENT: &str = r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","stream":"account-1","revision":0,"position":0,
        "type":"MoneyDeposited","data":{"amount": 5000},"metadata":{"recordedAt":"2026-01-31T12:00:00.000Z",
        "correlationId":"01890a5d-ac96-774b-bcce-b302099a8057","causationId":"01890a5d-ac96-774b-bcce-b302099a8057",
        "actor":"you","schemaVersion":1,"reason":"birthday"}}"#;

    fn event() -> RecordedEvent {
        from_str(EVENT).expect("the test vector is an event")
    }

    #[test]
    fn the_test_vector_holds() {
        let genesis = Link::genesis(LogId(uuid::Uuid::nil()));
        assert_eq!(genesis.to_string(), VECTOR[0]);
        assert_eq!(genesis.then(&event()).to_string(), VECTOR[1]);
    }

    #[test]
    fn every_part_of_an_event_is_hashed() {
        let genesis = Link::genesis(LogId(uuid::Uuid::nil()));
        let changes: [fn(&mut RecordedEvent); 8] = [
            |event| event.position.0 += 1,
            |event| event.revision.0 += 1,
            |event| event.id = uuid::Uuid::max(),
            |event| event.stream = crate::StreamId::new("account-2"),
            |event| event.kind.push('!'),
            |event| event.data = RawValue::from_string(r#"{"amount":5000}"#.to_owned()).expect("JSON"),
            |event| event.metadata.actor.push('!'),
            |event| event.metadata.extra.clear(),
        ];
        for change in changes {
            let mut other = event();
            change(&mut other);
            assert_ne!(genesis.then(&other), genesis.then(&event()));
        }
    }

    /// Computed by another program (Python's hashlib) from the table above.
    const VECTOR: [&str; 2] = [
        "a17668dbdb5d43348bb94c636476225aca6e921da55c67bfbd135230ed8ab612",
        "752e9ef5a342c7bf0acec5e53a33193a07df4899aef1d8da0f0a8d5b8a231132",
    ];
}
