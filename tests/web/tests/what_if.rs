//! What if it had not happened, or had said something else; bookmarks and notes; and a stretch as a test.

mod common;

use std::fs;

use anyhow::{Context, Result};
use common::{LEDGER, PROJECTION, ada, downloaded, empty};
use daybook_web_tests::bank::open_account;
use daybook_web_tests::{Browser, Key, Part, Site, wait_until};
use tempfile::TempDir;

/// The name of the ledger in a lab.
const STORE: &str = "Event store";
const NOT: &str = "What if it had not happened?";
const ELSE: &str = "What if it said something else?";

/// Ada's story, in the bank's lab.
async fn lab() -> Result<(Site, Browser)> {
    let (site, browser) = ada().await?;
    browser.go("#/lab/bank").await?;
    browser.page.by_role("button", "What if").await?;
    Ok((site, browser))
}

/// Opens an entry of the ledger and presses a button in it.
async fn press_in_entry(browser: &Browser, entry: &str, button: &str) -> Result<()> {
    let ledger = browser.page.region(STORE).await?;
    ledger.press(entry).await?;
    ledger.press(button).await
}

async fn drawer(browser: &Browser) -> Result<Part> {
    browser.page.region("What if").await
}

/// Opens what is folded under these words.
async fn unfold(browser: &Browser, class: &str) -> Result<()> {
    if browser.page.attr("button", "Files", "aria-expanded").await?.as_deref() == Some("false") {
        browser.page.press("Files").await?;
    }
    browser.page.by_role("button", "Export").await?;
    browser.run_js(&format!("document.querySelector('.{class} > summary').click()"), &[]).await?;
    Ok(())
}

