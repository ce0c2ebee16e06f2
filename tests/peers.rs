//! Many tabs on one journal, in a world that is as bad as measured: what a tab writes is seen by others late, messages
//! overtake it, tabs die, freeze and thaw at every moment, and the storage says without cause that it is full.
//!
//! The tabs run the real protocol and the real journal; only the world around them is made up, from a seed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use daybook::engine::journal::{Epoch, Progress, Recovered};
use daybook::engine::{
    Commit, ExpectedRevision, Journal, JournalError, LogId, Metadata, Position, RecordedEvent, Revision, StreamId,
    Timestamp, Write,
};
use daybook::journal::KeyedJournal;
use daybook::journal::peer::{Effect, Logs, Message, Millis, Peer, Places, Staged, Standing, TabId};
use daybook::journal::storage::Storage;
use serde_json::Map;
use serde_json::value::RawValue;
use uuid::Uuid;

/// The longest time that a write was measured to stay unseen.
const STALE: u64 = 360;
/// The longest time that a message takes here.
const MESSAGE: u64 = 40;
/// The log that the first writer begins.
const LOG: LogId = LogId(Uuid::from_u128(1));

/// Knuth's MMIX generator.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn chance(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }
}

/// What one process sees of the storage, and what it wrote since it was last asked.
#[derive(Clone, Default)]
struct Replica(Rc<RefCell<Seen>>);

#[derive(Default)]
struct Seen {
    entries: BTreeMap<String, String>,
    written: Vec<(String, Option<String>)>,
    /// How many of the next writes fail as if there were no room.
    crowded: u32,
}

impl Storage for Replica {
    fn get(&self, key: &str) -> Result<Option<String>, JournalError> {
        Ok(self.0.borrow().entries.get(key).cloned())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), JournalError> {
        let mut seen = self.0.borrow_mut();
        if seen.crowded > 0 {
            seen.crowded -= 1;
            return Err(JournalError::Crowded);
        }
        seen.entries.insert(key.to_owned(), value.to_owned());
        seen.written.push((key.to_owned(), Some(value.to_owned())));
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), JournalError> {
        let mut seen = self.0.borrow_mut();
        seen.entries.remove(key);
        seen.written.push((key.to_owned(), None));
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, JournalError> {
        Ok(self.0.borrow().entries.keys().cloned().collect())
    }

    fn capacity(&self) -> u64 {
        5 << 20
    }
}

/// One tab's log: what is shown, and what was read but not acknowledged yet.
struct TabLogs {
    journal: KeyedJournal<Replica>,
    shown: Vec<Commit>,
    staged: VecDeque<Commit>,
    may_write: bool,
}

impl TabLogs {
    fn open(replica: Replica) -> Self {
        let mut logs = Self {
            journal: KeyedJournal::new(replica, "bank").sealing(0, 8),
            shown: Vec::new(),
            staged: VecDeque::new(),
            may_write: false,
        };
        logs.reload();
        logs
    }

    fn anew(&mut self, recovered: Option<Recovered>) {
        self.staged.clear();
        self.shown = recovered.map_or(Vec::new(), |recovered| recovered.commits);
    }

    fn ids(&self) -> Vec<Uuid> {
        self.shown.iter().chain(&self.staged).flat_map(Commit::events).map(|event| event.id).collect()
    }
}

impl Logs for TabLogs {
    fn places(&self) -> Places {
        vec![self.journal.place()]
    }

    fn read_to(&mut self, places: &Places) -> bool {
        let Some(place) = places[0] else { return true };
        match self.journal.read_to(&place).expect("nothing is damaged here") {
            Progress::There(commits) => self.staged.extend(commits),
            Progress::Anew(recovered) => {
                self.shown.clear();
                self.staged = recovered.commits.into();
            }
            Progress::NotYet => return false,
        }
        true
    }

    fn show(&mut self, places: &Places) {
        let Some(place) = places[0] else { return };
        while (self.shown.len() as u64) < place.commits {
            self.shown.push(self.staged.pop_front().expect("what is shown was read"));
        }
    }

    fn reload(&mut self) {
        let recovered = self.journal.load().expect("nothing is damaged here");
        assert!(recovered.iter().all(|recovered| recovered.unreadable.is_none()), "{recovered:?}");
        self.anew(recovered);
    }

    fn write_as(&mut self, epoch: Option<Epoch>) {
        self.may_write = epoch.is_some();
        if let Some(epoch) = epoch {
            self.journal.write_as(epoch);
        }
    }

