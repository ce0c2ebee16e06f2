//! Transfers from end to end: the source's own scenarios, what it gets wrong, and what holds whatever delivery does.
//!
//! Messages are delivered here one at a time, by hand: again, late and in any order, as a test wants it.

mod common;

use std::collections::BTreeMap;

use common::{Desk, fact, now};
use daybook::engine::{Decider, Event as _, ExpectedRevision, Message, Position, Reaction, StreamId, Timestamp, fold};
use daybook::lab::import::Verdict;
use daybook::lab::readers::Setting;
use daybook::lab::{As, WORLDS};
use daybook::worlds::transfers::account::{self, Event as OfAccount};
use daybook::worlds::transfers::transfer::{Event as OfTransfer, Status, Transfer};
use daybook::worlds::transfers::{ACCOUNTS, AccountId, Event, Refusal, State, TRANSFERS, TransferId, Transfers};
use daybook::worlds::{Objection, Stamp, World};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

const RIGHT: Transfers = Transfers { overdraft: false, failure: false, repeat: false, names: false };
const ADA: u128 = 1;
const BOB: u128 = 2;
const NOBODY: u128 = 9;
const TRANSFER: u128 = 7;

/// A log and its readers, with nothing around them.
struct Log {
    world: Transfers,
    events: Vec<(StreamId, Event)>,
    /// How far each reader has come, in the order of the world's subscribers.
    read: Vec<usize>,
}

/// What came of a message.
#[derive(Debug, PartialEq)]
enum Came {
    /// It is not for this reader, or nothing follows from it.
    Nothing,
    /// So many entries followed from it.
    Entries(usize),
    /// It can't be dealt with.
    Stuck(Refusal),
}

/// Why nothing came of what was asked.
#[derive(Debug, PartialEq)]
enum No {
    BadInput(Objection),
    Refused(Refusal),
}

impl Log {
    fn of(world: Transfers) -> Self {
        Self { world, events: Vec::new(), read: vec![0; Transfers::subscribers().len()] }
    }

    /// Ada has 100, Bob nothing.
    fn of_two(world: Transfers) -> Self {
        let mut log = Self::of(world);
        log.create(ADA);
        log.create(BOB);
        log.deposit(ADA, 100).expect("an account");
        log
    }

    /// The same, after a transfer of 40 is finished: 60 and 40.
    fn of_sixty_and_forty(world: Transfers) -> Self {
        let mut log = Self::of_two(world);
        log.transfer(ADA, BOB, 40).expect("a good transfer");
        log.run();
        assert_eq!(log.balances(), (60, 40));
        log
    }

    fn ask(&mut self, words: &Value) -> Result<usize, No> {
        let id = Uuid::from_u128(1000 + self.events.len() as u128);
        let stamp = Stamp { now: Timestamp::from_millis(0), id, seed: 0 };
        let command = self.world.read(words, &stamp).map_err(No::BadInput)?;
        self.carry_out(vec![Reaction::Ask(command)]).map_err(No::Refused)
    }

    fn carry_out(&mut self, wants: Vec<Reaction<<Transfers as Decider>::Command, Event>>) -> Result<usize, Refusal> {
        let before = self.events.len();
        for want in wants {
            match want {
                Reaction::Send(stream, message) => self.events.push((stream, message)),
                Reaction::Ask(command) => {
                    let stream = self.world.stream_of(&command);
                    let events = self.world.decide(&command, &self.state(&stream))?;
                    self.events.extend(events.into_iter().map(|event| (stream.clone(), event)));
                }
            }
        }
        Ok(self.events.len() - before)
    }

    /// Delivers a message to a reader, for the first time or again.
    fn deliver(&mut self, reader: usize, position: usize) -> Came {
        let subscriber = &Transfers::subscribers()[reader];
        let (stream, event) = self.events[position].clone();
        if !stream.category().is_some_and(|category| subscriber.reads.contains(&category)) {
            return Came::Nothing;
        }
        let message = Message {
            id: Uuid::from_u128(position as u128),
            position: Position(position as u64),
            stream: &stream,
            recorded_at: Timestamp::from_millis(0),
            event: &event,
        };
        let wants = (subscriber.react)(&self.world, &message, &|stream| self.state(stream));
        let carried = self.carry_out(wants).or_else(|refusal| {
            let instead = (subscriber.refused)(&self.world, &message, &refusal);
            if instead.is_empty() { Err(refusal) } else { self.carry_out(instead) }
        });
        match carried {
            Ok(0) => Came::Nothing,
            Ok(entries) => Came::Entries(entries),
            Err(refusal) => Came::Stuck(refusal),
        }
    }

