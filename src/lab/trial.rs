//! The same day twice, under the same faults: once done right, once as in the source.

use serde_json::Value;

use super::door::Ask;
use super::no::No;
use super::readers::Setting;
use super::{Lab, Registration};
use crate::engine::LogId;
use crate::engine::subscription::{Care, Faults};

/// One thing that was counted at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What it is.
    pub what: String,
    /// Without any fault: what it should be.
    pub due: i64,
    /// With business and readers done right.
    pub right: i64,
    /// With both as in the source: each reader keeps its place as it does there, and every switch is on.
    pub source: i64,
    /// Whether it is money, in cents.
    pub is_money: bool,
}

/// Runs a world's trial three times in labs of their own and counts what came of it; none: the world has no trial.
pub fn trial(worlds: &'static [Registration], world: &str, faults: Faults, seed: u64) -> Result<Vec<Counted>, No> {
    let due = day(worlds, world, false, Faults::default(), seed)?;
    let right = day(worlds, world, false, faults, seed)?;
    let source = day(worlds, world, true, faults, seed)?;
    let of = |day: &[(String, i64, bool)], what: &str| {
        day.iter().find(|(known, ..)| known == what).map_or(0, |(_, number, _)| *number)
    };
    let mut all: Vec<(String, bool)> = Vec::new();
    for (what, _, is_money) in due.iter().chain(&right).chain(&source) {
        if !all.iter().any(|(known, _)| known == what) {
            all.push((what.clone(), *is_money));
        }
    }
    let counted = |(what, is_money): (String, bool)| Counted {
        due: of(&due, &what),
        right: of(&right, &what),
        source: of(&source, &what),
        what,
        is_money,
    };
    Ok(all.into_iter().map(counted).collect())
}

/// One day of a world: what was counted at its end.
fn day(
    worlds: &'static [Registration],
    world: &str,
    is_source: bool,
    faults: Faults,
    seed: u64,
) -> Result<Vec<(String, i64, bool)>, No> {
    let lab = Lab::in_memory(worlds, seed.max(1));
    let log = lab.resolve(world)?;
    for reader in lab.readers(log)? {
        let care = if is_source { reader.in_source } else { Care::Right };
        lab.set_here(log, &Setting::Care(reader.name.to_owned(), care))?;
        lab.set_here(log, &Setting::Paused(reader.name.to_owned(), false))?;
    }
    let switches = lab.log(log)?.switches();
    for (switch, _) in switches.into_iter().filter(|_| is_source) {
        lab.set_here(log, &Setting::Switch(switch.name.to_owned(), true))?;
    }
    lab.set_here(log, &Setting::Faults(faults, seed))?;
    for nth in 0.. {
        let subjects: Vec<_> = lab.log(log)?.subjects(u64::MAX).into_iter().map(|(stream, _)| stream).collect();
        let Some(asked) = lab.log(log)?.trial(nth, &subjects) else { break };
        // What the business refuses, it refuses on each of the days.
        match lab.dispatch_here(log, Ask { words: asked, ..Ask::default() }) {
            Ok(_) | Err(No::Refused(_)) => {}
            Err(no) => return Err(no),
        }
    }
    let mut counted = totals(&lab, log)?;
    counted.extend(ends(&lab, log)?);
    for reader in lab.readers(log)? {
        if !reader.parked.is_empty() {
            let parked = i64::try_from(reader.parked.len()).unwrap_or(i64::MAX);
            counted.push((format!("{}: put aside", reader.name), parked, false));
        }
        let of = lab.log_of(log, reader.name)?;
        if of != log {
            let its = totals(&lab, of)?.into_iter();
            counted.extend(its.map(|(what, number, is_money)| (format!("{}: {what}", reader.name), number, is_money)));
        }
    }
    Ok(counted)
}

/// Where whatever was on its way stands at the end, and how much of it: what stands half way is stuck.
fn ends(lab: &Lab, log: LogId) -> Result<Vec<(String, i64, bool)>, No> {
    let door = lab.log(log)?;
    let mut ends: Vec<(String, i64, bool)> = Vec::new();
    for (_, flow) in door.flows(door.store().len(), usize::MAX) {
        let end = format!("at the end {}", flow.stands.to_lowercase());
        match ends.iter_mut().find(|(known, ..)| *known == end) {
            Some((_, count, _)) => *count += 1,
            None => ends.push((end, 1, false)),
        }
    }
    Ok(ends)
}

/// All money of a log, and how often each kind of thing happened.
fn totals(lab: &Lab, log: LogId) -> Result<Vec<(String, i64, bool)>, No> {
    let door = lab.log(log)?;
    let Some(Value::Object(totals)) = door.view("totals", door.store().len()) else { return Ok(Vec::new()) };
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    let kinds = totals.get("byKind").and_then(Value::as_object).into_iter().flatten();
    let kinds = kinds.map(|(kind, count)| (kind.clone(), number(count), false));
    let total = totals.get("total").map(|total| ("all money".to_owned(), number(total), true));
    Ok(total.into_iter().chain(kinds).collect())
}
