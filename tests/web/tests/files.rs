//! The log as a file and as a link: out, in as a copy or instead, judged first; its chain; what can't be read; and a new
//! beginning.

mod common;

use std::{fs, path::Path};

use anyhow::{Context, Result};
use common::{ACTIONS, PROJECTION, ada, ask, call, events};
use daybook_web_tests::{Browser, Key, Part, Site, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The name of the bar while a log is held against its chain.
const VERIFYING: &str = "Verifying the hash chain";

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
async fn import(browser: &Browser, text: &str) -> Result<Part> {
    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    dialog.paste("Or paste its text", text).await?;
    Ok(dialog)
}

#[tokio::test]
async fn closed_books_begin_with_what_every_account_had() -> Result<()> {
    let (_site, browser) = ada().await?;
    let old = browser.export("bank").await?;
    browser.page.press_in("Files", "Close the books").await?;
    let dialog = browser.page.within("alertdialog", "Close the books?").await?;
    dialog.press("Save and close the books").await?;
    browser.page.shows("Events applied: 2 / 2").await?;
    browser.page.region(PROJECTION).await?.shows("$120.00").await?;
    let all = call(&browser, "readAll", &[json!("bank")]).await?;
    assert_eq!(all[0]["type"], "BooksOpened");
    let head = old.lines().last().context("a trailer")?;
    let told = all[0]["data"]["head"].as_str().context("a head")?;
    assert!(head.contains(told), "{head} vouches for the old log, and {told} names it");
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await
}

#[tokio::test]
async fn books_that_cannot_be_saved_stay_open() -> Result<()> {
    let (_site, browser) = ada().await?;
    let log = browser.export("bank").await?;
    browser.run_js("URL.createObjectURL = () => { throw new Error('no') }", &[]).await?;
    browser.page.press_in("Files", "Close the books").await?;
    let dialog = browser.page.within("alertdialog", "Close the books?").await?;
    dialog.press("Save and close the books").await?;
    dialog.shows("The log was not saved as a file, so the books stay open.").await?;
    assert_eq!(browser.export("bank").await?, log);
    Ok(())
}

#[tokio::test]
async fn a_dialog_says_what_is_wrong_each_time() -> Result<()> {
    let (_site, browser) = ada().await?;
    let log = browser.export("bank").await?;
    let saving_fails = "window.made = URL.createObjectURL; URL.createObjectURL = () => { throw new Error('no') }";
    browser.run_js(saving_fails, &[]).await?;
    browser.page.press_in("Files", "Close the books").await?;
    let dialog = browser.page.within("alertdialog", "Close the books?").await?;
    let told = dialog.refused("Save and close the books").await?;
    assert_eq!(told, "The log was not saved as a file, so the books stay open.");
    let storing_fails = "URL.createObjectURL = window.made; Storage.prototype.setItem = () => { throw 'no' }";
    browser.run_js(storing_fails, &[]).await?;
    let told = dialog.refused("Save and close the books").await?;
    let why = "The storage of this browser does not answer: it can't be written to; nothing was recorded.";
    assert_eq!(told, format!("{why} Try again; if it stays so, export the log and reload the page."));
    dialog.press("Keep").await?;

    browser.page.press_in("Files", "Reset demo").await?;
    let dialog = browser.page.within("alertdialog", "Reset the demo?").await?;
    assert_eq!(dialog.refused("Remove").await?, told);
    assert_eq!(dialog.refused("Remove").await?, told);
    dialog.press("Keep").await?;
    browser.page.press_in("Files", "Reset demo").await?;
    let dialog = browser.page.within("alertdialog", "Reset the demo?").await?;
    dialog.hides(&told).await?;
    dialog.press("Keep").await?;

    let dialog = import(&browser, &log).await?;
    dialog.shows("Fine: 4 events.").await?;
    dialog.press("Replace my log").await?;
    assert_eq!(dialog.refused("Replace").await?, told);
    assert_eq!(dialog.refused("Replace").await?, told);
    assert_eq!(browser.export("bank").await?, log);
    Ok(())
}

#[tokio::test]
async fn what_is_saved_before_it_goes_is_the_own_log_whatever_is_on_the_desk() -> Result<()> {
    let (_site, browser) = ada().await?;
    let own = browser.export("bank").await?;
    let dialog = import(&browser, &own).await?;
    dialog.press("Open as a copy").await?;
    browser.page.shows("A copy, in memory. Your own log is untouched.").await?;
    browser.page.press("Return to now").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    browser.page.press_in("Files", "Reset demo").await?;
    browser.page.within("alertdialog", "Reset the demo?").await?.press("Save the log first").await?;
    assert_eq!(downloaded(folder.path(), 1).await?, [own]);
    Ok(())
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
    let question = "Your log has 5 entries. They will be gone and can't be brought back. Save them as a file first?";
    dialog.within("group", question).await?.press("Replace").await?;
    browser.page.shows_status("Imported 4 events.").await?;
    browser.page.shows("Events applied: 0 / 4").await?;
    browser.page.press("Return to now").await?;

    let replaced = browser.export("bank").await?;
    assert_eq!(events(&replaced), events(&log));
    browser.reload().await?;
    browser.page.shows("Events applied: 4 / 4").await?;
    assert_eq!(browser.export("bank").await?, replaced);
    assert_eq!(call(&browser, "verify", &[json!("bank")]).await?["ok"], true);
    Ok(())
}

#[tokio::test]
async fn a_log_that_is_replaced_can_be_saved_or_kept() -> Result<()> {
    let (_site, browser) = ada().await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    let (log, stored) = (browser.export("bank").await?, browser.storage().await?);
    let has_focus = async |button: &str| {
        wait_until("the focus is there", async || Ok(browser.page.active().await? == ("button".into(), button.into())))
            .await
    };
    let dialog = import(&browser, &log).await?;
    dialog.press("Replace my log").await?;
    has_focus("Keep my log").await?;
    dialog.press("Keep my log").await?;
    has_focus("Replace my log").await?;
    dialog.hides("They will be gone").await?;
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (log.clone(), stored.clone()));

    dialog.press("Replace my log").await?;
    dialog.shows("They will be gone").await?;
    dialog.paste("Or paste its text", "something else").await?;
    dialog.shows("Impossible:").await?;
    dialog.hides("They will be gone").await?;
    dialog.paste("Or paste its text", &log).await?;
    dialog.shows("Fine: 4 events.").await?;
    dialog.press("Replace my log").await?;
    browser.page.keys(&Key::Escape.to_string()).await?;
    wait_until("Escape keeps the log", async || Ok(!browser.page.has("dialog", "Import a log").await?)).await?;
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (log.clone(), stored));

    let dialog = import(&browser, &log).await?;
    dialog.shows("Fine: 4 events.").await?;
    dialog.hides("They will be gone").await?;
    dialog.press("Replace my log").await?;
    dialog.press("Save and replace").await?;
    browser.page.shows_status("Imported 4 events.").await?;
    assert_eq!(downloaded(folder.path(), 1).await?.concat(), log);
    assert_eq!(events(&browser.export("bank").await?), events(&log));
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

