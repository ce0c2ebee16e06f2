//! The pattern: what happened is written down in order, and everything else follows from it.
//!
//! Read the modules in this order. None of them knows a business, a clock, chance, async or a browser; those are
//! handed in by the rooms to the right of this one.
//!
//! | module | the idea |
//! |---|---|
//! | [`decider`] | a command may be refused, an event is a fact, a state is what the facts add up to |
//! | [`event`] | what is recorded: an event with its place, its time and its cause |
//! | [`stream`] | where it is recorded: streams, revisions, and the guard against being overtaken |
//! | [`commit`] | the events of one append, all or nothing |
//! | [`store`] | the log in memory: plain in front, columns behind |
//! | [`handle`](mod@handle) | from a command to a commit, changing nothing |
//! | [`projection`] | views that follow the log, each event once |
//! | [`subscription`] | readers of a log, how far each has come, and what delivery can do to them |
//! | [`process`] | what happened in one stream leads to what is asked of another |
//! | [`snapshot`] | a state kept so that fewer events need to be read |
//! | [`upcast`] | old shapes of data, read as today's |
//! | [`integrity`] | a chain of hashes over what was recorded |
//! | [`journal`] | where commits become durable |
//! | [`segment`] | a run of commits in few bytes, for storage, links and workers |
//! | [`text`] | bytes as text, for storage and addresses |
//! | [`spec`] | given these events, when this command, then those events |

pub mod decider;
pub mod event;
pub mod stream;
pub mod commit;
pub mod store;
pub mod handle;
pub mod projection;
pub mod subscription;
pub mod process;
pub mod snapshot;
pub mod upcast;
pub mod integrity;
pub mod journal;
pub mod segment;
pub mod text;
pub mod spec;

mod column;

pub use commit::{Commit, LogId, Tracking, Write};
pub use decider::{Decider, fold};
pub use event::{Event, Metadata, Position, RecordedEvent, Timestamp, Unreadable};
pub use handle::{Envelope, Fact, Unhandled, handle};
pub use journal::{Journal, JournalError, MemoryJournal};
pub use process::{Message, Reaction, answer_id};
pub use projection::{Follow, Projection, Retell, States, Sums, Told, View};
pub use segment::{BadSegment, Batch, Segment};
pub use snapshot::{Loaded, Snapshots};
pub use store::{KindKey, NewEvent, Retold, Row, Store, StreamKey};
pub use stream::{ExpectedRevision, Revision, StreamId, WrongExpectedRevision};
pub use subscription::{Care, Delivery, Faults, Group, Subscription};