    /// One round: the first message, in the log's order, from which something follows. `None`: there is none left.
    fn round(&mut self) -> Option<Came> {
        loop {
            let (reader, position) = self.read.iter().copied().enumerate().min_by_key(|(_, position)| *position)?;
            if position == self.events.len() {
                return None;
            }
            self.read[reader] += 1;
            match self.deliver(reader, position) {
                Came::Nothing => {}
                came => return Some(came),
            }
        }
    }

    /// All rounds there are, and what could not be dealt with.
    fn run(&mut self) -> Vec<Refusal> {
        std::iter::from_fn(|| self.round())
            .filter_map(|came| if let Came::Stuck(refusal) = came { Some(refusal) } else { None })
            .collect()
    }

    /// Delivers the first message of this kind once more, and whatever follows from that.
    fn redeliver(&mut self, kind: &str) {
        let position = self.events.iter().position(|(_, event)| event.kind() == kind).expect("there is one");
        self.deliver(reader(ACCOUNTS), position);
        self.run();
    }

    fn create(&mut self, account: u128) {
        let id = Uuid::from_u128(account);
        self.ask(&json!({ "type": "CreateAccount", "accountId": id, "accountNumber": "somebody" })).expect("a new id");
    }

    fn deposit(&mut self, account: u128, amount: i64) -> Result<usize, No> {
        self.ask(&json!({ "type": "Deposit", "accountId": Uuid::from_u128(account), "amount": amount }))
    }

    fn withdraw(&mut self, account: u128, amount: i64) -> Result<usize, No> {
        self.ask(&json!({ "type": "Withdraw", "accountId": Uuid::from_u128(account), "amount": amount }))
    }

    fn transfer(&mut self, from: u128, to: u128, amount: i64) -> Result<usize, No> {
        self.transfer_as(TRANSFER, from, to, amount)
    }

    fn transfer_as(&mut self, id: u128, from: u128, to: u128, amount: i64) -> Result<usize, No> {
        let [id, from, to] = [id, from, to].map(Uuid::from_u128);
        self.ask(&json!({
            "type": "InitiateTransfer", "transferId": id, "fromAccountId": from, "toAccountId": to, "amount": amount
        }))
    }

    fn state(&self, stream: &StreamId) -> State {
        fold(&self.world, self.events.iter().filter(|(of, _)| of == stream).map(|(_, event)| event))
    }

    fn balance(&self, account: u128) -> i64 {
        self.state(&AccountId(Uuid::from_u128(account)).stream()).into_account().balance()
    }

    fn balances(&self) -> (i64, i64) {
        (self.balance(ADA), self.balance(BOB))
    }

    fn status(&self, id: u128) -> &'static str {
        match self.state(&TransferId(Uuid::from_u128(id)).stream()).into_transfer() {
            Transfer::Unknown => "unknown",
            Transfer::Known { status, .. } => status.name(),
        }
    }

    /// The kinds of all entries from the transfer on.
    fn kinds(&self) -> Vec<&'static str> {
        let kinds = self.events.iter().map(|(_, event)| event.kind());
        kinds.skip_while(|kind| *kind != "TransferInitiated").collect()
    }
}

fn reader(name: &str) -> usize {
    let position = Transfers::subscribers().iter().position(|subscriber| subscriber.name == name);
    position.expect("a reader of this world")
}

#[test]
fn a_transfer_is_withdrawn_after_three_rounds_and_finished_after_six() {
    let mut log = Log::of_two(RIGHT);
    log.transfer(ADA, BOB, 100).expect("a good transfer");
    let mut told = vec![(log.status(TRANSFER), log.balances())];
    while let Some(came) = log.round() {
        assert_eq!(came, Came::Entries(1));
        told.push((log.status(TRANSFER), log.balances()));
    }
    assert_eq!(
        told,
        [
            ("initial", (100, 0)),
            ("initial", (100, 0)),
            // The money has left Ada, and the transfer does not know yet.
            ("initial", (0, 0)),
            ("withdrawn", (0, 0)),
            ("withdrawn", (0, 0)),
            // It has reached Bob, and the transfer does not know yet.
            ("withdrawn", (0, 100)),
            ("finished", (0, 100)),
        ]
    );
    let expected =
        ["TransferInitiated", "Withdraw", "Withdrawn", "TransferWithdrawn", "Deposit", "Deposited", "TransferFinished"];
    assert_eq!(log.kinds(), expected);
}

