//! What a condition names that a log does not have: where nothing fits, most often a slip of the pen.

use std::collections::BTreeSet;

use serde_json::Value;

use super::condition::{Condition, Literal, Of, Op, Term, Test};
use super::door::Door;
use super::path::Path;
use crate::engine::StreamId;
use crate::worlds::money::shown;

/// Names that are told at most, of those that there are.
const TOLD: usize = 8;
/// Bytes of a name that is told as it is; a longer one is cut.
const LONG: usize = 40;
/// Events at most whose fields are looked at.
const LOOKED_AT: usize = 64;

/// What may be wrong with the names and values of a condition that nothing fits, a sentence each.
///
/// Kinds and streams are known for sure. Fields are compared with those of the first event of each kind: another event
/// may have more, so that is asked rather than told.
///
/// ```
/// use daybook::lab::misnamed::misnamed;
/// use daybook::lab::{Lab, WORLDS};
///
/// let lab = Lab::in_memory(WORLDS, 1);
/// let log = lab.recorded("bank").expect("the bank is registered");
/// let condition = "kind = MoneyDeposted".parse()?;
/// assert_eq!(misnamed(&*lab.log(log)?, &condition), ["No entry here is of the kind “MoneyDeposted”."]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn misnamed(door: &dyn Door, condition: &Condition) -> Vec<String> {
    let mut told = Vec::new();
    let samples = Samples::of(door);
    visit(&condition.0, &mut |test| {
        // A name from a stranger's log may break lines.
        let doubt = samples.doubt(door, test).map(|doubt| doubt.replace(char::is_control, " "));
        told.extend(doubt.filter(|doubt| !told.contains(doubt)));
    });
    told
}

/// Every comparison of a term, in the order in which they are written.
fn visit(term: &Term, each: &mut dyn FnMut(&Test)) {
    match term {
        Term::All(terms) | Term::Any(terms) => terms.iter().for_each(|term| visit(term, each)),
        Term::Not(term) => visit(term, each),
        Term::Test(test) => each(test),
    }
}

/// The positions of the first event of each kind.
struct Samples(Vec<u64>);

impl Samples {
    fn of(door: &dyn Door) -> Self {
        let store = door.store();
        let mut is_seen = vec![false; store.kind_count()];
        let firsts = (0..store.len()).filter(|&position| {
            let kind = store.row(position).map(|row| row.kind.index());
            kind.is_some_and(|kind| !std::mem::replace(&mut is_seen[kind], true))
        });
        Self(firsts.take(store.kind_count()).collect())
    }

    fn kinds(&self, door: &dyn Door) -> BTreeSet<String> {
        let kinds = self.0.iter().filter_map(|&position| door.store().row(position));
        kinds.map(|row| door.store().kind_name(row.kind).to_owned()).collect()
    }

    fn data(&self, door: &dyn Door) -> Vec<Value> {
        let texts = self.0.iter().take(LOOKED_AT).filter_map(|&position| door.store().data_at(position));
        texts.filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    /// The state of each one's stream after it.
    fn states(&self, door: &dyn Door) -> Vec<Value> {
        let state = |&position: &u64| {
            let stream = door.store().row(position)?.stream;
            let mut moment = door.moment(Some(stream), position + 1);
            moment.advance(door.store(), position + 1);
            Some(moment.state(door.store(), stream))
        };
        self.0.iter().take(LOOKED_AT).filter_map(state).collect()
    }

    fn doubt(&self, door: &dyn Door, Test { of, op, value }: &Test) -> Option<String> {
        match (of, value) {
            _ if *op == Op::Contains => None,
            (Of::Kind, Literal::Text(name)) => {
                let kinds = self.kinds(door);
                let known = if kinds.is_empty() { String::new() } else { format!(" There are {}.", listed(&kinds)) };
                (!kinds.contains(name)).then(|| format!("No entry here is of the kind {}.{known}", shown(name)))
            }
            (Of::Stream, Literal::Text(name)) => {
                let is_known = door.store().stream_key(&StreamId::new(name.as_str())).is_some();
                (!is_known).then(|| format!("No entry here belongs to the stream {}.", shown(name)))
            }
            (Of::Data(path), _) => field(of, path, value, &self.data(door), "The entries here have"),
            (Of::State(path), _) => field(of, path, value, &self.states(door), "The states here have"),
            _ => None,
        }
    }
}

/// Whether a field is one of these values, and of the type it is compared with.
fn field(of: &Of, path: &Path, compared: &Literal, values: &[Value], they_have: &str) -> Option<String> {
    let names: BTreeSet<_> =
        values.iter().filter_map(Value::as_object).flat_map(|fields| fields.keys().cloned()).collect();
    if names.is_empty() {
        return None;
    }
    let of = shown(&of.to_string());
    let mut found = values.iter().filter_map(|value| path.of(value)).filter(|value| !value.is_null()).peekable();
    let Some(&first) = found.peek() else {
        return Some(format!("Is {of} the right name? {they_have} {}.", listed(&names)));
    };
    let is_same = |value: &Value| match compared {
        Literal::Text(_) | Literal::Time(_) => value.is_string(),
        Literal::Number(_) => value.is_number(),
        Literal::Truth(_) => value.is_boolean(),
    };
    if found.any(is_same) {
        return None;
    }
    let (kind, example) = match first {
        Value::String(text) => ("a text", format!(", such as {}", shown(text))),
        Value::Number(number) => ("a number", format!(", such as {number}")),
        Value::Bool(_) => ("true or false", String::new()),
        _ => ("made of parts", String::new()),
    };
    Some(format!("{of} is {kind} here{example}; it is compared with {compared}."))
}

/// Some of these names, and whether there are more: `amount, owner and 2 more`.
fn listed(names: &BTreeSet<String>) -> String {
    let name = |name: &String| if name.len() > LONG { shown(name) } else { name.clone() };
    let mut told: Vec<_> = names.iter().take(TOLD).map(name).collect();
    if names.len() > TOLD {
        told.push(format!("{} more", names.len() - TOLD));
    }
    match told.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}
