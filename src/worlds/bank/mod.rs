//! The bank: accounts that are opened, filled, emptied and closed.

mod ids;
mod account;
mod data;
mod books;
mod questions;
mod wishes;
mod words;
mod opening;
mod big_day;
mod trial;

pub use account::{Account, Bank, Command, Event, OWNER_MOST, REASON_MOST, Refusal};
pub use books::{BooksOpened, OpeningBalance};

#[cfg(test)]
mod specs;
