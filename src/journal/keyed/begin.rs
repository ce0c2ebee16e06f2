//! Beginning a log, or one in place of another; what is replaced goes only when the new one is there.

use std::collections::VecDeque;

use super::{Begun, End, KeyedJournal, RESERVE, json, run};
use crate::engine::integrity::Link;
use crate::engine::journal::{Place, other_log};
use crate::engine::{Commit, JournalError, LogId, Segment};
use crate::journal::layout1;
use crate::journal::names::Name;
use crate::journal::storage::Storage;

impl<S: Storage> KeyedJournal<S> {
    /// Writes a log's commits under a new beginning: in JSON what is short, in segments what is long or has no room.
    fn begin(&mut self, log: LogId, commits: &[Commit], aside: Vec<LogId>) -> Result<End, JournalError> {
        let begun = self.names()?.into_iter().filter_map(|name| match name {
            Name::Begun { generation, .. } => Some(generation + 1),
            Name::Commit { .. } | Name::Sealed { .. } => None,
        });
        let generation = begun.max().unwrap_or(0);
        let place = Place { generation, epoch: self.epoch, commits: 0, sealed: 0, log, link: Link::genesis(log) };
        let mut end = End { place, tail: VecDeque::new(), is_old: false };
        if let Some(other) = commits.iter().find(|commit| commit.log != log) {
            return Err(other_log(Some(log), other.log));
        }
        let mut rest = commits;
        while let Some(run) = run(rest) {
            // What a few runs take in JSON is not worth packing, if there is room.
            if rest.len() == run.len() && end.place.sealed == 0 {
                break;
            }
            self.begin_sealed(&mut end, run)?;
            rest = &rest[run.len()..];
        }
        let sealed = end.clone();
        match rest.iter().try_for_each(|commit| self.put_commit(&mut end, commit, RESERVE)) {
            // That takes the room which is kept free for it; what is replaced gives it back.
            Err(JournalError::Full) if !self.is_broken => {
                end = sealed;
                self.remove_of(log, |name| matches!(name, Name::Commit { .. }))?;
                self.begin_sealed(&mut end, rest)?;
            }
            written => written?,
        }
        let begun = Name::Begun { generation, epoch: self.epoch };
        self.put(begun, &json(&Begun { log, aside })?, 0)?;
        Ok(end)
    }

    pub(super) fn begin_or_undo(
        &mut self,
        log: LogId,
        commits: &[Commit],
        aside: Vec<LogId>,
    ) -> Result<End, JournalError> {
        let begun = self.begin(log, commits, aside);
        if begun.is_err() {
            self.remove_of(log, |_| true)?;
        }
        begun
    }

    /// Writes a log of the earlier layout again in this one.
    pub(super) fn leave_old_layout(&mut self) -> Result<(), JournalError> {
        let Some((log, stored, None)) = layout1::read(&self.storage, self.world)? else {
            return Err(JournalError::Unavailable("Another tab writes this log by now.".to_owned()));
        };
        let commits: Vec<_> = stored.into_iter().map(|stored| stored.commit).collect();
        self.end = Some(self.begin_or_undo(log, &commits, Vec::new())?);
        self.past += 1;
        Ok(())
    }

    /// Packs the next commits of a log that is begun.
    fn begin_sealed(&mut self, end: &mut End, commits: &[Commit]) -> Result<(), JournalError> {
        let Place { log, link: before, sealed: from, .. } = end.place;
        let head = commits.iter().flat_map(Commit::events).fold(before, Link::then);
        let to = self.put_segment(from, self.epoch, &Segment { log, before, head, commits: commits.to_vec() })?;
        end.place = Place { commits: to, sealed: to, link: head, ..end.place };
        Ok(())
    }

    /// Removes keys of a log that was not begun after all.
    fn remove_of(&mut self, log: LogId, which: impl Fn(&Name) -> bool) -> Result<(), JournalError> {
        for name in self.names()?.into_iter().filter(|name| name.log() == Some(log) && which(name)) {
            self.remove(&name.key(self.world))?;
        }
        Ok(())
    }

    /// The logs whose keys are never removed.
    pub(super) fn aside(&self) -> Result<Vec<LogId>, JournalError> {
        let names = self.names()?;
        let mut aside = Vec::new();
        for &name in &names {
            if let Name::Begun { .. } = name {
                aside.extend(self.get::<Begun>(name).ok().flatten().into_iter().flat_map(|begun| begun.aside));
            }
        }
        if self.is_broken {
            aside.extend(names.iter().filter_map(|name| name.log()));
            aside.extend(layout1::logs(&self.storage, self.world)?);
        }
        aside.sort_unstable();
        aside.dedup();
        Ok(aside)
    }

    /// Keys that something newer stands for.
    pub(super) fn replaced(&self) -> Result<Vec<String>, JournalError> {
        let Some(End { place, tail, is_old: false }) = &self.end else { return Ok(Vec::new()) };
        let aside = self.aside()?;
        let is_replaced = |name: &Name| match *name {
            Name::Begun { generation, .. } => generation < place.generation && self.get::<Begun>(*name).is_ok(),
            Name::Commit { log, nth, epoch } if log == place.log => {
                let kept = nth.checked_sub(place.sealed).map(|nth| tail.get(nth as usize));
                match kept {
                    None => true,
                    Some(Some((of, _))) => epoch < *of,
                    Some(None) => epoch < place.epoch,
                }
            }
            Name::Sealed { log, .. } if log == place.log => false,
            Name::Commit { log, .. } | Name::Sealed { log, .. } => !aside.contains(&log),
        };
        // Whatever a later writer wrote is not this one's to judge.
        let is_ours = |name: &Name| name.epoch() <= self.epoch;
        let names = self.names()?.into_iter().filter(is_ours).filter(is_replaced).map(|name| name.key(self.world));
        let old = layout1::keys(&self.storage, self.world)?;
        let is_aside = |key: &String| aside.iter().any(|log| key.contains(&log.to_string()));
        let old = if old.iter().any(is_aside) { Vec::new() } else { old };
        Ok(names.chain(old).collect())
    }
}
