//! States of the page that are worth looking at.

use anyhow::Result;
use serde_json::json;

use crate::{
    bank::{open_account, record_ada},
    browser::Browser,
    transfers::{ada_and_bob, transfer},
};

/// A state of the page, reached from an empty one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Nothing was recorded yet.
    Empty,
    /// Ada's story: 100.00 and 50.00 came in, 30.00 went out.
    Ada,
    /// The same, looked at after its second event.
    Past,
    /// The same, and a withdrawal that was refused.
    Refused,
    /// The same without its last event, and 7.00 paid in instead, in pencil.
    Branch,
    /// What was recorded and the branch, side by side.
    Compare,
    /// The last entry of the story, opened.
    Entry,
    /// The dialog that takes in a file.
    Import,
    /// The dialog that asks before all is removed.
    Reset,
    /// Two owners, the first with a name of 200 characters.
    Long,
    /// An account with a thousand deposits.
    Thousand,
    /// "Show me" at its second sentence.
    Told,
    /// The sheet of keys.
    Keys,
    /// The page broke off.
    Crash,
    /// The bank's lab, with a refusal.
    Lab,
    /// Its drawer "Why this state?" with a field pinned and two moments compared.
    Why,
    /// The same drawer one step back, asked for a moment that is none.
    WhyNot,
    /// Its drawer "Find", with a condition and what fits it, and another that is none.
    Find,
    /// Its drawer "What if".
    WhatIf,
    /// Its drawer "Compare with CRUD".
    Crud,
    /// Its drawer "Files".
    Files,
    /// A branch with two edits and an event that would be refused; an entry is opened to edit it, too.
    Edited,
    /// A bookmark and a note, listed in "Files", and a stretch as given / when / then.
    Stretch,
    /// The transfers' lab after a transfer that was finished and one that failed.
    Transfers,
    /// Its drawer "Who listens": one reader waits with a message before it, the other runs.
    Listens,
    /// Its drawer "Break things", with what came of both days.
    Break,
}

impl Scene {
    /// Every scene, the quiet ones first.
    pub const ALL: [Self; 26] = [
        Self::Empty,
        Self::Ada,
        Self::Past,
        Self::Refused,
        Self::Branch,
        Self::Compare,
        Self::Entry,
        Self::Import,
        Self::Reset,
        Self::Long,
        Self::Thousand,
        Self::Told,
        Self::Keys,
        Self::Crash,
        Self::Lab,
        Self::Why,
        Self::WhyNot,
        Self::Find,
        Self::WhatIf,
        Self::Crud,
        Self::Files,
        Self::Edited,
        Self::Stretch,
        Self::Transfers,
        Self::Listens,
        Self::Break,
    ];

