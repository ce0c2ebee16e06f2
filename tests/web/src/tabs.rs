//! Tabs that are each a process of their own, as a person's are, and what can befall one of them.
//!
//! Tabs that share a process see each other's storage at once: a test with such tabs proves nothing about tabs.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Tab},
    driver::Ask,
    engine::Engine,
    processes::{Process, descendants},
};

/// By how many bytes a page grows to show which process it has: more than any does by itself meanwhile.
pub const GROWTH: u64 = 96 << 20;
/// JavaScript that makes the page grow by `arguments[0]` bytes, and holds them until it is called again.
pub const GROW: &str = "globalThis.grown = new Uint8Array(arguments[0]).fill(1)";

/// A tab whose page has a process that no other tab has.
#[derive(Clone, Debug)]
pub struct OwnTab {
    /// The driver's name for it. Of no use any more once the process was killed.
    pub tab: Tab,
    /// The process its page runs in.
    pub process: Process,
}

impl Browser {
    /// Opens an address in a window and a process of its own. The tab in front stays in front.
    ///
    /// Fails if the process is not a new one.
    pub async fn open_tab_of_its_own(&self, url: &str) -> Result<OwnTab> {
        let front = self.tab().await?;
        let tab = self.client.new_window(false).await?.handle;
        self.switch_to(&tab).await?;
        self.open(url).await?;
        let process = match self.engine {
            Engine::Firefox => self.firefox_process().await?,
            Engine::Chromium | Engine::WebKit => self.grown_process().await?,
        };
        ensure!(!self.own.borrow().contains(&process), "the tab shares process {} with another", process.id());
        self.own.borrow_mut().push(process.clone());
        self.switch_to(&front).await?;
        Ok(OwnTab { tab, process })
    }

    /// Closes a tab whose process lives and is not frozen. The tab in front stays in front.
    pub async fn close_own(&self, own: OwnTab) -> Result<()> {
        let front = self.tab().await?;
        self.switch_to(&own.tab).await?;
        self.close_tab().await?;
        self.switch_to(&front).await
    }

    /// Kills the process of a tab. The tab in front stays in front.
    pub async fn kill_own(&self, own: &OwnTab) -> Result<()> {
        let front = self.tab().await?;
        own.process.kill().await?;
        // Firefox's driver has lost its place when a page of any tab dies.
        self.switch_to(&front).await
    }

    /// Runs JavaScript in a tab whose process lives and is not frozen; see [`run_js`](Self::run_js).
    pub async fn run_js_in(&self, own: &OwnTab, body: &str, args: &[Value]) -> Result<Value> {
        let front = self.tab().await?;
        self.switch_to(&own.tab).await?;
        let answer = self.run_js(body, args).await;
        self.switch_to(&front).await?;
        answer
    }

    /// All processes of this browser that pages run in, or may.
    fn page_processes(&self) -> Result<Vec<Process>> {
        page_processes(self.engine, self.driver.group())
    }

    /// The process of the page in front, told by making it grow. A new process is no sign: browsers keep one in store.
    async fn grown_process(&self) -> Result<Process> {
        let others = self.own.borrow().clone();
        let grow = async || self.run_js(GROW, &[json!(GROWTH)]).await.map(drop);
        let process = grown(self.page_processes()?, &others, grow).await?;
        self.run_js(GROW, &[json!(0)]).await?;
        Ok(process)
    }

    /// The process of the page in front, as Firefox itself says.
    async fn firefox_process(&self) -> Result<Process> {
        let context = |name| Ask::post("moz/context", json!({ "context": name }));
        self.client.issue_cmd(context("chrome")).await.context("Firefox does not let its inside be asked")?;
        let script = "return gBrowser.selectedBrowser.browsingContext.currentWindowGlobal.osPid";
        let answer = self.client.execute(script, Vec::new()).await;
        self.client.issue_cmd(context("content")).await?;
        match answer?.as_i64().map(i32::try_from) {
            Some(Ok(id)) => Process::find(id, self.driver.group()),
            Some(Err(_)) | None => bail!("Firefox does not say which process a page has"),
        }
    }
}

/// All processes of a group that pages run in, or may.
pub(crate) fn page_processes(engine: Engine, group: i32) -> Result<Vec<Process>> {
    descendants(group, |words| match engine {
        Engine::Chromium => words.contains("--type=renderer"),
        Engine::Firefox => words.contains("-contentproc"),
        Engine::WebKit => words.contains("WebKitWebProcess"),
    })
}

/// Which process grows when a page does, among those that are not known to be others'.
///
/// Work would tell it less clearly than memory: a browser has always something to do. Fails if none grows: the page then
/// shares the process of another.
pub(crate) async fn grown(
    mut processes: Vec<Process>,
    others: &[Process],
    grow: impl AsyncFnOnce() -> Result<()>,
) -> Result<Process> {
    processes.retain(|process| !others.contains(process));
    let before: Vec<_> = processes.iter().map(Process::memory).collect();
    grow().await?;
    let has_grown = |(process, before): &(&Process, &Option<u64>)| {
        process.memory().zip(**before).is_some_and(|(now, before)| now > before + GROWTH / 10 * 9)
    };
    let mut grown = processes.iter().zip(&before).filter(has_grown).map(|(process, _)| process.clone());
    match (grown.next(), grown.next()) {
        (Some(process), None) => Ok(process),
        (None, _) => bail!("no process grows when the new tab does: it shares one with another"),
        (Some(one), Some(other)) => bail!("{one:?} and {other:?} both grow when the new tab does"),
    }
}
