//! The lab for those who look and click: shows and asks, never decides.
//!
//! `index.html` draws the frame of the page; what changes is drawn into it from here (`frame`). A folder is a region of
//! the page. What is shown is read from the lab anew whenever it says that something changed; nothing derived is kept.

pub mod address;
mod desk;
mod frame;
mod first_page;
mod lab;
mod ask;
mod recorded;
mod follows;
mod twin;
mod ribbon;
mod drawers;
mod files;
mod chain;
mod story;
mod keys;
mod parts;

use leptos::prelude::*;

use crate::browser::Keeping;
use crate::lab::Lab;
pub use desk::Changed;
use desk::Desk;
use drawers::find::Finding;
use ribbon::Player;

/// Draws the page into the document: what changes into its frame, and the dialogs behind it.
pub fn mount(lab: Lab, keeping: Keeping, changed: Changed) {
    mount_to_body(move || {
        let desk = Desk::new(lab, keeping, changed);
        provide_context(desk);
        address::follow(desk);
        files::provide();
        let finding = Finding::begin(desk);
        provide_context(finding);
        provide_context(Player::of(desk, finding));
        keys::listen(desk);
        frame::fill(desk);
        story::listen(desk);
        ribbon::warn_before_leaving(desk);
        chain::check(desk);
        drawers::what_if::warn_before_leaving(desk);
        (files::dialogs(), keys::sheet())
    });
}
