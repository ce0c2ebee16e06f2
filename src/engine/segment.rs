//! A run of commits in few bytes: like beside like, and nothing said twice.
//!
//! An event's JSON is some 600 bytes, most of them said before. Here each kind of thing has a column of its own, where
//! neighbours are alike; what follows from the event before is not written; names, and the wording of data, are written
//! once and then called by number. A deposit comes to about 20 bytes, ten of which are its id's chance and can't shrink.
//!
//! | bytes | what |
//! |---|---|
//! | 3 | `dbk` |
//! | 1 | the format's version: 1. These four bytes and the last eight stay where they are in every version |
//! | 16 | log id |
//! | 32 | the chain's link before the first event |
//! | 32 | the link after the last |
//! | n | how many commits: a [varint](self#numbers) |
//! | n + m | each column in the order below: its length in bytes as a varint, then its numbers in [runs](self#numbers) |
//! | n + m | tails: length likewise, then the last ten bytes of each new id |
//! | n + m | letters: length likewise, then the templates end to end, UTF-8 |
//! | z | zeros, as many as the [room](self#room) asks for; mostly none |
//! | 8 | the first eight bytes of SHA-256 of everything before |
//!
//! # Columns
//!
//! A reader walks through commits, writes and events in order and takes the next number of each column where one is due.
//!
//! | nth | column | for each | says |
//! |---|---|---|---|
//! | 0 | writes | commit | how many writes |
//! | 1 | tracking | commit | 0: none. Else the subscription, a *name* + 1; then the position, *signed* from the one tracked before |
//! | 2 | streams | write | a *name* |
//! | 3 | expected | write | 0: what a stream is at before the write's first event (without events: any). 1: any. 2: no stream. 3: stream exists. 4: exact, then the revision |
//! | 4 | events | write | how many events |
//! | 5 | ids | event | an *id* |
//! | 6 | elsewhere | event | 0: its stream is the write's. Else a *name* + 1 |
//! | 7 | revisions | event | *signed* from the revision that comes next in this stream; the first is 0 |
//! | 8 | positions | event | *signed* from the position that comes next; the first is 0 |
//! | 9 | times | event | milliseconds, *signed* from those in its id if that is a `UUIDv7`, else from the time before |
//! | 10 | kinds | event | a *name* |
//! | 11 | data | event | a *text* |
//! | 12 | correlations | event | an *id* |
//! | 13 | causations | event | an *id* |
//! | 14 | actors | event | a *name* |
//! | 15 | schemas | event | the schema version |
//! | 16 | extras | event | 0: nothing. Else which of the extras + 1; a new one has the next number and stands in *values* |
//! | 17 | names | new name | a *text* |
//! | 18 | lengths | new template | its bytes among the letters |
//! | 19 | numbers | hole | a number; a time is *signed* from the time of the event at hand, in milliseconds |
//! | 20 | inner ids | hole | an *id* |
//! | 21 | values | new extra | how many members, then each one's name and value. 0: null. 1: false. 2: true. 3: a number from 0 up follows. 4: a negative one, *signed*. 5: the bits of a float. 6: text, a *name*. 7: a list, its length, its values. 8: an object like the extra itself |
//!
//! - A *name* is a number: names are numbered from 0 as they first occur, and the next unused number says that here is a
//!   new one, unlike all others. Streams, kinds, actors, subscriptions and all strings in extras are names.
//! - A *text* is the number of a template, numbered likewise, and what fills its holes, from left to right. In a template
//!   the character U+0001 stands for an unsigned integer, U+0002 for an id in lower case with hyphens, U+0003 for a time
//!   such as `2026-01-31T12:00:00.000Z`; U+0004 says that the character after it, one of these four, stands for itself.
//! - An *id* is 0: one more than the id before it in this column (the first: than zero). Or 2n + 1: the id that was new n
//!   ids ago, 1 for the latest. Or 2n + 2: a new one whose first 48 bits differ by n, *signed*, from those of the id before
//!   it in this column; the rest stands in the tails. An id that is one more is new as well.
//! - *Signed*: a difference, wrapping at 64 bits, as 0, -1, 1, -2, 2 are written 0, 1, 2, 3, 4.
//!
//! # Numbers
//!
//! A varint has seven bits a byte, the lowest first; the high bit says that another byte follows. A column is a sequence of
//! runs, and a run begins with a varint: 2n, and n numbers follow; or 2n + 1, and the one number that follows stands n
//! times. All are varints.
//!
//! # Room
//!
//! Repetition is cheap to write, so a few bytes could ask for endless memory. Therefore a segment may unpack to 2^20 bytes
//! and 64 more for each of its own; a reader stops there. A log that repeats itself beyond that is filled up with zeros
//! until it may. Alike on every machine, a commit is reckoned as 96 bytes, a write as 96, an event as 256, a new name as 64,
//! an item of a list as 64, an object as 640 and each of its members as 128; texts as their length wherever they stand, and
//! names once more where they are new. An extra counts where it is new and for each event that has it.