#[tokio::test]
async fn an_event_is_left_out_and_comes_back() -> Result<()> {
    let (_site, browser) = lab().await?;
    let (before, stored) = (browser.export("bank").await?, browser.storage().await?);
    let (ledger, projection) = (browser.page.region(STORE).await?, browser.page.region(PROJECTION).await?);

    press_in_entry(&browser, "deposited $100.00", NOT).await?;
    browser.page.shows_status("What if: event 2 left out. No event would be refused now.").await?;
    drawer(&browser).await?.shows("Event 2 left out: deposited $100.00").await?;
    projection.shows("$20.00").await?;
    assert_eq!(ledger.names("button").await?, ["account opened for Ada", "deposited $50.00", "withdrew $30.00"]);
    ledger.shows("✎ left out after this: deposited $100.00").await?;
    let differs = drawer(&browser).await?.within("group", "What differs for Ada").await?;
    differs.shows("Field Recorded What if balance 120.00 20.00").await?;

    press_in_entry(&browser, "deposited $50.00", NOT).await?;
    drawer(&browser).await?.shows("Event 3 left out: deposited $50.00").await?;
    drawer(&browser).await?.shows("1 event would be refused now; it counts all the same.").await?;
    ledger.shows("✎ left out after this: deposited $100.00; deposited $50.00").await?;
    ledger.shows("✗ would be refused now: Expected at most $0.00, which is all there is; found $30.00.").await?;
    projection.shows("−$30.00").await?;

    drawer(&browser).await?.press("Undo the change of event 3").await?;
    drawer(&browser).await?.shows("No event would be refused now.").await?;
    ledger.hides("would be refused now").await?;
    ledger.hides("; deposited $50.00").await?;
    // It is open still.
    ledger.press("deposited $50.00").await?;
    press_in_entry(&browser, "withdrew $30.00", NOT).await?;
    ledger.shows("✎ left out after this: withdrew $30.00").await?;
    press_in_entry(&browser, "account opened for Ada", NOT).await?;
    ledger.shows("✎ left out before this: account opened for Ada; deposited $100.00 1").await?;
    ledger.shows("✎ left out after this: withdrew $30.00").await?;
    for event in [1, 4] {
        drawer(&browser).await?.press(&format!("Undo the change of event {event}")).await?;
    }
    drawer(&browser).await?.press("Undo the change of event 2").await?;
    drawer(&browser).await?.shows("Nothing is changed.").await?;
    drawer(&browser).await?.shows("Nothing differs at the end.").await?;
    projection.shows("$120.00").await?;

    browser.page.press("Discard branch").await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (before, stored), "no trace is left");
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn an_event_says_something_else() -> Result<()> {
    let (_site, browser) = lab().await?;
    let ledger = browser.page.region(STORE).await?;
    press_in_entry(&browser, "withdrew $30.00", ELSE).await?;
    assert_eq!(ledger.typed("Data").await?, r#"{"amount":3000}"#);

    for (wrong, sentence) in [
        (r#"{"amount":"#, "Expected data as JSON, found"),
        (r#"{"much":1}"#, "Expected data that MoneyWithdrawn has, found"),
        ("", "Expected data as JSON, found"),
    ] {
        ledger.paste("Data", wrong).await?;
        let refusal = ledger.refusal("Try it", "Data").await?;
        assert!(refusal.starts_with(sentence), "{refusal}");
        assert_eq!(ledger.typed("Data").await?, wrong, "nothing is lost");
        assert!(!browser.page.has("button", "Discard branch").await?, "no branch was begun");
    }

    ledger.paste("Data", r#"{"amount":50000}"#).await?;
    ledger.press("Try it").await?;
    drawer(&browser).await?.shows("Event 4: withdrew $30.00 → withdrew $500.00").await?;
    ledger.shows("would be refused now: Expected at most $150.00, which is all there is; found $500.00.").await?;
    // What was recorded stands beside it.
    ledger.shows("withdrew $30.00").await?;
    browser.page.region(PROJECTION).await?.shows("−$350.00").await?;

    // Told otherwise once more, it is still one edit of the same event.
    press_in_entry(&browser, "withdrew $500.00", ELSE).await?;
    ledger.paste("Data", r#"{"amount":100}"#).await?;
    ledger.press("Try it").await?;
    drawer(&browser).await?.shows("Event 4: withdrew $30.00 → withdrew $1.00").await?;
    let undo = drawer(&browser).await?.names("button").await?;
    assert_eq!(undo.iter().filter(|name| name.starts_with("Undo")).count(), 1, "{undo:?}");
    ledger.hides("would be refused now").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn what_was_recorded_on_a_branch_is_not_edited_and_the_first_page_offers_nothing() -> Result<()> {
    let (_site, browser) = ada().await?;
    let ledger = browser.page.region(LEDGER).await?;
    ledger.press("withdrew $30.00").await?;
    ledger.shows("\"MoneyWithdrawn\"").await?;
    for absent in [NOT, ELSE, "Bookmark"] {
        assert!(!ledger.has("button", absent).await?, "{absent}");
    }
    browser.go("#/lab/bank").await?;
    ledger.by_role("button", NOT).await?;
    browser.page.press_in("What if", "Try something else after event 4").await?;
    let actions = browser.page.region(common::ACTIONS).await?;
    actions.fill("Amount", "7").await?;
    actions.press("Deposit").await?;
    ledger.press("deposited $7.00").await?;
    ledger.by_role("button", "Bookmark").await?;
    assert!(!ledger.has("button", NOT).await?, "it is in pencil already");
    Ok(())
}

#[tokio::test]
async fn a_branch_is_exported_with_what_was_edited() -> Result<()> {
    let (_site, browser) = lab().await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    press_in_entry(&browser, "deposited $100.00", NOT).await?;
    drawer(&browser).await?.shows("It is never merged into the recorded log.").await?;
    browser.page.press_in("Files", "Export").await?;
    let exported = downloaded(folder.path()).await?;
    let header = exported.lines().next().context("a header")?;
    assert!(header.contains(r#""whatIf""#) && header.contains(r#""skip":1"#), "{header}");
    assert_eq!(common::events(&exported).len(), 3);
    Ok(())
}

#[tokio::test]
async fn what_if_by_keyboard_alone() -> Result<()> {
    let (_site, browser) = lab().await?;
    let (page, enter) = (&browser.page, Key::Enter.to_string());
    page.tab_to("button", "deposited $100.00").await?;
    page.keys(&enter).await?;
    page.tab_to("button", ELSE).await?;
    page.keys(&enter).await?;
    wait_until("the data has the focus", async || Ok(page.active().await? == ("textbox".into(), "Data".into())))
        .await?;
    page.keys(&(Key::Control + "a")).await?;
    page.keys(r#"{"amount":1}"#).await?;
    page.tab_to("button", "Try it").await?;
    page.keys(&enter).await?;
    page.shows("Event 2: deposited $100.00 → deposited $0.01").await?;
    wait_until("the drawer has the focus", async || Ok(page.active().await?.1 == "What if")).await?;
    page.tab_to("button", "Undo the change of event 2").await?;
    page.keys(&enter).await?;
    page.shows("Nothing differs at the end.").await?;
    wait_until("the focus is not lost", async || Ok(page.active().await?.1 == "What if")).await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn bookmarks_and_notes_last_and_travel_with_the_log() -> Result<()> {
    let (_site, browser) = lab().await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    let (page, ledger) = (&browser.page, browser.page.region(STORE).await?);
    ledger.press("deposited $50.00").await?;
    let empty = ledger.refusal("Bookmark", "Name").await?;
    assert!(empty.starts_with("Expected"), "{empty}");
    ledger.paste("Note", &"x".repeat(1001)).await?;
    let long = ledger.refusal("Add note", "Note").await?;
    assert!(long.starts_with("Expected"), "{long}");
    assert_eq!(ledger.typed("Note").await?.len(), 1001, "nothing is lost");

    ledger.fill("Name", "lunch").await?;
    ledger.press("Bookmark").await?;
    page.shows_status("Kept beside the log: ⚑ After event 3: lunch.").await?;
    ledger.paste("Note", "here it went well").await?;
    ledger.press("Add note").await?;
    ledger.by_role("button", "deposited $50.00 ⚑ lunch ✎ note").await?;

    browser.reload().await?;
    browser.ready().await?;
    page.region(STORE).await?.by_role("button", "deposited $50.00 ⚑ lunch ✎ note").await?;
    unfold(&browser, "all-marks").await?;
    page.click("link", "⚑ After event 3: lunch").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.press("Return to now").await?;
    page.click("link", "⚑ After event 3: lunch").await?;
    page.shows("Events applied: 3 / 4").await?;

    page.press("Export").await?;
    let exported = downloaded(folder.path()).await?;
    assert!(exported.contains(r#"{"bookmark":{"at":3,"name":"lunch"}}"#), "{exported}");
    assert_eq!(beside(&browser).await?.len(), 1, "one key for the log");

    page.press("Reset demo").await?;
    page.within("alertdialog", "Reset the demo?").await?.press("Remove").await?;
    page.shows("No events recorded yet.").await?;
    assert_eq!(beside(&browser).await?, [""; 0], "they are gone with their log");

    page.press("Import").await?;
    let dialog = page.within("dialog", "Import a log").await?;
    let file = fs::read_dir(folder.path())?.next().context("the saved file")??.path();
    dialog.attach("File", &file).await?;
    dialog.shows("Fine: 4 events.").await?;
    dialog.press("Replace my log").await?;
    page.click("link", "✎ Event 3: here it went well").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.press("Remove ✎ Event 3: here it went well").await?;
    browser.reload().await?;
    browser.ready().await?;
    page.region(STORE).await?.by_role("button", "deposited $50.00 ⚑ lunch").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn enter_keeps_a_bookmark() -> Result<()> {
    let (_site, browser) = lab().await?;
    let (page, ledger) = (&browser.page, browser.page.region(STORE).await?);
    ledger.press("deposited $50.00").await?;
    ledger.fill("Name", "lunch").await?;
    page.keys(&Key::Enter.to_string()).await?;
    page.shows_status("Kept beside the log: ⚑ After event 3: lunch.").await?;
    ledger.by_role("button", "deposited $50.00 ⚑ lunch").await?;
    assert_eq!(ledger.typed("Name").await?, "");
    assert_eq!(page.active().await?, ("textbox".into(), "Name".into()), "one can go on typing");
    page.keys(&Key::Enter.to_string()).await?;
    ledger.shows("Expected").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn another_tab_sees_a_bookmark_at_once() -> Result<()> {
    let (site, browser) = lab().await?;
    let first = browser.tab().await?;
    let second = browser.open_tab(&format!("{}#/lab/bank", site.url())).await?;
    browser.ready().await?;
    browser.page.region(STORE).await?.by_role("button", "withdrew $30.00").await?;
    browser.switch_to(&first).await?;
    let ledger = browser.page.region(STORE).await?;
    ledger.press("withdrew $30.00").await?;
    ledger.fill("Name", "rent").await?;
    ledger.press("Bookmark").await?;
    ledger.by_role("button", "withdrew $30.00 ⚑ rent").await?;
    browser.switch_to(&second).await?;
    let ledger = browser.page.region(STORE).await?;
    ledger.press("withdrew $30.00 ⚑ rent").await?;
    ledger.press("Remove ⚑ After event 4: rent").await?;
    browser.switch_to(&first).await?;
    browser.page.region(STORE).await?.by_role("button", "withdrew $30.00").await?;
    assert_eq!(beside(&browser).await?, [""; 0], "without any mark no key is left behind");
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_stretch_says_whom_it_is_about() -> Result<()> {
    let (site, browser) = empty().await?;
    browser.open(&format!("{}#/lab/bank", site.url())).await?;
    browser.ready().await?;
    let page = &browser.page;
    unfold(&browser, "stretch").await?;
    page.shows("Nothing to tell yet.").await?;
    assert_eq!((page.names("alert").await?.len(), page.has("textbox", "From").await?), (0, false));

    let ada = open_account(&browser, "Ada").await?;
    page.shows("Ada: what had happened, what was asked, and what followed.").await?;
    page.hides("Nothing to tell yet.").await?;
    open_account(&browser, "Bob").await?;
    page.shows("Bob: what had happened, what was asked, and what followed.").await?;
    page.within("group", "The stretch").await?.shows("account opened for Bob").await?;
    page.choose("Account", &format!("Ada, {}", &ada[ada.len() - 4..])).await?;
    page.shows("Ada: what had happened, what was asked, and what followed.").await?;
    page.within("group", "The stretch").await?.shows("account opened for Ada").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

/// The keys under which bookmarks and notes are kept.
async fn beside(browser: &Browser) -> Result<Vec<String>> {
    Ok(browser.storage().await?.into_keys().filter(|key| key.contains("/beside/")).collect())
}

#[tokio::test]
async fn a_stretch_becomes_a_test() -> Result<()> {
    let (_site, browser) = lab().await?;
    let page = &browser.page;
    unfold(&browser, "stretch").await?;
    page.shows("Ada: what had happened, what was asked, and what followed.").await?;
    let stretch = page.within("group", "The stretch").await?;
    stretch.shows("deposited $50.00").await?;
    assert_eq!((page.typed("From").await?, page.typed("To").await?), ("1".to_owned(), "4".to_owned()));
    assert_eq!(stretch.names("columnheader").await?, ["Given", "When", "Then"]);

    page.choose("As", "Rust").await?;
    page.shows("given(&").await?;
    let rust = page.within("group", "The stretch").await?.text().await?;
    assert_eq!(rust.matches("#[test]").count(), 3, "a test for each command: {rust}");
    page.press("Copy").await?;
    wait_until("it was copied, or says how to", async || Ok(page.status_text().await?.contains("cop"))).await?;

    page.fill("From", "4").await?;
    page.choose("As", "Data").await?;
    page.shows(r#""type": "Withdraw""#).await?;
    for (from, to) in [("5", "4"), ("0", "4"), ("four", "4"), ("", "4"), ("3", "9")] {
        page.fill("To", to).await?;
        page.fill("From", from).await?;
        let found = if from.is_empty() { "nothing".to_owned() } else { format!("“{from}”") };
        let sentence = "Expected the numbers of events from 1 to 4, the first not after the last; found";
        page.shows(&format!("{sentence} {found} and “{to}”.")).await?;
        assert_eq!(page.attr("textbox", "From", "aria-invalid").await?.as_deref(), Some("true"));
    }
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}
