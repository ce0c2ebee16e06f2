//! The log as a file: out, in as a copy or instead, judged first; its chain; and a new beginning.

mod common;

use std::{fs, path::Path};

use anyhow::{Context, Result};
use common::{PROJECTION, ada, call, events};
use daybook_web_tests::{Browser, Key, wait_until};
use serde_json::json;
use tempfile::TempDir;

/// The files in a folder, once there are so many and all are whole.
async fn downloaded(folder: &Path, count: usize) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    wait_until("the files are saved", async || {
        let files = fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
        texts = files.iter().map(|file| fs::read_to_string(file.path())).collect::<std::io::Result<_>>()?;
        Ok(texts.len() == count && texts.iter().all(|text| text.contains("\"trailer\"")))
    })
    .await?;
    Ok(texts)
}

/// Opens the import dialog and puts this text into it.
async fn import(browser: &Browser, text: &str) -> Result<daybook_web_tests::Part> {
    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    dialog.paste("Or paste its text", text).await?;
    Ok(dialog)
}

#[tokio::test]
async fn what_is_exported_is_what_the_console_gives() -> Result<()> {
    let (_site, browser) = ada().await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    browser.page.press_in("Files", "Export").await?;
    browser.page.shows_status("The log was saved as a file.").await?;
    assert_eq!(downloaded(folder.path(), 1).await?, [browser.export("bank").await?]);
    let file = fs::read_dir(folder.path())?.next().context("the file")??.file_name();
    assert!(Path::new(&file).extension().is_some_and(|extension| extension == "ndjson"), "{}", file.display());
    Ok(())
}

#[tokio::test]
async fn a_copy_is_opened_at_its_beginning_beside_the_log() -> Result<()> {
    let (_site, browser) = ada().await?;
    let (log, stored) = (browser.export("bank").await?, browser.storage().await?);
    let dialog = import(&browser, &log).await?;
    dialog.shows("Fine: 4 events. Every one reads with today's code.").await?;
    dialog.press("Open as a copy").await?;
    browser.page.shows("A copy, in memory. Your own log is untouched.").await?;
    browser.page.shows("Events applied: 0 / 4").await?;
    browser.page.press("Return to now").await?;
    browser.page.region("Actions (Commands)").await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (log, stored));

    browser.page.press("Back to my log").await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    browser.page.region(PROJECTION).await?.shows("$120.00").await
}

#[tokio::test]
async fn a_file_takes_the_place_of_the_log_and_stays() -> Result<()> {
    let (_site, browser) = ada().await?;
    let log = browser.export("bank").await?;
    browser.page.region("Actions (Commands)").await?.press("Deposit").await?;
    browser.page.shows("Events applied: 5 / 5").await?;

    let folder = TempDir::new()?;
    let file = folder.path().join("yesterday.ndjson");
    fs::write(&file, &log)?;
    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    dialog.attach("File", &file).await?;
    dialog.shows("Fine: 4 events.").await?;
    dialog.press("Replace my log").await?;
    browser.page.shows_status("Imported 4 events.").await?;
    browser.page.shows("Events applied: 4 / 4").await?;

    let replaced = browser.export("bank").await?;
    assert_eq!(events(&replaced), events(&log));
    browser.reload().await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    assert_eq!(browser.export("bank").await?, replaced);
    assert_eq!(call(&browser, "verify", &[json!("bank")]).await?["ok"], true);
    Ok(())
}

