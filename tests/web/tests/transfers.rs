//! Transfers: money that leaves one account and reaches another, by hand, by itself, and as a story.

mod common;

use anyhow::{Context, Result};
use common::lab::{count, each, kinds, list_shows, options, pick};
use common::{ACTIONS, call, no};
use daybook_web_tests::{
    Browser, Part, Site, dist, serve,
    transfers::{ada_and_bob, create, transfer},
    wait_until,
};
use serde_json::json;

const LAB: &str = "#/lab/transfers";
const LEDGER: &str = "Event store";
const WAY: &str = "On the way";
const PROCESS: &str = "Transfers";
const ACCOUNTS: &str = "Accounts";

/// The kinds of a whole transfer, from the wish of a person to its end.
const WHOLE: [&str; 7] =
    ["TransferInitiated", "Withdraw", "Withdrawn", "TransferWithdrawn", "Deposit", "Deposited", "TransferFinished"];

/// The lab of transfers, empty.
async fn lab() -> Result<(Site, Browser)> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}{LAB}", site.url())).await?;
    browser.page.by_role("button", "Create account").await?;
    Ok((site, browser))
}

/// The same with two accounts: Ada has 100.00, Bob nothing. The page looks at Ada.
async fn both() -> Result<(Site, Browser, Part)> {
    let (site, browser) = lab().await?;
    ada_and_bob(&browser).await?;
    let actions = browser.page.region(ACTIONS).await?;
    pick(&actions, "Account", "Ada").await?;
    wait_until("Bob is offered", async || Ok(options(&actions, "To").await?.concat().starts_with("Bob, "))).await?;
    Ok((site, browser, actions))
}

/// Waits until these are everyone's names and figures.
async fn everyone(page: &Part, figures: &str) -> Result<()> {
    list_shows(page, "Everyone", figures).await
}

#[tokio::test]
async fn another_world_is_another_lab() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(&format!("{}#/lab/bank", site.url())).await?;
    let page = &browser.page;
    page.by_role("button", "Open account").await?;
    page.click("link", "Transfers lab").await?;
    page.by_role("heading", "Why has the money left Ada and not reached Bob?").await?;
    page.by_role("button", "Create account").await?;
    page.by_role("button", "Ada transfers 40 to Bob").await?;
    assert!(!page.has("button", "Open account").await? && !page.has("button", "An account for Bob").await?);
    page.click("link", "Bank lab").await?;
    page.by_role("button", "An account for Bob").await?;
    page.by_role("button", "Open account").await?;
    assert!(!page.has("button", "Create account").await? && !page.has("button", "Ada deposits 100").await?);
    Ok(())
}

