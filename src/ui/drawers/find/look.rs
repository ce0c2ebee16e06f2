//! Looking: in slices, so that the page goes on meanwhile.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::search::Finding;
use crate::engine::LogId;
use crate::lab::condition::Condition;
use crate::lab::door::Door;
use crate::lab::find::{Query, Search};
use crate::lab::misnamed::misnamed;
use crate::ui::desk::Desk;
use crate::ui::parts::{rest, slice};

/// Events in a search's first step.
const FIRST_STEP: u64 = 64;
/// Hits that are listed at first, and further ones at a time.
pub const PAGE: usize = 100;
/// Hits that are drawn at once: the figure after each is worked out from the keyframe before it.
const ROWS: usize = 2;

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The log.
    pub log: LogId,
    /// How much of it is looked at: the log as long as it was.
    to: u64,
    /// Entries that were looked at.
    pub entries: u64,
    /// Entries that have to be.
    pub of: u64,
    /// Those of them that fit.
    pub hits: usize,
    /// Whether it goes on, was stopped, or is done.
    pub stands: Stands,
}

/// Whether a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It goes on.
    Runs,
    /// Somebody said stop.
    Stopped,
    /// All was looked at.
    Done,
}

impl Finding {
    /// Looks no further.
    pub fn stop(self) {
        self.turn();
        self.looked.update(|looked| *looked = looked.map(|looked| Looked { stands: Stands::Stopped, ..looked }));
        spawn_local(self.draw(self.turns.get_value()));
    }

    /// Lists more of what was found.
    pub fn show_more(self) {
        self.listed.update(|listed| *listed += PAGE);
        spawn_local(self.draw(self.turns.get_value()));
    }

    /// Another log is searched anew; what was added to one that was searched is looked at, too.
    pub(super) fn keep_up(self, desk: Desk, log: LogId, events: u64) {
        let Some((looked, condition)) = self.looked.get_untracked().zip(self.condition()) else { return };
        if looked.log != log {
            self.look(desk, condition, 0, 0);
        } else if looked.stands == Stands::Done && looked.to < events {
            self.look(desk, condition, looked.to, looked.entries);
        }
    }

    /// From now on whoever looks for something else is to stop.
    pub(super) fn turn(self) -> u64 {
        self.turns.update_value(|turns| *turns += 1);
        self.turns.get_value()
    }

    /// Looks at the log from a position on, before which so many entries were looked at.
    pub(super) fn look(self, desk: Desk, condition: Condition, from: u64, before: u64) {
        let turn = self.turn();
        if from == 0 {
            self.doubts.set(String::new());
            self.hits.set_value(Vec::new());
            self.listed.set(PAGE);
            self.drawn.set(0);
        }
        spawn_local(async move {
            let log = untrack(|| desk.log());
            let (mut from, mut before) = (from, before);
            while let Some(Looked { to, entries, .. }) = self.look_on(desk, turn, log, &condition, from, before).await {
                // Something may have been recorded meanwhile.
                if to >= untrack(|| desk.read_log(log, |door| door.store().len())) {
                    break;
                }
                (from, before) = (to, entries);
            }
        });
        // Begun after the search, whose first slice is over when this one looks how far it is.
        spawn_local(self.draw(turn));
    }

    /// Where nothing was found, tells what may be wrong with the names.
    fn doubt(self, desk: Desk, log: LogId, condition: &Condition, hits: usize) {
        let doubts = |door: &dyn Door| if hits == 0 { misnamed(door, condition) } else { Vec::new() };
        self.doubts.set(untrack(|| desk.read_log(log, doubts)).join("\n"));
    }

    /// Draws hits a few at a time, until all are drawn that are to be listed and nothing more is looked for.
    async fn draw(self, turn: u64) {
        while self.turns.try_get_value() == Some(turn) {
            let all = self.hits.with_value(Vec::len).min(self.listed.get_untracked());
            if self.drawn.get_untracked() < all {
                self.drawn.update(|drawn| *drawn = (*drawn + ROWS).min(all));
            } else if self.looked.get_untracked().is_some_and(|looked| looked.stands != Stands::Runs) {
                return;
            }
            rest().await;
        }
    }

    /// Looks at the log as it is now; `None`: something else is looked for by now.
    async fn look_on(
        self,
        desk: Desk,
        turn: u64,
        log: LogId,
        condition: &Condition,
        from: u64,
        before: u64,
    ) -> Option<Looked> {
        let query = Query { range: from..u64::MAX, ..Query::all(condition.clone()) };
        let (mut search, to) = untrack(|| desk.read_log(log, |door| (Search::new(door, query), door.store().len())));
        let (mut budget, mut taken) = (FIRST_STEP, 0);
        while self.turns.try_get_value() == Some(turn) {
            let step = |door: &dyn Door| slice(&mut budget, &mut |budget| search.advance(door, budget).is_done);
            let is_done = untrack(|| desk.read_log(log, step));
            let progress = search.progress();
            let hits = self.hits.try_update_value(|hits| {
                hits.extend(&search.found()[taken..]);
                hits.len()
            })?;
            taken = search.found().len();
            let looked = Looked {
                log,
                to,
                entries: before + progress.looked,
                of: before + progress.of,
                hits,
                stands: if is_done { Stands::Done } else { Stands::Runs },
            };
            if is_done {
                self.doubt(desk, log, condition, hits);
            }
            self.looked.set(Some(looked));
            if is_done {
                return Some(looked);
            }
            rest().await;
        }
        None
    }
}
