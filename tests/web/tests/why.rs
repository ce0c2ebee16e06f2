//! Why this state? What an entry changed, who is to blame for a field, any two moments, and the figure over time.

mod common;

use anyhow::Result;
use common::{ada, call, empty, record_ada};
use daybook_web_tests::{Browser, Key, Part, Screen, Site, bank::open_account, wait_until};
use serde_json::json;

const WHY: &str = "Why this state?";
const CHANGED: &str = "What the last entry changed";
const PINNED: &str = "Why a field is as it is";
const TWO: &str = "Compare two moments";
const CHART: &str = "The balance over time";

/// The bank's lab with Ada's story, and the drawer open.
async fn why() -> Result<(Site, Browser)> {
    let (site, browser) = ada().await?;
    open(&browser).await?;
    Ok((site, browser))
}

async fn open(browser: &Browser) -> Result<()> {
    browser.go("#/lab/bank").await?;
    browser.page.press(WHY).await?;
    browser.page.region(WHY).await?;
    Ok(())
}

async fn is_active(page: &Part, role: &str, name: &str) -> Result<()> {
    wait_until(&format!("the focus is on {name}"), async || Ok(page.active().await? == (role.into(), name.into())))
        .await
}

#[tokio::test]
async fn a_name_of_any_length_keeps_its_place() -> Result<()> {
    let (_site, browser) = why().await?;
    browser.screen(Screen::telephone(390, 844)).await?;
    let opened = &call(&browser, "readAll", &[json!("bank")]).await?[0];
    let (stream, mut data) = (opened["stream"].clone(), opened["data"].clone());
    data["owner"] = json!("x".repeat(10_000));
    let again = json!([{ "type": "AccountOpened", "data": data }]);
    call(&browser, "append", &[json!("bank"), stream, json!("any"), again]).await?;
    browser.page.shows("Events applied: 5 / 5").await?;
    for drawer in [WHY, "Compare with CRUD"] {
        if !browser.page.has("region", drawer).await? {
            browser.page.press(drawer).await?;
        }
        let part = browser.page.region(drawer).await?;
        part.shows("xxx").await?;
        let size = "const drawer = document.querySelector('.drawer');
            return [drawer.offsetHeight, document.documentElement.scrollWidth]";
        let [tall, wide]: [i64; 2] = serde_json::from_value(browser.run_js(size, &[]).await?)?;
        assert!(tall < 3 * 844 && wide <= 390, "{drawer} is {tall} pixels tall, the page {wide} wide");
    }
    Ok(())
}

#[tokio::test]
async fn an_entry_shows_what_it_changed_and_what_stayed() -> Result<()> {
    let (_site, browser) = why().await?;
    let page = &browser.page;
    page.shows("Ada, after event 4 of 4.").await?;
    let changed = page.region(CHANGED).await?;
    changed.shows("4 withdrew $30.00").await?;
    changed.shows("balance 150.00 → to 120.00 changed Why?").await?;
    changed.shows("owner Ada Why?").await?;

    for _ in 0..3 {
        page.press("Step back").await?;
    }
    changed.shows("1 account opened for Ada").await?;
    changed.shows("owner Ada new Why?").await?;
    changed.shows("status unopened → to open changed Why?").await?;
    changed.shows("balance 0.00 Why?").await?;
    page.press("Step back").await?;
    changed.shows("Nothing has happened yet.").await?;
    page.shows("Ada, at Genesis: before the first of 4 events.").await
}

#[tokio::test]
async fn a_field_leads_to_the_entries_that_changed_it() -> Result<()> {
    let (_site, browser) = why().await?;
    let page = &browser.page;
    page.region(PINNED).await?.shows("Press “Why?” beside a field.").await?;
    page.press("Why balance?").await?;
    page.shows_status("Pinned: balance").await?;
    let pinned = page.region(PINNED).await?;
    pinned.shows("balance is 120.00").await?;
    pinned
        .shows("4 withdrew $30.00 150.00 120.00 3 deposited $50.00 100.00 150.00 2 deposited $100.00 0.00 100.00")
        .await?;
    let blamed =
        ["Go to event 4, withdrew $30.00", "Go to event 3, deposited $50.00", "Go to event 2, deposited $100.00"];
    assert_eq!(pinned.names("button").await?, [&["Unpin"], &blamed[..]].concat());

    pinned.press(blamed[1]).await?;
    page.shows("Events applied: 3 / 4").await?;
    pinned.shows("balance is 150.00").await?;
    is_active(page, "button", blamed[1]).await?;

    page.press("Why owner?").await?;
    pinned.shows("owner is Ada").await?;
    pinned.shows("1 account opened for Ada – Ada").await?;
    pinned.press("Unpin").await?;
    pinned.shows("Press “Why?” beside a field.").await?;
    is_active(page, "heading", PINNED).await
}

