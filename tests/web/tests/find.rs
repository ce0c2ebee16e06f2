//! Find, jump, and a replay that pauses by itself.

mod common;

use anyhow::Result;
use common::{ada, call};
use daybook_web_tests::{Browser, Key, Part, Site, wait_until};
use serde_json::json;

/// Ada's story in the lab, with the drawer "Find" open.
async fn find() -> Result<(Site, Browser, Part)> {
    let (site, browser) = ada().await?;
    browser.go("#/lab/bank").await?;
    browser.page.press("Find").await?;
    let drawer = browser.page.region("Find").await?;
    Ok((site, browser, drawer))
}

async fn look_for(drawer: &Part, condition: &str) -> Result<()> {
    drawer.fill("Condition", condition).await?;
    drawer.press("Find").await
}

/// The entries that are listed, as buttons.
async fn hits(drawer: &Part) -> Result<Vec<String>> {
    drawer.within("list", "Found").await?.names("button").await
}

#[tokio::test]
async fn a_condition_on_entries_finds_them_and_leads_to_their_moments() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    look_for(&drawer, "kind = MoneyDeposited and amount > 5000").await?;
    drawer.shows("1 entry, of 4 looked at.").await?;
    let hit = "2 deposited $100.00 balance $100.00";
    assert_eq!(hits(&drawer).await?, [hit]);
    assert_eq!(drawer.attr("button", hit, "aria-current").await?.as_deref(), Some("false"));
    drawer.press(hit).await?;
    browser.page.shows("Events applied: 2 / 4").await?;
    browser.page.shows_status("after event 2 of 4, deposited $100.00, balance $100.00").await?;
    assert_eq!(drawer.attr("button", hit, "aria-current").await?.as_deref(), Some("true"));
    assert!(browser.url().await?.ends_with("at=2"), "{}", browser.url().await?);

    look_for(&drawer, "not kind = MoneyDeposited").await?;
    drawer.shows("2 entries, of 4 looked at.").await?;
    look_for(&drawer, "text contains bob").await?;
    drawer.shows("No entry, of 4 looked at.").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_condition_on_the_state_finds_where_it_begins_to_hold() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    look_for(&drawer, "state.balance > 10000").await?;
    drawer.shows("It begins to hold at 1 entry, of 4 looked at.").await?;
    assert_eq!(hits(&drawer).await?, ["3 deposited $50.00 balance $150.00"]);
    drawer.press("Was any balance ever below 0?").await?;
    drawer.shows("It never begins to hold, of 4 looked at.").await?;
    assert_eq!(drawer.typed("Condition").await?, "state.balance < 0", "an example can be changed");

    drawer.press("Not Ada’s").await?;
    drawer.shows("No entry, of 4 looked at.").await?;
    drawer.press("All of Ada’s").await?;
    drawer.shows("4 entries, of 4 looked at.").await?;
    call(&browser, "dispatch", &[json!("bank"), json!({ "type": "OpenAccount", "owner": "Bob" })]).await?;
    drawer.press("Accounts opened or closed").await?;
    drawer.shows("2 entries, of 5 looked at.").await?;
    assert_eq!(hits(&drawer).await?.last().map(String::as_str), Some("5 Bob: account opened for Bob balance $0.00"));
    Ok(())
}

#[tokio::test]
async fn a_slip_of_the_pen_is_doubted_and_not_answered() -> Result<()> {
    let (_site, _browser, drawer) = find().await?;
    look_for(&drawer, "state.balanc < 0").await?;
    drawer.shows("It holds nowhere, of 4 looked at.").await?;
    drawer.shows("Is “state.balanc” the right name? The states here have").await?;
    look_for(&drawer, "kind = MoneyDeposted").await?;
    drawer.shows("No entry here is of the kind “MoneyDeposted”. There are AccountOpened, MoneyDeposited").await?;
    drawer.hides("state.balanc").await?;
    look_for(&drawer, "state.balance < 0").await?;
    drawer.shows("It never begins to hold, of 4 looked at.").await?;
    drawer.hides("MoneyDeposted").await
}

