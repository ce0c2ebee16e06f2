//! One tab among several that share a journal: who writes, and when a commit is acknowledged.
//!
//! Tabs do not see each other's writes at once, so no lock alone makes them agree. Here one tab leads: it alone writes,
//! and it acknowledges a commit only when every live tab has said that it reads it. So whoever leads next has it.
//!
//! This is the protocol without its surroundings: what happens comes in by a call, what is to be done goes out as
//! [`Effect`]s. Locks, messages and clock are the browser's, or a test's (`tests/peers.rs`). Times are in milliseconds.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::engine::journal::{Epoch, Place};

/// A tab's own number.
pub type TabId = u32;
/// Milliseconds on a clock that all tabs read.
pub type Millis = u64;
/// Where each world's log stands; `None`: it was not begun.
pub type Places = Vec<Option<Place>>;

/// How often a tab is to be called when nothing happens, and what becomes of that in a tab that nobody looks at.
pub const TICK: Millis = 100;
const HIDDEN_TICK: Millis = 1000;
/// How long a live tab may take to confirm a commit before the others go on without it.
pub const MEMBER_PATIENCE: Millis = 600;
/// Whoever heard of the log's end within this time was not left behind: less than [`MEMBER_PATIENCE`].
const FRESH: Millis = 500;
/// How long a tab that may have been left behind waits for what is still on its way. Up to 360 ms were measured.
pub const SETTLE: Millis = 400;
/// How soon the browser answers a tab that is awake.
const ANSWERED_SOON: Millis = 300;
/// How long the leader may be silent before another tab takes its place.
const LEADER_PATIENCE: Millis = 800;
/// The same for a tab that nobody looks at: it leaves the first try to the others.
const HIDDEN_PATIENCE: Millis = 2500;
/// How often a tab asks whether the leader is there.
const PING_EVERY: Millis = 250;
/// How long a new leader waits for the other tabs to say how far they have read.
const GATHER_PATIENCE: Millis = 400;
/// How long a full storage must last to be believed.
const FULL_LASTS: Millis = 2000;
/// How long a leader tries to read what another tab has read already.
const CATCH_UP: Millis = 5000;
/// Answers that are kept in case that they are asked for again.
const ANSWERS_KEPT: usize = 1000;

/// What a tab's logs do for the protocol.
pub trait Logs {
    /// Where each log stands, as far as this tab has read or written it.
    fn places(&self) -> Places;
    /// Reads on up to these places; whether all of it is there.
    fn read_to(&mut self, places: &Places) -> bool;
    /// Shows what lies before these places.
    fn show(&mut self, places: &Places);
    /// Reads all logs from their beginning.
    fn reload(&mut self);
    /// Writes under this epoch from now on; `None`: writes no more.
    fn write_as(&mut self, epoch: Option<Epoch>);
    /// Decides a wish, and writes what follows from it without showing it. `is_last`: a full storage is believed.
    fn stage(&mut self, wish: &str, is_last: bool) -> Staged;
    /// What the logs themselves want done where they are written, when nobody else wants anything.
    fn own_wish(&mut self) -> Option<(Uuid, String)> {
        None
    }
    /// Packs what is old, where room is short; whether anything was written.
    fn pack(&mut self) -> bool;
    /// Removes what is packed.
    fn clean(&mut self);
}

/// What came of a wish.
#[derive(Clone, Debug)]
pub enum Staged {
    /// Nothing had to be written: this is the answer.
    Answered(String),
    /// It was written, and this is the answer once every tab reads it.
    Written(String),
    /// The storage says that it is full, which may pass.
    NotNow,
}

/// What tabs say to each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub from: TabId,
    /// The latest time of leading that this tab knows of.
    pub term: Epoch,
    /// When it was said.
    pub at: Millis,
    /// What is said.
    pub body: Body,
}

