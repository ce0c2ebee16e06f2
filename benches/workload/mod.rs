//! The work that everyone does here: 100 accounts, and money that comes and goes at random.
//!
//! The same numbers come out in any language, so that final balances can be compared: `benches/web/plain.js` makes the
//! same events, and so can any peer.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use daybook::engine::handle::nth_id;
use daybook::engine::{
    Commit, Event as _, ExpectedRevision, Journal, JournalError, LogId, MemoryJournal, Metadata, NewEvent, Position,
    RecordedEvent, Revision, Store, StreamId, Timestamp, Write,
};
use daybook::lab::door::{Ask, Door, Origin};
use daybook::lab::running::Running;
use daybook::lab::stamp::Chance;
use daybook::lab::{Lab, WORLDS};
use daybook::worlds::bank::{Bank, Event};
use serde_json::{Map, Value, json};
use uuid::{Builder, Uuid};

/// Accounts; each is opened by one of the first events.
pub const ACCOUNTS: usize = 100;

/// When the first event is recorded; each later one comes a millisecond after the one before.
const START: u64 = 1_767_258_000_000;

/// The first `count` events, each with the number of its account.
///
/// Draws come from `s = s * 1664525 + 1013904223` in 32 bits, seed 42, without their lowest 8 bits: an account, then
/// six deposits to four withdrawals, then 1 to 100,000 cents. A withdrawal of more than is there becomes a deposit.
pub fn events(count: usize) -> impl Iterator<Item = (usize, Event)> {
    let mut seed = 42_u32;
    let mut draw = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut balances = [0; ACCOUNTS];
    (0..count).map(move |nth| {
        if nth < ACCOUNTS {
            return (
                nth,
                Event::AccountOpened { owner: format!("Owner {nth}").into(), number: nth.to_string().into() },
            );
        }
        let account = draw(ACCOUNTS as u32) as usize;
        let is_deposit = draw(10) < 6;
        let amount = i64::from(draw(100_000)) + 1;
        if is_deposit || amount > balances[account] {
            balances[account] += amount;
            (account, Event::MoneyDeposited { amount })
        } else {
            balances[account] -= amount;
            (account, Event::MoneyWithdrawn { amount })
        }
    })
}

/// The id and the time of the event at a position.
pub fn stamp(position: u64) -> (Uuid, Timestamp) {
    let millis = START + position;
    let random = u128::from(position).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c).to_le_bytes();
    let random = std::array::from_fn(|nth| random[nth]);
    let id = Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    (id, Timestamp::from_millis(millis.cast_signed()))
}

/// An event as a caller has it in hand: everything is known but its place.
pub struct Given {
    account: usize,
    expected: ExpectedRevision,
    /// Its index in [`Event::KINDS`].
    kind: usize,
    data: Box<str>,
    amount: i64,
    id: Uuid,
    recorded_at: Timestamp,
}

/// The events `from..to`, ready to be appended.
pub fn given(from: usize, to: usize) -> impl Iterator<Item = Given> {
    let mut revisions: [Option<Revision>; ACCOUNTS] = [None; ACCOUNTS];
    let given = events(to).enumerate().map(move |(position, (account, event))| {
        let last = &mut revisions[account];
        let expected = ExpectedRevision::after(*last);
        *last = Some(last.map_or(Revision(0), |Revision(last)| Revision(last + 1)));
        let (id, recorded_at) = stamp(position as u64);
        let data = event.data().get().into();
        let kind = Event::KINDS.iter().position(|kind| *kind == event.kind()).expect("a kind of today");
        Given { account, expected, kind, data, amount: event.amount(), id, recorded_at }
    });
    given.skip(from)
}

/// Appends events one call each, and checks the expected revision of each.
///
/// # Panics
///
/// If the store expects another revision than the workload does.
pub fn append(store: &mut Store, events: impl IntoIterator<Item = impl std::borrow::Borrow<Given>>) {
    let actor = store.actor("you");
    let streams: Vec<_> = (0..ACCOUNTS).map(|account| store.stream(&account_stream(account))).collect();
    let kinds: Vec<_> = Event::KINDS.iter().map(|kind| store.kind(kind)).collect();
    for given in events {
        let given = given.borrow();
        let event = [NewEvent {
            id: given.id,
            kind: kinds[given.kind],
            data: &given.data,
            amount: Some(given.amount),
            recorded_at: given.recorded_at,
            actor,
            correlation: None,
            causation: None,
            schema_version: Event::SCHEMA_VERSION,
        }];
        store.append(streams[given.account], given.expected, &event).expect("the workload knows every revision");
    }
}

/// A log of the first `count` events.
pub fn store(count: usize) -> Store {
    let mut store = Store::of::<Event>();
    append(&mut store, given(0, count));
    store
}

/// The same as a log of the lab.
///
/// # Panics
///
/// If its events are not numbered one after the other.
#[allow(dead_code, reason = "not every user of the workload has a lab")]
pub fn log(count: usize) -> Box<dyn Door> {
    let store = store(count);
    let events = (0..store.len()).filter_map(|position| store.event(position)).collect();
    let mut log = Running::<Bank>::new(LogId(Uuid::from_u128(7)), Origin::Copy);
    log.add(events).expect("the workload numbers its events");
    Box::new(log)
}

