//! Conditions as people type them, and where in a log they hold.

mod common;
#[path = "common/logs.rs"]
mod logs;

use common::{Desk, fact, story};
use daybook::engine::{Decider as _, ExpectedRevision, Fact, Position, RecordedEvent};
use daybook::lab::condition::{BadCondition, Condition, DEPTH_MOST, LENGTH_MOST};
use daybook::lab::door::Door;
use daybook::lab::find::{Order, Query, Search, When, find};
use daybook::lab::misnamed::misnamed;
use daybook::worlds::World as _;
use daybook::worlds::bank::{Account, Bank, Event};
use logs::{any_log, cases, door, recorded, typed};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

fn condition(text: &str) -> Condition {
    text.parse().unwrap_or_else(|wrong: BadCondition| panic!("{text}: {wrong}"))
}

/// Positions at which a condition holds in a log.
fn holds(door: &dyn Door, text: &str) -> Vec<u64> {
    find(door, Query { when: When::Holds, ..Query::all(condition(text)) })
}

#[test]
fn a_condition_is_written_in_one_way() {
    for (typed, written) in [
        ("kind=MoneyDeposited and amount>10000", "kind = MoneyDeposited and amount > 10000"),
        ("NOT Stream = account-1", "not stream = account-1"),
        ("text contains \"ada\"", "text contains ada"),
        ("text contains \"Ada Bob\"", "text contains \"Ada Bob\""),
        (
            "time >= 2026-01-01T00:00:00Z and time < 2026-02-01",
            "time >= 2026-01-01T00:00:00.000Z and time < 2026-02-01T00:00:00.000Z",
        ),
        ("data.owner = \"Ada\"", "owner = Ada"),
        ("data.kind = \"and\"", "data.kind = \"and\""),
        ("\"first name\".\"a.b\" != true", "\"first name\".\"a.b\" != true"),
        ("state.balance<0", "state.balance < 0"),
        ("balance = \"5\" or balance = 5 or balance = 5.50", "balance = \"5\" or balance = 5 or balance = 5.5"),
        ("number contains 1234", "number contains \"1234\""),
        ("((a = 1) and (b = 2 and c = 3))", "a = 1 and b = 2 and c = 3"),
        ("(a = 1 or b = 2) and not (c = 3)", "(a = 1 or b = 2) and not c = 3"),
        ("a = 1 or b = 2 and c = 3", "a = 1 or b = 2 and c = 3"),
        ("not (a = 1 and b = 2) or not not c = 3", "not (a = 1 and b = 2) or not not c = 3"),
        ("position <= 7 and actor != Bob", "position <= 7 and actor != Bob"),
        ("openingBalances.0.owner = O'Bob", "openingBalances.0.owner = O'Bob"),
    ] {
        assert_eq!(condition(typed).to_string(), written);
        assert_eq!(condition(written), condition(typed));
    }
}

#[test]
fn what_is_no_condition_is_explained() {
    for (text, why) in [
        ("", "Expected a field such as kind, time, amount or state.balance, found the end at place 1."),
        ("amount", "Expected =, !=, <=, >=, <, > or contains after amount, found the end at place 7."),
        ("kind > A", "Expected =, != or contains after kind, found “>” at place 6."),
        ("text = a", "Expected contains after text, found “=” at place 6."),
        ("time contains 1", "Expected =, !=, <=, >=, < or > after time, found “contains” at place 6."),
        ("amount = ", "Expected a value such as 100, true or \"Ada\", found the end at place 10."),
        ("amount == 5", "Expected a value such as 100, true or \"Ada\", found “=” at place 9."),
        ("owner = 'Ada'", "Expected a value such as 100, true or \"Ada\", found “'Ada'” at place 9."),
        ("owner = \"Ada", "Expected a text in quotes as JSON has it, such as \"Ada\", found “\"Ada” at place 9."),
        ("ä = ö && b = 1", "Expected and, or, or the end, found “&&” at place 7."),
        ("(a = 1", "Expected and, or, or a closing bracket, found the end at place 7."),
        ("a = 1)", "Expected and, or, or the end, found “)” at place 6."),
        ("time > soon", "Expected a time such as 2026-01-31 or 2026-01-31T12:00:00Z, found “soon” at place 8."),
        ("position = -1", "Expected a whole number, 0 or more, found “-1” at place 12."),
        ("state = 1", "Expected a point and a field's name after state, found “=” at place 7."),
        ("data.a. b = 1", "Expected a field's name after the point, found “b” at place 9."),
        ("a = 1 and or", "Expected a field such as kind, time, amount or state.balance, found “or” at place 11."),
    ] {
        assert_eq!(text.parse::<Condition>().expect_err(text).to_string(), why, "{text}");
    }
}

