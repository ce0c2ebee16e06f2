//! Logs from elsewhere: judged before anything changes.

mod common;

use common::{Desk, fact, story, stream};
use daybook::engine::{ExpectedRevision, LogId};
use daybook::formats::{MOST_BYTES, MOST_DEPTH};
use daybook::lab::import::Verdict;
use daybook::lab::{As, Imported};
use daybook::worlds::money::MOST;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// The bank with a story in its log.
fn told() -> Desk {
    let desk = Desk::bank();
    story(&desk);
    desk
}

fn exported() -> String {
    told().export()
}

/// A log with odd data, an unknown kind, a reason and several accounts.
fn motley() -> String {
    let desk = told();
    desk.open("Zoë 🦉 \u{202e}<script>", 0);
    let odd = vec![fact("MoneyDeposited", "{ \"amount\":\t7 }"), fact("MoneyFound", "[1.0, 1e2]")];
    desk.append("account-x", ExpectedRevision::Any, odd).expect("within the bounds");
    desk.export()
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// The events of a file, as they stand in it.
fn event_lines(text: &str) -> &str {
    let (_, events) = text.split_once('\n').expect("a header");
    &events[..events.rfind("{\"trailer\"").expect("a trailer")]
}

/// The file with one of its lines as `edit` leaves it.
fn edited(text: &str, line: usize, edit: impl FnOnce(&mut Value)) -> String {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let mut value = serde_json::from_str(&lines[line]).expect("a line is JSON");
    edit(&mut value);
    lines[line] = value.to_string();
    lines.join("\n")
}

/// Imports what can't be imported, and gives the reason.
#[track_caller]
fn impossible(text: &str) -> String {
    let desk = told();
    let before = desk.export();
    for becomes in [As::Copy, As::Replace] {
        let Imported { log, events, verdict, reasons } = desk.import(text, becomes);
        let start: String = text.chars().take(80).collect();
        assert_eq!((log, events, verdict), (None, 0, Verdict::Impossible), "{start}");
        assert_eq!(reasons.len(), 1, "{start}: {reasons:?}");
        assert_eq!((desk.lab.recorded("bank"), desk.export()), (Some(desk.log), before.clone()), "nothing changes");
    }
    desk.lab.judge_as("bank", None, text).expect("a world of this lab").reasons.remove(0)
}

/// Imports what can be imported with care as a copy, and gives the reasons.
#[track_caller]
fn risky(text: &str) -> (Desk, Vec<String>) {
    let desk = told();
    let Imported { log, verdict, reasons, .. } = desk.import(text, As::Copy);
    assert_eq!(verdict, Verdict::Risky, "{reasons:?}");
    (desk.beside(log.expect("it is risky, not impossible")), reasons)
}

/// There and back.
mod round_trips {
    use super::*;

    #[test]
    fn give_the_same_events_as_a_copy() {
        let text = motley();
        let desk = Desk::bank();
        let copy = desk.beside(desk.import(&text, As::Copy).log.expect("it can be read"));
        assert_eq!(event_lines(&copy.export()), event_lines(&text));
        assert_eq!((desk.len(), desk.lab.recorded("bank")), (0, Some(desk.log)), "the recorded log is left alone");
        copy.open("Bob", 5);
        assert_eq!(copy.len(), 9, "and it goes on from there");
    }

    #[test]
    fn give_the_same_events_in_place_of_the_recorded_log() {
        let text = motley();
        let desk = told();
        let log = desk.import(&text, As::Replace).log.expect("it can be read");
        assert_ne!(log, desk.log);
        assert_eq!(desk.lab.recorded("bank"), Some(log));
        assert_eq!(event_lines(&desk.beside(log).export()), event_lines(&text));
        assert!(desk.lab.log(desk.log).is_err(), "the old log is gone");
    }

    #[test]
    fn are_the_same_in_a_journal() {
        let storage = common::Disk::default();
        let text = motley();
        let log = Desk::over(&storage).import(&text, As::Replace).log;
        let reopened = Desk::over(&storage);
        assert_eq!(Some(reopened.log), log);
        assert_eq!(event_lines(&reopened.export()), event_lines(&text));
        assert_eq!(reopened.lab.verify(reopened.log).expect("it can be read").first_bad, None);
    }

    #[test]
    fn are_fine_for_an_unchanged_export_and_for_an_empty_log() {
        for text in [exported(), Desk::bank().export()] {
            let Imported { verdict, reasons, events, .. } = Desk::bank().import(&text, As::Copy);
            assert_eq!((verdict, reasons), (Verdict::Fine, Vec::new()));
            assert_eq!(events, event_lines(&text).lines().count() as u64);
        }
    }

    #[test]
    fn need_no_particular_ends_of_lines() {
        let text = exported();
        let events = |text: &str| {
            let desk = Desk::bank();
            let Imported { log, verdict, .. } = desk.import(text, As::Copy);
            assert_eq!(verdict, Verdict::Fine);
            event_lines(&desk.beside(log.expect("it is fine")).export()).to_owned()
        };
        for other in [
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            text.replace('\n', "\n\n  \n"),
            text.trim_end().to_owned(),
        ] {
            assert_eq!(events(&other), event_lines(&text));
        }
    }

    #[test]
    fn keep_names_in_the_header_that_nobody_knows() {
        let text = edited(&motley(), 0, |header| header["course"] = json!({ "week": 3, "room": "B" }));
        let desk = Desk::bank();
        for becomes in [As::Copy, As::Replace] {
            let copy = desk.beside(desk.import(&text, becomes).log.expect("it can be read"));
            let header: Value = serde_json::from_str(lines(&copy.export())[0]).expect("a header");
            assert_eq!(header["course"], json!({ "week": 3, "room": "B" }));
            assert_eq!(header["log"], json!(copy.log), "it is a log of its own");
        }
    }
}

/// Text that is no whole log.
mod cut_off {
    use super::*;

    #[test]
    fn after_any_line_it_is_impossible() {
        let text = motley();
        let count = lines(&text).len();
        for kept in 1..count {
            let cut = lines(&text)[..kept].join("\n");
            let expected = format!("the end after {} of {} events: the file was cut off.", kept - 1, count - 2);
            let told = impossible(&cut);
            assert_eq!(told, format!("Line {}: expected the trailer, found {expected}", kept + 1));
        }
    }

    #[test]
    fn after_any_byte_it_is_impossible() {
        let text = motley();
        // Without its last line's end a file is whole.
        let cuts = (0..text.len() - 1).filter(|&end| text.is_char_boundary(end)).step_by(7).chain([text.len() - 2]);
        for end in cuts {
            let reason = impossible(&text[..end]);
            let line = text[..end].lines().count().max(1);
            let at = [line, line + 1].map(|line| format!("Line {line}: expected "));
            assert!(at.iter().any(|at| reason.starts_with(at)), "cut after byte {end}: {reason}");
        }
    }
}

/// (text, what the reason begins with)
#[test]
fn what_is_no_log_of_this_world_is_impossible() {
    let text = exported();
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    let header = |edit: fn(&mut Value)| edited(&text, 0, edit);
    for (text, reason) in [
        (String::new(), "Line 1: expected a Daybook log, found nothing."),
        (" \r\n\t\n".to_owned(), "Line 1: expected a Daybook log, found nothing."),
        (
            "hello".to_owned(),
            "Line 1: expected a header such as {\"format\":\"daybook\",\"version\":1,…}, found “hello”.",
        ),
        ("null".to_owned(), "Line 1: expected a header"),
        (
            r#"{"format":"ledger-cli"}"#.to_owned(),
            "Line 1: expected a header such as {\"format\":\"daybook\",\"version\":1,…}, found a file of another program",
        ),
        (r#"[{"kind":"x","stream":"y"}]"#.to_owned(), "Line 1: expected a header"),
        (
            header(|header| header["version"] = json!(2)),
            "Line 1: expected a header such as {\"format\":\"daybook\",\"version\":1,…}, found version 2.",
        ),
        (
            header(|header| header["world"] = json!("casino")),
            "Expected a log of the world bank, found one of “casino”.",
        ),
        (header(|header| header["log"] = json!("mine")), "Line 1: expected a header"),
        (
            header(|header| drop(header.as_object_mut().expect("an object").remove("world"))),
            "Line 1: expected a header",
        ),
        (header(|header| header["events"] = json!(3)), "Line 6: expected 3 events, found 4."),
        (deep(100_000), "Line 1: expected at most 64 levels of nesting, found more."),
        (
            text.replace("{\"amount\":5000}", &deep(100_000)),
            "Line 4: expected at most 64 levels of nesting, found more.",
        ),
        (
            text.replace("{\"amount\":5000}", &"[".repeat(100_000)),
            "Line 4: expected at most 64 levels of nesting, found more.",
        ),
        (" ".repeat(MOST_BYTES + 1), "Line 1: expected at most 67108864 bytes, found 67108865."),
        (format!("{text}\nhello"), "Line 8: expected nothing after the trailer, found “hello”."),
        (format!("{text}{text}"), "Line 7: expected nothing after the trailer, found “{"),
        (text.replace("\"type\"", "\"kind\""), "Line 2: expected an event or the trailer, found “{"),
    ] {
        let told = impossible(&text);
        assert!(told.starts_with(reason), "expected {reason}\nfound {told}");
    }
}

#[test]
fn nesting_within_the_limit_is_read() {
    let n = MOST_DEPTH - 1;
    let text = exported().replace("{\"amount\":5000}", &("[".repeat(n) + &"]".repeat(n)));
    let (_, reasons) = risky(&text);
    assert!(reasons[0].starts_with("Event 3 can be kept but not understood"), "{reasons:?}");
}

/// (line, place, what stands there then, what the reason ends with)
#[test]
fn a_mistake_is_told_by_its_field_and_in_plain_words() {
    let text = exported();
    for (line, place, becomes, told) in [
        (0, "/log", json!("mine"), "expected a UUID as “log”, found something else."),
        (0, "/events", json!(-4), "expected a whole number from 0 on as “events”, found -4."),
        (1, "/type", json!(7), "expected text as “type”, found 7."),
        (1, "/metadata/actor", json!(null), "expected text as “actor”, found null."),
        (2, "/revision", json!("1"), "expected a whole number from 0 on as “revision”, found “1”."),
        (2, "/metadata", json!([]), "expected an object as “metadata”, found a list."),
        (
            3,
            "/metadata/schemaVersion",
            json!(70_000),
            "expected a whole number from 0 to 65535 as “schemaVersion”, found 70000.",
        ),
        (
            3,
            "/metadata/recordedAt",
            json!("yesterday"),
            "expected a time such as 2026-01-31T12:00:00.000Z, found \"yesterday\".",
        ),
    ] {
        let text = edited(&text, line, |event| *event.pointer_mut(place).expect("it is there") = becomes);
        let reason = impossible(&text);
        assert!(reason.ends_with(told), "expected {told}\nfound {reason}");
    }
    let nameless = edited(&text, 0, |header| drop(header.as_object_mut().expect("an object").remove("world")));
    assert!(impossible(&nameless).ends_with(": “world” is missing."));
    let broken = text.replacen("\"type\":", "\"type\"", 1);
    assert!(impossible(&broken).contains(": it is no JSON from character "));
}

/// (line, what is done to it, the reason); events stand on lines 1 to 4.
#[test]
fn places_and_sums_that_can_not_be_are_impossible() {
    let text = exported();
    let first_id: Value = serde_json::from_str::<Value>(lines(&text)[1]).expect("an event")["id"].take();
    let ada = lines(&text)[1].split('"').nth(7).expect("the stream's name").to_owned();
    let cases: [(usize, &str, Value, String); 8] = [
        (3, "/position", json!(3), "Event 3: expected position 2 (the first is 0), found 3.".to_owned()),
        (1, "/position", json!(1), "Event 1: expected position 0 (the first is 0), found 1.".to_owned()),
        (
            3,
            "/revision",
            json!(3),
            format!("Event 3: expected revision 2 (the first is 0) of “{}…” (44 characters), found 3.", &ada[..40]),
        ),
        (
            2,
            "/revision",
            json!(0),
            format!("Event 2: expected revision 1 (the first is 0) of “{}…” (44 characters), found 0.", &ada[..40]),
        ),
        (
            2,
            "/stream",
            json!("account-2"),
            "Event 2: expected revision 0 (the first is 0) of “account-2”, found 1.".to_owned(),
        ),
        (
            4,
            "/id",
            first_id.clone(),
            format!("Event 4: expected an id of its own, found {} a second time.", first_id.as_str().expect("text")),
        ),
        (3, "/data/amount", json!(MOST + 1), format!("Event 3: expected a number within ±{MOST}, found {}.", MOST + 1)),
        (3, "/data/amount", json!(MOST), format!("Event 3: expected a sum within ±{MOST}, found {}.", MOST + 10_000)),
    ];
    for (line, place, becomes, reason) in cases {
        let text = edited(&text, line, |event| *event.pointer_mut(place).expect("it is there") = becomes);
        assert_eq!(impossible(&text), reason);
    }
}

/// What can be taken in with care.
mod risks {
    use super::*;

    #[test]
    fn an_unknown_kind_is_kept_shown_and_exported_again() {
        let text = motley();
        let (copy, reasons) = risky(&text);
        assert_eq!(reasons, ["Event 7 can be kept but not understood: the kind \"MoneyFound\" is not known here."]);
        assert_eq!(event_lines(&copy.export()), event_lines(&text));
        let entry = copy.door().entries(6, 7).remove(0);
        assert_eq!((entry.kind.as_str(), entry.amount, entry.figure), ("MoneyFound", None, 7));
    }

    #[test]
    fn data_that_can_not_be_read_is_kept_and_changes_no_state() {
        let text = edited(&exported(), 3, |event| event["data"] = json!({ "amount": "50.00" }));
        let (copy, reasons) = risky(&text);
        assert!(
            reasons[0]
                .starts_with("Event 3 can be kept but not understood: the data of MoneyDeposited can't be read: expected a whole number as “amount”, found “50.00”.")
        );
        let ada = copy.door().store().event(0).expect("an event").stream;
        assert_eq!(copy.door().sum(&ada, 4).total, 7_000);
        assert!(copy.export().contains(r#""data":{"amount":"50.00"}"#));
    }

    #[test]
    fn only_the_first_place_is_named_and_the_others_are_counted() {
        let text = exported().replace("MoneyDeposited", "MoneyFound");
        let (_, reasons) = risky(&text);
        assert!(reasons[0].starts_with("Event 2, and 1 more can be kept but not understood: "), "{reasons:?}");
    }

    #[test]
    fn a_file_that_was_edited_says_so() {
        let text = exported();
        for edit in [
            |event: &mut Value| event["data"]["amount"] = json!(5001),
            |event: &mut Value| event["metadata"]["actor"] = json!("Eve"),
            |event: &mut Value| event["metadata"]["recordedAt"] = json!("2026-01-01T00:00:00.000Z"),
        ] {
            let (_, reasons) = risky(&edited(&text, 3, edit));
            assert_eq!(reasons.len(), 1, "{reasons:?}");
            assert!(reasons[0].starts_with("The file was changed after it was exported: "), "{reasons:?}");
        }
        let (_, reasons) = risky(&edited(&text, 0, |header| header["log"] = json!(LogId(uuid::Uuid::nil()))));
        assert!(reasons[0].starts_with("The file was changed after it was exported: "), "{reasons:?}");
    }

    #[test]
    fn what_decide_would_never_allow_is_taken_in_as_it_happened() {
        let text = edited(&exported(), 4, |event| event["data"]["amount"] = json!(99_999));
        let (copy, _) = risky(&text);
        let ada = copy.door().store().event(0).expect("an event").stream;
        assert_eq!(copy.door().sum(&ada, 4).total, 15_000 - 99_999);
        let id = ada.as_str().trim_start_matches("account-");
        assert_eq!(copy.withdraw(id, 1).expect_err("the rules hold from here on").name(), "Refused");
        assert_eq!(stream(id), ada);
    }
}

/// Imports whatever comes, and holds the verdict to what it says.
fn survives(text: &str) {
    let desk = told();
    let before = desk.export();
    let Imported { log, verdict, reasons, .. } = desk.import(text, As::Copy);
    assert_eq!(log.is_none(), verdict == Verdict::Impossible);
    assert_eq!(reasons.is_empty(), verdict == Verdict::Fine);
    assert_eq!(desk.export(), before);
    if let Some(log) = log {
        let copy = desk.beside(log);
        let again = desk.import(&copy.export(), As::Copy);
        assert!(again.log.is_some(), "what was taken in is exported and taken in again: {:?}", again.reasons);
        assert_eq!(copy.door().closed(), None);
        assert_eq!(copy.door().entries(0, u64::MAX).len() as u64, copy.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in "(\\PC|\n){0,200}", lines in proptest::collection::vec(".{0,60}", 0..4)) {
        survives(&text);
        survives(&format!("{}\n{}", self::lines(&exported())[0], lines.join("\n")));
    }

    #[test]
    fn any_mutation_of_a_file_is_survived(at in any::<Index>(), length in 0..12_usize, with in "[-0-9a-z\"{}\\[\\]:,. \n]{0,6}") {
        let text = motley();
        let boundary = |at: usize| (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
        let start = boundary(at.index(text.len()));
        let end = boundary((start + length).min(text.len()));
        survives(&format!("{}{with}{}", &text[..start], &text[end..]));
    }

    #[test]
    fn any_lines_doubled_swapped_or_left_out_are_survived(picks in proptest::collection::vec(any::<Index>(), 0..14)) {
        let text = motley();
        let lines = lines(&text);
        let picked: Vec<_> = picks.iter().map(|pick| lines[pick.index(lines.len())]).collect();
        survives(&picked.join("\n"));
        survives(&[lines[0], &picked.join("\n"), lines[lines.len() - 1]].join("\n"));
    }
}
