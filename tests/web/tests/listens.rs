//! Who listens: readers that run and wait, each with its place in the log; and what breaks on the way to them.

mod common;

use anyhow::{Context, Result};
use common::lab::{count, each, list_shows, pick};
use common::{ACTIONS, call, record_ada};
use daybook_web_tests::{
    Browser, Key, Part, Site, dist, serve,
    transfers::{ada_and_bob, transfer},
    wait_until,
};
use serde_json::json;

/// An id that is nobody's.
const NOBODY: &str = "00000000-0000-7000-8000-000000000009";
const LISTENS: &str = "Who listens";
const BREAK: &str = "Break things";
const WAY: &str = "On the way";
const MONEY: &str = "How the money stands";
const OWN: &str = "Its own log";
const LEDGER: &str = "General ledger";
const LOG: &str = "Transaction log";
const TWICE: &str = "Twice: a message comes again";
const DICE: &str = "Dice the same number, the same faults";

/// A lab, empty.
async fn lab(world: &str) -> Result<(Site, Browser)> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}#/lab/{world}", site.url())).await?;
    browser.page.by_role("button", LISTENS).await?;
    Ok((site, browser))
}

/// The bank's lab with Ada's story, four events, and the drawer open.
async fn bank() -> Result<(Site, Browser, Part)> {
    let (site, browser) = lab("bank").await?;
    record_ada(&browser).await?;
    browser.page.press(LISTENS).await?;
    let drawer = browser.page.region(LISTENS).await?;
    Ok((site, browser, drawer))
}

/// The lab of transfers, where Ada has 100.00 and Bob nothing, and the drawer open. Gives their ids.
async fn transfers() -> Result<(Site, Browser, (String, String))> {
    let (site, browser) = lab("transfers").await?;
    let both = ada_and_bob(&browser).await?;
    browser.page.press(LISTENS).await?;
    Ok((site, browser, both))
}

/// Presses a button of a reader.
async fn press(page: &Part, reader: &str, button: &str) -> Result<()> {
    page.within("group", reader).await?.press(button).await
}

/// Waits until this stands under a reader's name.
async fn stands(page: &Part, reader: &str, text: &str) -> Result<()> {
    page.region(reader).await?.shows(text).await
}

/// How many entries of its own log a reader shows.
async fn own_entries(page: &Part, reader: &str) -> Result<usize> {
    Ok(page.region(reader).await?.within("list", OWN).await?.names("listitem").await?.len())
}

async fn is_active(page: &Part, role: &str, name: &str) -> Result<()> {
    wait_until(&format!("the focus is on {name}"), async || Ok(page.active().await? == (role.into(), name.into())))
        .await
}

