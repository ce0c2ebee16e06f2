//! Parts without business words.

mod live;
mod dialog;
mod focus;
mod progress;
mod wrong;

pub use dialog::Dialog;
pub use focus::{find, focus, focus_if_lost, focused};
pub use live::{flag, live, moving, spoken, text, when, whenever};
pub use progress::progress;
pub use wrong::{Wrong, alert_of};
