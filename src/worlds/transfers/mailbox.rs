//! Commands that are written into streams: wishes, not facts.
//!
//! They stand in a stream beside the account's own, its mailbox, and wait there for somebody to read them. They change
//! no state, they may be refused, and the same wish may lie there twice.

use serde::{Deserialize, Serialize};

use super::account;
use super::ids::{AccountId, TransferId};

/// What a transfer wants of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Wish {
    /// Money shall go out.
    Withdraw(Sum),
    /// Money shall come in.
    Deposit {
        /// How much, where, and why.
        #[serde(flatten)]
        sum: Sum,
        /// Whether the transfer failed, and this is its money back.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        refund: bool,
    },
}

/// How much, on which account, for which transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Which account.
    #[serde(rename = "accountId")]
    pub account: AccountId,
    /// How much, in cents; greater than 0.
    pub amount: i64,
    /// For which transfer.
    #[serde(rename = "transferId")]
    pub transfer: TransferId,
}

impl Wish {
    /// The same as a command. The form asks for such ones, too: one decider, two doors.
    pub fn command(&self) -> account::Command {
        let Sum { account, amount, transfer } = *self.sum();
        match *self {
            Self::Withdraw(_) => account::Command::Withdraw { account, amount, transfer: Some(transfer) },
            Self::Deposit { refund, .. } => {
                account::Command::Deposit { account, amount, transfer: Some(transfer), refund }
            }
        }
    }

    /// How much, on which account, for which transfer.
    pub fn sum(&self) -> &Sum {
        let (Self::Withdraw(sum) | Self::Deposit { sum, .. }) = self;
        sum
    }
}