#[tokio::test]
async fn followers_wait_until_they_are_let_run() -> Result<()> {
    let (_site, browser, drawer) = bank().await?;
    for reader in [LEDGER, LOG] {
        stands(&drawer, reader, "Paused").await?;
        stands(&drawer, reader, "Has read nothing yet. 4 messages wait.").await?;
        stands(&drawer, reader, "Next: event 1, Ada: account opened for Ada").await?;
        stands(&drawer, reader, "It has written nothing yet.").await?;
    }
    press(&drawer, LEDGER, "Run").await?;
    stands(&drawer, LEDGER, "Running").await?;
    stands(&drawer, LEDGER, "Has read up to event 4. Nothing waits.").await?;
    stands(&drawer, LEDGER, "All money $120.00").await?;
    list_shows(&drawer.region(LEDGER).await?, OWN, "$30.00").await?;
    stands(&drawer, LOG, "Has read nothing yet. 4 messages wait.").await?;
    assert!(!drawer.region(LOG).await?.has("list", OWN).await?, "the other one still waits");

    // What is recorded from now on is followed at once.
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    stands(&drawer, LEDGER, "All money $170.00").await?;
    stands(&drawer, LOG, "Has read nothing yet. 5 messages wait.").await?;
    press(&drawer, LEDGER, "Pause").await?;
    stands(&drawer, LEDGER, "Paused").await?;
    browser.page.region(ACTIONS).await?.press("Deposit").await?;
    stands(&drawer, LEDGER, "Has read up to event 5. 1 message waits.").await?;
    stands(&drawer, LEDGER, "All money $170.00").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn what_an_entry_led_to_is_told_with_the_followers_name() -> Result<()> {
    let (_site, browser, drawer) = bank().await?;
    press(&drawer, LEDGER, "Run").await?;
    stands(&drawer, LEDGER, "Has read up to event 4. Nothing waits.").await?;
    browser.page.press("Why this state?").await?;
    let why = browser.page.region("Why this state?").await?;
    why.unfold("What caused this, and what it caused").await?;
    why.shows("General ledger, event 4 transaction added: −$30.00, led to by event 4").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_follower_steps_and_begins_again() -> Result<()> {
    let (_site, browser, drawer) = bank().await?;
    press(&drawer, LOG, "Step").await?;
    browser.page.shows_status("Transaction log: Event 1 was dealt with.").await?;
    stands(&drawer, LOG, "Has read up to event 1. 3 messages wait.").await?;
    assert_eq!(own_entries(&drawer, LOG).await?, 1);
    press(&drawer, LOG, "Step").await?;
    stands(&drawer, LOG, "Has read up to event 2. 2 messages wait.").await?;
    assert_eq!(own_entries(&drawer, LOG).await?, 2);

    press(&drawer, LOG, "Run").await?;
    stands(&drawer, LOG, "Has read up to event 4. Nothing waits.").await?;
    assert_eq!(own_entries(&drawer, LOG).await?, 4);
    // One that runs is done at once.
    press(&drawer, LOG, "Rebuild").await?;
    browser.page.shows_status("Transaction log: begins again at the log’s beginning.").await?;
    stands(&drawer, LOG, "Has read up to event 4. Nothing waits.").await?;
    wait_until("it is written again", async || Ok(own_entries(&drawer, LOG).await? == 4)).await?;
    browser.page.shows("Events applied: 4 / 4").await
}

#[tokio::test]
async fn of_a_long_log_the_last_entries_are_shown() -> Result<()> {
    let (_site, browser, drawer) = bank().await?;
    press(&drawer, LOG, "Run").await?;
    for _ in 0..3 {
        browser.page.region(ACTIONS).await?.press("Deposit").await?;
    }
    stands(&drawer, LOG, "Has read up to event 7. Nothing waits.").await?;
    stands(&drawer, LOG, "2 entries before these").await?;
    assert_eq!(own_entries(&drawer, LOG).await?, 5);
    Ok(())
}

#[tokio::test]
async fn careful_and_naive_say_what_they_are() -> Result<()> {
    let (_site, browser, drawer) = bank().await?;
    let reader = drawer.region(LOG).await?;
    reader.unfold("How it keeps its place").await?;
    reader.shows("Done right: what it does and how far it has come are written in one step.").await?;
    reader.shows("What it did while it was naive it does not recognise: “Rebuild” it after that.").await?;
    reader.shows("It reads in order, as a catch-up subscription").await?;
    reader.press("Make it naive").await?;
    browser.page.shows_status("Transaction log: is naive now.").await?;
    reader.shows("Naive: it stores its place afterwards.").await?;
    reader.hides("Done right:").await?;
    is_active(&browser.page, "button", "Do it right").await?;
    let other = drawer.region(LEDGER).await?;
    other.unfold("How it keeps its place").await?;
    other.by_role("button", "Make it naive").await.context("the other one is as it was")?;

    browser.reload().await?;
    browser.ready().await?;
    let reader = browser.page.region(LOG).await?;
    reader.unfold("How it keeps its place").await?;
    reader.shows("Naive: it stores its place afterwards.").await?;
    reader.press("Do it right").await?;
    reader.shows("Done right: what it does").await?;
    reader.by_role("button", "Make it naive").await.map(drop)
}

#[tokio::test]
async fn each_reader_says_how_it_is_in_the_source() -> Result<()> {
    const NAIVE: &str = "In the source it is naive: what comes again is done again.";
    let (_site, _browser, drawer) = bank().await?;
    stands(&drawer, LEDGER, "In the source it is done right.").await?;
    stands(&drawer, LOG, NAIVE).await?;
    let (_site, browser, _) = transfers().await?;
    for reader in ["Transfers", "Accounts"] {
        stands(&browser.page, reader, NAIVE).await?;
    }
    let accounts = browser.page.region("Accounts").await?;
    accounts.unfold("How it keeps its place").await?;
    accounts.shows("It can share its work, as competing consumers do").await
}

/// Where a thing on the page begins, where it ends, and how high it is.
const BOX: &str = "
    const { left, right, height } = document.querySelector(arguments[0]).getBoundingClientRect();
    return [left, right, height]";

#[tokio::test]
async fn what_belongs_together_stands_together() -> Result<()> {
    let (_site, browser, drawer) = bank().await?;
    let of = async |selector: &str| -> Result<[f64; 3]> {
        Ok(serde_json::from_value(browser.run_js(BOX, &[json!(selector)]).await?)?)
    };
    drawer.region(LOG).await?.unfold("How it keeps its place").await?;
    let [words, ..] = of("section[aria-labelledby=reader-Transaction-log] .fold p").await?;
    let inset = "const style = getComputedStyle(document.querySelector('.care button'));
        return parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth)";
    let inset = browser.run_js(inset, &[]).await?.as_f64().context("a length")?;
    let [button, ..] = of(".care button").await?;
    assert!((button + inset - words).abs() < 1.0, "its words begin at {}, those above at {words}", button + inset);

    drawer.unfold("Snapshots").await?;
    let [left, right, select] = of(".seed select").await?;
    assert!(right - left < 300.0, "it is {} wide", right - left);
    let [.., label] = of(".seed").await?;
    assert!(label < 1.5 * select, "its words stand beside it: {label} high, and {select}");
    Ok(())
}

#[tokio::test]
async fn the_console_reads_what_a_follower_wrote() -> Result<()> {
    let (_site, browser, drawer) = bank().await?;
    let read = [json!("bank"), json!("ledger-General")];
    assert_eq!(browser.console("readStream", &read).await?.unwrap_or(json!([])), json!([]), "nothing is written yet");
    press(&drawer, LEDGER, "Run").await?;
    stands(&drawer, LEDGER, "All money $120.00").await?;
    let entries = call(&browser, "readStream", &read).await?;
    assert_eq!(each(&entries, "type"), ["LedgerCreated", "TransactionAdded", "TransactionAdded", "TransactionAdded"]);
    let amounts: Vec<_> = each(&entries, "data").into_iter().filter_map(|data| data["amount"].as_i64()).collect();
    assert_eq!(amounts, [10_000, 5_000, -3_000]);
    let bank = call(&browser, "readAll", &[json!("bank")]).await?;
    assert_eq!(entries[3]["metadata"]["causationId"], bank[3]["id"], "it names what led to it");
    assert_eq!(bank.as_array().map(Vec::len), Some(4), "the bank's own log has its own events alone");
    Ok(())
}

#[tokio::test]
async fn a_branch_has_nobody_who_acts() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    page.press("Step back").await?;
    page.press("Branch from here").await?;
    page.region(LISTENS).await?.shows("Nobody acts on what is in it.").await?;
    let way = page.within("list", "The way of a command").await?;
    way.shows("Transfers: what comes next Nobody acts on this log.").await?;
    way.hides("waits").await?;
    assert!(!page.has("button", "Step").await?, "there is nobody to step");
    page.press("Discard branch").await?;
    stands(page, "Transfers", "Running").await?;
    transfer(&browser, &ada, &bob, 1).await?;
    assert_eq!(count(&browser, "transfers", "TransferFinished").await?, 1);
    Ok(())
}

