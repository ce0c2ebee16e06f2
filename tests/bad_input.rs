//! Whatever is asked of the bank is either recorded or answered by a clear "no" that changes nothing.

mod common;

use common::{Desk, stream};
use daybook::lab::no::No;
use daybook::worlds::bank::OWNER_MOST;
use serde_json::{Value, json};

/// Every command and what it looks like when it is well formed.
fn commands(account: &str) -> [Value; 4] {
    [
        json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 1 }),
        json!({ "type": "Deposit", "accountId": account, "amount": 1 }),
        json!({ "type": "Withdraw", "accountId": account, "amount": 1 }),
        json!({ "type": "CloseAccount", "accountId": account, "reason": "moved away" }),
    ]
}

/// What a field may hold that it should not.
fn odd_values() -> Vec<Value> {
    let deep = (0..100).fold(json!({}), |inner, _| json!([{ "inner": inner }]));
    let texts = ["", " \t\n", "abc", "<script>alert(1)</script>", "' OR 1=1 --", "\u{202e}drawrof", "🦉👩‍👩‍👧‍👧", "ﷺ", "\0"];
    let mut values =
        vec![json!(null), json!(true), json!(false), json!([]), json!([1, 2]), json!({}), json!({ "amount": 1 }), deep];
    values.extend([
        json!(0),
        json!(-1),
        json!(0.5),
        json!(1.0),
        json!(1e300),
        json!(-1e300),
        json!(1_u64 << 53),
        json!(-(1_i64 << 53)),
    ]);
    values.extend([json!((1_u64 << 53) - 1), json!(i64::MAX), json!(i64::MIN), json!(u64::MAX)]);
    values.extend(texts.map(Value::from));
    values.extend([json!("x".repeat(10_000)), json!("🦉".repeat(10_000)), json!("12.50"), json!("1")]);
    values.push(json!("00000000-0000-0000-0000-000000000000"));
    values
}

/// Asks, and holds the answer to what a "no" must be.
#[track_caller]
fn ask(desk: &Desk, words: &Value) {
    let told = words.to_string().chars().take(120).collect::<String>();
    let (before, len) = (desk.export(), desk.len());
    match desk.ask(words.clone()) {
        Ok(recorded) => assert_eq!(desk.len(), len + recorded.events.len() as u64, "{told}"),
        Err(no) => {
            assert_eq!(desk.export(), before, "{told}: a no changes nothing");
            is_clear(&no, &told);
        }
    }
}

#[track_caller]
fn is_clear(no: &No, told: &str) {
    let sentence = no.to_string();
    assert!(sentence.ends_with('.') && sentence.chars().count() < 300, "{told}: {sentence}");
    let tells = sentence.starts_with("Expected ") && sentence.contains("found ");
    match no {
        No::BadInput(_) => assert!(tells, "{told}: {sentence}"),
        No::Refused(_) => assert!(tells || sentence.starts_with("There is no such account."), "{told}: {sentence}"),
        No::Told { .. } | No::WrongExpectedRevision(_) | No::ReadOnly(_) | No::Journal(_) => panic!("{told}: {no:?}"),
    }
}

#[test]
fn every_field_of_every_command_holds_every_odd_value() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", 500);
    for command in commands(&ada) {
        for field in command.as_object().expect("a command is an object").keys() {
            for value in odd_values() {
                let mut words = command.clone();
                words[field] = value;
                ask(&desk, &words);
            }
        }
    }
}

#[test]
fn every_command_is_told_of_missing_and_misspelt_fields() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", 500);
    for command in commands(&ada) {
        for field in command.as_object().expect("a command is an object").keys() {
            let mut missing = command.clone();
            missing.as_object_mut().expect("a command is an object").remove(field);
            ask(&desk, &missing);
        }
        let mut misspelt = command.clone();
        misspelt["ammount"] = json!(1);
        let no = desk.ask(misspelt).expect_err("a misspelt field");
        assert!(no.name() == "BadInput" && no.to_string().contains("ammount"), "{no}");
        is_clear(&no, "a misspelt field");
    }
}

#[test]
fn what_is_no_command_at_all_is_told_so() {
    let desk = Desk::bank();
    for words in odd_values() {
        let told = words.to_string();
        let no = desk.ask(words.clone()).expect_err(&told);
        assert_eq!(no.name(), "BadInput", "{told}");
        is_clear(&no, &told);
        ask(&desk, &json!({ "type": words }));
    }
    assert_eq!(desk.len(), 0);
}

