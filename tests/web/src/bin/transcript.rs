//! Writes down what a screen reader says while the whole story is played by keyboard alone: `transcript`, as Markdown.

use std::fs;

use anyhow::{Context, Result, bail};
use daybook_web_tests::{Browser, Heard, Key, Reader, dist, serve, wait_until};
use serde_json::json;
use tempfile::TempDir;

use Act::{Open, PasteTheFile, Press, Read, Retype, ShiftTab, Tab, Tour};
use Until::{Focus, Now, Said, Shown};

/// The dice of the page, loaded, so that two transcripts differ only where the page does.
const DICE: &str = "let seed = 1;
    crypto.getRandomValues = (bytes) => bytes.map((_, nth, all) => all[nth] = (seed = seed * 48271 % 2147483647) >> 8)";

/// The whole story: chapters of what is done, and of what shows that it has come about.
const STORY: &[(&str, &[(Act, Until)])] = &[
    ("The page", &[(Open("#/"), Shown("No events recorded yet.")), (Read, Now)]),
    (
        "An account",
        &[
            (Tab("textbox", "Owner"), Now),
            (Retype("Bob"), Now),
            (Press("Enter"), Said("Recorded: account opened for Bob; deposited $100.00, balance $100.00")),
            (Tab("textbox", "Amount"), Now),
            (Retype("50"), Now),
            (Press("Enter"), Said("Recorded: deposited $50.00, balance $150.00")),
        ],
    ),
    (
        "A refusal",
        &[
            (Retype("1000"), Now),
            (Tab("button", "Withdraw"), Now),
            (Press("Enter"), Said("Expected at most $150.00, which is all there is; found $1,000.00.")),
            (ShiftTab("textbox", "Amount"), Now),
            (Retype("30"), Now),
            (Tab("button", "Withdraw"), Now),
            (Press("Space"), Said("Recorded: withdrew $30.00, balance $120.00")),
        ],
    ),
    ("Round the page by Tab", &[(Tour, Now)]),
    (
        "An entry",
        &[
            (Tab("button", "withdrew $30.00"), Now),
            (Press("Enter"), Shown("\"type\": \"MoneyWithdrawn\"")),
            (Press("Enter"), Now),
        ],
    ),
    (
        "The past",
        &[
            (Tab("slider", "Replay position"), Now),
            (Press("Left"), Shown("Events applied: 3 / 4")),
            (Press("Home"), Shown("Events applied: 0 / 4")),
            (Press("Right"), Shown("Events applied: 1 / 4")),
            (Press("End"), Shown("Events applied: 4 / 4")),
            (Press("Left"), Shown("Events applied: 3 / 4")),
        ],
    ),
    (
        "What if",
        &[
            (Tab("textbox", "Amount"), Now),
            (Press("Enter"), Focus("button", "Return to now")),
            (Tab("button", "Branch from here"), Now),
            (Press("Enter"), Shown("Events applied: 3 / 3")),
            (Tab("textbox", "Amount"), Now),
            (Retype("7"), Now),
            (Press("Enter"), Said("What if: deposited $7.00, balance $157.00")),
            (Tab("button", "Compare"), Now),
            (Press("Enter"), Shown("Recorded and what if, from event 3 on")),
            (Tab("button", "Discard branch"), Now),
            (Press("Enter"), Shown("Events applied: 3 / 4")),
            (Tab("button", "Return to now"), Now),
            (Press("Enter"), Shown("Events applied: 4 / 4")),
        ],
    ),
    (
        "A file, and a new beginning",
        &[
            (Tab("button", "Files"), Now),
            (Press("Enter"), Shown("Export")),
            (Tab("button", "Export"), Now),
            (Press("Enter"), Said("The log was saved as a file.")),
            (Tab("button", "Reset demo"), Now),
            (Press("Enter"), Focus("button", "Keep")),
            (Tab("button", "Remove"), Now),
            (Press("Enter"), Shown("No events recorded yet.")),
            (Tab("button", "Import"), Now),
            (Press("Enter"), Shown("Or paste its text")),
            (Tab("textbox", "Or paste its text"), Now),
            (PasteTheFile, Shown("Fine: 4 events.")),
            (Tab("button", "Replace my log"), Now),
            (Press("Enter"), Shown("Events applied: 0 / 4")),
            (Tab("slider", "Replay position"), Now),
            (Press("End"), Shown("Events applied: 4 / 4")),
        ],
    ),
    (
        "The keys",
        &[
            (Tab("button", "Step back"), Now),
            (Press("?"), Focus("button", "Close")),
            (Press("Escape"), Focus("button", "Step back")),
            (Press("Enter"), Said("after event 3 of 4")),
        ],
    ),
    (
        "A lab, and its drawers",
        &[
            (Open("#/lab/bank"), Shown("Ada and Bob share one log.")),
            (Tour, Now),
            (Tab("button", "Why this state?"), Now),
            (Press("Enter"), Focus("heading", "Why this state?")),
            (Tab("button", "Close"), Now),
            (Tab("button", "Go to event 2"), Now),
            (Press("Enter"), Said("after event 2 of 4")),
            (Press("Escape"), Focus("button", "Why this state?")),
        ],
    ),
    (
        "A story that is watched",
        &[
            (Open("#/"), Shown("Events applied: 4 / 4")),
            (Tab("button", "Show me"), Now),
            (Press("Enter"), Said("Ada opens an account with 100.")),
            (Press("Escape"), Now),
            (Tab("button", "Back to my log"), Now),
            (Press("Enter"), Said("Discarded. The log is as it was.")),
        ],
    ),
];

