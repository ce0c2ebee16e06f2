//! The whole story, as a person lives it: with a mouse, and by keyboard alone.

mod common;

use std::fs;

use anyhow::{Context, Result};
use common::{ACTIONS, CRUD, LEDGER, PROJECTION, account, ada, ask, downloaded, empty, events};
use daybook_web_tests::{Browser, Key, Part, dist, serve, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

const SLIDER: (&str, &str) = ("slider", "Replay position");

#[tokio::test]
async fn the_whole_story_with_a_mouse() -> Result<()> {
    let site = serve(&dist(), "/a/b/", 0)?;
    let browser = Browser::visit(site.url()).await?;
    let (page, folder) = (&browser.page, TempDir::new()?);
    browser.download_to(folder.path()).await?;

    let (actions, ledger) = (page.region(ACTIONS).await?, page.region(LEDGER).await?);
    let (projection, crud) = (page.region(PROJECTION).await?, page.region(CRUD).await?);
    ledger.shows("No events recorded yet.").await?;
    ledger.shows("Append Only").await?;
    for text in ["$0.00", "No Account", "Account ID -", "Owner -", "Status Inactive"] {
        projection.shows(text).await?;
    }

    assert_eq!(
        (actions.typed("Owner").await?.as_str(), actions.typed("Opening deposit").await?.as_str()),
        ("Ada", "100.00")
    );
    actions.press("Open account").await?;
    page.shows_status("Recorded: account opened for Ada; deposited $100.00, balance $100.00").await?;
    actions.fill("Amount", "50.00").await?;
    actions.press("Deposit").await?;
    page.shows_status("Recorded: deposited $50.00, balance $150.00").await?;
    crud.shows("UPDATE accounts SET balance = 150.00").await?;
    crud.shows("balance 100.00 is gone.").await?;

    actions.fill("Amount", "1000").await?;
    let refusal = actions.refusal("Withdraw", "Amount").await?;
    assert_eq!(refusal, "Expected at most $150.00, which is all there is; found $1,000.00.");
    page.shows("Events applied: 3 / 3").await?;

    actions.fill("Amount", "30").await?;
    actions.press("Withdraw").await?;
    page.shows_status("Recorded: withdrew $30.00, balance $120.00").await?;
    for text in ["$120.00", "0 + 100.00 + 50.00 − 30.00 = 120.00", "Owner Ada", "Status Open"] {
        projection.shows(text).await?;
    }
    let rows = ["account opened for Ada", "deposited $100.00", "deposited $50.00", "withdrew $30.00"];
    assert_eq!(ledger.names("button").await?, rows, "a row for each event, oldest first, and none for the refusal");

    let story = browser.export("bank").await?;
    page.click(SLIDER.0, SLIDER.1).await?; // In its middle.
    page.shows("Events applied: 2 / 4").await?;
    projection.shows("0 + 100.00 = 100.00").await?;
    crud.shows("UPDATE accounts SET balance = 120.00").await?;
    page.press("Step back").await?;
    page.press("Step back").await?;
    page.shows("Events applied: 0 / 4").await?;
    projection.shows("No Account").await?;
    page.press("Step forward").await?;
    page.shows("Events applied: 1 / 4").await?;

    page.region("Time Travel Debugger").await?.press("Branch from here").await?;
    page.shows("Events applied: 1 / 1").await?;
    actions.fill("Amount", "7").await?;
    actions.press("Deposit").await?;
    projection.shows("$7.00").await?;
    page.press("Discard branch").await?;
    page.shows("Events applied: 1 / 4").await?;
    page.press("Return to now").await?;
    projection.shows("$120.00").await?;

    browser.reload().await?;
    browser.ready().await?;
    page.region(PROJECTION).await?.shows("$120.00").await?;
    assert_eq!(browser.export("bank").await?, story, "a reload changes nothing");

    page.press_in("Files", "Export").await?;
    assert_eq!(downloaded(folder.path()).await?, story);
    page.press_in("Files", "Reset demo").await?;
    page.within("alertdialog", "Reset the demo?").await?.press("Remove").await?;
    page.shows("No events recorded yet.").await?;

    page.press_in("Files", "Import").await?;
    let dialog = page.within("dialog", "Import a log").await?;
    let file = fs::read_dir(folder.path())?.next().context("the saved file")??.path();
    dialog.attach("File", &file).await?;
    dialog.shows("Fine: 4 events.").await?;
    dialog.press("Replace my log").await?;
    page.shows("Events applied: 0 / 4").await?;
    assert_eq!(events(&browser.export("bank").await?), events(&story), "the same events, in a log of another id");

    assert_eq!(browser.complaints().await?, []);
    assert_eq!(browser.requests_beyond(site.url()).await?, [""; 0], "no request leaves the site");
    Ok(())
}

#[tokio::test]
async fn the_whole_story_by_keyboard_alone() -> Result<()> {
    let site = serve(&dist(), "/a/b/", 0)?;
    let browser = Browser::visit(site.url()).await?;
    let (page, folder) = (&browser.page, TempDir::new()?);
    browser.download_to(folder.path()).await?;
    let (enter, space) = (Key::Enter.to_string(), " ");

    page.tab_to("textbox", "Owner").await?;
    retype(page, "Bob").await?;
    page.keys(&enter).await?;
    page.shows_status("Recorded: account opened for Bob; deposited $100.00, balance $100.00").await?;
    page.tab_to("textbox", "Amount").await?;
    retype(page, "50").await?;
    page.keys(&enter).await?;
    page.shows_status("Recorded: deposited $50.00, balance $150.00").await?;
    retype(page, "1000").await?;
    page.tab_to("button", "Withdraw").await?;
    page.keys(&enter).await?;
    page.shows("Expected at most $150.00, which is all there is; found $1,000.00.").await?;
    page.shift_tab_to("textbox", "Amount").await?;
    retype(page, "30").await?;
    page.tab_to("button", "Withdraw").await?;
    page.keys(space).await?;
    page.shows_status("Recorded: withdrew $30.00, balance $120.00").await?;

    page.tab_to("button", "withdrew $30.00").await?;
    page.keys(&enter).await?;
    page.shows("\"type\": \"MoneyWithdrawn\"").await?;

    let story = browser.export("bank").await?;
    page.tab_to(SLIDER.0, SLIDER.1).await?;
    for (key, applied) in [(Key::Left, 3), (Key::Home, 0), (Key::Right, 1), (Key::End, 4), (Key::Left, 3)] {
        page.keys(&key.to_string()).await?;
        page.shows(&format!("Events applied: {applied} / 4")).await?;
    }
    page.tab_to("textbox", "Amount").await?;
    page.keys(&enter).await?;
    page.shows("You are looking at event 3 of 4").await?;
    wait_until("the question has the focus", async || {
        Ok(page.active().await? == ("button".into(), "Return to now".into()))
    })
    .await?;
    page.tab_to("button", "Branch from here").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 3 / 3").await?;
    page.tab_to("textbox", "Amount").await?;
    retype(page, "7").await?;
    page.keys(&enter).await?;
    page.shows_status("What if: deposited $7.00, balance $157.00").await?;
    page.tab_to("button", "Discard branch").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 3 / 4").await?;
    assert_eq!(browser.export("bank").await?, story, "the what-if left no trace");
    page.tab_to("button", "Return to now").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 4 / 4").await?;

    browser.reload().await?;
    browser.ready().await?;
    page.shows("Events applied: 4 / 4").await?;
    page.tab_to("button", "Files").await?;
    page.keys(&enter).await?;
    page.tab_to("button", "Export").await?;
    page.keys(&enter).await?;
    assert_eq!(downloaded(folder.path()).await?, story);

    page.tab_to("button", "Reset demo").await?;
    page.keys(&enter).await?;
    let dialog = page.within("alertdialog", "Reset the demo?").await?;
    wait_until("what changes nothing has the focus", async || {
        Ok(page.active().await? == ("button".into(), "Keep".into()))
    })
    .await?;
    dialog.shows("4 events of the bank, here and in the lab, will be removed.").await?;
    page.tab_to("button", "Remove").await?;
    page.keys(&enter).await?;
    page.shows("No events recorded yet.").await?;

    page.tab_to("button", "Import").await?;
    page.keys(&enter).await?;
    page.tab_to("textbox", "Or paste its text").await?;
    page.keys(&story).await?;
    page.shows("Fine: 4 events.").await?;
    page.tab_to("button", "Replace my log").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 0 / 4").await?;
    assert_eq!(events(&browser.export("bank").await?), events(&story));

    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

/// Types in place of what stands in the textbox that has the focus.
async fn retype(page: &Part, text: &str) -> Result<()> {
    page.keys(&(Key::Control + "a")).await?;
    page.keys(text).await
}

#[tokio::test]
async fn a_row_opens_to_the_whole_recorded_event() -> Result<()> {
    let (_site, browser) = ada().await?;
    let ledger = browser.page.region(LEDGER).await?;
    let row = "deposited $50.00";
    assert_eq!(ledger.attr("button", row, "aria-expanded").await?.as_deref(), Some("false"));

    ledger.press(row).await?;
    ledger.shows("\"MoneyDeposited\"").await?;
    assert_eq!(ledger.attr("button", row, "aria-expanded").await?.as_deref(), Some("true"));
    let text = ledger.text().await?;
    let (from, to) = (text.find('{').context("an object begins")?, text.rfind('}').context("an object ends")?);
    let shown: Value = serde_json::from_str(&text[from..=to])?;
    let all = browser.console("readAll", &[json!("bank")]).await??;
    assert_eq!(shown, all[2], "the row shows what is recorded, and nothing else");

    ledger.press("Go to this moment").await?;
    browser.page.shows("Events applied: 3 / 4").await?;
    ledger.press(row).await?;
    ledger.hides("\"MoneyDeposited\"").await?;
    assert_eq!(ledger.attr("button", row, "aria-expanded").await?.as_deref(), Some("false"));
    Ok(())
}

#[tokio::test]
async fn every_moment_is_told_in_words() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    for (applied, words, figure) in [
        (4, "after event 4 of 4, withdrew $30.00, balance $120.00", "$120.00"),
        (3, "after event 3 of 4, deposited $50.00, balance $150.00", "$150.00"),
        (2, "after event 2 of 4, deposited $100.00, balance $100.00", "$100.00"),
        (1, "after event 1 of 4, account opened for Ada, balance $0.00", "$0.00"),
        (0, "Genesis, before the first of 4 events", "$0.00"),
    ] {
        page.shows(&format!("Events applied: {applied} / 4")).await?;
        assert_eq!(page.attr(SLIDER.0, SLIDER.1, "aria-valuetext").await?.as_deref(), Some(words));
        page.region(PROJECTION).await?.shows(figure).await?;
        let rows = page.region(LEDGER).await?.names("button").await?;
        let not_yet: Vec<_> = rows.iter().map(|name| name.ends_with("not yet")).collect();
        assert_eq!(not_yet, (0..4).map(|nth| nth >= applied).collect::<Vec<_>>(), "{rows:?}");
        if applied > 0 {
            page.press("Step back").await?;
        }
    }
    // It keeps the focus, so it is disabled in word only, and does nothing.
    let is_off = async |step: &str| page.attr("button", step, "aria-disabled").await;
    assert_eq!(is_off("Step back").await?.as_deref(), Some("true"), "there is nothing before Genesis");
    page.press("Step back").await?;
    page.shows("Events applied: 0 / 4").await?;
    page.press("Return to now").await?;
    page.shows("Events applied: 4 / 4").await?;
    assert_eq!(is_off("Step forward").await?.as_deref(), Some("true"), "there is nothing after now");
    assert!(!page.has("button", "Return to now").await?, "it is now already");
    Ok(())
}

#[tokio::test]
async fn a_row_has_no_past() -> Result<()> {
    let (_site, browser) = ada().await?;
    let crud = browser.page.region(CRUD).await?;
    let now = crud.names("cell").await?;
    assert_eq!(now[1..], ["Ada", "120.00", "open"]);
    crud.hides("a row has no past").await?;

    browser.console("seek", &[json!("bank"), json!(2)]).await??;
    browser.page.region(PROJECTION).await?.shows("$100.00").await?;
    crud.shows("This is still the row of now: a row has no past.").await?;
    assert_eq!(crud.names("cell").await?, now, "the row is that of now");
    Ok(())
}

#[tokio::test]
async fn a_command_in_the_past_asks_first_and_records_nothing() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    let (before, stored) = (browser.export("bank").await?, browser.storage().await?);
    let question = ("group", "You are looking at event 3 of 4");
    let actions = page.region(ACTIONS).await?;

    for command in ["Open account", "Deposit", "Withdraw", "Close account"] {
        page.press("Step back").await?;
        page.shows("Events applied: 3 / 4").await?;
        assert!(!page.has(question.0, question.1).await?, "nothing was asked yet");
        actions.press(command).await?;
        page.within(question.0, question.1).await?.press("Return to now").await?;
        page.shows("Events applied: 4 / 4").await?;
        assert!(!page.has(question.0, question.1).await?, "it was answered");
    }
    page.press("Step back").await?;
    actions.press("Deposit").await?;
    page.within(question.0, question.1).await?.press("Cancel").await?;
    page.shows("Events applied: 3 / 4").await?;
    assert!(!page.has(question.0, question.1).await?, "it was answered");

    assert_eq!(browser.export("bank").await?, before);
    assert_eq!(browser.storage().await?, stored);
    Ok(())
}

