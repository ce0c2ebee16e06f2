//! The tab that leads: it takes over, writes one wish after the other, and waits until every live tab reads it.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::words::{Body, Effect, Logs, Millis, Places, Staged, TabId};
use super::{Follower, Leader, MEMBER_PATIENCE, Peer, Role, Round, SETTLE, Stage, Then};

/// Whoever heard of the log's end within this time was not left behind: less than [`MEMBER_PATIENCE`].
const FRESH: Millis = 500;
/// How soon the browser answers a tab that is awake.
const ANSWERED_SOON: Millis = 300;
/// How long a new leader waits for the other tabs to say how far they have read.
const GATHER_PATIENCE: Millis = 400;
/// How long a full storage must last to be believed.
const FULL_LASTS: Millis = 2000;
/// How long a leader tries to read what another tab has read already.
const CATCH_UP: Millis = 5000;
/// Answers that are kept in case that they are asked for again.
const ANSWERS_KEPT: usize = 1000;

impl Peer {
    pub(super) fn go_on(&mut self, logs: &mut impl Logs) {
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
    pub(super) fn hurry(&mut self) {
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
    pub(super) fn greet(&mut self) {
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
    pub(super) fn begin_round(&mut self, places: Option<Places>, then: Then) {
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

    pub(super) fn step_down(&mut self, logs: &mut impl Logs) {
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

impl Round {
    fn read(&self) -> Option<Body> {
        self.places.clone().map(|places| Body::Read(self.nth, places))
    }
}

impl Leader {
    fn here(&self) -> Body {
        Body::Here(self.shown.clone(), self.dropped.iter().copied().collect())
    }

    pub(super) fn take(&mut self, from: TabId, id: Uuid, text: String) {
        let is_queued = self.queue.iter().any(|(_, queued, _)| *queued == id);
        let is_under_way =
            self.round.as_ref().is_some_and(|round| matches!(round.then, Then::Answer(_, of, _) if of == id));
        if !is_queued && !is_under_way {
            self.queue.push_back((from, id, text));
        }
    }
}