#[test]
fn a_condition_is_bounded() {
    let nots = |depth| format!("{}a = 1", "not ".repeat(depth));
    let brackets = |depth| format!("{}a = 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(nots(DEPTH_MOST).parse::<Condition>().is_ok());
    assert!(brackets(DEPTH_MOST).parse::<Condition>().is_ok());
    for deeper in [nots(DEPTH_MOST + 1), brackets(DEPTH_MOST + 1), "(".repeat(LENGTH_MOST)] {
        let wrong = deeper.parse::<Condition>().expect_err("too deep");
        assert_eq!(wrong.expected, "at most 32 brackets and nots within each other");
    }

    let text = |length: usize| format!("a = {}", "ä".repeat(length - 4));
    assert!(text(LENGTH_MOST).parse::<Condition>().is_ok());
    for longer in [text(LENGTH_MOST + 1), "(".repeat(1_000_000)] {
        let wrong = longer.parse::<Condition>().expect_err("too long");
        assert_eq!(wrong.to_string(), "Expected at most 1000 characters, found more at place 1001.");
    }
    let dense = vec!["a=1"; LENGTH_MOST / 7].join(" or ");
    let wrong = dense.parse::<Condition>().expect_err("too long once it is written out");
    assert!(wrong.expected.ends_with("with a space around every sign"), "{wrong}");
}

/// Texts of what conditions are made of, in any order.
fn tokens() -> impl Strategy<Value = String> {
    let token = select(vec![
        "kind",
        "stream",
        "text",
        "time",
        "position",
        "data.",
        "state.",
        "a",
        "\"b c\"",
        ".0",
        ".",
        "and",
        "or",
        "not",
        "(",
        ")",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "contains",
        "1",
        "-0",
        "1e400",
        "1.5E3",
        "12345678901234567890123",
        "0.1",
        "true",
        "2026-01-01",
        "1969-01-01T00:00:00Z",
        "Ada",
        "'x'",
        "\"\"",
        "\"\\u00e4\\\"\"",
        "\"",
        "…",
        "!",
        "account-1",
        "\u{0}",
    ]);
    vec((token, select(vec![" ", "", "\t"])), 0..16).prop_map(|parts| {
        let parts: Vec<String> = parts.into_iter().map(|(token, space)| format!("{token}{space}")).collect();
        parts.concat()
    })
}

/// Texts that are conditions, most of the time.
fn sentences() -> impl Strategy<Value = String> {
    let of = select(vec!["kind", "a", "data.kind", "\"b c\".0", "state.x", "state.\"and\"", "data.\"\""]);
    let op = select(vec!["=", "!=", "contains", "<", ">="]);
    let value =
        select(vec!["1", "-0", "1.10", "1e300", "x", "\"1\"", "\"or\"", "\"\"", "true", "\"'\\n\\u0000\"", "\u{7f}"]);
    let test = (of, op, value).prop_map(|(of, op, value)| format!("{of}{op} {value}"));
    test.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not {a}")),
            inner.clone().prop_map(|a| format!("({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} and {b}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("{a} or {b}")),
        ]
    })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn what_a_condition_says_is_that_condition(text in prop_oneof!["\\PC{0,60}", tokens(), sentences()]) {
        match text.parse::<Condition>() {
            Ok(condition) => prop_assert_eq!(condition.to_string().parse(), Ok(condition)),
            Err(wrong) => prop_assert!((1..=text.chars().count() + 1).contains(&wrong.place), "{:?}: {}", text, wrong),
        }
    }
}

/// What a condition can ask of an event and of the state after it.
struct Seen<'a> {
    event: &'a RecordedEvent,
    data: &'a Value,
    state: &'a Value,
}

type Leaf = (&'static str, fn(&Seen<'_>) -> bool);

