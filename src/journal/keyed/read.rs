//! Reading what is stored, up to the first gap.

use std::collections::{BTreeMap, VecDeque};

use super::{Begun, End, Found, KeyedJournal, Piece, Start, Stored, Take, parse, unreadable};
use crate::engine::integrity::Link;
use crate::engine::journal::{Epoch, Place, Run, other_log};
use crate::engine::{Batch, JournalError, LogId};
use crate::journal::layout1;
use crate::journal::names::Name;
use crate::journal::storage::Storage;

impl<S: Storage> KeyedJournal<S> {
    /// Reads the log that counts, or the one that a place tells of, up to there.
    pub(super) fn find(&self, limit: Option<&Place>, take: Take<'_>) -> Result<Option<Found>, JournalError> {
        let names = self.names()?;
        let start = self.start(&names, limit)?;
        Ok(start.map(|start| self.read(&names, start, limit, take)))
    }

    pub(super) fn start(&self, names: &[Name], limit: Option<&Place>) -> Result<Option<Start>, JournalError> {
        if let Some((generation, epoch, log)) = self.recorded(names, limit)? {
            let place = Place { generation, epoch, commits: 0, sealed: 0, log, link: Link::genesis(log) };
            return Ok(Some(Start::At(place)));
        }
        if let Some(old) = layout1::read(&self.storage, self.world)? {
            return Ok(Some(Start::Old(old)));
        }
        if limit.is_none() && names.iter().any(|name| name.log().is_some()) {
            let key = Name::Begun { generation: 0, epoch: Epoch::default() }.key(self.world);
            return Err(unreadable(key, "which log is the recorded one", "nothing, though commits are there"));
        }
        Ok(None)
    }

    pub(super) fn read(&self, names: &[Name], start: Start, limit: Option<&Place>, take: Take<'_>) -> Found {
        match start {
            Start::At(place) => self.walk(names, place, limit, take),
            Start::Old(old) => self.read_old(old, take),
        }
    }

    /// Reads a log from a place on: of each number the commit of the latest epoch that may have written it.
    fn walk(&self, names: &[Name], start: Place, limit: Option<&Place>, take: Take<'_>) -> Found {
        let mut tail: BTreeMap<u64, Vec<Epoch>> = BTreeMap::new();
        let mut sealed = Vec::new();
        for &name in names {
            match name {
                Name::Commit { log, nth, epoch } if log == start.log => tail.entry(nth).or_default().push(epoch),
                Name::Sealed { log, from, to, .. } if log == start.log => sealed.push((from, to, name)),
                _ => {}
            }
        }
        let (last_epoch, most) = limit.map_or((None, u64::MAX), |limit| (Some(limit.epoch), limit.commits));
        let before = self.end.as_ref().map(|end| end.place).filter(|place| place.log == start.log);
        let mut found = Found::at(start);
        loop {
            let Place { commits: nth, epoch, link, .. } = found.end.place;
            found.continues |= before.is_some_and(|before| (before.commits, before.link) == (nth, link));
            if nth >= most || found.is_left {
                break;
            }
            let covers = |&&(from, to, _): &&(u64, u64, Name)| found.end.tail.is_empty() && from <= nth && nth < to;
            let segment = sealed.iter().filter(covers).max_by_key(|(_, to, name)| (*to, name.epoch()));
            let mut broken = None;
            if let Some(&(from, to, name)) = segment {
                match self.get_batch(name) {
                    Ok(batch) if to <= most => {
                        found.pass_segment(&batch, to, name.epoch());
                        found.is_left = take(Piece::Packed(batch, (nth - from) as usize)).is_break();
                        continue;
                    }
                    // A place in the midst of a segment: whoever told of it knew nothing of the segment yet.
                    Ok(_) => {}
                    Err(why) => broken = Some(why),
                }
            }
            let may_have_written = |&&of: &&Epoch| epoch <= of && last_epoch.is_none_or(|last| of <= last);
            let latest = tail.get(&nth).and_then(|epochs| epochs.iter().filter(may_have_written).max()).copied();
            let Some(latest) = latest else {
                let later = tail.range(nth + 1..).any(|(_, epochs)| epochs.iter().any(|&of| epoch <= of));
                if limit.is_none() && (later || sealed.iter().any(|(from, ..)| nth < *from)) {
                    let key = Name::Commit { log: start.log, nth, epoch }.key(self.world);
                    broken = broken.or(Some(unreadable(key, "a commit", "nothing, though later ones are there")));
                }
                found.unreadable = broken;
                break;
            };
            let name = Name::Commit { log: start.log, nth, epoch: latest };
            match self.stored(name) {
                Ok((stored, cost)) => {
                    found.pass_stored(&stored, latest, cost);
                    found.is_left = take(Piece::Single(stored)).is_break();
                }
                Err(error) => {
                    found.unreadable = Some(error);
                    break;
                }
            }
        }
        found
    }

