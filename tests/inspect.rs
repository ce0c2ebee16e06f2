//! Why a state is as it is: what events changed, what differs between moments, and the figure over time.

mod common;
#[path = "common/logs.rs"]
mod logs;

use common::{Desk, stream};
use daybook::engine::{Fact, Position, RecordedEvent, StreamId};
use daybook::lab::cause::{Conversation, MOST};
use daybook::lab::chart::{Point, series};
use daybook::lab::door::{Ask, Door};
use daybook::lab::inspect::{Change, Node, blame, blame_lately, compare, diff, differing, step};
use daybook::lab::path::Path;
use daybook::worlds::bank::Event;
use logs::{any_log, cases, door, recorded};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use uuid::Uuid;

fn path(text: &str) -> Path {
    text.parse().expect("a JSON pointer")
}

/// What became of each field that is another one.
fn changes(node: &Node) -> Vec<(String, Change)> {
    node.changes().into_iter().map(|node| (node.path.to_string(), node.change)).collect()
}

#[test]
fn a_path_is_a_json_pointer() {
    for text in ["", "/", "/a", "/a/0", "/a~1b/~0c", "//"] {
        assert_eq!(path(text).to_string(), text);
        assert_eq!(path(text).names().fold(Path::default(), |path, name| path.child(&name)), path(text));
    }
    assert_eq!(path("/a~1b/~01").names().collect::<Vec<_>>(), ["a/b", "~1"]);
    assert_eq!("a".parse::<Path>().expect_err("no slash").to_string(), "Expected a path such as /owner, found “a”.");
    assert!("/~2".parse::<Path>().is_err());
    assert_eq!(path("/a/1").of(&json!({ "a": [1, 2] })), Some(&json!(2)));
    assert_eq!(path("/a/2").of(&json!({ "a": [1, 2] })), None);
}

#[test]
fn a_tree_marks_what_changed() {
    let before = json!({ "a": 1, "b": { "c": [1, 2] }, "d": { "e": null }, "same": [] });
    let after = json!({ "a": "1", "b": { "c": [1, 3, 4] }, "f": { "g": true }, "same": [] });
    let tree = compare(&before, &after);
    let names: Vec<_> = tree.children.iter().map(|node| (node.name.as_str(), node.change)).collect();
    let expected = [
        ("a", Change::Changed),
        ("b", Change::Changed),
        ("d", Change::Removed),
        ("f", Change::Added),
        ("same", Change::Same),
    ];
    assert_eq!(names, expected);
    let expected = [
        ("/a", Change::Changed),
        ("/b/c/1", Change::Changed),
        ("/b/c/2", Change::Added),
        ("/d/e", Change::Removed),
        ("/f/g", Change::Added),
    ];
    assert_eq!(changes(&tree), expected.map(|(path, change)| (path.to_owned(), change)));
    let null = &tree.children[2].children[0];
    assert_eq!((&null.before, &null.after), (&Some(Value::Null), &None), "null is something");
    assert_eq!(changes(&compare(&json!([]), &json!({}))), [(String::new(), Change::Changed)]);
}

#[test]
fn an_event_shows_what_it_did() {
    let desk = Desk::bank();
    let ada = common::story(&desk);
    let opened = step(&*desk.door(), 0).expect("an event");
    let expected = [("/number", Change::Added), ("/owner", Change::Added), ("/status", Change::Changed)];
    assert_eq!(changes(&opened), expected.map(|(path, change)| (path.to_owned(), change)));
    let withdrew = step(&*desk.door(), 3).expect("an event");
    assert_eq!(changes(&withdrew), [("/balance".to_owned(), Change::Changed)]);
    assert_eq!(
        (withdrew.before, withdrew.after),
        (Some(desk.door().state(&stream(&ada), 3)), Some(desk.door().state(&stream(&ada), 4)))
    );
    assert_eq!(step(&*desk.door(), 4), None);

    let all = diff(&*desk.door(), &stream(&ada), 4, 1).expect("a stream of the log");
    assert_eq!(all.changes()[0].after, Some(json!(0)), "backwards, too");
    assert_eq!(diff(&*desk.door(), &StreamId::new("account-x"), 0, 4), None);
}

#[test]
fn blame_leads_to_the_events_that_changed_a_field() {
    let desk = Desk::bank();
    let ada = common::story(&desk);
    desk.open("Bob", 100);
    let blamed = |field: &str, applied, most| -> Vec<(u64, Option<Value>, Option<Value>)> {
        let all = blame(&*desk.door(), &stream(&ada), &path(field), applied, most).into_iter();
        all.map(|blamed| (blamed.position.0, blamed.before, blamed.after)).collect()
    };
    let cents = |cents: i64| Some(json!(cents));
    let balances = [(3, cents(15_000), cents(12_000)), (2, cents(10_000), cents(15_000)), (1, cents(0), cents(10_000))];
    assert_eq!(blamed("/balance", 9, 9), balances);
    assert_eq!(blamed("/balance", 3, 1), balances[1..2]);
    assert_eq!(blamed("/owner", 9, 9), [(0, None, Some(json!("Ada")))]);
    assert_eq!(blamed("/nothing", 9, 9), []);
    assert_eq!(blamed("/balance", 9, 0), []);
    assert_eq!(blame(&*desk.door(), &StreamId::new("account-x"), &path("/balance"), 9, 9), []);
}