/// Comparisons, and the same as a function.
const LEAVES: &[Leaf] = &[
    ("kind = MoneyDeposited", |seen| seen.event.kind == "MoneyDeposited"),
    ("kind != MoneyLost", |_| true),
    ("kind contains MONEY", |seen| seen.event.kind.contains("Money")),
    ("stream = account-1", |seen| seen.event.stream.as_str() == "account-1"),
    ("stream = account-9", |_| false),
    ("stream != account-1", |seen| seen.event.stream.as_str() != "account-1"),
    ("actor = Bob", |seen| seen.event.metadata.actor == "Bob"),
    ("position >= 7", |seen| seen.event.position.0 >= 7),
    ("time < 1970-01-01T00:00:09Z", |seen| seen.event.position.0 < 9),
    ("text contains ada", |seen| seen.event.data.get().contains("Ada")),
    ("text contains 'b \\\"b'", |seen| seen.data["owner"].as_str().is_some_and(|owner| owner.contains("b \"B"))),
    ("text contains bob", |seen| seen.event.metadata.actor == "Bob" || seen.event.data.get().contains("Bob")),
    ("amount > 1", |seen| seen.data["amount"].as_f64().is_some_and(|amount| amount > 1.0)),
    ("amount = 2.5", |seen| seen.data["amount"].as_f64() == Some(2.5)),
    ("amount != 2", |seen| seen.data["amount"].as_i64() != Some(2)),
    ("amount = \"2\"", |seen| seen.data["amount"] == "2"),
    ("owner >= B", |seen| seen.data["owner"].as_str().is_some_and(|owner| owner >= "B")),
    ("owner contains Ä", |seen| seen.data["owner"].as_str().is_some_and(|owner| owner.contains('ä'))),
    ("at.0 = Bob", |seen| seen.event.kind == "MoneyFound"),
    ("0 = 2", |seen| seen.data[0] == 2),
    ("data.1.0 != Ada", |seen| seen.data[1][0] != "Ada"),
    ("closed = true", |seen| seen.data["closed"] == true),
    ("state.balance < 0", |seen| seen.state["balance"].as_i64().is_some_and(|balance| balance < 0)),
    ("state.balance = 0", |seen| seen.state["balance"] == 0),
    ("state.status = open", |seen| seen.state["status"] == "open"),
];

/// A condition, and how to know without one where it holds.
#[derive(Clone, Debug)]
enum Sketch {
    Leaf(Index),
    Not(Box<Sketch>),
    All(Box<(Sketch, Sketch)>),
    Any(Box<(Sketch, Sketch)>),
}

impl Sketch {
    fn text(&self) -> String {
        match self {
            Self::Leaf(index) => index.get(LEAVES).0.replace('\'', "\""),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::All(both) => format!("({}) and ({})", both.0.text(), both.1.text()),
            Self::Any(both) => format!("({}) or ({})", both.0.text(), both.1.text()),
        }
    }

    fn holds(&self, seen: &Seen<'_>) -> bool {
        match self {
            Self::Leaf(index) => (index.get(LEAVES).1)(seen),
            Self::Not(inner) => !inner.holds(seen),
            Self::All(both) => both.0.holds(seen) && both.1.holds(seen),
            Self::Any(both) => both.0.holds(seen) || both.1.holds(seen),
        }
    }

