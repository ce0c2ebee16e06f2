//! The program comes in two parts: the first page needs one, and the other is fetched when it is asked for.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use common::{LEDGER, call, empty};
use daybook_web_tests::bank::record_ada;
use daybook_web_tests::{Answer, Browser, dist, serve_with};
use serde_json::json;

const LOST: &str = "This part of the page could not be fetched.";

/// How often the second part was fetched since this was asked last.
async fn fetched(browser: &Browser) -> Result<usize> {
    Ok(browser.requests().await?.iter().filter(|url| url.ends_with("-behind.wasm")).count())
}

#[tokio::test]
async fn the_first_page_does_without_the_second_part() -> Result<()> {
    let (_site, browser) = empty().await?;
    let actions = browser.page.region(common::ACTIONS).await?;
    actions.press("Open account").await?;
    browser.page.shows_status("opened").await?;
    actions.fill("Amount", "50.00").await?;
    actions.press("Deposit").await?;
    browser.page.shows_status("deposited $50.00").await?;
    browser.page.press("Step back").await?;
    browser.page.press("Return to now").await?;
    assert_eq!(fetched(&browser).await?, 0, "nothing of this lies behind");
    Ok(())
}

#[tokio::test]
async fn a_drawer_fetches_it_and_the_next_has_it() -> Result<()> {
    let (_site, browser) = empty().await?;
    browser.page.press("Files").await?;
    browser.page.region("Files").await?.by_role("button", "Export").await?;
    assert_eq!(fetched(&browser).await?, 1);
    browser.page.press("Close").await?;
    browser.page.press("Files").await?;
    browser.page.region("Files").await?.by_role("button", "Export").await?;
    assert_eq!(fetched(&browser).await?, 0, "it is here by now");
    Ok(())
}

#[tokio::test]
async fn a_call_of_the_console_fetches_it() -> Result<()> {
    let (_site, browser) = empty().await?;
    assert_eq!(call(&browser, "cursor", &[json!("bank")]).await?, json!({ "applied": 0, "events": 0 }));
    assert_eq!(fetched(&browser).await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_could_not_be_fetched_says_so_and_is_fetched_again() -> Result<()> {
    let is_away = Arc::new(AtomicBool::new(true));
    let site = serve_with(&dist(), {
        let is_away = Arc::clone(&is_away);
        move |asked| {
            let refused = is_away.load(Ordering::Relaxed) && asked.path.ends_with("-behind.wasm");
            refused.then(|| Answer { mime_type: "text/plain", body: b"Not now".to_vec() })
        }
    })?;
    let browser = Browser::visit(site.url()).await?;
    browser.page.press("Files").await?;
    let drawer = browser.page.region("Files").await?;
    drawer.shows(LOST).await?;
    let no = common::no(&browser, "cursor", &[json!("bank")]).await?;
    assert_eq!(no.name, "NotFetched");

    // Nothing is lost meanwhile.
    let actions = browser.page.region(common::ACTIONS).await?;
    actions.press("Open account").await?;
    browser.page.shows_status("opened").await?;

    is_away.store(false, Ordering::Relaxed);
    drawer.press("Try again").await?;
    drawer.by_role("button", "Export").await?;
    drawer.hides(LOST).await?;
    call(&browser, "cursor", &[json!("bank")]).await?;
    browser.page.region(LEDGER).await?.shows("100.00").await?;
    Ok(())
}

#[tokio::test]
async fn a_lab_opens_with_its_drawer_at_its_address() -> Result<()> {
    let (site, browser) = empty().await?;
    record_ada(&browser).await?;
    browser.open(&format!("{}#/lab/bank?open=find", site.url())).await?;
    browser.ready().await?;
    browser.page.region("Find").await?.by_role("textbox", "Condition").await?;
    Ok(())
}
