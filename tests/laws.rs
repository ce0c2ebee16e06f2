//! What holds for every log, whatever is in it.

mod common;

use std::collections::HashSet;

use common::{add, amount, envelope, fact};
use daybook::engine::handle::number;
use daybook::engine::integrity::Link;
use daybook::engine::snapshot::load_at;
use daybook::engine::{
    Batch, Commit, Decider, Event as _, ExpectedRevision, Fact, Follow, KindKey, LogId, Metadata, NewEvent, Position,
    Projection, RecordedEvent, Revision, Row, Segment, Snapshots, States, Store, StreamId, Sums, Timestamp, Write,
    fold,
};
use daybook::lab::timeline::Timeline;
use daybook::worlds::bank::{Account, Bank, BooksOpened, Command, Event, OpeningBalance};
use daybook::worlds::money::MOST;
use proptest::collection::{hash_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::value::RawValue;
use serde_json::{from_str, json, to_string};
use uuid::Uuid;

/// A failure prints the smallest case that fails, which then becomes a test of its own; no file keeps it.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

type Accounts = Projection<Event, States<Bank>>;

/// Any event of the bank: nonsense such as money before the opening included.
fn event() -> impl Strategy<Value = Event> {
    let cents = || prop_oneof![-10_000..10_000_i64, -MOST / 64..=MOST / 64];
    prop_oneof![
        "\\PC{0,8}".prop_map(|owner| Event::AccountOpened { owner: owner.into(), number: "1234-5678".into() }),
        cents().prop_map(|amount| Event::MoneyDeposited { amount }),
        cents().prop_map(|amount| Event::MoneyWithdrawn { amount }),
        proptest::option::of("\\PC{0,8}").prop_map(|why| Event::AccountClosed { reason: why.map(Into::into) }),
        ("\\PC{0,8}", cents(), any::<bool>()).prop_map(|(owner, balance, closed)| Event::AccountCarriedOver {
            owner: owner.into(),
            number: "1234-5678".into(),
            balance,
            closed,
        }),
        vec(("\\PC{0,8}", cents()), 0..3).prop_map(books_opened),
    ]
}

fn books_opened(accounts: Vec<(String, i64)>) -> Event {
    let opening_balances = accounts
        .into_iter()
        .map(|(owner, balance)| OpeningBalance { account_id: "0".into(), owner: owner.into(), balance })
        .collect();
    let previous_log = LogId(Uuid::nil());
    Event::BooksOpened(BooksOpened { previous_log, head: Link::genesis(previous_log), opening_balances }.into())
}

/// Any fact a log may hold: the bank's own, unknown kinds, and known kinds that can't be read.
fn any_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        8 => event().prop_map(|event| Fact::of(&event)),
        1 => Just(fact("MoneyFound", r#"{"amount": 5}"#)),
        1 => Just(fact("MoneyDeposited", r#"{"amount": "5"}"#)),
    ]
}

/// Any facts of a few streams: a log.
fn log() -> impl Strategy<Value = Vec<(usize, Fact)>> {
    vec((0..4_usize, any_fact()), 0..60)
}

fn store_of(log: &[(usize, Fact)]) -> Store {
    let mut store = Store::of::<Event>();
    for (stream, fact) in log {
        add(&mut store, &format!("account-{stream}"), vec![fact.clone()]);
    }
    store
}

fn from_scratch<V: Follow + Default>(store: &Store, to: u64) -> V {
    let mut view = V::default();
    view.advance(store, to);
    view
}

/// Every stream's state, by what the whole log holds.
fn states(store: &Store, accounts: &Accounts) -> Vec<Account> {
    let state = |(key, _)| accounts.view().of_stream(key).cloned().unwrap_or_default();
    store.streams().map(state).collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_whole_folds_to_what_its_parts_fold_to(events in vec(event(), 0..40), cut in any::<Index>()) {
        let (before, after) = events.split_at(cut.index(events.len() + 1));
        let in_parts = after.iter().fold(fold(&Bank::default(), before), |state, event| Bank::default().evolve(state, event));
        prop_assert_eq!(fold(&Bank::default(), &events), in_parts);
    }

    #[test]
    fn a_snapshot_and_the_tail_are_the_whole(log in log(), every in 0..7_u64, looks in vec(any::<bool>(), 60)) {
        let (mut store, mut snapshots) = (Store::of::<Event>(), Snapshots::every(every));
        let stream = StreamId::new("account-0");
        for ((nth, fact), look) in log.into_iter().zip(looks) {
            add(&mut store, &format!("account-{nth}"), vec![fact]);
            if look {
                snapshots.load(&store, &Bank::default(), &stream);
            }
        }
        if let Some(key) = store.stream_key(&stream) {
            let whole = load_at(&store, &Bank::default(), key, store.len());
            let first = snapshots.load(&store, &Bank::default(), &stream);
            prop_assert_eq!((&first.state, first.revision), (&whole.state, whole.revision));
            let again = snapshots.load(&store, &Bank::default(), &stream);
            prop_assert_eq!(&again.state, &whole.state);
            prop_assert_eq!(again.read, if every == 0 { whole.read } else { whole.read % every });
        }
    }

    #[test]
    fn catching_up_in_any_steps_is_rebuilding(log in log(), steps in vec(0..20_u64, 0..10)) {
        let store = store_of(&log);
        let (mut accounts, mut sums) = (Accounts::default(), Sums::default());
        for step in steps.into_iter().chain([store.len()]) {
            let to = accounts.applied() + step;
            accounts.advance(&store, to);
            sums.advance(&store, to);
        }
        let rebuilt: Accounts = from_scratch(&store, store.len());
        prop_assert_eq!(states(&store, &accounts), states(&store, &rebuilt));
        prop_assert_eq!(accounts.unread(), rebuilt.unread());
        prop_assert_eq!(sums, from_scratch(&store, store.len()));
    }

    #[test]
    fn asking_for_what_is_behind_changes_nothing(log in log(), at in any::<Index>(), behind in any::<Index>()) {
        let store = store_of(&log);
        let at = at.index(log.len() + 1) as u64;
        let mut accounts: Accounts = from_scratch(&store, at);
        let mut sums: Sums = from_scratch(&store, at);
        let before = (states(&store, &accounts), accounts.unread().to_vec(), sums.clone());

        let behind = behind.index(at as usize + 1) as u64;
        accounts.advance(&store, behind);
        sums.advance(&store, behind);
        prop_assert_eq!((states(&store, &accounts), accounts.unread().to_vec(), sums), before);
        prop_assert_eq!(accounts.applied(), at);
    }

    #[test]
    fn every_moment_of_a_timeline_is_a_fold_from_scratch(log in log(), cut in any::<Index>()) {
        let mut timeline = Timeline::new(Accounts::default(), |_| 1);
        let mut store = store_of(&log[..cut.index(log.len() + 1)]);
        timeline.follow(&store);
        for (stream, fact) in &log[store.len() as usize..] {
            add(&mut store, &format!("account-{stream}"), vec![fact.clone()]);
        }
        timeline.follow(&store);
        for k in 0..=store.len() {
            let at = timeline.at(&store, k);
            prop_assert_eq!(at.applied(), k);
            prop_assert_eq!(states(&store, &at), states(&store, &from_scratch(&store, k)));
            let before = timeline.before(k).applied();
            prop_assert!(before <= k && k - before < 1024, "{} is kept before {}", before, k);
        }
    }

    #[test]
    fn the_sums_are_the_balances_whatever_happened(log in log()) {
        let store = store_of(&log);
        let accounts: Accounts = from_scratch(&store, store.len());
        let sums: Sums = from_scratch(&store, store.len());
        for (key, stream) in store.streams() {
            let balance = accounts.view().of_stream(key).map_or(0, Account::balance);
            prop_assert_eq!(sums.of(key), balance, "{}", stream);
            for from in 0..store.len() {
                let earlier: Sums = from_scratch(&store, from);
                prop_assert_eq!(earlier.later(&store, key, store.len()), balance, "from {}", from);
            }
        }
        let total: i128 = store.streams().map(|(key, _)| i128::from(sums.of(key))).sum();
        prop_assert_eq!(sums.total(), total);
        prop_assert_eq!(sums.by_kind().iter().sum::<u64>(), store.len());
    }

    #[test]
    fn a_row_reads_as_its_data_does(event in event()) {
        let kind = Event::KINDS.iter().position(|kind| *kind == event.kind()).expect("a kind of today");
        let by_row = Event::from_row(kind, event.amount());
        prop_assert!(by_row.is_none() || by_row == Some(event.clone()));
        prop_assert_eq!(Event::read(event.kind(), Event::SCHEMA_VERSION, &event.data()), Ok(event));
    }
}

/// Any command, the rules' edges more often than chance would.
/// Data that is nearly what the bank writes.
fn nearly() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (0..99_i64).prop_map(|past| (MOST - 50 + past).to_string()),
        "[-+ 0-9.eE]{0,18}",
    ];
    (
        select(vec!["{\"amount\":", "{\"amount\": ", "{\"Amount\":", ""]),
        number,
        select(vec!["}", " }", ",\"a\":1}", ""]),
    )
        .prop_map(|(before, number, after)| format!("{before}{number}{after}"))
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn an_amount_is_the_same_however_it_is_read(
        kind in select([Event::KINDS, &["MoneyFound"]].concat()),
        data in prop_oneof![nearly(), event().prop_map(|event| event.data().get().to_owned())],
    ) {
        let read = RawValue::from_string(data.clone()).ok().and_then(|data| Event::read(kind, 1, &data).ok());
        prop_assert_eq!(Event::amount_of(kind, 1, &data), read.map(|event| event.amount()));
    }
}

fn command() -> impl Strategy<Value = Command> {
    let cents = || prop_oneof![1..300_i64, any::<i64>(), select(vec![0, -1, 1, MOST - 1, MOST, MOST + 1, i64::MAX])];
    let account = Uuid::nil();
    prop_oneof![
        1 => ("\\PC{0,4}", cents()).prop_map(move |(owner, opening_deposit)| Command::OpenAccount {
            account, number: "1234-5678".into(), owner: owner.into(), opening_deposit,
        }),
        4 => cents().prop_map(move |amount| Command::Deposit { account, amount }),
        4 => cents().prop_map(move |amount| Command::Withdraw { account, amount }),
        1 => Just(Command::CloseAccount { account, reason: None }),
    ]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_is_decided_keeps_the_invariants(commands in vec(command(), 0..60)) {
        let mut account = Account::default();
        for command in &commands {
            let was_closed = matches!(account, Account::Closed { .. });
            let Ok(events) = Bank::default().decide(command, &account) else { continue };
            prop_assert!(!was_closed, "{:?} happened after the closing", events);
            for event in &events {
                prop_assert!(event.amount().abs() <= MOST, "{:?}", event);
                account = Bank::default().evolve(account, event);
                prop_assert!((0..=MOST).contains(&account.balance()), "{:?} led to {:?}", event, account);
            }
        }
    }

    #[test]
    fn a_refused_append_leaves_no_trace(log in log(), new in any_fact(), wrong in 0..9_u64) {
        let mut store = store_of(&log);
        let stream = StreamId::new("account-0");
        let last = store.stream_key(&stream).and_then(|key| store.last_revision(key));
        let refuses = |expected: &ExpectedRevision| !expected.holds_for(last);
        let beliefs = [ExpectedRevision::NoStream, ExpectedRevision::StreamExists, ExpectedRevision::Exact(Revision(wrong))];
        let before = format!("{store:?}");

        for expected in beliefs.into_iter().filter(refuses) {
            let told = number(&store, &stream, expected, vec![new.clone()], &envelope(1)).expect_err("it is refused");
            prop_assert_eq!((told.stream, told.expected, told.actual), (stream.clone(), expected, last));
        }

        let mut commit = number(&store, &stream, ExpectedRevision::Any, vec![new.clone()], &envelope(1)).expect("any");
        commit.writes[0].events[0].position.0 += 1 + wrong;
        prop_assert!(store.apply(&commit, amount).is_err(), "a commit that leaves a gap");
        prop_assert_eq!(format!("{store:?}"), before);
    }

    #[test]
    fn revisions_and_positions_have_no_gaps(log in log()) {
        let store = store_of(&log);
        let mut met = vec![0; store.stream_count()];
        for position in 0..store.len() {
            let event = store.event(position).expect("an event at every position");
            let key = store.stream_key(&event.stream).expect("a stream the store has met");
            prop_assert_eq!((event.position.0, event.revision.0), (position, met[key.index()]));
            prop_assert_eq!(store.positions(key)[event.revision.0 as usize], position as u32);
            met[key.index()] += 1;
        }
        prop_assert!(store.event(store.len()).is_none());
    }
}

#[test]
fn an_append_refused_at_the_columns_leaves_no_trace() {
    let mut store = Store::of::<Event>();
    add(&mut store, "account-0", vec![fact("MoneyDeposited", r#"{"amount":1}"#)]);
    let (stream, kind, actor) =
        (store.stream(&StreamId::new("account-0")), store.kind("MoneyDeposited"), store.actor("you"));
    let new = |kind: KindKey| NewEvent {
        id: Uuid::max(),
        kind,
        data: "{}",
        amount: Some(1),
        recorded_at: Timestamp::default(),
        actor,
        correlation: None,
        causation: None,
        schema_version: 1,
    };
    let before = format!("{store:?}");
    for expected in [ExpectedRevision::NoStream, ExpectedRevision::Exact(Revision(1))] {
        assert!(store.append(stream, expected, &[new(kind), new(kind)]).is_err(), "{expected}");
        assert_eq!(format!("{store:?}"), before);
    }
    assert_eq!(store.append(stream, ExpectedRevision::Exact(Revision(0)), &[new(kind)]), Ok(Position(1)));
}

#[test]
fn an_event_keeps_its_kind_however_many_kinds_there_are() {
    const KINDS: usize = (1 << 16) + 9;
    let mut store = Store::of::<Event>();
    let facts: Vec<_> = (0..KINDS).map(|nth| fact(&format!("Kind{nth}"), "{}")).collect();
    add(&mut store, "account-0", facts);
    let kind = |position: usize| store.event(position as u64).expect("it was added").kind;
    let wrong = (0..KINDS).find(|&position| kind(position) != format!("Kind{position}"));
    assert_eq!(wrong.map(|position| (position, kind(position))), None);
    let by_kind = from_scratch::<Sums>(&store, store.len());
    assert!(by_kind.by_kind()[Event::KINDS.len()..].iter().eq(std::iter::repeat_n(&1, KINDS)));
}

/// Long enough for several keyframes: one stands every 1024 events.
#[test]
fn a_timeline_with_keyframes_is_a_fold_from_scratch() {
    let mut store = Store::of::<Event>();
    let mut timeline = Timeline::new(Accounts::default(), |_| 1);
    let mut sparse = Timeline::new(Sums::default(), |_| 1500);
    let mut seed = 1_u64;
    while store.len() < 5000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let amount = i64::from(seed as u16);
        add(&mut store, &format!("account-{}", seed >> 60), vec![Fact::of(&Event::MoneyDeposited { amount })]);
        if (seed >> 58).is_multiple_of(8) {
            timeline.follow(&store);
            sparse.follow(&store);
        }
    }
    timeline.follow(&store);
    sparse.follow(&store);

    let (mut accounts, mut sums) = (Accounts::default(), Sums::default());
    for k in (0..=5000).filter(|k| k % 97 == 0 || (k + 1) % 1024 < 3 || k % 1500 < 2) {
        accounts.advance(&store, k);
        sums.advance(&store, k);
        assert_eq!(states(&store, &timeline.at(&store, k)), states(&store, &accounts), "after {k} events");
        let at = sparse.at(&store, k);
        assert_eq!(store.streams().find(|&(key, _)| at.of(key) != sums.of(key)), None, "after {k} events");
        assert_eq!((at.applied(), at.total()), (k, sums.total()));
    }
}

/// Events as one commit, a write for each.
fn commit(events: &[RecordedEvent]) -> Commit {
    let write = |event: &RecordedEvent| Write {
        stream: event.stream.clone(),
        expected: ExpectedRevision::Any,
        events: vec![event.clone()],
    };
    Commit { log: LogId(Uuid::nil()), writes: events.iter().map(write).collect(), tracking: None }
}

/// Commits as they come out of a segment.
fn batch(commits: Vec<Commit>) -> Batch {
    let log = LogId(Uuid::nil());
    let segment = Segment { log, before: Link::genesis(log), head: Link::genesis(log), commits };
    Batch::unpack(&segment.pack()).expect("what was packed")
}

/// All that a store says: its events, and what folds read of them.
fn whole(store: &Store) -> (String, Vec<Row>, Vec<String>, Vec<String>) {
    let events: Vec<_> = (0..store.len()).map(|position| store.event(position)).collect();
    (
        to_string(&events).expect("JSON"),
        (0..store.len()).filter_map(|position| store.row(position)).collect(),
        store.streams().map(|(_, stream)| stream.to_string()).collect(),
        store.kinds().map(str::to_owned).collect(),
    )
}

/// JSON as people and programs write it: odd spaces, any letters, members twice, long texts.
fn data() -> impl Strategy<Value = Box<RawValue>> {
    let space = || "[ \t\r\n]{0,3}";
    let text = ("\\PC{0,12}", select(vec![0, 0, 0, 1000, 65_534, 65_535, 65_536, 131_072, 200_000]))
        .prop_map(|(text, long)| json!(text + &"x".repeat(long)).to_string());
    let number = select(vec!["-0", "1.0", "1e2", "1E+2", "0.10", "12345678901234567890123", "\"\\u00e4\\/\""]);
    (space(), text, space(), number, space()).prop_map(|(a, text, b, number, c)| {
        let json = format!("{{{a}\"text\":{b}{text}{c},{a}\"n\"{b}:{number},\"n\"{c}:[{a}]{b}}}");
        RawValue::from_string(json).expect("JSON")
    })
}

/// Where an event's cause comes from.
#[derive(Clone, Copy, Debug)]
enum From {
    Itself,
    Earlier(Index),
    Elsewhere(u128),
}

fn cause() -> impl Strategy<Value = From> {
    prop_oneof![Just(From::Itself), any::<Index>().prop_map(From::Earlier), any::<u128>().prop_map(From::Elsewhere),]
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let value = prop_oneof![
        "\\PC{0,8}".prop_map(|text| json!(text)),
        any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
    ];
    let extra = proptest::collection::btree_map("[a-z]{1,4}", value, 0..3);
    (any::<i64>(), "\\PC{0,8}", any::<u16>(), extra).prop_map(|(millis, actor, schema_version, extra)| Metadata {
        recorded_at: Timestamp::from_millis(millis),
        correlation_id: Uuid::nil(),
        causation_id: Uuid::nil(),
        actor,
        schema_version,
        extra: extra.into_iter().collect(),
    })
}

/// Events of a log as they might come from anywhere, numbered as a log numbers them.
fn recorded() -> impl Strategy<Value = Vec<RecordedEvent>> {
    let places =
        hash_set(any::<u128>(), 0..12).prop_map(|ids| ids.into_iter().map(Uuid::from_u128).collect::<Vec<_>>());
    let one = ("\\PC{1,6}", "\\PC{1,6}", data(), metadata(), cause(), cause());
    (places, vec(one, 12)).prop_map(|(ids, events)| {
        let mut recorded: Vec<RecordedEvent> = Vec::new();
        for (id, (stream, kind, data, metadata, correlation, causation)) in ids.iter().copied().zip(events) {
            let from = |cause| match cause {
                From::Itself => id,
                From::Earlier(which) => ids[which.index(recorded.len() + 1)],
                From::Elsewhere(foreign) => Uuid::from_u128(foreign),
            };
            let metadata = Metadata { correlation_id: from(correlation), causation_id: from(causation), ..metadata };
            let stream = StreamId::new(stream);
            let revision = Revision(recorded.iter().filter(|event| event.stream == stream).count() as u64);
            let position = Position(recorded.len() as u64);
            recorded.push(RecordedEvent { id, stream, revision, position, kind, data, metadata });
        }
        recorded
    })
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_store_gives_back_what_it_was_given(events in recorded()) {
        let mut store = Store::of::<Event>();
        for event in &events {
            let write = Write { stream: event.stream.clone(), expected: ExpectedRevision::Any, events: vec![event.clone()] };
            let commit = Commit { log: LogId(Uuid::nil()), writes: vec![write], tracking: None };
            store.apply(&commit, amount).expect("the numbers continue the log");
        }
        for event in &events {
            let kept = store.event(event.position.0).expect("it was applied");
            prop_assert_eq!(kept.data.get(), event.data.get());
            prop_assert_eq!(&kept.metadata, &event.metadata);
            prop_assert_eq!(to_string(&kept).expect("JSON"), to_string(event).expect("JSON"));
        }
    }

    #[test]
    fn a_batch_is_taken_in_as_its_commits_are(events in recorded(), of_the_bank in log(), runs in vec(1..5_usize, 1..9)) {
        let of_the_bank = store_of(&of_the_bank);
        let of_the_bank = (0..of_the_bank.len()).filter_map(|position| of_the_bank.event(position)).collect();
        for events in [events, of_the_bank] {
            let mut runs = runs.iter().cycle();
            let mut rest = &events[..];
            let (mut one_by_one, mut at_once) = (Store::of::<Event>(), Store::of::<Event>());
            while !rest.is_empty() {
                let commits: Vec<_> = rest.chunks(3).take(*runs.next().expect("a cycle")).map(commit).collect();
                rest = &rest[commits.iter().flat_map(Commit::events).count()..];
                let batch = batch(commits.clone());
                let from = one_by_one.len();
                for commit in &commits {
                    one_by_one.apply(commit, amount).expect("the numbers continue the log");
                }
                prop_assert_eq!(at_once.take(&batch, &Event::amount_of), Ok(from..one_by_one.len()));
                prop_assert_eq!(to_string(&batch.commits()).expect("JSON"), to_string(&commits).expect("JSON"));
            }
            prop_assert_eq!(whole(&at_once), whole(&one_by_one));
            for event in &events {
                prop_assert_eq!(at_once.find(event.id), Some(event.position));
            }
        }
    }

    #[test]
    fn a_batch_that_does_not_go_on_changes_nothing(
        log in vec((0..4_usize, any_fact()), 1..60),
        known in any::<Index>(),
        wrong in any::<Index>(),
        by in select(vec![1, 2, u64::MAX]),
        is_position in any::<bool>(),
    ) {
        let whole_log = store_of(&log);
        let mut events: Vec<_> = (0..whole_log.len()).filter_map(|position| whole_log.event(position)).collect();
        let later = events.split_off(known.index(events.len()));
        let mut store = Store::of::<Event>();
        for event in &events {
            store.apply(&commit(std::slice::from_ref(event)), amount).expect("the numbers continue the log");
        }
        let before = whole(&store);
        let mut commits: Vec<_> = later.chunks(3).map(commit).collect();
        let nth = wrong.index(later.len());
        let event = commits.iter_mut().flat_map(|commit| &mut commit.writes).flat_map(|write| &mut write.events).nth(nth);
        let event = event.expect("one of them");
        let number = if is_position { &mut event.position.0 } else { &mut event.revision.0 };
        *number = number.wrapping_add(by);
        let refused = store.take(&batch(commits.clone()), &Event::amount_of).expect_err("it leaves a gap");
        prop_assert_eq!(whole(&store), before);
        let one_by_one = commits.iter().find_map(|commit| store.apply(commit, amount).err());
        prop_assert_eq!(Some(refused), one_by_one);
    }

    #[test]
    fn an_event_is_its_json(events in recorded()) {
        for event in events {
            let text = to_string(&event).expect("JSON");
            let read: RecordedEvent = from_str(&text).expect("what was written");
            prop_assert_eq!(read.data.get(), event.data.get());
            prop_assert_eq!(&read.metadata, &event.metadata);
            prop_assert_eq!(to_string(&read).expect("JSON"), text);
        }
    }

    #[test]
    fn every_id_is_found_in_whatever_order_they_came(
        runs in vec((vec(any::<u64>(), 1..8), any::<bool>()), 0..40),
        unknown in any::<u128>(),
    ) {
        let mut seen = HashSet::new();
        let mut ids = Vec::new();
        for (mut run, ascends) in runs {
            if ascends {
                run.sort_unstable();
            }
            ids.extend(run.into_iter().map(u128::from).filter(|id| seen.insert(*id)));
        }
        let mut store = Store::of::<Event>();
        for &id in &ids {
            let one = Fact { id: Some(Uuid::from_u128(id)), ..fact("MoneyDeposited", r#"{"amount":1}"#) };
            add(&mut store, "account-0", vec![one]);
        }
        for (position, &id) in (0..).zip(&ids) {
            prop_assert_eq!(store.find(Uuid::from_u128(id)), Some(Position(position)));
        }
        prop_assert_eq!(store.find(Uuid::from_u128(unknown | 1 << 127)), None);
    }
}
