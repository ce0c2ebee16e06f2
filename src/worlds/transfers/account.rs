//! An account: money comes and goes, and for one transfer only once.
//!
//! Read it downwards. What it does twice for nobody it has to remember: a message may be delivered again, so the account
//! keeps the ids of the transfers it has served.

use std::collections::BTreeSet;
use std::rc::Rc;

use daybook_engine::Decider;
use serde::Serialize;

use super::ids::{AccountId, TransferId};
use crate::money::added;

/// What happened to an account. Amounts are whole cents, greater than 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Event {
    /// Someone has one now.
    AccountCreated {
        /// What people call it: in the source a number, here often a name.
        #[serde(rename = "accountNumber")]
        number: Rc<str>,
    },
    /// Money came in.
    Deposited {
        /// How much, in cents.
        amount: i64,
        /// The transfer that brought it, if one did.
        #[serde(rename = "transferId", skip_serializing_if = "Option::is_none")]
        transfer: Option<TransferId>,
        /// Whether that transfer failed, and this is its money back.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        refund: bool,
    },
    /// Money went out.
    Withdrawn {
        /// How much, in cents.
        amount: i64,
        /// The transfer that took it, if one did.
        #[serde(rename = "transferId", skip_serializing_if = "Option::is_none")]
        transfer: Option<TransferId>,
    },
}

/// What an account's events add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Account {
    /// Nobody has one by this id.
    #[default]
    Missing,
    /// It is in use.
    Created(Page),
}

/// What stands on an account's page of the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What people call it.
    pub number: Rc<str>,
    /// What is on it, in cents.
    pub balance: i64,
    /// The transfers that took money from it.
    pub withdrawn: Rc<BTreeSet<TransferId>>,
    /// The transfers that brought money to it, or brought it back.
    pub deposited: Rc<BTreeSet<TransferId>>,
}

/// What can be asked of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Begin one.
    CreateAccount {
        /// Which account.
        account: AccountId,
        /// What people shall call it.
        number: Rc<str>,
    },
    /// Put money in.
    Deposit {
        /// Which account.
        account: AccountId,
        /// How much, in cents.
        amount: i64,
        /// The transfer that brings it, if one does.
        transfer: Option<TransferId>,
        /// Whether that transfer failed, and this is its money back.
        refund: bool,
    },
    /// Take money out.
    Withdraw {
        /// Which account.
        account: AccountId,
        /// How much, in cents.
        amount: i64,
        /// The transfer that takes it, if one does.
        transfer: Option<TransferId>,
    },
}

/// Why an account says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody has such an account.
    Missing,
    /// There is one of this id.
    AlreadyCreated,
    /// Its number has 1 to [`NUMBER_MOST`] characters. Holds how many it had.
    NumberLength(usize),
    /// An amount must be greater than 0. Holds it, in cents.
    NotPositive(i64),
    /// There is not so much on the account.
    Overdraft {
        /// What is there, in cents.
        balance: i64,
        /// What was asked for, in cents.
        amount: i64,
    },
    /// The balance would pass 2^53 - 1 cents, above nothing or below.
    TooMuch,
}

/// The longest account number, in characters.
pub const NUMBER_MOST: usize = 200;

/// Decides for accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accounts {
    /// As in the source: what is taken out need not be there.
    pub overdraft: bool,
    /// As in the source: a command that comes again is done again.
    pub repeat: bool,
}

impl Decider for Accounts {
    type Command = Command;
    type Event = Event;
    type State = Account;
    type Refusal = Refusal;

    fn initial_state(&self) -> Account {
        Account::Missing
    }

    fn decide(&self, command: &Command, account: &Account) -> Result<Vec<Event>, Refusal> {
        match (command, account) {
            (Command::CreateAccount { number, .. }, Account::Missing) => create(number),
            (Command::CreateAccount { .. }, Account::Created(_)) => Err(Refusal::AlreadyCreated),
            (Command::Deposit { .. } | Command::Withdraw { .. }, Account::Missing) => Err(Refusal::Missing),
            (Command::Deposit { transfer, .. }, Account::Created(page)) if self.is_done(*transfer, &page.deposited) => {
                Ok(Vec::new())
            }
            (Command::Withdraw { transfer, .. }, Account::Created(page))
                if self.is_done(*transfer, &page.withdrawn) =>
            {
                Ok(Vec::new())
            }
            (&Command::Deposit { amount, transfer, refund, .. }, Account::Created(page)) => {
                added(page.balance, positive(amount)?).ok_or(Refusal::TooMuch)?;
                Ok(vec![Event::Deposited { amount, transfer, refund }])
            }
            (&Command::Withdraw { amount, transfer, .. }, Account::Created(page)) => {
                if positive(amount)? > page.balance && !self.overdraft {
                    return Err(Refusal::Overdraft { balance: page.balance, amount });
                }
                added(page.balance, -amount).ok_or(Refusal::TooMuch)?;
                Ok(vec![Event::Withdrawn { amount, transfer }])
            }
        }
    }

    fn evolve(&self, account: Account, event: &Event) -> Account {
        let mut page = account.into_page();
        match event {
            Event::AccountCreated { number } => page.number = number.clone(),
            Event::Deposited { amount, transfer, .. } => {
                page.balance += amount;
                remember(&mut page.deposited, *transfer);
            }
            Event::Withdrawn { amount, transfer } => {
                page.balance -= amount;
                remember(&mut page.withdrawn, *transfer);
            }
        }
        Account::Created(page)
    }
}

impl Accounts {
    fn is_done(self, transfer: Option<TransferId>, done: &BTreeSet<TransferId>) -> bool {
        !self.repeat && transfer.is_some_and(|transfer| done.contains(&transfer))
    }
}

impl Account {
    /// What is on it, in cents.
    pub fn balance(&self) -> i64 {
        match self {
            Self::Missing => 0,
            Self::Created(page) => page.balance,
        }
    }

    /// Money that came to an account that nobody created counts, too: it is on a page without a name.
    fn into_page(self) -> Page {
        match self {
            Self::Missing => Page::default(),
            Self::Created(page) => page,
        }
    }
}

/// A set is copied only if somebody else looks at it, a keyframe for example.
fn remember(done: &mut Rc<BTreeSet<TransferId>>, transfer: Option<TransferId>) {
    if let Some(transfer) = transfer {
        Rc::make_mut(done).insert(transfer);
    }
}

fn create(number: &str) -> Result<Vec<Event>, Refusal> {
    let number = number.trim();
    match number.chars().count() {
        1..=NUMBER_MOST => Ok(vec![Event::AccountCreated { number: number.into() }]),
        length => Err(Refusal::NumberLength(length)),
    }
}

fn positive(amount: i64) -> Result<i64, Refusal> {
    if amount > 0 { Ok(amount) } else { Err(Refusal::NotPositive(amount)) }
}