    /// The positions in a log, by looking at everything.
    fn positions(&self, events: &[RecordedEvent], when: When) -> Vec<u64> {
        let mut streams: Vec<(&str, Account, bool)> = Vec::new();
        let mut positions = Vec::new();
        for event in events {
            let name = event.stream.as_str();
            let index = streams.iter().position(|(known, ..)| *known == name).unwrap_or_else(|| {
                streams.push((name, Account::default(), false));
                streams.len() - 1
            });
            let (_, account, held) = &mut streams[index];
            if let Some(event) = typed(event) {
                *account = Bank::default().evolve(account.clone(), &event);
            }
            let data = serde_json::from_str(event.data.get()).expect("JSON");
            let holds = self.holds(&Seen { event, data: &data, state: &Bank::default().plain(&event.stream, account) });
            if holds && (when == When::Holds || !*held) {
                positions.push(event.position.0);
            }
            *held = holds;
        }
        positions
    }
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let leaf = any::<Index>().prop_map(Sketch::Leaf);
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| Sketch::Not(Box::new(a))),
            (inner.clone(), inner.clone()).prop_map(|both| Sketch::All(Box::new(both))),
            (inner.clone(), inner).prop_map(|both| Sketch::Any(Box::new(both))),
        ]
    })
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn a_search_finds_what_looking_at_everything_finds(
        log in any_log(),
        sketch in sketch(),
        (begins, latest) in any::<(bool, bool)>(),
        (from, to) in (0..45_u64, 0..45_u64),
        most in prop_oneof![Just(usize::MAX), 0..4_usize],
        budget in 0..9_u64,
    ) {
        let events = recorded(&log);
        let when = if begins { When::Begins } else { When::Holds };
        let order = if latest { Order::Latest } else { Order::Earliest };
        let mut expected = sketch.positions(&events, when);
        expected.retain(|position| (from..to).contains(position));
        if latest {
            expected.reverse();
        }
        expected.truncate(most);

        let door = door(events);
        let query = Query { condition: condition(&sketch.text()), range: from..to, order, when, most };
        prop_assert_eq!(&find(&*door, query.clone()), &expected, "{}", &query.condition);

        let mut search = Search::new(&*door, query);
        let mut before = search.progress();
        while !before.is_done {
            let progress = search.advance(&*door, budget);
            prop_assert!(progress.looked > before.looked && progress.looked <= before.looked + budget.max(1));
            prop_assert!(progress.looked <= progress.of);
            prop_assert!(expected.starts_with(search.found()));
            before = progress;
        }
        prop_assert_eq!(search.found(), &expected);
    }
}

#[test]
fn when_was_any_balance_first_below_nothing() {
    let desk = Desk::bank();
    story(&desk);
    let moved = |event: &Event| vec![Fact::of(event)];
    let withdrawn = moved(&Event::MoneyWithdrawn { amount: 5 });
    // The bank would refuse these; a log from elsewhere may have them.
    desk.append("account-1", ExpectedRevision::Any, moved(&Event::MoneyDeposited { amount: 4 })).expect("position 4");
    desk.append("account-1", ExpectedRevision::Any, withdrawn.clone()).expect("position 5: -1");
    desk.append("account-2", ExpectedRevision::Any, withdrawn.clone()).expect("position 6: -5");
    desk.append("account-1", ExpectedRevision::Any, withdrawn.clone()).expect("position 7: -6");
    desk.append("account-1", ExpectedRevision::Any, moved(&Event::MoneyDeposited { amount: 9 }))
        .expect("position 8: 3");
    desk.append("account-1", ExpectedRevision::Any, withdrawn).expect("position 9: -2");

    let below = condition("state.balance < 0");
    assert_eq!(find(&*desk.door(), Query::all(below.clone())), [5, 6, 9]);
    assert_eq!(find(&*desk.door(), Query { most: 1, ..Query::all(below.clone()) }), [5]);
    assert_eq!(holds(&*desk.door(), "state.balance < 0"), [5, 6, 7, 9]);

    // A replay that breaks there goes on to the next one from where it stands.
    let next = |text: &str, applied| find(&*desk.door(), Query::next(condition(text), applied));
    assert_eq!(next("state.balance < 0", 0), [5]);
    assert_eq!(next("state.balance < 0", 6), [6]);
    assert_eq!(next("state.balance < 0", 7), [9]);
    assert!(next("state.balance < 0", 10).is_empty());
    assert_eq!(next("kind = MoneyWithdrawn and stream contains 1", 6), [7]);
}

