//! What came of a trial, in words and as a row of a table.

use std::{
    fmt,
    time::{Duration, Instant},
};

use daybook_web_tests::Engine;

use crate::{check::Problem, schedule::Counts, trial::Fault};

/// The head of the table whose rows [`Report::row`] gives.
pub const HEAD: &str = "\
| engine | tabs | seed | requests | acked | refused | unanswered | asked again | kills | closes | freezes | reloads \
| acked/s | silence after a kill, median / worst | lost | doubled | other problems |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

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
    /// What befell the tabs.
    pub faults: Vec<Fault>,
    /// How long the tabs appended.
    pub took: Duration,
    /// The longest time without an acknowledgement, after each kill.
    pub silences: Vec<Duration>,
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
        let faults = |wanted: Fault| self.faults.iter().filter(|fault| **fault == wanted).count();
        let (lost, doubled) = (self.lost(), self.doubled());
        let mut silences = self.silences.clone();
        silences.sort_unstable();
        let silence = match (silences.get(silences.len() / 2), silences.last()) {
            (Some(median), Some(worst)) => format!("{} / {} ms", median.as_millis(), worst.as_millis()),
            _ => "none".to_owned(),
        };
        let cells = [
            self.engine.to_string(),
            self.tabs.to_string(),
            self.seed.to_string(),
            self.requests.to_string(),
            self.acked.to_string(),
            self.refused.to_string(),
            self.unanswered.to_string(),
            self.counts.resent.to_string(),
            faults(Fault::Kill).to_string(),
            faults(Fault::Close).to_string(),
            faults(Fault::Freeze).to_string(),
            faults(Fault::Reload).to_string(),
            (self.acked as u128 * 1000 / self.took.as_millis().max(1)).to_string(),
            silence,
            lost.to_string(),
            doubled.to_string(),
            (self.problems.len() - lost - doubled).to_string(),
        ];
        format!("| {} |", cells.join(" | "))
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
        self.problems.iter().take(20).try_for_each(|problem| writeln!(f, "  {problem:?}"))
    }
}