    /// A wish is an id and `if <n>`: record an event of that id if so many are there, else say no; or `always`.
    fn stage(&mut self, wish: &str, is_last: bool) -> Staged {
        let (id, wish) = wish.split_once(' ').expect("an id and a wish");
        let id: Uuid = id.parse().expect("an id");
        assert!(self.may_write && self.staged.is_empty(), "one after another");
        let ids = self.ids();
        if let Some(position) = ids.iter().position(|known| *known == id) {
            return Staged::Answered(format!("recorded {position}"));
        }
        if wish.strip_prefix("if ").is_some_and(|expected| expected != ids.len().to_string()) {
            return Staged::Answered("refused".to_owned());
        }
        let written = match self.journal.place() {
            None => self.journal.replace(LOG, &[]),
            Some(_) => Ok(()),
        };
        let commit = commit(ids.len() as u64, id);
        match written.and_then(|()| self.journal.append(&commit)) {
            Ok(()) => {
                self.staged.push_back(commit);
                Staged::Written(format!("recorded {}", ids.len()))
            }
            Err(JournalError::Crowded) if !is_last => Staged::NotNow,
            Err(JournalError::Crowded) => Staged::Answered("refused".to_owned()),
            Err(error) => panic!("{error}"),
        }
    }

    fn pack(&mut self) -> bool {
        match self.journal.pack() {
            Ok(packed) => packed,
            Err(JournalError::Crowded | JournalError::Unreadable { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    }

    fn clean(&mut self) {
        self.journal.clean();
    }
}

fn commit(nth: u64, id: Uuid) -> Commit {
    let (stream, expected) = (StreamId::new("notes"), ExpectedRevision::Any);
    let event = RecordedEvent {
        id,
        stream: stream.clone(),
        revision: Revision(nth),
        position: Position(nth),
        kind: "Noted".to_owned(),
        data: RawValue::from_string("{}".to_owned()).expect("JSON"),
        metadata: Metadata {
            recorded_at: Timestamp::default(),
            correlation_id: id,
            causation_id: id,
            actor: "you".to_owned(),
            schema_version: 1,
            extra: Map::new(),
        },
    };
    Commit { log: LOG, writes: vec![Write { stream, expected, events: vec![event] }], tracking: None }
}

/// What reaches a tab.
#[derive(Clone)]
enum Happens {
    Heard(Message),
    Granted,
    Stolen,
    Members(u64, Vec<TabId>, bool),
    Stored(String, Option<String>),
    Tick,
    Thaws,
    Wishes(Uuid, String),
}

struct Tab {
    peer: Peer,
    logs: TabLogs,
    replica: Replica,
    frozen_to: Millis,
    /// Until when it hears, and finds nothing out: so some browsers put a tab to sleep.
    dozes_to: Millis,
    missed: VecDeque<Happens>,
    is_visible: bool,
    /// Until when the last thing of each kind is under way: nothing overtakes its own kind.
    lanes: BTreeMap<(u8, TabId), Millis>,
}

struct World {
    dice: Dice,
    now: Millis,
    counter: u64,
    next_tab: TabId,
    tabs: BTreeMap<TabId, Tab>,
    /// What the browser itself has, and what is on its way to it: when, from whom, what.
    central: BTreeMap<String, String>,
    to_central: Vec<(Millis, u64, String, Option<String>)>,
    lanes: BTreeMap<TabId, Millis>,
    agenda: BTreeMap<(Millis, u64), (TabId, Happens)>,
    holder: Option<TabId>,
    queue: VecDeque<TabId>,
    asked: BTreeMap<Uuid, String>,
    answered: BTreeMap<Uuid, String>,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice(seed),
            now: 1_000_000,
            counter: 0,
            next_tab: 1,
            tabs: BTreeMap::new(),
            central: BTreeMap::new(),
            to_central: Vec::new(),
            lanes: BTreeMap::new(),
            agenda: BTreeMap::new(),
            holder: None,
            queue: VecDeque::new(),
            asked: BTreeMap::new(),
            answered: BTreeMap::new(),
        }
    }

    fn open(&mut self) -> TabId {
        let me = self.next_tab;
        self.next_tab += 1;
        let replica = Replica::default();
        replica.0.borrow_mut().entries = self.central.clone();
        let logs = TabLogs::open(replica.clone());
        let mut peer = Peer::new(me, self.now);
        let effects = peer.start();
        let is_visible = self.dice.chance(60);
        self.tabs.insert(
            me,
            Tab {
                peer,
                logs,
                replica,
                frozen_to: 0,
                dozes_to: 0,
                missed: VecDeque::new(),
                is_visible,
                lanes: BTreeMap::new(),
            },
        );
        self.carry_out(me, effects);
        self.later(me, 100, Happens::Tick);
        me
    }

    fn kill(&mut self, tab: TabId) {
        if self.tabs.remove(&tab).is_some() {
            self.release(tab);
        }
    }

    fn release(&mut self, tab: TabId) {
        self.queue.retain(|queued| *queued != tab);
        if self.holder == Some(tab) {
            self.holder = None;
            self.grant();
        }
    }

    fn grant(&mut self) {
        if self.holder.is_none()
            && let Some(next) = self.queue.pop_front()
        {
            self.holder = Some(next);
            let delay = self.dice.below(5);
            self.later(next, delay, Happens::Granted);
        }
    }

    fn later(&mut self, tab: TabId, delay: Millis, what: Happens) {
        self.counter += 1;
        self.agenda.insert((self.now + delay, self.counter), (tab, what));
    }

    /// Reaches a tab after a while, but not before what the same sender sent earlier in the same way.
    fn in_lane(&mut self, tab: TabId, lane: (u8, TabId), delay: Millis, what: Happens) {
        let now = self.now;
        let Some(to) = self.tabs.get_mut(&tab) else { return };
        let free = to.lanes.entry(lane).or_default();
        *free = (*free).max(now + delay);
        let delay = *free - now;
        self.later(tab, delay, what);
    }

    fn others(&self, tab: TabId) -> Vec<TabId> {
        self.tabs.keys().copied().filter(|other| *other != tab).collect()
    }

    fn carry_out(&mut self, tab: TabId, effects: Vec<Effect>) {
        let written = std::mem::take(&mut self.tabs[&tab].replica.0.borrow_mut().written);
        for (key, value) in written {
            let delay = if self.dice.chance(10) { self.dice.below(STALE / 2) } else { self.dice.below(4) };
            let lane = self.lanes.entry(tab).or_default();
            *lane = (*lane).max(self.now + delay);
            self.counter += 1;
            self.to_central.push((*lane, self.counter, key, value));
        }
        for effect in effects {
            match effect {
                Effect::Post(message) => {
                    for other in self.others(tab) {
                        let delay = if self.dice.chance(5) { self.dice.below(MESSAGE) } else { 1 };
                        self.in_lane(other, (0, tab), delay, Happens::Heard(message.clone()));
                    }
                }
                Effect::Query(nth) => {
                    let members = self.tabs.keys().copied().collect();
                    let delay = 1 + self.dice.below(3);
                    self.later(tab, delay, Happens::Members(nth, members, self.holder == Some(tab)));
                }
                Effect::Queue => {
                    self.release(tab);
                    self.queue.push_back(tab);
                    self.grant();
                }
                Effect::Steal => {
                    self.queue.retain(|queued| *queued != tab);
                    if let Some(holder) = self.holder.replace(tab) {
                        self.later(holder, 1, Happens::Stolen);
                    }
                    self.later(tab, 1, Happens::Granted);
                }
                Effect::Answer(id, text) => {
                    let before = self.answered.insert(id, text.clone());
                    assert!(before.is_none_or(|before| before == text), "two answers");
                }
                Effect::Changed => {}
            }
        }
    }

    fn reach_central(&mut self) {
        if self.to_central.iter().all(|(at, ..)| *at > self.now) {
            return;
        }
        self.to_central.sort_by_key(|(at, nth, ..)| (*at, *nth));
        let due = self.to_central.partition_point(|(at, ..)| *at <= self.now);
        for (_, _, key, value) in self.to_central.drain(..due).collect::<Vec<_>>() {
            match &value {
                Some(value) => self.central.insert(key.clone(), value.clone()),
                None => self.central.remove(&key),
            };
            for tab in self.tabs.keys().copied().collect::<Vec<_>>() {
                let delay = if self.dice.chance(10) { self.dice.below(STALE / 2) } else { self.dice.below(4) };
                self.in_lane(tab, (1, 0), delay, Happens::Stored(key.clone(), value.clone()));
            }
        }
    }

    /// Lets time pass.
    fn run(&mut self, millis: Millis) {
        let end = self.now + millis;
        while self.now < end {
            self.now += 1;
            self.reach_central();
            while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= self.now) {
                let (tab, what) = entry.remove();
                self.happen(tab, what);
            }
        }
    }

