//! One tab among several that share a journal: who writes, and when a commit is acknowledged.
//!
//! Tabs do not see each other's writes at once, so no lock alone makes them agree. Here one tab leads: it alone writes,
//! and it acknowledges a commit only when every live tab has said that it reads it. So whoever leads next has it.
//!
//! This is the protocol without its surroundings: what happens comes in by a call, what is to be done goes out as
//! [`Effect`]s. Locks, messages and clock are the browser's, or a test's (`tests/peers.rs`). Times are in milliseconds.

mod words;
mod follower;
mod leader;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use uuid::Uuid;

use crate::engine::journal::Epoch;
pub use words::{Body, Effect, Logs, Message, Millis, Places, Staged, Standing, TabId};

/// How often a tab is to be called when nothing happens, and what becomes of that in a tab that nobody looks at.
pub const TICK: Millis = 100;
const HIDDEN_TICK: Millis = 1000;
/// How long a live tab may take to confirm a commit before the others go on without it.
pub const MEMBER_PATIENCE: Millis = 600;
/// How long a tab that may have been left behind waits for what is still on its way. Up to 360 ms were measured.
pub const SETTLE: Millis = 400;
/// How long the leader may be silent before another tab takes its place.
const LEADER_PATIENCE: Millis = 800;
/// The same for a tab that nobody looks at: it leaves the first try to the others.
const HIDDEN_PATIENCE: Millis = 2500;
/// How often a tab asks whether the leader is there.
const PING_EVERY: Millis = 250;

/// One tab.
#[derive(Debug)]
pub struct Peer {
    me: TabId,
    now: Millis,
    is_visible: bool,
    /// When it was opened, or last stood still: what was on its way then may still be.
    woke: Millis,
    term: Epoch,
    /// When it was last told of a log's end that it could read, by a leader that waits for it.
    level_at: Option<Millis>,
    role: Role,
    /// How often it was asked who is alive.
    queries: u64,
    wishes: VecDeque<Wished>,
    /// Answers that wait until what they speak of is shown.
    answers: Vec<(Uuid, String)>,
    effects: Vec<Effect>,
}

#[derive(Debug)]
enum Role {
    Follower(Follower),
    Leader(Box<Leader>),
    Apart(String),
}

/// A wish of this tab that has no answer yet.
#[derive(Debug)]
struct Wished {
    id: Uuid,
    text: String,
    sent: Option<(TabId, Millis)>,
}

#[derive(Debug, Default)]
struct Follower {
    leader: Option<TabId>,
    heard: Millis,
    pinged: Option<Millis>,
    /// What the leader wants to be told of.
    to_read: Option<(u64, Places)>,
    /// What is acknowledged; and when that was said, if it was not said without this tab.
    to_show: Option<(Places, Option<Millis>)>,
}

#[derive(Debug)]
struct Leader {
    stage: Stage,
    since: Millis,
    /// Whether this tab, which may have been left behind, has waited and read everything again.
    has_settled: bool,
    /// The question that was asked when the wait was over, and when: what was on its way comes before its answer.
    waited: Option<(u64, Millis)>,
    /// The last question that was answered.
    answered: u64,
    /// Live tabs that did not confirm in time. They don't count until they do.
    dropped: BTreeSet<TabId>,
    queue: VecDeque<(TabId, Uuid, String)>,
    answers: VecDeque<(Uuid, String)>,
    /// What is acknowledged.
    shown: Places,
    rounds: u64,
    round: Option<Round>,
    full_since: Option<Millis>,
    /// When late tabs were last looked for.
    hurried: Millis,
    /// Whether it owes the others a word, once it knows that it leads still.
    owes_word: bool,
    /// The first question whose answer counts for the taking over.
    query: u64,
}

#[derive(Debug)]
enum Stage {
    /// Asks the other tabs how far they have read.
    Gathers { waits_for: Option<BTreeSet<TabId>>, told: BTreeMap<TabId, Places> },
    /// Every tab reads what was inherited, or is about to.
    Serves,
}

/// What must happen before the leader goes on.
#[derive(Debug)]
struct Round {
    nth: u64,
    since: Millis,
    /// The first question that was asked after it was written.
    query: u64,
    /// What every tab must read; `None`: only that this tab leads still is asked.
    places: Option<Places>,
    /// Who was alive after it was written.
    alive: Option<BTreeSet<TabId>>,
    seen: BTreeSet<TabId>,
    then: Then,
}

#[derive(Debug)]
enum Then {
    Serve,
    Answer(TabId, Uuid, String),
    Clean,
    /// What was begun anew is read by all: what it replaced can go.
    Rewritten(Uuid),
}