#[tokio::test]
async fn a_transfer_step_by_step() -> Result<()> {
    let (_site, browser) = lab().await?;
    let page = &browser.page;
    let actions = page.region(ACTIONS).await?;
    actions.press("Create account").await?;
    page.shows_status("account created for Ada").await?;
    actions.fill("Account number", "Bob").await?;
    actions.press("Create account").await?;
    page.shows_status("account created for Bob").await?;
    pick(&actions, "Account", "Ada").await?;
    actions.fill("Amount", "100").await?;
    actions.press("Deposit").await?;
    everyone(page, "Ada $100.00 Bob $0.00").await?;

    page.press("Who listens").await?;
    for reader in [PROCESS, ACCOUNTS] {
        page.within("group", reader).await?.press("Pause").await?;
        page.region(reader).await?.shows("Paused").await?;
    }
    pick(&actions, "To", "Bob").await?;
    actions.fill("Amount to transfer", "40").await?;
    actions.press("Transfer").await?;
    list_shows(page, WAY, "Ada $100.00 $40.00 Initial Bob $0.00").await?;
    page.region(PROCESS).await?.shows("1 message waits.").await?;

    let steps = [
        (PROCESS, "Ada $100.00 $40.00 Initial Bob $0.00", "To Ada: message: withdraw $40.00 for a transfer"),
        // Money has left, and the transfer does not know it.
        (ACCOUNTS, "Ada $60.00 $40.00 Initial Bob $0.00", "Ada: withdrew $40.00 for a transfer"),
        (PROCESS, "Ada $60.00 $40.00 Withdrawn Bob $0.00", "Ada → Bob: transfer: the money has left"),
        (PROCESS, "Ada $60.00 $40.00 Withdrawn Bob $0.00", "To Bob: message: deposit $40.00 of a transfer"),
        // It has arrived, and the transfer does not know it.
        (ACCOUNTS, "Ada $60.00 $40.00 Withdrawn Bob $40.00", "Bob: deposited $40.00 of a transfer"),
        (PROCESS, "Ada $60.00 $40.00 Finished Bob $40.00", "Ada → Bob: transfer finished"),
    ];
    for (nth, (reader, way, entry)) in (5..).zip(steps) {
        page.within("group", reader).await?.press("Step").await?;
        page.shows(&format!("Events applied: {nth} / {nth}")).await.context(entry)?;
        list_shows(page, WAY, way).await.context(entry)?;
        let figures = way.replace(" $40.00 Initial", "").replace(" $40.00 Withdrawn", "");
        everyone(page, &figures.replace(" $40.00 Finished", "")).await.context(entry)?;
        let rows = page.region(LEDGER).await?.names("button").await?;
        assert_eq!(rows.last().map(String::as_str), Some(entry), "the last of {rows:?}");
    }
    assert_eq!(kinds(&browser, "transfers").await?[3..], WHOLE);
    for reader in [PROCESS, ACCOUNTS] {
        page.within("group", reader).await?.press("Step").await?;
        page.region(reader).await?.shows("Nothing waits.").await?;
    }
    page.shows("Events applied: 10 / 10").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn left_alone_it_finishes_by_itself() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    let page = &browser.page;
    actions.press("Transfer").await?;
    list_shows(page, WAY, "Ada $60.00 $40.00 Finished Bob $40.00").await?;
    everyone(page, "Ada $60.00 Bob $40.00").await?;
    page.shows("Events applied: 10 / 10").await?;
    let rows = page.region(LEDGER).await?.names("button").await?;
    let is_message: Vec<_> = rows.iter().map(|row| row.contains(": message: ")).collect();
    let expected = [false, false, false, false, true, false, false, true, false, false];
    assert_eq!(is_message, expected, "a wish says that it is one: {rows:?}");

    // Where it was at an earlier moment.
    for (applied, way) in [(8, "Withdrawn"), (6, "Initial"), (10, "Finished")] {
        call(&browser, "seek", &[json!("transfers"), json!(applied)]).await?;
        list_shows(page, WAY, way).await?;
    }
    call(&browser, "seek", &[json!("transfers"), json!(3)]).await?;
    page.shows("Events applied: 3 / 10").await?;
    assert!(!page.has("list", WAY).await?, "nothing was on its way yet");
    Ok(())
}

#[tokio::test]
async fn more_than_there_is_fails_and_says_why() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    let page = &browser.page;
    actions.fill("Amount to transfer", "100.01").await?;
    actions.press("Transfer").await?;
    list_shows(page, WAY, "Ada $100.00 $100.01 Failed Bob $0.00").await?;
    everyone(page, "Ada $100.00 Bob $0.00").await?;
    let ledger = page.region(LEDGER).await?;
    ledger.shows("transfer failed: Expected at most $100.00, which is all there is; found $100.01.").await?;
    assert_eq!(kinds(&browser, "transfers").await?[3..], ["TransferInitiated", "Withdraw", "TransferFailed"]);

    // The next one stands first, and the one before stays as it was.
    actions.fill("Amount to transfer", "100").await?;
    actions.press("Transfer").await?;
    list_shows(page, WAY, "$100.00 Finished Bob $100.00 Ada $0.00 $100.01 Failed").await?;
    everyone(page, "Ada $0.00 Bob $100.00").await
}

#[tokio::test]
async fn what_is_ready_to_ask_is_asked_by_one_press() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    let page = &browser.page;
    actions.press("Ada transfers 40 to Bob").await?;
    list_shows(page, WAY, "Ada $60.00 $40.00 Finished Bob $40.00").await?;
    actions.press("Bob transfers too much").await?;
    list_shows(page, WAY, "Bob $40.00 $1,000,000.00 Failed Ada $60.00").await?;
    actions.press("An account for Carol").await?;
    everyone(page, "Ada $60.00 Bob $40.00 Carol $0.00").await?;
    actions.press("Ada deposits 100").await?;
    everyone(page, "Ada $160.00 Bob $40.00 Carol $0.00").await?;
    wait_until("two are offered", async || Ok(options(&actions, "To").await?.len() == 2)).await
}