/// Waits until the tab in front has seen the transfer's end, and holds it to having come to one.
async fn has_come_to_one_end(browser: &Browser, figures: &str) -> Result<()> {
    let page = &browser.page;
    page.shows("Events applied: 10 / 10").await?;
    list_shows(page, WAY, "Finished").await?;
    list_shows(page, "Everyone", figures).await?;
    assert_eq!(count(browser, "transfers", "TransferFinished").await?, 1);
    assert_eq!(count(browser, "transfers", "Withdrawn").await?, 1);
    Ok(())
}

#[tokio::test]
async fn among_many_tabs_one_acts() -> Result<()> {
    let (site, browser, _) = transfers().await?;
    let page = &browser.page;
    let mut tabs = vec![browser.tab().await?];
    for nth in [2, 3] {
        tabs.push(browser.open_tab(&format!("{}#/lab/transfers?open=listens", site.url())).await?);
        browser.ready().await?;
        page.shows("Events applied: 3 / 3").await?;
        wait_until("the tabs know each other", async || Ok(call(&browser, "stats", &[]).await?["tabs"] == nth)).await?;
    }
    let mut writers = 0;
    for tab in &tabs {
        browser.switch_to(tab).await?;
        writers += usize::from(call(&browser, "stats", &[]).await?["thisTabWrites"] == true);
    }
    assert_eq!(writers, 1);

    browser.switch_to(&tabs[1]).await?;
    assert_eq!(call(&browser, "stats", &[]).await?["thisTabWrites"], false);
    let actions = page.region(ACTIONS).await?;
    pick(&actions, "Account", "Ada").await?;
    pick(&actions, "To", "Bob").await?;
    actions.press("Transfer").await?;
    for tab in tabs.iter().rev() {
        browser.switch_to(tab).await?;
        has_come_to_one_end(&browser, "Ada $60.00 Bob $40.00").await?;
    }
    assert_eq!(call(&browser, "verify", &[json!("transfers")]).await?["ok"], true);
    Ok(())
}

