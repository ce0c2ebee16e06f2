//! Which entries the ledger lists: all, or those of one stream or kind.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::{LogId, StreamId};
use crate::lab::door::{Door, Entry, Origin};
use crate::ui::desk::Desk;

/// What stands before the name of a stream, and of a kind, in what the combobox holds.
pub const STREAM: &str = "stream ";
pub const KIND: &str = "kind ";

/// A line of the ledger: an entry, and on a branch what was recorded in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    pub log: LogId,
    /// Its place in the list, from 0, and how many there are.
    pub row: u64,
    pub rows: u64,
    pub position: u64,
    /// `None`: the branch is not that long.
    pub entry: Option<Entry>,
    /// What the recorded log has at this place, after the fork of a branch.
    pub recorded: Option<Entry>,
}

/// The entries that are listed, in order.
#[derive(Clone)]
pub struct Rows {
    log: LogId,
    /// The log that a branch stands beside, and how many events they share.
    beside: Option<(LogId, u64)>,
    shows: String,
    /// Events that were looked at.
    looked: u64,
    /// Their positions; `None`: all.
    positions: Option<Arc<Vec<u32>>>,
    count: u64,
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        let key = |rows: &Self| (rows.log, rows.beside, rows.looked, rows.count);
        key(self) == key(other) && self.shows == other.shows
    }
}

impl Rows {
    /// What is to be listed now; `before` spares looking at the same events again.
    pub fn read(desk: Desk, shows: String, before: Option<&Self>) -> Self {
        let (log, looked) = (desk.log(), desk.events());
        let beside = match desk.origin() {
            Origin::Branch { base, fork } => Some((base, fork)),
            Origin::Recorded | Origin::Copy => None,
        };
        let positions = if shows.is_empty() {
            None
        } else {
            let same = before.filter(|before| before.log == log && before.shows == shows && before.looked <= looked);
            Some(desk.read(|door| chosen(door, &shows, same)))
        };
        let count = match (&positions, beside) {
            (Some(positions), _) => positions.len() as u64,
            (None, Some((base, _))) => looked.max(desk.read_log(base, |door| door.store().len())),
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
        let line = |row, position| {
            let Self { log, count: rows, .. } = *self;
            Line { log, row, rows, position, entry: None, recorded: None }
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
        if let Some((base, fork)) = self.beside {
            for entry in desk.read_log(base, |door| door.entries(fork.max(range.start), range.end)) {
                let row = (entry.position - range.start) as usize;
                lines[row].recorded = Some(entry);
            }
        }
        lines
    }
}

/// The positions of one stream's events, or of one kind's.
fn chosen(door: &dyn Door, shows: &str, before: Option<&Rows>) -> Arc<Vec<u32>> {
    let store = door.store();
    if let Some(name) = shows.strip_prefix(STREAM) {
        let key = store.stream_key(&StreamId::new(name));
        return Arc::new(key.map_or_else(Vec::new, |key| store.positions(key).to_vec()));
    }
    let kind = shows.strip_prefix(KIND).and_then(|name| store.kinds().position(|kind| kind == name));
    let (from, mut positions) = match before.and_then(|rows| Some((rows.looked, rows.positions.as_ref()?))) {
        Some((looked, positions)) => (looked, positions.to_vec()),
        None => (0, Vec::new()),
    };
    let is_chosen = |position: &u64| store.row(*position).is_some_and(|row| Some(row.kind.index()) == kind);
    positions.extend((from..store.len()).filter(is_chosen).map(|position| position as u32));
    Arc::new(positions)
}
