//! Who carries a transfer from stream to stream: a process manager, and a handler of the commands that it sends.
//!
//! | reads | and then |
//! |---|---|
//! | `TransferInitiated` | sends *Withdraw* into the mailbox of the account that gives |
//! | *Withdraw* | asks that account |
//! | `Withdrawn` | notes `TransferWithdrawn` |
//! | `TransferWithdrawn` | sends *Deposit* into the mailbox of the account that gets |
//! | *Deposit* | asks that account |
//! | `Deposited` | notes `TransferFinished` |
//!
//! If an account says no, the handler notes `TransferFailed`; and if money had left already, or leaves later, the manager
//! sends a *Deposit* back. Every line is one message, and between any two of them the program may stop. Nothing is lost
//! then: whoever reads goes on where it was.
//!
//! A message may be delivered again, so nothing here counts on coming once. The handler asks the transfer whether it still
//! waits for this, and the account remembers what it has done. The first look is at another stream, and safe only because
//! one tab writes: among several writers the transfer could fail between the look and the deposit.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "every world's readers are handed their world like this")]

use std::rc::Rc;

use daybook_engine::{Message, Reaction, StreamId};

use super::account;
use super::both::{Command, Event, Refusal, State, Transfers};
use super::ids::TransferId;
use super::mailbox::{Sum, Wish};
use super::transfer::{self, Order, Status, Transfer};
use crate::{Subscriber, Switch, World as _};

/// The name of the process manager.
pub const TRANSFERS: &str = "Transfers";
/// The name of the handler of commands that are messages.
pub const ACCOUNTS: &str = "Accounts";

pub(super) const SUBSCRIBERS: &[Subscriber<Transfers>] = &[
    Subscriber {
        name: TRANSFERS,
        says: "Knows what comes next: it reads what happened and sends for the next step.",
        reads: &["transfer", "account"],
        takes: is_of_a_transfer,
        shares: false,
        react: next_step,
        refused: |_, _, _| Vec::new(),
    },
    Subscriber {
        name: ACCOUNTS,
        says: "Asks accounts for what their messages say. It is the second door; the form is the first.",
        // Mailboxes that were called as in the source are emptied after the switch is off again, too.
        reads: &["accountCommand", "account"],
        takes: |event| matches!(event, Event::Mailbox(_)),
        shares: true,
        react: grant,
        refused: report,
    },
];

pub(super) const SWITCHES: &[Switch] = &[
    Switch {
        name: "overdraft",
        label: "Take out what is not there",
        says: "Withdrawing 100 from 0 gives −100: nobody looks at the balance.",
        is_naive: false,
    },
    Switch {
        name: "failure",
        label: "Never note a failure",
        says: "A transfer to a missing account takes the money and sticks: nothing is noted and nothing goes back.",
        is_naive: false,
    },
    Switch {
        name: "repeat",
        label: "Do everything that comes again",
        says: "A message that is delivered twice moves the money twice.",
        is_naive: true,
    },
    Switch {
        name: "names",
        label: "Call mailboxes account-command",
        says: "Their category is account then, so whoever reads accounts gets wishes among the facts.",
        is_naive: false,
    },
];

type Next = Vec<Reaction<Command, Event>>;

/// Whether a transfer may go on after this: not money that nobody but its owner moved, and no wish.
fn is_of_a_transfer(event: &Event) -> bool {
    match event {
        Event::Transfer(event) => match event {
            transfer::Event::TransferInitiated(_)
            | transfer::Event::TransferWithdrawn {}
            | transfer::Event::TransferFailed { .. } => true,
            transfer::Event::TransferFinished {} | transfer::Event::TransferRefunded {} => false,
        },
        Event::Account(account::Event::Deposited { transfer, .. } | account::Event::Withdrawn { transfer, .. }) => {
            transfer.is_some()
        }
        Event::Account(account::Event::AccountCreated { .. }) | Event::Mailbox(_) => false,
    }
}

