//! From commits to bytes: the walk of a writer.

use std::collections::HashMap;
use std::mem::replace;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::numbers::{put_runs, put_varint, signed};
use super::template::{Hole, template};
use super::{COLUMNS, Column, MAGIC, Segment, VERSION, Weight, expected, seal, value};
use crate::commit::{Commit, Write};
use crate::event::RecordedEvent;
use crate::stream::{ExpectedRevision, Revision};

pub(super) fn pack(segment: &Segment) -> Vec<u8> {
    let mut packing = Packing::default();
    for commit in &segment.commits {
        packing.commit(commit);
    }
    packing.bytes(segment)
}

/// What has been walked through so far.
#[derive(Default)]
struct Packing {
    columns: [Vec<u64>; COLUMNS],
    tails: Vec<u8>,
    letters: String,
    names: Numbered,
    templates: Numbered,
    extras: Numbered,
    extra_weights: Vec<u64>,
    ids: HashMap<u128, u64>,
    last_ids: [u128; COLUMNS],
    revisions: HashMap<u64, u64>,
    position: u64,
    tracked: u64,
    now: u64,
    weight: u64,
}

/// Texts by the order in which they first occurred.
#[derive(Default)]
struct Numbered(HashMap<String, u64>);

impl Numbered {
    /// Its number if it has one, else the next.
    fn number(&mut self, text: &str) -> Result<u64, u64> {
        let next = self.0.len() as u64;
        self.0.get(text).copied().ok_or(next).inspect_err(|_| {
            self.0.insert(text.to_owned(), next);
        })
    }
}

impl Packing {
    fn commit(&mut self, commit: &Commit) {
        self.weight += Weight::COMMIT;
        self.put(Column::Writes, commit.writes.len() as u64);
        let tracking = commit.tracking.as_ref().map(|tracking| {
            self.weight += tracking.subscription.len() as u64;
            let name = self.name(&tracking.subscription);
            let last = replace(&mut self.tracked, tracking.position.0);
            (name, signed(last, self.tracked))
        });
        match tracking {
            None => self.put(Column::Tracking, 0),
            Some((name, position)) => {
                self.put(Column::Tracking, name + 1);
                self.put(Column::Tracking, position);
            }
        }
        commit.writes.iter().for_each(|write| self.write(write));
    }

    fn write(&mut self, write: &Write) {
        self.weight += Weight::WRITE + write.stream.as_str().len() as u64;
        let stream = self.name(write.stream.as_str());
        self.put(Column::Streams, stream);
        self.expected(write.expected, write.events.first());
        self.put(Column::Events, write.events.len() as u64);
        write.events.iter().for_each(|event| self.event(event, write));
    }

    fn expected(&mut self, expected: ExpectedRevision, first: Option<&RecordedEvent>) {
        let how = match expected {
            _ if expected == follows(first.map(|event| event.revision)) => expected::FOLLOWS,
            ExpectedRevision::Any => expected::ANY,
            ExpectedRevision::NoStream => expected::NO_STREAM,
            ExpectedRevision::StreamExists => expected::STREAM_EXISTS,
            ExpectedRevision::Exact(_) => expected::EXACT,
        };
        self.put(Column::Expected, how);
        if let (expected::EXACT, ExpectedRevision::Exact(Revision(revision))) = (how, expected) {
            self.put(Column::Expected, revision);
        }
    }

    fn event(&mut self, event: &RecordedEvent, write: &Write) {
        let metadata = &event.metadata;
        let texts = [event.stream.as_str(), &event.kind, event.data.get(), &metadata.actor];
        self.weight += Weight::EVENT + texts.iter().map(|text| text.len() as u64).sum::<u64>();

        self.id(Column::Ids, event.id);
        let stream = self.name(event.stream.as_str());
        self.put(Column::Elsewhere, if event.stream == write.stream { 0 } else { stream + 1 });
        let next = self.revisions.insert(stream, event.revision.0.wrapping_add(1)).unwrap_or(0);
        self.put(Column::Revisions, signed(next, event.revision.0));
        let next = replace(&mut self.position, event.position.0.wrapping_add(1));
        self.put(Column::Positions, signed(next, event.position.0));
        let before = replace(&mut self.now, metadata.recorded_at.millis().cast_unsigned());
        self.put(Column::Times, signed(id_millis(event.id).unwrap_or(before), self.now));
        self.put_name(Column::Kinds, &event.kind);
        self.text(Column::Data, event.data.get());
        self.id(Column::Correlations, metadata.correlation_id);
        self.id(Column::Causations, metadata.causation_id);
        self.put_name(Column::Actors, &metadata.actor);
        self.put(Column::Schemas, metadata.schema_version.into());
        self.extra(&metadata.extra);
    }

    fn put(&mut self, column: Column, number: u64) {
        self.columns[column as usize].push(number);
    }

    fn put_name(&mut self, column: Column, text: &str) {
        let name = self.name(text);
        self.put(column, name);
    }