#[tokio::test]
async fn a_file_that_was_changed_is_risky_and_says_so() -> Result<()> {
    let (_site, browser) = ada().await?;
    let log = browser.export("bank").await?;
    let changed = log.replace(r#""amount":5000"#, r#""amount":5001"#);
    assert_ne!(changed, log);
    let dialog = import(&browser, &changed).await?;
    dialog.shows("Risky: 4 events.").await?;
    dialog.shows("The file was changed after it was exported").await?;
    dialog.press("Open as a copy").await?;
    browser.page.press("Return to now").await?;
    browser.page.region(PROJECTION).await?.shows("$120.01").await
}

#[tokio::test]
async fn a_cancelled_import_leaves_nothing_behind() -> Result<()> {
    let (_site, browser) = ada().await?;
    let (log, stored) = (browser.export("bank").await?, browser.storage().await?);
    let dialog = import(&browser, &log).await?;
    dialog.shows("Fine: 4 events.").await?;
    dialog.press("Cancel").await?;
    assert!(!browser.page.has("dialog", "Import a log").await?, "the dialog is closed");
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (log, stored));

    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    assert_eq!(dialog.typed("Or paste its text").await?, "");
    assert!(!dialog.by_role("button", "Replace my log").await?.is_enabled().await?, "there is nothing to import");
    browser.page.keys(&Key::Escape.to_string()).await?;
    wait_until("Escape closes it", async || Ok(!browser.page.has("dialog", "Import a log").await?)).await?;
    assert_eq!(browser.page.active().await?, ("button".into(), "Import".into()), "the focus is back");
    Ok(())
}

#[tokio::test]
async fn a_reset_asks_first_and_offers_to_save() -> Result<()> {
    let (_site, browser) = ada().await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    let (log, stored) = (browser.export("bank").await?, browser.storage().await?);

    browser.page.press_in("Files", "Reset demo").await?;
    let dialog = browser.page.within("alertdialog", "Reset the demo?").await?;
    dialog.shows("4 events of the bank, here and in the lab, will be removed. It can't be undone.").await?;
    assert_eq!(browser.page.active().await?, ("button".into(), "Keep".into()), "what changes nothing has the focus");
    dialog.press("Save the log first").await?;
    assert_eq!(downloaded(folder.path(), 1).await?.concat(), log);
    dialog.press("Keep").await?;
    assert!(!browser.page.has("alertdialog", "Reset the demo?").await?, "it was answered");
    assert_eq!(browser.page.active().await?, ("button".into(), "Reset demo".into()), "the focus is back");
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (log.clone(), stored.clone()));

    browser.page.press_in("Files", "Reset demo").await?;
    browser.page.within("alertdialog", "Reset the demo?").await?;
    browser.page.keys(&Key::Escape.to_string()).await?;
    wait_until("Escape keeps the log", async || Ok(!browser.page.has("alertdialog", "Reset the demo?").await?)).await?;
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (log, stored));

    browser.page.press_in("Files", "Reset demo").await?;
    browser.page.within("alertdialog", "Reset the demo?").await?.press("Remove").await?;
    browser.page.shows_status("The demo was reset. The log is empty.").await?;
    browser.page.shows("No events recorded yet.").await?;
    browser.reload().await?;
    browser.page.shows("No events recorded yet.").await?;
    assert_eq!(browser.stored_keys().await?, ["daybook/1/bank/head"]);
    Ok(())
}

#[tokio::test]
async fn an_event_that_was_changed_is_found() -> Result<()> {
    let (_site, browser) = ada().await?;
    browser.page.press_in("Files", "Verify log").await?;
    browser.page.shows_status("Verified: 4 events are as recorded. Head ").await?;
    assert_eq!(call(&browser, "verify", &[json!("bank")]).await?["ok"], true);

    let change = "for (const [key, value] of Object.entries(localStorage)) {
        localStorage.setItem(key, value.replace('\"amount\":5000', '\"amount\":5001'));
    }";
    browser.run_js(change, &[]).await?;
    browser.page.press_in("Files", "Verify log").await?;
    browser.page.shows_status("Entry 3 is not as it was recorded.").await?;
    let verified = call(&browser, "verify", &[json!("bank")]).await?;
    assert_eq!((&verified["ok"], &verified["firstBad"]), (&json!(false), &json!(2)));
    Ok(())
}
