//! How fast the core is on this machine: `make bench`. The bars are for the browser: `make bench-web`.

mod workload;

use daybook::engine::integrity::Link;
use daybook::engine::{Commit, Follow, Journal, Segment, Store, Sums};
use daybook::journal::KeyedJournal;
use daybook::journal::storage::Table;
use daybook::lab::door::Door;
use daybook::lab::running::{Kept, Running};
use daybook::worlds::bank::{Bank, Event};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

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

/// A whole command: words, decision, hash, journal in memory, views.
#[divan::bench(sample_count = 10)]
fn dispatch(bencher: Bencher<'_, '_>) {
    const COMMANDS: usize = 1000;
    bencher.counter(ItemsCount::new(COMMANDS)).with_inputs(workload::lab).bench_local_values(|(lab, deposit)| {
        for _ in 0..COMMANDS {
            workload::dispatch(&lab, &deposit);
        }
        lab
    });
}
