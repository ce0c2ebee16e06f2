//! The lab for those who look and click: shows and asks, never decides.
//!
//! `index.html` draws the frame of the page; what changes is drawn into it from here (`frame`). A folder is a region of
//! the page. What is shown is read from the lab anew whenever it says that something changed; nothing derived is kept.

pub mod address;
mod desk;
mod frame;
mod first_page;
mod lab;
mod between;
mod ask;
mod recorded;
mod follows;
mod twin;
mod ribbon;
mod drawers;
mod files;
mod behind;
mod chain;
mod story;
mod keys;
mod parts;

use leptos::prelude::*;

use crate::browser::Keeping;
use crate::lab::Lab;
use behind::Behind;
pub use behind::{Fetch, PAGES, Pages};
pub use desk::Changed;
use desk::Desk;
use ribbon::Player;

/// Draws the page into the document: what changes into its frame, and the dialogs behind it. `fetch` gets what lies behind.
pub fn mount(lab: Lab, keeping: Keeping, changed: Changed, fetch: Fetch<&'static Pages>) {
    mount_to_body(move || {
        let desk = Desk::new(lab, keeping, changed);
        provide_context(desk);
        let behind = Behind::of(desk, fetch);
        provide_context(behind);
        address::follow(desk, behind);
        provide_context(Player::of(desk));
        behind.listen();
        keys::listen(desk);
        frame::fill(desk);
        story::listen(desk);
        ribbon::warn_before_leaving(desk);
        chain::check(desk);
        behind.once_here(|pages| (pages.dialogs)())
    });
}
