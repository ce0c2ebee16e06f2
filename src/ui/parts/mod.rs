//! Parts without business words.

mod live;
mod dialog;

pub use dialog::Dialog;
pub use live::{flag, live, spoken, text, when};
