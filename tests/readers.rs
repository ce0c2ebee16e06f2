//! The lab's readers: transfers by a process manager, step by step, under faults, and over a journal that ends anywhere.

mod common;

use common::{Desk, Disk, faults, now};
use daybook::engine::subscription::{Care, Faults};
use daybook::engine::{ExpectedRevision, Journal, Position, StreamId};
use daybook::lab::readers::{Setting, Stands, Told};
use daybook::lab::stamp::Chance;
use daybook::lab::trial::{Counted, trial};
use daybook::lab::{Lab, Registration, WORLDS};
use daybook::worlds::transfers::{ACCOUNTS, TRANSFERS, Transfers};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A bank with transfers, and two accounts: Ada has 100.00, Bob nothing.
struct Bank {
    desk: Desk,
    ada: String,
    bob: String,
}

impl Bank {
    fn new() -> Self {
        const ALONE: &[Registration] = &[Registration::of::<Transfers>()];
        Self::at(Desk::of(ALONE, "transfers"))
    }

    fn at(desk: Desk) -> Self {
        let [ada, bob] = ["Ada", "Bob"].map(|name| {
            let created = desk.ask(json!({ "type": "CreateAccount", "accountNumber": name })).expect("a good name");
            created.events[0].stream.as_str().trim_start_matches("account-").to_owned()
        });
        desk.ask(json!({ "type": "Deposit", "accountId": ada, "amount": 10_000 })).expect("an account");
        Self { desk, ada, bob }
    }

    fn set(&self, setting: Setting) {
        now(self.desk.lab.set(self.desk.log, setting)).expect("something of this log");
    }

    fn pause(&self, is_paused: bool) {
        for reader in [TRANSFERS, ACCOUNTS] {
            self.set(Setting::Paused(reader.to_owned(), is_paused));
        }
    }

    fn step(&self, reader: &str) -> String {
        now(self.desk.lab.step(self.desk.log, reader)).expect("a reader of this log").words
    }

    fn told(&self, reader: &str) -> Told {
        let readers = self.desk.lab.readers(self.desk.log).expect("a log of this lab");
        readers.into_iter().find(|told| told.name == reader).expect("it reads this log")
    }

    /// Asks for a transfer, and gives its stream.
    fn transfer(&self, from: &str, to: &str, amount: i64) -> StreamId {
        let words = json!({ "type": "InitiateTransfer", "fromAccountId": from, "toAccountId": to, "amount": amount });
        self.desk.ask(words).expect("a good transfer").events[0].stream.clone()
    }

    fn state(&self, stream: &StreamId) -> Value {
        self.desk.door().state(stream, u64::MAX)
    }

    fn status(&self, transfer: &StreamId) -> String {
        self.state(transfer)["status"].as_str().expect("a transfer has one").to_owned()
    }

    fn balance(&self, account: &str) -> i64 {
        self.state(&StreamId::new(format!("account-{account}")))["balance"].as_i64().expect("a number")
    }

    fn balances(&self) -> (i64, i64) {
        (self.balance(&self.ada), self.balance(&self.bob))
    }
}

#[test]
fn a_transfer_is_withdrawn_after_3_messages_and_finished_after_6() {
    let bank = Bank::new();
    bank.pause(true);
    let transfer = bank.transfer(&bank.ada, &bank.bob, 10_000);
    let stands = || (bank.status(&transfer), bank.balances());
    let told = |status: &str, balances| (status.to_owned(), balances);
    assert_eq!(stands(), told("initial", (10_000, 0)));
    let steps = [TRANSFERS, ACCOUNTS, TRANSFERS, TRANSFERS, ACCOUNTS, TRANSFERS];
    let after = [
        ("initial", (10_000, 0)),
        // Money has left, and the transfer does not know it.
        ("initial", (0, 0)),
        ("withdrawn", (0, 0)),
        ("withdrawn", (0, 0)),
        // It has arrived, and the transfer does not know it.
        ("withdrawn", (0, 10_000)),
        ("finished", (0, 10_000)),
    ];
    for (reader, (status, balances)) in steps.into_iter().zip(after) {
        assert!(bank.step(reader).ends_with("was dealt with."));
        assert_eq!(stands(), told(status, balances));
    }
    for reader in [TRANSFERS, ACCOUNTS] {
        bank.step(reader);
        assert_eq!(bank.told(reader).lag, 0);
    }
    assert_eq!(stands(), told("finished", (0, 10_000)));
}

