//! What tests of labs need: lists that are drawn anew all the time, and choices by a name.

use anyhow::{Context, Result};
use daybook_web_tests::{Browser, Part, wait_until};
use serde_json::Value;

/// Waits until a list says this; it is looked up each time, for it is drawn anew whenever something happens.
pub async fn list_shows(part: &Part, list: &str, text: &str) -> Result<()> {
    let mut seen = String::new();
    let shown = wait_until("the list says so", async || {
        seen = words(&part.within("list", list).await?.text().await?);
        Ok(seen.contains(text))
    });
    shown.await.with_context(|| format!("the list {list:?} should say {text:?}, but says {seen:?}"))
}

/// The options of a combobox, without waiting for others.
pub async fn options(part: &Part, combobox: &str) -> Result<Vec<String>> {
    let text = part.by_role("combobox", combobox).await?.text().await?;
    Ok(text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
}

/// Chooses whom a combobox offers under this name; the end of an id stands behind it.
pub async fn pick(part: &Part, combobox: &str, name: &str) -> Result<()> {
    let mut whole = None;
    wait_until("the choice is offered", async || {
        whole = options(part, combobox).await?.into_iter().find(|option| option.starts_with(&format!("{name}, ")));
        Ok(whole.is_some())
    })
    .await
    .with_context(|| format!("{combobox:?} should offer {name:?}"))?;
    part.choose(combobox, &whole.unwrap_or_default()).await
}

/// The kinds of a log's events, in their order.
pub async fn kinds(browser: &Browser, log: &str) -> Result<Vec<String>> {
    let all = super::call(browser, "readAll", &[log.into()]).await?;
    Ok(all.as_array().into_iter().flatten().filter_map(|event| event["type"].as_str().map(str::to_owned)).collect())
}

/// How many events of a log are of a kind.
pub async fn count(browser: &Browser, log: &str, kind: &str) -> Result<usize> {
    Ok(kinds(browser, log).await?.into_iter().filter(|found| found == kind).count())
}

/// A field of each of some events.
pub fn each<'a>(events: &'a Value, field: &str) -> Vec<&'a Value> {
    events.as_array().into_iter().flatten().map(|event| &event[field]).collect()
}

/// Any white space counts as one space.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
