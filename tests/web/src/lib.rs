//! Uses Daybook in a real browser, as a person does: by the role and name of what is on the page.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use daybook_web_tests::{Browser, dist, serve};
//!
//! let site = serve(&dist(), "/", 0)?;
//! let browser = Browser::start().await?;
//! browser.open(site.url()).await?;
//!
//! let actions = browser.page.region("Actions (Commands)").await?;
//! actions.fill("Amount", "50.00").await?;
//! actions.press("Deposit").await?;
//! browser.page.shows_status("deposited $50.00").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here sleeps for a fixed time: whatever is not there yet is looked for again until [`PATIENCE`] ends, and then
//! the error says what was there instead.

pub mod bank;
pub mod transfers;

mod axe;
mod browser;
mod driver;
mod engine;
mod page;
mod patience;
mod processes;
mod reader;
mod scene;
mod site;
mod tabs;
mod undriven;

pub use axe::Violation;
pub use browser::{Browser, LogEntry, No, Screen, Tab};
pub use engine::Engine;
pub use fantoccini::{elements::Element, key::Key};
pub use page::{Named, Part};
pub use patience::{PATIENCE, wait_until};
pub use processes::Process;
pub use reader::{Heard, Reader};
pub use scene::Scene;
pub use site::{Answer, Asked, Site, dist, serve, serve_with};
pub use tabs::{GROW, GROWTH, OwnTab};
pub use undriven::Undriven;