#[tokio::test]
async fn any_tab_steps_and_pauses_the_readers_of_all() -> Result<()> {
    let (site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    let first = browser.tab().await?;
    let second = browser.open_tab(&format!("{}#/lab/transfers?open=listens", site.url())).await?;
    browser.ready().await?;
    stands(page, "Transfers", "Running").await?;
    press(page, "Transfers", "Pause").await?;
    stands(page, "Transfers", "Paused").await?;
    browser.switch_to(&first).await?;
    stands(page, "Transfers", "Paused").await?;
    transfer(&browser, &ada, &bob, 4_000).await?;
    stands(page, "Transfers", "1 message waits.").await?;

    browser.switch_to(&second).await?;
    stands(page, "Transfers", "Next: event 4, Ada → Bob: transfer of $40.00 initiated").await?;
    press(page, "Transfers", "Step").await?;
    // The other reader runs.
    page.shows("Events applied: 6 / 6").await?;
    // Whoever acted goes; another tab acts in its place.
    browser.switch_to(&first).await?;
    page.shows("Events applied: 6 / 6").await?;
    browser.close_tab().await?;
    browser.switch_to(&second).await?;
    wait_until("this tab writes", async || Ok(call(&browser, "stats", &[]).await?["thisTabWrites"] == true)).await?;
    stands(page, "Transfers", "Paused").await?;
    press(page, "Transfers", "Run").await?;
    has_come_to_one_end(&browser, "Ada $60.00 Bob $40.00").await
}

#[tokio::test]
async fn a_reader_that_waits_still_waits_after_a_reload() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    press(page, "Accounts", "Pause").await?;
    stands(page, "Accounts", "Paused").await?;
    transfer(&browser, &ada, &bob, 4_000).await?;
    stands(page, "Accounts", "1 message waits.").await?;

    browser.reload().await?;
    browser.ready().await?;
    stands(page, "Accounts", "Paused").await?;
    stands(page, "Accounts", "1 message waits.").await?;
    stands(page, "Accounts", "message: withdraw $40.00 for a transfer").await?;
    stands(page, "Transfers", "Running").await?;
    list_shows(page, WAY, "Ada $100.00 $40.00 Initial Bob $0.00").await?;
    press(page, "Accounts", "Run").await?;
    stands(page, "Accounts", "Running").await?;
    has_come_to_one_end(&browser, "Ada $60.00 Bob $40.00").await
}

