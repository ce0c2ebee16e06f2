//! Parts without business words.

mod live;
mod dialog;

pub use dialog::Dialog;
pub use live::{flag, live, moving, spoken, text, when, whenever};
