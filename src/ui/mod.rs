//! The lab for those who look and click: shows and asks, never decides.
//!
//! A folder is a region of the page. What is shown is read from the lab anew whenever it says that something changed;
//! nothing derived is kept here.

pub mod address;
mod desk;
mod page;
mod ask;
mod recorded;
mod follows;
mod twin;
mod ribbon;
mod files;
mod parts;

use leptos::prelude::*;

use crate::browser::Keeping;
use crate::lab::Lab;
pub use desk::Changed;
use desk::Desk;

/// Puts the page into the document.
pub fn mount(lab: Lab, keeping: Keeping, changed: Changed) {
    mount_to_body(move || {
        let desk = Desk::new(lab, keeping, changed);
        provide_context(desk);
        address::follow(desk);
        view! { <page::Page/> }
    });
}