#[tokio::test]
async fn what_is_ready_to_ask_names_those_it_is_about() -> Result<()> {
    let (_site, browser) = lab().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let waits = async |button: &str| -> Result<bool> {
        Ok(actions.by_role("button", button).await?.prop("disabled").await?.as_deref() == Some("true"))
    };
    for button in ["Ada deposits 100", "Ada transfers 40 to Bob", "Bob transfers too much"] {
        assert!(waits(button).await?, "{button}: there is nobody yet");
    }
    actions.press("An account for Carol").await?;
    everyone(&browser.page, "Carol $0.00").await?;
    actions.press("Carol deposits 100").await?;
    everyone(&browser.page, "Carol $100.00").await?;
    assert!(waits("Carol transfers 40 to Bob").await?, "there is no second one");
    create(&browser, "Dan").await?;
    actions.press("Carol transfers 40 to Dan").await?;
    list_shows(&browser.page, WAY, "Carol $60.00 $40.00 Finished Dan $40.00").await
}

/// Sentences stand for as long as the test likes: timers of a second or more wait until they are let go.
const HELD: &str = "
    window.held = [];
    const [set, clear] = [window.setTimeout, window.clearTimeout];
    window.setTimeout = (done, after, ...rest) =>
        after >= 1000 ? -held.push({ done, after }) : set.call(window, done, after, ...rest);
    window.clearTimeout = (id) => { if (id < 0) { held[-id - 1].done = null } else { clear.call(window, id) } };";
/// How many sentences are still to come, as far as is known now, and how long the next one is waited for.
const TO_COME: &str = "const next = held.filter(({ done }) => done); return [next.length, next[0]?.after ?? 0]";
/// The next sentence.
const GO_ON: &str = "const next = held.find(({ done }) => done), { done } = next; next.done = null; done()";

/// The lab of transfers, where sentences wait.
async fn held_lab() -> Result<(Site, Browser)> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::start().await?;
    browser.before_each_page(HELD).await?;
    browser.open(&format!("{}{LAB}", site.url())).await?;
    browser.ready().await?;
    browser.page.by_role("button", "Play the story").await?;
    Ok((site, browser))
}

/// What the story says, and how many entries there are then, of how many.
const TOLD: [(&str, &str); 13] = [
    ("Ada gets an account.", "1 / 1"),
    ("Bob gets one, too.", "2 / 2"),
    ("Ada pays in 100.", "3 / 3"),
    ("From here on the two readers of this log wait to be told.", "3 / 3"),
    ("She asks for a transfer to Bob.", "4 / 4"),
    ("The process reads it, and sends a message to Ada’s account: a wish, no fact.", "5 / 5"),
    ("Her account grants it.", "6 / 6"),
    ("Now it knows: withdrawn.", "7 / 7"),
    ("A message goes to Bob’s mailbox", "8 / 8"),
    ("and his account grants it, too.", "9 / 9"),
    ("The last message: the transfer is finished.", "10 / 10"),
    ("To herself she can’t transfer anything", "10 / 10"),
    ("Whether there is enough, only her account can say.", "3 / 10"),
];
const END: &str = "Between the two entries lies time.";

/// Hears the story that was begun to its end.
async fn hear(browser: &Browser) -> Result<()> {
    let page = &browser.page;
    for (says, applied) in TOLD {
        page.shows(says).await?;
        page.shows(&format!("Events applied: {applied}")).await.context(says)?;
        assert!(page.has("button", "Stop").await?, "it can be stopped at any moment");
        assert_eq!(browser.run_js(TO_COME, &[]).await?, json!([1, 3300]), "{says}");
        browser.run_js(GO_ON, &[]).await?;
    }
    page.shows(END).await?;
    page.shows("Events applied: 10 / 10").await?;
    assert_eq!(browser.run_js(TO_COME, &[]).await?, json!([0, 0]), "it is over");
    list_shows(page, WAY, "Ada $60.00 $40.00 Finished Bob $40.00").await?;
    page.by_role("button", "Play the story").await.map(drop)
}

