//! A day of a bank with a great many entries, made up: something to try the page with.

use std::iter;

use daybook_engine::StreamId;

use super::{Event, ids};
use crate::BigDay;

/// Accounts; each is opened by one of the first events.
const ACCOUNTS: usize = 100;
/// The largest amount, in cents.
const MOST: u32 = 100_000;

/// Deposits and withdrawals of 100 accounts, six to four, as the bank's rules allow them.
///
/// The same every time: draws come from a linear congruential generator, without its lowest bits.
pub(super) fn big_day() -> BigDay<Event> {
    let mut seed = 42_u32;
    let mut draw = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let opened = (0..ACCOUNTS).map(|nth| {
        let number = format!("{:04}", nth + 1);
        (nth, Event::AccountOpened { owner: format!("Owner {number}").into(), number: number.into() })
    });
    let mut balances = [0; ACCOUNTS];
    let moved = iter::repeat_with(move || {
        let account = draw(ACCOUNTS as u32) as usize;
        let is_deposit = draw(10) < 6;
        let amount = i64::from(draw(MOST)) + 1;
        if is_deposit || amount > balances[account] {
            balances[account] += amount;
            (account, Event::MoneyDeposited { amount })
        } else {
            balances[account] -= amount;
            (account, Event::MoneyWithdrawn { amount })
        }
    });
    BigDay { streams: (0..ACCOUNTS).map(stream).collect(), events: Box::new(opened.chain(moved)) }
}

fn stream(nth: usize) -> StreamId {
    ids::stream(format_args!("0190a5d0-0000-7000-8000-{:012x}", nth + 1))
}

#[cfg(test)]
mod tests {
    use daybook_engine::Decider;

    use super::*;
    use crate::bank::Account;

    #[test]
    fn the_rules_hold_all_day() {
        let BigDay { streams, events } = big_day();
        let mut accounts = vec![Account::default(); streams.len()];
        for (stream, event) in events.take(20_000) {
            accounts[stream] = crate::bank::Bank::default().evolve(std::mem::take(&mut accounts[stream]), &event);
            assert!(accounts[stream].balance() >= 0, "{event:?}");
        }
    }
}
