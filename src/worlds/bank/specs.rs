//! What an account does, as given / when / then.

use daybook_engine::spec::given;
use uuid::Uuid;

use super::{Bank, Command, Event, Refusal};
use crate::money::MOST;

const ID: Uuid = Uuid::nil();

fn open(owner: &str, opening_deposit: i64) -> Command {
    Command::OpenAccount { account: ID, number: "1234-5678".into(), owner: owner.into(), opening_deposit }
}

fn deposit(amount: i64) -> Command {
    Command::Deposit { account: ID, amount }
}

fn withdraw(amount: i64) -> Command {
    Command::Withdraw { account: ID, amount }
}

fn close() -> Command {
    Command::CloseAccount { account: ID, reason: Some("moved away".into()) }
}

fn opened() -> Event {
    Event::AccountOpened { owner: "Ada".into(), number: "1234-5678".into() }
}

fn deposited(amount: i64) -> Event {
    Event::MoneyDeposited { amount }
}

fn withdrawn(amount: i64) -> Event {
    Event::MoneyWithdrawn { amount }
}

fn closed() -> Event {
    Event::AccountClosed { reason: Some("moved away".into()) }
}

#[test]
fn an_account_opens_with_or_without_money() {
    given(&Bank, []).when(&open("Ada", 0)).then([opened()]).assert();
    given(&Bank, []).when(&open("Ada", 10_000)).then([opened(), deposited(10_000)]).assert();
    given(&Bank, []).when(&open("  Ada ", 0)).then([opened()]).assert();
}

#[test]
fn an_owner_needs_a_name_of_some_length() {
    given(&Bank, []).when(&open("", 0)).then_refused(Refusal::OwnerLength(0)).assert();
    given(&Bank, []).when(&open(" \t", 0)).then_refused(Refusal::OwnerLength(0)).assert();
    given(&Bank, []).when(&open(&"ä".repeat(10_000), 0)).then_refused(Refusal::OwnerLength(10_000)).assert();
}

#[test]
fn an_account_opens_once_and_never_below_nothing() {
    given(&Bank, [opened()]).when(&open("Ada", 0)).then_refused(Refusal::AlreadyOpened).assert();
    given(&Bank, [opened(), closed()]).when(&open("Ada", 0)).then_refused(Refusal::AlreadyOpened).assert();
    given(&Bank, []).when(&open("Ada", -1)).then_refused(Refusal::NegativeOpening(-1)).assert();
}

#[test]
fn money_comes_and_goes() {
    given(&Bank, [opened()]).when(&deposit(5000)).then([deposited(5000)]).assert();
    given(&Bank, [opened(), deposited(5000)]).when(&withdraw(5000)).then([withdrawn(5000)]).assert();
}

#[test]
fn there_is_no_overdraft() {
    let overdraft = Refusal::Overdraft { balance: 2000, amount: 2001 };
    given(&Bank, [opened(), deposited(5000), withdrawn(3000)]).when(&withdraw(2001)).then_refused(overdraft).assert();
}

#[test]
fn an_amount_is_more_than_nothing() {
    for amount in [0, -1, -MOST] {
        given(&Bank, [opened()]).when(&deposit(amount)).then_refused(Refusal::NotPositive(amount)).assert();
        given(&Bank, [opened()]).when(&withdraw(amount)).then_refused(Refusal::NotPositive(amount)).assert();
    }
}

#[test]
fn a_balance_stays_a_number_that_everyone_can_read() {
    given(&Bank, [opened(), deposited(MOST)]).when(&deposit(1)).then_refused(Refusal::TooMuch).assert();
    given(&Bank, [opened(), deposited(MOST - 1)]).when(&deposit(1)).then([deposited(1)]).assert();
}

#[test]
fn closing_needs_an_empty_account() {
    given(&Bank, [opened(), deposited(1)]).when(&close()).then_refused(Refusal::NotEmpty(1)).assert();
    given(&Bank, [opened()]).when(&close()).then([closed()]).assert();
}

#[test]
fn a_reason_is_not_a_novel() {
    let close = |length| Command::CloseAccount { account: ID, reason: Some("x".repeat(length).into()) };
    given(&Bank, [opened()]).when(&close(1001)).then_refused(Refusal::ReasonLength(1001)).assert();
    let closed = Event::AccountClosed { reason: Some("x".repeat(1000).into()) };
    given(&Bank, [opened()]).when(&close(1000)).then([closed]).assert();
}

#[test]
fn an_account_that_was_carried_over_goes_on_where_it_stood() {
    let carried = |balance, closed| Event::AccountCarriedOver {
        owner: "Ada".into(),
        number: "1234-5678".into(),
        balance,
        closed,
    };
    given(&Bank, [carried(5, false)]).when(&withdraw(5)).then([withdrawn(5)]).assert();
    let short = Refusal::Overdraft { balance: 5, amount: 6 };
    given(&Bank, [carried(5, false)]).when(&withdraw(6)).then_refused(short).assert();
    given(&Bank, [carried(MOST, false)]).when(&deposit(1)).then_refused(Refusal::TooMuch).assert();
    given(&Bank, [carried(0, false)]).when(&close()).then([closed()]).assert();
    given(&Bank, [carried(0, false)]).when(&open("Ada", 0)).then_refused(Refusal::AlreadyOpened).assert();
    for command in [deposit(1), withdraw(1), close()] {
        given(&Bank, [carried(0, true)]).when(&command).then_refused(Refusal::AlreadyClosed).assert();
    }
}

#[test]
fn nothing_happens_to_an_account_that_is_not_open() {
    for command in [deposit(1), withdraw(1), close()] {
        given(&Bank, []).when(&command).then_refused(Refusal::NotOpened).assert();
        given(&Bank, [opened(), closed()]).when(&command).then_refused(Refusal::AlreadyClosed).assert();
    }
}
