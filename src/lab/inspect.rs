//! Why this state? What each event changed, what differs between two moments, and who is to blame for a field.

use std::collections::BTreeSet;

use serde_json::Value;

use super::door::Door;
use super::path::Path;
use crate::engine::{Position, Store, StreamId, StreamKey};

/// A value before and after, as a tree: one node for each field and each place in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub path: Path,
    /// The last name of the path; nothing for the whole.
    pub name: String,
    /// Its value before; `None`: it was not there.
    pub before: Option<Value>,
    /// Its value after; `None`: it is not there.
    pub after: Option<Value>,
    /// What became of it.
    pub change: Change,
    /// What is inside it, fields by name and lists in order.
    pub children: Vec<Node>,
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is the same.
    Same,
    /// It was not there before.
    Added,
    /// It is there no more.
    Removed,
    /// It is another one.
    Changed,
}

impl Node {
    /// What differs, as far inside as it can be told: nothing if both are the same.
    ///
    /// ```
    /// use daybook::lab::inspect::{Change, compare};
    /// use serde_json::json;
    ///
    /// let node = compare(&json!({ "owner": "Ada", "balance": 1 }), &json!({ "owner": "Ada", "balance": 2 }));
    /// let changes = node.changes();
    /// assert_eq!(changes.len(), 1);
    /// assert_eq!((changes[0].path.to_string(), changes[0].change), ("/balance".to_owned(), Change::Changed));
    /// ```
    pub fn changes(&self) -> Vec<&Node> {
        if self.change == Change::Same {
            return Vec::new();
        }
        if self.children.is_empty() {
            return vec![self];
        }
        self.children.iter().flat_map(Self::changes).collect()
    }
}

/// Holds two values against each other.
pub fn compare(before: &Value, after: &Value) -> Node {
    node(Path::default(), String::new(), Some(before), Some(after))
}

fn node(path: Path, name: String, before: Option<&Value>, after: Option<&Value>) -> Node {
    let change = match (before, after) {
        (before, after) if before == after => Change::Same,
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    let child = |name: String, inside: &dyn Fn(&Value) -> Option<&Value>| {
        let (before, after) = (before.and_then(inside), after.and_then(inside));
        node(path.child(&name), name, before, after)
    };
    let is_each = |is: fn(&Value) -> bool| [before, after].into_iter().flatten().all(is);
    let children = if is_each(Value::is_object) {
        let fields = [before, after].into_iter().flatten().filter_map(Value::as_object);
        let names: BTreeSet<_> = fields.flat_map(|fields| fields.keys()).collect();
        names.into_iter().map(|name| child(name.clone(), &|value| value.get(name))).collect()
    } else if is_each(Value::is_array) {
        let lists = [before, after].into_iter().flatten().filter_map(Value::as_array);
        let longest = lists.map(Vec::len).max().unwrap_or(0);
        (0..longest).map(|place| child(place.to_string(), &|value| value.get(place))).collect()
    } else {
        Vec::new()
    };
    Node { path, name, before: before.cloned(), after: after.cloned(), change, children }
}

/// What an event did to the state of its stream; `None`: there is no event at this position.
pub fn step(door: &dyn Door, position: u64) -> Option<Node> {
    let stream = door.store().row(position)?.stream;
    Some(across(door, stream, position, position + 1))
}

/// How a stream's state differs between two moments of the log, each a number of events; nothing about a stream that
/// the log has not met.
pub fn diff(door: &dyn Door, stream: &StreamId, before: u64, after: u64) -> Option<Node> {
    Some(across(door, door.store().stream_key(stream)?, before, after))
}

fn across(door: &dyn Door, stream: StreamKey, before: u64, after: u64) -> Node {
    let state = |applied| door.moment(Some(stream), applied).state(door.store(), stream);
    compare(&state(before), &state(after))
}

/// How the whole log differs between two moments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differing {
    /// The streams that differ and how, in the order in which they began; at most so many as were asked for.
    pub streams: Vec<(StreamId, Node)>,
    /// Streams that had events in between, and were not compared because enough others differ.
    pub left: u64,
}

/// Which streams differ between two moments of the log, each a number of events.
pub fn differing(door: &dyn Door, before: u64, after: u64, most: usize) -> Differing {
    let store = door.store();
    // Only what had events in between can differ.
    let mut is_touched = vec![false; store.stream_count()];
    store.for_each_row(before.min(after), before.max(after), |_, row| is_touched[row.stream.index()] = true);
    let (moment, other) = (door.moment(None, before), door.moment(None, after));
    let mut differing = Differing::default();
    for (key, stream) in store.streams().filter(|(key, _)| is_touched[key.index()]) {
        if differing.streams.len() == most {
            differing.left += 1;
            continue;
        }
        let node = compare(&moment.state(store, key), &other.state(store, key));
        if node.change != Change::Same {
            differing.streams.push((stream.clone(), node));
        }
    }
    differing
}

/// An event that changed a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Blamed {
    /// Where it stands in the log.
    pub position: Position,
    /// The field's value before; `None`: it was not there.
    pub before: Option<Value>,
    /// The field's value after; `None`: it is not there.
    pub after: Option<Value>,
}

/// Events in the first stretch that is looked at for blame. Each further one is twice as long, so that a field which never
/// changes costs no more than a few folds of its stream.
const STRETCH: usize = 64;

/// The events that changed a field of a stream's state, of the log's first `applied`, the latest first, at most so many.
///
/// Every one of them is a reason why the field is as it is: the first says what it is now. Nothing but the stream's own
/// events is read.
pub fn blame(door: &dyn Door, stream: &StreamId, path: &Path, applied: u64, most: usize) -> Vec<Blamed> {
    blame_lately(door, stream, path, applied, most, usize::MAX).0
}

/// The same, looking at no more than so many of the stream's last events; and how many before those were not looked at.
pub fn blame_lately(
    door: &dyn Door,
    stream: &StreamId,
    path: &Path,
    applied: u64,
    most: usize,
    reach: usize,
) -> (Vec<Blamed>, usize) {
    let Some(key) = door.store().stream_key(stream) else { return (Vec::new(), 0) };
    let positions = door.store().positions(key);
    let mut end = positions.partition_point(|&position| u64::from(position) < applied);
    let last = end.saturating_sub(reach);
    let (mut blamed, mut stretch) = (Vec::new(), STRETCH);
    while end > last && blamed.len() < most {
        let begin = end.saturating_sub(stretch).max(last);
        let changes = changes_in(door, key, path, &positions[begin..end]);
        blamed.extend(changes.into_iter().rev());
        (end, stretch) = (begin, stretch * 2);
    }
    blamed.truncate(most);
    (blamed, end)
}

/// The changes of a field by a run of its stream's events, in order.
fn changes_in(door: &dyn Door, stream: StreamKey, path: &Path, positions: &[u32]) -> Vec<Blamed> {
    let store: &Store = door.store();
    let Some(&first) = positions.first() else { return Vec::new() };
    let mut moment = door.moment(Some(stream), u64::from(first));
    let mut before = path.of(&moment.state(store, stream)).cloned();
    let mut changes = Vec::new();
    for position in positions.iter().map(|&position| u64::from(position)) {
        moment.advance(store, position + 1);
        let state = moment.state(store, stream);
        let after = path.of(&state);
        if before.as_ref() != after {
            let after = after.cloned();
            changes.push(Blamed { position: Position(position), before, after: after.clone() });
            before = after;
        }
    }
    changes
}
