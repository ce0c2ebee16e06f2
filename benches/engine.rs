//! How fast the core is on this machine: `make bench`. The bars are for the browser: `make bench-web`.

mod workload;

use daybook::engine::integrity::Link;
use daybook::engine::journal::Epoch;
use daybook::engine::{Commit, Follow, Journal, LogId, Position, Retold, Segment, Store, Sums};
use daybook::journal::KeyedJournal;
use daybook::journal::storage::Table;
use daybook::lab::chart::series;
use daybook::lab::door::Door;
use daybook::lab::find::{Query, find};
use daybook::lab::inspect::{blame, differing};
use daybook::lab::running::{Kept, Running};
use daybook::lab::what_if::Edit;
use daybook::worlds::bank::{Bank, Event};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use uuid::Uuid;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

fn main() {
    divan::main();
}

/// Balances by `evolve`, the ledger's total and a count per kind: the views that the lab keeps.
#[divan::bench(args = SIZES, sample_count = 20)]
fn replay_by_evolve(bencher: Bencher<'_, '_>, events: usize) {
    let store = workload::store(events);
    bencher.counter(ItemsCount::new(events)).bench_local(|| {
        let mut kept = Kept::<Bank>::default();
        kept.advance(black_box(&store), events as u64);
        kept
    });
}

/// The same figures by the additive view.
#[divan::bench(args = SIZES, sample_count = 20)]
fn replay_by_sums(bencher: Bencher<'_, '_>, events: usize) {
    let store = workload::store(events);
    bencher.counter(ItemsCount::new(events)).bench_local(|| {
        let mut sums = Sums::default();
        sums.advance(black_box(&store), events as u64);
        sums
    });
}

/// One call of `Store::append` an event, its expected revision checked.
#[divan::bench(args = SIZES, sample_count = 10)]
fn append(bencher: Bencher<'_, '_>, events: usize) {
    let given: Vec<_> = workload::given(0, events).collect();
    bencher.counter(ItemsCount::new(events)).bench_local(|| {
        let mut store = Store::of::<Event>();
        workload::append(&mut store, black_box(&given));
        store
    });
}

/// Commits to bytes, a thousand a segment.
#[divan::bench(args = [100_000], sample_count = 10)]
fn pack(bencher: Bencher<'_, '_>, events: usize) {
    let segments = segments(events);
    bencher
        .counter(ItemsCount::new(events))
        .bench_local(|| black_box(&segments).iter().map(|segment| segment.pack().len()).sum::<usize>());
}

/// Bytes to commits.
#[divan::bench(args = [100_000], sample_count = 10)]
fn unpack(bencher: Bencher<'_, '_>, events: usize) {
    let packed: Vec<_> = segments(events).iter().map(Segment::pack).collect();
    bencher
        .counter(ItemsCount::new(events))
        .bench_local(|| -> Vec<_> { black_box(&packed).iter().map(|bytes| Segment::unpack(bytes)).collect() });
}

fn segments(events: usize) -> Vec<Segment> {
    let segment = |commits: &[Commit]| {
        let log = commits[0].log;
        Segment { log, before: Link::genesis(log), head: Link::genesis(log), commits: commits.to_vec() }
    };
    workload::commits(events).chunks(1000).map(segment).collect()
}

/// One more commit, and a reader that reads it, while so many commits lie unpacked.
#[divan::bench(args = [100, 4_000], sample_count = 500)]
fn append_and_read(bencher: Bencher<'_, '_>, unpacked: usize) {
    let table = Table::of(u64::from(u32::MAX));
    let commits = workload::commits(unpacked + 1_000);
    let mut writer = KeyedJournal::new(table.clone(), "bank");
    writer.write_as(Epoch { counter: 1, tab: 1 });
    writer.replace(commits[0].log, &[]).expect("there is room");
    commits[..unpacked].iter().for_each(|commit| writer.append(commit).expect("there is room"));
    let mut reader = KeyedJournal::new(table, "bank");
    reader.load_into(&mut drop).expect("it can be read");
    let mut next = commits[unpacked..].iter();
    bencher.bench_local(|| {
        writer.append(next.next().expect("enough commits")).expect("there is room");
        writer.pack().expect("nothing is packed while there is room");
        reader.read_to(&writer.place().expect("it was begun"))
    });
}

