//! The first sight, the stories and the labs, and what is there when something is not.

mod common;

use anyhow::Result;
use common::{ACTIONS, LEDGER, PROJECTION, ada, ask, call, downloaded, empty, events, record_ada};
use daybook_web_tests::{Browser, Key, Screen, dist, serve, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The sentences of "Show me", in order.
const TOLD: [&str; 6] = [
    "Ada opens an account with 100.",
    "She pays in 50.",
    "She asks for 500.",
    "She takes out 30.",
    "Back in time: it was 150.",
    "Most programs keep only this row.",
];

#[tokio::test]
async fn show_me_tells_the_story_in_an_empty_log() -> Result<()> {
    let (_site, browser) = empty().await?;
    let page = &browser.page;
    page.press("Show me").await?;
    for sentence in TOLD {
        page.shows(sentence).await?;
        assert!(page.has("button", "Stop").await?, "it can be stopped at any moment");
    }
    page.shows("That is the whole idea. Now it is your turn.").await?;
    page.shows("Events applied: 4 / 4").await?;
    page.region(PROJECTION).await?.shows("$120.00").await?;
    assert_eq!(call(&browser, "cursor", &[json!("bank")]).await?, json!({ "applied": 4, "events": 4 }));
    assert!(page.has("button", "Show me").await?, "it can be told again");
    Ok(())
}

#[tokio::test]
async fn show_me_leaves_a_log_alone_that_has_entries() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    let (before, stored) = (browser.export("bank").await?, browser.storage().await?);
    page.press("Show me").await?;
    page.shows("A copy, in memory. Your own log is untouched.").await?;
    for sentence in &TOLD[..3] {
        page.shows(sentence).await?;
    }
    page.region(LEDGER).await?.shows("“Withdraw 500.00” was refused: no entry.").await?;
    page.region(ACTIONS).await?.shows("Expected at most $150.00").await?;

    page.press("Stop").await?;
    page.hides(TOLD[2]).await?;
    page.press("Back to my log").await?;
    page.shows("Events applied: 4 / 4").await?;
    assert_eq!((browser.export("bank").await?, browser.storage().await?), (before, stored));
    Ok(())
}

#[tokio::test]
async fn whoever_takes_over_has_heard_enough() -> Result<()> {
    let (_site, browser) = empty().await?;
    let page = &browser.page;
    page.press("Show me").await?;
    page.shows("Events applied: 3 / 3").await?;
    page.region(ACTIONS).await?.press("Deposit").await?;
    page.hides(TOLD[1]).await?;
    page.shows("Events applied: 4 / 4").await?;
    assert!(page.has("button", "Show me").await?, "the story was stopped");
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_seen_as_the_entry_that_was_not_made() -> Result<()> {
    let (_site, browser) = ada().await?;
    let ledger = browser.page.region(LEDGER).await?;
    let actions = browser.page.region(ACTIONS).await?;
    actions.fill("Amount", "500").await?;
    actions.refusal("Withdraw", "Amount").await?;
    ledger.shows("“Withdraw 500” was refused: no entry.").await?;
    assert_eq!(ledger.names("button").await?.len(), 4, "it is a note, and no entry");
    actions.fill("Amount", "5").await?;
    actions.press("Withdraw").await?;
    ledger.hides("was refused").await
}

#[tokio::test]
async fn a_branch_stands_beside_what_was_recorded() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    page.press("Step back").await?;
    page.press("Step back").await?;
    page.press("Branch from here").await?;
    let ledger = page.region(LEDGER).await?;
    ledger.shows("3 deposited $50.00 4 withdrew $30.00").await?;
    page.region(ACTIONS).await?.fill("Amount", "7").await?;
    page.region(ACTIONS).await?.press("Deposit").await?;
    ledger.shows("deposited $7.00 +7.00 107.00 deposited $50.00").await?;
    assert_eq!(ledger.names("button").await?.len(), 3, "what was recorded beside it is not the branch's");
    Ok(())
}

/// How long the longest motion on the page lasts that is under way, in milliseconds, and how often any is repeated.
const MOTION: &str = "const timings = document.getAnimations().map((motion) => motion.effect.getComputedTiming());
    return [Math.max(0, ...timings.map((t) => t.endTime)), Math.max(0, ...timings.map((t) => t.iterations)), timings.length]";

