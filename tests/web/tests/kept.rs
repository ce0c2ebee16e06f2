//! What is recorded stays: in localStorage, a key for each commit, written by one tab, and never over what can't be read.

mod common;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use common::{ACTIONS, PROJECTION, ada, ask, call, empty, no, record_ada};
use daybook_web_tests::{Browser, dist, serve, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Notes every key that is written to localStorage.
const NOTE_WRITES: &str = "
    const setItem = Storage.prototype.setItem;
    window.written = [];
    Storage.prototype.setItem = function (key, value) { written.push(key); return setItem.call(this, key, value) };";

#[tokio::test]
async fn a_commit_writes_one_key_of_its_own() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;
    browser.before_each_page(NOTE_WRITES).await?;
    browser.open(site.url()).await?;
    record_ada(&browser).await?;
    assert_eq!(browser.stored_keys().await?.len(), 4, "the head, and a key for each of three commits");

    let before = browser.storage().await?;
    browser.run_js("written.length = 0", &[]).await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows("Events applied: 5 / 5").await?;
    let after = browser.storage().await?;
    let added: Vec<_> = after.keys().filter(|key| !before.contains_key(*key)).collect();
    assert_eq!(json!(added), browser.run_js("return written", &[]).await?, "one key, written once");
    let old: BTreeMap<_, _> = after.clone().into_iter().filter(|(key, _)| before.contains_key(key)).collect();
    assert_eq!((added.len(), old), (1, before), "what was there is as it was");
    Ok(())
}

#[tokio::test]
async fn a_reload_changes_nothing_and_the_only_tab_writes_again() -> Result<()> {
    let (_site, browser) = ada().await?;
    let (log, stored) = (browser.export("bank").await?, browser.storage().await?);
    for _ in 0..3 {
        browser.reload().await?;
        browser.page.shows("Events applied: 4 / 4").await?;
        assert_eq!(browser.export("bank").await?, log);
        assert_eq!(browser.storage().await?, stored);
        writes(&browser).await?;
        assert_eq!(browser.storage().await?, stored, "to lead is not to write");
    }
    Ok(())
}

#[tokio::test]
async fn the_log_is_there_the_next_day() -> Result<()> {
    let (site, profile) = (serve(&dist(), "/", 0)?, TempDir::new()?);
    let browser = Browser::start_with(profile.path()).await?;
    browser.open(site.url()).await?;
    record_ada(&browser).await?;
    let log = browser.export("bank").await?;
    browser.quit(profile.path()).await?;

    let browser = Browser::start_with(profile.path()).await?;
    browser.open(site.url()).await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    assert_eq!(browser.export("bank").await?, log);
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await
}

/// Waits until the tab in front is the one that writes.
async fn writes(browser: &Browser) -> Result<()> {
    let leads = async || Ok(call(browser, "stats", &[]).await?["thisTabWrites"] == true);
    wait_until("this tab writes", leads).await
}

/// (what is done to storage, JavaScript that does it with the head's key and a commit's key, events that are left)
const BROKEN: [(&str, &str, u64); 6] = [
    ("a commit is no JSON", "localStorage.setItem(commit(1), 'not JSON')", 2),
    ("a commit is cut off", "localStorage.setItem(commit(2), localStorage.getItem(commit(2)).slice(0, -9))", 3),
    ("a commit is missing", "localStorage.removeItem(commit(1))", 2),
    ("the first commit is another's", "localStorage.setItem(commit(0), localStorage.getItem(commit(1)))", 0),
    ("the head is no JSON", "localStorage.setItem(head, '{')", 0),
    ("the head is missing", "localStorage.removeItem(head)", 0),
];

