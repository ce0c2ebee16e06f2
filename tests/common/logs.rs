//! Any log of the bank, as a lab's door: for laws about looking into it.
#![allow(dead_code, reason = "each test file is a program of its own and uses what it needs")]

use daybook::engine::{Event as _, Fact, LogId, RecordedEvent, Store, Timestamp};
use daybook::lab::door::{Door, Origin};
use daybook::lab::running::Running;
use daybook::worlds::bank::{Bank, Event};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::common::{add, fact};

/// A failure prints the smallest case that fails, which then becomes a test of its own; no file keeps it.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Any fact that a log may hold, from few values, so that conditions often hold and fields often stay as they were.
pub fn any_fact() -> impl Strategy<Value = Fact> {
    let event = prop_oneof![
        1 => select(vec!["Ada", "Bob \"B\" ä", ""]).prop_map(|owner| Event::AccountOpened {
            owner: owner.into(),
            number: "1234-5678".into(),
        }),
        4 => (0..4_i64).prop_map(|amount| Event::MoneyDeposited { amount }),
        4 => (0..4_i64).prop_map(|amount| Event::MoneyWithdrawn { amount }),
        1 => select(vec![None, Some("Ada moved")]).prop_map(|why| Event::AccountClosed { reason: why.map(Into::into) }),
        1 => (-3..3_i64, any::<bool>()).prop_map(|(balance, closed)| Event::AccountCarriedOver {
            owner: "Ada".into(),
            number: "1".into(),
            balance,
            closed,
        }),
    ];
    prop_oneof![
        10 => event.prop_map(|event| Fact::of(&event)),
        1 => Just(fact("MoneyFound", r#"{"amount": 2.5, "\u0061t": ["Bob", 1]}"#)),
        1 => Just(fact("MoneyDeposited", r#"{"amount": "2"}"#)),
        1 => Just(fact("MoneyCounted", "[2, [\"Ada\"]]")),
    ]
}

/// Any facts of a few streams: a log.
pub fn any_log() -> impl Strategy<Value = Vec<(usize, Fact)>> {
    vec((0..3_usize, any_fact()), 0..40)
}

/// Its events as they are recorded, a second apart and by one of two actors.
pub fn recorded(log: &[(usize, Fact)]) -> Vec<RecordedEvent> {
    let mut store = Store::of::<Event>();
    for (stream, fact) in log {
        add(&mut store, &format!("account-{stream}"), vec![fact.clone()]);
    }
    let event = |position| {
        let mut event: RecordedEvent = store.event(position)?;
        event.metadata.recorded_at = Timestamp::from_millis(1000 * i64::try_from(position).ok()?);
        event.metadata.actor = if position % 3 == 0 { "Bob".to_owned() } else { "you".to_owned() };
        Some(event)
    };
    (0..store.len()).filter_map(event).collect()
}

/// A log in memory with these events.
pub fn door(events: Vec<RecordedEvent>) -> Box<dyn Door> {
    let mut log = Running::<Bank>::new(LogId(Uuid::max()), Origin::Copy);
    log.add(events).expect("they are numbered");
    Box::new(log)
}

/// What today's code makes of an event.
pub fn typed(event: &RecordedEvent) -> Option<Event> {
    Event::read(&event.kind, event.metadata.schema_version, &event.data).ok()
}
