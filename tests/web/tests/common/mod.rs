//! What many tests need: Ada's account, and how to ask for more.
#![allow(dead_code, unused_imports, reason = "each test file is a program of its own and uses what it needs")]

pub mod lab;

use std::{fs, path::Path};

use anyhow::{Context, Result};
pub use daybook_web_tests::bank::{account, ask, record_ada};
use daybook_web_tests::{Browser, No, Site, dist, serve, wait_until};
use serde_json::Value;

pub const ACTIONS: &str = "Actions (Commands)";
pub const LEDGER: &str = "Event Store (The Ledger)";
pub const PROJECTION: &str = "Current State (Projection)";
pub const CRUD: &str = "The same in CRUD";

/// An empty page at the root of a host.
pub async fn empty() -> Result<(Site, Browser)> {
    let site = serve(&dist(), "/", 0)?;
    let browser = Browser::visit(site.url()).await?;
    Ok((site, browser))
}

/// A page where Ada opened an account with 100.00, paid in 50.00 and took out 30.00: three commands, four events.
pub async fn ada() -> Result<(Site, Browser)> {
    let (site, browser) = empty().await?;
    record_ada(&browser).await?;
    Ok((site, browser))
}

/// Calls the console and wants a "yes".
pub async fn call(browser: &Browser, call: &str, args: &[Value]) -> Result<Value> {
    Ok(browser.console(call, args).await??)
}

/// Calls the console and wants a "no".
pub async fn no(browser: &Browser, call: &str, args: &[Value]) -> Result<No> {
    browser.console(call, args).await?.err().with_context(|| format!("{call}({args:?}) should be refused"))
}

/// The lines of an exported log between its header and its trailer.
pub fn events(exported: &str) -> Vec<&str> {
    let lines: Vec<_> = exported.lines().collect();
    assert!(lines.len() > 2, "a log with events");
    lines[1..lines.len() - 1].to_vec()
}

/// The one file in a folder, once it is whole.
pub async fn downloaded(folder: &Path) -> Result<String> {
    let mut text = String::new();
    wait_until("the file is saved", async || {
        let files: Vec<_> = fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
        if let [file] = files.as_slice() {
            text = fs::read_to_string(file.path())?;
            assert!(file.file_name().to_string_lossy().starts_with("daybook-bank-"), "a name that tells what it is");
        }
        Ok(text.contains("\"trailer\""))
    })
    .await?;
    Ok(text)
}