#[tokio::test]
async fn what_cannot_be_read_is_told_and_never_overwritten() -> Result<()> {
    let (_site, browser) = ada().await?;
    let whole = browser.storage().await?;
    for (what, does, left) in BROKEN {
        let names = "const keys = Object.keys(localStorage);
            const head = keys.find((key) => key.startsWith('daybook/2/bank/log/'));
            const { log } = JSON.parse(localStorage.getItem(head));
            const commit = (nth) => keys.find((key) => key.startsWith(`daybook/2/bank/${log}/${nth}.`));";
        browser.run_js(&format!("{names} {does}"), &[]).await?;
        let broken = browser.storage().await?;
        assert_ne!(broken, whole, "{what}");

        browser.reload().await?;
        browser.page.shows("Read-only. What is stored under").await.context(what)?;
        browser.page.shows("It was left as it is.").await.context(what)?;
        browser.page.shows(&format!("Events applied: {left} / {left}")).await.context(what)?;
        let open = json!({ "type": "OpenAccount", "owner": "Bob" });
        let no = no(&browser, "dispatch", &[json!("bank"), open]).await.context(what)?;
        assert_eq!(no.name, "JournalUnreadable", "{what}");
        let told = browser.page.region(ACTIONS).await?.refused("Open account").await.context(what)?;
        assert_eq!(told, no.message, "{what}");
        assert_eq!(browser.storage().await?, broken, "{what}");

        browser.clear_store().await?;
        for (key, value) in &whole {
            browser.store(key, value).await?;
        }
        browser.reload().await?;
        browser.page.shows("Events applied: 4 / 4").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_full_storage_records_nothing_and_says_so() -> Result<()> {
    let (_site, browser) = ada().await?;
    let fill = "let size = 1 << 22, text = '';
        while (size >= 1) {
            try { localStorage.setItem('other', text + 'x'.repeat(size)); text += 'x'.repeat(size) } catch { size /= 2 }
        }";
    browser.run_js(fill, &[]).await?;
    let (log, keys) = (browser.export("bank").await?, browser.stored_keys().await?);

    let told = browser.page.region(ACTIONS).await?.refused("Deposit").await?;
    assert_eq!(
        told,
        "The storage of this browser is full; nothing was recorded. Export the log, then close the books or reset the demo."
    );
    let open = json!({ "type": "OpenAccount", "owner": "Bob" });
    assert_eq!(no(&browser, "dispatch", &[json!("bank"), open]).await?.name, "JournalFull");
    browser.page.shows("Events applied: 4 / 4").await?;
    assert_eq!((browser.export("bank").await?, browser.stored_keys().await?), (log, keys));

    browser.unstore("other").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows("Events applied: 5 / 5").await
}

#[tokio::test]
async fn a_blocked_storage_is_told_and_all_works_in_memory() -> Result<()> {
    for storage in ["get() { throw new DOMException('no', 'SecurityError') }", "value: null"] {
        let site = serve(&dist(), "/", 0)?;
        let browser = Browser::start().await?;
        browser.before_each_page(&format!("Object.defineProperty(window, 'localStorage', {{ {storage} }})")).await?;
        browser.open(site.url()).await?;
        browser.page.shows("Nothing is kept here:").await.context(storage)?;
        record_ada(&browser).await.context(storage)?;
        browser.page.region(ACTIONS).await?.press("Deposit").await?;
        browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
        let stats = call(&browser, "stats", &[]).await?;
        assert_eq!((&stats["keptIn"], &stats["thisTabWrites"]), (&json!("memory"), &json!(true)), "{storage}");
        assert_eq!(call(&browser, "verify", &[json!("bank")]).await?["ok"], true, "{storage}");
        assert_eq!(browser.complaints().await?, [], "{storage}");
    }
    Ok(())
}

#[tokio::test]
async fn every_tab_records_and_shows_what_the_others_record() -> Result<()> {
    let (site, browser) = ada().await?;
    writes(&browser).await?;
    let first = browser.tab().await?;
    let second = browser.open_tab(site.url()).await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    let stats = call(&browser, "stats", &[]).await?;
    assert_eq!((&stats["tabs"], &stats["thisTabWrites"]), (&json!(2), &json!(false)));
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    let stale = json!({ "expectedRevision": 3 });
    let all = call(&browser, "readAll", &[json!("bank")]).await?;
    let ada = all[0]["stream"].as_str().context("a stream")?.trim_start_matches("account-").to_owned();
    let deposit = json!({ "type": "Deposit", "accountId": ada, "amount": 1 });
    let no = no(&browser, "dispatch", &[json!("bank"), deposit, stale]).await?;
    assert_eq!(no.name, "WrongExpectedRevision");

    browser.switch_to(&first).await?;
    browser.page.region(PROJECTION).await?.shows("$170.00").await?;
    browser.page.shows("Events applied: 5 / 5").await?;
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Bob" })).await?;
    browser.switch_to(&second).await?;
    browser.page.shows("Events applied: 6 / 6").await?;

    // Whoever writes goes; the other takes its place.
    browser.switch_to(&first).await?;
    browser.close_tab().await?;
    browser.switch_to(&second).await?;
    writes(&browser).await?;
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Cleo" })).await?;
    browser.page.shows("Events applied: 7 / 7").await?;
    assert_eq!(call(&browser, "verify", &[json!("bank")]).await?["ok"], true);
    Ok(())
}

#[tokio::test]
async fn a_tab_that_the_browser_puts_to_sleep_is_left_behind_and_catches_up() -> Result<()> {
    let (site, browser) = ada().await?;
    writes(&browser).await?;
    let first = browser.tab().await?;
    let second = browser.open_tab(site.url()).await?;
    browser.page.shows("Events applied: 4 / 4").await?;

    browser.switch_to(&first).await?;
    browser.cdp("Page.setWebLifecycleState", json!({ "state": "frozen" })).await?;
    browser.switch_to(&second).await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    writes(&browser).await?;

    browser.switch_to(&first).await?;
    browser.cdp("Page.setWebLifecycleState", json!({ "state": "active" })).await?;
    browser.page.shows("Events applied: 5 / 5").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $220.00").await?;
    browser.switch_to(&second).await?;
    browser.page.shows("Events applied: 6 / 6").await?;
    assert_eq!(call(&browser, "verify", &[json!("bank")]).await?["ok"], true);
    Ok(())
}

#[tokio::test]
async fn a_page_that_one_comes_back_to_shows_what_happened_meanwhile() -> Result<()> {
    let (site, browser) = ada().await?;
    let first = browser.tab().await?;
    browser.open("about:blank").await?;
    let second = browser.open_tab(site.url()).await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    browser.switch_to(&first).await?;
    browser.back().await?;
    browser.page.shows("Events applied: 5 / 5").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $220.00").await?;
    browser.switch_to(&second).await?;
    browser.page.shows("Events applied: 6 / 6").await
}

#[tokio::test]
async fn a_reset_is_seen_by_every_tab() -> Result<()> {
    let (site, browser) = ada().await?;
    writes(&browser).await?;
    let first = browser.tab().await?;
    let second = browser.open_tab(site.url()).await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    browser.page.press_in("Files", "Reset demo").await?;
    browser.page.within("alertdialog", "Reset the demo?").await?.press("Remove").await?;
    browser.page.shows("No events recorded yet.").await?;
    writes(&browser).await?;
    browser.switch_to(&first).await?;
    browser.page.shows("No events recorded yet.").await?;
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Bob" })).await?;
    browser.switch_to(&second).await?;
    browser.page.shows("Events applied: 1 / 1").await?;
    browser.page.shows_status("Recorded in another tab: account opened for Bob").await
}

#[tokio::test]
async fn two_logs_that_are_begun_at_once_are_begun_in_their_order() -> Result<()> {
    let (site, browser) = ada().await?;
    writes(&browser).await?;
    let log = browser.export("bank").await?;
    browser.open_tab(site.url()).await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    let both = "await daybook.ready;
        const replace = () => daybook.importLog('bank', 'ndjson', arguments[0], { as: 'replace' });
        const begun = await Promise.all([replace(), replace()]);
        return begun.map(({ log }) => log)";
    let begun = browser.run_js(both, &[json!(log)]).await?;
    let head: Value = serde_json::from_str(browser.export("bank").await?.lines().next().context("a header")?)?;
    assert_ne!(begun[0], begun[1]);
    assert_eq!(head["log"], begun[1], "the one that was asked for last stays");
    Ok(())
}

#[tokio::test]
async fn a_tab_of_another_version_is_not_spoken_to() -> Result<()> {
    let (_site, browser) = ada().await?;
    let hello = json!([2, { "from": 7, "term": "1~00000007", "at": 0, "body": "Hello" }]).to_string();
    let other = "new BroadcastChannel('daybook/tabs').postMessage(arguments[0])";
    browser.run_js(other, &[json!(hello)]).await?;
    browser.page.shows("Read-only. Another version of Daybook is open in another tab.").await?;
    let open = json!({ "type": "OpenAccount", "owner": "Bob" });
    assert_eq!(no(&browser, "dispatch", &[json!("bank"), open]).await?.name, "ReadOnly");
    browser.reload().await?;
    writes(&browser).await
}

#[tokio::test]
async fn a_second_tab_does_not_write_where_there_are_no_locks() -> Result<()> {
    let before = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })";
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;
    browser.before_each_page(before).await?;
    browser.open(site.url()).await?;
    record_ada(&browser).await?;
    let (first, stored) = (browser.tab().await?, browser.storage().await?);

    let second = browser.open_tab("about:blank").await?;
    browser.before_each_page(before).await?;
    browser.open(site.url()).await?;
    let only_one = "Daybook is open in another tab, and where pages come without https only one tab can write.";
    browser.page.shows(&format!("Read-only. {only_one}")).await?;
    browser.page.region(PROJECTION).await?.shows("$120.00").await?;
    assert_eq!(call(&browser, "stats", &[]).await?["thisTabWrites"], false);
    let open = json!({ "type": "OpenAccount", "owner": "Bob" });
    assert_eq!(no(&browser, "dispatch", &[json!("bank"), open]).await?.name, "ReadOnly");
    let told = browser.page.region(ACTIONS).await?.refused("Deposit").await?;
    assert!(told.starts_with(only_one), "{told}");
    browser.page.press_in("Files", "Reset demo").await?;
    let dialog = browser.page.within("alertdialog", "Reset the demo?").await?;
    let told = dialog.refused("Remove").await?;
    assert!(told.starts_with(only_one), "{told}");
    dialog.press("Keep").await?;
    assert_eq!(browser.storage().await?, stored);

    browser.switch_to(&first).await?;
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Bob" })).await?;
    browser.close_tab().await?;
    browser.switch_to(&second).await?;
    browser.page.press("Reload").await?;
    browser.page.shows("Events applied: 5 / 5").await?;
    browser.page.hides("Read-only.").await?;
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Cleo" })).await?;
    browser.page.shows("Events applied: 6 / 6").await
}