#[tokio::test]
async fn cause_is_seen_within_300_ms_and_not_at_all_where_motion_is_unwanted() -> Result<()> {
    let (_site, browser) = ada().await?;
    for (motion, moves) in [("no-preference", true), ("reduce", false)] {
        browser.emulate(&[("prefers-reduced-motion", motion)]).await?;
        let watch = format!(
            "const seen = [];
            const deposit = [...document.querySelectorAll('button')].find((button) => button.innerText === 'Deposit');
            deposit.click();
            for (let frame = 0; frame < 10; frame++) {{
                await new Promise(requestAnimationFrame);
                seen.push((() => {{ {MOTION} }})());
            }}
            return seen"
        );
        let seen: Vec<(f64, f64, u32)> = serde_json::from_value(browser.run_js(&watch, &[]).await?)?;
        assert_eq!(seen.iter().any(|(.., motions)| *motions > 0), moves, "{motion}: {seen:?}");
        assert!(seen.iter().all(|(end, repeats, _)| *end <= 300.0 && *repeats <= 1.0), "{seen:?}");
    }
    Ok(())
}

#[tokio::test]
async fn nothing_jumps_while_the_page_starts() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;
    let shifts = "return new Promise((done) => new PerformanceObserver((list) =>
        done(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))).observe({ type: 'layout-shift', buffered: true }) ?? setTimeout(() => done(0), 300))";
    for screen in [Screen::new(1440, 900), Screen::new(768, 1024), Screen::telephone(390, 844)] {
        browser.screen(screen).await?;
        for address in ["#/", "#/lab/bank"] {
            browser.open("about:blank").await?;
            browser.open(&format!("{}{address}", site.url())).await?;
            browser.ready().await?;
            let shifted = browser.run_js(shifts, &[]).await?.as_f64();
            assert!(shifted.is_some_and(|shifted| shifted < 0.02), "{address} at {}: {shifted:?}", screen.width);
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_first_sight_needs_no_program() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;
    browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
    browser.open(site.url()).await?;
    browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await?;
    let page = &browser.page;
    page.shows("Don’t overwrite. Write down what happened.").await?;
    page.shows("it needs JavaScript, which is switched off here").await?;
    page.region(LEDGER).await?.shows("No events recorded yet.").await?;
    page.shows("for one earlier project the cons outweighed the pros").await
}

#[tokio::test]
async fn without_webassembly_the_page_says_so_and_can_be_read() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;
    browser.before_each_page("delete globalThis.WebAssembly").await?;
    browser.open(site.url()).await?;
    browser.page.shows("The demo can't start in this browser: it has no WebAssembly, or does not allow it.").await?;
    browser.page.shows("How it works").await?;

    let browser = Browser::start().await?;
    browser.cdp("Network.enable", json!({})).await?;
    browser.cdp("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] })).await?;
    browser.open(site.url()).await?;
    browser.page.shows("The demo can't start in this browser").await?;
    browser.page.shows("How it works").await
}

#[tokio::test]
async fn a_page_that_breaks_off_keeps_the_log() -> Result<()> {
    let (_site, browser) = empty().await?;
    record_ada(&browser).await?;
    let (before, folder) = (browser.export("bank").await?, TempDir::new()?);
    browser.download_to(folder.path()).await?;
    browser.break_off().await?;
    let sheet = browser.page.within("alertdialog", "The page broke off here.").await?;
    sheet.shows("Your log is safe: every entry was written down before it was shown.").await?;
    sheet.click("link", "Save the log").await?;
    let saved = downloaded(folder.path()).await?;
    assert_eq!(events(&saved)[..4], events(&before)[..], "the log can be taken along");
    assert_eq!(events(&saved).len(), 5, "with the deposit that could not be drawn");

    sheet.press("Reload").await?;
    browser.ready().await?;
    browser.page.shows("Events applied: 5 / 5").await?;
    assert!(!browser.page.has("alertdialog", "The page broke off here.").await?, "it is over");
    Ok(())
}

#[tokio::test]
async fn a_lab_opens_with_a_question_and_shares_the_log() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    page.click("link", "Continue in the lab").await?;
    page.by_role("heading", "Ada and Bob share one log. How much had each of them, and when?").await?;
    page.region("Event store").await?.shows("withdrew $30.00").await?;
    page.shows("Balances follow Ada: $120.00").await?;
    assert!(!page.has("heading", "How it works").await?, "the first page is elsewhere");

    page.press("Deposit 50").await?;
    page.shows_status("Recorded: deposited $50.00, balance $170.00").await?;
    page.press("Withdraw too much").await?;
    page.shows("The rules answer No. Expected at most $170.00").await?;

    browser.back().await?;
    page.region(LEDGER).await?.shows("deposited $50.00").await?;
    page.shows("Events applied: 5 / 5").await?;
    browser.forward().await?;
    page.region("Event store").await?;
    Ok(())
}

