//! The ledger of a long log: a million entries, of which few are drawn and every one can be reached.

mod common;

use anyhow::{Context, Result, ensure};
use common::{ACTIONS, ada, call};
use daybook_web_tests::{Browser, Site, dist, serve, wait_until};
use serde_json::{Value, json};

/// Rows of the ledger that are drawn, and the numbers of those that a person sees.
const SEEN: &str = "const list = document.querySelector('.entries');
    const edge = list.getBoundingClientRect();
    const rows = [...list.children];
    const inView = rows.filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > edge.top + 1 && top < edge.bottom - 1;
    });
    return { drawn: rows.length, seen: inView.map((row) => Number(row.querySelector('.nth').textContent)) };";

async fn seen(browser: &Browser) -> Result<Vec<u64>> {
    let told = browser.run_js(SEEN, &[]).await?;
    ensure!(told["drawn"].as_u64().is_some_and(|drawn| drawn <= 120), "{told}");
    Ok(serde_json::from_value(told["seen"].clone())?)
}

async fn scroll_to(browser: &Browser, share: f64) -> Result<()> {
    let scroll = "const list = document.querySelector('.entries');
        list.scrollTop = (list.scrollHeight - list.clientHeight) * arguments[0];";
    browser.run_js(scroll, &[json!(share)]).await.map(drop)
}

async fn sees(browser: &Browser, what: &str, is_there: impl Fn(&[u64]) -> bool) -> Result<()> {
    let mut last = Vec::new();
    let there = wait_until(what, async || {
        last = seen(browser).await?;
        Ok(is_there(&last))
    });
    there.await.with_context(|| format!("seen is {last:?}"))
}

/// A page with a made-up day of a million events.
async fn big_day() -> Result<(Site, Browser)> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}#/lab/bank?open=files", site.url())).await?;
    browser.page.press("Load a big day").await?;
    browser.page.by_role("progressbar", "Making up a day").await?;
    let is_over = async || Ok(!browser.page.has("progressbar", "Making up a day").await?);
    for _ in 0..10 {
        if wait_until("the day is over", is_over).await.is_ok() {
            break;
        }
    }
    browser.page.shows_status("A day of 1,000,000 events, in memory.").await?;
    Ok((site, browser))
}