#[tokio::test]
async fn the_money_is_seen_while_one_steps() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    let drawer = page.region(LISTENS).await?;
    assert!(!drawer.has("list", MONEY).await?, "nothing was on its way yet");
    for reader in ["Transfers", "Accounts"] {
        press(page, reader, "Pause").await?;
        stands(page, reader, "Paused").await?;
    }
    transfer(&browser, &ada, &bob, 4_000).await?;
    list_shows(&drawer, MONEY, "Ada $100.00 $40.00 Initial Bob $0.00").await?;
    press(page, "Transfers", "Step").await?;
    stands(page, "Accounts", "1 message waits.").await?;
    press(page, "Accounts", "Step").await?;
    list_shows(&drawer, MONEY, "Ada $60.00 $40.00 Initial Bob $0.00").await?;
    press(page, "Transfers", "Step").await?;
    list_shows(&drawer, MONEY, "Ada $60.00 $40.00 Withdrawn Bob $0.00").await
}

#[tokio::test]
async fn a_switch_alone_moves_the_money_twice() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    transfer(&browser, &ada, &bob, 4_000).await?;
    has_come_to_one_end(&browser, "Ada $60.00 Bob $40.00").await?;
    page.press(BREAK).await?;
    let switch = "Do everything that comes again: A message that is delivered twice moves the money twice.";
    page.click("checkbox", switch).await?;
    wait_until("it is on", async || is_checked(page, switch).await).await?;
    page.press(LISTENS).await?;
    let reader = page.region("Accounts").await?;
    reader.unfold("How it keeps its place").await?;
    reader.press("Deliver everything again").await?;
    list_shows(page, "Everyone", "Ada $20.00 Bob $120.00").await
}

#[tokio::test]
async fn what_is_rebuilt_moves_no_money_again() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    transfer(&browser, &ada, &bob, 4_000).await?;
    page.shows("Events applied: 10 / 10").await?;
    for reader in ["Transfers", "Accounts"] {
        press(page, reader, "Rebuild").await?;
        page.shows_status(&format!("{reader}: begins again at the log’s beginning.")).await?;
        stands(page, reader, "Nothing waits.").await?;
    }
    has_come_to_one_end(&browser, "Ada $60.00 Bob $40.00").await
}

#[tokio::test]
async fn what_holds_a_reader_up_says_why_and_is_put_aside() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    let of_nobody = json!({ "type": "Withdrawn", "data": { "amount": 500, "transferId": NOBODY } });
    let stream = json!(format!("account-{ada}"));
    call(&browser, "append", &[json!("transfers"), stream, json!("any"), json!([of_nobody])]).await?;
    transfer(&browser, &ada, &bob, 4_000).await?;
    let why = "It could not deal with event 4, Ada: withdrew $5.00 for a transfer. There is no such transfer.";
    stands(page, "Transfers", why).await?;
    page.within("group", "Transfers").await?.press("Put it aside and go on").await?;
    stands(page, "Transfers", "Nothing waits.").await?;
    is_active(page, "button", "Pause").await.context("the button is gone, and the reader runs")?;
    list_shows(page, WAY, "Ada $55.00 $40.00 Finished Bob $40.00").await?;
    let reader = page.region("Transfers").await?;
    reader.shows("Put aside: nobody could deal with these").await?;
    reader.shows("event 4, Ada: withdrew $5.00 for a transfer").await?;
    assert!(!reader.has("button", "Put it aside and go on").await?, "nothing holds it up");
    reader.press("Try again").await?;
    page.shows_status("Transfers: tries again.").await?;
    stands(page, "Transfers", "Nothing waits.").await?;
    reader.by_role("button", "Try again").await.context("it stays aside")?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_dead_letter_says_to_whom_it_is_and_why_nobody_deals_with_it() -> Result<()> {
    let (_site, browser, (ada, _)) = transfers().await?;
    let page = &browser.page;
    page.press(BREAK).await?;
    let switch = "Never note a failure: A transfer to a missing account takes the money and sticks: nothing is noted and nothing goes back.";
    page.click("checkbox", switch).await?;
    wait_until("it is on", async || is_checked(page, switch).await).await?;
    page.press(LISTENS).await?;
    transfer(&browser, &ada, NOBODY, 2_500).await?;
    stands(page, "Accounts", "event 8, To nobody: message: deposit $25.00 of a transfer").await?;
    stands(page, "Accounts", "There is no such account. Create it first.").await?;
    press(page, "Accounts", "Pause").await?;
    stands(page, "Accounts", "Paused").await?;
    page.region("Accounts").await?.press("Try again").await?;
    page.shows_status("Accounts: tries again at the next “Step” or “Run”.").await?;
    press(page, "Accounts", "Step").await?;
    page.shows_status("Accounts: Event 8 is tried again: There is no such account.").await
}