    fn happen(&mut self, me: TabId, what: Happens) {
        let now = self.now;
        let Some(tab) = self.tabs.get_mut(&me) else { return };
        let is_heard = matches!(what, Happens::Heard(_));
        let wakes = if is_heard { tab.frozen_to } else { tab.frozen_to.max(tab.dozes_to) };
        if wakes > now {
            let delay = wakes - now;
            tab.missed.push_back(what);
            self.later(me, delay, Happens::Thaws);
            return;
        }
        // What came while it was frozen comes first, in its order.
        if let Some(missed) = tab.missed.pop_front_if(|_| tab.dozes_to <= now) {
            if !matches!(what, Happens::Thaws) {
                tab.missed.push_back(what);
            }
            self.later(me, 0, Happens::Thaws);
            return self.happens(me, missed);
        }
        self.happens(me, what);
    }

    fn happens(&mut self, me: TabId, what: Happens) {
        let now = self.now;
        let Some(tab) = self.tabs.get_mut(&me) else { return };
        let Tab { peer, logs, replica, is_visible, .. } = tab;
        let effects = match what {
            Happens::Heard(message) => peer.hear(logs, now, message),
            Happens::Granted if self.holder == Some(me) => peer.granted(logs, now),
            Happens::Granted | Happens::Thaws => Vec::new(),
            Happens::Stolen => peer.stolen(logs, now),
            Happens::Members(nth, alive, leads) => peer.members(logs, now, nth, &alive, leads),
            Happens::Stored(key, value) => {
                let entries = &mut replica.0.borrow_mut().entries;
                match value {
                    Some(value) => drop(entries.insert(key, value)),
                    None => drop(entries.remove(&key)),
                }
                Vec::new()
            }
            Happens::Tick => {
                let (every, is_visible) = if *is_visible { (100, true) } else { (1000, false) };
                let effects = peer.tick(logs, now, is_visible);
                self.later(me, every, Happens::Tick);
                effects
            }
            Happens::Wishes(id, text) => peer.wish(logs, now, id, text),
        };
        self.carry_out(me, effects);
        // A change of the storage is told apart from the change itself, and later.
        let Some(Tab { peer, logs, .. }) = self.tabs.get_mut(&me) else { return };
        let effects = peer.stored(logs, now);
        self.carry_out(me, effects);
    }

