//! Closing the books: what a full log hands on to the next.
//!
//! The old log is exported and kept elsewhere; the new one says which log came before it, up to which head
//! of its chain, and what stood on every account. Then it carries each account over into its own stream, so that
//! deciding goes on.

use std::rc::Rc;

use daybook_engine::integrity::Link;
use daybook_engine::{LogId, StreamId};
use serde::{Deserialize, Serialize};

use super::account::{Account, Event};
use super::ids;
use crate::Closing;

/// What was handed on from one log to the next, as one fact: the opening balance sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BooksOpened {
    /// The log that was closed.
    pub previous_log: LogId,
    /// The head of its chain: an export of it that leads to the same head is the whole of it, and unchanged.
    pub head: Link,
    /// What stood on each account at its end, in the order in which they were opened.
    pub opening_balances: Vec<OpeningBalance>,
}

/// What stood on one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpeningBalance {
    /// Which account.
    pub account_id: Rc<str>,
    /// Whose it is.
    pub owner: Rc<str>,
    /// How much, in cents.
    pub balance: i64,
}

/// The events that open the next log, each with its stream; none if there is no account.
///
/// Closed accounts are carried over as well, so that they go on refusing as closed ones and nobody has to look into the
/// old log to know why.
pub fn carry_over(closing: &Closing, states: &[(&StreamId, &Account)]) -> Vec<(StreamId, Event)> {
    let carried: Vec<_> = states.iter().filter_map(|(stream, account)| carried(stream, account)).collect();
    if carried.is_empty() {
        return Vec::new();
    }
    let opened = BooksOpened {
        previous_log: closing.log,
        head: closing.head,
        opening_balances: states.iter().filter_map(|(stream, account)| balance(stream, account)).collect(),
    };
    let books = StreamId::new(format!("books-{}", closing.next));
    [(books, Event::BooksOpened(opened.into()))].into_iter().chain(carried).collect()
}

fn carried(stream: &StreamId, account: &Account) -> Option<(StreamId, Event)> {
    let (owner, number) = account.owner()?;
    let closed = matches!(account, Account::Closed { .. });
    let event =
        Event::AccountCarriedOver { owner: owner.clone(), number: number.clone(), balance: account.balance(), closed };
    Some((stream.clone(), event))
}

fn balance(stream: &StreamId, account: &Account) -> Option<OpeningBalance> {
    let (owner, _) = account.owner()?;
    Some(OpeningBalance { account_id: ids::account(stream).into(), owner: owner.clone(), balance: account.balance() })
}