/// What a person does next.
enum Act {
    /// Opens an address of the site.
    Open(&'static str),
    /// Lets the page be read from top to bottom.
    Read,
    /// Lets Tab lead round the page once.
    Tour,
    /// Presses Tab until what has this role and name has the focus.
    Tab(&'static str, &'static str),
    /// Presses Shift+Tab until then.
    ShiftTab(&'static str, &'static str),
    /// Presses one key.
    Press(&'static str),
    /// Types in place of what stands in the textbox.
    Retype(&'static str),
    /// Pastes what stands in the file that was saved.
    PasteTheFile,
}

/// What shows that it has come about.
enum Until {
    /// Nothing needs to be waited for.
    Now,
    /// This is read out by itself.
    Said(&'static str),
    /// This stands on the page.
    Shown(&'static str),
    /// What has this role and name has the focus.
    Focus(&'static str, &'static str),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let site = serve(&dist(), "/", 0)?;
    let (browser, files) = (Browser::start().await?, TempDir::new()?);
    browser.download_to(files.path()).await?;
    browser.before_each_page(DICE).await?;
    let reader = Reader::listening(&browser).await?;
    let player = Player { browser: &browser, reader, files, site: site.url() };

    println!("# What a screen reader says");
    println!();
    println!(
        "The whole story by keyboard alone: what is done, what then has the focus, and what is read out by itself."
    );
    println!("From Chromium's accessibility tree; `make transcript` writes it anew.");
    for (chapter, steps) in STORY {
        println!("\n## {chapter}\n");
        for (act, until) in *steps {
            let told = player.play(act, until).await.with_context(|| format!("in {chapter:?}, after {act}"))?;
            println!("- {act}");
            for line in told {
                println!("  {line}");
            }
        }
    }
    Ok(())
}

struct Player<'a> {
    browser: &'a Browser,
    reader: Reader<'a>,
    files: TempDir,
    site: &'a str,
}

impl Player<'_> {
    /// Does one thing and gives what is told then, as lines of a list.
    async fn play(&self, act: &Act, until: &Until) -> Result<Vec<String>> {
        let page = &self.browser.page;
        let mut told = Vec::new();
        match act {
            Open(address) => {
                self.browser.open(&format!("{}{address}", self.site)).await?;
                self.browser.ready().await?;
            }
            Read => told = self.reader.page().await?,
            Tour => told = self.reader.stops().await?,
            Tab(role, name) => page.tab_to(role, name).await?,
            ShiftTab(role, name) => page.shift_tab_to(role, name).await?,
            Press(name) => page.keys(&key(name)?.to_string()).await?,
            Retype(text) => {
                page.keys(&(Key::Control + "a")).await?;
                page.keys(text).await?;
            }
            PasteTheFile => self.paste(&self.file().await?).await?,
        }
        let mut heard = Vec::new();
        self.wait(until, &mut heard).await?;
        self.browser.drawn().await?;
        heard.extend(self.reader.heard().await?);

        let mut lines: Vec<_> = told.iter().map(|line| indented(line)).collect();
        if !matches!(act, Read | Tour) {
            lines.push(format!("- on {}", self.reader.focused().await?));
        }
        lines.extend(heard.iter().map(|Heard { role, text }| format!("- **{role}: “{text}”**")));
        Ok(lines)
    }

    async fn wait(&self, until: &Until, heard: &mut Vec<Heard>) -> Result<()> {
        let page = &self.browser.page;
        match *until {
            Now => Ok(()),
            Shown(text) => page.shows(text).await,
            Said(text) => {
                let said = wait_until("it is read out", async || {
                    heard.extend(self.reader.heard().await?);
                    Ok(heard.iter().any(|heard| heard.text.contains(text)))
                });
                said.await.with_context(|| format!("{text:?} should be read out"))
            }
            Focus(role, name) => {
                wait_until("the focus has moved", async || Ok(page.active().await? == (role.into(), name.into()))).await
            }
        }
    }

    async fn paste(&self, text: &str) -> Result<()> {
        self.browser.cdp("Input.insertText", json!({ "text": text })).await.map(drop)
    }

    /// The text of the one file that was saved, once it is whole.
    async fn file(&self) -> Result<String> {
        let mut text = String::new();
        wait_until("the file is saved", async || {
            let file = fs::read_dir(self.files.path())?.next().context("a file was saved")??;
            text = fs::read_to_string(file.path())?;
            Ok(text.contains("\"trailer\""))
        })
        .await?;
        Ok(text)
    }
}

/// What was done, in words.
impl std::fmt::Display for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Open(address) => write!(f, "opens `{address}`"),
            Read => write!(f, "reads the page"),
            Tour => write!(f, "Tab from the top, until it begins again"),
            Tab(..) => write!(f, "Tab"),
            ShiftTab(..) => write!(f, "Shift+Tab"),
            Press(key) => write!(f, "{key}"),
            Retype(text) => write!(f, "types {text}"),
            PasteTheFile => write!(f, "pastes what stands in the saved file"),
        }
    }
}

/// A line of the page as one of a list: what was deeper stays deeper.
fn indented(line: &str) -> String {
    let words = line.trim_start();
    format!("{}- {words}", &line[..line.len() - words.len()])
}

fn key(name: &str) -> Result<char> {
    Ok(match name {
        "Space" => ' ',
        "Enter" => Key::Enter.into(),
        "Escape" => Key::Escape.into(),
        "Left" => Key::Left.into(),
        "Right" => Key::Right.into(),
        "Home" => Key::Home.into(),
        "End" => Key::End.into(),
        "?" => '?',
        _ => bail!("there is no key {name:?} here"),
    })
}