#[tokio::test]
async fn a_lab_plays_its_story_beside_the_log() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}#/lab/bank", site.url())).await?;
    let page = &browser.page;
    page.press("Play the story").await?;
    for sentence in ["Ada opens an account with 100.", "Bob opens one with 20.", "Only her balance changes."] {
        page.shows(sentence).await?;
    }
    page.shows("Balances follow Ada: $70.00 Bob: $20.00").await?;
    page.press("Start empty").await?;
    page.shows("A copy, in memory. Your own log is untouched.").await?;
    page.shows("Events applied: 0 / 0").await?;
    page.press("Back to my log").await?;
    page.shows("Events applied: 5 / 5").await
}

#[tokio::test]
async fn one_drawer_at_a_time_and_the_address_remembers_it() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    page.click("link", "Bank lab").await?;
    page.press("Why this state?").await?;
    let why = page.region("Why this state?").await?;
    why.shows("4 withdrew $30.00 −30.00 120.00 3 deposited $50.00 +50.00 150.00").await?;
    assert!(browser.url().await?.ends_with("#/lab/bank?open=why"), "{}", browser.url().await?);
    why.press("Go to event 3").await?;
    page.shows("Events applied: 3 / 4").await?;
    why.shows("3 deposited $50.00 +50.00 150.00").await?;

    page.press("Compare with CRUD").await?;
    page.region("Compare with CRUD").await?.shows("UPDATE accounts SET balance = 120.00").await?;
    assert!(!page.has("region", "Why this state?").await?, "one at a time");
    page.shows("Events applied: 3 / 4").await?;
    browser.back().await?;
    page.region("Why this state?").await?;

    page.press("What if").await?;
    page.region("What if").await?.press("Try something else after event 3").await?;
    page.shows("Events applied: 3 / 3").await?;
    page.region("What if").await?.press("Close").await?;
    assert!(!page.has("region", "What if").await?, "it is closed");
    Ok(())
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}#/lab/moon", site.url())).await?;
    browser.page.shows("There is no lab “moon”. This is the bank’s.").await?;
    browser.open(&format!("{}#/elsewhere", site.url())).await?;
    browser.page.shows("There is nothing at “/elsewhere”. This is the first page.").await
}

#[tokio::test]
async fn an_embedded_demo_stands_alone() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}#/?embed", site.url())).await?;
    let page = &browser.page;
    page.region(LEDGER).await?.shows("No events recorded yet.").await?;
    page.by_role("slider", "Replay position").await?;
    for heading in ["Don’t overwrite. Write down what happened.", "How it works", "Why use it in practice"] {
        assert!(!page.has("heading", heading).await?, "{heading}");
    }
    assert!(!page.has("link", "Bank lab").await?, "it leads nowhere else");
    Ok(())
}