/// A stream that is longer than several stretches, in which a field changes rarely.
#[test]
fn blame_looks_as_far_back_as_it_has_to() {
    let opened = |owner: &str| Fact::of(&Event::AccountOpened { owner: owner.into(), number: "1".into() });
    let deposited = Fact::of(&Event::MoneyDeposited { amount: 1 });
    let log = (0..1000).map(|nth| match nth {
        0 => (0, opened("Ada")),
        500 => (0, opened("Bob")),
        _ => (nth % 2, deposited.clone()),
    });
    let door = door(recorded(&log.collect::<Vec<_>>()));
    let owners = blame(&*door, &stream("0"), &path("/owner"), 1000, 9);
    assert_eq!(owners.iter().map(|blamed| blamed.position).collect::<Vec<_>>(), [Position(500), Position(0)]);
    let (lately, unseen) = blame_lately(&*door, &stream("0"), &path("/owner"), 1000, 9, 100);
    assert_eq!((lately, unseen), (Vec::new(), 400), "a stretch and a half, and no further");
    assert_eq!(blame_lately(&*door, &stream("0"), &path("/owner"), 1000, 9, 500), (owners, 0));
    let balances = blame(&*door, &stream("1"), &path("/balance"), 1000, 300);
    let expected: Vec<_> = (0..300).map(|nth| Position(999 - 2 * nth)).collect();
    assert_eq!(balances.iter().map(|blamed| blamed.position).collect::<Vec<_>>(), expected);
}

/// Keyframes stand 1024 events apart.
#[test]
fn an_entry_tells_its_streams_figure_between_keyframes() {
    let deposit = |amount| Fact::of(&Event::MoneyDeposited { amount });
    let log: Vec<_> = (0..3000).zip(1..).map(|(nth, amount)| (nth % 7 % 3, deposit(amount))).collect();
    let door = door(recorded(&log));
    for from in [0, 1, 1023, 1024, 1500, 2047, 2048, 2990] {
        for entry in door.entries(from, from + 20) {
            assert_eq!(entry.figure, door.sum(&entry.stream, entry.position + 1).total, "{}", entry.position);
        }
    }
}

#[test]
fn a_long_conversation_is_drawn_around_the_event_that_is_asked_about() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", 0);
    let began: Uuid = ada.parse().expect("the account has its first event's id");
    let deposit = |causation: Uuid| {
        let words = json!({ "type": "Deposit", "accountId": ada, "amount": 1 });
        let ask = Ask { words, correlation: Some(began), causation: Some(causation), ..Ask::default() };
        desk.put(ask).expect("an open account").events.remove(0)
    };
    let early: Vec<_> = (0..100).map(|_| deposit(began)).collect();
    let cause = deposit(early[90].id);
    let asked = deposit(cause.id);
    let effect = deposit(asked.id);
    deposit(began);

    let Conversation { nodes, more } = desk.lab.conversation(desk.log, asked.position).expect("an event of this log");
    assert_eq!((nodes.len(), more), (MOST, 105 - MOST));
    assert!(nodes.is_sorted_by_key(|node| node.position));
    let place = |event: &RecordedEvent| nodes.iter().position(|node| node.position == event.position);
    let cause_of = |event: &RecordedEvent| place(event).and_then(|nth| nodes[nth].cause);
    assert_eq!(nodes.iter().position(|node| node.is_asked), place(&asked));
    assert_eq!((cause_of(&effect), cause_of(&asked)), (place(&asked), place(&cause)));
    assert_eq!((cause_of(&cause), cause_of(&early[90])), (place(&early[90]), Some(0)));
    assert_eq!(nodes.last().map(|node| (node.position, node.depth)), Some((effect.position, 4)));
    assert!(nodes.iter().skip(1).all(|node| node.cause.is_some()), "whatever room is left shows how it began");
}

