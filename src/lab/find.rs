//! Find: where in a log a condition holds, in slices short enough that a page stays alive.

use std::cmp::Ordering;
use std::ops::Range;

use serde_json::{Number, Value};

use super::condition::{Condition, Literal, Of, Op, Term, Test};
use super::door::Door;
use super::moment::Moment;
use super::path::Path;
use crate::engine::{LogId, Row, Store, StreamId, StreamKey};

/// What is looked for, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What shall be the case at an event, or after it.
    pub condition: Condition,
    /// The positions that are looked at.
    pub range: Range<u64>,
    /// From which end.
    pub order: Order,
    /// Every time, or only where it begins.
    pub when: When,
    /// How many are wanted.
    pub most: usize,
}

/// From which end of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The earliest first.
    Earliest,
    /// The latest first.
    Latest,
}

/// Which of the events at which a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All of them.
    Holds,
    /// Those where it did not hold at the stream's event before, or that begin their stream. "When was any balance
    /// first below 0?" is the earliest position at which `state.balance < 0` begins to hold.
    Begins,
}

impl Query {
    /// Everything in the log, the earliest first: each event that fits, or each at which a state begins to be so.
    pub fn all(condition: Condition) -> Self {
        let when = if condition.asks_state() { When::Begins } else { When::Holds };
        Self { condition, range: 0..u64::MAX, order: Order::Earliest, when, most: usize::MAX }
    }

    /// The next one when `applied` events have been applied: where a replay breaks.
    pub fn next(condition: Condition, applied: u64) -> Self {
        Self { range: applied..u64::MAX, most: 1, ..Self::all(condition) }
    }
}

/// The positions that a query finds, all at once.
///
/// ```
/// use daybook::lab::find::{Query, find};
/// use daybook::lab::{Lab, WORLDS};
///
/// let lab = Lab::in_memory(WORLDS, 1);
/// let log = lab.recorded("bank").expect("the bank is registered");
/// let condition = "kind = MoneyDeposited and amount > 10000".parse()?;
/// assert!(find(&*lab.log(log)?, Query::all(condition)).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find(door: &dyn Door, query: Query) -> Vec<u64> {
    let mut search = Search::new(door, query);
    while !search.advance(door, SLICE).is_done {}
    search.found
}

/// Events in a slice where nobody waits: few enough that the latest of many is found without looking at all of them.
const SLICE: u64 = 1 << 14;

/// A query under way: [`advance`](Search::advance) it until it is done, and look at what it found in between.
///
/// It looks at the log as long as it was when the search began. What is cheap is compared first: names by their
/// numbers in the store, then times, then texts; data is parsed and states are folded only for events that are left.
/// A condition that names one stream reads nothing but that stream's events.
pub struct Search {
    log: LogId,
    plan: Plan,
    order: Order,
    when: When,
    most: usize,
    /// The only stream that has to be looked at, if the condition says so.
    stream: Option<StreamKey>,
    /// What has not been looked at: places among the stream's events, or positions.
    left: Range<u64>,
    all: u64,
    found: Vec<u64>,
    /// Whether the condition held at each stream's last event that was looked at.
    held: Vec<Option<bool>>,
    moment: Option<Box<dyn Moment>>,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events that were looked at.
    pub looked: u64,
    /// Events that would be, if too little is found before.
    pub of: u64,
    /// Whether nothing more will be found.
    pub is_done: bool,
}

impl Search {
    /// Begins a search; nothing has been looked at yet.
    pub fn new(door: &dyn Door, query: Query) -> Self {
        let Query { condition, range, order, when, most } = query;
        let store = door.store();
        let plan = Plan::of(condition.0, store);
        let (from, to) = (range.start, range.end.min(store.len()));
        let stream = plan.only_stream();
        let left = match stream {
            None => from..to,
            Some(stream) => {
                let positions = store.positions(stream);
                let before = |limit: u64| positions.partition_point(|&at| u64::from(at) < limit) as u64;
                before(from)..before(to)
            }
        };
        let left = if left.start < left.end { left } else { 0..0 };
        let all = left.end - left.start;
        Self { log: door.id(), plan, order, when, most, stream, left, all, found: vec![], held: vec![], moment: None }
    }