/// A full journal to a running log, as when the page is opened.
#[divan::bench(args = [50_000, 440_000], sample_count = 7)]
fn start(bencher: Bencher<'_, '_>, events: usize) {
    let table = Table::of(5 << 20);
    let commits = workload::commits(events);
    let (log, events) = (commits[0].log, commits.iter().flat_map(Commit::events).count());
    KeyedJournal::new(table.clone(), "bank").replace(log, &commits).expect("there is room");
    drop(commits);
    bencher.counter(ItemsCount::new(events)).bench_local(|| {
        let journal = KeyedJournal::new(black_box(&table).clone(), "bank");
        let running = Running::<Bank>::open(Box::new(journal), log);
        assert_eq!(running.store().len(), events as u64);
        running
    });
}

/// The state of all accounts at a random moment.
#[divan::bench(args = SIZES, sample_count = 100)]
fn seek(bencher: Bencher<'_, '_>, events: usize) {
    let store = workload::store(events);
    let mut timeline = Kept::<Bank>::timeline();
    timeline.follow(&store);
    let mut moments = workload::moments(store.len(), usize::MAX);
    bencher
        .with_inputs(|| moments.next().unwrap_or_default())
        .bench_local_refs(|moment| black_box(timeline.at(&store, *moment)).states.applied());
}

/// A log searched from end to end: by kind, by data, by text, by one stream, and by every state.
#[divan::bench(
    args = [
        "kind = AccountClosed",
        "kind = MoneyDeposited and amount > 99990",
        "text contains \"owner 99\"",
        "stream = account-7 and amount > 99990",
        "state.balance < 0",
    ],
    sample_count = 5
)]
fn search(bencher: Bencher<'_, '_>, condition: &str) {
    let door = workload::log(1_000_000);
    let query = Query::all(condition.parse().expect("a condition"));
    bencher.counter(ItemsCount::new(1_000_000_usize)).bench_local(|| find(&*door, black_box(query.clone())));
}

/// The total of all accounts over a log, in 600 points.
#[divan::bench(args = SIZES, sample_count = 20)]
fn chart(bencher: Bencher<'_, '_>, events: usize) {
    let store = workload::store(events);
    bencher.counter(ItemsCount::new(events)).bench_local(|| series(&store, None, 0..black_box(events as u64), 600));
}

/// Who is to blame for a balance, and for an owner whom only the first event named; what two moments differ in.
#[divan::bench(args = ["/balance", "/owner", "the whole log"], sample_count = 10)]
fn inspect(bencher: Bencher<'_, '_>, what: &str) {
    let door = workload::log(1_000_000);
    let (stream, path) = (workload::account_stream(7), what.parse());
    bencher.bench_local(|| match &path {
        Ok(path) => blame(&*door, &stream, path, 1_000_000, 20).len(),
        Err(_) => differing(&*door, 300_000, 700_000, 50).streams.len(),
    });
}

/// A branch of the whole log, its middle event left out: every moment of it can be looked at, and what would be refused
/// is known.
#[divan::bench(args = SIZES, sample_count = 50)]
fn what_if(bencher: Bencher<'_, '_>, events: usize) {
    let (log, middle) = (workload::log(events), Edit::Skip(Position(events as u64 / 2)));
    bencher.bench_local(|| {
        let mut branch = log.branch(LogId(Uuid::from_u128(1)), events as u64);
        branch.edit(black_box(std::slice::from_ref(&middle))).expect("the branch took it over");
        branch
    });
}

/// The store's part of it: every event after the middle gets another place.
#[divan::bench(args = SIZES, sample_count = 50)]
fn retold(bencher: Bencher<'_, '_>, events: usize) {
    let (store, changes) = (workload::store(events), [(events as u64 / 2, Retold::Nothing)].into());
    bencher.bench_local(|| store.retold(black_box(&changes)));
}

/// A branch from the middle of a log.
#[divan::bench(args = SIZES, sample_count = 50)]
fn branch(bencher: Bencher<'_, '_>, events: usize) {
    let log = workload::log(events);
    bencher.bench_local(|| log.branch(LogId(Uuid::from_u128(1)), black_box(events as u64 / 2)));
}

/// Whole commands: words, decision, hash, journal in memory, views.
#[divan::bench(args = [1000, 100_000], sample_count = 10)]
fn dispatch(bencher: Bencher<'_, '_>, commands: usize) {
    bencher.counter(ItemsCount::new(commands)).with_inputs(workload::lab).bench_local_values(|lab| {
        workload::command(&lab, commands);
        lab
    });
}