#[tokio::test]
async fn what_was_found_is_of_its_condition_and_can_be_cleared() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    look_for(&drawer, "amount > 5000").await?;
    drawer.shows("1 entry, of 4 looked at.").await?;
    drawer.fill("Condition", "amount > ").await?;
    drawer.shows("That was found for amount > 5000").await?;
    drawer.fill("Condition", "amount > 5000").await?;
    drawer.hides("That was found for").await?;
    for is_by_button in [true, false] {
        if is_by_button {
            drawer.press("Clear").await?;
            wait_until("the focus is in the box", async || {
                Ok(browser.page.active().await? == ("textbox".into(), "Condition".into()))
            })
            .await?;
        } else {
            look_for(&drawer, "").await?;
        }
        drawer.hides("looked at.").await?;
        assert!(!browser.url().await?.contains("find="), "{}", browser.url().await?);
        assert_eq!(drawer.typed("Condition").await?, "");
        look_for(&drawer, "amount > 4000").await?;
        drawer.shows("2 entries, of 4 looked at.").await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_no_condition_says_why_and_changes_nothing() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    look_for(&drawer, "amount > 5000").await?;
    drawer.shows("1 entry, of 4 looked at.").await?;
    let before = browser.url().await?;
    drawer.fill("Condition", "amount > and").await?;
    for _ in 0..2 {
        let sentence = drawer.refusal("Find", "Condition").await?;
        assert_eq!(sentence, "Expected a value such as 100, true or \"Ada\", found “and” at place 10.");
    }
    drawer.shows("1 entry, of 4 looked at.").await?;
    assert_eq!(browser.url().await?, before);

    look_for(&drawer, "amount > 1").await?;
    drawer.shows("3 entries, of 4 looked at.").await?;
    drawer.hides("Expected a value").await?;
    assert_eq!(drawer.attr("textbox", "Condition", "aria-invalid").await?.as_deref(), Some("false"));
    Ok(())
}

#[tokio::test]
async fn from_hit_to_hit_from_the_moment_that_is_looked_at() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    let page = &browser.page;
    look_for(&drawer, "kind = MoneyDeposited").await?;
    for (button, applied) in [("Previous", 3), ("Previous", 2), ("Previous", 2), ("Next", 3), ("Next", 3)] {
        drawer.press(button).await?;
        page.shows(&format!("Events applied: {applied} / 4")).await?;
    }
    page.shows_status("Nothing more is found after this.").await?;
    browser.run_js("document.activeElement.blur()", &[]).await?;
    page.keys("k").await?;
    page.shows("Events applied: 2 / 4").await?;
    page.keys("j").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.shows_status("2 of 2: after event 3 of 4").await
}

#[tokio::test]
async fn what_is_recorded_later_is_found_as_well() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    look_for(&drawer, "amount >= 5000").await?;
    drawer.shows("2 entries, of 4 looked at.").await?;
    browser.page.press("Deposit 50").await?;
    drawer.shows("3 entries, of 5 looked at.").await?;
    assert_eq!(hits(&drawer).await?.len(), 3);
    browser.page.press("Step back").await?;
    browser.page.press("Step back").await?;
    browser.page.press("Branch from here").await?;
    drawer.shows("2 entries, of 3 looked at.").await
}

#[tokio::test]
async fn the_address_keeps_the_condition() -> Result<()> {
    let (site, browser, drawer) = find().await?;
    let condition = "text contains \"Ada & Bob = 100%?\" or amount = 3000";
    look_for(&drawer, condition).await?;
    drawer.shows("1 entry, of 4 looked at.").await?;
    look_for(&drawer, "amount = 5000").await?;
    let (third, last) = ("3 deposited $50.00 balance $150.00", "4 withdrew $30.00 balance $120.00");
    wait_until("the condition after", async || Ok(hits(&drawer).await? == [third])).await?;
    browser.back().await?;
    wait_until("the condition before", async || Ok(hits(&drawer).await? == [last])).await?;
    assert_eq!(drawer.typed("Condition").await?, condition);
    browser.reload().await?;
    browser.ready().await?;
    let drawer = browser.page.region("Find").await?;
    drawer.shows("1 entry, of 4 looked at.").await?;
    assert_eq!(drawer.typed("Condition").await?, condition);

    browser.open(&format!("{}#/lab/bank?open=find&find=amount%20%3E", site.url())).await?;
    drawer.shows("found the end at place 9.").await?;
    assert_eq!(drawer.typed("Condition").await?, "amount >");
    Ok(())
}

