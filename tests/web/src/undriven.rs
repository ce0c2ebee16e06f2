//! A browser of `WebKit` without a driver: its driver ends with the first page that dies, so what kills tabs does without.
//!
//! It shows the addresses that it was started with, a tab and a process for each, and no others: its pages have to talk
//! with a host of their own to be told what to do.

use std::{cell::RefCell, time::Duration};

use anyhow::Result;
use tempfile::TempDir;

use crate::{
    driver::{Held, home, screen},
    engine::{Engine, mini_browser},
    processes::Process,
    tabs::{grown, page_processes},
};

/// A browser that nobody drives, ended when dropped.
pub struct Undriven {
    own: RefCell<Vec<Process>>,
    browser: Held,
    /// Dropped after the browser, as is the profile.
    _screen: Held,
    _profile: TempDir,
}

impl Undriven {
    /// Starts a browser that knows nothing, with a tab for each address.
    pub fn start(urls: &[String], life: Duration) -> Result<Self> {
        let profile = TempDir::new()?;
        let (screen, display) = screen(life)?;
        let urls: Vec<_> = urls.iter().map(String::as_str).collect();
        let browser = Held::start(&mini_browser(), &urls, &home(profile.path(), &display)?, life)?;
        Ok(Self { own: RefCell::default(), browser, _screen: screen, _profile: profile })
    }

    /// The process of the page that grows when it is told to; see [`GROW`](crate::GROW). Fails if it is another's too.
    pub async fn process_that_grows(&self, grow: impl AsyncFnOnce() -> Result<()>) -> Result<Process> {
        let others = self.own.borrow().clone();
        let process = grown(page_processes(Engine::WebKit, self.browser.group())?, &others, grow).await?;
        self.own.borrow_mut().push(process.clone());
        Ok(process)
    }
}