    fn name(&mut self, text: &str) -> u64 {
        self.names.number(text).unwrap_or_else(|new| {
            self.weight += Weight::NAME + text.len() as u64;
            self.text(Column::Names, text);
            new
        })
    }

    fn text(&mut self, column: Column, text: &str) {
        let template = template(text, |hole| self.hole(hole));
        let number = self.templates.number(&template).unwrap_or_else(|new| {
            self.put(Column::Lengths, template.len() as u64);
            self.letters.push_str(&template);
            new
        });
        self.put(column, number);
    }

    fn hole(&mut self, hole: Hole) {
        match hole {
            Hole::Number(number) => self.put(Column::Numbers, number),
            Hole::Id(id) => self.id(Column::InnerIds, id),
            Hole::Time(time) => self.put(Column::Numbers, signed(self.now, time.millis().cast_unsigned())),
        }
    }

    fn id(&mut self, column: Column, id: Uuid) {
        let id = id.as_u128();
        let last = replace(&mut self.last_ids[column as usize], id);
        let count = self.ids.len() as u64;
        let how = match *self.ids.entry(id).or_insert(count) {
            known if known < count => (count - known) << 1 | 1,
            _ if id == last.wrapping_add(1) => 0,
            _ => {
                self.tails.extend_from_slice(&id.to_be_bytes()[6..]);
                (signed((last >> 80) as u64, (id >> 80) as u64) << 1) + 2
            }
        };
        self.put(column, how);
    }

    fn extra(&mut self, extra: &Map<String, Value>) {
        if extra.is_empty() {
            return self.put(Column::Extras, 0);
        }
        let text = serde_json::to_string(extra).unwrap_or_default();
        let number = self.extras.number(&text).unwrap_or_else(|new| {
            let before = self.weight;
            self.members(extra);
            self.extra_weights.push(self.weight - before);
            new
        });
        self.weight += self.extra_weights[number as usize];
        self.put(Column::Extras, number + 1);
    }

    fn members(&mut self, members: &Map<String, Value>) {
        self.weight += Weight::OBJECT;
        self.put(Column::Values, members.len() as u64);
        for (name, value) in members {
            self.weight += Weight::MEMBER + name.len() as u64;
            self.put_name(Column::Values, name);
            self.value(value);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.put(Column::Values, value::NULL),
            Value::Bool(false) => self.put(Column::Values, value::FALSE),
            Value::Bool(true) => self.put(Column::Values, value::TRUE),
            Value::Number(number) => {
                let (how, number) = match (number.as_u64(), number.as_i64()) {
                    (Some(whole), _) => (value::WHOLE, whole),
                    (None, Some(negative)) => (value::NEGATIVE, signed(0, negative.cast_unsigned())),
                    (None, None) => (value::FLOAT, number.as_f64().unwrap_or_default().to_bits()),
                };
                self.put(Column::Values, how);
                self.put(Column::Values, number);
            }
            Value::String(text) => {
                self.weight += text.len() as u64;
                self.put(Column::Values, value::TEXT);
                self.put_name(Column::Values, text);
            }
            Value::Array(values) => {
                self.weight += Weight::VALUE * values.len() as u64;
                self.put(Column::Values, value::LIST);
                self.put(Column::Values, values.len() as u64);
                for value in values {
                    self.value(value);
                }
            }
            Value::Object(members) => {
                self.put(Column::Values, value::OBJECT);
                self.members(members);
            }
        }
    }

    fn bytes(&self, segment: &Segment) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        bytes.extend_from_slice(segment.log.0.as_bytes());
        bytes.extend_from_slice(segment.before.bytes());
        bytes.extend_from_slice(segment.head.bytes());
        put_varint(&mut bytes, segment.commits.len() as u64);
        let mut runs = Vec::new();
        for numbers in &self.columns {
            runs.clear();
            put_runs(&mut runs, numbers);
            put_part(&mut bytes, &runs);
        }
        put_part(&mut bytes, &self.tails);
        put_part(&mut bytes, self.letters.as_bytes());
        bytes.resize(bytes.len().max(Weight::needs(self.weight)), 0);
        seal(&mut bytes);
        bytes
    }
}

fn put_part(bytes: &mut Vec<u8>, part: &[u8]) {
    put_varint(bytes, part.len() as u64);
    bytes.extend_from_slice(part);
}

/// What a write is taken to expect, by the revision of its first event.
pub(super) fn follows(first: Option<Revision>) -> ExpectedRevision {
    first.map_or(ExpectedRevision::Any, |Revision(first)| ExpectedRevision::after(first.checked_sub(1).map(Revision)))
}

/// The milliseconds since 1970 in an id that was made by the clock.
pub(super) fn id_millis(id: Uuid) -> Option<u64> {
    (id.get_version_num() == 7).then_some((id.as_u128() >> 80) as u64)
}
