//! Where a replay pauses by itself.

use crate::engine::{LogId, Position};
use crate::lab::condition::Condition;
use crate::lab::door::Door;
use crate::lab::find::{Query, Search};
use crate::ui::parts::slice;

/// Looks ahead of a replay, as far as it goes with each step.
#[derive(Default)]
pub struct Watch {
    ahead: Option<Ahead>,
}

struct Ahead {
    log: LogId,
    condition: Condition,
    search: Search,
    budget: u64,
    /// Where the replay goes on.
    next: u64,
}

impl Watch {
    /// How far a replay may go from `from` on, `to` at most, and why it pauses there, if it does.
    ///
    /// A condition is looked for as far as there is time; at least one event is.
    pub fn go(
        &mut self,
        door: &dyn Door,
        from: u64,
        to: u64,
        condition: Option<Condition>,
        is_unread: bool,
    ) -> (u64, Option<String>) {
        let unread = is_unread.then(|| door.unread(from, 1).pop()).flatten();
        let unread = unread.filter(|(Position(at), _)| *at < to).map(|(Position(at), why)| {
            let event = at + 1;
            (event, format!("Paused: event {event} can’t be read ({why}). It changes nothing; what follows goes on."))
        });
        let to = unread.as_ref().map_or(to, |(event, _)| *event);
        let (reached, holds) = condition.map_or((to, None), |condition| {
            let ahead = self.ahead.take().filter(|ahead| ahead.goes_on(door, &condition, from, to));
            let ahead = ahead.unwrap_or_else(|| Ahead::of(door, condition, from));
            self.ahead.insert(ahead).look(door, to)
        });
        (reached, holds.or_else(|| unread.filter(|(event, _)| *event == reached).map(|(_, why)| why)))
    }
}

impl Ahead {
    fn of(door: &dyn Door, condition: Condition, next: u64) -> Self {
        let query = Query { most: usize::MAX, ..Query::next(condition.clone(), next) };
        Self { log: door.id(), condition, search: Search::new(door, query), budget: 1, next }
    }

    /// Whether the search so far can be gone on with.
    fn goes_on(&self, door: &dyn Door, condition: &Condition, from: u64, to: u64) -> bool {
        let is_over = self.search.progress().is_done && self.search.looked_to(door.store()) < to;
        self.log == door.id() && self.condition == *condition && self.next == from && !is_over
    }

    fn look(&mut self, door: &dyn Door, to: u64) -> (u64, Option<String>) {
        let Self { condition, search, budget, next, .. } = self;
        let (from, store) = (*next, door.store());
        let hit = |search: &Search| search.found().iter().copied().rev().take_while(|&hit| hit >= from).last();
        if search.looked_to(store) < to && hit(search).is_none() {
            slice(budget, &mut |budget| {
                search.advance(door, budget).is_done || search.looked_to(store) >= to || hit(search).is_some()
            });
        }
        let holds = hit(search).filter(|&hit| hit < to);
        *next = holds.map_or_else(|| search.looked_to(store).min(to), |hit| hit + 1);
        let how = if condition.asks_state() { "after" } else { "at" };
        (*next, holds.map(|hit| format!("Paused: {condition} holds {how} event {}", hit + 1)))
    }
}