#[tokio::test]
async fn the_story_plays_to_its_end() -> Result<()> {
    let (_site, browser) = held_lab().await?;
    let page = &browser.page;
    page.press("Play the story").await?;
    hear(&browser).await?;
    assert_eq!(kinds(&browser, "transfers").await?[3..], WHOLE);

    // Told again, it leaves alone what is recorded.
    let (before, stored) = (browser.export("transfers").await?, browser.storage().await?);
    page.press("Play the story").await?;
    page.shows("A copy, in memory. Your own log is untouched.").await?;
    hear(&browser).await?;
    assert_eq!((browser.export("transfers").await?, browser.storage().await?), (before, stored));
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn the_story_stops_when_it_is_told_to() -> Result<()> {
    let (_site, browser) = held_lab().await?;
    let page = &browser.page;
    page.press("Play the story").await?;
    page.shows(TOLD[0].0).await?;
    page.shows("Events applied: 1 / 1").await?;
    browser.run_js(GO_ON, &[]).await?;
    page.shows(TOLD[1].0).await?;
    page.shows("Events applied: 2 / 2").await?;
    page.press("Stop").await?;
    page.hides(TOLD[1].0).await?;
    page.by_role("button", "Play the story").await?;
    assert_eq!(browser.run_js(TO_COME, &[]).await?, json!([0, 0]), "nothing is to come");
    assert_eq!(kinds(&browser, "transfers").await?, ["AccountCreated"; 2]);
    Ok(())
}

/// Whatever is typed wrongly is told beside its field, and nothing is recorded.
#[tokio::test]
async fn an_amount_that_is_none_is_told_beside_it() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    let (before, stored) = (browser.export("transfers").await?, browser.storage().await?);
    for (typed, says) in [
        ("12,50", "use a point, not a comma"),
        ("0", "Expected more than $0.00, found $0.00"),
        ("-5", "Expected more than $0.00, found −$5.00"),
        ("", "found nothing"),
        ("999999999999999999", "at most 90,071,992,547,409.91"),
    ] {
        actions.paste("Amount to transfer", typed).await?;
        let told = actions.refusal("Transfer", "Amount to transfer").await.context(typed)?;
        assert!(told.starts_with("Expected ") && told.contains(says), "{typed:?}: {told}");
        assert_eq!(actions.attr("textbox", "Amount", "aria-invalid").await?.as_deref(), Some("false"), "{typed:?}");
        assert_eq!(actions.typed("Amount to transfer").await?, typed, "what was typed stands there to be mended");
    }
    assert_eq!((browser.export("transfers").await?, browser.storage().await?), (before, stored));

    actions.paste("Amount to transfer", "0.01").await?;
    actions.press("Transfer").await?;
    list_shows(&browser.page, WAY, "Ada $99.99 $0.01 Finished Bob $0.01").await?;
    let is_invalid = actions.attr("textbox", "Amount to transfer", "aria-invalid").await?;
    assert_eq!(is_invalid.as_deref(), Some("false"), "it is over");
    Ok(())
}

#[tokio::test]
async fn nobody_can_choose_themselves() -> Result<()> {
    let (_site, browser) = lab().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let ada = create(&browser, "Ada").await?;
    browser.page.shows("Events applied: 1 / 1").await?;
    assert_eq!(options(&actions, "To").await?, [""; 0], "there is nobody else");
    assert_eq!(actions.refused("Transfer").await?, "Expected a choice under “To”, found none.");
    assert_eq!(actions.attr("combobox", "To", "aria-invalid").await?.as_deref(), Some("true"));

    create(&browser, "Bob").await?;
    create(&browser, "Carol").await?;
    for (own, others) in [("Ada", ["Bob", "Carol"]), ("Bob", ["Ada", "Carol"]), ("Carol", ["Ada", "Bob"])] {
        pick(&actions, "Account", own).await?;
        let mut offered = Vec::new();
        wait_until("the others are offered", async || {
            offered = options(&actions, "To").await?;
            let names: Vec<_> = offered.iter().filter_map(|option| Some(option.split_once(", ")?.0)).collect();
            Ok(names == others)
        })
        .await
        .with_context(|| format!("{own} is offered {offered:?}"))?;
    }
    let order = json!({ "type": "InitiateTransfer", "fromAccountId": ada, "toAccountId": ada, "amount": 1 });
    let no = no(&browser, "dispatch", &[json!("transfers"), order]).await?;
    let says = "Expected another account than the one that gives, found the same. Choose another one.";
    assert_eq!((no.name.as_str(), no.message.as_str()), ("Refused", says));
    assert_eq!(kinds(&browser, "transfers").await?, ["AccountCreated"; 3]);
    Ok(())
}