    /// What it is called on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Ada => "ada",
            Self::Past => "past",
            Self::Refused => "refused",
            Self::Branch => "branch",
            Self::Compare => "compare",
            Self::Entry => "entry",
            Self::Import => "import",
            Self::Reset => "reset",
            Self::Long => "long",
            Self::Thousand => "thousand",
            Self::Told => "told",
            Self::Keys => "keys",
            Self::Crash => "crash",
            Self::Lab => "lab",
            Self::Why => "why",
            Self::WhyNot => "why-not",
            Self::Find => "find",
            Self::WhatIf => "what-if",
            Self::Crud => "crud",
            Self::Files => "files",
            Self::Edited => "edited",
            Self::Stretch => "stretch",
            Self::Transfers => "transfers",
            Self::Listens => "listens",
            Self::Break => "break",
        }
    }

    /// Brings a page that is ready and empty into this state.
    pub async fn set(self, browser: &Browser) -> Result<()> {
        let page = &browser.page;
        match self {
            Self::Empty => {}
            Self::Ada => drop(record_ada(browser).await?),
            Self::Past => {
                record_ada(browser).await?;
                browser.console("seek", &[json!("bank"), json!(2)]).await??;
                page.shows("Events applied: 2 / 4").await?;
            }
            Self::Refused => {
                record_ada(browser).await?;
                page.fill("Amount", "500").await?;
                page.refusal("Withdraw", "Amount").await?;
            }
            Self::Branch => branch(browser).await?,
            Self::Compare => {
                branch(browser).await?;
                page.press("Compare").await?;
                page.region("Recorded and what if, from event 3 on").await?;
            }
            Self::Entry => {
                record_ada(browser).await?;
                let ledger = page.region("Event Store (The Ledger)").await?;
                ledger.press("withdrew $30.00").await?;
                ledger.shows("\"MoneyWithdrawn\"").await?;
            }
            Self::Import => {
                record_ada(browser).await?;
                page.press_in("Files", "Import").await?;
                page.by_role("dialog", "Import a log").await?;
            }
            Self::Reset => {
                record_ada(browser).await?;
                page.press_in("Files", "Reset demo").await?;
                page.by_role("alertdialog", "Reset the demo?").await?;
            }
            Self::Long => {
                open_account(browser, &"Wolfeschlegelsteinhausen ".repeat(8)).await?;
                open_account(browser, "Ada").await?;
                page.shows("Events applied: 4 / 4").await?;
            }
            Self::Thousand => {
                let account = open_account(browser, "Ada").await?;
                let deposits = vec![json!({ "type": "MoneyDeposited", "data": { "amount": 100 } }); 1000];
                let stream = json!(format!("account-{account}"));
                browser.console("append", &[json!("bank"), stream, json!("any"), json!(deposits)]).await??;
                page.shows("Events applied: 1002 / 1002").await?;
            }
            Self::Told => {
                page.press("Show me").await?;
                page.shows("She pays in 50.").await?;
            }
            Self::Keys => {
                record_ada(browser).await?;
                page.keys("?").await?;
                page.by_role("dialog", "Keys").await?;
            }
            Self::Crash => {
                record_ada(browser).await?;
                browser.break_off().await?;
                page.by_role("alertdialog", "The page broke off here.").await?;
            }
            Self::Lab => {
                record_ada(browser).await?;
                browser.go("#/lab/bank").await?;
                page.press("Withdraw too much").await?;
                page.shows("The rules answer No.").await?;
            }
            Self::Why => {
                lab(browser, "Why this state?").await?;
                page.press("Why balance?").await?;
                page.unfold("The figures of this chart").await?;
                page.press("Show what differs").await?;
                page.unfold("Everyone whose state differs").await?;
                page.shows("owner Ada new").await?;
            }
            Self::WhyNot => {
                lab(browser, "Why this state?").await?;
                page.fill("From event", "soon").await?;
                page.refusal("Show what differs", "From event").await?;
                page.press("Step back").await?;
            }
            Self::Find => found(browser).await?,
            Self::WhatIf => lab(browser, "What if").await?,
            Self::Crud => lab(browser, "Compare with CRUD").await?,
            Self::Files => lab(browser, "Files").await?,
            Self::Edited => edited(browser).await?,
            Self::Stretch => stretch(browser).await?,
            Self::Transfers => transfers(browser).await?,
            Self::Listens => listens(browser).await?,
            Self::Break => breaks(browser).await?,
        }
        Ok(())
    }
}

async fn lab(browser: &Browser, drawer: &str) -> Result<()> {
    record_ada(browser).await?;
    browser.go("#/lab/bank").await?;
    browser.page.press(drawer).await?;
    browser.page.region(drawer).await?;
    Ok(())
}

