//! A lab whose logs several tabs share: what is staged is written before it is shown, and a storage that fails in the
//! middle of a wish leaves a log that goes on.

mod common;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use common::now;
use daybook::engine::journal::Epoch;
use daybook::engine::{ExpectedRevision, Fact, Journal, JournalError, StreamId};
use daybook::journal::KeyedJournal;
use daybook::journal::peer::{Logs, Staged};
use daybook::journal::storage::{Storage, Table};
use daybook::lab::door::{Append, Ask};
use daybook::lab::no::No;
use daybook::lab::readers::Setting;
use daybook::lab::shared::{Told, Writer};
use daybook::lab::stamp::Chance;
use daybook::lab::{Changes, Lab, WORLDS};
use serde_json::{Value, json};
use uuid::Uuid;

/// A storage that says "full" without cause: once it has taken so many writes, to the next so many.
#[derive(Clone)]
struct Moody {
    table: Table,
    takes: Rc<Cell<u64>>,
    refuses: Rc<Cell<u64>>,
    asked: Rc<Cell<u64>>,
}

impl Moody {
    fn new() -> Self {
        let [takes, refuses, asked] = [u64::MAX, 0, 0].map(|number| Rc::new(Cell::new(number)));
        Self { table: Table::of(5 << 20), takes, refuses, asked }
    }

    fn fail_after(&self, takes: u64, refuses: u64) {
        self.takes.set(takes);
        self.refuses.set(refuses);
    }
}

impl Storage for Moody {
    fn get(&self, key: &str) -> Result<Option<String>, JournalError> {
        self.table.get(key)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), JournalError> {
        self.asked.set(self.asked.get() + 1);
        match (self.takes.get(), self.refuses.get()) {
            (0, 1..) => {
                self.refuses.set(self.refuses.get() - 1);
                return Err(JournalError::Crowded);
            }
            (takes, _) => self.takes.set(takes.saturating_sub(1)),
        }
        self.table.set(key, value)
    }

    fn remove(&self, key: &str) -> Result<(), JournalError> {
        self.table.remove(key)
    }

    fn keys(&self) -> Result<Vec<String>, JournalError> {
        self.table.keys()
    }

    fn capacity(&self) -> u64 {
        self.table.capacity()
    }

    fn used(&self) -> Result<u64, JournalError> {
        self.table.used()
    }
}

/// The tab that writes is this one, and there is no other.
struct Alone(Lab);

impl Writer for Alone {
    fn ask(&self, _: Uuid, wish: String) -> Told<String> {
        let mut lab = self.0.clone();
        let answer = match lab.stage(&wish, true) {
            Staged::Written(answer) => {
                let places = lab.places();
                lab.show(&places);
                answer
            }
            Staged::Answered(answer) => answer,
            Staged::NotNow => unreachable!("the last time is answered"),
        };
        Box::pin(async { Ok(answer) })
    }

    fn lead(&self) -> Told<()> {
        Box::pin(async { Ok(()) })
    }

    fn rewritten(&self) -> Told<()> {
        Box::pin(async { Ok(()) })
    }
}

fn open(storage: &Moody, seed: u64, told: impl Fn(Changes) + 'static) -> Lab {
    let storage = storage.clone();
    let journal = move |world: &'static str| -> Option<Box<dyn Journal>> {
        Some(Box::new(KeyedJournal::new(storage.clone(), world)))
    };
    let mut lab = Lab::open(WORLDS, Chance::set(seed), journal, told);
    lab.write_as(Some(Epoch { counter: seed, tab: 1 }));
    lab
}

/// Lets one wish through as the tab that writes does: what is written is shown once every tab has read it.
fn stage(lab: &mut Lab, world: &str, what: &Value) -> Staged {
    let staged = lab.stage(&json!({ "world": world, "what": what }).to_string(), false);
    if let Staged::Written(_) = staged {
        let places = lab.places();
        lab.show(&places);
    }
    staged
}

fn ask(words: &Value) -> Ask {
    Ask { words: words.clone(), ..Ask::default() }
}

fn dispatch(words: &Value) -> Value {
    json!({ "Dispatch": ask(words) })
}