#[tokio::test]
async fn the_keyboard_alone_is_enough() -> Result<()> {
    let (_site, browser) = lab("transfers").await?;
    let page = &browser.page;
    let (ada, bob) = ada_and_bob(&browser).await?;
    let enter = Key::Enter.to_string();
    page.tab_to("button", LISTENS).await?;
    page.keys(&enter).await?;
    is_active(page, "heading", LISTENS).await?;
    page.tab_to("button", "Pause").await?;
    page.keys(&enter).await?;
    stands(page, "Transfers", "Paused").await?;
    is_active(page, "button", "Run").await?;
    transfer(&browser, &ada, &bob, 4_000).await?;
    stands(page, "Transfers", "1 message waits.").await?;

    page.shift_tab_to("button", "Step").await?;
    page.keys(" ").await?;
    page.shows("Events applied: 6 / 6").await?;
    stands(page, "Transfers", "Has read up to event 4. 1 message waits.").await?;
    is_active(page, "button", "Step").await?;
    page.keys(" ").await?;
    page.shows("Events applied: 7 / 7").await?;
    page.tab_to("button", "Run").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 10 / 10").await?;
    is_active(page, "button", "Pause").await?;
    page.keys(&Key::Escape.to_string()).await?;
    is_active(page, "button", LISTENS).await
}

async fn is_checked(page: &Part, checkbox: &str) -> Result<bool> {
    let checked = page.by_role("checkbox", checkbox).await?.prop("checked").await?;
    Ok(checked.as_deref() == Some("true"))
}

#[tokio::test]
async fn a_fault_stays_on_until_it_is_turned_off() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    page.press(BREAK).await?;
    assert!(!is_checked(page, TWICE).await?);
    page.click("checkbox", TWICE).await?;
    wait_until("it is on", async || is_checked(page, TWICE).await).await?;
    page.press(BREAK).await?;
    wait_until("the drawer is closed", async || Ok(!page.has("region", BREAK).await?)).await?;
    page.press(BREAK).await?;
    assert!(is_checked(page, TWICE).await?, "the drawer was closed and opened again");
    browser.reload().await?;
    browser.ready().await?;
    assert!(is_checked(page, TWICE).await?, "the page was loaded again");
    assert!(
        !is_checked(page, "Lost: a message does not come until the reader asks again").await?,
        "no other was touched"
    );

    // Whoever reads is done right, so it does no harm.
    transfer(&browser, &ada, &bob, 4_000).await?;
    has_come_to_one_end(&browser, "Ada $60.00 Bob $40.00").await?;
    page.click("checkbox", TWICE).await?;
    wait_until("it is off", async || Ok(!is_checked(page, TWICE).await?)).await?;
    browser.reload().await?;
    browser.ready().await?;
    assert!(!is_checked(page, TWICE).await?, "for good");
    Ok(())
}