#[tokio::test]
async fn a_replay_pauses_where_a_condition_begins_to_hold() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    let page = &browser.page;
    page.choose("Pace", "4x").await?;
    drawer.fill("Condition", "state.balance > 10000").await?;
    drawer.click("checkbox", "Pause the replay where this begins to hold").await?;
    drawer.shows("It begins to hold at 1 entry, of 4 looked at.").await?;
    page.press("Play").await?;
    page.shows_status("Paused: state.balance > 10000 holds after event 3").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.by_role("button", "Play").await?;
    assert!(browser.url().await?.contains("at=3"), "{}", browser.url().await?);
    page.press("Play").await?;
    page.shows("Events applied: 4 / 4").await?;

    look_for(&drawer, "kind = MoneyDeposited").await?;
    for event in [2, 3] {
        page.press("Play").await?;
        page.shows_status(&format!("Paused: kind = MoneyDeposited holds at event {event}")).await?;
        page.shows(&format!("Events applied: {event} / 4")).await?;
    }

    // What stands in the box counts, whether it was looked for or not.
    drawer.shows("It pauses where kind = MoneyDeposited.").await?;
    drawer.fill("Condition", "amount = 3000").await?;
    drawer.shows("It pauses where amount = 3000.").await?;
    page.press("Step back").await?;
    page.press("Play").await?;
    page.shows_status("Paused: amount = 3000 holds at event 4").await?;
    for (typed, why) in [("amount >", "What stands above is no condition"), ("", "There is no condition above yet")] {
        drawer.fill("Condition", typed).await?;
        drawer.shows(&format!("{why}, so the replay does not pause.")).await?;
        // From before the events at which the condition that was asked for holds.
        for applied in [3, 2, 1] {
            page.press("Step back").await?;
            page.shows(&format!("Events applied: {applied} / 4")).await?;
        }
        page.press("Play").await?;
        page.shows("Events applied: 4 / 4").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_replay_pauses_where_an_entry_cannot_be_read() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    let page = &browser.page;
    drawer.shows("Every entry of this log can be read.").await?;
    let unknown = json!([{ "type": "Mystery", "data": {} }, { "type": "MoneyDeposited", "data": { "amount": 1 } }]);
    let stream = call(&browser, "readAll", &[json!("bank")]).await?[0]["stream"].clone();
    call(&browser, "append", &[json!("bank"), stream, json!("any"), unknown]).await?;
    drawer.shows("Can’t be read, and changes nothing; the others go on: 5").await?;
    page.choose("Pace", "4x").await?;
    drawer.click("checkbox", "Pause where an entry can’t be read").await?;
    page.press("Play").await?;
    page.shows_status("Paused: event 5 can’t be read (the kind \"Mystery\" is not known here).").await?;
    page.shows("Events applied: 5 / 6").await?;
    page.press("Play").await?;
    page.shows("Events applied: 6 / 6").await?;
    drawer.press("Go to event 5").await?;
    page.shows("Events applied: 5 / 6").await
}

