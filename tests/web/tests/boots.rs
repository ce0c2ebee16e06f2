//! The built site starts on any static host, below any path, and asks nothing of anyone else.

use anyhow::Result;
use daybook_web_tests::{Browser, dist, serve};

#[tokio::test]
async fn it_starts_at_the_root_of_a_host() -> Result<()> {
    starts_below("/").await
}

#[tokio::test]
async fn it_starts_below_any_path() -> Result<()> {
    starts_below("/a/b/").await
}

async fn starts_below(prefix: &str) -> Result<()> {
    let site = serve(&dist(), prefix, 0)?;
    let browser = Browser::start().await?;

    browser.open(site.url()).await?;
    browser.ready().await?;

    assert_eq!(browser.complaints().await?, [], "a violated security policy would be among them");
    assert_eq!(browser.requests_beyond(site.url()).await?, [""; 0], "no request leaves the site");
    Ok(())
}

#[tokio::test]
async fn the_wasm_is_fetched_once() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;

    browser.open(site.url()).await?;
    browser.ready().await?;

    let wasm: Vec<_> = browser.requests().await?.into_iter().filter(|url| url.contains(".wasm")).collect();
    assert_eq!(wasm.len(), 1, "it is asked for once: {wasm:?}");
    Ok(())
}

#[tokio::test]
async fn a_second_tab_sees_the_same_storage() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;
    browser.open(site.url()).await?;
    let first = browser.tab().await?;
    browser.store("left by the first tab", "yes").await?;

    let second = browser.open_tab(site.url()).await?;
    assert_ne!(first, second, "a second tab is another tab");
    daybook_web_tests::wait_until("the second tab reads it", async || {
        Ok(browser.stored("left by the first tab").await?.as_deref() == Some("yes"))
    })
    .await?;

    browser.close_tab().await?;
    browser.switch_to(&first).await
}