#[tokio::test]
async fn what_is_pinned_stays_while_one_steps_and_looks_at_others() -> Result<()> {
    let (_site, browser) = why().await?;
    let page = &browser.page;
    page.press("Why balance?").await?;
    assert_eq!(page.attr("button", "Why balance?", "aria-pressed").await?.as_deref(), Some("true"));
    let pinned = page.region(PINNED).await?;
    for (button, value) in [("Step back", "150.00"), ("Step back", "100.00"), ("Step back", "0.00")] {
        page.press(button).await?;
        pinned.shows(&format!("balance is {value}")).await?;
    }
    pinned.shows("No entry up to here has changed it.").await?;
    page.press("Return to now").await?;
    pinned.shows("balance is 120.00").await?;

    open_account(&browser, "Bob").await?;
    page.shows("Events applied: 6 / 6").await?;
    page.region("Event store").await?.shows("Bob: deposited $100.00").await?;
    pinned.shows("balance of Ada is 120.00").await?;
    page.region(CHANGED).await?.shows("6 Bob: deposited $100.00").await?;
    assert_eq!(page.attr("button", "Why balance?", "aria-pressed").await?.as_deref(), Some("false"), "that is Bob's");
    let everyone = page.within("list", "Everyone").await?;
    let names = everyone.names("button").await?;
    everyone.press(&names[0]).await?;
    page.region(CHANGED).await?.shows("It is another’s entry: for Ada nothing changed.").await?;
    page.press("Why balance?").await?;
    pinned.shows("balance of Bob is 100.00").await
}

#[tokio::test]
async fn two_moments_show_what_differs() -> Result<()> {
    let (_site, browser) = why().await?;
    let page = &browser.page;
    let two = page.region(TWO).await?;
    assert_eq!((two.typed("From event").await?, two.typed("To event").await?), ("0".into(), "4".into()));
    page.press("Step back").await?;
    wait_until("the second moment is the one that is looked at", async || Ok(two.typed("To event").await? == "3"))
        .await?;

    two.fill("From event", "2").await?;
    two.press("Show what differs").await?;
    two.shows("Ada, after event 2 and after event 3: balance 100.00 → to 150.00 changed").await?;
    two.hides("owner").await?;
    page.press("Step back").await?;
    page.shows("Events applied: 2 / 4").await?;
    assert_eq!(two.typed("From event").await?, "2", "what somebody typed stays");
    two.shows("Ada, after event 2 and after event 3: balance 100.00 → to 150.00 changed").await?;
    two.press("Show what differs").await?;
    two.shows("Nothing about Ada differs between event 2 and event 2.").await?;

    open_account(&browser, "Bob").await?;
    page.shows("Events applied: 2 / 6").await?;
    two.fill("To event", "6").await?;
    two.press("Show what differs").await?;
    two.unfold("Everyone whose state differs").await?;
    two.shows("Ada balance 100.00 → to 120.00 changed Bob balance 0.00 → to 100.00 changed").await?;
    two.fill("From event", "6").await?;
    two.fill("To event", "0").await?;
    two.press("Show what differs").await?;
    two.shows("owner Bob gone").await
}

#[tokio::test]
async fn what_is_no_moment_is_said_beside_its_field() -> Result<()> {
    let (_site, browser) = why().await?;
    let two = browser.page.region(TWO).await?;
    for (field, other, typed, found) in [
        ("From event", "To event", "soon", "“soon”"),
        ("From event", "To event", "5", "“5”"),
        ("To event", "From event", "-1", "“-1”"),
        ("To event", "From event", "1.5", "“1.5”"),
        ("To event", "From event", " ", "nothing"),
        ("To event", "From event", "99999999999999999999999", "“99999999999999999999999”"),
    ] {
        two.fill(other, "1").await?;
        two.fill(field, typed).await?;
        let said = two.refusal("Show what differs", field).await?;
        assert_eq!(said, format!("Expected a number of events from 0 to 4, found {found}."));
        assert_eq!(two.attr("textbox", other, "aria-invalid").await?.as_deref(), Some("false"));
        two.fill(field, "1").await?;
    }
    two.press("Show what differs").await?;
    two.shows("Nothing about Ada differs").await?;
    assert!(two.names("alert").await?.is_empty(), "it is over");
    Ok(())
}

