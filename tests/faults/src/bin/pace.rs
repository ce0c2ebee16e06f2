//! Measures how soon other tabs show what one records, and how soon another tab writes when the one that did is gone:
//! `pace [ENGINE|all [TABS]]`.

use std::{env, time::Duration};

use anyhow::{Context, Result};
use daybook_faults::{Fault, Plan, Trial, report::HEAD};
use daybook_web_tests::{Engine, dist};

/// Deposits of one tab while another watches.
const DEPOSITS: usize = 200;
/// How often each thing befalls the tab that writes.
const TIMES: usize = 10;

fn main() -> Result<()> {
    let mut args = env::args().skip(1);
    let engine = args.next().unwrap_or_else(|| "all".into());
    let engines = if engine == "all" { Engine::ALL.to_vec() } else { vec![engine.parse()?] };
    let tabs = args.next().map_or(Ok(3), |text| text.parse()).context("tabs is a number")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for engine in engines {
        let plan = Plan {
            engine,
            dist: dist(),
            tabs,
            requests: 0,
            streams: 6,
            faults: Vec::new(),
            hits_writer: 100,
            // Longer than any tab waits for one that stands still.
            freezes: (3000, 4000),
            seed: 1,
            life: Duration::from_mins(15),
        };
        println!("\n| {engine}, {tabs} tabs | median | 95 of 100 | worst |\n|---|--:|--:|--:|");
        let (own, foreign) = runtime.block_on(watched(plan.clone()))?;
        println!("| answered | {} |\n| shown by another tab | {} |\n\n{HEAD}", spread(own), spread(foreign));
        let faults = [Fault::Kill, Fault::Close, Fault::Freeze].map(|fault| (fault, TIMES)).to_vec();
        print!("{}", runtime.block_on(Trial::run(Plan { requests: 100 * TIMES, faults, ..plan }))?);
    }
    Ok(())
}

/// Milliseconds until each deposit was answered, and until another tab showed it. The youngest tab does not write.
async fn watched(plan: Plan) -> Result<(Vec<u64>, Vec<u64>)> {
    let trial = Trial::start(plan).await?;
    let (writer, other) = (trial.oldest(), trial.youngest());
    let took = [trial.pace(writer, other, DEPOSITS).await?, trial.pace(other, writer, DEPOSITS).await?];
    trial.finish().await?;
    Ok(took.concat().into_iter().unzip())
}

fn spread(mut took: Vec<u64>) -> String {
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    format!("{} ms | {} ms | {} ms", at(50), at(95), at(100))
}
