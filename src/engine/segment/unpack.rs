//! From bytes to commits: the walk of a reader who believes nothing.

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::numbers::{Runs, stepped, take_part, take_varint};
use super::pack::{follows, id_millis};
use super::template::{Hole, fill, mark};
use super::{BadSegment, COLUMNS, Column, MAGIC, Segment, VERSION, Weight, checksum, expected, value};
use crate::commit::{Commit, LogId, Tracking, Write};
use crate::event::{Metadata, Position, RecordedEvent, Timestamp};
use crate::integrity::Link;
use crate::stream::{ExpectedRevision, Revision, StreamId};

pub(super) fn unpack(bytes: &[u8]) -> Result<Segment, BadSegment> {
    let mut body = opened(bytes)?;
    let log = LogId(Uuid::from_bytes(take_array(&mut body)?));
    let before = Link::from_bytes(take_array(&mut body)?);
    let head = Link::from_bytes(take_array(&mut body)?);
    let count = take_varint(&mut body)?;
    let mut unpacking = Unpacking::new(log, &mut body, Weight::limit(bytes.len()))?;
    if body.iter().any(|&byte| byte != 0) {
        return Err(BadSegment::Malformed("nothing but zeros after the letters"));
    }
    let commits = unpacking.many(count, Weight::COMMIT, Unpacking::commit)?;
    unpacking.finish()?;
    Ok(Segment { log, before, head, commits })
}

/// What stands between the version and the checksum, once both are right.
fn opened(bytes: &[u8]) -> Result<&[u8], BadSegment> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(BadSegment::Foreign)?;
    let (_, found) = rest.split_last_chunk().ok_or(BadSegment::Damaged)?;
    if checksum(&bytes[..bytes.len() - found.len()]) != *found {
        return Err(BadSegment::Damaged);
    }
    match rest[..rest.len() - found.len()].split_first() {
        Some((&VERSION, body)) => Ok(body),
        Some((&newer, _)) => Err(BadSegment::Newer(newer)),
        None => Err(BadSegment::Damaged),
    }
}

fn take_array<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], BadSegment> {
    let (array, rest) = bytes.split_first_chunk().ok_or(BadSegment::Malformed("another id or link"))?;
    *bytes = rest;
    Ok(*array)
}

/// What has been walked through so far, and what is still to come.
struct Unpacking<'a> {
    log: LogId,
    columns: [Runs<'a>; COLUMNS],
    tails: &'a [u8],
    letters: &'a str,
    names: Vec<Name>,
    templates: Vec<&'a str>,
    extras: Vec<(Map<String, Value>, u64)>,
    ids: Vec<u128>,
    last_ids: [u128; COLUMNS],
    position: u64,
    tracked: u64,
    now: u64,
    text: String,
    room: u64,
}

/// A name, and the revision that comes next should it be a stream's.
struct Name {
    text: String,
    revision: u64,
}

impl<'a> Unpacking<'a> {
    fn new(log: LogId, body: &mut &'a [u8], room: u64) -> Result<Self, BadSegment> {
        let mut columns = [Runs::default(); COLUMNS];
        for column in &mut columns {
            *column = Runs::new(take_part(body)?);
        }
        let tails = take_part(body)?;
        let letters = str::from_utf8(take_part(body)?).map_err(|_| BadSegment::Malformed("letters in UTF-8"))?;
        Ok(Self {
            log,
            columns,
            tails,
            letters,
            names: Vec::new(),
            templates: Vec::new(),
            extras: Vec::new(),
            ids: Vec::new(),
            last_ids: [0; COLUMNS],
            position: 0,
            tracked: 0,
            now: 0,
            text: String::new(),
            room,
        })
    }

    fn finish(&self) -> Result<(), BadSegment> {
        let is_done = self.columns.iter().all(Runs::is_done) && self.tails.is_empty() && self.letters.is_empty();
        if is_done { Ok(()) } else { Err(BadSegment::Malformed("an end after the last commit")) }
    }

    fn commit(&mut self) -> Result<Commit, BadSegment> {
        let writes = self.take(Column::Writes)?;
        let tracking = match self.take(Column::Tracking)? {
            0 => None,
            name => {
                let name = self.name(name - 1)?;
                let subscription = self.copy(name)?;
                self.tracked = stepped(self.tracked, self.take(Column::Tracking)?);
                Some(Tracking { subscription, position: Position(self.tracked) })
            }
        };
        let writes = self.many(writes, Weight::WRITE, Self::write)?;
        Ok(Commit { log: self.log, writes, tracking })
    }