#[tokio::test]
async fn one_jumps_by_number_by_time_and_along_what_belongs_together() -> Result<()> {
    let (_site, browser, drawer) = find().await?;
    let page = &browser.page;
    let go = async |to: &str| {
        drawer.fill("Event number or time", to).await?;
        drawer.press("Go").await
    };
    go("2").await?;
    page.shows("Events applied: 2 / 4").await?;
    assert!(browser.url().await?.contains("at=2"), "{}", browser.url().await?);
    drawer.fill("Event number or time", "9").await?;
    assert_eq!(drawer.refusal("Go", "Event number or time").await?, "Expected a number from 0 to 4, found 9.");
    drawer.fill("Event number or time", "soon").await?;
    let sentence = drawer.refusal("Go", "Event number or time").await?;
    assert_eq!(sentence, "Expected a number, or a time such as 2026-01-31 or 2026-01-31T12:00:00Z, found “soon”.");
    page.shows("Events applied: 2 / 4").await?;
    go("2001-01-01").await?;
    page.shows("Events applied: 1 / 4").await?;
    let all = call(&browser, "readAll", &[json!("bank")]).await?;
    let last = &all[3]["metadata"]["recordedAt"];
    let first_at = (0..4).position(|nth| &all[nth]["metadata"]["recordedAt"] == last).unwrap_or_default() + 1;
    let last = last.as_str().unwrap_or_default();
    go(last).await?;
    page.shows(&format!("Events applied: {first_at} / 4")).await?;
    page.shows_status(&format!(", recorded {last}")).await?;
    go("3001-01-01").await?;
    page.shows_status("Nothing was recorded at 3001-01-01T00:00:00.000Z or later.").await?;

    go("2").await?;
    for (button, applied) in [
        ("Previous of the same correlation", 1),
        ("Next of the same correlation", 2),
        ("Next of the same kind", 3),
        ("Next of the same stream", 4),
        ("Previous of the same stream", 3),
        ("Previous of the same kind", 2),
    ] {
        drawer.press(button).await?;
        page.shows(&format!("Events applied: {applied} / 4")).await?;
    }
    drawer.press("Previous of the same kind").await?;
    page.shows_status("There is none before this of the same kind.").await
}

/// Plays from the beginning, and gives the milliseconds until the second event is applied.
const TWO_STEPS: &str =
    "const applied = document.querySelector('.applied b'), play = document.querySelector('.ribbon .play');
    const begun = performance.now();
    play.click();
    while (applied.innerText !== '2 / 4') await new Promise(requestAnimationFrame);
    const took = performance.now() - begun;
    play.click();
    return took";

#[tokio::test]
async fn the_pace_is_chosen() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    // Both events are of one command, so that at the original pace there is only the least gap between them.
    for (pace, least, most) in [("4x", 400.0, 3_000.0), ("0.5x", 3_200.0, 60_000.0), ("original", 200.0, 3_000.0)] {
        page.choose("Pace", pace).await?;
        let took = browser.run_js(TWO_STEPS, &[]).await?.as_f64().unwrap_or_default();
        assert!((least..most).contains(&took), "{pace} took {took} ms");
        page.press("Return to now").await?;
        page.shows("Events applied: 4 / 4").await?;
    }
    Ok(())
}

#[tokio::test]
async fn all_of_it_by_keyboard_alone() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    let (enter, space) = (Key::Enter.to_string(), " ");
    browser.go("#/lab/bank").await?;
    page.tab_to("button", "Find").await?;
    page.keys(&enter).await?;
    wait_until("the drawer has the focus", async || Ok(page.active().await? == ("heading".into(), "Find".into())))
        .await?;
    page.tab_to("textbox", "Condition").await?;
    page.keys("amount > 4000").await?;
    page.keys(&enter).await?;
    page.shows("2 entries, of 4 looked at.").await?;
    page.tab_to("button", "Previous").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 3 / 4").await?;
    page.tab_to("button", "2 deposited $100.00 balance $100.00").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 2 / 4").await?;
    page.tab_to("checkbox", "Pause the replay where this begins to hold").await?;
    page.keys(space).await?;
    page.tab_to("textbox", "Event number or time").await?;
    page.keys("0").await?;
    page.keys(&enter).await?;
    page.shows("Events applied: 0 / 4").await?;
    page.tab_to("button", "Play").await?;
    page.keys(&enter).await?;
    page.shows_status("Paused: amount > 4000 holds at event 2").await?;
    page.tab_to("combobox", "Pace").await?;
    Ok(())
}
