//! What many tests need: a lab to ask at once, a journal to look into, and logs made from typed events.
#![allow(dead_code, reason = "each test file is a program of its own and uses what it needs")]

use std::cell::{Ref, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use daybook::engine::handle::number;
use daybook::engine::journal::{Checked, Epoch, Opened, Place, Progress, Run, Step};
use daybook::engine::subscription::Faults;
use daybook::engine::{
    Commit, Envelope, Event as _, ExpectedRevision, Fact, Journal, JournalError, LogId, MemoryJournal, RecordedEvent,
    Store, StreamId, Timestamp,
};
use daybook::lab::door::{Append, Ask, Door, Recorded};
use daybook::lab::no::No;
use daybook::lab::stamp::Chance;
use daybook::lab::{As, Imported, Lab, Registration, WORLDS};
use daybook::worlds::bank::Event;
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What a future gives that never waits: every answer of a lab in memory.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a lab in memory answers at once"),
    }
}

/// A lab and one of its logs.
pub struct Desk {
    pub lab: Lab,
    pub log: LogId,
}

impl Desk {
    /// The bank's recorded log, empty and in memory.
    pub fn bank() -> Self {
        Self::of(WORLDS, "bank")
    }

    /// A world's recorded log, empty and in memory.
    pub fn of(worlds: &'static [Registration], world: &str) -> Self {
        Self::at(Lab::in_memory(worlds, 1), world)
    }

    /// The bank's recorded log as a journal holds it.
    pub fn over(storage: &Disk) -> Self {
        // It holds one log; the other worlds keep theirs in memory.
        let open = |world| (world == "bank").then(|| Box::new(storage.clone()) as Box<dyn Journal>);
        // No two labs throw the same dice.
        let seed = 1 + storage.writes();
        Self::at(Lab::open(WORLDS, Chance::set(seed), open, |_| {}), "bank")
    }

    fn at(lab: Lab, world: &str) -> Self {
        let log = lab.recorded(world).expect("every registered world has a recorded log");
        Self { lab, log }
    }

    /// The same lab at another of its logs.
    pub fn beside(&self, log: LogId) -> Self {
        Self { lab: self.lab.clone(), log }
    }

    pub fn branch(&self, applied: u64) -> Self {
        self.beside(self.lab.branch(self.log, applied).expect("a log of this lab"))
    }

    pub fn ask(&self, words: Value) -> Result<Recorded, No> {
        self.put(Ask { words, ..Ask::default() })
    }

    pub fn put(&self, ask: Ask) -> Result<Recorded, No> {
        now(self.lab.dispatch(self.log, ask))
    }

    /// Appends past `decide`.
    pub fn append(&self, stream: &str, expected: ExpectedRevision, facts: Vec<Fact>) -> Result<Recorded, No> {
        let append = Append { stream: StreamId::new(stream), expected, facts, ask: Ask::default() };
        now(self.lab.append(self.log, append))
    }

    /// Opens an account and gives its id.
    pub fn open(&self, owner: &str, cents: i64) -> String {
        let asked = self.ask(json!({ "type": "OpenAccount", "owner": owner, "openingDeposit": cents }));
        asked.expect("a good owner and deposit").events[0].id.to_string()
    }

    pub fn deposit(&self, account: &str, cents: i64) -> Result<Recorded, No> {
        self.ask(json!({ "type": "Deposit", "accountId": account, "amount": cents }))
    }

    pub fn withdraw(&self, account: &str, cents: i64) -> Result<Recorded, No> {
        self.ask(json!({ "type": "Withdraw", "accountId": account, "amount": cents }))
    }

    pub fn door(&self) -> Ref<'_, dyn Door> {
        self.lab.log(self.log).expect("a log of this lab")
    }

    pub fn len(&self) -> u64 {
        self.door().store().len()
    }

    pub fn export(&self) -> String {
        self.lab.export(self.log).expect("a log of this lab")
    }

    pub fn events(&self) -> Vec<Value> {
        let door = self.door();
        let events = (0..door.store().len()).filter_map(|position| door.store().event(position));
        events.map(|event| json!(event)).collect()
    }

    pub fn import(&self, text: &str, becomes: As) -> Imported {
        let world = self.door().world();
        now(self.lab.import_as(world, None, text, becomes)).expect("a world of this lab that may write")
    }
}

/// Ada opens with 100.00, deposits 50.00 and withdraws 30.00: her account's id.
pub fn story(desk: &Desk) -> String {
    let ada = desk.open("Ada", 10_000);
    desk.deposit(&ada, 5_000).expect("an open account");
    desk.withdraw(&ada, 3_000).expect("enough money");
    ada
}

pub fn stream(account: &str) -> StreamId {
    StreamId::new(format!("account-{account}"))
}

