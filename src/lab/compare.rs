//! Two logs of one world, side by side: which states differ at their ends, field by field.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::door::{Door, Origin};
use super::what_if::WhatIf;
use crate::engine::{Store, StreamId};

/// A stream whose state is another one in the branch than in the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The stream.
    pub stream: StreamId,
    /// What differs in its state, in the order of the fields.
    pub fields: Vec<Field>,
}

/// A field that differs. `None`: there is no such field on this side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Where it stands in the state, as plain data: `balance`, `address.city`, `lines.0`.
    pub path: String,
    /// What the log says.
    pub log: Option<Value>,
    /// What the branch says.
    pub branch: Option<Value>,
}

/// Holds the end of a branch against the end of a log: usually its base, which may have gone on.
///
/// The time it takes grows with the streams that can differ: of a branch and its base those that were edited, and those
/// in which either has recorded anything since.
pub fn compare(branch: &dyn Door, log: &dyn Door) -> Vec<Difference> {
    let (branch_end, log_end) = (branch.store().len(), log.store().len());
    let difference = |stream: &StreamId| {
        let mut fields = Vec::new();
        let (log, branch) = (log.state(stream, log_end), branch.state(stream, branch_end));
        differ("", Some(&log), Some(&branch), &mut fields);
        (!fields.is_empty()).then(|| Difference { stream: stream.clone(), fields })
    };
    may_differ(branch, log).into_iter().filter_map(difference).collect()
}

/// The streams whose states may be others.
fn may_differ<'a>(branch: &'a dyn Door, log: &'a dyn Door) -> BTreeSet<&'a StreamId> {
    match branch.origin() {
        Origin::Branch { base, fork } if *base == log.id() => {
            let edited = branch.what_if().into_iter();
            let own_from = branch.what_if().map_or(*fork, |what_if| what_if.in_branch(*fork));
            let since = streams_since(log.store(), *fork).chain(streams_since(branch.store(), own_from));
            edited.flat_map(WhatIf::streams).chain(since).collect()
        }
        Origin::Recorded | Origin::Copy | Origin::Branch { .. } => {
            [branch, log].into_iter().flat_map(|door| door.store().streams()).map(|(_, stream)| stream).collect()
        }
    }
}

fn streams_since(store: &Store, from: u64) -> impl Iterator<Item = &StreamId> {
    (from..store.len()).filter_map(|position| Some(store.stream_id(store.row(position)?.stream)))
}

fn differ(path: &str, log: Option<&Value>, branch: Option<&Value>, fields: &mut Vec<Field>) {
    match (log, branch) {
        (Some(Value::Object(log)), Some(Value::Object(branch))) => {
            for name in names(log, branch) {
                differ(&below(path, name), log.get(name), branch.get(name), fields);
            }
        }
        (Some(Value::Array(log)), Some(Value::Array(branch))) => {
            for nth in 0..log.len().max(branch.len()) {
                differ(&below(path, &nth.to_string()), log.get(nth), branch.get(nth), fields);
            }
        }
        (log, branch) if log == branch => {}
        (log, branch) => {
            fields.push(Field { path: path.to_owned(), log: log.cloned(), branch: branch.cloned() });
        }
    }
}

/// The names of both, each once, in order.
fn names<'a>(log: &'a Map<String, Value>, branch: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    log.keys().chain(branch.keys()).map(String::as_str).collect()
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