/// (command, field, kind of no, what it says)
#[test]
fn a_no_names_the_field_and_says_what_was_expected_and_found() {
    let desk = Desk::bank();
    let ada = &desk.open("Ada", 500);
    let owner_long = "ä".repeat(OWNER_MOST + 1);
    let open = |owner: Value| json!({ "type": "OpenAccount", "owner": owner });
    let opening = |cents: Value| json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": cents });
    let deposit = |cents: Value| json!({ "type": "Deposit", "accountId": ada, "amount": cents });
    let withdraw = |cents: Value| json!({ "type": "Withdraw", "accountId": ada, "amount": cents });
    let close = |account: Value| json!({ "type": "CloseAccount", "accountId": account });
    for (words, name, field, says) in [
        (open(json!("")), "Refused", Some("owner"), "Expected the owner's name, found nothing."),
        (open(json!(owner_long)), "Refused", Some("owner"), "Expected a name of at most 200 characters, found 201."),
        (open(json!(5)), "BadInput", Some("owner"), "Expected owner as text, found the number 5."),
        (opening(json!(-1)), "Refused", Some("openingDeposit"), "Expected $0.00 or more, found −$0.01."),
        (
            opening(json!(null)),
            "BadInput",
            Some("openingDeposit"),
            "Expected openingDeposit as a whole number of cents, found null.",
        ),
        (
            opening(json!(1_u64 << 53)),
            "BadInput",
            Some("openingDeposit"),
            "Expected openingDeposit between -9007199254740991 and 9007199254740991 cents, found the number 9007199254740992.",
        ),
        (deposit(json!(0)), "Refused", Some("amount"), "Expected more than $0.00, found $0.00."),
        (
            deposit(json!(0.5)),
            "BadInput",
            Some("amount"),
            "Expected amount as a whole number of cents, found the number 0.5.",
        ),
        (
            deposit(json!("12.50")),
            "BadInput",
            Some("amount"),
            "Expected amount as a whole number of cents, found the text “12.50”.",
        ),
        (
            deposit(json!(9_007_199_254_740_991_i64)),
            "Refused",
            Some("amount"),
            "Expected a balance of at most $90,071,992,547,409.91 afterwards, found more.",
        ),
        (
            withdraw(json!(501)),
            "Refused",
            Some("amount"),
            "Expected at most $5.00, which is all there is; found $5.01.",
        ),
        (
            withdraw(json!([1, 2])),
            "BadInput",
            Some("amount"),
            "Expected amount as a whole number of cents, found a list of 2.",
        ),
        (close(json!(ada)), "Refused", None, "Expected an empty account, found $5.00 on it. Withdraw that first."),
        (close(json!({})), "BadInput", Some("accountId"), "Expected accountId as text, found an object."),
        (
            close(json!("ada")),
            "BadInput",
            Some("accountId"),
            "Expected an account's id, a UUID such as 00000000-0000-0000-0000-000000000000, found the text “ada”.",
        ),
        (
            json!({ "type": "Deposit", "amount": 1 }),
            "BadInput",
            None,
            "Expected an account, found none. Open one first.",
        ),
        (
            json!({ "type": "Steal" }),
            "BadInput",
            None,
            "Expected OpenAccount, Deposit, Withdraw or CloseAccount, found the text “Steal”.",
        ),
        (json!({}), "BadInput", None, "Expected the command's type as text, found nothing."),
        (json!([]), "BadInput", None, "Expected a command such as {type: \"Deposit\", …}, found a list of 0."),
    ] {
        let no = desk.ask(words).expect_err(says);
        assert_eq!((no.name(), no.field(), no.to_string().as_str()), (name, field, says));
    }
    assert_eq!(desk.len(), 2);
}

#[test]
fn an_account_that_is_closed_says_so() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", 0);
    desk.ask(json!({ "type": "CloseAccount", "accountId": ada })).expect("an empty account");
    for command in &commands(&ada)[1..] {
        let no = desk.ask(command.clone()).expect_err("it is closed");
        assert_eq!(no.name(), "Refused");
        assert!(no.to_string().starts_with("This account is closed, and nothing more can happen to it."), "{no}");
    }
}

#[test]
fn any_name_is_kept_as_it_was_written() {
    let desk = Desk::bank();
    for owner in ["<script>alert(1)</script>", "O'Hara \"Bob\" \\", "\u{202e}drawrof", "🦉👩‍👩‍👧‍👧", "Zoe\u{308}", "=1+1"]
    {
        let account = desk.open(owner, 0);
        let state = desk.door().state(&stream(&account), u64::MAX);
        assert_eq!(state["owner"], json!(owner));
    }
}
