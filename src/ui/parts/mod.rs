//! Parts without business words.

mod live;
mod alert;
mod dialog;
mod focus;
mod fold;
mod input;
mod progress;
mod slice;

pub use alert::Wrong;
pub use dialog::Dialog;
pub use focus::{all, find, focus, focus_if_lost, focused};
pub use fold::fold;
pub use input::input;
pub use live::{flag, list, live, moving, spoken, text, when, whenever};
pub use progress::progress;
pub use slice::{afterwards, now, rest, slice};