/// The words of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Body {
    /// Who leads?
    Hello,
    /// I lead, and this much is acknowledged, without waiting for these tabs.
    Here(Places, Vec<TabId>),
    /// I lead from now on: where do you stand?
    Gather,
    /// I stand here.
    Mine(Places),
    /// Say so when you can read up to here.
    Read(u64, Places),
    /// I can read that.
    Seen(u64),
    /// Please do this, you that lead.
    Wish(TabId, Uuid, String),
    /// This came of it, and this much is acknowledged.
    Answer(TabId, Uuid, String, Places),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Say this to all other tabs.
    Post(Message),
    /// Ask which tabs are alive and whether this one holds the lock, then call [`Peer::members`] with this number.
    Query(u64),
    /// Wait for the lock, then call [`Peer::granted`].
    Queue,
    /// Take the lock from whoever holds it, then call [`Peer::granted`].
    Steal,
    /// A wish of this tab was answered.
    Answer(Uuid, String),
    /// [`Peer::standing`] is another now.
    Changed,
}

/// What a tab is among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It looks for who leads.
    Looking,
    /// It shows what another tab writes, and hands on what is wished for.
    Follows(TabId),
    /// It writes.
    Leads,
    /// It can't be sure of what is stored, so it only shows. Says why.
    Apart(String),
}

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

/// Following.
impl Peer {
    fn catch_up(&mut self, logs: &mut impl Logs) {
        let Role::Follower(follower) = &mut self.role else { return };
        if let Some((nth, places)) = &follower.to_read
            && logs.read_to(places)
        {
            let seen = Body::Seen(*nth);
            follower.to_read = None;
            self.post(seen);
        }
        let Role::Follower(follower) = &mut self.role else { return };
        if let Some((places, at)) = &follower.to_show
            && (is_behind_or_level(places, &logs.places()) || logs.read_to(places))
        {
            logs.show(places);
            self.level_at = self.level_at.max(*at);
            follower.to_show = None;
        }
        if follower.to_show.is_none() {
            self.hand_out();
        }
    }

    fn hand_out(&mut self) {
        self.effects.extend(self.answers.drain(..).map(|(id, text)| Effect::Answer(id, text)));
    }

    fn send_wishes(&mut self, again: bool) {
        let Role::Follower(Follower { leader: Some(leader), .. }) = self.role else { return };
        let mut to_send = Vec::new();
        for wish in &mut self.wishes {
            let is_due = match wish.sent {
                Some((to, at)) if to == leader => again && self.now.saturating_sub(at) > MEMBER_PATIENCE,
                Some(_) | None => true,
            };
            if is_due {
                wish.sent = Some((leader, self.now));
                to_send.push(Body::Wish(leader, wish.id, wish.text.clone()));
            }
        }
        for body in to_send {
            self.post(body);
        }
    }
}

/// Leading.
impl Peer {
    fn go_on(&mut self, logs: &mut impl Logs) {
        while self.step(logs) {}
    }

    /// Does the next thing that can be done; whether there was one.
    fn step(&mut self, logs: &mut impl Logs) -> bool {
        let Role::Leader(leader) = &mut self.role else { return false };
        if let Some(round) = &leader.round {
            let Some(alive) = &round.alive else { return false };
            let all_read = round.places.is_none()
                || alive.iter().all(|tab| round.seen.contains(tab) || leader.dropped.contains(tab));
            let Some(round) = leader.round.take_if(|_| all_read) else { return false };
            self.end_round(logs, round);
            return true;
        }
        match leader.stage {
            Stage::Gathers { .. } => self.inherit(logs),
            Stage::Serves => self.serve(logs),
        }
    }