#[tokio::test]
async fn every_entry_of_a_million_can_be_reached_and_few_are_drawn() -> Result<()> {
    let (_site, browser) = big_day().await?;
    browser.page.shows("Events applied: 1000000 / 1000000").await?;
    sees(&browser, "the newest is in view", |rows| rows.last() == Some(&1_000_000)).await?;
    for (share, least, most) in
        [(0.0, 1, 1), (0.5, 490_000, 510_000), (1.0, 999_990, 1_000_000), (0.25, 240_000, 260_000)]
    {
        scroll_to(&browser, share).await?;
        let is_near = |rows: &[u64]| {
            rows.len() > 5 && rows[0] >= least && rows[0] <= most && rows.is_sorted_by(|a, b| a + 1 == *b)
        };
        sees(&browser, &format!("the rows at {share}"), is_near).await?;
    }
    // Row by row, and none is left out.
    let mut last = seen(&browser).await?;
    for _ in 0..60 {
        browser.run_js("document.querySelector('.entries').scrollTop += 220", &[]).await?;
        browser.drawn().await?;
        let now = seen(&browser).await?;
        ensure!(now[0] > last[0] && now[0] <= last[0] + 7, "{last:?}, then {now:?}");
        last = now;
    }
    let place = "const row = document.querySelector('.entries > li');
        return [row.getAttribute('aria-posinset'), row.querySelector('.nth').textContent, row.getAttribute('aria-setsize')];";
    let place = browser.run_js(place, &[]).await?;
    assert_eq!((&place[0], &place[2]), (&place[1], &json!("1000000")), "a screen reader hears which entry of how many");
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn the_slider_brings_its_entry_into_view() -> Result<()> {
    let (_site, browser) = big_day().await?;
    for applied in [1, 700_000, 3, 999_999] {
        browser
            .console("seek", &[json!(log(&browser).await?), json!(applied)])
            .await?
            .map_err(|no| anyhow::anyhow!(no.message))?;
        sees(&browser, &format!("event {applied}"), |rows| rows.contains(&applied)).await?;
    }
    Ok(())
}

/// The log on the desk, as the page names it in print.
async fn log(browser: &Browser) -> Result<Value> {
    browser.run_js("return document.querySelector('.print-head').textContent.match(/Log ([0-9a-f-]+)/)[1]", &[]).await
}

#[tokio::test]
async fn the_newest_is_followed_unless_the_reader_looks_elsewhere() -> Result<()> {
    let (_site, browser) = ada().await?;
    for _ in 0..150 {
        let deposit = "const [{ stream }] = await daybook.readAll('bank');
            await daybook.dispatch('bank', { type: 'Deposit', accountId: stream.slice(8), amount: 100 });";
        browser.run_js(deposit, &[]).await?;
    }
    sees(&browser, "the newest", |rows| rows.last() == Some(&154)).await?;
    scroll_to(&browser, 0.2).await?;
    sees(&browser, "earlier ones", |rows| rows.last().is_some_and(|last| *last < 100)).await?;
    let before = seen(&browser).await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00").await?;
    assert_eq!(seen(&browser).await?, before, "the reader was not carried away");
    scroll_to(&browser, 1.0).await?;
    sees(&browser, "the newest", |rows| rows.last() == Some(&155)).await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    sees(&browser, "the next", |rows| rows.last() == Some(&156)).await
}

/// Rows take up other lines when the slider leaps; but not one that is open, and not one that has the focus.
#[tokio::test]
async fn a_row_that_is_open_or_has_the_focus_becomes_no_other_entry() -> Result<()> {
    let (_site, browser) = ada().await?;
    let deposits = "const [{ stream }] = await daybook.readAll('bank');
        for (let nth = 0; nth < 150; nth += 1) {
            await daybook.dispatch('bank', { type: 'Deposit', accountId: stream.slice(8), amount: 100 });
        }";
    browser.run_js(deposits, &[]).await?;
    sees(&browser, "the newest", |rows| rows.last() == Some(&154)).await?;
    let open_and_focus = "const [open, focused] = [...document.querySelectorAll('.entries .opens')].slice(-2);
        open.click();
        focused.focus();";
    browser.run_js(open_and_focus, &[]).await?;
    browser.page.shows("This is all that is stored").await?;
    call(&browser, "seek", &[json!("bank"), json!(20)]).await?;
    sees(&browser, "the twentieth", |rows| rows.contains(&20)).await?;
    let still_held = "const rows = [...document.querySelectorAll('.entries > li')];
        const is_held = (row) => row.contains(document.activeElement) || row.querySelector('[aria-expanded=true]');
        return rows.filter(is_held).map((row) => row.querySelector('.nth').textContent)";
    assert_eq!(browser.run_js(still_held, &[]).await?, json!([]));
    let rows = "return [...document.querySelectorAll('.entries > li .nth')].map((nth) => Number(nth.textContent))";
    let rows: Vec<u64> = serde_json::from_value(browser.run_js(rows, &[]).await?)?;
    assert!(rows.is_sorted() && rows.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{rows:?}");
    Ok(())
}

#[tokio::test]
async fn one_account_or_kind_can_be_listed_alone() -> Result<()> {
    let (_site, browser) = ada().await?;
    browser.run_js("await daybook.dispatch('bank', { type: 'OpenAccount', owner: 'Bob' })", &[]).await?;
    browser.go("#/lab/bank").await?;
    let ledger = browser.page.region("Event store").await?;
    ledger.choose("Show", "Bob").await?;
    sees(&browser, "Bob's entry alone", |rows| rows == [5]).await?;
    ledger.choose("Show", "MoneyDeposited").await?;
    sees(&browser, "deposits alone", |rows| rows == [2, 3]).await?;
    ledger.choose("Show", "All events").await?;
    sees(&browser, "all", |rows| rows == [1, 2, 3, 4, 5]).await
}

#[tokio::test]
async fn making_up_a_day_can_be_stopped() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}#/lab/bank?open=files", site.url())).await?;
    browser.page.press("Load a big day").await?;
    browser.page.press("Stop").await?;
    browser.page.by_role("button", "Load a big day").await?;
    browser.page.shows_status(" of 1,000,000 events. Nothing was kept.").await?;
    browser.page.shows("No events recorded yet.").await
}
