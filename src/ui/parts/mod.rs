//! Parts without business words.

mod live;
mod dialog;
mod focus;
mod fold;
mod input;
mod progress;

pub use dialog::Dialog;
pub use focus::{find, focus, focus_if_lost, focused};
pub use fold::fold;
pub use input::{Objected, alert_of, input};
pub use live::{flag, live, moving, spoken, text, when, whenever};
pub use progress::progress;