    pub(super) fn stored(&self, name: Name) -> Result<(Stored, u64), JournalError> {
        let key = name.key(self.world);
        let text = self.storage.get(&key)?.ok_or_else(|| unreadable(key.clone(), "a commit", "nothing"))?;
        let stored: Stored = parse(&key, &text)?;
        match name.log() {
            Some(log) if log != stored.commit.log => Err(other_log(Some(log), stored.commit.log)),
            _ => Ok((stored, self.storage.cost(&key, &text))),
        }
    }

    /// Which log is the recorded one: the last that was begun, unless it was begun by a writer whose time was over.
    fn recorded(&self, names: &[Name], limit: Option<&Place>) -> Result<Option<(u64, Epoch, LogId)>, JournalError> {
        let mut begun: Vec<_> = names
            .iter()
            .filter_map(|&name| match name {
                Name::Begun { generation, epoch } => Some((generation, epoch)),
                Name::Commit { .. } | Name::Sealed { .. } => None,
            })
            .filter(|(generation, _)| limit.is_none_or(|limit| *generation == limit.generation))
            .collect();
        begun.sort_unstable();
        let mut recorded: Option<(u64, Epoch, LogId)> = None;
        for (generation, epoch) in begun {
            let last_written = recorded.map(|(_, begun, log)| {
                let of_log = names.iter().filter(|name| name.log() == Some(log)).map(|name| name.epoch());
                of_log.max().map_or(begun, |last| last.max(begun))
            });
            if last_written.is_some_and(|last| epoch < last) {
                continue;
            }
            let Some(Begun { log, .. }) = self.get(Name::Begun { generation, epoch })? else { continue };
            if limit.is_none_or(|limit| limit.log == log) {
                recorded = Some((generation, epoch, log));
            }
        }
        Ok(recorded)
    }

    fn read_old(&self, (log, stored, unreadable): layout1::Old, take: Take<'_>) -> Found {
        let place =
            Place { generation: 0, epoch: Epoch::default(), commits: 0, sealed: 0, log, link: Link::genesis(log) };
        let mut found = Found::at(place);
        found.end.is_old = true;
        found.unreadable = unreadable;
        for stored in stored {
            found.pass_stored(&stored, Epoch::default(), 0);
            let _ = take(Piece::Single(stored));
        }
        let before = self.end.as_ref().map(|end| end.place);
        found.continues = before.is_some_and(|before| before.is_level_with(&found.end.place));
        found
    }
}

impl Start {
    pub(super) fn log(&self) -> LogId {
        match self {
            Self::At(place) => place.log,
            Self::Old((log, ..)) => *log,
        }
    }
}

impl Piece {
    /// In the form in which others take it.
    pub(super) fn runs(self) -> Vec<Run> {
        match self {
            Self::Single(Stored { commit, .. }) => vec![Run::Commit(commit)],
            Self::Packed(batch, 0) => vec![Run::Batch(batch)],
            Self::Packed(batch, skip) => batch.commits().into_iter().skip(skip).map(Run::Commit).collect(),
        }
    }
}

impl Found {
    fn at(place: Place) -> Self {
        let end = End { place, tail: VecDeque::new(), is_old: false };
        Self { end, unreadable: None, continues: false, is_left: false }
    }

    fn pass_stored(&mut self, stored: &Stored, epoch: Epoch, cost: u64) {
        let place = &mut self.end.place;
        place.link = stored.chain.last().copied().unwrap_or(place.link);
        place.epoch = epoch;
        place.commits += 1;
        self.end.tail.push_back((epoch, cost));
    }

    fn pass_segment(&mut self, batch: &Batch, to: u64, epoch: Epoch) {
        self.end.place = Place { epoch, commits: to, sealed: to, link: batch.head, ..self.end.place };
    }
}
