//! Daybook: a laboratory for event sourcing that runs whole in one browser tab.
//!
//! Read the rooms in this order; each knows only those before it.
//!
//! | room | what is in it |
//! |---|---|
//! | [`engine`] | the pattern: events are recorded, state follows from them |
//! | [`worlds`] | the businesses, one folder each |
//! | [`crud`] | the twin: the same commands as UPDATE on a row |
//! | [`formats`] | logs as text, in and out |
//! | [`journal`] | the log in a table of texts, and the tabs that share it |
//! | [`lab`] | one running laboratory: commands, logs, time travel, branches |
//! | `browser` | thin adapters: localStorage, tabs, clock, chance |
//! | `console` | the lab for those who type |
//! | `ui` | the lab for those who look and click |
//!
//! The last three exist only when the target is the browser, so a test on this machine compiles the core alone.

pub use daybook_engine as engine;
pub use daybook_worlds as worlds;

pub mod crud;
pub mod formats;
pub mod journal;
pub mod lab;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod console;
#[cfg(target_arch = "wasm32")]
pub mod ui;