    fn write(&mut self) -> Result<Write, BadSegment> {
        let stream = self.take_name(Column::Streams)?;
        let expected = self.expected()?;
        let count = self.take(Column::Events)?;
        let events = self.many(count, Weight::EVENT, |unpacking| unpacking.event(stream))?;
        let expected = expected.unwrap_or_else(|| follows(events.first().map(|event| event.revision)));
        Ok(Write { stream: StreamId::new(self.copy(stream)?), expected, events })
    }

    /// What is expected, or `None` where it follows from the events.
    fn expected(&mut self) -> Result<Option<ExpectedRevision>, BadSegment> {
        Ok(Some(match self.take(Column::Expected)? {
            expected::FOLLOWS => return Ok(None),
            expected::ANY => ExpectedRevision::Any,
            expected::NO_STREAM => ExpectedRevision::NoStream,
            expected::STREAM_EXISTS => ExpectedRevision::StreamExists,
            expected::EXACT => ExpectedRevision::Exact(Revision(self.take(Column::Expected)?)),
            _ => return Err(BadSegment::Malformed("an expected revision")),
        }))
    }

    fn event(&mut self, stream: usize) -> Result<RecordedEvent, BadSegment> {
        let id = self.id(Column::Ids)?;
        let stream = match self.take(Column::Elsewhere)? {
            0 => stream,
            name => self.name(name - 1)?,
        };
        let revision = stepped(self.names[stream].revision, self.take(Column::Revisions)?);
        self.names[stream].revision = revision.wrapping_add(1);
        let position = stepped(self.position, self.take(Column::Positions)?);
        self.position = position.wrapping_add(1);
        let recorded_at = self.time(id_millis(id).unwrap_or(self.now), Column::Times)?;
        self.now = recorded_at.millis().cast_unsigned();
        let kind = self.take_name(Column::Kinds)?;
        Ok(RecordedEvent {
            id,
            stream: StreamId::new(self.copy(stream)?),
            revision: Revision(revision),
            position: Position(position),
            kind: self.copy(kind)?,
            data: self.data()?,
            metadata: self.metadata(recorded_at)?,
        })
    }

    fn metadata(&mut self, recorded_at: Timestamp) -> Result<Metadata, BadSegment> {
        let correlation_id = self.id(Column::Correlations)?;
        let causation_id = self.id(Column::Causations)?;
        let actor = self.take_name(Column::Actors)?;
        let schema = self.take(Column::Schemas)?;
        Ok(Metadata {
            recorded_at,
            correlation_id,
            causation_id,
            actor: self.copy(actor)?,
            schema_version: schema.try_into().map_err(|_| BadSegment::Malformed("a schema version of 16 bits"))?,
            extra: self.extra()?,
        })
    }

    fn data(&mut self) -> Result<Box<RawValue>, BadSegment> {
        let data = self.text(Column::Data)?;
        RawValue::from_string(data).map_err(|_| BadSegment::Malformed("data in JSON"))
    }

    /// So many things, if there is room for them.
    fn many<T>(
        &mut self,
        count: u64,
        weight: u64,
        mut one: impl FnMut(&mut Self) -> Result<T, BadSegment>,
    ) -> Result<Vec<T>, BadSegment> {
        self.spend(count.saturating_mul(weight))?;
        let mut many = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
        for _ in 0..count {
            many.push(one(self)?);
        }
        Ok(many)
    }

    fn spend(&mut self, weight: u64) -> Result<(), BadSegment> {
        self.room = self.room.checked_sub(weight).ok_or(BadSegment::TooMuch)?;
        Ok(())
    }

    #[inline]
    fn take(&mut self, column: Column) -> Result<u64, BadSegment> {
        self.columns[column as usize].take()
    }

    fn take_name(&mut self, column: Column) -> Result<usize, BadSegment> {
        let number = self.take(column)?;
        self.name(number)
    }

    /// The place of a name among the known ones, once it is there.
    fn name(&mut self, number: u64) -> Result<usize, BadSegment> {
        if is_next(number, self.names.len(), "a name that was there before")? {
            self.spend(Weight::NAME)?;
            let text = self.text(Column::Names)?;
            self.names.push(Name { text, revision: 0 });
        }
        Ok(number as usize)
    }

    fn copy(&mut self, name: usize) -> Result<String, BadSegment> {
        self.spend(self.names[name].text.len() as u64)?;
        Ok(self.names[name].text.clone())
    }

