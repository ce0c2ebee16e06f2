//! What many tests need: Ada's account, and how to ask for more.
#![allow(dead_code, reason = "each test file is a program of its own and uses what it needs")]

use anyhow::{Context, Result};
use daybook_web_tests::{Browser, No, Site, dist, serve};
use serde_json::{Value, json};

pub const ACTIONS: &str = "Actions (Commands)";
pub const LEDGER: &str = "Event Store (The Ledger)";
pub const PROJECTION: &str = "Current State (Projection)";
pub const CRUD: &str = "The same in CRUD";

/// An empty page at the root of a host.
pub async fn empty() -> Result<(Site, Browser)> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(site.url()).await?;
    Ok((site, browser))
}

/// A page where Ada opened an account with 100.00, paid in 50.00 and took out 30.00: three commands, four events.
pub async fn ada() -> Result<(Site, Browser)> {
    let (site, browser) = empty().await?;
    record_ada(&browser).await?;
    Ok((site, browser))
}

/// Records Ada's story, and gives her account's id.
pub async fn record_ada(browser: &Browser) -> Result<String> {
    let opened = ask(browser, json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 10_000 })).await?;
    let account = account(&opened)?;
    ask(browser, json!({ "type": "Deposit", "accountId": account, "amount": 5000 })).await?;
    ask(browser, json!({ "type": "Withdraw", "accountId": account, "amount": 3000 })).await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    Ok(account)
}

/// Asks the bank for a command that it takes.
pub async fn ask(browser: &Browser, words: Value) -> Result<Value> {
    call(browser, "dispatch", &[json!("bank"), words]).await
}

/// Calls the console and wants a "yes".
pub async fn call(browser: &Browser, call: &str, args: &[Value]) -> Result<Value> {
    Ok(browser.console(call, args).await??)
}

/// Calls the console and wants a "no".
pub async fn no(browser: &Browser, call: &str, args: &[Value]) -> Result<No> {
    browser.console(call, args).await?.err().with_context(|| format!("{call}({args:?}) should be refused"))
}

/// The account that a first command opened.
pub fn account(recorded: &Value) -> Result<String> {
    let stream = recorded["events"][0]["stream"].as_str().context("an event has a stream")?;
    Ok(stream.trim_start_matches("account-").to_owned())
}

/// The lines of an exported log between its header and its trailer.
pub fn events(exported: &str) -> Vec<&str> {
    let lines: Vec<_> = exported.lines().collect();
    assert!(lines.len() > 2, "a log with events");
    lines[1..lines.len() - 1].to_vec()
}