#[test]
fn the_two_readers_take_turns() {
    let mut log = Log::of_two(RIGHT);
    log.transfer(ADA, BOB, 100).expect("a good transfer");
    for name in [TRANSFERS, ACCOUNTS, TRANSFERS, TRANSFERS, ACCOUNTS, TRANSFERS] {
        let last = log.events.len() - 1;
        for (nth, subscriber) in Transfers::subscribers().iter().enumerate() {
            if subscriber.name != name {
                assert_eq!(log.deliver(nth, last), Came::Nothing, "{last} is not for {}", subscriber.name);
            }
        }
        assert_eq!(log.deliver(reader(name), last), Came::Entries(1), "{last} is for {name}");
    }
    assert_eq!(log.status(TRANSFER), "finished");
}

#[test]
fn a_hundred_from_nothing_is_a_hundred_below_nothing_as_in_the_source() {
    let mut right = Log::of(RIGHT);
    right.create(ADA);
    let overdraft = Refusal::Account(account::Refusal::Overdraft { balance: 0, amount: 100 });
    assert_eq!(right.withdraw(ADA, 100), Err(No::Refused(overdraft)));

    let mut source = Log::of(Transfers { overdraft: true, ..RIGHT });
    source.create(ADA);
    source.withdraw(ADA, 100).expect("nobody looks at the balance");
    assert_eq!(source.balance(ADA), -100);
}

#[test]
fn a_transfers_commands_delivered_again_make_money_as_in_the_source() {
    let mut source = Log::of_sixty_and_forty(Transfers { repeat: true, ..RIGHT });
    source.redeliver("Withdraw");
    // The second withdrawal is noted again, and so a second deposit is sent.
    assert_eq!(source.balances(), (20, 80));
    source.redeliver("Deposit");
    assert_eq!(source.balances(), (20, 120));
}

#[test]
fn a_transfers_commands_delivered_again_change_nothing_if_done_right() {
    let mut right = Log::of_sixty_and_forty(RIGHT);
    let before = right.events.clone();
    right.redeliver("Withdraw");
    right.redeliver("Deposit");
    assert_eq!((right.balances(), right.events), ((60, 40), before));
}

#[test]
fn an_account_remembers_what_the_transfer_does_not_know_yet() {
    for (rounds, balances) in [(2, (60, 0)), (5, (60, 40))] {
        let mut log = Log::of_two(RIGHT);
        log.transfer(ADA, BOB, 40).expect("a good transfer");
        for _ in 0..rounds {
            log.round();
        }
        let last = log.events.len() - 2;
        assert!(Transfers::is_message(log.events[last].1.kind()));
        assert_eq!(log.deliver(reader(ACCOUNTS), last), Came::Nothing);
        assert_eq!(log.balances(), balances);
    }
}

#[test]
fn to_a_missing_account_the_money_is_gone_and_the_transfer_sticks_as_in_the_source() {
    let mut source = Log::of_two(Transfers { failure: true, ..RIGHT });
    source.transfer(ADA, NOBODY, 40).expect("a transfer looks at no account");
    let stuck = source.run();
    assert_eq!((stuck.len(), source.status(TRANSFER), source.balances()), (1, "withdrawn", (60, 0)));
    // Its command can't be dealt with, ever.
    let poison = source.events.len() - 1;
    for _ in 0..3 {
        assert!(matches!(source.deliver(reader(ACCOUNTS), poison), Came::Stuck(_)));
    }
    assert_eq!(source.kinds().last(), Some(&"Deposit"));
}

#[test]
fn to_a_missing_account_it_fails_and_the_money_goes_back_if_done_right() {
    let mut right = Log::of_two(RIGHT);
    right.transfer(ADA, NOBODY, 40).expect("a transfer looks at no account");
    assert_eq!(right.run(), []);
    assert_eq!((right.status(TRANSFER), right.balances()), ("refunded", (100, 0)));
    let failed = right.events.iter().find(|(_, event)| event.kind() == "TransferFailed").expect("it failed");
    let reason = "There is no such account. Create it first.".into();
    assert_eq!(failed.1, Event::Transfer(OfTransfer::TransferFailed { reason, refund: true }));
    let stream = TransferId(Uuid::from_u128(TRANSFER)).stream();
    let state = right.state(&stream);
    let told = right.world.plain(&stream, &state);
    assert_eq!(told["reason"], json!("There is no such account. Create it first."), "it still says why");
    let reason = right.world.card(Some(&stream), &state).facts.pop().map(|fact| (fact.label, fact.value));
    assert_eq!(reason, Some(("Reason", "There is no such account. Create it first.".to_owned())));
    // The withdrawal is still there: what happened is made good, not erased.
    let after_failure = ["Deposit", "TransferFailed", "Deposit", "Deposited", "TransferRefunded"];
    assert!(right.kinds().ends_with(&after_failure), "{:?}", right.kinds());
}