#[tokio::test]
async fn a_transfer_goes_to_whom_one_chose() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    create(&browser, "Carol").await?;
    pick(&actions, "Account", "Ada").await?;
    pick(&actions, "To", "Carol").await?;
    actions.press("Transfer").await?;
    list_shows(&browser.page, WAY, "Ada $60.00 $40.00 Finished Carol $40.00").await?;
    everyone(&browser.page, "Ada $60.00 Bob $0.00 Carol $40.00").await?;
    // Whom one chose stays chosen, whatever happened meanwhile.
    actions.press("Transfer").await?;
    everyone(&browser.page, "Ada $20.00 Bob $0.00 Carol $80.00").await
}

#[tokio::test]
async fn an_account_number_is_a_text_of_some_length() -> Result<()> {
    let (_site, browser) = lab().await?;
    let page = &browser.page;
    let actions = page.region(ACTIONS).await?;
    for (typed, says) in [
        ("x".repeat(10_000), "Expected an account number of at most 200 characters, found 10000."),
        (String::new(), "Expected an account number, found nothing."),
        (" \t".to_owned(), "Expected an account number, found nothing."),
    ] {
        actions.paste("Account number", &typed).await?;
        assert_eq!(actions.refusal("Create account", "Account number").await?, says);
    }
    assert_eq!(kinds(&browser, "transfers").await?, [""; 0]);

    let script = "<script>alert(1)</script>";
    actions.paste("Account number", script).await?;
    actions.press("Create account").await?;
    everyone(page, &format!("{script} $0.00")).await?;
    page.shows_status(&format!("account created for {script}")).await?;
    create(&browser, "<img src=x onerror=alert(1)>").await?;
    wait_until("it can be chosen", async || Ok(options(&actions, "To").await?.concat().starts_with("<img"))).await?;
    actions.press("Transfer").await?;
    list_shows(page, WAY, &format!("{script} $0.00 $40.00 Failed <img src=x onerror=alert(1)> $0.00")).await?;
    let inserted = browser.run_js("return document.querySelectorAll('body script, body img').length", &[]).await?;
    assert_eq!(inserted, 0, "a name is never read as HTML");
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn one_click_is_one_transfer() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    actions.double_press("Transfer").await?;
    list_shows(&browser.page, WAY, "Finished").await?;
    assert_eq!(count(&browser, "transfers", "TransferInitiated").await?, 1);
    everyone(&browser.page, "Ada $60.00 Bob $40.00").await
}

#[tokio::test]
async fn a_transfer_in_the_past_asks_first() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    let page = &browser.page;
    page.press("Step back").await?;
    page.shows("Events applied: 2 / 3").await?;
    actions.press("Transfer").await?;
    page.within("group", "You are looking at event 2 of 3").await?.press("Return to now").await?;
    page.shows("Events applied: 3 / 3").await?;
    assert_eq!(count(&browser, "transfers", "TransferInitiated").await?, 0);
    actions.press("Transfer").await?;
    list_shows(page, WAY, "Ada $60.00 $40.00 Finished Bob $40.00").await
}

