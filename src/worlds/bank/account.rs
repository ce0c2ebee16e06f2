//! An account, from opening to closing.
//!
//! Read it downwards: what happens, what it adds up to, what can be asked, what is refused, and the two functions that
//! tie them together. `MoneyDeposited` is the source's own name; the rules are Daybook's.

use std::rc::Rc;

use daybook_engine::{Decider, Event as _};
use serde::Serialize;
use uuid::Uuid;

use super::books::BooksOpened;
use crate::money::added;

/// What happened to an account, and to the books that all of them stand in. Amounts are whole cents, greater than 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Someone opened it.
    AccountOpened {
        /// Whose it is.
        owner: Rc<str>,
        /// Its number, for people.
        number: Rc<str>,
    },
    /// Money came in.
    MoneyDeposited {
        /// How much, in cents.
        amount: i64,
    },
    /// Money went out.
    MoneyWithdrawn {
        /// How much, in cents.
        amount: i64,
    },
    /// It was closed for good.
    AccountClosed {
        /// Why, if anyone said.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Rc<str>>,
    },
    /// A new log goes on from one that was closed. It belongs to no account.
    BooksOpened(Rc<BooksOpened>),
    /// It was carried over from the log before: what stands there in full, here in one line.
    AccountCarriedOver {
        /// Whose it is.
        owner: Rc<str>,
        /// Its number, for people.
        number: Rc<str>,
        /// What was on it, in cents; below nothing only if the log before came from elsewhere.
        balance: i64,
        /// Whether it had been closed.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        closed: bool,
    },
}

/// What an account's events add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Account {
    /// Nothing has happened yet.
    #[default]
    Unopened,
    /// It is in use.
    Open {
        /// Whose it is.
        owner: Rc<str>,
        /// Its number, for people.
        number: Rc<str>,
        /// What is on it, in cents.
        balance: i64,
    },
    /// It was closed.
    Closed {
        /// Whose it was.
        owner: Rc<str>,
        /// Its number, for people.
        number: Rc<str>,
        /// What is left on it, in cents: nothing, unless a log from elsewhere says otherwise.
        balance: i64,
    },
}

/// What can be asked of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open it, perhaps with money on it.
    OpenAccount {
        /// Which account: the lab's stamp says.
        account: Uuid,
        /// Its number for people: the lab's stamp says.
        number: Rc<str>,
        /// Whose it shall be.
        owner: Rc<str>,
        /// What shall be on it at once, in cents; 0 for nothing.
        opening_deposit: i64,
    },
    /// Put money in.
    Deposit {
        /// Which account.
        account: Uuid,
        /// How much, in cents.
        amount: i64,
    },
    /// Take money out.
    Withdraw {
        /// Which account.
        account: Uuid,
        /// How much, in cents.
        amount: i64,
    },
    /// Close it for good.
    CloseAccount {
        /// Which account.
        account: Uuid,
        /// Why, if anyone says.
        reason: Option<Rc<str>>,
    },
}

/// Why an account says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody has opened it.
    NotOpened,
    /// It is there already.
    AlreadyOpened,
    /// It was closed.
    AlreadyClosed,
    /// An owner needs a name, of at most [`OWNER_MOST`] characters. Holds how many it had.
    OwnerLength(usize),
    /// An opening deposit below nothing. Holds it, in cents.
    NegativeOpening(i64),
    /// An amount must be greater than 0. Holds it, in cents.
    NotPositive(i64),
    /// There is not so much on the account.
    Overdraft {
        /// What is there, in cents.
        balance: i64,
        /// What was asked for, in cents.
        amount: i64,
    },
    /// The balance would pass 2^53 - 1 cents.
    TooMuch,
    /// There is still money on it. Holds how much, in cents.
    NotEmpty(i64),
    /// A reason is at most [`REASON_MOST`] characters long. Holds how many it had.
    ReasonLength(usize),
}

/// The longest owner's name, in characters.
pub const OWNER_MOST: usize = 200;

/// The longest reason for closing, in characters.
pub const REASON_MOST: usize = 1000;

/// Decides for accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bank {
    /// Whether amounts are let pass as they are, as the source does: below nothing, and more than there is.
    pub is_lax: bool,
}

impl Decider for Bank {
    type Command = Command;
    type Event = Event;
    type State = Account;
    type Refusal = Refusal;

    #[inline]
    fn initial_state(&self) -> Account {
        Account::Unopened
    }

