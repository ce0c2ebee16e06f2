//! Every engine can be started, its tabs are processes of their own, and what befalls one of them leaves the others be.

use std::fs;

use anyhow::{Context, Result};
use daybook_web_tests::{Browser, Engine, OwnTab, Site, serve, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A page that counts in storage for as long as it runs.
const COUNTS: &str = "<!doctype html><title>counts</title><script>
    const name = location.search.slice(1);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { localStorage[name] = Number(localStorage[name] ?? 0) + 1; setTimeout(next, 5) };
    const next = () => channel.port2.postMessage(0);
    if (name) next();
</script>";

fn counting_site() -> Result<(TempDir, Site)> {
    let folder = TempDir::new()?;
    fs::write(folder.path().join("index.html"), COUNTS)?;
    let site = serve(folder.path(), "/", 0)?;
    Ok((folder, site))
}

async fn count(browser: &Browser, name: &str) -> Result<u64> {
    Ok(browser.stored(name).await?.map_or(Ok(0), |text| text.parse())?)
}

/// Waits until a tab has counted on from where it was.
async fn counts_on(browser: &Browser, name: &str) -> Result<()> {
    let before = count(browser, name).await?;
    wait_until("the tab counts on", async || Ok(count(browser, name).await? > before + 3)).await
}

/// The tabs do not count any more, as far as the home tab sees within ten counts of another tab.
async fn stands(browser: &Browser, name: &str, other: &str) -> Result<()> {
    // What it wrote last may still be on its way.
    counts_on(browser, other).await?;
    wait_until("the tab counts no more", async || {
        let before = count(browser, name).await?;
        counts_on(browser, other).await?;
        Ok(count(browser, name).await? == before)
    })
    .await
}

async fn tabs_are_processes_of_their_own(engine: Engine) -> Result<()> {
    let (_folder, site) = counting_site()?;
    let browser = Browser::start_in(engine).await?;
    browser.open(site.url()).await?;
    let (home, mut tabs) = (browser.tab().await?, Vec::<OwnTab>::new());
    for name in ["a", "b", "c", "d", "e"] {
        tabs.push(browser.open_tab_of_its_own(&format!("{}?{name}", site.url())).await.context(name)?);
        counts_on(&browser, name).await.context(name)?;
    }
    let mut ids: Vec<_> = tabs.iter().map(|own| own.process.id()).collect();
    println!("{engine}: the tabs' processes are {ids:?}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5, "no two tabs share a process");
    assert_eq!(browser.tab().await?, home, "the tab in front stays there");

    // That each number is the tab's own is seen by what stands still.
    let [frozen, killed, closed, asked, reloaded]: [OwnTab; 5] = tabs.try_into().ok().context("five tabs")?;
    frozen.process.freeze()?;
    stands(&browser, "a", "b").await.context("a frozen tab stands")?;
    frozen.process.thaw()?;
    counts_on(&browser, "a").await.context("a thawed tab goes on")?;

    // Its driver ends the session with the first page that dies; see `Undriven` for tabs of WebKit that can be killed.
    if engine != Engine::WebKit {
        browser.kill_own(&killed).await?;
        stands(&browser, "b", "a").await.context("a killed tab stands")?;
    }
    browser.close_own(closed).await?;
    stands(&browser, "c", "a").await.context("a closed tab stands")?;

    assert_eq!(browser.run_js_in(&asked, "return location.search", &[]).await?, json!("?d"));
    browser.run_js_in(&reloaded, "location.reload()", &[]).await?;
    counts_on(&browser, "e").await.context("a reloaded tab goes on")?;
    assert!(reloaded.process.is_alive(), "and keeps its process");
    reloaded.process.freeze()?;
    stands(&browser, "e", "d").await.context("which is still the one that was told")?;
    reloaded.process.thaw()?;

    let another = browser.open_tab_of_its_own(&format!("{}?f", site.url())).await?;
    counts_on(&browser, "f").await.context("another tab after a kill")?;
    assert!(another.process.is_alive());
    let promised: Value = browser.run_js("return await Promise.resolve(7)", &[]).await?;
    assert_eq!(promised, 7);
    Ok(())
}

#[tokio::test]
async fn in_chromium() -> Result<()> {
    tabs_are_processes_of_their_own(Engine::Chromium).await
}

#[tokio::test]
async fn in_firefox() -> Result<()> {
    tabs_are_processes_of_their_own(Engine::Firefox).await
}

#[tokio::test]
async fn in_webkit() -> Result<()> {
    tabs_are_processes_of_their_own(Engine::WebKit).await
}
