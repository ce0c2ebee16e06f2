//! Asking the bank by the console, quicker than a person can.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::browser::Browser;

/// Records Ada's story, and gives her account's id: she opens an account with 100.00, pays in 50.00 and takes out 30.00.
/// Three commands, four events.
pub async fn record_ada(browser: &Browser) -> Result<String> {
    let account = open_account(browser, "Ada").await?;
    ask(browser, json!({ "type": "Deposit", "accountId": account, "amount": 5000 })).await?;
    ask(browser, json!({ "type": "Withdraw", "accountId": account, "amount": 3000 })).await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    Ok(account)
}

/// Opens an account with 100.00, and gives its id.
pub async fn open_account(browser: &Browser, owner: &str) -> Result<String> {
    account(&ask(browser, json!({ "type": "OpenAccount", "owner": owner, "openingDeposit": 10_000 })).await?)
}

/// Asks the bank for a command that it takes.
pub async fn ask(browser: &Browser, words: Value) -> Result<Value> {
    Ok(browser.console("dispatch", &[json!("bank"), words]).await??)
}

/// The account that a first command opened.
pub fn account(recorded: &Value) -> Result<String> {
    let stream = recorded["events"][0]["stream"].as_str().context("an event has a stream")?;
    Ok(stream.trim_start_matches("account-").to_owned())
}
