//! What comes of reading a log from elsewhere: judged before anything changes.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::what_if;
use crate::engine::integrity::Link;
use crate::engine::{Event, RecordedEvent, StreamId, Unreadable};
use crate::formats::ndjson::Rest;
use crate::formats::{File, FormatError};
use crate::worlds::money::{MOST, shown};

/// Whether a log can be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every event reads with today's code.
    Fine,
    /// It can be taken in, but not everything is as one would expect.
    Risky,
    /// It can't be taken in.
    Impossible,
}

/// A verdict and what led to it, the first place of each reason.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Whether the log can be taken in.
    pub verdict: Verdict,
    /// Why not, or why only with care.
    pub reasons: Vec<String>,
    /// The file, unless it is impossible.
    pub file: Option<File>,
}

/// Judges what a reader made of a text, for one world.
pub fn judge<E: Event>(world: &str, read: Result<File, FormatError>) -> Judgement {
    let file = match read {
        Ok(file) => file,
        Err(wrong) => return impossible(wrong.to_string()),
    };
    if let Some(other) = file.world.as_deref().filter(|other| *other != world) {
        return impossible(format!("Expected a log of the world {world}, found one of {}.", shown(other)));
    }
    if let Err(reason) = check_places(&file.events).and_then(|()| check_bounds::<E>(&file.events)) {
        return impossible(reason);
    }
    let checks = [
        check_readable::<E>(&file.events),
        check_shapes::<E>(&file.events),
        check_chain(&file),
        check_recorded(&file.rest),
    ];
    let made_up = file.remarks.iter().map(ToString::to_string);
    let reasons: Vec<_> = checks.into_iter().filter_map(Result::err).chain(made_up).collect();
    let verdict = if reasons.is_empty() { Verdict::Fine } else { Verdict::Risky };
    Judgement { verdict, reasons, file: Some(file) }
}

fn impossible(reason: String) -> Judgement {
    Judgement { verdict: Verdict::Impossible, reasons: vec![reason], file: None }
}

/// Positions and revisions count from 0 without a gap, and no id comes twice.
fn check_places(events: &[RecordedEvent]) -> Result<(), String> {
    let mut next: HashMap<&StreamId, u64> = HashMap::new();
    let mut ids = HashSet::new();
    for (position, event) in (0..).zip(events) {
        if event.position.0 != position {
            return Err(format!("Event {position}: expected position {position}, found {}.", event.position));
        }
        let revision = next.entry(&event.stream).or_default();
        if event.revision.0 != *revision {
            let stream = shown(event.stream.as_str());
            return Err(format!(
                "Event {position}: expected revision {revision} of {stream}, found {}.",
                event.revision
            ));
        }
        *revision += 1;
        if !ids.insert(event.id) {
            return Err(format!("Event {position}: expected an id of its own, found {} a second time.", event.id));
        }
    }
    Ok(())
}

/// No figure leaves the numbers that every reader can hold.
fn check_bounds<E: Event>(events: &[RecordedEvent]) -> Result<(), String> {
    let mut sums: HashMap<&StreamId, i64> = HashMap::new();
    for event in events {
        let amount = match read::<E>(event) {
            Ok(typed) => typed.amount(),
            Err(Unreadable::OutOfBounds { found, .. }) => {
                return Err(format!("Event {}: expected a number within ±{MOST}, found {found}.", event.position));
            }
            Err(Unreadable::UnknownKind(_) | Unreadable::BadData { .. }) => 0,
        };
        let sum = sums.entry(&event.stream).or_default();
        *sum += amount;
        if !(-MOST..=MOST).contains(sum) {
            return Err(format!("Event {}: expected a sum within ±{MOST}, found {sum}.", event.position));
        }
    }
    Ok(())
}

/// Every event can be read by today's code; one that can't is kept and changes no state.
fn check_readable<E: Event>(events: &[RecordedEvent]) -> Result<(), String> {
    let mut unreadable = events.iter().filter_map(|event| Some((event.position, read::<E>(event).err()?)));
    let Some((position, why)) = unreadable.next() else { return Ok(()) };
    let others = match unreadable.count() {
        0 => String::new(),
        others => format!(", and {others} more"),
    };
    Err(format!("Event {position}{others} can be kept but not understood: {why}."))
}

/// Every event has the shape that is written today; an older one is read through its upcasts.
fn check_shapes<E: Event>(events: &[RecordedEvent]) -> Result<(), String> {
    let is_other =
        |event: &&RecordedEvent| event.metadata.schema_version != E::SCHEMA_VERSION && read::<E>(event).is_ok();
    let mut others = events.iter().filter(is_other);
    let Some(first) = others.next() else { return Ok(()) };
    let more = match others.count() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let (version, today) = (first.metadata.schema_version, E::SCHEMA_VERSION);
    Err(format!("Event {}{more}: written in shape {version}, read as shape {today}.", first.position))
}

/// The events are those that the file vouches for, if it vouches for any.
fn check_chain(file: &File) -> Result<(), String> {
    let Some((log, vouched)) = file.chain else { return Ok(()) };
    let head = file.events.iter().fold(Link::genesis(log), Link::then);
    if head == vouched {
        return Ok(());
    }
    Err(format!(
        "The file was changed after it was exported: its events lead to {}, its trailer says {}.",
        head.short(),
        vouched.short()
    ))
}

/// The events were recorded as they stand, and are not those of an edited branch.
fn check_recorded(rest: &Rest) -> Result<(), String> {
    let Some(what_if) = rest.header.get(what_if::HEADER) else { return Ok(()) };
    let edits = what_if["edits"].as_array().map_or(0, Vec::len);
    Err(format!("This is a what-if: {edits} of its events were left out or edited after they had been recorded."))
}

fn read<E: Event>(event: &RecordedEvent) -> Result<E, Unreadable> {
    E::read(&event.kind, event.metadata.schema_version, &event.data)
}
