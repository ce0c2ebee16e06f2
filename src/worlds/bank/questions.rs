//! Questions that nobody thought of when the bank began.

use daybook_engine::{Event as _, Store};

use super::account::Event;
use crate::{Answer, Question};

/// Soon after, in milliseconds: five minutes.
const SOON: i64 = 5 * 60 * 1000;

/// How many customers withdrew money within five minutes of depositing some?
///
/// Reads time, stream and kind of every event; opens no data. A customer with two accounts counts twice: the log knows
/// accounts, and people only by name.
#[derive(Debug, Default)]
pub struct QuickWithdrawals {
    /// Events that were read.
    read: u64,
    /// By stream: when money last came in, in milliseconds, and whether any went out, soon after.
    last_deposit: Vec<Option<i64>>,
    was_quick: Vec<Option<bool>>,
    /// Whether the log goes on from another.
    goes_on: bool,
}

impl Question for QuickWithdrawals {
    fn read_on(&mut self, log: &Store) {
        let [deposited, withdrawn, opened] = ["MoneyDeposited", "MoneyWithdrawn", "BooksOpened"]
            .map(|kind| Event::KINDS.iter().position(|k| *k == kind));
        let Self { read, last_deposit, was_quick, goes_on } = self;
        last_deposit.resize(log.stream_count(), None);
        was_quick.resize(log.stream_count(), None);
        log.for_each_row(*read, log.len(), |position, row| {
            let (kind, stream) = (Some(row.kind.index()), row.stream.index());
            if kind == deposited {
                last_deposit[stream] = Some(log.recorded_at(position).millis());
            } else if kind == withdrawn {
                let since = last_deposit[stream].map(|then| log.recorded_at(position).millis() - then);
                let soon = since.is_some_and(|since| (0..=SOON).contains(&since));
                was_quick[stream] = Some(soon || was_quick[stream] == Some(true));
            } else if kind == opened {
                *goes_on = true;
            }
        });
        *read = log.len();
    }

    fn answer(&self) -> Answer {
        let withdrew = || self.was_quick.iter().flatten();
        let (all, soon) = (withdrew().count(), withdrew().filter(|soon| **soon).count());
        let known = match all {
            0 => "None yet: nobody has withdrawn any money.".to_owned(),
            _ => format!("{soon} of the {all} who withdrew money."),
        };
        Answer {
            question: "How many customers withdrew money within 5 minutes of depositing?",
            from_log: if self.goes_on {
                format!("{known} What came before these books were opened stands in the log before.")
            } else {
                known
            },
            from_row: "Can't be answered. The row holds a balance; when it changed, and in which order, was overwritten.",
        }
    }
}

#[cfg(test)]
mod tests {
    use daybook_engine::{ExpectedRevision, NewEvent, StreamId, Timestamp};
    use uuid::Uuid;

    use super::*;

    /// A log of (account, event, minute).
    fn log(events: &[(&str, Event, i64)]) -> Store {
        let mut store = Store::of::<Event>();
        for (nth, (account, event, minute)) in (1..).zip(events) {
            let (stream, kind, actor) =
                (store.stream(&StreamId::new(*account)), store.kind(event.kind()), store.actor("you"));
            let data = event.data();
            let event = NewEvent {
                id: Uuid::from_u128(nth),
                kind,
                data: data.get(),
                amount: Some(event.amount()),
                recorded_at: Timestamp::from_millis(minute * 60_000),
                actor,
                correlation: None,
                causation: None,
                schema_version: 1,
            };
            store.append(stream, ExpectedRevision::Any, &[event]).expect("any revision is expected");
        }
        store
    }

    /// The answer to a whole log, read at once; read event by event it must be the same.
    fn answer(events: &[(&str, Event, i64)]) -> Answer {
        let (mut at_once, mut by_and_by) = (QuickWithdrawals::default(), QuickWithdrawals::default());
        at_once.read_on(&log(events));
        (0..=events.len()).for_each(|many| by_and_by.read_on(&log(&events[..many])));
        assert_eq!(at_once.answer(), by_and_by.answer());
        at_once.answer()
    }

    #[test]
    fn only_who_was_quick_counts() {
        let deposit = || Event::MoneyDeposited { amount: 10 };
        let withdraw = || Event::MoneyWithdrawn { amount: 1 };
        let answer = answer(&[
            ("account-quick", deposit(), 10),
            ("account-slow", deposit(), 10),
            ("account-none", deposit(), 10),
            ("account-quick", withdraw(), 15),
            ("account-slow", withdraw(), 16),
            ("account-quick", withdraw(), 90),
        ]);
        assert_eq!(answer.from_log, "1 of the 2 who withdrew money.");
    }

    #[test]
    fn a_clock_that_went_back_is_not_quick() {
        let events = [
            ("account-1", Event::MoneyDeposited { amount: 10 }, 10),
            ("account-1", Event::MoneyWithdrawn { amount: 1 }, 8),
        ];
        assert_eq!(answer(&events).from_log, "0 of the 1 who withdrew money.");
    }

    #[test]
    fn an_empty_log_says_so() {
        assert!(answer(&[]).from_log.starts_with("None yet"));
    }
}