#[tokio::test]
async fn causes_and_effects_lead_from_one_to_the_other() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    let page = &browser.page;
    page.press("Why this state?").await?;
    let fold = "What caused this, and what it caused";
    let drawer = page.region("Why this state?").await?;
    drawer.unfold(fold).await?;
    drawer.shows("Nothing led to this entry but what you asked, and nothing has followed from it.").await?;

    actions.press("Transfer").await?;
    page.shows("Events applied: 10 / 10").await?;
    let causes = async || drawer.within("list", "Causes and effects").await;
    let entries = [
        "event 4 transfer of $40.00 initiated",
        "event 5 message: withdraw $40.00 for a transfer, led to by event 4",
        "event 6 withdrew $40.00 for a transfer, led to by event 5",
        "event 7 transfer: the money has left, led to by event 6",
        "event 8 message: deposit $40.00 of a transfer, led to by event 7",
        "event 9 deposited $40.00 of a transfer, led to by event 8",
        "event 10 transfer finished, led to by event 9",
    ];
    wait_until("there are seven", async || Ok(causes().await?.names("listitem").await?.len() == 7)).await?;
    let names = causes().await?.names("button").await?;
    assert_eq!(names, entries);
    drawer
        .by_role("image", "7 entries in 5 streams, each with an arrow from what led to it. The list says the same.")
        .await?;
    let current = async |nth: usize| causes().await?.attr("button", &names[nth], "aria-current").await;
    assert_eq!(current(6).await?.as_deref(), Some("true"), "the last one is looked at");

    causes().await?.press(&names[2]).await?;
    page.shows("Events applied: 6 / 10").await?;
    page.shows_status("after event 6 of 10").await?;
    wait_until("it is marked", async || Ok(current(2).await?.as_deref() == Some("true"))).await?;
    assert_eq!(current(6).await?.as_deref(), Some("false"));
    Ok(())
}

#[tokio::test]
async fn the_ledger_shows_what_is_asked_for() -> Result<()> {
    let (_site, browser, actions) = both().await?;
    actions.press("Transfer").await?;
    browser.page.shows("Events applied: 10 / 10").await?;
    let ledger = browser.page.region(LEDGER).await?;
    let rows = async |expected: &[&str]| {
        let mut rows = Vec::new();
        wait_until("the rows are these", async || {
            rows = ledger.names("button").await?;
            Ok(rows == expected)
        })
        .await
        .with_context(|| format!("the rows are {rows:?}"))
    };
    let messages = ["To Ada: message: withdraw $40.00 for a transfer", "To Bob: message: deposit $40.00 of a transfer"];
    ledger.choose("Show", "accountCommand").await?;
    rows(&messages).await?;
    // What fits is added when more happens.
    actions.press("Bob transfers too much").await?;
    browser.page.shows("Events applied: 13 / 13").await?;
    rows(&[messages[0], messages[1], "To Bob: message: withdraw $1,000,000.00 for a transfer"]).await?;
    ledger.choose("Show", "TransferFailed").await?;
    wait_until("one failed", async || Ok(ledger.names("button").await?.len() == 1)).await?;
    ledger.choose("Show", "Bob").await?;
    rows(&["Bob: account created for Bob", "Bob: deposited $40.00 of a transfer"]).await?;
    ledger.choose("Show", "All events").await?;
    wait_until("all are there", async || Ok(ledger.names("button").await?.len() == 13)).await
}

#[tokio::test]
async fn the_console_reads_streams_of_the_systems() -> Result<()> {
    let (_site, browser) = lab().await?;
    let (ada, bob) = ada_and_bob(&browser).await?;
    let recorded = transfer(&browser, &ada, &bob, 4_000).await?;
    browser.page.shows("Events applied: 10 / 10").await?;
    let read = async |stream: &str, limit: u32| {
        call(&browser, "readStream", &[json!("transfers"), json!(stream), json!({ "limit": limit })]).await
    };
    let accounts = read("$ce-account", 2).await?;
    assert_eq!(each(&accounts, "type"), ["AccountCreated", "AccountCreated"]);
    let links = [0, 1].map(|nth| json!({ "stream": "$ce-account", "revision": nth }));
    assert_eq!(each(&accounts, "link"), links.iter().collect::<Vec<_>>(), "its place in the stream that was asked for");
    let own = [&ada, &bob].map(|id| json!(format!("account-{id}")));
    assert_eq!(each(&accounts, "stream"), own.iter().collect::<Vec<_>>(), "and where it was written");
    let messages = read("$ce-accountCommand", 10).await?;
    assert_eq!(each(&messages, "type"), ["Withdraw", "Deposit"]);
    let failed = read("$et-TransferFinished", 10).await?;
    assert_eq!(each(&failed, "position"), [9]);
    let began = recorded["events"][0]["metadata"]["correlationId"].as_str().context("a conversation has an id")?;
    let conversation = read(&format!("$bc-{began}"), 10).await?;
    assert_eq!(each(&conversation, "type"), WHOLE);
    Ok(())
}