/// The first `count` events as people make them: a command every minute or so, sent a moment after its id was made. Each
/// account opens with its first deposit, in one commit; each later event is a commit of its own.
#[allow(dead_code, reason = "not every user of the workload records commits")]
pub fn commits(count: usize) -> Vec<Commit> {
    let mut waits = moments(120_000, usize::MAX);
    let mut wait = || u128::from(waits.next().unwrap_or_default());
    let mut made_at = u128::from(START);
    let mut revisions = [0; ACCOUNTS];
    let mut commits: Vec<Commit> = Vec::new();
    let (openings, others): (Vec<_>, Vec<_>) = events(count).partition(|(_, event)| event.amount() == 0);
    let openings =
        openings.into_iter().map(|(account, event)| (account, vec![event, Event::MoneyDeposited { amount: 5000 }]));
    let mut position = 0_u64;
    for (account, events) in openings.chain(others.into_iter().map(|(account, event)| (account, vec![event]))) {
        made_at += wait();
        let random = stamp(position).0.as_u128() & ((1 << 80) - 1);
        let id = Uuid::from_u128(made_at << 80 | random);
        let stream = StreamId::new(format!("account-{}", stamp((account as u64) << 32).0));
        let first: u64 = revisions[account];
        let recorded_at = Timestamp::from_millis((made_at + wait() / 16) as i64);
        let recorded = events.iter().zip(0..).map(|(event, nth)| RecordedEvent {
            id: nth_id(id, nth),
            stream: stream.clone(),
            revision: Revision(first + nth),
            position: Position(position + nth),
            kind: event.kind().to_owned(),
            data: event.data(),
            metadata: Metadata {
                recorded_at,
                correlation_id: id,
                causation_id: id,
                actor: "you".to_owned(),
                schema_version: Event::SCHEMA_VERSION,
                extra: Map::new(),
            },
        });
        let expected = ExpectedRevision::after(first.checked_sub(1).map(Revision));
        let write = Write { stream: stream.clone(), expected, events: recorded.collect() };
        revisions[account] += write.events.len() as u64;
        position += write.events.len() as u64;
        commits.push(Commit { log: LogId(Uuid::from_u128(7)), writes: vec![write], tracking: None });
    }
    commits
}

/// Fills a journal as a writing tab does, commit by commit, until it is full; gives the commits that it took.
#[allow(dead_code, reason = "not every user of the workload fills a journal")]
pub fn fill(journal: &mut impl Journal, commits: &[Commit]) -> usize {
    journal.replace(commits[0].log, &[]).expect("there is room to begin");
    for (nth, commit) in commits.iter().enumerate() {
        match journal.append(commit) {
            Ok(()) => {}
            Err(JournalError::Full) => return nth,
            Err(error) => panic!("{error}"),
        }
        if journal.pack().expect("what was written can be read") {
            journal.clean();
        }
    }
    panic!("{} commits do not fill it", commits.len());
}

/// The lines of an export that are events: its first and its last line name the log, which is another once it was imported.
#[allow(dead_code, reason = "not every user of the workload fills a journal")]
pub fn events_of(export: &str) -> Vec<&str> {
    let mut lines: Vec<_> = export.lines().skip(1).collect();
    lines.pop();
    lines
}

/// The stream of an account.
pub fn account_stream(account: usize) -> StreamId {
    StreamId::new(format!("account-{account}"))
}

/// Moments to look at, spread over a log of `len` events at random.
pub fn moments(len: u64, count: usize) -> impl Iterator<Item = u64> {
    let mut seed = 7_u64;
    std::iter::repeat_with(move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % (len + 1)
    })
    .take(count)
}

/// A lab whose journal is in memory, and nothing in it.
pub fn lab() -> Lab {
    let journal = |_| -> Option<Box<dyn Journal>> { Some(Box::new(MemoryJournal::default())) };
    Lab::open(WORLDS, Chance::set(42), journal, |_| {})
}

/// Has an empty lab record the first `count` events by commands, one an event, as people ask for them.
pub fn command(lab: &Lab, count: usize) {
    let mut accounts: Vec<String> = Vec::new();
    for (account, event) in events(count) {
        let words = match event {
            Event::MoneyDeposited { amount } => {
                json!({ "type": "Deposit", "accountId": accounts[account], "amount": amount })
            }
            Event::MoneyWithdrawn { amount } => {
                json!({ "type": "Withdraw", "accountId": accounts[account], "amount": amount })
            }
            _ => json!({ "type": "OpenAccount", "owner": format!("Owner {account}") }),
        };
        let stream = dispatch(lab, words);
        if account == accounts.len() {
            accounts.push(stream.as_str().trim_start_matches("account-").to_owned());
        }
    }
}

/// Dispatches where nothing has to be waited for, and gives the stream.
fn dispatch(lab: &Lab, words: Value) -> StreamId {
    let log = lab.recorded("bank").expect("the bank is registered");
    let asked = pin!(lab.dispatch(log, Ask { words, ..Ask::default() }));
    match asked.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(recorded)) => recorded.events[0].stream.clone(),
        Poll::Ready(Err(no)) => panic!("refused: {no}"),
        Poll::Pending => panic!("a lab in memory waits for nothing"),
    }
}
