//! Which entries the ledger lists: all, or those of one stream, be it one of the system's.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::marks;
use crate::engine::LogId;
use crate::lab::door::{Door, Entry, Origin};
use crate::lab::index::Index;
use crate::lab::what_if::Edit;
use crate::ui::desk::Desk;

/// A line of the ledger: an entry, and on a branch what was recorded in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    pub log: LogId,
    /// Its place in the list, from 0.
    pub row: u64,
    pub position: u64,
    /// `None`: the branch is not that long.
    pub entry: Option<Entry>,
    /// What the recorded log has at this place, after the fork of a branch or where that was edited.
    pub recorded: Option<Entry>,
    /// What a what-if left out before the first line, and right behind any.
    pub left_out_before: Vec<Entry>,
    pub left_out_after: Vec<Entry>,
    /// Whether it has not happened yet at the moment that is looked at, and whether it is the first such.
    pub is_ahead: bool,
    pub is_first_ahead: bool,
    /// Whether names are needed to tell accounts apart: from the second one on.
    pub is_shared: bool,
    /// The signs of its bookmark and its note.
    pub signs: String,
}

/// What a line is known by, ascending within a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    log: LogId,
    pub position: u64,
    /// Whether the log has an entry there.
    pub is_there: bool,
}

impl Line {
    /// What it is known by.
    pub fn key(&self) -> Key {
        Key { log: self.log, position: self.position, is_there: self.entry.is_some() }
    }
}

/// What stands beside a branch.
#[derive(Clone, PartialEq, Eq)]
struct Beside {
    base: LogId,
    /// Events of the base that the branch took over.
    fork: u64,
    /// How many of them are left out.
    left_out: u64,
    /// The edited events by their positions in the base: where they are in the branch, or would be, and whether they are
    /// left out.
    edits: BTreeMap<u64, (u64, bool)>,
}

impl Beside {
    fn of(door: &dyn Door) -> Option<Self> {
        let Origin::Branch { base, fork } = *door.origin() else { return None };
        let Some(what_if) = door.what_if() else {
            return Some(Self { base, fork, left_out: 0, edits: BTreeMap::new() });
        };
        let edit = |edit: &Edit| {
            let position = edit.position().0;
            (position, (what_if.in_branch(position), matches!(edit, Edit::Skip(_))))
        };
        let edits = what_if.edits().iter().map(edit).collect();
        Some(Self { base, fork, left_out: fork - what_if.in_branch(fork), edits })
    }

    /// Says beside the rows of a range what the base has there.
    fn fill(&self, lines: &mut [Line], range: &Range<u64>, base: &dyn Door) {
        let Self { fork, left_out, .. } = *self;
        for entry in base.entries(fork.max(range.start + left_out), range.end + left_out) {
            let row = (entry.position - left_out - range.start) as usize;
            lines[row].recorded = Some(entry);
        }
        for (&position, &(at, is_left_out)) in &self.edits {
            // What is left out is told in the line that it would follow.
            let row = if is_left_out { at.saturating_sub(1) } else { at };
            let line = row.checked_sub(range.start).and_then(|row| lines.get_mut(row as usize));
            let Some((line, recorded)) = line.zip(base.entries(position, position + 1).pop()) else { continue };
            match (is_left_out, at) {
                (false, _) => line.recorded = Some(recorded),
                (true, 0) => line.left_out_before.push(recorded),
                (true, _) => line.left_out_after.push(recorded),
            }
        }
    }
}

/// The entries that are listed, in order.
#[derive(Clone)]
pub struct Rows {
    log: LogId,
    /// The log that a branch stands beside.
    beside: Option<Beside>,
    shows: String,
    /// Events that were looked at.
    looked: u64,
    /// Their positions; `None`: all.
    positions: Option<Arc<Vec<u32>>>,
    count: u64,
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        let key = |rows: &Self| (rows.log, rows.looked, rows.count);
        key(self) == key(other) && self.shows == other.shows && self.beside == other.beside
    }
}

impl Rows {
    /// What is to be listed now; `before` spares looking at the same events again.
    pub fn read(desk: Desk, shows: String, before: Option<&Self>) -> Self {
        let (log, looked) = (desk.log(), desk.events());
        let beside = desk.read(Beside::of);
        let positions = if shows.is_empty() {
            None
        } else {
            let same = before.filter(|before| before.log == log && before.shows == shows && before.looked <= looked);
            // Whatever stands behind an event that is left out stands elsewhere.
            let same = same.filter(|before| before.beside == beside);
            Some(desk.read(|door| chosen(door, &shows, same)))
        };
        let count = match (&positions, &beside) {
            (Some(positions), _) => positions.len() as u64,
            (None, Some(Beside { base, left_out, .. })) => {
                looked.max(desk.read_log(*base, |door| door.store().len()).saturating_sub(*left_out))
            }
            (None, None) => looked,
        };
        Self { log, beside, shows, looked, positions, count }
    }

    /// How many rows there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many of them stand before the event at a position.
    pub fn before(&self, position: u64) -> u64 {
        match &self.positions {
            Some(positions) => positions.partition_point(|&other| u64::from(other) < position) as u64,
            None => position.min(self.count),
        }
    }

    /// Some of the rows.
    pub fn lines(&self, desk: Desk, range: Range<u64>) -> Vec<Line> {
        let (applied, is_shared) = (desk.applied(), desk.is_shared());
        let line = |row, position| Line {
            log: self.log,
            row,
            position,
            entry: None,
            recorded: None,
            left_out_before: Vec::new(),
            left_out_after: Vec::new(),
            is_ahead: applied <= position,
            is_first_ahead: applied == position,
            is_shared,
            signs: marks::signs(desk, position),
        };
        if let Some(positions) = &self.positions {
            let row = |row: u64| {
                let position = u64::from(*positions.get(row as usize)?);
                let entry = desk.read(|door| door.entries(position, position + 1).pop());
                Some(Line { entry, ..line(row, position) })
            };
            return range.filter_map(row).collect();
        }
        let mut lines: Vec<_> = range.clone().map(|row| line(row, row)).collect();
        for entry in desk.read(|door| door.entries(range.start, range.end.min(door.store().len()))) {
            let row = (entry.position - range.start) as usize;
            lines[row].entry = Some(entry);
        }
        if let Some(beside) = &self.beside {
            desk.read_log(beside.base, |door| beside.fill(&mut lines, &range, door));
        }
        lines
    }
}

/// The positions of what a stream lists, one that is written or one of the system's; `before` spares looking at the same
/// events again.
fn chosen(door: &dyn Door, shows: &str, before: Option<&Rows>) -> Arc<Vec<u32>> {
    let store = door.store();
    let (from, mut positions) = match before.and_then(|rows| Some((rows.looked, rows.positions.as_ref()?))) {
        Some((looked, positions)) => (looked, positions.to_vec()),
        None => (0, Vec::new()),
    };
    let more = Index::named(shows).positions(store, from, store.len());
    positions.extend(more.into_iter().map(|position| position as u32));
    Arc::new(positions)
}