    /// Looks at so many more events, at least one, of the log that the search was begun in.
    pub fn advance(&mut self, door: &dyn Door, budget: u64) -> Progress {
        if door.id() != self.log {
            // The log was begun anew: what was searched is gone.
            self.left = 0..0;
        }
        let room = self.most.saturating_sub(self.found.len());
        let budget = budget.max(1).min(self.left.end - self.left.start);
        let mut hits = Vec::new();
        match self.order {
            _ if room == 0 => {}
            Order::Earliest => {
                let end = self.left.start + budget;
                while self.left.start < end && hits.len() < room {
                    hits.extend(self.look(door, self.left.start));
                    self.left.start += 1;
                }
            }
            Order::Latest => {
                // States lead forward only, so each slice is looked at forward and turned round.
                (self.moment, self.held) = (None, Vec::new());
                let end = self.left.end;
                self.left.end -= budget;
                for place in self.left.end..end {
                    hits.extend(self.look(door, place));
                }
                hits.reverse();
                hits.truncate(room);
            }
        }
        self.found.extend(hits);
        self.progress()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let left = self.left.end - self.left.start;
        Progress {
            looked: self.all - left.min(self.all),
            of: self.all,
            is_done: left == 0 || self.found.len() >= self.most,
        }
    }

    /// The positions that were found so far, in the order asked for.
    pub fn found(&self) -> &[u64] {
        &self.found
    }

    /// The earliest position that was not looked at, of a search that begins with the earliest.
    pub fn looked_to(&self, store: &Store) -> u64 {
        let place = self.left.start;
        self.stream.map_or(place, |stream| {
            store.positions(stream).get(place as usize).map_or(store.len(), |&at| u64::from(at))
        })
    }

    /// The position at this place, if it is one that is looked for.
    fn look(&mut self, door: &dyn Door, place: u64) -> Option<u64> {
        let position = match self.stream {
            None => place,
            Some(stream) => door.store().positions(stream).get(place as usize).map(|&at| u64::from(at))?,
        };
        let row = door.store().row(position)?;
        if self.when == When::Holds {
            return self.holds(door, position, row, position + 1).then_some(position);
        }
        let index = row.stream.index();
        if self.held.len() <= index {
            self.held.resize(index + 1, None);
        }
        let held = self.held[index].unwrap_or_else(|| self.held_before(door, position, row));
        let holds = self.holds(door, position, row, position + 1);
        self.held[index] = Some(holds);
        (holds && !held).then_some(position)
    }

    /// Whether the condition held at the stream's event before this one; before the first one nothing holds.
    fn held_before(&mut self, door: &dyn Door, position: u64, row: Row) -> bool {
        let positions = door.store().positions(row.stream);
        let revision = positions.partition_point(|&at| u64::from(at) < position);
        let before = revision.checked_sub(1).map(|before| u64::from(positions[before]));
        let row = before.and_then(|before| Some((before, door.store().row(before)?)));
        row.is_some_and(|(before, row)| self.holds(door, before, row, position))
    }

    /// Whether the condition holds for an event and the state after `applied` events, of which it is its stream's last.
    fn holds(&mut self, door: &dyn Door, position: u64, row: Row, applied: u64) -> bool {
        let Self { plan, moment, stream, .. } = self;
        let of = *stream;
        let mut state = |row: Row| {
            let moment = moment.get_or_insert_with(|| door.moment(of, applied));
            moment.advance(door.store(), applied);
            moment.state(door.store(), row.stream)
        };
        plan.holds(&mut Candidate { store: door.store(), position, row, data: None, state: None, fold: &mut state })
    }
}