#[tokio::test]
async fn what_others_keep_on_the_origin_is_left_alone() -> Result<()> {
    let (_site, browser) = empty().await?;
    let others = [
        ("daybook", "1"),
        ("daybook/3/bank/head", "{}"),
        ("daybook/2/bankrupt/log/0.1~00c0ffee", "{}"),
        ("notes", "…"),
    ];
    for (key, value) in others {
        browser.store(key, value).await?;
    }
    browser.reload().await?;
    record_ada(&browser).await?;
    let log = browser.export("bank").await?;
    browser.page.press_in("Files", "Reset demo").await?;
    browser.page.within("alertdialog", "Reset the demo?").await?.press("Remove").await?;
    browser.page.shows("No events recorded yet.").await?;

    wait_until("the old log is gone", async || {
        let keys = browser.stored_keys().await?;
        let ours: Vec<_> = keys.iter().filter(|key| key.starts_with("daybook/2/bank/")).collect();
        Ok(matches!(ours[..], [key] if key.starts_with("daybook/2/bank/log/1.")))
    })
    .await?;
    call(&browser, "importLog", &[json!("bank"), json!("ndjson"), json!(log), json!({ "as": "replace" })]).await?;
    let left = browser.storage().await?;
    for (key, value) in others {
        assert_eq!(left.get(key).map(String::as_str), Some(value), "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn a_fresh_lab_leaves_storage_alone() -> Result<()> {
    let (site, browser) = ada().await?;
    let stored = browser.storage().await?;
    browser.open("about:blank").await?;
    browser.open(&format!("{}#/?fresh", site.url())).await?;
    browser.page.shows("An empty lab, kept in memory. What is stored in this browser is left alone.").await?;
    browser.page.shows("No events recorded yet.").await?;
    record_ada(&browser).await?;
    assert_eq!(call(&browser, "stats", &[]).await?["keptIn"], "memory");
    call(&browser, "seek", &[json!("bank"), json!(1)]).await?;
    assert_eq!(browser.storage().await?, stored);

    browser.open("about:blank").await?;
    browser.open(site.url()).await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    wait_until("the recorded log is back", async || Ok(browser.storage().await? == stored)).await?;
    let all: Value = call(&browser, "readAll", &[json!("bank")]).await?;
    assert_eq!(all.as_array().map(Vec::len), Some(4));
    Ok(())
}
