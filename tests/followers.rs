//! The bank's followers: the General ledger and the transaction log, each a log of its own.

mod common;

use common::{Desk, fact, faults, now};
use daybook::engine::subscription::Care;
use daybook::engine::{ExpectedRevision, LogId, Position, StreamId};
use daybook::lab::readers::{Setting, Stands, Told};
use proptest::prelude::*;
use serde_json::{Value, json};

const LEDGER: &str = "General ledger";
const TRANSACTIONS: &str = "Transaction log";

/// A bank that is followed.
struct Followed {
    bank: Desk,
}

impl Followed {
    fn new() -> Self {
        Self::of(Desk::bank())
    }

    fn of(bank: Desk) -> Self {
        let followed = Self { bank };
        for reader in [LEDGER, TRANSACTIONS] {
            followed.set(Setting::Paused(reader.to_owned(), false));
        }
        followed
    }

    fn set(&self, setting: Setting) {
        now(self.bank.lab.set(self.bank.log, setting)).expect("a reader of the bank");
    }

    fn told(&self, reader: &str) -> Told {
        let readers = self.bank.lab.readers(self.bank.log).expect("a log of this lab");
        readers.into_iter().find(|told| told.name == reader).expect("it follows the bank")
    }

    fn step(&self, reader: &str) -> String {
        now(self.bank.lab.step(self.bank.log, reader)).expect("a reader of the bank").words
    }

    /// A follower's log.
    fn log(&self, reader: &str) -> Desk {
        self.bank.beside(self.bank.lab.log_of(self.bank.log, reader).expect("it follows the bank"))
    }

    /// The total of the bank, of the ledger and of the transaction log.
    fn totals(&self) -> [Value; 3] {
        let total = |log: LogId| self.bank.beside(log).door().view("totals", u64::MAX).expect("a view")["total"].take();
        [self.bank.log, self.log(LEDGER).log, self.log(TRANSACTIONS).log].map(total)
    }

    /// Balance and number of transactions.
    fn ledger(&self) -> (i64, u64) {
        let log = self.log(LEDGER);
        let state = log.door().state(&StreamId::new("ledger-General"), u64::MAX);
        let number = |name: &str| state[name].as_i64().expect("a number");
        (number("balance"), number("transactionCount").unsigned_abs())
    }
}

#[test]
fn the_sources_sample_leaves_50_after_6_transactions() {
    let followed = Followed::new();
    let (first, second) = (followed.bank.open("Ada", 0), followed.bank.open("Bob", 0));
    for (account, amount) in [(&first, 20), (&first, 20), (&first, 20), (&first, -40), (&second, 42), (&second, -12)] {
        let moved =
            if amount > 0 { followed.bank.deposit(account, amount) } else { followed.bank.withdraw(account, -amount) };
        moved.expect("enough money");
    }
    assert_eq!(followed.ledger(), (50, 6));
    let log = followed.log(TRANSACTIONS);
    let kinds: Vec<_> = log.events().iter().map(|event| event["type"].clone()).collect();
    let expected = ["Creation", "Creation", "Credit", "Credit", "Credit", "Debit", "Credit", "Debit"];
    assert_eq!(kinds, expected.map(Value::from));
    assert_eq!(followed.bank.len(), 8, "the bank's own log counts its own events");
    assert_eq!([LEDGER, TRANSACTIONS].map(|reader| followed.told(reader).lag), [0, 0]);
}

#[test]
fn what_a_follower_writes_names_what_led_to_it() {
    let followed = Followed::new();
    followed.bank.open("Ada", 100);
    let (led, led_to) = (&followed.bank.events()[1], &followed.log(LEDGER).events()[0]);
    assert_eq!(led_to["metadata"]["causationId"], led["id"]);
    assert_eq!(led_to["metadata"]["correlationId"], led["metadata"]["correlationId"]);
    assert_eq!(led_to["metadata"]["actor"], json!(LEDGER));
}

#[test]
fn what_an_event_led_to_is_told_with_the_followers_names() {
    let followed = Followed::new();
    followed.bank.open("Ada", 100);
    let conversation = followed.bank.lab.conversation(followed.bank.log, Position(1)).expect("an event of this log");
    let told: Vec<_> = conversation.nodes.iter().map(|node| (node.name, node.stream.split('-').next())).collect();
    assert_eq!(told.iter().filter(|(name, _)| *name == "The bank").count(), 2, "{told:?}");
    assert!(told.contains(&(LEDGER, Some("ledger"))), "{told:?}");
    assert!(told.contains(&(TRANSACTIONS, Some("transactions"))), "{told:?}");
}

