//! One trial: tabs that append, what befalls them meanwhile, and what is there in the end.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use daybook_web_tests::Engine;
use serde_json::{Value, json};

use crate::{
    check::{Outcome, Problem, Read, Whole, check},
    dice::Dice,
    flock::Flock,
    host::Host,
    report::Report,
    schedule::{LOG, Schedule, TabId},
};

/// How long anything may take before the trial fails. Longer than elsewhere: all tabs share the machine.
const PATIENCE: Duration = Duration::from_secs(40);
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
/// How long after a fault its silence is measured.
const AFTERMATH: Duration = Duration::from_secs(6);

/// What a trial does.
#[derive(Clone, Debug)]
pub struct Plan {
    /// In which browser.
    pub engine: Engine,
    /// The folder of the built page.
    pub dist: PathBuf,
    /// How many tabs append at any time.
    pub tabs: usize,
    /// How many requests there are.
    pub requests: usize,
    /// How many streams they share.
    pub streams: usize,
    /// What befalls the tabs, spread evenly over the requests in an order that the seed decides.
    pub faults: Vec<(Fault, usize)>,
    /// How often it befalls the tab that writes, of 100 times.
    pub hits_writer: usize,
    /// How long a tab stands still when it does, in milliseconds: from, and up to.
    pub freezes: (u64, u64),
    /// What all chance comes from.
    pub seed: u64,
    /// How long the browser may live.
    pub life: Duration,
}

/// What can befall a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its process is killed, and another tab is opened.
    Kill,
    /// It is closed, and another is opened.
    Close,
    /// It stands still for a while.
    Freeze,
    /// It is loaded again.
    Reload,
}

/// A trial that goes on.
pub struct Trial {
    plan: Plan,
    host: Host,
    flock: Flock,
    dice: Dice,
    last_tab: TabId,
    began: Instant,
    done: Vec<(Fault, Instant, TabId, bool)>,
    processes: Vec<i32>,
}

impl Trial {
    /// Opens the tabs and an account, and lets all begin.
    pub async fn start(plan: Plan) -> Result<Self> {
        let host = Host::start(&plan.dist, Schedule::new(plan.seed, plan.streams, plan.requests))?;
        let opened = |(fault, times): &(Fault, usize)| match fault {
            Fault::Kill | Fault::Close => *times,
            Fault::Freeze | Fault::Reload => 0,
        };
        let seats = plan.tabs + plan.faults.iter().map(opened).sum::<usize>() + 2;
        let flock = Flock::start(plan.engine, &host, seats, plan.life).await?;
        let dice = Dice::new(plan.seed.wrapping_add(1));
        let mut trial = Self {
            plan,
            host,
            flock,
            dice,
            last_tab: 0,
            began: Instant::now(),
            done: Vec::new(),
            processes: Vec::new(),
        };
        for _ in 0..trial.plan.tabs {
            trial.open().await?;
        }
        trial.processes = trial.flock.processes();
        let (id, args) = trial.host.schedule().account_command();
        let recorded = trial.ask(1, "dispatch", args).await.context("no account can be opened")?;
        trial.host.schedule().account_is_open(id, &recorded);
        trial.began = Instant::now();
        trial.host.schedule().pause(false);
        Ok(trial)
    }

    /// Runs a plan to its end.
    pub async fn run(plan: Plan) -> Result<Report> {
        let mut trial = Self::start(plan).await?;
        let mut faults: Vec<_> = trial.plan.faults.iter().flat_map(|(fault, times)| vec![*fault; *times]).collect();
        trial.dice.shuffle(&mut faults);
        let (parts, requests) = (faults.len() + 1, trial.plan.requests);
        for (nth, fault) in faults.into_iter().enumerate() {
            trial.until_answered(requests * (nth + 1) / parts).await?;
            trial.befall(fault).await.with_context(|| format!("fault {nth}, {fault:?}"))?;
        }
        trial.finish().await
    }

