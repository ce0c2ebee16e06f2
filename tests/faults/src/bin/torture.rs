//! Tries the page for long: `torture [ENGINE|all [TABS [REQUESTS [FAULTS [SEED [ROUNDS]]]]]]`.
//!
//! Each round has a browser and a log of its own; of the faults of a round six in ten are kills. Prints a row of a table
//! for each round, and ends with an error if anything was lost, doubled or otherwise wrong.

use std::{env, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use daybook_faults::{Fault, Plan, Trial, report::HEAD};
use daybook_web_tests::{Engine, dist};

/// How long a browser may live, for each request and fault.
const LIFE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

fn main() -> Result<ExitCode> {
    let mut args = env::args().skip(1);
    let engine = args.next().unwrap_or_else(|| "all".into());
    let engines = if engine == "all" { Engine::ALL.to_vec() } else { vec![engine.parse()?] };
    let mut number = |usual: u32, what| arg(args.next(), usual, what);
    let (tabs, requests) = (number(4, "tabs")? as usize, number(1500, "requests")?);
    let (faults, seed, rounds) = (number(20, "faults")?, number(1, "seed")?, number(1, "rounds")? as usize);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    println!("{HEAD}");
    let mut is_sound = true;
    for engine in engines {
        for seed in (seed..).take(rounds) {
            let kills = faults * 6 / 10;
            let [closes, freezes] = [(faults - kills) / 3; 2];
            let reloads = faults - kills - closes - freezes;
            let some = |fault, times: u32| (fault, times as usize);
            let plan = Plan {
                engine,
                dist: dist(),
                tabs,
                requests: requests as usize,
                streams: 8,
                faults: vec![
                    some(Fault::Kill, kills),
                    some(Fault::Close, closes),
                    some(Fault::Freeze, freezes),
                    some(Fault::Reload, reloads),
                ],
                hits_writer: 50,
                freezes: (100, 3000),
                seed: u64::from(seed),
                life: Duration::from_mins(2) + LIFE.0 * requests + LIFE.1 * faults,
            };
            let report = runtime.block_on(Trial::run(plan)).with_context(|| format!("{engine}, seed {seed}"))?;
            print!("{report}");
            is_sound &= report.problems.is_empty();
        }
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn arg(given: Option<String>, usual: u32, what: &str) -> Result<u32> {
    given.map_or(Ok(usual), |text| text.parse()).with_context(|| format!("{what} is a number"))
}