#[tokio::test]
async fn a_what_if_never_touches_the_log() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    let (before, stored) = (browser.export("bank").await?, browser.storage().await?);
    let actions = page.region(ACTIONS).await?;

    page.press("Step back").await?;
    actions.press("Deposit").await?;
    page.within("group", "You are looking at event 3 of 4").await?.press("Branch from here").await?;
    page.shows("What if: a branch from event 3 on, in pencil.").await?;
    actions.fill("Amount", "1.00").await?;
    actions.press("Withdraw").await?;
    page.shows_status("What if: withdrew $1.00, balance $149.00").await?;

    page.press("Compare").await?;
    let compare = page.region("Recorded and what if, from event 3 on").await?;
    compare.shows("Recorded: Ada $120.00 Open withdrew $30.00, balance $120.00").await?;
    compare.shows("What if: Ada $149.00 Open withdrew $1.00, balance $149.00").await?;
    assert_eq!(browser.export("bank").await?, before, "while the what-if is looked at");

    page.press("Discard branch").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.hides("What if: a branch").await?;
    assert_eq!(browser.export("bank").await?, before);
    assert_eq!(browser.storage().await?, stored);
    Ok(())
}

#[tokio::test]
async fn the_log_plays_and_pauses() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    page.press("Play").await?;
    page.shows("Events applied: 0 / 4").await?;
    page.shows("Events applied: 1 / 4").await?;
    page.press("Pause").await?;
    let paused = browser.console("cursor", &[json!("bank")]).await??;
    assert!(!page.has("button", "Pause").await?, "it is paused");
    assert_ne!(paused["applied"], 4, "it was paused on its way");

    page.press("Play").await?;
    page.shows("Events applied: 4 / 4").await?;
    page.by_role("button", "Play").await?;
    Ok(())
}