fn streams(door: &dyn Door) -> Vec<StreamId> {
    door.store().streams().map(|(_, stream)| stream.clone()).collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn blame_is_the_history_of_a_field(
        log in any_log(),
        field in select(vec!["/balance", "/owner", "/status", ""]),
        applied in 0..45_u64,
        most in 0..9_usize,
    ) {
        let door = door(recorded(&log));
        for stream in streams(&*door) {
            let at = |applied| path(field).of(&door.state(&stream, applied)).cloned();
            let all = blame(&*door, &stream, &path(field), applied, usize::MAX);
            prop_assert_eq!(all.first().map_or_else(|| at(0), |last| last.after.clone()), at(applied));
            prop_assert_eq!(all.last().map_or_else(|| at(0), |first| first.before.clone()), at(0));
            for pair in all.windows(2) {
                prop_assert_eq!(&pair[0].before, &pair[1].after);
                prop_assert!(pair[0].position > pair[1].position);
            }
            for blamed in &all {
                let Position(position) = blamed.position;
                prop_assert_eq!((&blamed.before, &blamed.after), (&at(position), &at(position + 1)));
                prop_assert_ne!(&blamed.before, &blamed.after);
            }
            let first = blame(&*door, &stream, &path(field), applied, most);
            prop_assert_eq!(&first[..], &all[..most.min(all.len())]);
        }
    }

    #[test]
    fn an_entry_tells_its_streams_figure_wherever_one_begins_to_read(log in any_log(), from in 0..45_u64) {
        let door = door(recorded(&log));
        for entry in door.entries(from, u64::MAX) {
            prop_assert_eq!(entry.figure, door.sum(&entry.stream, entry.position + 1).total, "{}", entry.position);
        }
    }

    #[test]
    fn moments_differ_where_their_states_do(log in any_log(), a in 0..45_u64, b in 0..45_u64, most in 0..4_usize) {
        let door = door(recorded(&log));
        let mut expected = Vec::new();
        for stream in streams(&*door) {
            let node = diff(&*door, &stream, a, b).expect("a stream of the log");
            let (before, after) = (door.state(&stream, a), door.state(&stream, b));
            prop_assert_eq!(node.changes().is_empty(), before == after);
            for change in node.changes() {
                prop_assert_eq!(change.path.of(&before), change.before.as_ref());
                prop_assert_eq!(change.path.of(&after), change.after.as_ref());
            }
            let same = diff(&*door, &stream, a, a).expect("a stream of the log");
            prop_assert!(same.changes().is_empty());
            if before != after {
                expected.push((stream, node));
            }
        }
        prop_assert_eq!(&differing(&*door, a, b, usize::MAX).streams, &expected);
        let some = differing(&*door, a, b, most);
        prop_assert_eq!(&some.streams[..], &expected[..most.min(expected.len())]);
        prop_assert!(some.left as usize >= expected.len() - some.streams.len());
        prop_assert_eq!(differing(&*door, a, a, most), differing(&*door, 99, 100, most), "nothing at all");
    }

    #[test]
    fn a_moment_goes_on_to_where_another_begins(log in any_log(), from in 0..45_u64, steps in proptest::collection::vec(0..9_u64, 0..9)) {
        let door = door(recorded(&log));
        for (key, stream) in door.store().streams() {
            let (mut of_all, mut of_one) = (door.moment(None, from), door.moment(Some(key), from));
            let mut applied = from;
            for step in &steps {
                applied += step;
                of_all.advance(door.store(), applied);
                of_one.advance(door.store(), applied);
                // What lies behind changes nothing.
                of_all.advance(door.store(), from);
                of_one.advance(door.store(), from);
                let state = door.state(stream, applied);
                prop_assert_eq!(of_all.state(door.store(), key), state.clone());
                prop_assert_eq!(of_one.state(door.store(), key), state);
            }
        }
    }

    #[test]
    fn a_chart_keeps_every_peak(
        log in any_log(),
        of in prop_oneof![Just(None), (0..3_usize).prop_map(Some)],
        (from, to) in (0..45_u64, 0..45_u64),
        most in 0..50_usize,
    ) {
        let door = door(recorded(&log));
        let key = of.and_then(|nth| door.store().stream_key(&StreamId::new(format!("account-{nth}"))));
        let len = door.store().len();
        let figure = |applied| match key {
            Some(key) => i128::from(door.sum(door.store().stream_id(key), applied).total),
            None => streams(&*door).iter().map(|stream| i128::from(door.sum(stream, applied).total)).sum(),
        };
        let counts = |position: &u64| key.is_none_or(|key| door.store().row(*position).is_some_and(|row| row.stream == key));
        let moments = [from.min(len)].into_iter().chain((from..to.min(len)).filter(counts).map(|position| position + 1));
        let whole: Vec<_> = moments.map(|applied| Point { applied, figure: figure(applied) }).collect();

        let points = series(door.store(), key, from..to, most);
        prop_assert!(points.len() <= most.max(4), "{} points", points.len());
        prop_assert!(points.is_sorted_by(|a, b| a.applied < b.applied));
        prop_assert!(points.iter().all(|point| whole.contains(point)));
        prop_assert_eq!((points.first(), points.last()), (whole.first(), whole.last()));
        if whole.len() <= most {
            prop_assert_eq!(points, whole);
        } else {
            let stretch = (whole.len() - 1).div_ceil((most.max(4) - 2) / 2).max(1);
            for stretch in whole[1..].chunks(stretch) {
                let figures = || stretch.iter().map(|point| point.figure);
                let is_kept = |figure| points.iter().any(|point| stretch.contains(point) && point.figure == figure);
                prop_assert!(figures().min().is_none_or(is_kept), "the lowest of {:?}", stretch);
                prop_assert!(figures().max().is_none_or(is_kept), "the highest of {:?}", stretch);
            }
        }
    }
}
