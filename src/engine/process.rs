//! A process manager: it reads what happened and answers with what is to be done next.
//!
//! A decider sees one stream. What must hold across streams, such as money that leaves one account and reaches another,
//! is carried from stream to stream by somebody who reads events and asks for the next step. In between, nothing holds:
//! that is what *eventually consistent* means, and the log shows every moment of it.

use uuid::Uuid;

use crate::event::{Position, Timestamp};
use crate::stream::StreamId;

/// What is delivered to somebody who reads a log.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a, E> {
    /// The event's id.
    pub id: Uuid,
    /// Its place in the log.
    pub position: Position,
    /// Its stream.
    pub stream: &'a StreamId,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What it says.
    pub event: &'a E,
}

/// What a reader of messages wants to happen next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction<C, E> {
    /// A command, to be decided at once.
    Ask(C),
    /// A message put into a stream, for somebody else to read: a wish that is written down, not a fact.
    Send(StreamId, E),
}

/// The id of what follows from a message: the same each time the same reader is given it, so that a second delivery is
/// seen for what it is.
///
/// It keeps the message's time, and draws the rest from its id and the reader's name (FNV-1a, 64 bits twice): two
/// readers of one message answer under two ids, and neither runs into the ids that a command numbers its events with.
pub fn answer_id(message: Uuid, reader: &str) -> Uuid {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    // The time, the version and the variant stay where a UUIDv7 has them.
    const FIXED: u128 = 0xffff_ffff_ffff_f000_c000_0000_0000_0000;
    let hash = |basis: u64| {
        let bytes = message.as_bytes().iter().copied().chain(reader.bytes());
        bytes.fold(basis, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
    };
    let (high, low) = (hash(BASIS), hash(!BASIS));
    let drawn = u128::from(high) << 64 | u128::from(low);
    Uuid::from_u128(message.as_u128() & FIXED | drawn & !FIXED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_same_id_each_time_and_another_for_another_reader() {
        let message = Uuid::from_u128(0x0193_6a4e_8000_7abc_9def_0123_4567_89ab);
        let id = answer_id(message, "Transfers");
        assert_eq!(id, answer_id(message, "Transfers"));
        assert_ne!(id, answer_id(message, "Letters"));
        assert_eq!((id.get_version_num(), &id.as_bytes()[..6]), (7, &message.as_bytes()[..6]));
    }
}
