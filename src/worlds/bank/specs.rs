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
    given(&Bank::default(), []).when(&open("Ada", 0)).then([opened()]).assert();
    given(&Bank::default(), []).when(&open("Ada", 10_000)).then([opened(), deposited(10_000)]).assert();
    given(&Bank::default(), []).when(&open("  Ada ", 0)).then([opened()]).assert();
}

#[test]
fn an_owner_needs_a_name_of_some_length() {
    given(&Bank::default(), []).when(&open("", 0)).then_refused(Refusal::OwnerLength(0)).assert();
    given(&Bank::default(), []).when(&open(" \t", 0)).then_refused(Refusal::OwnerLength(0)).assert();
    given(&Bank::default(), []).when(&open(&"ä".repeat(10_000), 0)).then_refused(Refusal::OwnerLength(10_000)).assert();
}

#[test]
fn an_account_opens_once_and_never_below_nothing() {
    given(&Bank::default(), [opened()]).when(&open("Ada", 0)).then_refused(Refusal::AlreadyOpened).assert();
    given(&Bank::default(), [opened(), closed()]).when(&open("Ada", 0)).then_refused(Refusal::AlreadyOpened).assert();
    given(&Bank::default(), []).when(&open("Ada", -1)).then_refused(Refusal::NegativeOpening(-1)).assert();
}

#[test]
fn money_comes_and_goes() {
    given(&Bank::default(), [opened()]).when(&deposit(5000)).then([deposited(5000)]).assert();
    given(&Bank::default(), [opened(), deposited(5000)]).when(&withdraw(5000)).then([withdrawn(5000)]).assert();
}

#[test]
fn there_is_no_overdraft() {
    let overdraft = Refusal::Overdraft { balance: 2000, amount: 2001 };
    given(&Bank::default(), [opened(), deposited(5000), withdrawn(3000)])
        .when(&withdraw(2001))
        .then_refused(overdraft)
        .assert();
}

#[test]
fn an_amount_is_more_than_nothing() {
    for amount in [0, -1, -MOST] {
        given(&Bank::default(), [opened()]).when(&deposit(amount)).then_refused(Refusal::NotPositive(amount)).assert();
        given(&Bank::default(), [opened()]).when(&withdraw(amount)).then_refused(Refusal::NotPositive(amount)).assert();
    }
}

#[test]
fn a_balance_stays_a_number_that_everyone_can_read() {
    given(&Bank::default(), [opened(), deposited(MOST)]).when(&deposit(1)).then_refused(Refusal::TooMuch).assert();
    given(&Bank::default(), [opened(), deposited(MOST - 1)]).when(&deposit(1)).then([deposited(1)]).assert();
}

#[test]
fn closing_needs_an_empty_account() {
    given(&Bank::default(), [opened(), deposited(1)]).when(&close()).then_refused(Refusal::NotEmpty(1)).assert();
    given(&Bank::default(), [opened()]).when(&close()).then([closed()]).assert();
}

#[test]
fn a_reason_is_not_a_novel() {
    let close = |length| Command::CloseAccount { account: ID, reason: Some("x".repeat(length).into()) };
    given(&Bank::default(), [opened()]).when(&close(1001)).then_refused(Refusal::ReasonLength(1001)).assert();
    let closed = Event::AccountClosed { reason: Some("x".repeat(1000).into()) };
    given(&Bank::default(), [opened()]).when(&close(1000)).then([closed]).assert();
}

#[test]
fn an_account_that_was_carried_over_goes_on_where_it_stood() {
    let carried = |balance, closed| Event::AccountCarriedOver {
        owner: "Ada".into(),
        number: "1234-5678".into(),
        balance,
        closed,
    };
    given(&Bank::default(), [carried(5, false)]).when(&withdraw(5)).then([withdrawn(5)]).assert();
    let short = Refusal::Overdraft { balance: 5, amount: 6 };
    given(&Bank::default(), [carried(5, false)]).when(&withdraw(6)).then_refused(short).assert();
    given(&Bank::default(), [carried(MOST, false)]).when(&deposit(1)).then_refused(Refusal::TooMuch).assert();
    given(&Bank::default(), [carried(0, false)]).when(&close()).then([closed()]).assert();
    given(&Bank::default(), [carried(0, false)]).when(&open("Ada", 0)).then_refused(Refusal::AlreadyOpened).assert();
    for command in [deposit(1), withdraw(1), close()] {
        given(&Bank::default(), [carried(0, true)]).when(&command).then_refused(Refusal::AlreadyClosed).assert();
    }
}

#[test]
fn nothing_happens_to_an_account_that_is_not_open() {
    for command in [deposit(1), withdraw(1), close()] {
        given(&Bank::default(), []).when(&command).then_refused(Refusal::NotOpened).assert();
        given(&Bank::default(), [opened(), closed()]).when(&command).then_refused(Refusal::AlreadyClosed).assert();
    }
}

#[test]
fn without_rules_no_amount_is_refused_but_what_no_number_holds() {
    let lax = Bank { is_lax: true };
    given(&lax, [opened()]).when(&withdraw(100)).then([withdrawn(100)]).assert();
    given(&lax, [opened()]).when(&deposit(-5)).then([deposited(-5)]).assert();
    given(&lax, [opened(), deposited(MOST)]).when(&deposit(1)).then_refused(Refusal::TooMuch).assert();
    given(&lax, [opened(), withdrawn(MOST)]).when(&withdraw(1)).then_refused(Refusal::TooMuch).assert();
    // What was written without rules still replays with them.
    given(&Bank::default(), [opened(), withdrawn(100)]).when(&deposit(100)).then([deposited(100)]).assert();
}
