//! A transfer: what was promised, and how far it has come.
//!
//! Read it downwards. It moves no money; it remembers what it was told, so that the next step is known whatever comes
//! again or late. The source has three steps, *initial*, *withdrawn* and *finished*. Failing and giving back were added
//! by Daybook: what was done in another stream can't be taken back, only made good by one more entry.

use std::rc::Rc;

use daybook_engine::Decider;
use serde::{Deserialize, Serialize};

use super::ids::{AccountId, TransferId};
use crate::money::MOST;

/// What happened to a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Someone asked for it.
    TransferInitiated(Order),
    /// The money has left the one account.
    TransferWithdrawn {},
    /// The money has reached the other account.
    TransferFinished {},
    /// An account said no.
    TransferFailed {
        /// What it said.
        reason: Rc<str>,
        /// Whether money had left already, and has to go back.
        refund: bool,
    },
    /// The money is back where it came from.
    TransferRefunded {},
}

/// How much, from where, and to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The account that gives.
    #[serde(rename = "fromAccountId")]
    pub from: AccountId,
    /// The account that gets.
    #[serde(rename = "toAccountId")]
    pub to: AccountId,
    /// How much, in cents; greater than 0.
    pub amount: i64,
}

/// What a transfer's events add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// Nobody asked for it.
    #[default]
    Unknown,
    /// Somebody did.
    Known {
        /// What was asked for.
        order: Order,
        /// How far it has come.
        status: Status,
    },
}

/// How far a transfer has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// No money has moved, as far as the transfer knows.
    Initial,
    /// The money is under way.
    Withdrawn,
    /// It has arrived.
    Finished,
    /// It won't arrive.
    Failed {
        /// What the account said.
        reason: Rc<str>,
        /// Whether money is under way back.
        refund: bool,
    },
    /// It did not arrive, and is back.
    Refunded {
        /// What the account said; nothing, if nobody noted why.
        reason: Option<Rc<str>>,
    },
}

/// What can be asked of a transfer: the first by anybody, the others by the process alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Begin it.
    InitiateTransfer {
        /// Which transfer.
        transfer: TransferId,
        /// How much, from where, and to where.
        order: Order,
    },
    /// Note that the money has left.
    RecordWithdrawal {
        /// Which transfer.
        transfer: TransferId,
    },
    /// Note that the money has arrived.
    RecordDeposit {
        /// Which transfer.
        transfer: TransferId,
    },
    /// Note that an account said no.
    FailTransfer {
        /// Which transfer.
        transfer: TransferId,
        /// What it said.
        reason: Rc<str>,
        /// Whether money had left already.
        refund: bool,
    },
    /// Note that the money is back.
    RecordRefund {
        /// Which transfer.
        transfer: TransferId,
    },
}

/// Why a transfer says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An amount must be greater than 0. Holds it, in cents.
    NotPositive(i64),
    /// An amount is at most 2^53 - 1 cents. Holds it.
    TooMuch(i64),
    /// From an account to the same account.
    ToOneself,
    /// The same id twice, with other content.
    OtherContent,
    /// Nobody asked for such a transfer.
    Unknown,
    /// It does not follow from how far the transfer has come. Holds that.
    OutOfTurn(Status),
}

/// Decides which step of a transfer comes next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps {
    /// As in the source: a step that comes again is noted again.
    pub repeat: bool,
}

impl Decider for Steps {
    type Command = Command;
    type Event = Event;
    type State = Transfer;
    type Refusal = Refusal;

    fn initial_state(&self) -> Transfer {
        Transfer::Unknown
    }

