//! From bytes to a batch: the walk of a reader who believes nothing.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, from_str};
use uuid::Uuid;

use super::batch::{Batch, CommitRow, EventRow, WriteRow};
use super::numbers::{Runs, stepped, take_part, take_varint};
use super::pack::{follows, id_millis};
use super::template::{Hole, cut, holes_stand_apart, mark};
use super::{BadSegment, COLUMNS, Column, MAGIC, VERSION, Weight, checksum, expected, value};
use crate::commit::{LogId, Tracking};
use crate::event::{Position, Timestamp};
use crate::integrity::Link;
use crate::stream::{ExpectedRevision, Revision};

pub(super) fn unpack(bytes: &[u8]) -> Result<Batch, BadSegment> {
    let mut body = opened(bytes)?;
    let log = LogId(Uuid::from_bytes(take_array(&mut body)?));
    let before = Link::from_bytes(take_array(&mut body)?);
    let head = Link::from_bytes(take_array(&mut body)?);
    let count = take_varint(&mut body)?;
    let mut unpacking = Unpacking::new(&mut body, Weight::limit(bytes.len()))?;
    if body.iter().any(|&byte| byte != 0) {
        return Err(BadSegment::Malformed("nothing but zeros after the letters"));
    }
    let commits = unpacking.commits(count)?;
    unpacking.finish()?;
    let Unpacking { writes, rows, names, texts, extras, .. } = unpacking;
    let names = names.into_iter().map(|name| name.text).collect();
    let extras = extras.into_iter().map(|(extra, _)| extra).collect();
    Ok(Batch { log, before, head, commits, writes, rows, names, texts, extras })
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
    columns: [Runs<'a>; COLUMNS],
    tails: &'a [u8],
    letters: &'a str,
    writes: Vec<WriteRow>,
    rows: Vec<EventRow>,
    names: Vec<Name>,
    templates: Vec<Template<'a>>,
    /// Each with what it weighs.
    extras: Vec<(Map<String, Value>, u64)>,
    ids: Vec<u128>,
    last_ids: [u128; COLUMNS],
    position: u64,
    tracked: u64,
    now: u64,
    texts: String,
    room: u64,
}

/// A name, and the revision that comes next should it be a stream's.
struct Name {
    text: String,
    revision: u64,
}

/// A template, and whether whatever fills its holes gives JSON.
struct Template<'a> {
    text: &'a str,
    pieces: Vec<(&'a str, Option<u8>)>,
    is_json: bool,
}

impl<'a> Unpacking<'a> {
    fn new(body: &mut &'a [u8], room: u64) -> Result<Self, BadSegment> {
        let mut columns = [Runs::default(); COLUMNS];
        for column in &mut columns {
            *column = Runs::new(take_part(body)?);
        }
        let tails = take_part(body)?;
        let letters = str::from_utf8(take_part(body)?).map_err(|_| BadSegment::Malformed("letters in UTF-8"))?;
        Ok(Self {
            columns,
            tails,
            letters,
            writes: Vec::new(),
            rows: Vec::new(),
            names: Vec::new(),
            templates: Vec::new(),
            extras: Vec::new(),
            ids: Vec::new(),
            last_ids: [0; COLUMNS],
            position: 0,
            tracked: 0,
            now: 0,
            texts: String::new(),
            room,
        })
    }

    fn finish(&self) -> Result<(), BadSegment> {
        let is_done = self.columns.iter().all(Runs::is_done) && self.tails.is_empty() && self.letters.is_empty();
        if !is_done {
            return Err(BadSegment::Malformed("an end after the last commit"));
        }
        let mut names = HashSet::with_capacity(self.names.len());
        let are_unlike = self.names.iter().all(|name| names.insert(name.text.as_str()));
        if are_unlike { Ok(()) } else { Err(BadSegment::Malformed("names that are unlike each other")) }
    }

    fn commits(&mut self, count: u64) -> Result<Vec<CommitRow>, BadSegment> {
        self.spend(count.saturating_mul(Weight::COMMIT))?;
        // Most commits have one write of one event.
        self.writes.reserve(count as usize);
        self.rows.reserve(count as usize);
        (0..count).map(|_| self.commit()).collect()
    }

    fn commit(&mut self) -> Result<CommitRow, BadSegment> {
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
        let writes = self.each(writes, Weight::WRITE, Self::write)?;
        Ok(CommitRow { writes, tracking })
    }

    fn write(&mut self) -> Result<(), BadSegment> {
        let stream = self.take_name(Column::Streams)?;
        let expected = self.expected()?;
        let count = self.take(Column::Events)?;
        let first = self.rows.len();
        let events = self.each(count, Weight::EVENT, |unpacking| unpacking.event(stream))?;
        let expected = expected.unwrap_or_else(|| follows(self.rows.get(first).map(|event| event.revision)));
        self.call(stream)?;
        self.writes.push(WriteRow { stream, expected, events });
        Ok(())
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

    fn event(&mut self, stream: usize) -> Result<(), BadSegment> {
        let id = self.id(Column::Ids)?;
        let stream = match self.take(Column::Elsewhere)? {
            0 => stream,
            name => self.name(name - 1)?,
        };
        let revision = stepped(self.names[stream].revision, self.take(Column::Revisions)?);
        self.names[stream].revision = revision.wrapping_add(1);
        let position = stepped(self.position, self.take(Column::Positions)?);
        self.position = position.wrapping_add(1);
        let recorded_at = self.time(id_millis(Uuid::from_u128(id)).unwrap_or(self.now), Column::Times)?;
        self.now = recorded_at.millis().cast_unsigned();
        let kind = self.take_name(Column::Kinds)?;
        self.call(stream)?;
        self.call(kind)?;
        let data = self.data()?;
        let other = |cause: u128| (cause != id).then(|| Uuid::from_u128(cause));
        let correlation = self.id(Column::Correlations).map(other)?;
        let causation = self.id(Column::Causations).map(other)?;
        let actor = self.take_name(Column::Actors)?;
        self.call(actor)?;
        let schema = self.take(Column::Schemas)?;
        let schema_version = schema.try_into().map_err(|_| BadSegment::Malformed("a schema version of 16 bits"))?;
        let extra = self.extra()?;
        self.rows.push(EventRow {
            id: Uuid::from_u128(id),
            stream,
            revision: Revision(revision),
            position: Position(position),
            recorded_at,
            kind,
            data,
            correlation,
            causation,
            actor,
            schema_version,
            extra,
        });
        Ok(())
    }

    /// The next data, as JSON alone: what stands around it is left out.
    fn data(&mut self) -> Result<Range<usize>, BadSegment> {
        let from = self.texts.len();
        let template = self.text(Column::Data)?;
        let template = &mut self.templates[template];
        if !template.is_json {
            let text = &self.texts[from..];
            let data: &RawValue = from_str(text).map_err(|_| BadSegment::Malformed("data in JSON"))?;
            if data.get() == text {
                template.is_json = holes_stand_apart(template.text);
            } else {
                let data = data.get().to_owned();
                self.texts.truncate(from);
                self.texts.push_str(&data);
            }
        }
        Ok(from..self.texts.len())
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

    /// Likewise where each finds a place of its own.
    fn each(
        &mut self,
        count: u64,
        weight: u64,
        mut one: impl FnMut(&mut Self) -> Result<(), BadSegment>,
    ) -> Result<usize, BadSegment> {
        self.spend(count.saturating_mul(weight))?;
        (0..count).try_for_each(|_| one(self))?;
        Ok(count as usize)
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
            let from = self.texts.len();
            self.text(Column::Names)?;
            let text = self.texts.split_off(from);
            self.names.push(Name { text, revision: 0 });
        }
        Ok(number as usize)
    }

    /// A name weighs as much as its letters wherever it stands.
    fn call(&mut self, name: usize) -> Result<(), BadSegment> {
        self.spend(self.names[name].text.len() as u64)
    }

    fn copy(&mut self, name: usize) -> Result<String, BadSegment> {
        self.call(name)?;
        Ok(self.names[name].text.clone())
    }

    /// Writes out the next text after all others, and says which template it has.
    fn text(&mut self, column: Column) -> Result<usize, BadSegment> {
        let number = self.take(column)?;
        if is_next(number, self.templates.len(), "a template that was there before")? {
            let length = usize::try_from(self.take(Column::Lengths)?).unwrap_or(usize::MAX);
            let (text, rest) =
                self.letters.split_at_checked(length).ok_or(BadSegment::Malformed("a template's letters"))?;
            self.letters = rest;
            self.templates.push(Template { text, pieces: cut(text)?, is_json: false });
        }
        let (template, from) = (number as usize, self.texts.len());
        for nth in 0..self.templates[template].pieces.len() {
            let (piece, hole) = self.templates[template].pieces[nth];
            self.texts.push_str(piece);
            if let Some(mark) = hole {
                self.hole(mark)?.write(&mut self.texts);
            }
        }
        self.spend((self.texts.len() - from) as u64)?;
        Ok(template)
    }

    fn hole(&mut self, mark: u8) -> Result<Hole, BadSegment> {
        Ok(match mark {
            mark::ID => Hole::Id(Uuid::from_u128(self.id(Column::InnerIds)?)),
            mark::TIME => Hole::Time(self.time(self.now, Column::Numbers)?),
            _ => Hole::Number(self.take(Column::Numbers)?),
        })
    }

    fn time(&mut self, from: u64, column: Column) -> Result<Timestamp, BadSegment> {
        let millis = stepped(from, self.take(column)?);
        Ok(Timestamp::from_millis(millis.cast_signed()))
    }

    fn id(&mut self, column: Column) -> Result<u128, BadSegment> {
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
        Ok(id)
    }

    fn new_id(&mut self, last: u128, how: u64) -> Result<u128, BadSegment> {
        let tail: [u8; 10] = take_array(&mut self.tails)?;
        let mut bytes = [0; 16];
        bytes[6..].copy_from_slice(&tail);
        let first = stepped((last >> 80) as u64, (how - 2) >> 1);
        Ok(u128::from(first) << 80 | u128::from_be_bytes(bytes))
    }

    /// Which of the extras, once it is there.
    fn extra(&mut self) -> Result<Option<usize>, BadSegment> {
        let Some(number) = self.take(Column::Extras)?.checked_sub(1) else { return Ok(None) };
        if is_next(number, self.extras.len(), "an extra that was there before")? {
            let before = self.room;
            let extra = self.members(value::DEEPEST)?;
            self.extras.push((extra, before - self.room));
        }
        let number = number as usize;
        self.spend(self.extras[number].1)?;
        Ok(Some(number))
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
