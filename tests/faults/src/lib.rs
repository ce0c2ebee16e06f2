//! Kills, freezes, closes and reloads tabs in separate processes while they append to one log, and then counts what was
//! lost, doubled or torn.
//!
//! Everything is asked by the page's console API alone. Each page has an [agent](schedule) that asks this test's own
//! host what to append and tells every answer at once, so an acknowledgement counts from the moment the page knew of it,
//! even if its process is killed the next instant. A request without an answer is asked again from another tab, with the
//! same ids. At the end all tabs are closed, a new one is opened, and what it reads is [checked](check).

pub mod check;
pub mod dice;
pub mod report;
pub mod schedule;
pub mod trial;

mod flock;
mod host;

pub use report::Report;
pub use trial::{Fault, Plan, Trial};