#[tokio::test]
async fn the_chart_has_a_name_a_table_and_the_cursor() -> Result<()> {
    let (_site, browser) = why().await?;
    let page = &browser.page;
    let chart = page.region(CHART).await?;
    chart.by_role("image", "Line chart: 120.00 after event 4, between 0.00 and 150.00").await?;
    chart.shows("120.00 after event 4").await?;
    page.press("Step back").await?;
    chart.by_role("image", "Line chart: 150.00 after event 3, between 0.00 and 150.00").await?;
    assert!(!chart.has("group", "Figures").await?, "the table is folded");
    chart.unfold("The figures of this chart").await?;
    chart.shows("After event Balance 0 0.00 1 0.00 2 100.00 3 150.00 4 120.00").await?;

    // A click in the middle of the picture.
    let middle = "const plot = document.querySelector('.plot').getBoundingClientRect();
        document.querySelector('.plot').dispatchEvent(new MouseEvent('click',
            { bubbles: true, clientX: plot.left + plot.width / 2, clientY: plot.top + 5 }))";
    browser.run_js(middle, &[]).await?;
    page.shows("Events applied: 2 / 4").await
}

#[tokio::test]
async fn the_keyboard_alone_is_enough() -> Result<()> {
    let (_site, browser) = why().await?;
    let page = &browser.page;
    is_active(page, "heading", WHY).await?;
    page.tab_to("button", "Why balance?").await?;
    page.keys(" ").await?;
    page.region(PINNED).await?.shows("balance is 120.00").await?;
    is_active(page, "button", "Why balance?").await?;
    page.keys(",").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.region(PINNED).await?.shows("balance is 150.00").await?;
    is_active(page, "button", "Why balance?").await?;

    page.tab_to("button", "Go to event 2, deposited $100.00").await?;
    page.keys(&Key::Enter.to_string()).await?;
    page.shows("Events applied: 2 / 4").await?;
    is_active(page, "button", "Go to event 2, deposited $100.00").await?;

    page.tab_to("textbox", "From event").await?;
    page.keys("x").await?;
    page.keys(&Key::Enter.to_string()).await?;
    page.region(TWO).await?.shows("Expected a number of events from 0 to 4").await?;
    page.keys(&(Key::Backspace + "")).await?;
    page.keys("1").await?;
    page.keys(&Key::Enter.to_string()).await?;
    page.region(TWO).await?.shows("after event 1 and after event 2: balance 0.00 → to 100.00 changed").await
}

#[tokio::test]
async fn an_empty_log_and_a_branch_have_their_reasons_too() -> Result<()> {
    let (_site, browser) = empty().await?;
    let page = &browser.page;
    open(&browser).await?;
    page.region(WHY).await?.shows("Nothing has happened yet, so there is nothing to explain.").await?;
    record_ada(&browser).await?;
    page.region(CHANGED).await?.shows("4 withdrew $30.00").await?;

    page.press("Why balance?").await?;
    page.press("Step back").await?;
    page.press("Branch from here").await?;
    page.shows("Events applied: 3 / 3").await?;
    page.fill("Amount", "7").await?;
    page.press("Deposit").await?;
    page.region(PINNED).await?.shows("balance is 157.00").await?;
    let two = page.region(TWO).await?;
    wait_until("it begins where the branch does", async || Ok(two.typed("From event").await? == "3")).await?;
    two.press("Show what differs").await?;
    two.shows("Ada, after event 3 and after event 4: balance 150.00 → to 157.00 changed").await?;
    page.press("Discard branch").await?;
    two.hides("157.00").await?;
    page.press("Return to now").await?;
    page.region(PINNED).await?.shows("balance is 120.00").await
}

#[tokio::test]
async fn a_long_log_looks_back_as_far_as_it_is_asked_to() -> Result<()> {
    let (_site, browser) = empty().await?;
    let page = &browser.page;
    let account = open_account(&browser, "Ada").await?;
    let stream = json!(format!("account-{account}"));
    let deposits = vec![json!({ "type": "MoneyDeposited", "data": { "amount": 100 } }); 5000];
    call(&browser, "append", &[json!("bank"), stream, json!("any"), json!(deposits)]).await?;
    page.shows("Events applied: 5002 / 5002").await?;
    open(&browser).await?;
    page.press("Why owner?").await?;
    let pinned = page.region(PINNED).await?;
    pinned.shows("owner is Ada").await?;
    pinned.shows("earlier entries were not looked at.").await?;
    pinned.press("Look at all of them").await?;
    pinned.press("Go to event 1, account opened for Ada").await?;
    page.shows("Events applied: 1 / 5002").await?;

    page.press("Return to now").await?;
    page.press("Why balance?").await?;
    pinned.shows("The last 12 entries that changed it").await?;
    page.region(CHART).await?.unfold("The figures of this chart").await?;
    page.region(CHART).await?.shows("There are more: of each stretch, these are the lowest and the highest.").await
}