use sha2::{Digest, Sha256};

use crate::commit::{Commit, LogId, Write};
use crate::event::RecordedEvent;
use crate::integrity::Link;

mod batch;
mod numbers;
mod pack;
mod template;
mod unpack;

pub use batch::Batch;

/// Consecutive commits of one log, and where they hang in its chain.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The log of all the commits.
    pub log: LogId,
    /// The chain's link before the first event.
    pub before: Link,
    /// The link after the last event.
    pub head: Link,
    /// The commits, in order.
    pub commits: Vec<Commit>,
}

impl Segment {
    /// The commits in few bytes. They come back as they were, bit for bit, save that each belongs to this segment's log.
    ///
    /// Values nested more than 128 deep in an event's further metadata don't come back; no JSON reader gives such.
    pub fn pack(&self) -> Vec<u8> {
        pack::pack(self)
    }

    /// The commits of a packed segment. Takes bytes from anywhere, in bounded time and memory.
    pub fn unpack(bytes: &[u8]) -> Result<Self, BadSegment> {
        let batch = Batch::unpack(bytes)?;
        Ok(Self { log: batch.log, before: batch.before, head: batch.head, commits: batch.commits() })
    }
}

/// Bytes or text that hold no segment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSegment {
    /// Something else altogether.
    #[error("expected a segment, which begins with the bytes of `dbk`, found something else")]
    Foreign,
    /// It was cut short or changed.
    #[error("expected bytes that give the checksum at their end, found others: they were cut short or changed")]
    Damaged,
    /// A whole segment, of a format that is not known here.
    #[error("expected a segment of format {VERSION}, found format {0}: a newer Daybook can read it")]
    Newer(u8),
    /// It does not say what a segment says, though its checksum holds.
    #[error("expected {0}, found something else")]
    Malformed(&'static str),
    /// It would take more memory than a segment of its length may.
    #[error("expected at most 64 bytes of events for each byte of the segment, found more")]
    TooMuch,
    /// Text that no bytes are written as.
    #[error("expected only letters that bytes are written in, found another at letter {0}")]
    Letter(usize),
}

/// Adds the checksum that every segment ends with.
///
/// For tests that change a segment: with the right checksum a reader looks further.
pub fn seal(bytes: &mut Vec<u8>) {
    let checksum = checksum(bytes);
    bytes.extend(checksum);
}

const MAGIC: &[u8; 3] = b"dbk";
const VERSION: u8 = 1;

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let hash = Sha256::digest(bytes);
    std::array::from_fn(|nth| hash[nth])
}

/// The columns of numbers, as the table above has them.
#[derive(Clone, Copy)]
enum Column {
    Writes,
    Tracking,
    Streams,
    Expected,
    Events,
    Ids,
    Elsewhere,
    Revisions,
    Positions,
    Times,
    Kinds,
    Data,
    Correlations,
    Causations,
    Actors,
    Schemas,
    Extras,
    Names,
    Lengths,
    Numbers,
    InnerIds,
    Values,
}

const COLUMNS: usize = Column::Values as usize + 1;

/// How [`Expected`](Column::Expected) is written.
mod expected {
    pub(super) const FOLLOWS: u64 = 0;
    pub(super) const ANY: u64 = 1;
    pub(super) const NO_STREAM: u64 = 2;
    pub(super) const STREAM_EXISTS: u64 = 3;
    pub(super) const EXACT: u64 = 4;
}

/// How [`Values`](Column::Values) begin.
mod value {
    pub(super) const NULL: u64 = 0;
    pub(super) const FALSE: u64 = 1;
    pub(super) const TRUE: u64 = 2;
    pub(super) const WHOLE: u64 = 3;
    pub(super) const NEGATIVE: u64 = 4;
    pub(super) const FLOAT: u64 = 5;
    pub(super) const TEXT: u64 = 6;
    pub(super) const LIST: u64 = 7;
    pub(super) const OBJECT: u64 = 8;
    /// How deep values may lie in each other.
    pub(super) const DEEPEST: u32 = 128;
}

/// What things take in memory, in bytes, without their texts.
struct Weight;

impl Weight {
    const COMMIT: u64 = 96;
    const WRITE: u64 = 96;
    const EVENT: u64 = 256;
    const NAME: u64 = 64;
    const VALUE: u64 = 64;
    const OBJECT: u64 = 640;
    const MEMBER: u64 = 128;

    /// What a segment of `length` bytes may weigh.
    fn limit(length: usize) -> u64 {
        Self::FREE + Self::PER_BYTE * length as u64
    }

    /// The bytes that a segment needs in order to weigh so much.
    fn needs(weight: u64) -> usize {
        usize::try_from(weight.saturating_sub(Self::FREE).div_ceil(Self::PER_BYTE)).unwrap_or(usize::MAX)
    }

