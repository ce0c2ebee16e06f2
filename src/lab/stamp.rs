//! Where time and chance come in. Everything to the left of the lab is told; nothing asks.

use uuid::{Builder, Uuid};

use crate::engine::Timestamp;
use crate::engine::handle::nth_id;
use crate::worlds::Stamp;

/// The clock and the dice of a lab. Tests and lessons bring set ones, so that thirty screens look the same.
pub struct Chance {
    clock: Box<dyn Fn() -> Timestamp>,
    dice: Box<dyn FnMut() -> u128>,
    last: Uuid,
}

impl Chance {
    /// Events of one command take the ids after the command's own; so many are kept free for them.
    const ROOM: u64 = 1 << 16;

    /// `clock` is read as it is, even backwards; `dice` gives 128 fresh bits.
    pub fn new(clock: impl Fn() -> Timestamp + 'static, dice: impl FnMut() -> u128 + 'static) -> Self {
        Self { clock: Box::new(clock), dice: Box::new(dice), last: Uuid::nil() }
    }

    /// A clock that ticks once a second from 2026-01-01T09:00:00Z, and dice that follow from a seed.
    pub fn set(seed: u64) -> Self {
        const START: i64 = 1_767_258_000_000;
        let ticks = std::cell::Cell::new(0);
        let clock = move || Timestamp::from_millis(START + 1000 * ticks.replace(ticks.get() + 1));
        let mut state = u128::from(seed);
        // Knuth's MMIX generator, taken twice.
        let mut half = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
                & u128::from(u64::MAX);
            state
        };
        Self::new(clock, move || half() << 64 | half())
    }

    /// A number that nobody else has drawn.
    pub fn roll(&mut self) -> u32 {
        (self.dice)() as u32
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A new `UUIDv7`, greater than any before it, even when the clock stood still or went back.
    pub fn mint(&mut self) -> Uuid {
        let bits = (self.dice)().to_be_bytes();
        let random: [u8; 10] = std::array::from_fn(|nth| bits[nth]);
        let millis = u64::try_from(self.now().millis()).unwrap_or(0);
        let fresh = Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        self.last = fresh.max(nth_id(self.last, Self::ROOM));
        self.last
    }
}

/// Completes a command: the seed follows from the id, so that a retry draws the same.
pub fn stamp(now: Timestamp, id: Uuid) -> Stamp {
    Stamp { now, id, seed: id.as_u64_pair().1 & (u64::MAX >> 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_when_the_clock_does_not() {
        let times = std::cell::RefCell::new(vec![5, 9, 9, 1000]);
        let mut state = 0_u128;
        let dice = move || {
            state = state.wrapping_mul(25_214_903_917).wrapping_add(11);
            state
        };
        let mut chance = Chance::new(move || Timestamp::from_millis(times.borrow_mut().pop().unwrap_or(3)), dice);
        let ids: Vec<Uuid> = (0..8).map(|_| chance.mint()).collect();
        assert!(ids.is_sorted_by(|a, b| nth_id(*a, 100) < *b), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