#[test]
fn followers_wait_until_they_are_let_run() {
    let bank = Desk::bank();
    bank.open("Ada", 100);
    let followed = Followed { bank };
    let told = followed.told(LEDGER);
    assert_eq!((told.stands, told.lag, told.next), (Stands::Paused, 2, Some(Position(0))));
    assert_eq!(followed.step(LEDGER), "Event 2 was dealt with.");
    assert_eq!(followed.step(LEDGER), "There is no message left.");
    assert_eq!((followed.ledger(), followed.told(LEDGER).lag), ((100, 1), 0));
    assert_eq!(followed.told(TRANSACTIONS).lag, 2, "the other one still waits");
}

/// One account is opened, and 124 times money moves.
fn busy(followed: &Followed) {
    let ada = followed.bank.open("Ada", 0);
    for nth in 0..124 {
        let moved = if nth % 3 == 2 { followed.bank.withdraw(&ada, 1) } else { followed.bank.deposit(&ada, 2) };
        moved.expect("enough money");
    }
}

#[test]
fn delivered_again_the_ledger_stays_and_the_sources_transaction_log_doubles() {
    let followed = Followed::new();
    busy(&followed);
    assert_eq!((followed.ledger().1, followed.log(TRANSACTIONS).len()), (124, 125));
    // As in the source: its transaction log keeps no record of what it has read.
    followed.set(Setting::Care(TRANSACTIONS.to_owned(), Care::Naive));
    for reader in [LEDGER, TRANSACTIONS] {
        followed.set(Setting::Anew(reader.to_owned()));
    }
    assert_eq!((followed.ledger().1, followed.log(TRANSACTIONS).len()), (124, 250));
    // Done right, delivering everything again changes nothing.
    followed.set(Setting::Care(TRANSACTIONS.to_owned(), Care::Right));
    for reader in [LEDGER, TRANSACTIONS] {
        followed.set(Setting::Anew(reader.to_owned()));
    }
    assert_eq!((followed.ledger().1, followed.told(LEDGER).lag), (124, 0));
    now(followed.bank.lab.rebuild(followed.bank.log, TRANSACTIONS)).expect("a follower");
    assert_eq!(followed.log(TRANSACTIONS).len(), 125, "thrown away and written again");
}

#[test]
fn a_bank_that_begins_anew_is_followed_anew() {
    let followed = Followed::new();
    busy(&followed);
    let log = now(followed.bank.lab.reset("bank")).expect("it may be written");
    let followed = Followed { bank: followed.bank.beside(log) };
    assert_eq!((followed.log(LEDGER).len(), followed.told(LEDGER).stands), (0, Stands::Paused));
    followed.set(Setting::Paused(LEDGER.to_owned(), false));
    followed.bank.open("Bob", 7);
    assert_eq!(followed.ledger(), (7, 1));
}