#[tokio::test]
async fn the_address_names_the_moment() -> Result<()> {
    let (site, browser) = ada().await?;
    let page = &browser.page;
    page.press("Step back").await?;
    wait_until("the address tells the moment", async || Ok(browser.url().await?.ends_with("?at=3"))).await?;
    browser.reload().await?;
    page.shows("Events applied: 3 / 4").await?;

    browser.open(&format!("{}#/?at=1", site.url())).await?;
    page.shows("Events applied: 1 / 4").await?;
    browser.open(&format!("{}#/?at=2", site.url())).await?;
    page.shows("Events applied: 2 / 4").await?;
    browser.back().await?;
    page.shows("Events applied: 1 / 4").await?;
    browser.forward().await?;
    page.shows("Events applied: 2 / 4").await?;
    browser.open(&format!("{}#/?at=99", site.url())).await?;
    page.shows("Events applied: 4 / 4").await?;
    Ok(())
}

#[tokio::test]
async fn the_account_is_chosen_from_the_second_one_on() -> Result<()> {
    let (_site, browser) = ada().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let projection = browser.page.region(PROJECTION).await?;
    assert!(actions.names("combobox").await?.is_empty(), "there is nothing to choose between");

    actions.fill("Owner", "Bob").await?;
    actions.fill("Opening deposit", "5").await?;
    actions.press("Open account").await?;
    projection.shows("Owner Bob").await?;
    assert_eq!(actions.names("combobox").await?, ["Account"]);
    let accounts = actions.by_role("combobox", "Account").await?.text().await?;
    let names: Vec<_> = accounts.lines().map(str::trim).collect();
    assert!(names.len() == 2 && names[0].starts_with("Ada, ") && names[1].starts_with("Bob, "), "{names:?}");
    let rows = browser.page.region(LEDGER).await?.names("button").await?;
    assert_eq!(rows.last().map(String::as_str), Some("Bob: deposited $5.00"), "rows tell whose they are now");

    actions.choose("Account", names[0]).await?;
    projection.shows("Owner Ada").await?;
    actions.fill("Amount", "1").await?;
    actions.press("Deposit").await?;
    projection.shows("$121.00").await?;
    Ok(())
}

