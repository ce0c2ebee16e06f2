//! Runs the measures of `benches/web` in a browser and prints a table: `measure FOLDER [NAME...]`.

use std::{env, path::PathBuf};

use anyhow::{Context, Result, ensure};
use daybook_web_tests::{Browser, serve, wait_until};
use serde::Deserialize;

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
    let folder = PathBuf::from(args.next().context("measure FOLDER [NAME...]")?);
    let wanted: Vec<String> = args.collect();

    let site = serve(&folder, "/", 0)?;
    let browser = Browser::start().await?;
    browser.open(site.url()).await?;
    let there = async || Ok(browser.run_js("return 'measures' in window", &[]).await? == true);
    wait_until("the page has measures", there).await?;

    let browser_name = "return navigator.userAgentData.brands.map(({brand, version}) => `${brand} ${version}`)
        .find((name) => name.startsWith('Chromium'))";
    let browser_name = browser.run_js(browser_name, &[]).await?;
    let cores = browser.run_js("return navigator.hardwareConcurrency", &[]).await?;
    println!("{}, {cores} cores\n", browser_name.as_str().unwrap_or("a browser"));
    println!("| # | what | figure | bar | met |");
    println!("|---|---|---|---|---|");

    let names = browser.run_js("return Object.keys(measures)", &[]).await?;
    let names: Vec<String> = serde_json::from_value(names)?;
    let mut missed = false;
    for name in names.iter().filter(|name| wanted.is_empty() || wanted.contains(name)) {
        let rows = browser.run_js("return await measures[arguments[0]]()", &[name.as_str().into()]).await;
        let rows: Vec<Row> = serde_json::from_value(rows.with_context(|| format!("{name} could not be measured"))?)?;
        for Row { id, what, figure, bar, met } in rows {
            missed |= met == Some(false);
            let met = met.map_or("", |met| if met { "yes" } else { "**no**" });
            println!("| {id} | {what} | {figure} | {bar} | {met} |");
        }
    }
    ensure!(!missed, "a bar was missed: see the table");
    Ok(())
}
