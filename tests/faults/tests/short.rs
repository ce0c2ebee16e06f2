//! The short form, for every run of the tests; `make torture` has the long one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use daybook_faults::{Fault, Plan, Report, Trial, check::Problem};
use daybook_web_tests::{Engine, dist};
use serde_json::json;

fn plan(engine: Engine, tabs: usize, seed: u64) -> Plan {
    Plan {
        engine,
        dist: dist(),
        tabs,
        requests: 240,
        streams: 6,
        faults: vec![(Fault::Kill, 2), (Fault::Close, 1), (Fault::Freeze, 1), (Fault::Reload, 1)],
        hits_writer: 50,
        freezes: (100, 3000),
        seed,
        life: Duration::from_mins(3),
    }
}

fn naive() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("naive")
}

fn is_sound(report: &Report) -> Result<()> {
    println!("{report}");
    ensure!(report.problems.is_empty(), "{report}");
    ensure!(report.acked > report.requests / 3, "hardly anything was recorded: {report}");
    Ok(())
}

#[tokio::test]
async fn nothing_is_lost_in_chromium() -> Result<()> {
    is_sound(&Trial::run(plan(Engine::Chromium, 4, 1)).await?)
}

#[tokio::test]
async fn nothing_is_lost_in_firefox() -> Result<()> {
    is_sound(&Trial::run(plan(Engine::Firefox, 3, 2)).await?)
}

#[tokio::test]
async fn nothing_is_lost_in_webkit() -> Result<()> {
    is_sound(&Trial::run(plan(Engine::WebKit, 3, 3)).await?)
}

#[tokio::test]
async fn a_store_that_loses_events_is_found_out() -> Result<()> {
    let losses = Plan { dist: naive(), faults: vec![(Fault::Kill, 1)], ..plan(Engine::Chromium, 3, 4) };
    let report = Trial::run(losses).await?;
    println!("{report}");
    assert!(report.lost() > 0, "tabs in processes of their own lose events without a protocol: {report}");
    Ok(())
}

#[tokio::test]
async fn a_full_storage_refuses_and_leaves_no_trace() -> Result<()> {
    let trial = Trial::start(Plan { faults: vec![], ..plan(Engine::Chromium, 2, 5) }).await?;
    trial.until_answered(40).await?;
    let filler = trial.youngest();
    trial.ask(filler, "fill", json!([3000])).await?;
    while trial.refused("JournalFull") < 5 {
        let now = trial.answered();
        trial.until_answered(now + 1).await?;
        ensure!(now < 200, "storage is full and nothing was refused");
    }
    trial.ask(filler, "empty", json!([])).await?;
    is_sound(&trial.finish().await?)
}

#[tokio::test]
async fn a_killed_browser_keeps_a_whole_beginning() -> Result<()> {
    let trial = Trial::start(Plan { faults: vec![], requests: 100_000, ..plan(Engine::Chromium, 2, 6) }).await?;
    // Chromium writes to the disk some seconds after the first write.
    let begun = std::time::Instant::now();
    while begun.elapsed() < Duration::from_secs(8) {
        let now = trial.answered();
        trial.until_answered(now + 1).await?;
    }
    let (report, lost) = trial.kill_browser().await?;
    println!("{report}  {:.1} s of acknowledged requests were lost with the browser", lost.as_secs_f64());
    let others: Vec<_> = report.problems.iter().filter(|problem| !matches!(problem, Problem::Lost(_))).collect();
    ensure!(report.problems.is_empty(), "{others:?} {report}");
    Ok(())
}