    /// Reads what any live tab has read, so that what was acknowledged is there.
    fn inherit(&mut self, logs: &mut impl Logs) -> bool {
        let Role::Leader(leader) = &mut self.role else { return false };
        let Stage::Gathers { waits_for: Some(waits_for), told } = &leader.stage else { return false };
        let waited = self.now.saturating_sub(leader.since);
        let silent: Vec<_> = waits_for.iter().copied().filter(|tab| !told.contains_key(tab)).collect();
        if !silent.is_empty() && waited <= GATHER_PATIENCE {
            return false;
        }
        let mut furthest = logs.places();
        for places in told.values() {
            for (own, other) in furthest.iter_mut().zip(places) {
                let is_ahead = other.is_some_and(|other| own.is_none_or(|own| own.is_before(&other)));
                if is_ahead {
                    *own = *other;
                }
            }
        }
        if !leader.has_settled && self.level_at.is_none_or(|at| leader.since.saturating_sub(at) > FRESH) {
            let from = if self.level_at.is_some() { leader.since } else { self.woke };
            if self.now.saturating_sub(from.max(self.woke)) <= SETTLE {
                return false;
            }
            // A sleep too short to be noticed may have ended just now, and all that was missed is still to come.
            match leader.waited {
                Some((question, asked)) if self.now.saturating_sub(asked) <= ANSWERED_SOON => {
                    if leader.answered < question {
                        return false;
                    }
                }
                Some(_) | None => {
                    leader.waited = Some((self.queries + 1, self.now));
                    self.query();
                    return false;
                }
            }
            leader.has_settled = true;
            logs.reload();
            return true;
        }
        if !logs.read_to(&furthest) {
            if waited > CATCH_UP {
                let why = "Another tab has read entries that this one can't read. Reload this tab to try again.";
                logs.write_as(None);
                self.role = Role::Apart(why.to_owned());
                self.effects.push(Effect::Changed);
            }
            return false;
        }
        leader.dropped.extend(silent);
        let known = furthest.iter().flatten().map(|place| place.epoch.counter).max().unwrap_or(0);
        self.term.counter = self.term.counter.max(known + 1);
        logs.write_as(Some(self.term));
        self.begin_round(Some(logs.places()), Then::Serve);
        true
    }

    fn serve(&mut self, logs: &mut impl Logs) -> bool {
        let Role::Leader(leader) = &mut self.role else { return false };
        let own = |(id, text)| (self.me, id, text);
        let Some((from, id, text)) = leader.queue.pop_front().or_else(|| logs.own_wish().map(own)) else {
            return false;
        };
        // Taken out, since it is kept anew once it is told again.
        let known = leader.answers.iter().position(|(answered, _)| *answered == id);
        if let Some((id, answer)) = known.and_then(|nth| leader.answers.remove(nth)) {
            self.begin_round(None, Then::Answer(from, id, answer));
            return true;
        }
        let is_last = leader.full_since.is_some_and(|since| self.now.saturating_sub(since) > FULL_LASTS);
        match logs.stage(&text, is_last) {
            Staged::Answered(answer) => {
                leader.full_since = None;
                self.begin_round(None, Then::Answer(from, id, answer));
            }
            Staged::Written(answer) => {
                leader.full_since = None;
                self.begin_round(Some(logs.places()), Then::Answer(from, id, answer));
            }
            Staged::NotNow => {
                leader.full_since.get_or_insert(self.now);
                leader.queue.push_front((from, id, text));
                return false;
            }
        }
        true
    }

    /// Asks late tabs once more, and goes on without those that are too late.
    fn hurry(&mut self) {
        let Role::Leader(leader) = &mut self.role else { return };
        let Some(round) = &leader.round else { return };
        let late = self.now.saturating_sub(round.since.max(leader.hurried));
        if late <= MEMBER_PATIENCE / 3 {
            return;
        }
        leader.hurried = self.now;
        if self.now.saturating_sub(round.since) > MEMBER_PATIENCE
            && let Some(alive) = &round.alive
        {
            leader.dropped.extend(alive.difference(&round.seen));
        }
        leader.owes_word = true;
        self.query();
    }

    /// Tells whoever asks that this tab leads.
    fn greet(&mut self) {
        let Role::Leader(leader) = &self.role else { return };
        if let Stage::Gathers { .. } = leader.stage {
            return self.post(Body::Gather);
        }
        // First what is under way: who has not read that is not level with the rest.
        let here = leader.here();
        let read = leader.round.as_ref().and_then(Round::read);
        read.into_iter().chain([here]).for_each(|body| self.post(body));
    }