/// A log of one account, as long as one likes. Its trailer vouches for other events.
fn long_log(events: usize) -> String {
    let of_stream = |nth: usize| {
        let (kind, data) = match nth {
            0 => ("AccountOpened", r#"{"owner":"Ada","number":"1"}"#),
            _ => ("MoneyDeposited", r#"{"amount":1}"#),
        };
        let id = format!("01890a5d-ac96-774b-8000-{nth:012x}");
        let metadata = format!(
            r#"{{"recordedAt":"2026-01-01T00:00:00.000Z","correlationId":"{id}","causationId":"{id}","actor":"you","schemaVersion":1}}"#
        );
        format!(
            r#"{{"id":"{id}","stream":"account-01890a5d-ac96-774b-8000-000000000000","revision":{nth},"position":{nth},"type":"{kind}","data":{data},"metadata":{metadata}}}"#
        ) + "\n"
    };
    let log = "01890a5d-ac96-774b-9000-000000000000";
    let header = format!(r#"{{"format":"daybook","version":1,"world":"bank","events":{events},"log":"{log}"}}"#);
    let trailer = format!(r#"{{"trailer":{{"events":{events},"head":"{}"}}}}"#, "0".repeat(64));
    [header, "\n".to_owned(), (0..events).map(of_stream).collect(), trailer].concat()
}

#[tokio::test]
async fn a_big_file_is_read_in_pieces_and_reading_can_be_stopped() -> Result<()> {
    let (_site, browser) = ada().await?;
    let stored = browser.storage().await?;
    let folder = TempDir::new()?;
    let (first, second) = (folder.path().join("first.ndjson"), folder.path().join("second.ndjson"));
    fs::write(&first, long_log(60_000))?;
    fs::copy(&first, &second)?;
    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    dialog.attach("File", &first).await?;
    dialog.by_role("progressbar", "Reading the file").await?;
    dialog.press("Stop reading").await?;
    assert!(!dialog.has("progressbar", "Reading the file").await?, "nothing is read any more");
    dialog.shows("Stopped reading. Nothing was changed.").await?;
    assert!(!dialog.by_role("button", "Open as a copy").await?.is_enabled().await?, "nothing was read");

    dialog.attach("File", &second).await?;
    dialog.shows("Risky: 60,000 events.").await?;
    dialog.shows("The file was changed after it was exported").await?;
    dialog.press("Open as a copy").await?;
    browser.page.shows("Events applied: 0 / 60").await?;
    assert_eq!(browser.storage().await?, stored, "a copy is in memory");
    Ok(())
}

/// A log that nobody verifies or writes in one slice.
const LONG: usize = 10_000;

/// A page with such a log on the desk, as a copy or as the own log.
async fn long(becomes: &str) -> Result<(Site, Browser)> {
    let (site, browser) = ada().await?;
    let folder = TempDir::new()?;
    let file = folder.path().join("long.ndjson");
    fs::write(&file, long_log(LONG))?;
    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    dialog.attach("File", &file).await?;
    dialog.shows("Risky: 10,000 events.").await?;
    dialog.press(becomes).await?;
    if becomes == "Replace my log" {
        dialog.press("Replace").await?;
    }
    browser.page.shows("Events applied: 0 / 10000").await?;
    browser.page.press("Return to now").await?;
    browser.page.shows("Events applied: 10000 / 10000").await?;
    Ok((site, browser))
}

/// From now on the page does not go on from one slice to the next before it is [let go](let_go).
async fn hold(browser: &Browser) -> Result<()> {
    let hold = "const later = setTimeout.bind(window);
        const held = [];
        window.letGo = () => { window.setTimeout = later; held.forEach((next) => next()) };
        window.setTimeout = (next, wait, ...given) => wait > 0 ? later(next, wait, ...given) : (held.push(next), 0)";
    browser.run_js(hold, &[]).await.map(drop)
}

async fn let_go(browser: &Browser) -> Result<()> {
    browser.run_js("window.letGo()", &[]).await.map(drop)
}

/// What the bar says of how far it is: `1,234 of 10,000 entries`.
async fn reach(part: &Part, label: &str) -> Result<String> {
    part.by_role("progressbar", label).await?;
    let text = part.text().await?;
    let words = text.lines().find_map(|line| line.trim().strip_prefix(&format!("{label}: ")));
    Ok(words.with_context(|| format!("{label:?} should say how far it is in {text:?}"))?.to_owned())
}

#[tokio::test]
async fn a_long_log_is_verified_while_the_page_goes_on() -> Result<()> {
    let (_site, browser) = long("Open as a copy").await?;
    let page = &browser.page;
    hold(&browser).await?;
    page.press("Verify log").await?;
    assert!(reach(page, VERIFYING).await?.ends_with(" of 10,000 entries"));
    page.press("Verify log").await?;
    page.shows_status("The log is being verified. Stop that first, or wait for its end.").await?;
    page.press("Export").await?;
    page.shows_status("The log is being verified. Stop that first, or wait for its end.").await?;
    page.region(ACTIONS).await?.press("Deposit").await?;
    page.shows_status("Recorded: deposited $50.00, balance $149.99").await?;
    page.press("Files").await?;
    page.hides(VERIFYING).await?;
    page.press("Files").await?;
    assert!(reach(page, VERIFYING).await?.ends_with(" of 10,000 entries"));

    let_go(&browser).await?;
    page.shows_status("Verified: 10001 events are as recorded. Head ").await?;
    assert!(!page.has("progressbar", VERIFYING).await?, "it is over");
    Ok(())
}

#[tokio::test]
async fn a_verification_is_stopped_and_says_how_far_it_came() -> Result<()> {
    let (_site, browser) = long("Open as a copy").await?;
    let page = &browser.page;
    hold(&browser).await?;
    page.press("Verify log").await?;
    let reach = reach(page, VERIFYING).await?;
    page.press("Stop").await?;
    let_go(&browser).await?;
    page.shows_status(&format!("Stopped after {reach}. So far all are as recorded.")).await?;
    assert!(!page.has("progressbar", VERIFYING).await?, "it is over");
    page.press("Verify log").await?;
    page.shows_status("Verified: 10000 events are as recorded. Head ").await
}

#[tokio::test]
async fn a_long_log_is_exported_and_stopped_by_keyboard_alone() -> Result<()> {
    let (_site, browser) = long("Open as a copy").await?;
    let page = &browser.page;
    let (folder, enter) = (TempDir::new()?, Key::Enter.to_string());
    browser.download_to(folder.path()).await?;
    hold(&browser).await?;
    page.shift_tab_to("button", "Export").await?;
    page.keys(&enter).await?;
    let reach = reach(page, "Writing the file").await?;
    assert_eq!(page.active().await?, ("button".into(), "Export".into()), "the focus stays");
    page.tab_to("button", "Stop").await?;
    page.keys(&enter).await?;
    let_go(&browser).await?;
    page.shows_status(&format!("Stopped after {reach}. Nothing was saved.")).await?;
    wait_until("the focus is in the drawer", async || Ok(page.active().await? == ("heading".into(), "Files".into())))
        .await?;
    assert_eq!(fs::read_dir(folder.path())?.count(), 0, "nothing was saved");

    page.tab_to("button", "Export").await?;
    page.keys(&enter).await?;
    page.shows_status("The log was saved as a file.").await?;
    let saved = downloaded(folder.path(), 1).await?.concat();
    assert!(events(&saved) == events(&long_log(LONG)), "every event is in the file, as it came");
    Ok(())
}

#[tokio::test]
async fn a_log_that_is_gone_is_not_written_to_its_end() -> Result<()> {
    let (_site, browser) = long("Open as a copy").await?;
    let page = &browser.page;
    hold(&browser).await?;
    page.press("Export").await?;
    reach(page, "Writing the file").await?;
    page.press("Back to my log").await?;
    page.shows("Events applied: 4 / 4").await?;
    let_go(&browser).await?;
    let told = "The log is another by now: it was reset, replaced, discarded or edited meanwhile. Nothing was saved.";
    page.shows_status(told).await
}

#[tokio::test]
async fn nothing_goes_before_it_is_saved() -> Result<()> {
    let (_site, browser) = long("Replace my log").await?;
    let page = &browser.page;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    hold(&browser).await?;
    page.press_in("Files", "Reset demo").await?;
    let dialog = page.within("alertdialog", "Reset the demo?").await?;
    dialog.press("Save the log first").await?;
    let words = reach(&dialog, "Writing the file").await?;
    assert!(!dialog.by_role("button", "Remove").await?.is_enabled().await?, "the log is being saved");
    dialog.press("Stop").await?;
    let_go(&browser).await?;
    dialog.shows(&format!("Stopped after {words}. Nothing was saved.")).await?;
    assert!(dialog.by_role("button", "Remove").await?.is_enabled().await?);
    dialog.press("Keep").await?;

    hold(&browser).await?;
    page.press_in("Files", "Close the books").await?;
    let dialog = page.within("alertdialog", "Close the books?").await?;
    dialog.press("Save and close the books").await?;
    let words = reach(&dialog, "Writing the file").await?;
    dialog.press("Keep").await?;
    let_go(&browser).await?;
    page.shows_status(&format!("Stopped after {words}. Nothing was saved.")).await?;
    page.shows("Events applied: 10000 / 10000").await?;

    // Whoever keeps the log while it is being saved keeps it, and so does whoever wants another file than was judged.
    let other = long_log(3);
    for keeps in [true, false] {
        let dialog = import(&browser, &other).await?;
        dialog.shows("3 events.").await?;
        hold(&browser).await?;
        dialog.press("Replace my log").await?;
        dialog.press("Save and replace").await?;
        let words = reach(&dialog, "Writing the file").await?;
        dialog.press("Save and replace").await?;
        if keeps {
            dialog.press("Keep my log").await?;
        } else {
            dialog.paste("Or paste its text", &long_log(2)).await?;
        }
        let_go(&browser).await?;
        dialog.shows(&format!("Stopped after {words}. Nothing was saved.")).await?;
        dialog.by_role("button", "Replace my log").await?;
        dialog.press("Cancel").await?;
    }
    page.shows("Events applied: 10000 / 10000").await?;
    assert_eq!(fs::read_dir(folder.path())?.count(), 0, "nothing was saved, and nothing went");
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
    wait_until("the next writer removes what was replaced", async || {
        let keys = browser.stored_keys().await?;
        Ok(matches!(keys.as_slice(), [head] if head.starts_with("daybook/2/bank/log/")))
    })
    .await?;
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
    browser.page.shows("Events applied: 3 / 4").await?;
    let verified = call(&browser, "verify", &[json!("bank")]).await?;
    assert_eq!((&verified["ok"], &verified["firstBad"]), (&json!(false), &json!(2)));
    Ok(())
}

#[tokio::test]
async fn each_world_tells_of_its_own_chain_once_it_is_opened() -> Result<()> {
    let (_site, browser) = ada().await?;
    let create = json!({ "type": "CreateAccount", "accountNumber": "Ada" });
    call(&browser, "dispatch", &[json!("transfers"), create]).await?;
    browser.reload().await?;
    browser.page.press("Files").await?;
    browser.page.shows("When this log was opened: Verified: 4 events are as recorded.").await?;
    browser.go("#/lab/transfers?open=files").await?;
    browser.page.shows("When this log was opened: Verified: 1 event is as recorded.").await?;
    browser.page.hides("4 events are as recorded").await?;
    browser.go("#/lab/bank?open=files").await?;
    browser.page.shows("When this log was opened: Verified: 4 events are as recorded.").await?;

    let change = "for (const [key, value] of Object.entries(localStorage)) {
        if (key.startsWith('daybook/2/transfers/')) localStorage.setItem(key, value.replace('Ada', 'Eve'));
    }";
    browser.run_js(change, &[]).await?;
    browser.reload().await?;
    browser.page.shows("When this log was opened: Verified: 4 events are as recorded.").await?;
    browser.go("#/lab/transfers?open=files").await?;
    browser.page.shows_status("Entry 1 is not as it was recorded.").await?;
    browser.page.shows("When this log was opened: Entry 1 is not as it was recorded.").await
}

/// The one file in a folder with this ending, once it is whole.
async fn saved(folder: &Path, extension: &str) -> Result<String> {
    let mut text = String::new();
    wait_until("the file is saved", async || {
        let files = fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
        let file = files.iter().find(|file| file.path().extension().is_some_and(|found| found == extension));
        text = file.map_or(Ok(String::new()), |file| fs::read_to_string(file.path()))?;
        Ok(!text.is_empty())
    })
    .await?;
    Ok(text)
}

#[tokio::test]
async fn another_format_says_what_it_cannot_hold_and_comes_back() -> Result<()> {
    let (_site, browser) = ada().await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    browser.page.press("Files").await?;
    let options = "return [...document.querySelectorAll('.files option')].map((option) => option.value)";
    let names = ["ndjson", "kurrentdb", "gaffer", "cloudevents", "csv", "sql"];
    assert_eq!(browser.run_js(options, &[]).await?, json!(names));
    browser.page.choose("Format", "CSV (for spreadsheets)").await?;
    browser.page.press("Export").await?;
    browser.page.shows_status("The log was saved as a file.").await?;
    browser.page.shows_status("This format does not hold everything:The log's id and the head of its chain").await?;
    let csv = saved(folder.path(), "csv").await?;
    let exported = call(&browser, "exportLog", &[json!("bank"), json!("csv")]).await?;
    assert_eq!(Some(csv.as_str()), exported.as_str());
    browser.page.choose("Format", "Daybook (NDJSON, nothing is lost)").await?;
    browser.page.hides("This format does not hold everything:").await?;

    let dialog = import(&browser, &csv).await?;
    dialog.shows("4 events.").await?;
    dialog.press("Open as a copy").await?;
    browser.page.shows("Events applied: 0 / 4").await?;
    browser.page.press("Return to now").await?;
    browser.page.region(PROJECTION).await?.shows("$120.00").await
}

#[tokio::test]
async fn what_cannot_be_read_is_saved_and_set_aside() -> Result<()> {
    let (_site, browser) = ada().await?;
    let folder = TempDir::new()?;
    browser.download_to(folder.path()).await?;
    let change = "const key = Object.keys(localStorage).find((key) => /^daybook[/]2[/]bank[/][^/]+[/]1[.]/.test(key));
        localStorage.setItem(key, 'not JSON \\ud800');
        localStorage.setItem('daybook/2/bankrupt/log/0', 'of another');";
    browser.run_js(change, &[]).await?;
    browser.reload().await?;
    browser.page.shows("Read-only. What is stored under").await?;
    browser.page.shows("Events applied: 2 / 2").await?;
    browser.page.press("Files").await?;
    browser.page.shows("This tab only shows what is stored.").await?;

    let stored = "return JSON.stringify(Object.fromEntries(
        Object.entries(localStorage).filter(([key]) => key.startsWith('daybook/2/bank/'))))";
    browser.page.press("Download what is stored").await?;
    browser.page.shows_status("What is stored was saved as a file.").await?;
    let file = saved(folder.path(), "json").await?;
    assert!(file.contains(r"not JSON \ud800"), "{file}");
    let whole = |text: &str| -> Result<Value> { Ok(serde_json::from_str(&text.replace(r"\ud800", ""))?) };
    let expected = browser.run_js(stored, &[]).await?;
    assert_eq!(whole(&file)?, whole(expected.as_str().context("a text")?)?);

    browser.page.press("Set it aside and go on").await?;
    browser.page.shows_status("What could not be read was set aside. The log goes on from entry 3.").await?;
    browser.page.hides("Read-only.").await?;
    browser.page.shows("This tab writes.").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $150.00").await?;
    browser.reload().await?;
    browser.page.shows("Events applied: 3 / 3").await?;
    browser.page.hides("Read-only.").await
}

#[tokio::test]
async fn a_link_opens_as_a_paused_copy_beside_the_own_log() -> Result<()> {
    let (site, browser) = ada().await?;
    let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    browser.cdp("Browser.grantPermissions", permissions).await?;
    browser.page.press_in("Files", "Share link").await?;
    browser.page.shows_status("The link was copied: ").await?;
    browser.page.shows_status(" letters, 4 entries.").await?;
    let link = browser.run_js("return await navigator.clipboard.readText()", &[]).await?;
    let link = link.as_str().context("a link")?;
    assert!(link.starts_with(&format!("{}#/lab/bank?log=", site.url())) && link.ends_with("&at=0"), "{link}");
    let log = browser.export("bank").await?;

    browser.begin_anew(site.url()).await?;
    browser.open(site.url()).await?;
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Bob" })).await?;
    let stored = browser.storage().await?;
    browser.open(link).await?;
    browser.page.shows("A copy, in memory. Your own log is untouched.").await?;
    browser.page.shows("Events applied: 0 / 4").await?;
    browser.page.press("Files").await?;
    browser.page.shows("This log is in memory. Nothing of it is stored.").await?;
    browser.page.press("Step forward").await?;
    browser.page.shows("Events applied: 1 / 4").await?;
    browser.reload().await?;
    browser.page.shows("Events applied: 1 / 4").await?;
    browser.page.press("Return to now").await?;
    browser.page.region(PROJECTION).await?.shows("$120.00").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    assert_eq!(browser.storage().await?, stored);

    browser.page.press("Back to my log").await?;
    browser.page.shows("Events applied: 1 / 1").await?;
    wait_until("the address lets go of the link", async || Ok(!browser.url().await?.contains("log="))).await?;
    browser.reload().await?;
    browser.page.shows("Events applied: 1 / 1").await?;

    let packed = link.split(['=', '&']).nth(1).context("a packed log")?;
    browser.go(&format!("#log={packed}&at=3")).await?;
    browser.page.shows("Events applied: 3 / 4").await?;
    assert_eq!((browser.storage().await?, events(&log).len()), (stored, 4));
    Ok(())
}

#[tokio::test]
async fn a_broken_link_is_told_and_changes_nothing() -> Result<()> {
    let (_site, browser) = ada().await?;
    let (log, stored) = (browser.export("bank").await?, browser.storage().await?);
    for (link, why) in [("AAAA", "It holds no log."), ("ZGJrAQ", "It was cut short or changed on its way.")] {
        browser.go(&format!("#/lab/bank?log={link}&at=0")).await?;
        browser.page.shows(&format!("The link you came by can’t be opened. {why}")).await?;
        browser.page.shows("Events applied: 4 / 4").await?;
    }
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (log, stored));
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_page_that_may_not_copy_shows_the_link() -> Result<()> {
    let (_site, browser) = ada().await?;
    browser.run_js("Object.defineProperty(navigator, 'clipboard', { value: undefined })", &[]).await?;
    browser.page.press_in("Files", "Share link").await?;
    browser.page.shows_status("This browser does not let the page copy. Copy the link from its field: ").await?;
    assert!(browser.page.typed("Link").await?.contains("#/lab/bank?log=ZGJr"), "the link is there to be copied");
    Ok(())
}

#[tokio::test]
async fn what_is_not_in_a_link_is_told() -> Result<()> {
    let (_site, browser) = ada().await?;
    browser.run_js("Object.defineProperty(navigator, 'clipboard', { value: undefined })", &[]).await?;
    browser.go("#/lab/bank?open=files").await?;
    browser.page.press("Share link").await?;
    browser.page.shows_status(" letters, 4 entries.").await?;
    assert!(!browser.page.status_text().await?.contains("not in it"), "all of it is");

    let ledger = browser.page.region("Event store").await?;
    ledger.press("deposited $50.00").await?;
    ledger.fill("Name", "lunch").await?;
    ledger.press("Bookmark").await?;
    browser.page.shows_status("Kept beside the log: ⚑ After event 3: lunch.").await?;
    browser.page.press("Share link").await?;
    browser.page.shows_status("4 entries. 1 bookmark is not in it: export the log to send that too.").await
}

#[tokio::test]
async fn who_writes_is_said_and_who_wrote() -> Result<()> {
    let (site, browser) = ada().await?;
    browser.page.press("Files").await?;
    browser.page.shows("This tab writes.").await?;
    browser.page.shows("This browser’s storage: less than 1 % used, 5.2 of 5.2 million letters free.").await?;
    let first = browser.tab().await?;
    let second = browser.open_tab(site.url()).await?;
    browser.page.press("Files").await?;
    browser.page.shows("Another tab writes; what you do here goes through it.").await?;
    browser.switch_to(&first).await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    browser.switch_to(&second).await?;
    browser.page.shows_status("Recorded in another tab: deposited $50.00, balance $170.00").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $50.00, balance $220.00").await
}