async fn edited(browser: &Browser) -> Result<()> {
    record_ada(browser).await?;
    browser.go("#/lab/bank").await?;
    let ledger = browser.page.region("Event store").await?;
    ledger.press("deposited $100.00").await?;
    ledger.press("What if it had not happened?").await?;
    browser.page.shows("Event 2 left out").await?;
    ledger.press("deposited $50.00").await?;
    ledger.press("What if it said something else?").await?;
    ledger.paste("Data", r#"{"amount":500}"#).await?;
    ledger.press("Try it").await?;
    ledger.shows("would be refused now").await?;
    ledger.press("withdrew $30.00").await?;
    ledger.press("What if it said something else?").await?;
    ledger.paste("Data", "{").await?;
    ledger.refusal("Try it", "Data").await.map(drop)
}

async fn stretch(browser: &Browser) -> Result<()> {
    record_ada(browser).await?;
    browser.go("#/lab/bank").await?;
    let ledger = browser.page.region("Event store").await?;
    ledger.press("deposited $50.00").await?;
    ledger.fill("Name", "lunch").await?;
    ledger.press("Bookmark").await?;
    ledger.paste("Note", "here it went well").await?;
    ledger.press("Add note").await?;
    browser.page.press("Files").await?;
    browser.page.by_role("button", "Export").await?;
    browser.run_js("document.querySelectorAll('.drawer summary').forEach(summary => summary.click())", &[]).await?;
    browser.page.by_role("link", "⚑ After event 3: lunch").await?;
    browser.page.by_role("group", "The stretch").await?;
    ledger.press("deposited $50.00 ⚑ lunch ✎ note").await
}

/// Comes to the transfers' lab by its address.
async fn transfers_lab(browser: &Browser) -> Result<()> {
    browser.go("#/lab/transfers").await?;
    browser.page.by_role("button", "Create account").await.map(drop)
}

async fn transfers(browser: &Browser) -> Result<()> {
    transfers_lab(browser).await?;
    let (ada, bob) = ada_and_bob(browser).await?;
    transfer(browser, &ada, &bob, 4_000).await?;
    transfer(browser, &bob, &ada, 100_000_000).await?;
    let way = browser.page.within("list", "The way of a command").await?;
    way.shows("Ada: $60.00 Bob: $40.00").await?;
    browser.page.by_role("list", "On the way").await?;
    browser.page.shows("Events applied: 13 / 13").await
}

async fn listens(browser: &Browser) -> Result<()> {
    let page = &browser.page;
    transfers_lab(browser).await?;
    let (ada, bob) = ada_and_bob(browser).await?;
    page.press("Who listens").await?;
    page.within("group", "Accounts").await?.press("Pause").await?;
    let reader = page.region("Accounts").await?;
    reader.shows("Paused").await?;
    transfer(browser, &ada, &bob, 4_000).await?;
    reader.shows("1 message waits.").await?;
    reader.unfold("How it keeps its place").await?;
    reader.by_role("button", "Make it naive").await.map(drop)
}

async fn breaks(browser: &Browser) -> Result<()> {
    let page = &browser.page;
    transfers_lab(browser).await?;
    page.press("Break things").await?;
    let drawer = page.region("Break things").await?;
    drawer.press("Run both").await?;
    drawer.by_role("table", "What came of it").await?;
    drawer.click("checkbox", "Lost: a message does not come until the reader asks again").await?;
    drawer.fill("Dice the same number, the same faults", "many").await?;
    drawer.refusal("Run both", "Dice the same number, the same faults").await.map(drop)
}

async fn found(browser: &Browser) -> Result<()> {
    let page = &browser.page;
    lab(browser, "Find").await?;
    page.fill("Condition", "kind = MoneyDeposited").await?;
    let drawer = page.region("Find").await?;
    drawer.press("Find").await?;
    drawer.shows("2 entries, of 4 looked at.").await?;
    drawer.press("Previous").await?;
    page.shows("Events applied: 3 / 4").await?;
    page.fill("Condition", "amount >").await?;
    drawer.refusal("Find", "Condition").await?;
    Ok(())
}

async fn branch(browser: &Browser) -> Result<()> {
    let page = &browser.page;
    record_ada(browser).await?;
    page.press("Step back").await?;
    page.press("Branch from here").await?;
    page.shows("Events applied: 3 / 3").await?;
    page.fill("Amount", "7").await?;
    page.press("Deposit").await?;
    page.shows("Events applied: 4 / 4").await
}
