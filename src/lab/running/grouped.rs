//! Events that come one by one, as the commits that they were.

use crate::engine::handle::nth_id;
use crate::engine::{Commit, ExpectedRevision, LogId, RecordedEvent, Write};

/// Events as commits again, one for each run that one event led to.
pub(in crate::lab) fn commits(log: LogId, events: Vec<RecordedEvent>) -> Vec<Commit> {
    let mut commits: Vec<Commit> = Vec::new();
    for event in events {
        if let Some(commit) = commits.last_mut().filter(|commit| goes_on(commit, &event)) {
            put(&mut commit.writes, event);
        } else {
            let mut writes = Vec::new();
            put(&mut writes, event);
            commits.push(Commit { log, writes, tracking: None });
        }
    }
    commits
}

/// Whether an event belongs to the commit before it: that one's first event led to it, and it stands in the same stream or
/// has the next of the command's ids.
fn goes_on(commit: &Commit, event: &RecordedEvent) -> bool {
    let first = commit.writes.first().and_then(|write| write.events.first());
    let last = commit.writes.last().and_then(|write| write.events.last());
    let is_led_to = first.is_some_and(|first| first.id == event.metadata.causation_id);
    is_led_to && last.is_some_and(|last| last.stream == event.stream || nth_id(last.id, 1) == event.id)
}

fn put(writes: &mut Vec<Write>, event: RecordedEvent) {
    match writes.last_mut().filter(|write| write.stream == event.stream) {
        Some(write) => write.events.push(event),
        None => {
            writes.push(Write { stream: event.stream.clone(), expected: ExpectedRevision::Any, events: vec![event] });
        }
    }
}