    /// Lets something befall a tab.
    pub async fn befall(&mut self, fault: Fault) -> Result<()> {
        let tab = self.any_tab()?;
        let wrote = self.host.schedule().tabs.get(&tab).is_some_and(|tab| tab.writes);
        self.done.push((fault, Instant::now(), tab, wrote));
        match fault {
            Fault::Kill => {
                self.flock.kill(tab).await?;
                self.host.schedule().ended(tab);
                self.open().await?;
            }
            Fault::Close => {
                self.flock.close(tab, &self.host).await?;
                self.host.schedule().ended(tab);
                self.open().await?;
            }
            Fault::Freeze => {
                let (least, most) = self.plan.freezes;
                let length = least + self.dice.number() % (most - least).max(1);
                self.flock.freeze(tab)?;
                tokio::time::sleep(Duration::from_millis(length)).await;
                self.flock.thaw(tab)?;
            }
            Fault::Reload => {
                let page = self.host.schedule().tabs.get(&tab).and_then(|tab| tab.page);
                self.host.schedule().send(tab, "reload", json!([]));
                until("the tab is loaded again", &self.host, |schedule| {
                    schedule.tabs.get(&tab).is_some_and(|tab| tab.page != page).then_some(())
                })
                .await?;
            }
        }
        Ok(())
    }