#[tokio::test]
async fn a_switch_makes_the_business_as_in_the_source() -> Result<()> {
    let (_site, browser, (ada, bob)) = transfers().await?;
    let page = &browser.page;
    page.press(BREAK).await?;
    let overdraft = "Take out what is not there: Withdrawing 100 from 0 gives −100: nobody looks at the balance.";
    page.click("checkbox", overdraft).await?;
    wait_until("it is on", async || is_checked(page, overdraft).await).await?;
    transfer(&browser, &bob, &ada, 4_000).await?;
    has_come_to_one_end(&browser, "Ada $140.00 Bob −$40.00").await
}

#[tokio::test]
async fn dice_that_are_none_are_told_beside_them() -> Result<()> {
    let (_site, browser, _) = transfers().await?;
    let page = &browser.page;
    page.press(BREAK).await?;
    let drawer = page.region(BREAK).await?;
    for (typed, found) in [("many", "“many”"), ("-1", "“-1”"), ("1.5", "“1.5”"), ("4294967296", "“4294967296”")]
    {
        drawer.fill(DICE, typed).await?;
        let told = drawer.refusal("Run both", DICE).await?;
        assert_eq!(told, format!("Expected a whole number from 0 to 4294967295, found {found}."));
    }
    assert!(!drawer.has("table", "What came of it").await?, "nothing was tried");
    drawer.click("checkbox", TWICE).await?;
    assert!(!is_checked(&drawer, TWICE).await?, "it is on when it is written down, and not before");
    drawer.fill(DICE, "4294967295").await?;
    drawer.press("Run both").await?;
    drawer.by_role("table", "What came of it").await?;
    assert_eq!(drawer.attr("textbox", DICE, "aria-invalid").await?.as_deref(), Some("false"));
    Ok(())
}

/// What the table says in a column of figures, from 0: without faults, done right, as in the source.
async fn column(drawer: &Part, nth: usize) -> Result<Vec<String>> {
    let cells = drawer.within("table", "What came of it").await?.names("cell").await?;
    Ok(cells.chunks(3).filter_map(|row| row.get(nth).cloned()).collect())
}

#[tokio::test]
async fn the_same_day_goes_wrong_where_it_is_done_as_in_the_source() -> Result<()> {
    for world in ["transfers", "bank"] {
        let (_site, browser) = lab(world).await?;
        browser.page.press(BREAK).await?;
        let drawer = browser.page.region(BREAK).await?;
        drawer.press("Run both").await?;
        browser.page.shows_status("Three days are over: see the table.").await?;
        let table = drawer.within("table", "What came of it").await?;
        assert_eq!(
            table.names("columnheader").await?,
            ["Counted", "Without faults", "Done right", "As in the source"],
            "{world}"
        );
        let (due, right, source) = (column(&drawer, 0).await?, column(&drawer, 1).await?, column(&drawer, 2).await?);
        assert!(due.len() > 1 && due.len() == table.names("rowheader").await?.len(), "{world}: {due:?}");
        assert_eq!(right, due, "{world}: done right, faults change nothing");
        if world == "transfers" {
            let counted = table.names("rowheader").await?;
            let ends = counted.iter().filter_map(|counted| counted.strip_prefix("at the end "));
            let ends: Vec<_> = ends.collect();
            assert!(["finished", "failed", "refunded"].iter().all(|end| ends.contains(end)), "{ends:?}");
            assert!(["initial", "withdrawn"].iter().any(|end| ends.contains(end)), "some are stuck: {ends:?}");
        }
        let is_wrong: Vec<_> = source.iter().map(|cell| cell.starts_with("✗ ") && cell.ends_with(" wrong")).collect();
        let differs: Vec<_> = source.iter().zip(&due).map(|(source, due)| source != due).collect();
        assert!(is_wrong.contains(&true), "{world}: {source:?}");
        assert_eq!(is_wrong, differs, "{world}: each that differs is marked: {source:?}");

        // The same dice, the same day; and nothing of it is recorded.
        drawer.press("Run both").await?;
        assert_eq!(column(&drawer, 2).await?, source, "{world}");
        assert_eq!(call(&browser, "readAll", &[json!(world)]).await?, json!([]), "{world}");
        assert_eq!(browser.complaints().await?, [], "{world}");
    }
    Ok(())
}