/// A condition made ready for one store: names are numbers there, and of several terms the cheapest is asked first.
enum Plan {
    All(Vec<Plan>),
    Any(Vec<Plan>),
    Not(Box<Plan>),
    /// An index of the store's kinds; `None`: it has no such kind.
    KindIs(Option<usize>),
    StreamIs(Option<StreamKey>),
    /// Any other test. The text of a `contains` is in lower case. Beside a test of a field stands its name: where the
    /// text of an event's data does not have that in it, there is no such field.
    Test(Test, Option<String>),
}

impl Plan {
    fn of(term: Term, store: &Store) -> Self {
        let all = |terms: Vec<Term>| {
            let mut plans: Vec<_> = terms.into_iter().map(|term| Self::of(term, store)).collect();
            plans.sort_by_key(Self::cost);
            plans
        };
        match term {
            Term::All(terms) => Self::All(all(terms)),
            Term::Any(terms) => Self::Any(all(terms)),
            Term::Not(term) => Self::Not(Box::new(Self::of(*term, store))),
            Term::Test(test) => Self::of_test(test, store),
        }
    }

    fn of_test(Test { of, op, value }: Test, store: &Store) -> Self {
        let is = match (&of, op, &value) {
            (Of::Kind, Op::Is | Op::IsNot, Literal::Text(name)) => {
                Self::KindIs(store.kinds().position(|kind| kind == name))
            }
            (Of::Stream, Op::Is | Op::IsNot, Literal::Text(name)) => {
                Self::StreamIs(store.stream_key(&StreamId::new(name.as_str())))
            }
            (_, Op::Contains, Literal::Text(text)) => {
                let value = Literal::Text(text.to_lowercase());
                return Self::Test(Test { of, op, value }, None);
            }
            (Of::Data(path), ..) => {
                // A number may be a place in a list, which stands nowhere in the text.
                let name = path.names().next().filter(|name| !name.starts_with(|c: char| c.is_ascii_digit()));
                return Self::Test(Test { of, op, value }, name);
            }
            _ => return Self::Test(Test { of, op, value }, None),
        };
        if op == Op::Is { is } else { Self::Not(Box::new(is)) }
    }

    fn cost(&self) -> u8 {
        match self {
            Self::KindIs(_) | Self::StreamIs(_) => 0,
            Self::Not(plan) => plan.cost(),
            Self::All(plans) | Self::Any(plans) => plans.iter().map(Self::cost).max().unwrap_or(0),
            Self::Test(Test { of, .. }, _) => match of {
                Of::Position => 0,
                Of::Time => 1,
                Of::Kind | Of::Stream | Of::Actor => 2,
                Of::Text => 3,
                Of::Data(_) => 4,
                Of::State(_) => 5,
            },
        }
    }

    /// The one stream whose events can fit, if there is such a one.
    fn only_stream(&self) -> Option<StreamKey> {
        match self {
            Self::StreamIs(stream) => *stream,
            Self::All(plans) => plans.iter().find_map(Self::only_stream),
            _ => None,
        }
    }

    fn holds(&self, event: &mut Candidate<'_>) -> bool {
        match self {
            Self::All(plans) => plans.iter().all(|plan| plan.holds(event)),
            Self::Any(plans) => plans.iter().any(|plan| plan.holds(event)),
            Self::Not(plan) => !plan.holds(event),
            Self::KindIs(kind) => *kind == Some(event.row.kind.index()),
            Self::StreamIs(stream) => *stream == Some(event.row.stream),
            Self::Test(test, must_stand) => event.passes(test, must_stand.as_deref()),
        }
    }
}

/// An event that is looked at, and what had to be made of it so far.
struct Candidate<'a> {
    store: &'a Store,
    position: u64,
    row: Row,
    data: Option<Value>,
    state: Option<Value>,
    fold: &'a mut dyn FnMut(Row) -> Value,
}