/// An event of any kind and data, with no place yet.
pub fn fact(kind: &str, data: &str) -> Fact {
    let data = RawValue::from_string(data.to_owned()).expect("JSON");
    Fact { id: None, kind: kind.to_owned(), data, schema_version: 1 }
}

/// What is known besides the words, the same but for the id.
pub fn envelope(id: u128) -> Envelope {
    Envelope {
        log: LogId(Uuid::nil()),
        id: Uuid::from_u128(id),
        recorded_at: Timestamp::from_millis(0),
        actor: "you".to_owned(),
        correlation_id: None,
        causation_id: None,
        extra: Map::new(),
    }
}

/// What the bank's store keeps as an event's amount.
pub fn amount(event: &RecordedEvent) -> Option<i64> {
    Event::read(&event.kind, event.metadata.schema_version, &event.data).ok().map(|event| event.amount())
}

/// Adds facts to a stream of a bank's store, whatever it holds.
pub fn add(store: &mut Store, stream: &str, facts: Vec<Fact>) -> Commit {
    let id = u128::from(store.len() + 1) << 64;
    let commit = number(store, &StreamId::new(stream), ExpectedRevision::Any, facts, &envelope(id));
    let commit = commit.expect("any revision is expected");
    store.apply(&commit, amount).expect("the numbers continue the log");
    commit
}

/// A journal that outlives its lab, and that breaks when told to.
#[derive(Clone, Default)]
pub struct Disk(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    journal: MemoryJournal,
    writes: u64,
    fails: Option<JournalError>,
    readable: Option<usize>,
}

impl Disk {
    /// Every write fails from now on.
    pub fn fail(&self, with: JournalError) {
        self.0.borrow_mut().fails = Some(with);
    }

    /// Only the first commits can be read from now on.
    pub fn damage_after(&self, commits: usize) {
        self.0.borrow_mut().readable = Some(commits);
    }

    /// How often it was written to.
    pub fn writes(&self) -> u64 {
        self.0.borrow().writes
    }

    /// Every commit that it holds.
    pub fn commits(&self) -> Vec<Commit> {
        let loaded = self.0.borrow_mut().journal.load().expect("memory can be read");
        loaded.map(|recovered| recovered.commits).unwrap_or_default()
    }

    /// One that holds these commits, of one log.
    pub fn holding(commits: &[Commit]) -> Self {
        let disk = Self::default();
        let log = commits.first().expect("something to hold").log;
        disk.write(|journal| journal.replace(log, commits)).expect("memory can be written");
        disk
    }

    fn write(&self, write: impl FnOnce(&mut MemoryJournal) -> Result<(), JournalError>) -> Result<(), JournalError> {
        let mut inner = self.0.borrow_mut();
        inner.fails.clone().map_or(Ok(()), Err)?;
        write(&mut inner.journal)?;
        inner.writes += 1;
        Ok(())
    }
}

/// Any faults of delivery, none and all among them.
pub fn faults() -> impl Strategy<Value = Faults> {
    any::<[bool; 5]>().prop_map(|[duplicate, delay, reorder, drop, crash]| Faults {
        duplicate,
        delay,
        reorder,
        drop,
        crash,
    })
}

/// What a damaged [`Disk`] says.
pub fn unreadable() -> JournalError {
    JournalError::Unreadable { key: "commit".to_owned(), expected: "JSON".to_owned(), found: "dust".to_owned() }
}

impl Journal for Disk {
    fn load_into(&mut self, take: &mut dyn FnMut(Run)) -> Result<Option<Opened>, JournalError> {
        let mut inner = self.0.borrow_mut();
        let mut readable = inner.readable;
        let opened = inner.journal.load_into(&mut |run| {
            if readable != Some(0) {
                take(run);
            }
            readable = readable.map(|left| left.saturating_sub(1));
        })?;
        let is_damaged = inner.readable.is_some();
        Ok(opened.map(|opened| Opened { unreadable: is_damaged.then(unreadable), ..opened }))
    }

    fn append(&mut self, commit: &Commit) -> Result<(), JournalError> {
        self.write(|journal| journal.append(commit))
    }

    fn replace(&mut self, log: LogId, commits: &[Commit]) -> Result<(), JournalError> {
        self.write(|journal| journal.replace(log, commits))
    }

    fn verify_from(&self, from: Option<&Checked>, events: u64) -> Result<Step, JournalError> {
        self.0.borrow().journal.verify_from(from, events)
    }

    fn place(&self) -> Option<Place> {
        self.0.borrow().journal.place()
    }

    fn read_to(&mut self, place: &Place) -> Result<Progress, JournalError> {
        self.0.borrow_mut().journal.read_to(place)
    }

    fn write_as(&mut self, _epoch: Epoch) {}

    fn pack(&mut self) -> Result<bool, JournalError> {
        Ok(false)
    }

    fn clean(&mut self) {}
}
