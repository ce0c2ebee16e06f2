//! Asking the world of transfers by the console, quicker than a person can.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{bank::account, browser::Browser};

/// Two accounts, Ada's with 100.00 and Bob's with nothing: three commands, three events. Gives their ids.
pub async fn ada_and_bob(browser: &Browser) -> Result<(String, String)> {
    let (ada, bob) = (create(browser, "Ada").await?, create(browser, "Bob").await?);
    ask(browser, json!({ "type": "Deposit", "accountId": ada, "amount": 10_000 })).await?;
    Ok((ada, bob))
}

/// Creates an account, and gives its id.
pub async fn create(browser: &Browser, number: &str) -> Result<String> {
    account(&ask(browser, json!({ "type": "CreateAccount", "accountNumber": number })).await?)
}

/// Asks for a transfer, in cents.
pub async fn transfer(browser: &Browser, from: &str, to: &str, amount: u32) -> Result<Value> {
    let order = json!({ "type": "InitiateTransfer", "fromAccountId": from, "toAccountId": to, "amount": amount });
    ask(browser, order).await
}

async fn ask(browser: &Browser, words: Value) -> Result<Value> {
    Ok(browser.console("dispatch", &[json!("transfers"), words]).await??)
}