    fn wish(&mut self, tab: TabId) {
        self.counter += 1;
        let id = Uuid::from_u128(u128::from(self.counter) << 32 | 0xda);
        let shown = self.tabs[&tab].logs.shown.len();
        let text = if self.dice.chance(50) { format!("{id} always") } else { format!("{id} if {shown}") };
        self.asked.insert(id, text.clone());
        self.later(tab, 0, Happens::Wishes(id, text));
    }

    fn pick(&mut self) -> Option<TabId> {
        let tabs: Vec<_> = self.tabs.keys().copied().collect();
        if tabs.is_empty() { None } else { Some(tabs[self.dice.below(tabs.len() as u64) as usize]) }
    }

    /// Opens the log anew once all has come to rest, and holds it against what was said.
    fn check(&mut self) {
        self.tabs.values_mut().for_each(|tab| (tab.frozen_to, tab.dozes_to) = (0, 0));
        self.run(12_000);
        // What was asked in a tab's sleep is still being recorded, one after the other.
        while !self.tabs.values().any(|tab| tab.peer.is_idle_leader()) {
            assert!(self.now < 2_000_000, "it comes to rest");
            self.run(1_000);
        }
        let writers = self.tabs.values().filter(|tab| tab.peer.standing() == Standing::Leads).count();
        assert_eq!(writers, 1, "one tab writes in the end");
        let shown: Vec<_> = self.tabs.values().map(|tab| tab.logs.ids()).collect();
        for tab in self.tabs.keys().copied().collect::<Vec<_>>() {
            self.kill(tab);
        }
        self.run(2 * STALE);
        let replica = Replica::default();
        replica.0.borrow_mut().entries = self.central.clone();
        let logs = TabLogs::open(replica);
        let ids = logs.ids();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "nothing is there twice");
        assert!(shown.iter().all(|shown| *shown == ids), "all tabs show the same");
        for (id, answer) in &self.answered {
            let place = ids.iter().position(|known| known == id);
            match (answer.strip_prefix("recorded "), place) {
                (Some(told), Some(place)) => assert_eq!(told, place.to_string(), "it is where it was told to be"),
                (Some(told), None) => panic!("{id} was acknowledged at {told} and is lost"),
                (None, place) => assert_eq!(place, None, "{id} was refused and is there"),
            }
        }
        for (place, event) in logs.shown.iter().flat_map(Commit::events).enumerate() {
            assert_eq!((event.position.0, event.revision.0), (place as u64, place as u64));
        }
        assert_eq!(logs.journal.verify().expect("it can be read").first_bad, None);
    }
}

