//! Transfers: money that leaves one account and reaches another, though no decider sees both.
//!
//! Read the files in this order. An account and a transfer are two deciders that know nothing of each other; put side by
//! side they are one; and a process carries the money from stream to stream, one message at a time.
//!
//! | file | the idea |
//! |---|---|
//! | [`account`] | an account, which does nothing twice for the same transfer |
//! | [`transfer`] | a transfer: which step comes next, and what a failure costs |
//! | `mailbox` | commands that are written into streams: wishes, not facts |
//! | `both` | two deciders make one |
//! | `process` | who reads the log and asks for the next step |
//!
//! Names, streams and steps are those of the source. It has no failure, no refund and no guard against a second delivery;
//! those were added by Daybook, and each can be switched off to see what comes of it.

mod ids;
pub mod account;
pub mod transfer;
mod mailbox;
mod both;
mod process;
mod data;
mod words;
mod wishes;
mod opening;
mod trial;

pub use both::{Command, Event, Refusal, State, Transfers};
pub use ids::{AccountId, TransferId};
pub use mailbox::{Sum, Wish};
pub use process::{ACCOUNTS, TRANSFERS};

#[cfg(test)]
mod specs;
