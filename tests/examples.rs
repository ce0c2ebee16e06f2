//! A stretch of a log as given / when / then: as a table, as data, and as Rust that passes.

mod common;

use std::fs;
use std::path::Path;

use common::{Desk, fact, story, stream};
use daybook::engine::{ExpectedRevision, Position, StreamId, Timestamp};
use daybook::lab::Registration;
use daybook::lab::door::{Ask, Asked};
use daybook::lab::no::No;
use daybook::lab::spec::{Before, Example, Examples};
use daybook::lab::what_if::Edit;
use daybook::worlds::bank::Bank;
use serde_json::{Value, json};
use uuid::Uuid;

/// Examples of the golden file: every command, every kind of answer, and a name that does its worst.
///
/// The bank is alone in its lab: each world takes an id, and the next one would change all that follow.
fn pasted() -> Examples {
    let desk = Desk::of(const { &[Registration::of::<Bank>()] }, "bank");
    let ada = desk.open("Ada", 10_000);
    desk.deposit(&ada, 5_000).expect("open");
    desk.withdraw(&ada, 3_000).expect("enough");
    desk.withdraw(&ada, 12_000).expect("enough");
    desk.ask(json!({ "type": "CloseAccount", "accountId": ada, "reason": "moved away" })).expect("empty");
    let bob = desk.open("Bob \"\\ \u{202e}*/\n}", 0);
    desk.deposit(&bob, 1_234_567).expect("open");

    let branch = desk.branch(desk.len());
    let mut all = examples(&desk, &ada, 0, 6, Before::All).expect("a short stretch");
    all.all.extend(examples(&desk, &bob, 6, 8, Before::All).expect("a short stretch").all);
    desk.lab.edit(branch.log, &[Edit::Skip(Position(2))]).expect("the branch took it over");
    let refused = examples(&branch, &ada, 3, 5, Before::Short).expect("a short stretch").all;
    // In the log events of these positions stand already, and a test needs a name of its own.
    all.all.extend((100..).zip(refused).map(|(at, example)| Example { position: Position(at), ..example }));
    all.all.extend(tried(&desk, json!({ "type": "OpenAccount", "owner": "" })).expect("read").all);
    all
}

fn examples(desk: &Desk, account: &str, from: u64, to: u64, before: Before) -> Result<Examples, No> {
    desk.door().examples(&stream(account), from, to, before)
}

fn tried(desk: &Desk, words: Value) -> Result<Examples, No> {
    let asked = Asked { now: Timestamp::from_millis(0), id: Uuid::from_u128(7) };
    desk.door().example(&Ask { words, ..Ask::default() }, &asked, desk.len(), Before::All)
}

/// `tests/pasted.rs` is this text, and `cargo test` runs it.
#[test]
fn as_rust_they_pass_when_pasted() {
    let rust = pasted().rust();
    if rust != include_str!("pasted.rs") {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pasted.rs");
        fs::write(&fresh, rust).expect("a folder for such files");
        panic!("tests/pasted.rs is another text now; look at {} and copy it, if it is right", fresh.display());
    }
}

#[test]
fn as_a_table_they_are_told_in_words() {
    let desk = Desk::bank();
    let ada = story(&desk);
    let table = examples(&desk, &ada, 0, 4, Before::All).expect("a short stretch").table();
    let told: Vec<_> =
        table.iter().map(|line| (line.given.join("; "), line.when.as_str(), line.then.join("; "))).collect();
    let opened = "account opened for Ada; deposited $100.00";
    let expected = [
        (String::new(), "Open account, Owner Ada, Opening deposit $100.00", opened.to_owned()),
        (opened.to_owned(), "Deposit, Amount $50.00", "deposited $50.00".to_owned()),
        (format!("{opened}; deposited $50.00"), "Withdraw, Amount $30.00", "withdrew $30.00".to_owned()),
    ];
    assert_eq!(told, expected);
    assert!(table.iter().all(|line| !line.is_refused));
}