/// The storage fails at each write in turn; whatever was under way then, every log goes on and can be read again.
#[test]
fn a_storage_that_fails_in_the_middle_of_a_wish_breaks_no_log() {
    let step = json!({ "Step": { "reader": "General ledger", "by_hand": true } });
    for care in ["naive", "right"] {
        for takes in 0..8 {
            let storage = Moody::new();
            let mut lab = open(&storage, 1, |_| {});
            lab.share(Alone(lab.clone()));
            storage.fail_after(takes, 1);
            let wishes = [
                ("bank", dispatch(&json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 100 }))),
                ("ledger", json!({ "Set": { "Care": ["General ledger", care] } })),
                ("ledger", step.clone()),
                ("ledger", step.clone()),
                ("bank", dispatch(&json!({ "type": "OpenAccount", "owner": "Bob", "openingDeposit": 50 }))),
                ("ledger", step.clone()),
                ("ledger", step.clone()),
            ];
            for (world, wish) in &wishes {
                stage(&mut lab, world, wish);
            }
            assert_eq!(storage.refuses.get(), 0, "no write was refused after {takes}");
            let again = open(&storage, 2, |_| {});
            for world in ["bank", "ledger"] {
                let (shown, stored) = (lab.recorded(world).expect("a log"), again.recorded(world).expect("a log"));
                let (shown, stored) = (lab.log(shown).expect("shown"), again.log(stored).expect("stored"));
                let why = stored.closed().or(shown.closed()).map(No::to_string);
                assert_eq!(why, None, "{world}, {care}, after {takes} writes");
                assert_eq!(shown.store().len(), stored.store().len(), "{world}, {care}, after {takes} writes");
            }
        }
    }
}

#[test]
fn what_was_written_for_a_wish_that_failed_is_shown() {
    let storage = Moody::new();
    let mut lab = open(&storage, 1, |_| {});
    lab.share(Alone(lab.clone()));
    stage(&mut lab, "bank", &dispatch(&json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 100 })));
    stage(&mut lab, "ledger", &json!({ "Set": { "Care": ["General ledger", "naive"] } }));
    // It notes whom it follows and records both entries; its checkpoint is refused.
    storage.fail_after(2, 1);
    let staged = stage(&mut lab, "ledger", &json!({ "Step": { "reader": "General ledger", "by_hand": true } }));
    assert!(matches!(staged, Staged::Written(_)), "{staged:?}");
    let ledger = lab.recorded("ledger").expect("a log");
    assert_eq!(lab.log(ledger).expect("a log").store().len(), 2);
}

#[test]
fn a_reader_that_finds_the_storage_crowded_is_not_tried_again_at_once() {
    let storage = Moody::new();
    let lab = open(&storage, 1, |_| {});
    let log = lab.recorded("bank").expect("a log");
    let open_account = |owner: &str| ask(&json!({ "type": "OpenAccount", "owner": owner, "openingDeposit": 100 }));
    now(lab.dispatch(log, open_account("Ada"))).expect("it is recorded");
    now(lab.set(log, Setting::Paused("General ledger".into(), false))).expect("it runs");
    storage.fail_after(1, u64::MAX);
    let before = storage.asked.get();
    now(lab.dispatch(log, open_account("Bob"))).expect("it is recorded");
    assert_eq!(storage.asked.get() - before, 2, "one for the command, one for what follows from it");
}

#[test]
fn a_reset_is_told_of_though_a_follower_could_not_begin_anew() {
    let (storage, told) = (Moody::new(), Rc::new(Cell::new(0)));
    let lab = open(&storage, 1, {
        let told = Rc::clone(&told);
        move |_| told.set(told.get() + 1)
    });
    let log = lab.recorded("bank").expect("a log");
    now(lab.set(log, Setting::Paused("General ledger".into(), false))).expect("it runs");
    now(lab.dispatch(log, ask(&json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 100 }))))
        .expect("it is recorded");
    told.set(0);
    storage.fail_after(1, 1);
    let anew = now(lab.reset("bank")).expect("the log begins anew");
    assert_eq!(storage.refuses.get(), 0, "the follower was to be refused");
    assert_eq!(told.get(), 1);
    assert!(lab.log(anew).expect("the new log").store().is_empty());
    let readers = lab.readers(anew).expect("its readers");
    let ledger = readers.iter().find(|reader| reader.name == "General ledger").expect("the ledger");
    assert_eq!(format!("{:?}", ledger.stands), "Elsewhere");
}

#[test]
fn what_was_appended_here_is_not_told_as_from_elsewhere() {
    let foreign = Rc::new(RefCell::new(Vec::new()));
    let lab = open(&Moody::new(), 1, {
        let foreign = Rc::clone(&foreign);
        move |Changes { is_foreign, .. }| foreign.borrow_mut().push(is_foreign)
    });
    lab.share(Alone(lab.clone()));
    let log = lab.recorded("bank").expect("a log");
    let fact = Fact { id: Some(Uuid::from_u128(7)), ..common::fact("Noted", "{}") };
    let append =
        |facts| Append { stream: StreamId::new("note-1"), expected: ExpectedRevision::Any, facts, ask: Ask::default() };
    now(lab.append(log, append(vec![fact]))).expect("an id of its own");
    now(lab.append(log, append(vec![common::fact("Noted", "{}")]))).expect("an id from here");
    assert_eq!(*foreign.borrow(), [false, false]);
}