#[test]
fn money_below_nothing_goes_the_other_way() {
    let followed = Followed::new();
    let ada = followed.bank.open("Ada", 100);
    let (deposit, withdrawal) =
        (fact("MoneyDeposited", r#"{"amount":-5}"#), fact("MoneyWithdrawn", r#"{"amount":-7}"#));
    let told = followed.bank.append(&format!("account-{ada}"), ExpectedRevision::Any, vec![deposit, withdrawal]);
    told.expect("a log from elsewhere may hold it");
    let log = followed.log(TRANSACTIONS);
    let entries: Vec<_> =
        log.events().iter().map(|event| (event["type"].clone(), event["data"]["amount"].clone())).collect();
    let expected = [("Creation", 0), ("Credit", 100), ("Debit", 5), ("Credit", 7)];
    assert_eq!(entries, expected.map(|(kind, amount)| (json!(kind), json!(amount))));
    assert_eq!(log.door().unread(0, 9), []);
    assert_eq!(followed.totals(), [102, 102, 102].map(Value::from));
}

#[test]
fn nothing_that_is_paid_in_is_a_transaction_too() {
    let followed = Followed::new();
    let ada = followed.bank.open("Ada", 100);
    followed.set(Setting::Switch("rules".to_owned(), true));
    followed.bank.deposit(&ada, 0).expect("without rules any amount passes");
    followed.bank.withdraw(&ada, 0).expect("without rules any amount passes");
    assert_eq!(followed.ledger(), (100, 3));
    assert_eq!(followed.log(TRANSACTIONS).len(), 4, "a creation, and the same three");
}

#[test]
fn books_that_were_closed_are_followed_from_what_was_carried_over() {
    let followed = Followed::new();
    busy(&followed);
    followed.bank.open("Bob", 0);
    let debt = vec![fact("AccountOpened", r#"{"owner":"Zoe"}"#), fact("MoneyWithdrawn", r#"{"amount":7}"#)];
    followed.bank.append("account-zoe", ExpectedRevision::NoStream, debt).expect("no rule is asked");
    let log = now(followed.bank.lab.close_books("bank", None)).expect("there is something to carry over");

    let followed = Followed::of(followed.bank.beside(log));
    let entries: Vec<_> = followed.log(TRANSACTIONS).door().entries(0, 9).into_iter().map(|entry| entry.kind).collect();
    assert_eq!(entries, ["CarryOver"; 3]);
    assert_eq!(followed.totals(), [118, 118, 118].map(Value::from));
    assert_eq!(followed.ledger(), (118, 2), "nothing on an account is no transaction");
}

#[test]
fn a_name_that_nobody_has_is_told() {
    let followed = Followed::new();
    let no = now(followed.bank.lab.step(followed.bank.log, "Nobody")).expect_err("nobody reads under that name");
    assert_eq!((no.name(), no.to_string().as_str()), ("BadInput", "Expected a reader of this log, found “Nobody”."));
    let no = now(followed.bank.lab.set(followed.bank.log, Setting::Switch("gravity".to_owned(), true)));
    assert_eq!(no.expect_err("no such switch").name(), "BadInput");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn under_all_faults_the_ledger_is_what_the_accounts_hold(
        moves in prop::collection::vec(-50..100_i64, 0..30), faults in faults(), seed in 0..1000_u64,
    ) {
        let followed = Followed::new();
        followed.set(Setting::Faults(faults, seed));
        let ada = followed.bank.open("Ada", 500);
        let mut moved = (500, 1);
        for amount in moves {
            let done = if amount > 0 { followed.bank.deposit(&ada, amount) } else { followed.bank.withdraw(&ada, -amount) };
            if done.is_ok() {
                moved = (moved.0 + amount, moved.1 + 1);
            }
        }
        prop_assert_eq!(followed.ledger(), moved);
        prop_assert_eq!(followed.log(TRANSACTIONS).len(), moved.1 + 1);
    }
}

#[test]
fn the_sample_of_the_source_can_be_run_here() {
    let followed = Followed::new();
    let mut subjects: Vec<StreamId> = Vec::new();
    for nth in 0.. {
        let words = followed.bank.door().sample(nth, &subjects);
        let Some(words) = words else { break };
        let recorded = followed.bank.ask(words).expect("the source's sample is allowed here");
        let new = recorded.events.into_iter().map(|event| event.stream).filter(|stream| !subjects.contains(stream));
        let new: Vec<_> = new.collect();
        subjects.extend(new);
    }
    assert_eq!(followed.ledger(), (5_000, 6));
}

#[test]
fn a_load_reads_what_came_after_the_last_snapshot() {
    let bank = Desk::bank();
    let ada = bank.open("Ada", 0);
    let reads = || bank.door().snapshots(&common::stream(&ada));
    for _ in 0..120 {
        bank.deposit(&ada, 1).expect("an open account");
    }
    // Snapshots at 50 and 100; the last load came before the last event.
    assert_eq!(reads(), (50, 21, 121));
    now(bank.lab.set(bank.log, Setting::Snapshots(0))).expect("a recorded log");
    bank.deposit(&ada, 1).expect("an open account");
    assert_eq!(reads(), (0, 122, 122), "none is kept");
    now(bank.lab.set(bank.log, Setting::Snapshots(10))).expect("a recorded log");
    bank.deposit(&ada, 1).expect("an open account");
    assert_eq!(reads(), (10, 3, 123), "they are made again by the next load");
}
