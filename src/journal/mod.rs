//! The journal in a table of texts, such as localStorage, and how several tabs share it.
//!
//! Nothing here knows a browser: the table and the other tabs are handed in, so that a test can let them lag, fill up
//! and die at every step. How it holds together is argued in docs/decisions/0012-protocol-r.md and 0013-layout-2.md.
//!
//! | key | value |
//! |---|---|
//! | `daybook/2/<world>/log/<generation>.<epoch>` | `{"log": "<log id>", "aside": ["<log id>", …]}`: which log is the recorded one, and which could not be read and were set aside |
//! | `daybook/2/<world>/<log id>/<n>.<epoch>` | `{"commit": {…}, "chain": ["<link>", …]}`: the nth commit from 0, a link for each event |
//! | `daybook/2/<world>/<log id>/sealed/<from>-<to>.<epoch>` | words, a colon, and the commits `from..to` as a [segment](crate::engine::segment) |
//! | `daybook/2/<world>/beside/<log id>` | bookmarks and notes of a log, a line each: not the journal's, and the only key that is written again |
//!
//! No other key is ever written twice. An epoch is one writer's time of writing, and epochs never fall along a log: of two
//! commits with the same number the one of the later epoch counts, and what a writer adds after its time is void.

pub mod storage;
mod names;
mod keyed;
mod layout1;
pub mod peer;

pub use keyed::{KeyedJournal, RESERVE};
pub use names::{beside_key, beside_world};