    /// Waits until so many requests have an answer.
    pub async fn until_answered(&self, requests: usize) -> Result<()> {
        let mut last = (0, Instant::now());
        loop {
            let now = self.host.schedule().answered();
            if now >= requests || self.host.schedule().is_done() {
                return Ok(());
            }
            if now > last.0 {
                last = (now, Instant::now());
            }
            ensure!(last.1.elapsed() < PATIENCE, "nothing was answered for {PATIENCE:?}, after {now} requests");
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// How many requests have an answer.
    pub fn answered(&self) -> usize {
        self.host.schedule().answered()
    }

    /// How often requests were refused with this kind of "no".
    pub fn refused(&self, kind: &str) -> usize {
        self.host.schedule().counts.refusals.get(kind).copied().unwrap_or_default()
    }

    /// Asks a tab for something by itself.
    pub async fn ask(&self, tab: TabId, call: &str, args: Value) -> Result<Value> {
        errand(&self.host, tab, call, args).await
    }

    /// Lets one tab record so many deposits, and another watch: how long each took until it was answered, and until the
    /// other showed it. In milliseconds.
    pub async fn pace(&self, writer: TabId, watcher: TabId, times: usize) -> Result<Vec<(u64, u64)>> {
        let account = self.host.schedule().account().context("an account")?;
        let stored = self.ask(watcher, "cursor", json!([LOG])).await?["events"].as_u64().context("a number")? as usize;
        let (written, seen) = tokio::try_join!(
            self.ask(writer, "write", json!([LOG, account, times])),
            self.ask(watcher, "watch", json!([LOG, stored + times]))
        )?;
        let written = written.as_array().context("a list")?;
        let took = |deposit: &Value| {
            let number = |value: &Value| value.as_u64().context("a number");
            let (asked, position) = (number(&deposit["asked"])?, number(&deposit["position"])?);
            let shown = number(&seen[position as usize])?;
            Ok((number(&deposit["answered"])? - asked, shown.saturating_sub(asked)))
        };
        written.iter().map(took).collect()
    }

    /// The tab that was opened first.
    pub fn oldest(&self) -> TabId {
        1
    }

    /// The youngest tab.
    pub fn youngest(&self) -> TabId {
        self.last_tab
    }

    /// Ends the requests, closes all tabs, opens a new one and checks what it reads.
    pub async fn finish(mut self) -> Result<Report> {
        let deadline = Instant::now() + PATIENCE;
        // What has no answer by then stays without; the check allows for it, and the report tells.
        while !self.host.schedule().is_done() && Instant::now() < deadline {
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        let took = self.began.elapsed();
        self.host.schedule().pause(true);
        self.agree().await?;
        let tabs: Vec<_> = self.host.schedule().tabs.keys().copied().collect();
        for tab in tabs {
            self.flock.close(tab, &self.host).await?;
            self.host.schedule().ended(tab);
        }
        self.check(took, Whole::All).await
    }

    /// Kills the whole browser, starts it again and checks what it kept: a whole beginning.
    ///
    /// Gives the report, and how much time of acknowledged requests was lost.
    pub async fn kill_browser(mut self) -> Result<(Report, Duration)> {
        let took = self.began.elapsed();
        let killed = Instant::now();
        self.flock.kill_browser(self.plan.engine).await?;
        self.host.schedule().pause(true);
        self.host.schedule().no_more();
        let tabs: Vec<_> = self.host.schedule().tabs.keys().copied().collect();
        for tab in tabs {
            self.host.schedule().ended(tab);
        }
        let report = self.check(took, Whole::Beginning).await?;
        let lost = report.acked_at.iter().filter(|(_, position)| *position >= report.events as u64);
        let lost = lost.map(|(at, _)| killed.saturating_duration_since(*at)).max().unwrap_or_default();
        Ok((report, lost))
    }

    async fn open(&mut self) -> Result<()> {
        self.last_tab += 1;
        let tab = self.last_tab;
        self.host.schedule().tabs.entry(tab).or_default();
        self.flock.open(tab, &self.host).await?;
        until("the new tab speaks", &self.host, |schedule| schedule.tabs.get(&tab)?.page.map(drop)).await
    }

    /// One of the tabs.
    fn any_tab(&mut self) -> Result<TabId> {
        let schedule = self.host.schedule();
        let all: Vec<_> = schedule.tabs.keys().copied().collect();
        let writers: Vec<_> = schedule.tabs.iter().filter(|(_, tab)| tab.writes).map(|(id, _)| *id).collect();
        drop(schedule);
        let wants_writer = self.dice.percent(self.plan.hits_writer);
        let several = if wants_writer && !writers.is_empty() { writers } else { all };
        self.dice.one_of(&several).copied().context("no tab is open")
    }

    /// Waits until all tabs read the same; that they do not is a problem to report, not one of the harness.
    async fn agree(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE / 4;
        loop {
            let tabs: Vec<_> = self.host.schedule().tabs.keys().copied().collect();
            let mut read = Vec::new();
            for tab in tabs {
                read.push(self.ask(tab, "ids", json!([LOG])).await?);
            }
            if read.windows(2).all(|pair| pair[0] == pair[1]) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let lengths: Vec<_> = read.iter().map(|ids| ids.as_array().map_or(0, Vec::len)).collect();
                self.host.schedule().problems.push(Problem::Said(format!("tabs read {lengths:?} events")));
                return Ok(());
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Whether what is missing is gone, or was only not there yet: what another tab reads, opened a while later.
    async fn look_again(&mut self, first: usize) -> Result<Problem> {
        let stats = self.ask(self.last_tab, "stats", json!([])).await?;
        tokio::time::sleep(AFTERMATH).await;
        let same = self.ask(self.last_tab, "ids", json!([LOG])).await?;
        self.open().await.context("another fresh tab")?;
        let ids = self.ask(self.last_tab, "ids", json!([LOG])).await?;
        let length = |ids: &Value| ids.as_array().map_or(0, Vec::len);
        let (same, next) = (length(&same), length(&ids));
        Ok(Problem::Said(format!(
            "the fresh tab read {first} events, {same} a while later, and the next one {next}; {stats}"
        )))
    }

    async fn check(mut self, took: Duration, whole: Whole) -> Result<Report> {
        self.open().await.context("a fresh tab")?;
        let log: Vec<Read> = serde_json::from_value(self.ask(self.last_tab, "readAll", json!([LOG])).await?)?;
        let verified = self.ask(self.last_tab, "verify", json!([LOG])).await?;
        let wanted = self.host.schedule().wanted();
        let mut problems = check(&wanted, &log, whole);
        if !problems.is_empty() {
            problems.push(self.look_again(log.len()).await?);
        }
        let mut schedule = self.host.schedule();
        problems.append(&mut schedule.problems);
        if verified["ok"] != true {
            problems.push(Problem::Said(format!("verify says {verified}")));
        }
        if whole == Whole::All {
            prove_that_it_can_fail(&wanted, &log)?;
        }
        let positions = |nth: usize| match wanted[nth].outcome {
            Outcome::Acked(position) => position,
            Outcome::Refused | Outcome::Unanswered => u64::MAX,
        };
        let count = |wants: fn(&Outcome) -> bool| wanted.iter().filter(|request| wants(&request.outcome)).count();
        let acked: Vec<_> = schedule.acked.iter().map(|(at, nth)| (*at, positions(*nth))).collect();
        Ok(Report {
            engine: self.plan.engine,
            tabs: self.plan.tabs,
            seed: self.plan.seed,
            requests: wanted.len(),
            acked: count(|outcome| matches!(outcome, Outcome::Acked(_))),
            refused: count(|outcome| *outcome == Outcome::Refused),
            unanswered: count(|outcome| *outcome == Outcome::Unanswered),
            counts: schedule.counts.clone(),
            took,
            silences: self.done.iter().map(|(fault, at, ..)| (*fault, silence(*at, &acked))).collect(),
            befell: self.done.clone(),
            acked_at: acked,
            events: log.len(),
            processes: self.processes.clone(),
            problems,
        })
    }
}

/// The longest time without an acknowledgement in the wake of a fault.
fn silence(befell: Instant, acked: &[(Instant, u64)]) -> Duration {
    let heard = acked.iter().map(|(at, _)| *at).filter(|at| *at > befell && *at < befell + AFTERMATH);
    let mut last = befell;
    let gaps: Vec<_> = heard.map(|at| at.duration_since(std::mem::replace(&mut last, at))).collect();
    // None at all: nothing was asked any more, or nothing was heard for the whole time.
    gaps.into_iter().max().unwrap_or(if acked.iter().any(|(at, _)| *at > befell) { AFTERMATH } else { Duration::ZERO })
}

/// A check that finds nothing is worth nothing unless it finds what is broken on purpose, in this very log.
fn prove_that_it_can_fail(wanted: &[crate::check::Wanted], log: &[Read]) -> Result<()> {
    let acked = wanted.iter().find(|request| matches!(request.outcome, Outcome::Acked(_)));
    let id = *acked.and_then(|request| request.ids.first()).context("nothing was acknowledged at all")?;
    let Some(at) = log.iter().position(|event| event.id == id) else { return Ok(()) };
    let mut without = log.to_vec();
    let event = without.remove(at);
    ensure!(check(wanted, &without, Whole::All).contains(&Problem::Lost(id)), "the check does not see a lost event");
    let mut doubled = log.to_vec();
    doubled.push(event);
    ensure!(check(wanted, &doubled, Whole::All).contains(&Problem::Doubled(id)), "the check does not see a double");
    Ok(())
}

/// Sends a tab on an errand and waits for what comes of it.
pub(crate) async fn errand(host: &Host, tab: TabId, call: &str, args: Value) -> Result<Value> {
    let id = host.schedule().send(tab, call, args);
    match until(&format!("tab {tab} answers {call}"), host, |schedule| schedule.errand_answer(id)).await? {
        Ok(value) => Ok(value),
        Err(no) => bail!("{call}: {}: {}", no.name, no.message),
    }
}

/// Looks at the schedule again and again until something is there.
pub(crate) async fn until<T>(what: &str, host: &Host, mut look: impl FnMut(&mut Schedule) -> Option<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look(&mut host.schedule()) {
            return Ok(found);
        }
        ensure!(Instant::now() < deadline, "waited {PATIENCE:?} in vain until {what}");
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}
