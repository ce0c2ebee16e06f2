//! The tabs of one browser, each a process of its own: how they are opened and ended in each engine.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail};
use daybook_web_tests::{Browser, Engine, GROWTH, OwnTab, Process, Undriven};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    host::Host,
    schedule::{Schedule, TabId},
    trial::{errand, until},
};

/// One browser with the tabs that this test opened in it.
pub struct Flock {
    way: Way,
    tabs: BTreeMap<TabId, OneTab>,
    profile: TempDir,
    life: Duration,
}

enum Way {
    /// A driver opens windows. The tab in front is a blank one, of no part in anything.
    Driven(Box<Browser>),
    /// All tabs were opened at the start and wait in their seats.
    Undriven { browser: Box<Undriven>, next: usize, seats: usize },
}

enum OneTab {
    Driven(OwnTab),
    Undriven(Process),
}

impl OneTab {
    fn process(&self) -> &Process {
        match self {
            Self::Driven(own) => &own.process,
            Self::Undriven(process) => process,
        }
    }
}

impl Flock {
    /// Starts a browser that may open so many tabs in its life.
    pub async fn start(engine: Engine, host: &Host, seats: usize, life: Duration) -> Result<Self> {
        let profile = TempDir::new()?;
        let way = match engine {
            Engine::Chromium | Engine::Firefox => {
                Way::Driven(Box::new(Browser::start_on(engine, profile.path(), life).await?))
            }
            Engine::WebKit => {
                let urls: Vec<_> = (0..seats).map(|seat| host.seat(seat)).collect();
                Way::Undriven { browser: Box::new(Undriven::start(&urls, life)?), next: 0, seats }
            }
        };
        Ok(Self { way, tabs: BTreeMap::new(), profile, life })
    }

    /// Opens the page in a tab; its process is no other tab's.
    pub async fn open(&mut self, tab: TabId, host: &Host) -> Result<()> {
        let one = match &mut self.way {
            Way::Driven(browser) => OneTab::Driven(browser.open_tab_of_its_own(&host.tab(tab)).await?),
            Way::Undriven { browser, next, seats } => {
                if *next == *seats {
                    bail!("all {seats} tabs that were opened early are used up");
                }
                host.schedule().seats.insert(*next, host.tab(tab));
                *next += 1;
                // The page answers errands once it is there.
                errand(host, tab, "ids", json!(["bank"])).await.context("a waiting tab does not come")?;
                let grow = async || errand(host, tab, "grow", json!([GROWTH])).await.map(drop);
                let process = browser.process_that_grows(grow).await?;
                errand(host, tab, "grow", json!([0])).await?;
                OneTab::Undriven(process)
            }
        };
        self.tabs.insert(tab, one);
        Ok(())
    }

    /// Ends a tab's process at once.
    pub async fn kill(&mut self, tab: TabId) -> Result<()> {
        match (&self.way, self.tabs.remove(&tab).context("a tab that is open")?) {
            (Way::Driven(browser), OneTab::Driven(own)) => browser.kill_own(&own).await,
            (_, one) => one.process().kill().await,
        }
    }

    /// Closes a tab as a person does. One without a driver closes itself, and says when it goes.
    pub async fn close(&mut self, tab: TabId, host: &Host) -> Result<()> {
        let one = self.tabs.remove(&tab).context("a tab that is open")?;
        if let (Way::Driven(browser), OneTab::Driven(own)) = (&self.way, one) {
            return browser.close_own(own).await;
        }
        host.schedule().send(tab, "close", json!([]));
        let has_gone = |schedule: &mut Schedule| schedule.tabs.get(&tab).is_none_or(|tab| tab.is_gone).then_some(());
        until("the tab has closed", host, has_gone).await
    }

    /// Stops a tab's process where it is.
    pub fn freeze(&self, tab: TabId) -> Result<()> {
        self.process(tab)?.freeze()
    }

    /// Lets a tab's process go on.
    pub fn thaw(&self, tab: TabId) -> Result<()> {
        self.process(tab)?.thaw()
    }

    /// The numbers of the tabs' processes.
    pub fn processes(&self) -> Vec<i32> {
        self.tabs.values().map(|one| one.process().id()).collect()
    }

    /// Kills the browser with all its tabs, and starts it again with what it had kept.
    pub async fn kill_browser(&mut self, engine: Engine) -> Result<()> {
        let Way::Driven(browser) = &mut self.way else { bail!("{engine} can't be started again on what it kept") };
        self.tabs.clear();
        browser.kill();
        **browser = Browser::start_on(engine, self.profile.path(), self.life).await?;
        Ok(())
    }

    fn process(&self, tab: TabId) -> Result<&Process> {
        Ok(self.tabs.get(&tab).context("a tab that is open")?.process())
    }
}