/// The process manager: from what happened to what shall happen next.
fn next_step(world: &Transfers, message: &Message<'_, Event>, look: &dyn Fn(&StreamId) -> State) -> Next {
    match message.event {
        Event::Transfer(event) => {
            let Some(transfer) = TransferId::of(message.stream) else { return Vec::new() };
            let Transfer::Known { order, .. } = look(message.stream).into_transfer() else { return Vec::new() };
            send(*world, wish_after(event, transfer, order))
        }
        Event::Account(account::Event::Withdrawn { transfer: Some(transfer), .. }) => {
            ask(transfer::Command::RecordWithdrawal { transfer: *transfer })
        }
        Event::Account(account::Event::Deposited { transfer: Some(transfer), refund: false, .. }) => {
            ask(transfer::Command::RecordDeposit { transfer: *transfer })
        }
        Event::Account(account::Event::Deposited { transfer: Some(transfer), refund: true, .. }) => {
            ask(transfer::Command::RecordRefund { transfer: *transfer })
        }
        // Money that no transfer moved; and wishes, which come here if mailboxes are called as in the source.
        Event::Account(
            account::Event::AccountCreated { .. }
            | account::Event::Deposited { transfer: None, .. }
            | account::Event::Withdrawn { transfer: None, .. },
        )
        | Event::Mailbox(_) => Vec::new(),
    }
}

/// What a transfer wants of an account after this has happened to it.
fn wish_after(event: &transfer::Event, transfer: TransferId, Order { from, to, amount }: Order) -> Option<Wish> {
    let sum = |account| Sum { account, amount, transfer };
    match event {
        transfer::Event::TransferInitiated(_) => Some(Wish::Withdraw(sum(from))),
        transfer::Event::TransferWithdrawn {} => Some(Wish::Deposit { sum: sum(to), refund: false }),
        transfer::Event::TransferFailed { refund: true, .. } => Some(Wish::Deposit { sum: sum(from), refund: true }),
        transfer::Event::TransferFailed { refund: false, .. }
        | transfer::Event::TransferFinished {}
        | transfer::Event::TransferRefunded {} => None,
    }
}

/// The handler: what a message wants is asked of the account, as the form would.
fn grant(world: &Transfers, message: &Message<'_, Event>, look: &dyn Fn(&StreamId) -> State) -> Next {
    let Event::Mailbox(wish) = message.event else { return Vec::new() };
    let transfer = look(&wish.sum().transfer.stream()).into_transfer();
    if world.repeat || is_awaited(wish, &transfer) {
        vec![Reaction::Ask(Command::Account(wish.command()))]
    } else {
        Vec::new()
    }
}

/// Whether a transfer still waits for this. After a failure it waits for nothing but its money back.
fn is_awaited(wish: &Wish, transfer: &Transfer) -> bool {
    let Transfer::Known { status, .. } = transfer else { return false };
    match wish {
        Wish::Withdraw(_) => matches!(status, Status::Initial),
        Wish::Deposit { refund: false, .. } => matches!(status, Status::Withdrawn),
        Wish::Deposit { refund: true, .. } => matches!(status, Status::Failed { refund: true, .. }),
    }
}

/// The handler, after an account said no: the transfer is told. If even the money back is refused, nobody knows better,
/// and the message is left for people to look at.
fn report(world: &Transfers, message: &Message<'_, Event>, refusal: &Refusal) -> Next {
    let (false, Event::Mailbox(wish)) = (world.failure, message.event) else { return Vec::new() };
    let (transfer, reason) = (wish.sum().transfer, Rc::from(world.refusal(refusal).message));
    match wish {
        Wish::Withdraw(_) => ask(transfer::Command::FailTransfer { transfer, reason, refund: false }),
        Wish::Deposit { refund: false, .. } => ask(transfer::Command::FailTransfer { transfer, reason, refund: true }),
        Wish::Deposit { refund: true, .. } => Vec::new(),
    }
}

fn ask(command: transfer::Command) -> Next {
    vec![Reaction::Ask(Command::Transfer(command))]
}

fn send(world: Transfers, wish: Option<Wish>) -> Next {
    let send = |wish: Wish| Reaction::Send(wish.sum().account.mailbox(world.names), Event::Mailbox(wish));
    wish.into_iter().map(send).collect()
}