#[test]
fn names_that_a_log_does_not_have_are_doubted() {
    let desk = Desk::bank();
    let doubts = |text: &str| misnamed(&*desk.door(), &condition(text));
    assert_eq!(doubts("amont > 5"), [""; 0], "an empty log has no fields to compare with");
    assert_eq!(doubts("kind = MoneyDeposited"), ["No entry here is of the kind “MoneyDeposited”."]);

    story(&desk);
    let kinds = "There are AccountOpened, MoneyDeposited and MoneyWithdrawn.";
    let deposted = format!("No entry here is of the kind “MoneyDeposted”. {kinds}");
    let closed = format!("No entry here is of the kind “AccountClosed”. {kinds}");
    let amont = "Is “amont” the right name? The entries here have amount, number and owner.".to_owned();
    let balanc = "Is “state.balanc” the right name? The states here have accountId, balance, number, owner and status."
        .to_owned();
    let ada = "“amount” is a number here, such as 10000; it is compared with Ada.".to_owned();
    let five = "“owner” is a text here, such as “Ada”; it is compared with 5.".to_owned();
    let status = "“state.status” is a text here, such as “open”; it is compared with true.".to_owned();
    let none = Vec::<String>::new();
    for (text, told) in [
        ("kind = MoneyDeposted", vec![deposted.clone()]),
        ("kind != AccountClosed or not amont > 5 or amont < 3", vec![closed, amont]),
        ("state.balanc < 0 and kind = MoneyDeposted", vec![balanc, deposted]),
        ("stream = account-9", vec!["No entry here belongs to the stream “account-9”.".to_owned()]),
        ("amount = Ada", vec![ada]),
        ("owner > 5", vec![five]),
        ("state.status = true", vec![status]),
        ("amount > 1000000 and state.balance < 0 and state.status = Closed and owner = Bob", none.clone()),
        ("kind contains Nothing and amont contains 5 and actor = nobody and text contains x", none),
    ] {
        assert_eq!(doubts(text), told, "{text}");
    }
}

#[test]
fn a_search_is_of_the_log_in_which_it_began() {
    let desk = Desk::bank();
    let ada = story(&desk);
    let mut search = Search::new(&*desk.door(), Query::all(condition("kind contains money")));
    assert_eq!(search.advance(&*desk.door(), 2).looked, 2);
    desk.deposit(&ada, 1).expect("an open account");
    assert!(search.advance(&*desk.door(), 9).is_done);
    assert_eq!(search.found(), [1, 2, 3], "the deposit came later");

    let mut search = Search::new(&*desk.door(), Query::all(condition("state.balance > 0")));
    search.advance(&*desk.door(), 2);
    let other = desk.branch(1);
    assert!(search.advance(&*other.door(), 9).is_done, "another log");
    assert_eq!(search.found(), [1]);
}

#[test]
fn one_stream_is_searched_by_its_own_events() {
    let desk = Desk::bank();
    let ada = story(&desk);
    desk.open("Bob", 100);
    let query = Query::all(condition(&format!("amount > 0 and stream = account-{ada}")));
    assert_eq!(Search::new(&*desk.door(), query).progress().of, 4);
}

#[test]
fn numbers_are_compared_to_the_last_digit() {
    let desk = Desk::bank();
    let large = r#"{"n": 9007199254740993, "f": 0.1}"#;
    desk.append("a", ExpectedRevision::Any, vec![fact("Other", large)]).expect("any kind is kept");
    for (text, is_so) in [
        ("n = 9007199254740993", true),
        ("n = 9007199254740992", false),
        ("n > 9007199254740992", true),
        ("n < 1e30", true),
        ("f = 1e-1", true),
        ("f < 1", true),
        ("n = \"9007199254740993\"", false),
        ("n contains 9007", false),
        ("missing < 1 or not missing != 1", false),
    ] {
        assert_eq!(!holds(&*desk.door(), text).is_empty(), is_so, "{text}");
    }
}

#[test]
fn what_no_view_could_read_is_told_with_its_reason() {
    let log = [(0, r#"{"amount": 1}"#), (0, r#"{"amount": "1"}"#), (1, r#"{"amount": 2}"#), (1, "{}")];
    let mut log: Vec<_> = log.iter().map(|&(stream, data)| (stream, fact("MoneyDeposited", data))).collect();
    log.push((2, fact("MoneyFound", "{}")));
    let door = door(recorded(&log));
    let unread = |from, most| -> Vec<_> {
        let all = door.unread(from, most).into_iter();
        all.map(|(Position(position), why)| (position, why.to_string())).collect()
    };
    let all = unread(0, usize::MAX);
    assert_eq!(all.iter().map(|(position, _)| *position).collect::<Vec<_>>(), [1, 3, 4]);
    assert!(all[0].1.contains("expected a whole number as “amount”, found “1”"), "{}", all[0].1);
    assert!(all[1].1.contains("“amount” is missing"), "{}", all[1].1);
    assert_eq!(all[2].1, "the kind \"MoneyFound\" is not known here");
    assert_eq!(unread(2, 1), all[1..2]);
    assert_eq!(unread(5, 1), []);
    assert_eq!(door.sum(&common::stream("0"), 9).total, 1, "the others go on");
}