#[test]
fn an_account_that_comes_late_gets_nothing_of_a_transfer_that_failed() {
    let mut log = Log::of_two(RIGHT);
    log.transfer(ADA, NOBODY, 40).expect("a transfer looks at no account");
    log.run();
    log.create(NOBODY);
    let before = log.events.clone();
    log.redeliver("Deposit");
    assert_eq!((log.balance(NOBODY), log.events), (0, before));
}

#[test]
fn more_than_there_is_fails_and_nothing_has_to_go_back() {
    for world in [RIGHT, Transfers { names: true, ..RIGHT }] {
        let mut log = Log::of_two(world);
        log.transfer(ADA, BOB, 101).expect("a transfer looks at no account");
        assert_eq!(log.run(), []);
        assert_eq!((log.status(TRANSFER), log.balances()), ("failed", (100, 0)));
        let reason = "Expected at most $1.00, which is all there is; found $1.01.".into();
        let failed = Event::Transfer(OfTransfer::TransferFailed { reason, refund: false });
        assert_eq!(log.events.last().map(|(_, event)| event), Some(&failed));

        // Its command comes again when there is enough: too late, it is settled.
        log.deposit(ADA, 900).expect("an account");
        log.redeliver("Withdraw");
        assert_eq!((log.status(TRANSFER), log.balances()), ("failed", (1000, 0)));
    }
}

#[test]
fn money_that_leaves_for_a_transfer_that_failed_goes_back() {
    let mut log = Log::of(RIGHT);
    log.create(ADA);
    log.create(BOB);
    log.transfer(BOB, ADA, 500).expect("a transfer looks at no account");
    assert_eq!(log.run(), []);
    assert_eq!(log.status(TRANSFER), "failed");

    // As in the source its command is done again, and now there is enough.
    log.deposit(BOB, 1000).expect("an account");
    log.world.turn("repeat", true);
    log.redeliver("Withdraw");
    assert_eq!((log.status(TRANSFER), log.balances()), ("refunded", (0, 1000)));
    let after_failure = ["TransferFailed", "Deposited", "Withdrawn", "TransferFailed", "Deposit", "Deposited"];
    assert!(log.kinds().ends_with(&[&after_failure[..], &["TransferRefunded"]].concat()), "{:?}", log.kinds());
    log.transfer_as(TRANSFER + 1, BOB, ADA, 300).expect("a good transfer");
    assert_eq!(log.run(), []);
    assert_eq!((log.status(TRANSFER + 1), log.balances()), ("finished", (300, 700)), "nobody is held up");
}

#[test]
fn a_refund_that_is_refused_is_left_for_people() {
    const MOST: i64 = (1 << 53) - 1;
    let mut log = Log::of_two(RIGHT);
    log.transfer(ADA, NOBODY, 40).expect("a transfer looks at no account");
    log.round();
    log.round();
    log.deposit(ADA, MOST - 60).expect("just as much as there is room for");
    assert_eq!(log.run().len(), 1, "the money back has no room");
    assert_eq!((log.status(TRANSFER), log.balance(ADA)), ("failed", MOST));

    // Once there is room, the same message can be dealt with.
    log.withdraw(ADA, 1000).expect("there is enough");
    let refund = log.events.iter().rposition(|(_, event)| event.kind() == "Deposit").expect("it was sent");
    assert_eq!(log.deliver(reader(ACCOUNTS), refund), Came::Entries(1));
    log.run();
    assert_eq!((log.status(TRANSFER), log.balance(ADA)), ("refunded", MOST - 1000 + 40));
}

/// What a reader of the category `account` gets.
fn of_accounts(log: &Log) -> Vec<&'static str> {
    let of_category = log.events.iter().filter(|(stream, _)| stream.category() == Some("account"));
    of_category.map(|(_, event)| event.kind()).collect()
}

#[test]
fn a_name_with_a_dash_puts_wishes_among_the_facts_as_in_the_source() {
    let right = Log::of_sixty_and_forty(RIGHT);
    assert!(of_accounts(&right).iter().all(|kind| !Transfers::is_message(kind)), "accounts are clean");

    // It goes well all the same, for both readers tell wishes from facts by what they are, not by where they stand.
    let source = Log::of_sixty_and_forty(Transfers { names: true, ..RIGHT });
    let facts = ["AccountCreated", "AccountCreated", "Deposited"];
    assert_eq!(of_accounts(&source), [&facts[..], &["Withdraw", "Withdrawn", "Deposit", "Deposited"]].concat());
    assert_eq!(source.kinds(), right.kinds());
}