    fn decide(&self, command: &Command, transfer: &Transfer) -> Result<Vec<Event>, Refusal> {
        match (command, transfer) {
            (Command::InitiateTransfer { order, .. }, Transfer::Unknown) => initiate(*order),
            (Command::InitiateTransfer { order, .. }, Transfer::Known { order: known, .. }) => {
                if order == known {
                    Ok(Vec::new())
                } else {
                    Err(Refusal::OtherContent)
                }
            }
            (Command::RecordWithdrawal { .. }, Transfer::Known { status, .. }) => match status {
                Status::Initial => Ok(vec![Event::TransferWithdrawn {}]),
                Status::Withdrawn
                | Status::Finished
                | Status::Failed { refund: true, .. }
                | Status::Refunded { .. } => Ok(self.again(Event::TransferWithdrawn {})),
                // It had been told that no money would move. Some has, so it has to go back.
                Status::Failed { reason, refund: false } => {
                    Ok(vec![Event::TransferFailed { reason: reason.clone(), refund: true }])
                }
            },
            (Command::RecordDeposit { .. }, Transfer::Known { status, .. }) => match status {
                Status::Withdrawn => Ok(vec![Event::TransferFinished {}]),
                Status::Finished => Ok(self.again(Event::TransferFinished {})),
                Status::Initial | Status::Failed { .. } | Status::Refunded { .. } => {
                    Err(Refusal::OutOfTurn(status.clone()))
                }
            },
            (Command::FailTransfer { reason, refund, .. }, Transfer::Known { status, .. }) => {
                let failed = Event::TransferFailed { reason: reason.clone(), refund: *refund };
                match (status, refund) {
                    (Status::Initial, false) | (Status::Withdrawn, true) => Ok(vec![failed]),
                    (Status::Failed { .. } | Status::Refunded { .. }, _) => Ok(self.again(failed)),
                    (Status::Initial, true) | (Status::Withdrawn, false) | (Status::Finished, _) => {
                        Err(Refusal::OutOfTurn(status.clone()))
                    }
                }
            }
            (Command::RecordRefund { .. }, Transfer::Known { status, .. }) => match status {
                Status::Failed { refund: true, .. } => Ok(vec![Event::TransferRefunded {}]),
                Status::Refunded { .. } => Ok(self.again(Event::TransferRefunded {})),
                Status::Initial | Status::Withdrawn | Status::Finished | Status::Failed { refund: false, .. } => {
                    Err(Refusal::OutOfTurn(status.clone()))
                }
            },
            (_, Transfer::Unknown) => Err(Refusal::Unknown),
        }
    }

    fn evolve(&self, transfer: Transfer, event: &Event) -> Transfer {
        match event {
            Event::TransferInitiated(order) => Transfer::Known { order: *order, status: Status::Initial },
            Event::TransferWithdrawn {} => transfer.now(Status::Withdrawn),
            Event::TransferFinished {} => transfer.now(Status::Finished),
            Event::TransferFailed { reason, refund } => {
                transfer.now(Status::Failed { reason: reason.clone(), refund: *refund })
            }
            Event::TransferRefunded {} => {
                let reason = transfer.reason();
                transfer.now(Status::Refunded { reason })
            }
        }
    }
}

impl Steps {
    /// What was noted before is nothing new.
    fn again(self, event: Event) -> Vec<Event> {
        if self.repeat { vec![event] } else { Vec::new() }
    }
}

impl Transfer {
    fn reason(&self) -> Option<Rc<str>> {
        match self {
            Self::Known { status, .. } => status.reason().cloned(),
            Self::Unknown => None,
        }
    }

    /// Of a transfer that nobody asked for, nothing is known but its end.
    fn now(self, status: Status) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Known { order, .. } => Self::Known { order, status },
        }
    }
}

impl Status {
    /// Its name, in data and in words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Withdrawn => "withdrawn",
            Self::Finished => "finished",
            Self::Failed { .. } => "failed",
            Self::Refunded { .. } => "refunded",
        }
    }

    /// Why the money did not arrive, if it did not.
    pub fn reason(&self) -> Option<&Rc<str>> {
        match self {
            Self::Failed { reason, .. } => Some(reason),
            Self::Refunded { reason } => reason.as_ref(),
            Self::Initial | Self::Withdrawn | Self::Finished => None,
        }
    }
}

/// Whether the accounts exist and what is on them is not asked: those are other streams. It fails later, visibly.
fn initiate(order: Order) -> Result<Vec<Event>, Refusal> {
    match order.amount {
        ..=0 => Err(Refusal::NotPositive(order.amount)),
        1..=MOST if order.from == order.to => Err(Refusal::ToOneself),
        1..=MOST => Ok(vec![Event::TransferInitiated(order)]),
        _ => Err(Refusal::TooMuch(order.amount)),
    }
}
