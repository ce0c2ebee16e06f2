//! Which moment is looked at: the address says it whatever led there, and the page stays where it is.

mod common;

use anyhow::{Context as _, Result};
use common::{ACTIONS, LEDGER, ada, call, record_ada};
use daybook_web_tests::{Browser, Key, Screen, transfers::ada_and_bob, transfers::transfer, wait_until};
use serde_json::json;

async fn ends_with(browser: &Browser, end: &str) -> Result<()> {
    wait_until(&format!("the address ends with {end}"), async || Ok(browser.url().await?.ends_with(end))).await
}

async fn scrolled(browser: &Browser) -> Result<i64> {
    Ok(browser.run_js("return Math.round(scrollY)", &[]).await?.as_i64().unwrap_or(-1))
}

#[tokio::test]
async fn whatever_leads_to_a_moment_the_address_says_it() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    page.press("Step back").await?;
    ends_with(&browser, "#/?at=3").await?;
    // The past can't be changed; whoever goes back to now is there by the address, too.
    page.press("Deposit").await?;
    let past = page.within("group", "You are looking at event 3 of 4").await?;
    past.press("Return to now").await?;
    ends_with(&browser, "#/").await?;

    let ledger = page.region(LEDGER).await?;
    ledger.press("deposited $100.00").await?;
    page.press("Go to this moment").await?;
    ends_with(&browser, "#/?at=2").await?;
    page.press("Branch from here").await?;
    ends_with(&browser, "#/").await?;
    page.press("Discard branch").await?;
    ends_with(&browser, "#/?at=2").await?;
    browser.reload().await?;
    page.shows("Events applied: 2 / 4").await
}

#[tokio::test]
async fn what_sticks_to_the_foot_is_never_scrolled_to() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    browser.screen(Screen::new(1440, 770)).await?;
    // By a script, since a driver scrolls by itself to what it clicks.
    let press = "const named = (button) => button.ariaLabel ?? button.textContent;
        [...document.querySelectorAll('.ribbon button')].find((button) => named(button) === arguments[0]).click()";
    for button in ["Step back", "Return to now", "Step back", "Branch from here", "Step back", "Discard branch"] {
        page.by_role("button", button).await?;
        browser.run_js(press, &[json!(button)]).await?;
        browser.drawn().await?;
        assert_eq!(scrolled(&browser).await?, 0, "after {button}");
    }
    browser.run_js("document.querySelector('[aria-label=\"Step back\"]').focus({ preventScroll: true })", &[]).await?;
    page.tab_to("slider", "Replay position").await?;
    page.keys(&Key::Left.to_string()).await?;
    assert_eq!(scrolled(&browser).await?, 0, "by keyboard");
    // What it covers is scrolled to.
    page.shift_tab_to("group", "Diagram").await?;
    assert!(scrolled(&browser).await? > 0);
    Ok(())
}

#[tokio::test]
async fn fresh_stays_until_the_address_says_otherwise() -> Result<()> {
    let (_site, browser) = ada().await?;
    let kept_in = async || Ok::<_, anyhow::Error>(call(&browser, "stats", &[]).await?["keptIn"].clone());
    browser.go("#/?fresh").await?;
    browser.page.shows("An empty lab, kept in memory.").await?;
    browser.page.shows("No events recorded yet.").await?;
    assert_eq!(kept_in().await?, "memory");
    record_ada(&browser).await?;
    browser.page.click("link", "Continue in the lab").await?;
    ends_with(&browser, "#/lab/bank?fresh").await?;
    browser.page.click("link", "Transfers lab").await?;
    ends_with(&browser, "#/lab/transfers?fresh").await?;
    assert_eq!(kept_in().await?, "memory");
    browser.go("#/lab/bank").await?;
    browser.page.hides("An empty lab, kept in memory.").await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    assert_eq!(kept_in().await?, "localStorage");
    Ok(())
}

#[tokio::test]
async fn a_link_that_could_not_be_opened_is_forgotten_elsewhere() -> Result<()> {
    let (_site, browser) = ada().await?;
    browser.go("#/?log=abc").await?;
    browser.page.shows("The link you came by can’t be opened.").await?;
    browser.go("#/lab/bank").await?;
    browser.page.hides("The link you came by can’t be opened.").await
}

#[tokio::test]
async fn what_has_no_figure_is_told_without_one() -> Result<()> {
    let (_site, browser) = ada().await?;
    browser.go("#/lab/transfers").await?;
    browser.page.by_role("button", "Create account").await?;
    let (ada, bob) = ada_and_bob(&browser).await?;
    transfer(&browser, &ada, &bob, 4_000).await?;
    let mut told = None;
    let finished = wait_until("the transfer is finished", async || {
        told = browser.page.attr("slider", "Replay position", "aria-valuetext").await?;
        Ok(told.as_deref().is_some_and(|told| told.ends_with(", transfer finished")))
    })
    .await;
    finished.with_context(|| format!("the slider says {told:?}"))
}

#[tokio::test]
async fn with_one_account_nobody_is_chosen_though_the_books_were_closed() -> Result<()> {
    let (_site, browser) = ada().await?;
    call(&browser, "closeBooks", &[json!("bank")]).await?;
    browser.page.shows("books opened: 1 account carried over from log").await?;
    let actions = browser.page.region(ACTIONS).await?;
    assert!(!actions.has("combobox", "Account").await?);
    Ok(())
}

#[tokio::test]
async fn an_entry_says_what_was_added_to_its_source() -> Result<()> {
    let (_site, browser) = ada().await?;
    let ledger = browser.page.region(LEDGER).await?;
    ledger.press("deposited $50.00").await?;
    browser.page.hides("This name is Daybook’s").await?;
    ledger.press("withdrew $30.00").await?;
    browser.page.shows("This name is Daybook’s; the source names only MoneyDeposited.").await
}