#[test]
fn a_wish_arrives_whatever_its_mailbox_was_called_when_it_was_sent() {
    for names in [false, true] {
        let mut log = Log::of_two(Transfers { names, ..RIGHT });
        log.transfer(ADA, BOB, 40).expect("a good transfer");
        log.round();
        log.world.turn("names", !names);
        log.run();
        assert_eq!((log.status(TRANSFER), log.balances()), ("finished", (60, 40)));
    }
}

#[test]
fn every_switch_is_off_at_first_and_can_be_turned() {
    let mut world = Transfers::default();
    assert_eq!(world, RIGHT);
    for switch in Transfers::switches() {
        assert!(!world.is_on(switch.name));
        world.turn(switch.name, true);
        assert!(world.is_on(switch.name), "{}", switch.name);
    }
    assert_eq!(world, Transfers { overdraft: true, failure: true, repeat: true, names: true });
    world.turn("gravity", true);
    assert!(!world.is_on("gravity"), "a switch that is not there is not turned");
}

#[test]
fn who_nobody_told_of_is_shown_as_nothing() {
    let stream = AccountId(Uuid::from_u128(ADA)).stream();
    let plain = |state: &State| RIGHT.plain(&stream, state);
    assert_eq!(plain(&State::Unused)["balance"], json!(0));
    assert_eq!(RIGHT.card(None, &State::Unused).badge, "No Account");
    assert_eq!(RIGHT.subject(&State::Unused), None);
    assert_eq!(RIGHT.subject(&State::Mailbox), None);
}

fn transfers() -> Desk {
    let desk = Desk::of(WORLDS, "transfers");
    // Whoever reads waits, so that only what is asked here happens.
    now(desk.lab.set(desk.log, Setting::AllPaused(true))).expect("a log that is written here");
    desk
}

/// Creates an account with 100 on it: its id.
fn with_hundred(desk: &Desk, number: &str) -> String {
    let created = desk.ask(json!({ "type": "CreateAccount", "accountNumber": number })).expect("a good number");
    let stream = created.events[0].stream.as_str().to_owned();
    let id = stream.strip_prefix("account-").expect("an account's stream").to_owned();
    assert_eq!(id, created.events[0].id.to_string(), "its id is the command's");
    desk.ask(json!({ "type": "Deposit", "accountId": id, "amount": 100 })).expect("an account");
    id
}