/// One life of some tabs, with a fault every now and then.
fn torture(seed: u64, steps: u64) -> World {
    let mut world = World::new(seed);
    let most = 1 + world.dice.below(5) as usize;
    for _ in 0..most {
        world.open();
        let millis = world.dice.below(300);
        world.run(millis);
    }
    world.run(1500);
    for _ in 0..steps {
        for _ in 0..world.dice.below(4) {
            if let Some(tab) = world.pick() {
                world.wish(tab);
            }
        }
        let millis = world.dice.below(40);
        world.run(millis);
        let Some(tab) = world.pick() else {
            // Whoever comes after a tab that was alone comes a moment later.
            world.run(STALE + 100);
            world.open();
            continue;
        };
        let holder = world.holder.filter(|_| world.dice.chance(50)).unwrap_or(tab);
        match world.dice.below(60) {
            0 => world.kill(holder),
            1 => {
                let millis = world.dice.below(4000);
                let now = world.now;
                if let Some(tab) = world.tabs.get_mut(&holder) {
                    tab.frozen_to = now + millis;
                }
            }
            2 if world.tabs.len() < most => drop(world.open()),
            3 => {
                world.kill(tab);
                world.open();
            }
            4 => {
                let failures = world.dice.below(40) as u32;
                if let Some(tab) = world.tabs.get(&holder) {
                    tab.replica.0.borrow_mut().crowded = failures;
                }
            }
            6 => {
                let millis = world.dice.below(4000);
                let now = world.now;
                if let Some(tab) = world.tabs.get_mut(&holder) {
                    tab.dozes_to = now + millis;
                }
            }
            5 => {
                if let Some(tab) = world.tabs.get_mut(&tab) {
                    tab.is_visible = !tab.is_visible;
                }
            }
            _ => {}
        }
    }
    if world.tabs.is_empty() {
        world.open();
    }
    world.check();
    world
}

#[test]
fn nothing_acknowledged_is_lost_whatever_happens_to_the_tabs() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let (first, lives) = (number("DAYBOOK_SEED").unwrap_or(0), number("DAYBOOK_LIVES").unwrap_or(60));
    let (mut asked, mut recorded) = (0, 0);
    for seed in first..first + lives {
        let world = std::panic::catch_unwind(|| torture(seed, 300));
        let world = world.unwrap_or_else(|_| panic!("seed {seed}"));
        asked += world.asked.len();
        recorded += world.answered.values().filter(|answer| answer.starts_with("recorded")).count();
    }
    println!("{lives} lives: {asked} wishes, {recorded} of them acknowledged as recorded");
    assert!(recorded * 6 > asked, "most lives get something done: {recorded} of {asked}");
}

#[test]
fn a_tab_that_hears_and_finds_nothing_out_writes_no_more() {
    for seed in 0..20 {
        let mut world = World::new(seed);
        let first = world.open();
        world.run(1500);
        let second = world.open();
        world.tabs.values_mut().for_each(|tab| tab.is_visible = true);
        world.run(1500);
        assert_eq!(world.tabs[&first].peer.standing(), Standing::Leads);
        let now = world.now;
        world.tabs.get_mut(&first).expect("it is open").dozes_to = now + 10_000;
        world.wish(second);
        world.run(2000);
        assert_eq!(world.tabs[&second].peer.standing(), Standing::Leads, "seed {seed}");
        assert_eq!(world.answered.len(), 1, "seed {seed}: the wish is answered within two seconds");
        world.check();
    }
}

#[test]
fn an_answer_that_is_asked_for_again_and_again_leaves_the_others_their_room() {
    let mut world = World::new(1);
    let tab = world.open();
    world.run(1500);
    let (refused, recorded) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut ask = |id: Uuid, wish: &str| {
        world.later(tab, 0, Happens::Wishes(id, format!("{id} {wish}")));
        world.run(10);
        world.answered.get(&id).cloned()
    };
    assert_eq!(ask(refused, "if 1").as_deref(), Some("refused"), "nothing is there yet");
    for _ in 0..1100 {
        assert_eq!(ask(recorded, "always").as_deref(), Some("recorded 0"));
    }
    // One event is there by now: who had forgotten its answer would record this one.
    assert_eq!(ask(refused, "if 1").as_deref(), Some("refused"));
    assert_eq!(world.tabs[&tab].logs.ids(), [recorded]);
}
