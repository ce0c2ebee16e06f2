//! Parts without business words.

mod alert;
mod dialog;

pub use alert::Alert;
pub use dialog::Dialog;