#[test]
fn left_running_it_needs_nobody() {
    let bank = Bank::new();
    let transfer = bank.transfer(&bank.ada, &bank.bob, 4_000);
    assert_eq!((bank.status(&transfer).as_str(), bank.balances()), ("finished", (6_000, 4_000)));
    let kinds: Vec<_> = bank.desk.events().iter().map(|event| event["type"].clone()).skip(3).collect();
    let expected =
        ["TransferInitiated", "Withdraw", "Withdrawn", "TransferWithdrawn", "Deposit", "Deposited", "TransferFinished"];
    assert_eq!(kinds, expected.map(Value::from));
    let began = &bank.desk.events()[3]["id"];
    let all_of_it = |event: &Value| event["metadata"]["correlationId"] == *began;
    assert!(bank.desk.events()[3..].iter().all(all_of_it), "one conversation");
}

#[test]
fn what_waits_is_only_what_a_reader_deals_with() {
    let bank = Bank::new();
    bank.pause(true);
    let by_hand = |command, amount| {
        bank.desk.ask(json!({ "type": command, "accountId": bank.ada, "amount": amount })).expect("there is enough");
    };
    by_hand("Deposit", 100);
    by_hand("Withdraw", 50);
    for reader in [TRANSFERS, ACCOUNTS] {
        assert_eq!((bank.told(reader).lag, bank.told(reader).next), (0, None), "{reader}");
        assert_eq!(bank.step(reader), "There is no message left.", "{reader}");
    }
    bank.transfer(&bank.ada, &bank.bob, 1_000);
    by_hand("Deposit", 100);
    let told = bank.told(TRANSFERS);
    assert_eq!((told.lag, told.next, bank.told(ACCOUNTS).lag), (1, Some(Position(5)), 0));
    bank.step(TRANSFERS);
    let told = bank.told(ACCOUNTS);
    assert_eq!((told.lag, told.next), (1, Some(Position(7))));
    // One that comes again is a message, too: it waits, and nothing follows from it.
    bank.pause(false);
    bank.pause(true);
    bank.set(Setting::Anew(ACCOUNTS.to_owned()));
    assert_eq!((bank.told(ACCOUNTS).lag, bank.told(ACCOUNTS).next), (2, Some(Position(7))));
    assert!(bank.step(ACCOUNTS).starts_with("Nothing follows from event "));
}

#[test]
fn a_message_waits_wherever_its_mailbox_is() {
    let bank = Bank::new();
    bank.pause(true);
    bank.set(Setting::Switch("names".to_owned(), true));
    bank.transfer(&bank.ada, &bank.bob, 1_000);
    bank.step(TRANSFERS);
    assert_eq!([TRANSFERS, ACCOUNTS].map(|reader| bank.told(reader).lag), [0, 1]);
}

#[test]
fn a_branch_and_a_copy_make_nothing_happen() {
    let bank = Bank::new();
    let branch = bank.desk.branch(bank.desk.len());
    let words = json!({ "type": "InitiateTransfer", "fromAccountId": bank.ada, "toAccountId": bank.bob, "amount": 1 });
    branch.ask(words).expect("a good transfer");
    assert_eq!(branch.len(), bank.desk.len() + 1, "the wish stands there, and nobody reads it");
    assert!(!branch.door().acts());
}

#[test]
fn to_a_missing_account_it_fails_and_the_money_comes_back() {
    let bank = Bank::new();
    let nobody = "00000000-0000-7000-8000-000000000009";
    let transfer = bank.transfer(&bank.ada, nobody, 4_000);
    assert_eq!((bank.status(&transfer).as_str(), bank.balance(&bank.ada)), ("refunded", 10_000));
    let too_much = bank.transfer(&bank.ada, &bank.bob, 20_000);
    assert_eq!((bank.status(&too_much).as_str(), bank.balances()), ("failed", (10_000, 0)));
}

