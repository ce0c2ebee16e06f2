//! Runs the measures of `benches/web` in a browser, prints a table and writes it into `BENCHMARKS.md`:
//! `measure FOLDER [NAME...]`. With names it runs those alone, and writes nothing.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use daybook_web_tests::{Browser, Engine, serve, wait_until};
use serde::Deserialize;
use tokio::time::sleep;

/// All measures take a few minutes.
const LIFE: Duration = Duration::from_mins(20);

/// What is written stands between these two lines.
const BEGIN: &str = "<!-- Written by `make bench-web`, from here -->\n";
const END: &str = "<!-- to here -->\n";

/// One line of the table.
#[derive(Deserialize)]
struct Row {
    id: String,
    what: String,
    figure: String,
    bar: String,
    met: Option<bool>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut args = env::args().skip(1);
    let site = serve(Path::new(&args.next().context("measure FOLDER [NAME...]")?), "/", 0)?;
    let wanted: Vec<String> = args.collect();
    let load = load();
    let browser = Browser::start_for(Engine::Chromium, LIFE).await?;
    open(&browser, site.url()).await?;

    let mut told = format!("{}{load}.\n\n", machine(&browser).await?);
    told.push_str("| # | what | figure | bar | met |\n|---|---|---|---|---|\n");
    print!("{told}");
    let names = browser.run_js("return Object.keys(measures)", &[]).await?;
    let names: Vec<String> = serde_json::from_value(names)?;
    let mut short = Vec::new();
    for name in names.iter().filter(|name| wanted.is_empty() || wanted.contains(name)) {
        open(&browser, site.url()).await?;
        for row in measured(&browser, name).await.with_context(|| format!("{name} could not be measured"))? {
            let Row { id, what, figure, bar, met } = row;
            let verdict = met.map_or("", |met| if met { "yes" } else { "**no**" });
            let line = format!("| {id} | {what} | {figure} | {bar} | {verdict} |\n");
            print!("{line}");
            told.push_str(&line);
            if met == Some(false) {
                short.push(format!("{id} ({figure}; the bar is {bar})"));
            }
        }
    }
    let verdict = match &short[..] {
        [] => "All bars were met.".to_owned(),
        short => format!("**What falls short:** {}.", short.join(", ")),
    };
    write!(told, "\n{verdict}\n")?;
    println!("\n{verdict}");
    if wanted.is_empty() { write_down(&told) } else { Ok(()) }
}

/// Opens a new page, so that no measure finds the heap of another.
async fn open(browser: &Browser, address: &str) -> Result<()> {
    browser.open(address).await?;
    let there = async || Ok(browser.run_js("return 'measures' in window", &[]).await? == true);
    wait_until("the page has measures", there).await
}

/// Runs a measure. It takes longer than a browser lets a script take, so the page is asked now and then; while it is too
/// busy to answer, it is at work.
async fn measured(browser: &Browser, name: &str) -> Result<Vec<Row>> {
    let begin = "const [name] = arguments;
        const over = (rows) => { window.rows = rows }, failed = (error) => { window.failed = `${error}` };
        setTimeout(() => measures[name]().then(over, failed));";
    browser.run_js(begin, &[name.into()]).await?;
    let deadline = Instant::now() + LIFE;
    loop {
        sleep(Duration::from_secs(1)).await;
        let told = browser.run_js("return [window.rows ?? null, window.failed ?? null]", &[]).await;
        match told {
            Ok(told) if !told[0].is_null() => return Ok(serde_json::from_value(told[0].clone())?),
            Ok(told) if !told[1].is_null() => bail!("{}", told[1]),
            Err(error) if Instant::now() > deadline => return Err(error),
            _ => ensure!(Instant::now() < deadline, "it takes too long"),
        }
    }
}

/// When and where this is measured.
async fn machine(browser: &Browser) -> Result<String> {
    let told = "const { brands } = navigator.userAgentData;
        const { brand, version } = brands.find(({ brand }) => brand === 'Chromium');
        return [new Date().toISOString().slice(0, 10), navigator.hardwareConcurrency, `${brand} ${version}`]";
    let told = browser.run_js(told, &[]).await?;
    let [date, browser] = [&told[0], &told[2]].map(|told| told.as_str().unwrap_or_default());
    let (cores, arch, os) = (&told[1], env::consts::ARCH, env::consts::OS);
    let processor = processor().unwrap_or_default();
    Ok(format!("Measured on {date}: {cores} cores{processor}, {os} on {arch}, {browser}"))
}

/// What the machine calls its processor, where it says so.
fn processor() -> Option<String> {
    let told = fs::read_to_string("/proc/cpuinfo").ok()?;
    let (_, name) = told.lines().find(|line| line.starts_with("model name"))?.split_once(": ")?;
    Some(format!(" ({name})"))
}

/// How many programs wanted a processor in the minute before, where that is known.
fn load() -> String {
    let told = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split_whitespace().next().map_or_else(String::new, |load| format!(", a load of {load} before it began"))
}

fn write_down(told: &str) -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../BENCHMARKS.md");
    let text = fs::read_to_string(&file)?;
    let (before, rest) = text.split_once(BEGIN).context("BENCHMARKS.md says no more where this begins")?;
    let (_, after) = rest.split_once(END).context("BENCHMARKS.md says no more where this ends")?;
    Ok(fs::write(file, format!("{before}{BEGIN}{told}{END}{after}"))?)
}