    const FREE: u64 = 1 << 20;
    const PER_BYTE: u64 = 64;
}

const _: () = {
    assert!(size_of::<Commit>() <= Weight::COMMIT as usize);
    assert!(size_of::<Write>() <= Weight::WRITE as usize);
    assert!(size_of::<RecordedEvent>() <= Weight::EVENT as usize);
};

#[cfg(test)]
mod tests {
    use serde_json::{from_str, to_string};

    use super::*;

    const COMMITS: &str = r#"[{"log":"01890a5d-ac96-774b-bcce-b302099a8057","writes":[{"stream":"account-7","expected":
        "noStream","events":[{"id":"01890a5d-ac97-774b-bcce-b302099a8057","stream":"account-7","revision":0,"position":40,
        "type":"AccountOpened","data":{"owner": "Ada 🦉"},"metadata":{"recordedAt":"2023-06-30T02:29:22.207Z",
        "correlationId":"01890a5d-ac97-774b-bcce-b302099a8057","causationId":"01890a5d-ac97-774b-bcce-b302099a8057",
        "actor":"you","schemaVersion":1}},{"id":"01890a5d-ac97-774b-bcce-b302099a8058","stream":"account-7","revision":1,
        "position":41,"type":"MoneyDeposited","data":{"amount":5000},"metadata":{"recordedAt":"2023-06-30T02:29:22.207Z",
        "correlationId":"01890a5d-ac97-774b-bcce-b302099a8057","causationId":"01890a5d-ac97-774b-bcce-b302099a8057",
        "actor":"you","schemaVersion":1,"reason":{"rate":-0.5,"said":["gift",null,-3]}}}]}]},
        {"log":"01890a5d-ac96-774b-bcce-b302099a8057","writes":[],"tracking":{"subscription":"Ledger","position":9}}]"#;

    fn segment() -> Segment {
        let commits: Vec<Commit> = from_str(COMMITS).expect("commits");
        let log = commits[0].log;
        Segment { log, before: Link::genesis(log), head: Link::from_bytes([7; 32]), commits }
    }

    #[test]
    fn the_test_vector_holds() {
        let packed = segment().pack();
        let digits = VECTOR.concat();
        let vector = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16));
        assert_eq!(Ok(packed.clone()), vector.collect());
        let unpacked = Segment::unpack(&packed).expect("what was packed");
        let commits: Vec<Commit> = from_str(COMMITS).expect("commits");
        assert_eq!(to_string(&unpacked.commits).expect("JSON"), to_string(&commits).expect("JSON"));
        assert_eq!((unpacked.log, unpacked.before), (segment().log, segment().before));
        assert_eq!(unpacked.head, segment().head);
    }

    #[test]
    fn damage_and_novelty_are_told_apart() {
        let packed = segment().pack();
        let unpacked = |change: fn(&mut Vec<u8>)| {
            let mut bytes = packed.clone();
            bytes.truncate(bytes.len() - 8);
            change(&mut bytes);
            seal(&mut bytes);
            Segment::unpack(&bytes).map(|_| ())
        };
        assert_eq!(unpacked(|_| {}), Ok(()));
        assert_eq!(unpacked(|bytes| bytes[3] = 2), Err(BadSegment::Newer(2)));
        assert_eq!(unpacked(|bytes| bytes[0] = b'D'), Err(BadSegment::Foreign));
        assert_eq!(unpacked(|bytes| bytes.push(0)), Ok(()), "zeros are room");
        assert!(matches!(unpacked(|bytes| bytes.push(1)), Err(BadSegment::Malformed(_))));
        for at in 0..packed.len() {
            let mut bytes = packed.clone();
            bytes[at] ^= 1;
            assert_eq!(
                Segment::unpack(&bytes).err(),
                Some(if at < 3 { BadSegment::Foreign } else { BadSegment::Damaged })
            );
            assert!(Segment::unpack(&packed[..at]).is_err());
        }
    }

    /// Read back to the same commits by another program, written in Python from the tables above.
    const VECTOR: [&str; 7] = [
        "64626b0101890a5dac96774bbcceb302099a80575e5a934ea3077f2e24c9377374242efaa3992e7e0474a9c2527ae39a82a560f7",
        "07070707070707070707070707070707070707070707070707070707070707070203040100040600091202020002020002020209",
        "04dee4dacbc2c401000304000003040000030450000904efcfdb03efcfdb03030401030304020503040305030403050304020203",
        "040101030400010a1200010304060708090a0c0e090d15030e0c0607040206040407882700191e01040802050580808080808080",
        "f0bf0106070306070004050a774bbcceb302099a8057606163636f756e742d014163636f756e744f70656e65647b226f776e6572",
        "223a202241646120f09fa689227d796f754d6f6e65794465706f73697465647b22616d6f756e74223a017d726561736f6e726174",
        "6573616964676966744c6564676572aef9f409eb4c8a40",
    ];
}