#[test]
fn as_in_the_source_it_sticks_and_its_message_is_put_aside_until_somebody_tries_again() {
    let bank = Bank::new();
    bank.set(Setting::Switch("failure".to_owned(), true));
    let nobody = "00000000-0000-7000-8000-000000000009";
    let transfer = bank.transfer(&bank.ada, nobody, 4_000);
    assert_eq!((bank.status(&transfer).as_str(), bank.balance(&bank.ada)), ("withdrawn", 6_000), "the money is gone");
    let told = bank.told(ACCOUNTS);
    assert_eq!((told.parked.len(), told.lag, told.stands), (1, 0, Stands::Running), "the others go on");
    let why = told.why.get(&told.parked[0]).map(String::as_str);
    assert_eq!(why, Some("There is no such account. Create it first."));
    assert_eq!(bank.status(&bank.transfer(&bank.ada, &bank.bob, 1_000)), "finished");
    bank.set(Setting::Switch("failure".to_owned(), false));
    bank.pause(true);
    bank.set(Setting::Retry(ACCOUNTS.to_owned(), told.parked[0]));
    assert_eq!(bank.told(ACCOUNTS).parked, told.parked, "it stays aside until it is dealt with");
    bank.pause(false);
    assert_eq!((bank.status(&transfer).as_str(), bank.balance(&bank.ada)), ("refunded", 9_000));
    assert_eq!(bank.told(ACCOUNTS).parked, [] as [Position; 0]);
}

#[test]
fn what_was_delivered_already_is_not_done_again() {
    let bank = Bank::new();
    bank.transfer(&bank.ada, &bank.bob, 4_000);
    let rebuild = || {
        for reader in [TRANSFERS, ACCOUNTS] {
            now(bank.desk.lab.rebuild(bank.desk.log, reader)).expect("a reader of this log");
        }
    };
    rebuild();
    assert_eq!(bank.balances(), (6_000, 4_000));
    bank.set(Setting::Care(ACCOUNTS.to_owned(), Care::Naive));
    rebuild();
    assert_eq!(bank.balances(), (6_000, 4_000), "the accounts remember");
}

#[test]
fn a_switch_alone_does_again_what_comes_again() {
    for care in [Care::Right, Care::Naive] {
        let bank = Bank::new();
        bank.set(Setting::Care(ACCOUNTS.to_owned(), care));
        bank.transfer(&bank.ada, &bank.bob, 4_000);
        bank.set(Setting::Switch("repeat".to_owned(), true));
        assert_eq!(bank.balances(), (6_000, 4_000), "nothing came again yet");
        bank.set(Setting::Anew(ACCOUNTS.to_owned()));
        assert_eq!(bank.balances(), (2_000, 12_000), "the source's two commands again: money that nobody sent");
    }
}

#[test]
fn a_message_that_is_delivered_twice_moves_the_money_twice_if_switched_to() {
    let moved_twice = |is_on: bool| {
        (1..40).any(|seed| {
            let bank = Bank::new();
            bank.set(Setting::Switch("repeat".to_owned(), is_on));
            bank.set(Setting::Faults(Faults { duplicate: true, ..Faults::default() }, seed));
            bank.transfer(&bank.ada, &bank.bob, 4_000);
            bank.balances() != (6_000, 4_000)
        })
    };
    assert!(moved_twice(true) && !moved_twice(false));
}

#[test]
fn an_imported_log_is_history() {
    let bank = Bank::new();
    bank.pause(true);
    bank.transfer(&bank.ada, &bank.bob, 4_000);
    let text = bank.desk.export();
    let other = Desk::of(WORLDS, "transfers");
    let imported = other.import(&text, daybook::lab::As::Replace);
    let other = Bank { desk: other.beside(imported.log.expect("it is fine")), ada: bank.ada, bob: bank.bob };
    assert_eq!((other.told(TRANSFERS).lag, other.balances()), (0, (10_000, 0)));
    other.transfer(&other.ada, &other.bob, 1_000);
    assert_eq!(other.balances(), (9_000, 1_000), "what comes after it is acted on");
}

/// A lab over a journal that only the transfers have.
fn over(disk: &Disk) -> Desk {
    let open = |world| (world == "transfers").then(|| Box::new(disk.clone()) as Box<dyn Journal>);
    let lab = Lab::open(WORLDS, Chance::set(1 + disk.writes()), open, |_| {});
    let log = lab.recorded("transfers").expect("it is registered");
    Desk { lab, log }
}