impl Candidate<'_> {
    fn passes(&mut self, Test { of, op, value }: &Test, must_stand: Option<&str>) -> bool {
        match of {
            Of::Kind => compare_text(self.store.kind_name(self.row.kind), *op, value),
            Of::Stream => compare_text(self.store.stream_id(self.row.stream).as_str(), *op, value),
            Of::Actor => compare_text(self.store.actor_at(self.position).unwrap_or_default(), *op, value),
            Of::Text => self.says(value),
            Of::Time => {
                let Literal::Time(time) = value else { return false };
                fits(*op, Some(self.store.recorded_at(self.position).cmp(time)))
            }
            Of::Position => compare(Some(&Value::from(self.position)), *op, value),
            Of::Data(path) => compare(self.field(path, must_stand), *op, value),
            Of::State(path) => {
                let state = self.state.get_or_insert_with(|| (self.fold)(self.row));
                compare(path.of(state), *op, value)
            }
        }
    }

    /// A field of the data. Most events without it are told by their text alone.
    fn field(&mut self, path: &Path, must_stand: Option<&str>) -> Option<&Value> {
        if self.data.is_none() {
            let text = self.store.data_at(self.position)?;
            // With a backslash in it, a text may spell a name in another way.
            if must_stand.is_some_and(|name| !text.contains(name) && !text.contains('\\')) {
                return None;
            }
            self.data = serde_json::from_str(text).ok();
        }
        path.of(self.data.as_ref()?)
    }

    /// Whether a text, in lower case, stands anywhere in the event.
    fn says(&mut self, value: &Literal) -> bool {
        let Literal::Text(part) = value else { return false };
        let data = self.store.data_at(self.position).unwrap_or_default();
        contains(data, part)
            || contains(self.store.kind_name(self.row.kind), part)
            || contains(self.store.stream_id(self.row.stream).as_str(), part)
            || contains(self.store.actor_at(self.position).unwrap_or_default(), part)
            || data.contains('\\') && self.field(&Path::default(), None).is_some_and(|data| any_text(data, part))
    }
}

/// Whether any text or name in a value, as it reads without JSON's backslashes, has this part.
fn any_text(value: &Value, part: &str) -> bool {
    match value {
        Value::String(text) => contains(text, part),
        Value::Array(values) => values.iter().any(|value| any_text(value, part)),
        Value::Object(fields) => fields.iter().any(|(name, value)| contains(name, part) || any_text(value, part)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn compare_text(text: &str, op: Op, value: &Literal) -> bool {
    let Literal::Text(other) = value else { return false };
    if op == Op::Contains { contains(text, other) } else { fits(op, Some(text.cmp(other))) }
}

/// What is compared with nothing, or with what is of another type, is only different.
fn compare(found: Option<&Value>, op: Op, value: &Literal) -> bool {
    match (found, value) {
        (Some(Value::String(text)), Literal::Text(_)) => compare_text(text, op, value),
        (Some(Value::Number(number)), Literal::Number(other)) => fits(op, compare_numbers(number, other)),
        (Some(Value::Bool(truth)), Literal::Truth(other)) => fits(op, Some(truth.cmp(other))),
        _ => op == Op::IsNot,
    }
}

/// Whole numbers are compared as they are, never by way of fractions.
fn compare_numbers(number: &Number, other: &Number) -> Option<Ordering> {
    match (number.as_i128(), other.as_i128()) {
        (Some(number), Some(other)) => Some(number.cmp(&other)),
        _ => number.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn fits(op: Op, ordering: Option<Ordering>) -> bool {
    match op {
        Op::Is => ordering == Some(Ordering::Equal),
        Op::IsNot => ordering != Some(Ordering::Equal),
        Op::Less => ordering == Some(Ordering::Less),
        Op::AtMost => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
        Op::More => ordering == Some(Ordering::Greater),
        Op::AtLeast => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        Op::Contains => false,
    }
}

/// Whether a text has this part, which is in lower case.
fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(part)
}