#[tokio::test]
async fn the_kept_view_says_what_the_replay_says() -> Result<()> {
    let (_site, browser) = ada().await?;
    // A figure that is still on its way is not read.
    browser.emulate(&[("prefers-reduced-motion", "reduce")]).await?;
    let projection = browser.page.region(PROJECTION).await?;
    for (applied, replayed) in [(4, "replayed 4 events"), (3, "replayed 3 events"), (1, "replayed 1 event")] {
        browser.console("seek", &[json!("bank"), json!(applied)]).await??;
        projection.shows(replayed).await?;
        let by_replay = projection.text().await?;
        projection.press("Read from the kept view").await?;
        projection.shows("read from the kept view").await?;
        let kept = projection.text().await?;
        let figures =
            |text: &str| text.lines().take_while(|line| !line.starts_with("re")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(figures(&kept), figures(&by_replay));
        assert!(figures(&kept).len() > 3, "{kept}");
        projection.press("Replay the events").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_question_asked_later_is_answered_live() -> Result<()> {
    let (_site, browser) = empty().await?;
    let why = browser.page.region("Why use it in practice").await?;
    why.shows("How many customers withdrew money within 5 minutes of depositing?").await?;
    why.shows("None yet: nobody has withdrawn any money.").await?;
    let opened = ask(&browser, json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 100 })).await?;
    ask(&browser, json!({ "type": "Withdraw", "accountId": account(&opened)?, "amount": 1 })).await?;
    why.shows("1 of the 1 who withdrew money.").await?;
    why.shows("Can't be answered.").await?;
    Ok(())
}

#[tokio::test]
async fn who_asks_and_why_is_written_down() -> Result<()> {
    let (_site, browser) = ada().await?;
    let actions = browser.page.region(ACTIONS).await?;
    browser.run_js("document.querySelector('details').open = true", &[]).await?;
    actions.fill("Acting as", "Grace").await?;
    actions.fill("Reason", "rent").await?;
    for _ in 0..2 {
        actions.press("Deposit").await?;
    }
    browser.page.shows("Events applied: 6 / 6").await?;
    let all = browser.console("readAll", &[json!("bank")]).await??;
    let written = [3, 4, 5].map(|nth| (&all[nth]["metadata"]["actor"], &all[nth]["metadata"]["reason"]));
    let (you, grace, rent) = (json!("you"), json!("Grace"), json!("rent"));
    let nothing = Value::Null;
    assert_eq!(written, [(&you, &nothing), (&grace, &rent), (&grace, &nothing)], "a reason is for one command");
    Ok(())
}
