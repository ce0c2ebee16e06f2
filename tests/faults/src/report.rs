//! What came of a trial, in words and as a row of a table.

use std::{
    fmt, mem,
    time::{Duration, Instant},
};

use daybook_web_tests::Engine;

use crate::{
    check::Problem,
    schedule::{Counts, TabId},
    trial::Fault,
};

/// Problems of a kind that are told one by one.
const SAMPLES: usize = 8;

/// The head of the table whose rows [`Report::row`] gives.
pub const HEAD: &str = "\
| engine | tabs | seed | requests | acked | refused | unanswered | asked again | acked/s \
| kills: silence, median / worst | closes | freezes | reloads | lost | doubled | other problems |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

/// What came of a trial.
#[derive(Clone, Debug)]
pub struct Report {
    /// In which browser.
    pub engine: Engine,
    /// How many tabs appended at any time.
    pub tabs: usize,
    /// What all chance came from.
    pub seed: u64,
    /// How many requests there were.
    pub requests: usize,
    /// How many were acknowledged.
    pub acked: usize,
    /// How many were refused for certain.
    pub refused: usize,
    /// How many have no certain answer.
    pub unanswered: usize,
    /// How often each thing happened.
    pub counts: Counts,
    /// How long the tabs appended.
    pub took: Duration,
    /// What befell the tabs, and the longest time without an acknowledgement after it.
    pub silences: Vec<(Fault, Duration)>,
    /// What befell which tab when, and whether that tab wrote.
    pub befell: Vec<(Fault, Instant, TabId, bool)>,
    /// When each acknowledgement was heard, and of which position.
    pub acked_at: Vec<(Instant, u64)>,
    /// How many events there are in the end.
    pub events: usize,
    /// The processes of the first tabs.
    pub processes: Vec<i32>,
    /// All that must not be.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Events that were acknowledged and are not there.
    pub fn lost(&self) -> usize {
        self.problems.iter().filter(|problem| matches!(problem, Problem::Lost(_))).count()
    }

    /// Events that are there more than once.
    pub fn doubled(&self) -> usize {
        self.problems.iter().filter(|problem| matches!(problem, Problem::Doubled(_))).count()
    }

    /// A row of the table under [`HEAD`].
    pub fn row(&self) -> String {
        let (lost, doubled) = (self.lost(), self.doubled());
        let cells = [
            self.engine.to_string(),
            self.tabs.to_string(),
            self.seed.to_string(),
            self.requests.to_string(),
            self.acked.to_string(),
            self.refused.to_string(),
            self.unanswered.to_string(),
            self.counts.resent.to_string(),
            (self.acked as u128 * 1000 / self.took.as_millis().max(1)).to_string(),
            self.silence(Fault::Kill),
            self.silence(Fault::Close),
            self.silence(Fault::Freeze),
            self.silence(Fault::Reload),
            lost.to_string(),
            doubled.to_string(),
            (self.problems.len() - lost - doubled).to_string(),
        ];
        format!("| {} |", cells.join(" | "))
    }
}

impl Report {
    /// How often this befell a tab, and how long nothing was acknowledged then.
    fn silence(&self, fault: Fault) -> String {
        let silences = self.silences.iter().filter(|(of, _)| *of == fault);
        let mut silences: Vec<_> = silences.map(|(_, silence)| silence.as_millis()).collect();
        silences.sort_unstable();
        match (silences.get(silences.len() / 2), silences.last()) {
            (Some(median), Some(worst)) => format!("{}: {median} / {worst} ms", silences.len()),
            _ => "0".to_owned(),
        }
    }
}

impl Report {
    /// What befell when, and the acknowledgements around it, for whoever looks for the cause.
    fn tell_course(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(began) = self.acked_at.first().map(|(at, _)| *at) else { return Ok(()) };
        let after = |at: &Instant| at.saturating_duration_since(began).as_millis();
        for (fault, at, tab, wrote) in &self.befell {
            let acked = self.acked_at.iter().filter(|(heard, _)| heard <= at).map(|(_, position)| position).max();
            let wrote = if *wrote { ", which wrote" } else { "" };
            writeln!(f, "  {} ms: {fault:?} of tab {tab}{wrote}; acknowledged up to {acked:?}", after(at))?;
        }
        for (nth, (at, position)) in self.acked_at.iter().enumerate() {
            if self.acked_at.get(nth + 1).is_some_and(|(_, next)| next + 50 < *position) {
                writeln!(f, "  {} ms: position {position} was acknowledged, and then one far before it", after(at))?;
            }
        }
        let beyond = self.acked_at.iter().find(|(_, position)| *position >= self.events as u64);
        beyond.map_or(Ok(()), |(at, position)| {
            writeln!(f, "  {} ms: position {position}, the first that is not there, was acknowledged", after(at))
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.row())?;
        writeln!(
            f,
            "  {:.1} s, {} events, processes {:?}, {} repeated, {} slow, refusals {:?}",
            self.took.as_secs_f64(),
            self.events,
            self.processes,
            self.counts.repeated,
            self.counts.slow,
            self.counts.refusals
        )?;
        let mut kinds: Vec<(_, Vec<&Problem>)> = Vec::new();
        for problem in &self.problems {
            let kind = mem::discriminant(problem);
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, all)) => all.push(problem),
                None => kinds.push((kind, vec![problem])),
            }
        }
        for (_, problems) in kinds {
            writeln!(f, "  {} such as", problems.len())?;
            problems.iter().take(SAMPLES).try_for_each(|problem| writeln!(f, "    {problem:?}"))?;
        }
        if self.problems.is_empty() { Ok(()) } else { self.tell_course(f) }
    }
}