/// What happens.
impl Peer {
    /// A tab that has just been opened, its logs read.
    pub fn new(me: TabId, now: Millis) -> Self {
        let role = Role::Follower(Follower { heard: now, ..Follower::default() });
        Self {
            me,
            now,
            is_visible: true,
            woke: now,
            term: Epoch::default(),
            level_at: None,
            role,
            queries: 0,
            wishes: VecDeque::new(),
            answers: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Begins: looks for who leads, and waits for its own turn.
    pub fn start(&mut self) -> Vec<Effect> {
        self.post(Body::Hello);
        self.effects.push(Effect::Queue);
        self.done()
    }

    /// The lock is this tab's.
    pub fn granted(&mut self, logs: &mut impl Logs, now: Millis) -> Vec<Effect> {
        self.is_now(now);
        if matches!(self.role, Role::Apart(_)) {
            return self.done();
        }
        if matches!(&self.role, Role::Follower(follower) if follower.is_behind()) {
            self.level_at = Some(0);
        }
        let known = logs.places().iter().flatten().map(|place| place.epoch.counter).max().unwrap_or(0);
        self.term = Epoch { counter: now.max(1 + known.max(self.term.counter)), tab: self.me };
        self.role = Role::Leader(Box::new(Leader {
            stage: Stage::Gathers { waits_for: None, told: BTreeMap::new() },
            since: now,
            has_settled: false,
            waited: None,
            answered: 0,
            dropped: BTreeSet::new(),
            queue: VecDeque::new(),
            answers: VecDeque::new(),
            shown: Vec::new(),
            rounds: 0,
            round: None,
            full_since: None,
            hurried: now,
            owes_word: false,
            query: self.queries + 1,
        }));
        self.post(Body::Gather);
        self.query();
        self.done()
    }

    /// The lock was taken from this tab.
    pub fn stolen(&mut self, logs: &mut impl Logs, now: Millis) -> Vec<Effect> {
        self.is_now(now);
        if let Role::Leader(_) = self.role {
            self.step_down(logs);
        }
        self.done()
    }

    /// Which tabs are alive, and whether this one holds the lock: the answer to the question of this number.
    pub fn members(
        &mut self,
        logs: &mut impl Logs,
        now: Millis,
        nth: u64,
        alive: &[TabId],
        leads: bool,
    ) -> Vec<Effect> {
        self.is_now(now);
        if let Role::Leader(leader) = &mut self.role {
            if nth < leader.query {
                return self.done();
            }
            if !leads {
                self.step_down(logs);
                return self.done();
            }
            leader.answered = nth;
            let alive: BTreeSet<_> = alive.iter().copied().filter(|&tab| tab != self.me).collect();
            leader.dropped.retain(|tab| alive.contains(tab));
            if let Stage::Gathers { waits_for, .. } = &mut leader.stage {
                *waits_for = Some(alive.clone());
            }
            if let Some(round) = leader.round.as_mut().filter(|round| round.query <= nth) {
                round.alive = Some(alive);
            }
            if std::mem::take(&mut leader.owes_word) {
                self.greet();
            }
            self.go_on(logs);
        }
        self.done()
    }

    /// Another tab said something.
    pub fn hear(&mut self, logs: &mut impl Logs, now: Millis, message: Message) -> Vec<Effect> {
        self.is_now(now);
        let Message { from, term, at, body } = message;
        let is_leaders = matches!(body, Body::Here(..) | Body::Gather | Body::Read(..) | Body::Answer(..));
        if is_leaders && term < self.term {
            // Whoever led before and does not know yet that its time is over.
            return self.done();
        }
        if is_leaders && term > self.term && matches!(self.role, Role::Leader(_)) {
            self.step_down(logs);
        }
        self.term = self.term.max(term);
        match &mut self.role {
            Role::Follower(follower) => {
                if is_leaders {
                    if follower.leader != Some(from) {
                        if follower.is_behind() {
                            self.level_at = Some(0);
                        }
                        *follower = Follower { leader: Some(from), ..Follower::default() };
                        self.effects.push(Effect::Changed);
                    }
                    (follower.heard, follower.pinged) = (now, None);
                }
                match body {
                    Body::Here(places, without) => {
                        let counts = !without.contains(&self.me);
                        follower.to_show = Some((places, counts.then_some(at)));
                    }
                    Body::Read(nth, places) => follower.to_read = Some((nth, places)),
                    Body::Answer(to, id, text, places) if to == self.me => {
                        follower.to_show = Some((places, None));
                        // Only the tab that was asked last may answer: it alone knows of everything before.
                        if self.wishes.iter().any(|wish| wish.id == id && wish.sent.is_some_and(|(to, _)| to == from)) {
                            self.wishes.retain(|wish| wish.id != id);
                            self.answers.push((id, text));
                        }
                    }
                    Body::Gather => self.post(Body::Mine(logs.places())),
                    Body::Hello | Body::Mine(_) | Body::Seen(_) | Body::Wish(..) | Body::Answer(..) => {}
                }
                self.catch_up(logs);
                self.send_wishes(false);
            }
            Role::Leader(leader) => {
                match body {
                    // A tab that the browser put to sleep may still hear, and finds out no more: it must not say that
                    // it leads before it knows.
                    Body::Hello => {
                        leader.owes_word = true;
                        self.query();
                    }
                    Body::Mine(places) if term == self.term => {
                        if let Stage::Gathers { told, .. } = &mut leader.stage {
                            told.insert(from, places);
                        }
                    }
                    Body::Seen(nth) if term == self.term => {
                        if nth == leader.rounds {
                            leader.dropped.remove(&from);
                        }
                        if let Some(round) = leader.round.as_mut().filter(|round| round.nth == nth) {
                            round.seen.insert(from);
                        }
                    }
                    Body::Wish(to, id, text) if to == self.me => leader.take(from, id, text),
                    Body::Wish(..)
                    | Body::Mine(_)
                    | Body::Seen(_)
                    | Body::Here(..)
                    | Body::Gather
                    | Body::Read(..)
                    | Body::Answer(..) => {}
                }
                self.hurry();
                self.go_on(logs);
            }
            Role::Apart(_) => {}
        }
        self.done()
    }

    /// Something changed in the storage.
    pub fn stored(&mut self, logs: &mut impl Logs, now: Millis) -> Vec<Effect> {
        self.is_now(now);
        self.catch_up(logs);
        self.go_on(logs);
        self.done()
    }

    /// Some time has passed: to be called a few times a second, or as often as the browser lets a hidden tab.
    pub fn tick(&mut self, logs: &mut impl Logs, now: Millis, is_visible: bool) -> Vec<Effect> {
        self.is_now(now);
        self.is_visible = is_visible;
        match &mut self.role {
            Role::Follower(follower) => {
                // What the leader said while this tab slept is still to be heard.
                if self.woke == now {
                    (follower.heard, follower.pinged) = (now, None);
                }
                let silent = now.saturating_sub(follower.pinged.unwrap_or(now));
                if silent > if is_visible { LEADER_PATIENCE } else { HIDDEN_PATIENCE } {
                    follower.pinged = None;
                    follower.heard = now;
                    self.effects.push(Effect::Steal);
                } else if now.saturating_sub(follower.heard) > PING_EVERY && (is_visible || !self.wishes.is_empty()) {
                    follower.pinged.get_or_insert(now);
                    self.post(Body::Hello);
                }
                self.catch_up(logs);
                self.send_wishes(true);
            }
            Role::Leader(_) => {
                self.hurry();
                self.go_on(logs);
            }
            Role::Apart(_) => {}
        }
        self.done()
    }

    /// This tab wishes for something. The id is the wish's own for ever.
    pub fn wish(&mut self, logs: &mut impl Logs, now: Millis, id: Uuid, text: String) -> Vec<Effect> {
        self.is_now(now);
        if let Role::Leader(leader) = &mut self.role {
            leader.take(self.me, id, text.clone());
        }
        self.wishes.push_back(Wished { id, text, sent: None });
        self.send_wishes(false);
        self.go_on(logs);
        self.done()
    }

    /// Leads from now on, whoever did before: for what only a leader can do.
    pub fn take_over(&mut self, now: Millis) -> Vec<Effect> {
        self.is_now(now);
        if let Role::Follower(_) = self.role {
            self.effects.push(Effect::Steal);
        }
        self.done()
    }

    /// Everyone is to read where the logs stand now, which were begun anew. Answers a wish of this id.
    pub fn rewritten(&mut self, logs: &mut impl Logs, now: Millis, id: Uuid) -> Vec<Effect> {
        self.is_now(now);
        self.begin_round(Some(logs.places()), Then::Rewritten(id));
        self.done()
    }

    /// From now on this tab only shows, and says why.
    pub fn stand_apart(&mut self, logs: &mut impl Logs, why: String) -> Vec<Effect> {
        logs.write_as(None);
        self.role = Role::Apart(why);
        self.effects.push(Effect::Changed);
        self.done()
    }

    /// What this tab is among the others.
    pub fn standing(&self) -> Standing {
        match &self.role {
            Role::Follower(Follower { leader: Some(leader), .. }) => Standing::Follows(*leader),
            Role::Follower(_) => Standing::Looking,
            Role::Leader(leader) => match leader.stage {
                Stage::Serves => Standing::Leads,
                Stage::Gathers { .. } => Standing::Looking,
            },
            Role::Apart(why) => Standing::Apart(why.clone()),
        }
    }

    /// Whether it could begin something at once: it leads, and nothing is under way.
    pub fn is_idle_leader(&self) -> bool {
        matches!(&self.role, Role::Leader(leader) if matches!(leader.stage, Stage::Serves) && leader.round.is_none() && leader.queue.is_empty())
    }
}

impl Peer {
    /// Time that a tab slept through is none in which it could have read anything.
    fn is_now(&mut self, now: Millis) {
        let asleep = if self.is_visible { 3 * TICK } else { HIDDEN_TICK + TICK };
        if now.saturating_sub(self.now) > asleep {
            self.woke = now;
        }
        self.now = now;
    }

    fn query(&mut self) {
        self.queries += 1;
        self.effects.push(Effect::Query(self.queries));
    }

    fn post(&mut self, body: Body) {
        self.effects.push(Effect::Post(Message { from: self.me, term: self.term, at: self.now, body }));
    }

    fn done(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
