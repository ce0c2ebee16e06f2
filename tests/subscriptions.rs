//! Readers under every fault of delivery: the effect is exactly once for those done right, and the same test catches the
//! naive one.

mod common;

use std::collections::BTreeMap;

use common::faults;
use daybook::engine::Position;
use daybook::engine::subscription::{Care, Delivery, Faults, Group, Subscription};
use proptest::prelude::*;

/// A log of so many messages, of which only some are for the reader.
fn next_of(mine: &[bool]) -> impl Fn(u64) -> Option<u64> + '_ {
    |from| (from..mine.len() as u64).find(|&position| mine[usize::try_from(position).expect("a few")])
}

/// Reads everything: how often each message had its effect, and the checkpoint at the end.
fn read_all(care: Care, mine: &[bool], faults: Faults, seed: u64) -> (BTreeMap<u64, u32>, Option<Position>) {
    let mut reader = Subscription::new(care, None, faults, seed);
    let mut effects = BTreeMap::new();
    let mut deaths = 0;
    loop {
        match reader.deliver(next_of(mine)) {
            Delivery::Nothing => return (effects, reader.checkpoint()),
            Delivery::NotYet(_) => {}
            Delivery::Comes { position, dies } => {
                *effects.entry(position.0).or_default() += 1;
                let dies_between = dies && deaths < 9 && care == Care::Naive;
                if dies_between {
                    deaths += 1;
                    reader.restart();
                } else {
                    // Done right, effect and checkpoint are one commit: it dies before both or after both.
                    reader.done(position);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn done_right_each_message_has_its_effect_once_and_in_order(
        mine in prop::collection::vec(any::<bool>(), 0..40), faults in faults(), seed: u64,
    ) {
        let (effects, checkpoint) = read_all(Care::Right, &mine, faults, seed);
        let expected: BTreeMap<_, _> = (0..).zip(&mine).filter(|(_, mine)| **mine).map(|(nth, _)| (nth, 1)).collect();
        prop_assert_eq!(checkpoint, expected.keys().last().copied().map(Position));
        prop_assert_eq!(effects, expected);
    }

    #[test]
    fn a_group_deals_with_every_message_or_parks_it(
        mine in prop::collection::vec(any::<bool>(), 0..40),
        bad in prop::collection::btree_set(0..40_u64, 0..6),
        readers in 1..4_usize,
        leaves in prop::collection::vec(any::<bool>(), 16),
        faults in faults(), seed: u64,
    ) {
        let mut group = Group::new(None, [], faults, seed);
        let mut effects = BTreeMap::<u64, u32>::new();
        let mut leaves = leaves.into_iter();
        let mut idle = 0;
        for turn in 0.. {
            let reader = turn % readers;
            match group.take(reader, next_of(&mine)) {
                Delivery::Nothing if idle > readers => break,
                Delivery::Nothing => idle += 1,
                Delivery::NotYet(_) => idle = 0,
                Delivery::Comes { position, .. } => {
                    idle = 0;
                    if leaves.next() == Some(true) {
                        group.leave(reader);
                    } else if bad.contains(&position.0) {
                        group.fail(position);
                    } else {
                        let is_new = !group.knows(position);
                        *effects.entry(position.0).or_default() += u32::from(is_new);
                        group.acknowledge(position);
                    }
                }
            }
        }
        let all = || (0..).zip(&mine).filter(|(_, mine)| **mine).map(|(nth, _)| nth);
        let good: BTreeMap<u64, u32> = all().filter(|nth| !bad.contains(nth)).map(|nth| (nth, 1)).collect();
        let parked: Vec<_> = all().filter(|nth| bad.contains(nth)).map(Position).collect();
        prop_assert_eq!(effects, good);
        prop_assert_eq!(group.parked().collect::<Vec<_>>(), parked);
        prop_assert_eq!(group.checkpoint(), all().last().map(Position));
    }
}

#[test]
fn the_naive_reader_is_caught_by_each_fault() {
    let mine = [true; 40];
    let one = |turn: fn(&mut Faults)| {
        let mut faults = Faults::default();
        turn(&mut faults);
        let once: BTreeMap<u64, u32> = (0..40).map(|nth| (nth, 1)).collect();
        (1..20).any(|seed| read_all(Care::Naive, &mine, faults, seed).0 != once)
    };
    assert!(one(|faults| faults.duplicate = true), "it does a message twice");
    assert!(one(|faults| faults.drop = true), "it misses a message");
    assert!(one(|faults| faults.crash = true), "it does again what it did before it died");
    assert!(!one(|_| {}), "without faults it does no harm");
}

#[test]
fn the_naive_checkpoint_goes_back_when_a_message_is_late() {
    let reorder = Faults { reorder: true, ..Faults::default() };
    let goes_back = (1..20).any(|seed| read_all(Care::Naive, &[true; 9], reorder, seed).1 != Some(Position(8)));
    assert!(goes_back, "it wrote down what came last, and will be given the rest again");
}