#[test]
fn as_data_they_hold_commands_and_events_as_the_console_knows_them() {
    let desk = Desk::bank();
    let ada = story(&desk);
    let examples = examples(&desk, &ada, 3, 4, Before::Short).expect("a short stretch");
    let number = desk.events()[0]["data"]["number"].clone();
    let before = json!({ "owner": "Ada", "number": number, "balance": 15_000 });
    let expected = json!([{
        "given": [{ "type": "AccountCarriedOver", "data": before }],
        "when": { "type": "Withdraw", "accountId": ada, "amount": 3_000 },
        "then": [{ "type": "MoneyWithdrawn", "data": { "amount": 3_000 } }],
    }]);
    assert_eq!(examples.data(), expected);
    assert!(examples.all[0].is_recorded);
}

#[test]
fn a_command_that_is_only_tried_leaves_no_trace() {
    let desk = Desk::bank();
    let ada = story(&desk);
    let before = desk.export();
    let examples = tried(&desk, json!({ "type": "Withdraw", "accountId": ada, "amount": 99_999 })).expect("read");
    let why = "Expected at most $120.00, which is all there is; found $999.99.";
    assert_eq!(examples.table()[0].then, [why]);
    assert_eq!(examples.data()[0]["refused"], json!({ "message": why, "field": "amount" }));
    assert_eq!(desk.export(), before);
    assert_eq!(tried(&desk, json!({ "type": "Steal" })).expect_err("no such command").name(), "BadInput");
}

#[test]
fn rules_of_today_judge_what_was_recorded_past_them() {
    let desk = Desk::bank();
    let facts = vec![
        fact("AccountOpened", r#"{"owner":"  Ada ","number":"1"}"#),
        fact("MoneyFound", "{}"),
        fact("MoneyWithdrawn", r#"{"amount":5}"#),
    ];
    desk.append("account-x", ExpectedRevision::NoStream, facts).expect("any facts");
    let examples = desk.door().examples(&StreamId::new("account-x"), 0, 9, Before::Short).expect("a short stretch");
    let told: Vec<_> =
        examples.all.iter().map(|example| (example.position.0, example.then.is_ok(), example.is_recorded)).collect();
    assert_eq!(told, [(0, true, false), (2, false, false)]);
}

#[test]
fn what_nobody_asked_for_is_given_but_makes_no_example() {
    let desk = Desk::bank();
    let ada = story(&desk);
    let log = common::now(desk.lab.close_books("bank", None)).expect("books with something in them");
    let desk = desk.beside(log);
    desk.deposit(&ada, 1).expect("carried over and open");
    let examples = examples(&desk, &ada, 0, 9, Before::All).expect("a short stretch");
    let table = examples.table();
    assert_eq!((table.len(), table[0].given.len()), (1, 1));
    assert_eq!(table[0].given, ["account of Ada carried over with $120.00"]);
}

#[test]
fn a_stretch_has_an_end() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", 0);
    for _ in 0..101 {
        desk.deposit(&ada, 1).expect("open");
    }
    let no = examples(&desk, &ada, 0, 102, Before::Short).expect_err("102 commands");
    assert_eq!(no.to_string(), "Expected a stretch of at most 100 commands, found 102. Choose a shorter one.");
    let no = examples(&desk, &ada, 2, 102, Before::All).expect_err("some five thousand lines");
    assert!(no.to_string().starts_with("Expected at most 2000 events before the commands"), "{no}");
    let short = examples(&desk, &ada, 2, 102, Before::Short).expect("one line each");
    assert!(short.all.iter().all(|example| example.given.len() == 1 && example.is_recorded));
    let none = desk.door().examples(&StreamId::new("account-x"), 0, 9, Before::All).expect("nothing happened there");
    assert_eq!((none.all.len(), none.data()), (0, json!([])));
}