#[test]
fn wherever_the_program_stopped_the_next_one_goes_on_from_there() {
    let whole = Disk::default();
    let bank = Bank::at(over(&whole));
    bank.set(Setting::Faults(Faults { duplicate: true, ..Faults::default() }, 3));
    bank.transfer(&bank.ada, &bank.bob, 4_000);
    let commits = whole.commits();
    let asked = commits.iter().position(|commit| commit.events().any(|event| event.kind == "TransferInitiated"));
    for end in asked.expect("it was asked for") + 1..=commits.len() {
        let cut = Disk::holding(&commits[..end]);
        let again = Bank { desk: over(&cut), ada: bank.ada.clone(), bob: bank.bob.clone() };
        // Whatever is asked next wakes the readers.
        again.set(Setting::Faults(Faults::default(), 0));
        assert_eq!(again.balances(), (6_000, 4_000), "stopped after commit {end}");
        let finished = again.desk.events().iter().filter(|event| event["type"] == "TransferFinished").count();
        assert_eq!(finished, 1);
    }
}

#[test]
fn what_was_set_is_still_set_when_the_log_is_opened_again() {
    let disk = Disk::default();
    let bank = Bank::at(over(&disk));
    bank.set(Setting::Switch("overdraft".to_owned(), true));
    bank.set(Setting::Paused(ACCOUNTS.to_owned(), true));
    bank.set(Setting::Care(TRANSFERS.to_owned(), Care::Naive));
    bank.set(Setting::Faults(Faults { drop: true, crash: true, ..Faults::default() }, 7));
    let again = Bank { desk: over(&disk), ada: bank.ada.clone(), bob: bank.bob.clone() };
    assert_eq!(again.told(ACCOUNTS).stands, Stands::Paused);
    assert_eq!((again.told(TRANSFERS).stands, again.told(TRANSFERS).care), (Stands::Running, Care::Naive));
    assert_eq!(again.desk.door().faults(), (Faults { drop: true, crash: true, ..Faults::default() }, 7));
    let on: Vec<_> =
        again.desk.door().switches().into_iter().filter(|(_, is_on)| *is_on).map(|(it, _)| it.name).collect();
    assert_eq!(on, ["overdraft"]);
    assert_eq!(again.desk.len(), bank.desk.len(), "none of it is an event");
}