    fn decide(&self, command: &Command, account: &Account) -> Result<Vec<Event>, Refusal> {
        match (command, account) {
            (Command::OpenAccount { number, owner, opening_deposit, .. }, Account::Unopened) => {
                open(owner, number, *opening_deposit)
            }
            (Command::OpenAccount { .. }, Account::Open { .. } | Account::Closed { .. }) => Err(Refusal::AlreadyOpened),
            (_, Account::Unopened) => Err(Refusal::NotOpened),
            (_, Account::Closed { .. }) => Err(Refusal::AlreadyClosed),
            (Command::Deposit { amount, .. }, Account::Open { balance, .. }) => {
                Ok(vec![deposited(*balance, self.checked(*amount)?)?])
            }
            (Command::Withdraw { amount, .. }, Account::Open { balance, .. }) => {
                let amount = self.checked(*amount)?;
                if amount > *balance && !self.is_lax {
                    return Err(Refusal::Overdraft { balance: *balance, amount });
                }
                added(*balance, amount.saturating_neg()).ok_or(Refusal::TooMuch)?;
                Ok(vec![Event::MoneyWithdrawn { amount }])
            }
            (Command::CloseAccount { .. }, Account::Open { balance, .. }) if *balance != 0 => {
                Err(Refusal::NotEmpty(*balance))
            }
            (Command::CloseAccount { reason, .. }, Account::Open { .. }) => {
                let length = reason.as_ref().map_or(0, |reason| reason.chars().count());
                if length > REASON_MOST {
                    return Err(Refusal::ReasonLength(length));
                }
                Ok(vec![Event::AccountClosed { reason: reason.clone() }])
            }
        }
    }

    #[inline]
    fn evolve(&self, account: Account, event: &Event) -> Account {
        match event {
            Event::AccountOpened { owner, number } => account.opened(owner, number),
            Event::MoneyDeposited { .. } | Event::MoneyWithdrawn { .. } => account.moved(event.amount()),
            Event::AccountClosed { .. } => account.closed(),
            Event::BooksOpened(_) => account,
            Event::AccountCarriedOver { owner, number, balance, closed } => {
                account.carried_over(owner, number, *balance, *closed)
            }
        }
    }
}

/// How facts change an account. No rule is asked: a log from elsewhere may hold what `decide` never would, and what
/// happened, happened. So the balance is always the sum of the amounts, whatever the order.
impl Account {
    /// What is on it, in cents.
    #[inline]
    pub fn balance(&self) -> i64 {
        match self {
            Self::Unopened => 0,
            Self::Open { balance, .. } | Self::Closed { balance, .. } => *balance,
        }
    }

    /// Whose it is and its number, once anything has happened to it.
    pub(super) fn owner(&self) -> Option<(&Rc<str>, &Rc<str>)> {
        match self {
            Self::Unopened => None,
            Self::Open { owner, number, .. } | Self::Closed { owner, number, .. } => Some((owner, number)),
        }
    }

    #[inline]
    fn moved(self, by: i64) -> Self {
        match self {
            Self::Open { owner, number, balance } => Self::Open { owner, number, balance: balance + by },
            Self::Closed { owner, number, balance } => Self::Closed { owner, number, balance: balance + by },
            Self::Unopened => Self::nameless(by),
        }
    }

    // The rest is rare beside money that comes and goes: `cold` keeps it out of the loop of a replay.

    #[cold]
    fn opened(self, owner: &Rc<str>, number: &Rc<str>) -> Self {
        Self::Open { owner: owner.clone(), number: number.clone(), balance: self.balance() }
    }

    #[cold]
    fn carried_over(self, owner: &Rc<str>, number: &Rc<str>, balance: i64, closed: bool) -> Self {
        let account = self.moved(balance).opened(owner, number);
        if closed { account.closed() } else { account }
    }

    #[cold]
    fn nameless(balance: i64) -> Self {
        Self::Open { owner: "".into(), number: "".into(), balance }
    }

    #[cold]
    fn closed(self) -> Self {
        match self {
            Self::Unopened => Self::Closed { owner: "".into(), number: "".into(), balance: 0 },
            Self::Open { owner, number, balance } | Self::Closed { owner, number, balance } => {
                Self::Closed { owner, number, balance }
            }
        }
    }
}

fn open(owner: &Rc<str>, number: &Rc<str>, opening_deposit: i64) -> Result<Vec<Event>, Refusal> {
    let length = owner.trim().chars().count();
    if !(1..=OWNER_MOST).contains(&length) {
        return Err(Refusal::OwnerLength(length));
    }
    if opening_deposit < 0 {
        return Err(Refusal::NegativeOpening(opening_deposit));
    }
    let opened = Event::AccountOpened { owner: owner.trim().into(), number: number.clone() };
    let deposited = (opening_deposit > 0).then(|| deposited(0, opening_deposit)).transpose()?;
    Ok([opened].into_iter().chain(deposited).collect())
}

fn deposited(balance: i64, amount: i64) -> Result<Event, Refusal> {
    added(balance, amount).ok_or(Refusal::TooMuch)?;
    Ok(Event::MoneyDeposited { amount })
}

impl Bank {
    /// An amount that may be asked for.
    fn checked(self, amount: i64) -> Result<i64, Refusal> {
        if amount > 0 || self.is_lax { Ok(amount) } else { Err(Refusal::NotPositive(amount)) }
    }
}