#[tokio::test]
async fn single_keys_do_what_their_sheet_says() -> Result<()> {
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    page.keys("?").await?;
    let sheet = page.within("dialog", "Keys").await?;
    sheet.shows("One step back").await?;
    page.keys(&Key::Escape.to_string()).await?;
    page.keys(",").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.keys(".").await?;
    page.shows("Events applied: 4 / 4").await?;
    for (key, role, name) in
        [("t", "slider", "Replay position"), ("e", "button", "withdrew $30.00"), ("c", "textbox", "Amount")]
    {
        browser.run_js("document.activeElement.blur()", &[]).await?;
        page.keys(key).await?;
        wait_until("the key leads there", async || Ok(page.active().await? == (role.into(), name.into()))).await?;
    }
    page.keys("?").await?;
    assert!(!page.has("dialog", "Keys").await?, "in a textbox a key is a character");
    page.fill("Amount", "1").await?;

    page.press("Keys").await?;
    page.click("checkbox", "Single keys do something").await?;
    page.within("dialog", "Keys").await?.press("Close").await?;
    page.keys(",").await?;
    page.keys("?").await?;
    assert!(!page.has("dialog", "Keys").await?, "they are switched off");
    page.shows("Events applied: 4 / 4").await
}

#[tokio::test]
async fn the_focus_goes_on_when_what_had_it_is_gone() -> Result<()> {
    const SLIDER: (&str, &str) = ("slider", "Replay position");
    let (_site, browser) = ada().await?;
    let page = &browser.page;
    let leads_to = async |button: &str, (role, name): (&str, &str)| {
        page.press(button).await?;
        let is_there = async || Ok(page.active().await? == (role.into(), name.into()));
        wait_until(&format!("{button} leads to {name}"), is_there).await
    };
    for _ in 0..4 {
        leads_to("Step back", ("button", "Step back")).await?;
    }
    page.shows_status("Genesis, before the first of 4 events").await?;
    leads_to("Return to now", SLIDER).await?;
    leads_to("Step back", ("button", "Step back")).await?;
    page.shows_status("after event 3 of 4, deposited $50.00, balance $150.00").await?;
    leads_to("Deposit", ("button", "Return to now")).await?;
    leads_to("Cancel", ("button", "Deposit")).await?;
    leads_to("Branch from here", SLIDER).await?;
    leads_to("Compare", ("heading", "What if")).await?;
    leads_to("Discard branch", SLIDER).await?;
    assert!(!page.has("region", "What if").await?, "there is nothing to compare any more");

    browser.go("#/lab/bank").await?;
    leads_to("Why this state?", ("heading", "Why this state?")).await?;
    leads_to("Go to event 2", ("button", "Go to event 2")).await?;
    leads_to("Close", ("button", "Why this state?")).await?;
    leads_to("Files", ("heading", "Files")).await?;
    page.keys(&Key::Escape.to_string()).await?;
    wait_until("Escape closes it", async || Ok(page.active().await? == ("button".into(), "Files".into()))).await?;

    page.press("Play the story").await?;
    page.shows("Ada opens an account with 100.").await?;
    page.keys(&Key::Escape.to_string()).await?;
    page.hides("Ada opens an account with 100.").await
}

#[tokio::test]
async fn a_log_prints_as_a_clean_ledger() -> Result<()> {
    let (_site, browser) = empty().await?;
    let opened = ask(&browser, json!({ "type": "OpenAccount", "owner": "Ada" })).await?;
    let stream = opened["events"][0]["stream"].clone();
    let deposits = vec![json!({ "type": "MoneyDeposited", "data": { "amount": 100 } }); 300];
    call(&browser, "append", &[json!("bank"), stream, json!("any"), Value::from(deposits)]).await?;
    browser.page.shows("Events applied: 301 / 301").await?;

    // As wide as the smaller papers.
    browser.screen(Screen::new(640, 900)).await?;
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await?;
    browser.run_js("dispatchEvent(new Event('beforeprint'))", &[]).await?;
    let rows = async || browser.run_js("return document.querySelectorAll('.entry').length", &[]).await;
    wait_until("every entry is on paper", async || Ok(rows().await? == 301)).await?;
    let paper = browser.page.text().await?;
    let lines: Vec<_> = paper.lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(lines[..1], ["The bank"], "{paper}");
    assert!(lines[1].starts_with("301 entries. Log "), "{}", lines[1]);
    for unwanted in ["Append Only", "Deposit\n", "How it works", "Genesis", "Keys"] {
        assert!(!paper.contains(unwanted), "{unwanted:?} is on paper");
    }
    browser.run_js("dispatchEvent(new Event('afterprint'))", &[]).await?;
    wait_until("the page is as it was", async || Ok(rows().await?.as_u64() < Some(120))).await
}