#[test]
fn what_is_not_its_matter_holds_nobody_up() {
    let bank = Bank::new();
    let bad = common::fact("Withdrawn", r#"{"amount":"much"}"#);
    let appended = bank.desk.append("account-x", ExpectedRevision::Any, vec![bad]);
    assert!(appended.is_err(), "the door looks at what it takes in");
    let foreign = common::fact("Noted", r#"{"by":"nobody"}"#);
    bank.desk.append("account-x", ExpectedRevision::Any, vec![foreign]).expect("any kind is kept");
    assert_eq!((bank.told(TRANSFERS).lag, bank.told(TRANSFERS).stands), (0, Stands::Running));
}

#[test]
fn a_message_that_it_cannot_deal_with_stops_the_one_who_reads_alone() {
    let bank = Bank::new();
    let of_nobody = common::fact("Withdrawn", r#"{"amount":1,"transferId":"00000000-0000-7000-8000-000000000009"}"#);
    bank.desk.append("account-x", ExpectedRevision::Any, vec![of_nobody]).expect("past all rules");
    assert_eq!(bank.told(TRANSFERS).stands, Stands::Failed(Position(3)));
    let transfer = bank.transfer(&bank.ada, &bank.bob, 1);
    assert_eq!((bank.status(&transfer).as_str(), bank.told(TRANSFERS).lag), ("initial", 2), "nothing goes past it");
    bank.pause(false);
    assert_eq!(bank.told(TRANSFERS).stands, Stands::Failed(Position(3)), "tried again, in vain");
}

/// A transfer that nobody asked for takes a cent: that holds up who reads alone.
fn held_up() -> (Bank, Position) {
    let bank = Bank::new();
    let of_nobody = common::fact("Withdrawn", r#"{"amount":1,"transferId":"00000000-0000-7000-8000-000000000009"}"#);
    bank.desk.append("account-x", ExpectedRevision::Any, vec![of_nobody]).expect("past all rules");
    (bank, Position(3))
}

#[test]
fn what_holds_a_reader_up_says_why_and_can_be_put_aside() {
    let (bank, held) = held_up();
    let why = "There is no such transfer. Initiate it first.";
    assert_eq!(bank.told(TRANSFERS).why.get(&held).map(String::as_str), Some(why));
    let transfer = bank.transfer(&bank.ada, &bank.bob, 4_000);
    assert_eq!(bank.status(&transfer), "initial");

    let other = Setting::PutAside(TRANSFERS.to_owned(), Position(4));
    let no = now(bank.desk.lab.set(bank.desk.log, other)).expect_err("that one holds nobody up");
    assert_eq!(no.to_string(), "Expected the event that holds “Transfers” up, found event 5.");
    bank.set(Setting::PutAside(TRANSFERS.to_owned(), held));
    let told = bank.told(TRANSFERS);
    assert_eq!((told.stands, told.parked, told.lag), (Stands::Running, vec![held], 0));
    assert_eq!(told.why.get(&held).map(String::as_str), Some(why), "it still says why");
    assert_eq!((bank.status(&transfer).as_str(), bank.balances()), ("finished", (6_000, 4_000)), "the others go on");
}

#[test]
fn what_was_put_aside_holds_nobody_up_when_it_is_tried_again() {
    for care in [Care::Right, Care::Naive] {
        let (bank, held) = held_up();
        bank.set(Setting::Care(TRANSFERS.to_owned(), care));
        bank.set(Setting::PutAside(TRANSFERS.to_owned(), held));
        bank.transfer(&bank.ada, &bank.bob, 1_000);
        let before = bank.told(TRANSFERS);
        bank.set(Setting::Retry(TRANSFERS.to_owned(), held));
        assert_eq!(bank.told(TRANSFERS), before, "in vain, and no place is lost");

        // Who is paused tries when he is told to.
        bank.pause(true);
        bank.set(Setting::Retry(TRANSFERS.to_owned(), held));
        assert!(bank.step(TRANSFERS).starts_with("Event 4 stays put aside: There is no such transfer."));
        let words = json!({
            "type": "InitiateTransfer", "transferId": "00000000-0000-7000-8000-000000000009",
            "fromAccountId": bank.ada, "toAccountId": bank.bob, "amount": 1,
        });
        let late = bank.desk.ask(words).expect("a good transfer").events[0].stream.clone();
        assert!(bank.told(TRANSFERS).why.is_empty(), "by now it could be dealt with");
        bank.set(Setting::Retry(TRANSFERS.to_owned(), held));
        assert_eq!(bank.step(TRANSFERS), "Event 4 was dealt with.");
        assert_eq!((bank.status(&late).as_str(), bank.told(TRANSFERS).parked), ("withdrawn", vec![]));
        assert_eq!(bank.told(TRANSFERS).checkpoint, before.checkpoint, "it lies behind its place");
    }
}

#[test]
fn what_holds_a_reader_up_no_longer_does_once_it_is_stepped_past() {
    let (bank, held) = held_up();
    let words = json!({
        "type": "InitiateTransfer", "transferId": "00000000-0000-7000-8000-000000000009",
        "fromAccountId": bank.ada, "toAccountId": bank.bob, "amount": 1,
    });
    bank.desk.ask(words).expect("a good transfer");
    assert_eq!(bank.told(TRANSFERS).stands, Stands::Failed(held));
    bank.step(TRANSFERS);
    assert_eq!((bank.told(TRANSFERS).stands, bank.told(TRANSFERS).lag), (Stands::Running, 0));
}

#[test]
fn what_was_put_aside_is_still_aside_when_the_log_is_opened_again() {
    let disk = Disk::default();
    let bank = Bank::at(over(&disk));
    let of_nobody = common::fact("Withdrawn", r#"{"amount":1,"transferId":"00000000-0000-7000-8000-000000000009"}"#);
    bank.desk.append("account-x", ExpectedRevision::Any, vec![of_nobody]).expect("past all rules");
    bank.set(Setting::PutAside(TRANSFERS.to_owned(), Position(3)));
    let again = Bank { desk: over(&disk), ada: bank.ada.clone(), bob: bank.bob.clone() };
    assert_eq!(again.told(TRANSFERS), bank.told(TRANSFERS));
    assert_eq!(again.told(TRANSFERS).parked, [Position(3)]);
}

#[test]
fn the_trial_finds_the_source_wrong_and_the_others_right() {
    for world in ["bank", "transfers"] {
        let counted = trial(WORLDS, world, Faults::ALL, 1).expect("a world of this lab");
        assert!(counted.iter().all(|counted| counted.right == counted.due), "{counted:#?}");
        assert!(counted.iter().any(|counted| counted.source != counted.due), "{counted:#?}");
    }
}

/// What a trial counts of something: without faults, done right, and as in the source.
fn counts(counted: &[Counted], what: &str) -> (i64, i64, i64) {
    counted.iter().find(|counted| counted.what == what).map_or((0, 0, 0), |it| (it.due, it.right, it.source))
}

#[test]
fn on_a_day_of_trial_transfers_fail_and_are_refunded_and_in_the_source_stick() {
    let counted = trial(WORLDS, "transfers", Faults::default(), 1).expect("a world of this lab");
    let of = |what| counts(&counted, what);
    assert_eq!(of("at the end finished"), (12, 12, 13), "{counted:#?}");
    assert_eq!((of("at the end refunded"), of("at the end failed")), ((1, 1, 0), (1, 1, 0)));
    assert_eq!(of("at the end withdrawn"), (0, 0, 1), "its money is nowhere");
    assert_eq!((of("TransferFailed"), of("TransferRefunded")), ((2, 2, 0), (1, 1, 0)));
    assert_eq!(of("all money"), (200_000, 200_000, 199_000));
    assert_eq!(of("Accounts: put aside"), (0, 0, 1));
}

#[test]
fn in_the_banks_source_the_ledger_is_right_and_the_transaction_log_is_not() {
    let twice = Faults { duplicate: true, ..Faults::default() };
    let counted = trial(WORLDS, "bank", twice, 1).expect("a world of this lab");
    let (due, right, source) = counts(&counted, "General ledger: TransactionAdded");
    assert!(due == right && right == source, "{counted:#?}");
    let (due, right, source) = counts(&counted, "Transaction log: Credit");
    assert!(due == right && right < source, "{counted:#?}");
}

/// Transfers to and fro, one of three to nobody or of more than there is: whether money was conserved and each transfer
/// came to one end.
fn is_right(care: Care, orders: &[(bool, i64)], faults: Faults, seed: u64) -> bool {
    let bank = Bank::new();
    bank.set(Setting::Faults(faults, seed));
    for reader in [TRANSFERS, ACCOUNTS] {
        bank.set(Setting::Care(reader.to_owned(), care));
    }
    bank.set(Setting::Switch("repeat".to_owned(), care == Care::Naive));
    let nobody = "00000000-0000-7000-8000-000000000009".to_owned();
    let mut expected = (10_000, 0);
    let mut statuses = Vec::new();
    for (nth, &(to_bob, amount)) in orders.iter().enumerate() {
        let (from, has) = if to_bob { (&bank.ada, expected.0) } else { (&bank.bob, expected.1) };
        let to = match (nth % 3, to_bob) {
            (2, _) => &nobody,
            (_, true) => &bank.bob,
            (_, false) => &bank.ada,
        };
        let status = match (amount <= has, nth % 3) {
            (false, _) => "failed",
            (true, 2) => "refunded",
            (true, _) => "finished",
        };
        if status == "finished" {
            let by = if to_bob { amount } else { -amount };
            expected = (expected.0 - by, expected.1 + by);
        }
        statuses.push((bank.transfer(from, to, amount), status));
    }
    bank.balances() == expected && statuses.iter().all(|(transfer, status)| bank.status(transfer) == *status)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn under_all_faults_money_is_conserved_and_each_transfer_comes_to_one_end(
        orders in prop::collection::vec((any::<bool>(), 1..6_000_i64), 1..4), faults in faults(), seed in 0..1000_u64,
    ) {
        prop_assert!(is_right(Care::Right, &orders, faults, seed));
    }
}

#[test]
fn the_same_test_catches_the_naive() {
    let orders = [(true, 1_000), (true, 500), (false, 200)];
    let one = |turn: fn(&mut Faults)| {
        let mut faults = Faults::default();
        turn(&mut faults);
        (1..40).any(|seed| !is_right(Care::Naive, &orders, faults, seed))
    };
    assert!(one(|faults| faults.duplicate = true) && one(|faults| faults.crash = true));
    assert!(!one(|_| {}), "without faults it does no harm");
}