#[test]
fn its_log_goes_there_and_back() {
    let desk = transfers();
    let (ada, bob) = (with_hundred(&desk, "Ada"), with_hundred(&desk, "Bob"));
    let words = json!({ "type": "InitiateTransfer", "fromAccountId": ada, "toAccountId": bob, "amount": 40 });
    let asked = desk.ask(words).expect("a good transfer");
    let transfer = &asked.events[0];
    assert_eq!(transfer.stream.as_str(), format!("transfer-{}", transfer.id));
    let sent = format!(r#"{{"accountId":"{ada}","amount":40,"transferId":"{}"}}"#, transfer.id);
    let mailbox = format!("accountCommand-{ada}");
    desk.append(&mailbox, ExpectedRevision::NoStream, vec![fact("Withdraw", &sent)]).expect("a message");

    let at = desk.len();
    assert_eq!(
        desk.door().state(&transfer.stream, at),
        json!({
            "transferId": transfer.id, "fromAccountId": ada, "toAccountId": bob, "amount": 40,
            "status": "initial", "reason": null, "refund": false,
        })
    );
    assert_eq!(desk.door().view("accounts", at).expect("a view").as_array().map(Vec::len), Some(2));
    assert_eq!(desk.door().view("totals", at).expect("a view")["total"], json!(200), "a wish is worth nothing");
    let told: Vec<_> =
        desk.door().entries(0, at).into_iter().map(|entry| (entry.sentence, entry.figure_words)).collect();
    assert_eq!(told[1], ("deposited $1.00".to_owned(), "balance $1.00".to_owned()));
    assert_eq!(told[4], ("transfer of $0.40 initiated".to_owned(), String::new()));
    assert_eq!(told[5], ("message: withdraw $0.40 for a transfer".to_owned(), String::new()));

    let text = desk.export();
    let imported = desk.import(&text, As::Copy);
    assert_eq!((imported.verdict, imported.events), (Verdict::Fine, at));
    let elsewhere = Desk::bank().import(&text, As::Copy);
    assert_eq!(elsewhere.verdict, Verdict::Impossible);
}

#[test]
fn what_cannot_be_read_is_told_and_leaves_no_trace() {
    let desk = transfers();
    let (ada, bob) = (with_hundred(&desk, "Ada"), with_hundred(&desk, "Bob"));
    let id = "019b78c9-1250-75fa-a199-2097aa0e6203";
    let before = desk.export();
    let create = |more: Value| with(json!({ "type": "CreateAccount", "accountNumber": "Carol" }), more);
    let deposit = |more: Value| with(json!({ "type": "Deposit", "accountId": ada, "amount": 1 }), more);
    let withdraw = |more: Value| with(json!({ "type": "Withdraw", "accountId": ada, "amount": 1 }), more);
    let initiate = |more: Value| {
        with(json!({ "type": "InitiateTransfer", "fromAccountId": ada, "toAccountId": bob, "amount": 1 }), more)
    };
    let cases = [
        (json!(null), None),
        (json!([]), None),
        (json!({}), None),
        (json!({ "type": 5 }), None),
        (json!({ "type": "Transfer" }), None),
        (json!({ "type": "RecordWithdrawal", "transferId": id }), None),
        (json!({ "type": "FailTransfer", "transferId": id, "reason": "", "refund": true }), None),
        (json!({ "type": "CreateAccount" }), Some("accountNumber")),
        (create(json!({ "accountNumber": 7 })), Some("accountNumber")),
        (create(json!({ "accountNumber": null })), Some("accountNumber")),
        (create(json!({ "accountId": "mine" })), Some("accountId")),
        (create(json!({ "accountId": 7 })), Some("accountId")),
        (create(json!({ "openingDeposit": 7 })), None),
        (json!({ "type": "Deposit", "amount": 1 }), Some("accountId")),
        (json!({ "type": "Deposit", "accountId": ada }), Some("amount")),
        (deposit(json!({ "accountId": "" })), Some("accountId")),
        (deposit(json!({ "accountId": ["a"] })), Some("accountId")),
        (deposit(json!({ "amount": "1" })), Some("amount")),
        (deposit(json!({ "amount": 1.5 })), Some("amount")),
        (deposit(json!({ "amount": 1e300 })), Some("amount")),
        (deposit(json!({ "amount": 9_007_199_254_740_992_i64 })), Some("amount")),
        (deposit(json!({ "transferId": id })), None),
        (deposit(json!({ "refund": true })), None),
        (json!({ "type": "Withdraw", "amount": 1 }), Some("accountId")),
        (json!({ "type": "Withdraw", "accountId": ada }), Some("amount")),
        (withdraw(json!({ "amount": {} })), Some("amount")),
        (withdraw(json!({ "amount": -9_007_199_254_740_992_i64 })), Some("amount")),
        (withdraw(json!({ "transferId": id })), None),
        (json!({ "type": "InitiateTransfer", "toAccountId": bob, "amount": 1 }), Some("fromAccountId")),
        (json!({ "type": "InitiateTransfer", "fromAccountId": ada, "amount": 1 }), Some("toAccountId")),
        (json!({ "type": "InitiateTransfer", "fromAccountId": ada, "toAccountId": bob }), Some("amount")),
        (initiate(json!({ "transferId": "" })), Some("transferId")),
        (initiate(json!({ "transferId": 5 })), Some("transferId")),
        (initiate(json!({ "fromAccountId": "Ada" })), Some("fromAccountId")),
        (initiate(json!({ "toAccountId": "#1" })), Some("toAccountId")),
        (initiate(json!({ "toAccountId": null })), Some("toAccountId")),
        (initiate(json!({ "amount": true })), Some("amount")),
        (initiate(json!({ "amount": u64::MAX })), Some("amount")),
        (initiate(json!({ "reason": "rent" })), None),
    ];
    for (words, field) in cases {
        let no = desk.ask(words.clone()).expect_err(&words.to_string());
        assert_eq!((no.name(), no.field()), ("BadInput", field), "{words}: {no}");
        let told = no.to_string();
        assert!(told.starts_with("Expected ") && told.contains("found"), "{words}: {told}");
        assert_eq!(desk.export(), before);
    }
}

#[test]
fn what_is_refused_is_told_and_leaves_no_trace() {
    let desk = transfers();
    let (ada, bob) = (with_hundred(&desk, "Ada"), with_hundred(&desk, "Bob"));
    let (nobody, transfer) = (Uuid::from_u128(NOBODY), Uuid::from_u128(TRANSFER));
    let initiate = |more: Value| {
        let words = json!({
            "type": "InitiateTransfer", "transferId": transfer, "fromAccountId": ada, "toAccountId": bob, "amount": 40
        });
        with(words, more)
    };
    desk.ask(initiate(json!({}))).expect("a good transfer");
    assert!(desk.ask(initiate(json!({}))).expect("the same again").events.is_empty());
    let before = desk.export();
    let cases = [
        (json!({ "type": "CreateAccount", "accountNumber": "" }), Some("accountNumber"), "found nothing"),
        (json!({ "type": "CreateAccount", "accountNumber": "x".repeat(201) }), Some("accountNumber"), "found 201"),
        (json!({ "type": "CreateAccount", "accountNumber": "Ada", "accountId": ada }), Some("accountId"), "already"),
        (json!({ "type": "Deposit", "accountId": nobody, "amount": 1 }), None, "no such account"),
        (json!({ "type": "Withdraw", "accountId": nobody, "amount": 1 }), None, "no such account"),
        (json!({ "type": "Deposit", "accountId": ada, "amount": 0 }), Some("amount"), "found $0.00"),
        (json!({ "type": "Deposit", "accountId": ada, "amount": -1 }), Some("amount"), "found −$0.01"),
        (json!({ "type": "Withdraw", "accountId": ada, "amount": -1 }), Some("amount"), "found −$0.01"),
        (json!({ "type": "Withdraw", "accountId": ada, "amount": 101 }), Some("amount"), "at most $1.00"),
        (
            json!({ "type": "Deposit", "accountId": ada, "amount": 9_007_199_254_740_991_i64 }),
            Some("amount"),
            "found more",
        ),
        (initiate(json!({ "amount": 41 })), Some("transferId"), "found another"),
        (initiate(json!({ "toAccountId": nobody })), Some("transferId"), "found another"),
        (initiate(json!({ "transferId": nobody, "toAccountId": ada })), Some("toAccountId"), "found the same"),
        (initiate(json!({ "transferId": nobody, "amount": 0 })), Some("amount"), "found $0.00"),
        (initiate(json!({ "transferId": nobody, "amount": -5 })), Some("amount"), "found −$0.05"),
    ];
    for (words, field, says) in cases {
        let no = desk.ask(words.clone()).expect_err(&words.to_string());
        assert_eq!((no.name(), no.field()), ("Refused", field), "{words}: {no}");
        assert!(no.to_string().contains(says), "{words}: {no}");
        assert_eq!(desk.export(), before);
    }
}

fn with(mut words: Value, more: Value) -> Value {
    let fields = words.as_object_mut().expect("an object");
    if let Value::Object(more) = more {
        fields.extend(more);
    }
    words
}

/// What a property test does to a log.
#[derive(Clone, Debug)]
enum Deed {
    Create(u128),
    Deposit(u128, i64),
    Withdraw(u128, i64),
    Transfer(u128, u128, i64),
    /// Delivers some message to some reader, in no order, and perhaps not for the first time.
    Deliver(prop::sample::Index, usize),
    /// Delivers what is next, in order.
    Round,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let (account, amount) = (|| 1..5_u128, || 1..60_i64);
    let deed = prop_oneof![
        1 => account().prop_map(Deed::Create),
        1 => (account(), amount()).prop_map(|(account, amount)| Deed::Deposit(account, amount)),
        1 => (account(), amount()).prop_map(|(account, amount)| Deed::Withdraw(account, amount)),
        2 => (account(), account(), amount()).prop_map(|(from, to, amount)| Deed::Transfer(from, to, amount)),
        8 => (any::<prop::sample::Index>(), 0..2_usize).prop_map(|(message, reader)| Deed::Deliver(message, reader)),
        4 => Just(Deed::Round),
    ];
    prop::collection::vec(deed, 1..120)
}

/// What accounts gave for a transfer, and got of it: with whom, and how much.
#[derive(Debug, Default)]
struct Moved {
    gave: Vec<(StreamId, i64)>,
    got: Vec<(StreamId, i64)>,
    got_back: Vec<(StreamId, i64)>,
}

fn moved(log: &Log) -> BTreeMap<TransferId, Moved> {
    let mut moved: BTreeMap<TransferId, Moved> = BTreeMap::new();
    for (stream, event) in &log.events {
        let at = |amount: &i64| (stream.clone(), *amount);
        match event {
            Event::Account(OfAccount::Withdrawn { amount, transfer: Some(id) }) => {
                moved.entry(*id).or_default().gave.push(at(amount));
            }
            Event::Account(OfAccount::Deposited { amount, transfer: Some(id), refund: false }) => {
                moved.entry(*id).or_default().got.push(at(amount));
            }
            Event::Account(OfAccount::Deposited { amount, transfer: Some(id), refund: true }) => {
                moved.entry(*id).or_default().got_back.push(at(amount));
            }
            Event::Account(_) | Event::Transfer(_) | Event::Mailbox(_) => {}
        }
    }
    moved
}

/// Money is neither made nor lost: what was paid in and not out is on accounts, or under way in a transfer that holds it
/// once. Gives what is under way.
fn conserved(log: &Log, paid_in: i64) -> Result<i64, TestCaseError> {
    let mut under_way = 0;
    for (id, Moved { gave, got, got_back }) in moved(log) {
        let Transfer::Known { order, .. } = log.state(&id.stream()).into_transfer() else {
            return Err(TestCaseError::fail("money moved for a transfer that nobody asked for"));
        };
        let (from, to) = ((order.from.stream(), order.amount), (order.to.stream(), order.amount));
        prop_assert_eq!(gave, [from.clone()]);
        match (&got[..], &got_back[..]) {
            ([], []) => under_way += order.amount,
            ([got], []) => prop_assert_eq!(got, &to),
            ([], [back]) => prop_assert_eq!(back, &from),
            _ => return Err(TestCaseError::fail("it arrived twice")),
        }
    }
    let on_accounts: i64 = (1..5).map(|account| log.balance(account)).sum();
    prop_assert!((1..5).all(|account| log.balance(account) >= 0));
    prop_assert_eq!(on_accounts + under_way, paid_in);
    Ok(under_way)
}

/// Whether each transfer says of itself what the accounts say of it.
fn told_truly(log: &Log, transfers: u128) -> Result<(), TestCaseError> {
    let moved = moved(log);
    for id in (0..transfers).map(|nth| TransferId(Uuid::from_u128(100 + nth))) {
        let Transfer::Known { status, .. } = log.state(&id.stream()).into_transfer() else { continue };
        let (gave, got, back) = moved.get(&id).map_or((0, 0, 0), |of| (of.gave.len(), of.got.len(), of.got_back.len()));
        let expected = match status {
            Status::Finished => (1, 1, 0),
            Status::Refunded { .. } => (1, 0, 1),
            Status::Failed { refund: false, .. } => (0, 0, 0),
            Status::Initial | Status::Withdrawn | Status::Failed { refund: true, .. } => {
                return Err(TestCaseError::fail(format!("it is {} for ever", status.name())));
            }
        };
        prop_assert_eq!((gave, got, back), expected);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_delivery_does_money_is_neither_made_nor_lost(deeds in deeds(), names: bool) {
        let mut log = Log::of(Transfers { names, ..RIGHT });
        let (mut paid_in, mut transfers) = (0, 0);
        for deed in deeds {
            match deed {
                Deed::Create(account) => {
                    let id = Uuid::from_u128(account);
                    let _ = log.ask(&json!({ "type": "CreateAccount", "accountId": id, "accountNumber": "x" }));
                }
                Deed::Deposit(account, amount) => {
                    paid_in += if log.deposit(account, amount).is_ok() { amount } else { 0 };
                }
                Deed::Withdraw(account, amount) => {
                    paid_in -= if log.withdraw(account, amount).is_ok() { amount } else { 0 };
                }
                Deed::Transfer(from, to, amount) => {
                    let _ = log.transfer_as(100 + transfers, from, to, amount);
                    transfers += 1;
                }
                Deed::Deliver(message, reader) => {
                    let some = (!log.events.is_empty()).then(|| message.index(log.events.len()));
                    let came = some.map(|message| log.deliver(reader, message));
                    prop_assert!(!matches!(came, Some(Came::Stuck(_))), "{:?}", came);
                }
                Deed::Round => {
                    let came = log.round();
                    prop_assert!(!matches!(came, Some(Came::Stuck(_))), "{:?}", came);
                }
            }
            conserved(&log, paid_in)?;
        }
        prop_assert_eq!(log.run(), []);
        prop_assert_eq!(conserved(&log, paid_in)?, 0, "nothing is under way");
        told_truly(&log, transfers)?;

        // And all of it once more: nothing happens but that wishes are sent again.
        let (before, of_accounts) = (log.events.len(), moved(&log).len());
        log.read = vec![0; log.read.len()];
        prop_assert_eq!(log.run(), []);
        prop_assert!(log.events[before..].iter().all(|(_, event)| matches!(event, Event::Mailbox(_))));
        prop_assert_eq!((conserved(&log, paid_in)?, moved(&log).len()), (0, of_accounts));
    }
}