    fn text(&mut self, column: Column) -> Result<String, BadSegment> {
        let number = self.take(column)?;
        if is_next(number, self.templates.len(), "a template that was there before")? {
            let length = usize::try_from(self.take(Column::Lengths)?).unwrap_or(usize::MAX);
            let (template, rest) =
                self.letters.split_at_checked(length).ok_or(BadSegment::Malformed("a template's letters"))?;
            self.letters = rest;
            self.templates.push(template);
        }
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        fill(self.templates[number as usize], &mut text, |mark| self.hole(mark))?;
        self.spend(text.len() as u64)?;
        let exact = text.as_str().to_owned();
        self.text = text;
        Ok(exact)
    }

    fn hole(&mut self, mark: u8) -> Result<Hole, BadSegment> {
        Ok(match mark {
            mark::ID => Hole::Id(self.id(Column::InnerIds)?),
            mark::TIME => Hole::Time(self.time(self.now, Column::Numbers)?),
            _ => Hole::Number(self.take(Column::Numbers)?),
        })
    }

    fn time(&mut self, from: u64, column: Column) -> Result<Timestamp, BadSegment> {
        let millis = stepped(from, self.take(column)?);
        Ok(Timestamp::from_millis(millis.cast_signed()))
    }

    fn id(&mut self, column: Column) -> Result<Uuid, BadSegment> {
        let how = self.take(column)?;
        let last = self.last_ids[column as usize];
        let id = if how & 1 == 1 {
            let back = usize::try_from(how >> 1).unwrap_or(usize::MAX);
            let known = self.ids.len().checked_sub(back).and_then(|known| self.ids.get(known));
            *known.ok_or(BadSegment::Malformed("an id that was there before"))?
        } else {
            let new = if how == 0 { last.wrapping_add(1) } else { self.new_id(last, how)? };
            self.ids.push(new);
            new
        };
        self.last_ids[column as usize] = id;
        Ok(Uuid::from_u128(id))
    }

    fn new_id(&mut self, last: u128, how: u64) -> Result<u128, BadSegment> {
        let tail: [u8; 10] = take_array(&mut self.tails)?;
        let mut bytes = [0; 16];
        bytes[6..].copy_from_slice(&tail);
        let first = stepped((last >> 80) as u64, (how - 2) >> 1);
        Ok(u128::from(first) << 80 | u128::from_be_bytes(bytes))
    }

    fn extra(&mut self) -> Result<Map<String, Value>, BadSegment> {
        let Some(number) = self.take(Column::Extras)?.checked_sub(1) else { return Ok(Map::new()) };
        if is_next(number, self.extras.len(), "an extra that was there before")? {
            let before = self.room;
            let extra = self.members(value::DEEPEST)?;
            self.extras.push((extra, before - self.room));
        }
        let number = number as usize;
        self.spend(self.extras[number].1)?;
        Ok(self.extras[number].0.clone())
    }

    fn members(&mut self, deeper: u32) -> Result<Map<String, Value>, BadSegment> {
        self.spend(Weight::OBJECT)?;
        let mut members = Map::new();
        for _ in 0..self.take(Column::Values)? {
            self.spend(Weight::MEMBER)?;
            let name = self.take_name(Column::Values)?;
            let name = self.copy(name)?;
            members.insert(name, self.value(deeper)?);
        }
        Ok(members)
    }

    fn value(&mut self, deeper: u32) -> Result<Value, BadSegment> {
        let deeper = deeper.checked_sub(1).ok_or(BadSegment::Malformed("values at most 128 deep"))?;
        Ok(match self.take(Column::Values)? {
            value::NULL => Value::Null,
            value::FALSE => Value::Bool(false),
            value::TRUE => Value::Bool(true),
            value::WHOLE => self.take(Column::Values)?.into(),
            value::NEGATIVE => stepped(0, self.take(Column::Values)?).cast_signed().into(),
            value::FLOAT => {
                let float = Number::from_f64(f64::from_bits(self.take(Column::Values)?));
                float.ok_or(BadSegment::Malformed("a float that is a number"))?.into()
            }
            value::TEXT => {
                let name = self.take_name(Column::Values)?;
                self.copy(name)?.into()
            }
            value::LIST => {
                let count = self.take(Column::Values)?;
                self.many(count, Weight::VALUE, |unpacking| unpacking.value(deeper))?.into()
            }
            value::OBJECT => self.members(deeper)?.into(),
            _ => return Err(BadSegment::Malformed("a value")),
        })
    }
}

/// Whether the number is that of a new entry; one beyond that is nothing.
fn is_next(number: u64, known: usize, expected: &'static str) -> Result<bool, BadSegment> {
    let known = known as u64;
    if number > known { Err(BadSegment::Malformed(expected)) } else { Ok(number == known) }
}
