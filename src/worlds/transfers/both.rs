//! Two deciders make one: each command and each event goes to the one that it is for.
//!
//! Nothing is decided here. That is what makes deciders worth having: two businesses that know nothing of each other
//! share one log by four enums and a handful of matches.

use daybook_engine::Decider;

use super::account::{self, Account, Accounts};
use super::mailbox::Wish;
use super::transfer::{self, Steps, Transfer};

/// What is written into this log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something happened to an account.
    Account(account::Event),
    /// Something happened to a transfer.
    Transfer(transfer::Event),
    /// Nothing happened: somebody wants something of an account.
    Mailbox(Wish),
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Of an account.
    Account(account::Command),
    /// Of a transfer.
    Transfer(transfer::Command),
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An account says so.
    Account(account::Refusal),
    /// A transfer says so.
    Transfer(transfer::Refusal),
}

/// What a stream's events add up to. What they are about says what the stream is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing has been written into it.
    #[default]
    Unused,
    /// It is an account's.
    Account(Account),
    /// It is a transfer's.
    Transfer(Transfer),
    /// Messages wait in it, and add up to nothing.
    Mailbox,
}

/// Decides for accounts and transfers: done right, or in some things as the source does it.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, and any of them can be on")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transfers {
    /// What is taken out need not be there.
    pub overdraft: bool,
    /// Nothing is noted when an account says no, and nothing is given back.
    pub failure: bool,
    /// What comes again is done again.
    pub repeat: bool,
    /// The category of mailboxes is that of accounts.
    pub names: bool,
}

impl Decider for Transfers {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn initial_state(&self) -> State {
        State::Unused
    }

    fn decide(&self, command: &Command, state: &State) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Account(command) => {
                let decided = self.accounts().decide(command, state.account());
                decided.map(|events| events.into_iter().map(Event::Account).collect()).map_err(Refusal::Account)
            }
            Command::Transfer(command) => {
                let decided = self.steps().decide(command, state.transfer());
                decided.map(|events| events.into_iter().map(Event::Transfer).collect()).map_err(Refusal::Transfer)
            }
        }
    }

    fn evolve(&self, state: State, event: &Event) -> State {
        match (event, state) {
            // Money counts, wherever it is written: so a balance is the sum of its stream, whatever else stands there.
            (Event::Account(event), state) => State::Account(self.accounts().evolve(state.into_account(), event)),
            (Event::Transfer(_) | Event::Mailbox(_), State::Account(account)) => State::Account(account),
            (Event::Transfer(event), state) => State::Transfer(self.steps().evolve(state.into_transfer(), event)),
            (Event::Mailbox(_), State::Transfer(transfer)) => State::Transfer(transfer),
            (Event::Mailbox(_), State::Unused | State::Mailbox) => State::Mailbox,
        }
    }
}

impl Transfers {
    fn accounts(self) -> Accounts {
        Accounts { overdraft: self.overdraft, repeat: self.repeat }
    }

    fn steps(self) -> Steps {
        Steps { repeat: self.repeat }
    }
}

impl State {
    /// The account that this stream is about; one that is missing, if it is about none.
    pub fn account(&self) -> &Account {
        match self {
            Self::Account(account) => account,
            Self::Unused | Self::Transfer(_) | Self::Mailbox => &Account::Missing,
        }
    }

    /// The transfer that this stream is about; an unknown one, if it is about none.
    pub fn transfer(&self) -> &Transfer {
        match self {
            Self::Transfer(transfer) => transfer,
            Self::Unused | Self::Account(_) | Self::Mailbox => &Transfer::Unknown,
        }
    }

    /// The account that this stream is about; one that is missing, if it is about none.
    pub fn into_account(self) -> Account {
        match self {
            Self::Account(account) => account,
            Self::Unused | Self::Transfer(_) | Self::Mailbox => Account::default(),
        }
    }

    /// The transfer that this stream is about; an unknown one, if it is about none.
    pub fn into_transfer(self) -> Transfer {
        match self {
            Self::Transfer(transfer) => transfer,
            Self::Unused | Self::Account(_) | Self::Mailbox => Transfer::default(),
        }
    }
}