    /// Asks who is alive and leads only now, after everything was written.
    fn begin_round(&mut self, places: Option<Places>, then: Then) {
        let Role::Leader(leader) = &mut self.role else { return };
        if places.is_some() {
            leader.rounds += 1;
        }
        let nth = leader.rounds;
        let round =
            Round { nth, since: self.now, query: self.queries + 1, places, alive: None, seen: BTreeSet::new(), then };
        let read = round.read();
        leader.round = Some(round);
        if let Some(read) = read {
            self.post(read);
        }
        self.query();
    }

    fn end_round(&mut self, logs: &mut impl Logs, round: Round) {
        let Role::Leader(leader) = &mut self.role else { return };
        let is_written = round.places.is_some();
        if let Some(places) = round.places {
            logs.show(&places);
            leader.shown = places;
        }
        let here = leader.here();
        match round.then {
            Then::Serve => {
                leader.stage = Stage::Serves;
                logs.clean();
                self.effects.extend(self.answers.drain(..).map(|(id, text)| Effect::Answer(id, text)));
                for wish in &self.wishes {
                    leader.take(self.me, wish.id, wish.text.clone());
                }
                self.post(here);
                self.effects.push(Effect::Changed);
            }
            Then::Answer(to, id, text) => {
                leader.answers.push_back((id, text.clone()));
                if leader.answers.len() > ANSWERS_KEPT {
                    leader.answers.pop_front();
                }
                if to == self.me {
                    self.wishes.retain(|wish| wish.id != id);
                    self.effects.push(Effect::Answer(id, text));
                } else {
                    let shown = leader.shown.clone();
                    self.post(Body::Answer(to, id, text, shown));
                }
                if is_written {
                    self.post(here);
                    if logs.pack() {
                        self.begin_round(Some(logs.places()), Then::Clean);
                    }
                }
            }
            Then::Clean => logs.clean(),
            Then::Rewritten(id) => {
                logs.clean();
                self.effects.push(Effect::Answer(id, String::new()));
                self.post(here);
            }
        }
    }

    fn step_down(&mut self, logs: &mut impl Logs) {
        // Whoever begins a log anew sees what became of it.
        if let Role::Leader(leader) = &self.role
            && let Some(Round { then: Then::Rewritten(id), .. }) = leader.round
        {
            self.effects.push(Effect::Answer(id, String::new()));
        }
        logs.write_as(None);
        logs.reload();
        // Whatever this tab believed last may be void.
        self.level_at = Some(0);
        self.role = Role::Follower(Follower { heard: self.now, ..Follower::default() });
        self.post(Body::Hello);
        self.effects.extend([Effect::Queue, Effect::Changed]);
    }
}

impl Follower {
    fn is_behind(&self) -> bool {
        self.to_read.is_some() || self.to_show.is_some()
    }
}

impl Round {
    fn read(&self) -> Option<Body> {
        self.places.clone().map(|places| Body::Read(self.nth, places))
    }
}

impl Leader {
    fn here(&self) -> Body {
        Body::Here(self.shown.clone(), self.dropped.iter().copied().collect())
    }

    fn take(&mut self, from: TabId, id: Uuid, text: String) {
        let is_queued = self.queue.iter().any(|(_, queued, _)| *queued == id);
        let is_under_way =
            self.round.as_ref().is_some_and(|round| matches!(round.then, Then::Answer(_, of, _) if of == id));
        if !is_queued && !is_under_way {
            self.queue.push_back((from, id, text));
        }
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

/// Whether a tab that stands at `own` has read what lies before `told` already.
fn is_behind_or_level(told: &Places, own: &Places) -> bool {
    told.iter().zip(own).all(|(told, own)| match (told, own) {
        (None, _) => true,
        (Some(told), Some(own)) => {
            told.log == own.log && told.generation == own.generation && (told.is_before(own) || told.is_level_with(own))
        }
        (Some(_), None) => false,
    })
}
