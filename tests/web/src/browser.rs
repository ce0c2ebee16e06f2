//! A browser with its tabs, and what only a program can ask of it.

use std::{cell::RefCell, collections::BTreeMap, fmt, fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use fantoccini::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    driver::{Ask, Driver, LIFE},
    engine::Engine,
    page::Part,
    patience::wait_until,
    processes::Process,
};

/// Arguments by which Chromium knows at any moment what elements are called, as for a screen reader, and tells scripts.
const READ_ALOUD: &[&str] = &["--force-renderer-accessibility", "--enable-blink-features=ComputedAccessibilityInfo"];
/// Arguments by which it draws a frame whenever one is ready.
const UNPACED: &[&str] = &["--disable-frame-rate-limit", "--disable-gpu-vsync"];

/// A tab of a [`Browser`].
pub type Tab = fantoccini::wd::WindowHandle;

/// A browser of its own that nobody sees, ended with its driver when dropped.
pub struct Browser {
    /// The page in the tab in front.
    pub page: Part,
    pub(crate) engine: Engine,
    pub(crate) client: Client,
    /// The processes of all tabs that were to have one of their own.
    pub(crate) own: RefCell<Vec<Process>>,
    /// Dropped before the profile it writes to.
    pub(crate) driver: Driver,
    _profile: Option<TempDir>,
}

/// A screen that the page is looked at on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// The pixels of the screen for one of CSS: 1.5 on a screen with 150 % zoom.
    pub scale: f64,
    /// Whether it is touched, and laid out as telephones do.
    pub is_telephone: bool,
}

impl Screen {
    /// A screen on a desk.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height, scale: 1.0, is_telephone: false }
    }

    /// A screen in a hand.
    pub const fn telephone(width: u32, height: u32) -> Self {
        Self { is_telephone: true, ..Self::new(width, height) }
    }
}

/// Something the browser wrote to its console: an error, a warning, a violation of the security policy.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct LogEntry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// The address it is about, the line and the text.
    pub message: String,
}

/// A call of the page's console API that was answered with "no".
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct No {
    /// The kind, such as `Refused`.
    pub name: String,
    /// The page's own sentence.
    pub message: String,
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl std::error::Error for No {}

/// Starting and moving about.
impl Browser {
    /// Starts Chromium with a fresh profile, removed at the end: a browser that knows nothing.
    pub async fn start() -> Result<Self> {
        Self::start_in(Engine::Chromium).await
    }

    /// Starts a browser that knows nothing, of any engine.
    pub async fn start_in(engine: Engine) -> Result<Self> {
        Self::start_for(engine, LIFE).await
    }

    /// Starts a browser that knows nothing and may live longer than others: one that outlives this time is ended.
    pub async fn start_for(engine: Engine, life: Duration) -> Result<Self> {
        let profile = TempDir::new()?;
        let browser = Self::start_on(engine, profile.path(), life).await?;
        Ok(Self { _profile: Some(profile), ..browser })
    }

    /// Starts Chromium with a profile of an earlier one, as a person comes back the next day.
    pub async fn start_with(profile: &Path) -> Result<Self> {
        Self::start_on(Engine::Chromium, profile, LIFE).await
    }

    /// Starts Chromium for a measure: it draws a frame whenever one is ready, waits for no screen, and reads nothing aloud.
    pub async fn start_unpaced(life: Duration) -> Result<Self> {
        let profile = TempDir::new()?;
        let browser = Self::start_with_more(Engine::Chromium, profile.path(), life, UNPACED).await?;
        Ok(Self { _profile: Some(profile), ..browser })
    }

    /// Starts a browser of any engine with the profile of an earlier one.
    pub async fn start_on(engine: Engine, profile: &Path, life: Duration) -> Result<Self> {
        Self::start_with_more(engine, profile, life, READ_ALOUD).await
    }

    async fn start_with_more(engine: Engine, profile: &Path, life: Duration, more: &[&str]) -> Result<Self> {
        let mut driver = Driver::start(engine, profile, life).await?;
        let client = driver.connect(profile, more).await?;
        Ok(Self { page: Part::whole(client.clone()), engine, client, own: RefCell::default(), driver, _profile: None })
    }

    /// What it is made of.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Starts a browser that knows nothing and opens a page of Daybook in it.
    pub async fn visit(url: &str) -> Result<Self> {
        let browser = Self::start().await?;
        browser.open(url).await?;
        browser.ready().await?;
        Ok(browser)
    }

    /// Closes the browser as a person does, so that all it stored is on the disk afterwards.
    pub async fn quit(self, profile: &Path) -> Result<()> {
        // The browser closes before it can answer.
        let _ = self.cdp("Browser.close", json!({})).await;
        let lock = profile.join("SingletonLock");
        wait_until("the browser has closed", async || Ok(fs::symlink_metadata(&lock).is_err())).await
    }

    /// Ends the browser with all its processes at once, as a power cut does to a program.
    pub fn kill(&mut self) {
        self.driver.kill();
    }

    /// Goes to an address.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("can't open {url}"))
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// Goes back by one address.
    pub async fn back(&self) -> Result<()> {
        Ok(self.client.back().await?)
    }

    /// Goes forward by one address.
    pub async fn forward(&self) -> Result<()> {
        Ok(self.client.forward().await?)
    }

    /// The address of the page in front.
    pub async fn url(&self) -> Result<String> {
        Ok(self.client.current_url().await?.into())
    }

    /// Opens a second tab of the same browser at an address, and brings it to the front.
    pub async fn open_tab(&self, url: &str) -> Result<Tab> {
        let tab = self.client.new_window(true).await?.handle;
        self.switch_to(&tab).await?;
        self.open(url).await?;
        Ok(tab)
    }

    /// Closes the tab in front for a new one, and forgets what a site stored, as if nobody had been here.
    pub async fn begin_anew(&self, site: &str) -> Result<()> {
        let tab = self.client.new_window(true).await?.handle;
        self.close_tab().await?;
        self.switch_to(&tab).await?;
        self.cdp("Storage.clearDataForOrigin", json!({ "origin": site, "storageTypes": "all" })).await.map(drop)
    }

    /// The tab in front.
    pub async fn tab(&self) -> Result<Tab> {
        Ok(self.client.window().await?)
    }

    /// Brings a tab to the front; [`page`](Self::page) is then its page.
    pub async fn switch_to(&self, tab: &Tab) -> Result<()> {
        Ok(self.client.switch_to_window(tab.clone()).await?)
    }

    /// Closes the tab in front; [`switch_to`](Self::switch_to) another before going on.
    pub async fn close_tab(&self) -> Result<()> {
        Ok(self.client.close_window().await?)
    }
}

/// Talking to the program in the page.
impl Browser {
    /// Waits until the page has `daybook`, and `daybook.ready` has come true.
    pub async fn ready(&self) -> Result<()> {
        let there = async || Ok(self.run_js("return 'daybook' in window", &[]).await? == true);
        if wait_until("the page has daybook", there).await.is_err() {
            let said = match self.engine {
                Engine::Chromium => format!("{:?}", self.browser_log().await?),
                Engine::Firefox | Engine::WebKit => {
                    self.run_js("return document.body.innerText", &[]).await?.to_string()
                }
            };
            bail!("the page did not start; it says {said}");
        }
        self.run_js("await daybook.ready", &[]).await.context("daybook.ready was rejected")?;
        Ok(())
    }

    /// Calls the console API as a teacher does: `daybook.<call>(...args)`.
    ///
    /// The outer error is a page that can't be asked, the inner one the API's own "no".
    pub async fn console(&self, call: &str, args: &[Value]) -> Result<Result<Value, No>> {
        self.ready().await?;
        let script = "const [call, args] = arguments;
            try { return { ok: await daybook[call](...args) ?? null } }
            catch (error) { return { no: { name: error.name, message: error.message } } }";
        let answer = self.run_js(script, &[json!(call), json!(args)]).await?;
        Ok(match answer.get("no") {
            Some(no) => Err(serde_json::from_value(no.clone())?),
            None => Ok(answer["ok"].clone()),
        })
    }

    /// The recorded log of a world, as a file would hold it.
    pub async fn export(&self, log: &str) -> Result<String> {
        let text = self.console("exportLog", &[json!(log), json!("ndjson")]).await??;
        text.as_str().map(str::to_owned).context("exportLog gives text")
    }

    /// Runs JavaScript as the body of an async function with `arguments`, and gives what it returns.
    pub async fn run_js(&self, body: &str, args: &[Value]) -> Result<Value> {
        let script = format!("return (async function () {{ {body} }}).apply(null, arguments)");
        Ok(self.client.execute(&script, args.to_vec()).await?)
    }

    /// What localStorage holds under a key.
    pub async fn stored(&self, key: &str) -> Result<Option<String>> {
        let value = self.run_js("return localStorage.getItem(arguments[0])", &[json!(key)]).await?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// All keys of localStorage, sorted.
    pub async fn stored_keys(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.run_js("return Object.keys(localStorage).sort()", &[]).await?)?)
    }

    /// All that localStorage holds.
    pub async fn storage(&self) -> Result<BTreeMap<String, String>> {
        Ok(serde_json::from_value(self.run_js("return { ...localStorage }", &[]).await?)?)
    }

    /// Writes to localStorage past the program, as another tab or a curious person might.
    pub async fn store(&self, key: &str, value: &str) -> Result<()> {
        self.run_js("localStorage.setItem(...arguments)", &[json!(key), json!(value)]).await.map(drop)
    }

    /// Removes a key from localStorage past the program.
    pub async fn unstore(&self, key: &str) -> Result<()> {
        self.run_js("localStorage.removeItem(arguments[0])", &[json!(key)]).await.map(drop)
    }

    /// Empties localStorage past the program.
    pub async fn clear_store(&self) -> Result<()> {
        self.run_js("localStorage.clear()", &[]).await.map(drop)
    }
}

/// Looking behind the page, by what Chromium alone offers.
impl Browser {
    /// What the browser logged since the last call: errors, violations of the security policy, failed requests.
    pub async fn browser_log(&self) -> Result<Vec<LogEntry>> {
        self.log("browser").await
    }

    /// The address of each request that was sent since the last call, cached or not.
    pub async fn requests(&self) -> Result<Vec<String>> {
        let mut urls = Vec::new();
        for entry in self.log("performance").await? {
            let event: Value = serde_json::from_str(&entry.message)?;
            let event = &event["message"];
            if event["method"] == "Network.requestWillBeSent" {
                urls.extend(event["params"]["request"]["url"].as_str().map(str::to_owned));
            }
        }
        Ok(urls)
    }

    /// What the browser has to complain of since the last call: anything but mere information.
    pub async fn complaints(&self) -> Result<Vec<LogEntry>> {
        Ok(self.browser_log().await?.into_iter().filter(|entry| entry.level != "INFO").collect())
    }

    /// The address of each request since the last call that left a site; pages of the browser's own are not counted.
    pub async fn requests_beyond(&self, site: &str) -> Result<Vec<String>> {
        let stays = |url: &String| [site, "data:", "blob:", "chrome:"].iter().any(|home| url.starts_with(home));
        Ok(self.requests().await?.into_iter().filter(|url| !stays(url)).collect())
    }

    /// Runs JavaScript in the tab in front, before each page that is loaded from now on.
    pub async fn before_each_page(&self, script: &str) -> Result<()> {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await.map(drop)
    }

    /// Saves whatever is downloaded from now on into a folder, without asking.
    pub async fn download_to(&self, folder: &Path) -> Result<()> {
        self.cdp("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder })).await.map(drop)
    }

    /// Sends a command of the Chrome `DevTools` Protocol to the tab in front.
    pub async fn cdp(&self, method: &str, params: Value) -> Result<Value> {
        let command = Ask::post("goog/cdp/execute", json!({ "cmd": method, "params": params }));
        self.client.issue_cmd(command).await.with_context(|| format!("the browser refuses {method}"))
    }

    /// Gives the page a width and height in CSS pixels, whatever the size of the window.
    pub async fn viewport(&self, width: u32, height: u32) -> Result<()> {
        self.screen(Screen::new(width, height)).await
    }

    /// Shows the page on another screen from now on.
    pub async fn screen(&self, screen: Screen) -> Result<()> {
        let Screen { width, height, scale, is_telephone } = screen;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": is_telephone });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        self.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": is_telephone })).await.map(drop)
    }

    /// Pretends that a person has set these preferences, and no others.
    ///
    /// For example `[("prefers-color-scheme", "dark"), ("prefers-reduced-motion", "reduce")]`.
    pub async fn emulate(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<_> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await.map(drop)
    }

    /// What is seen in the tab in front, as a PNG, once fonts have come and all is drawn.
    pub async fn photo(&self) -> Result<Vec<u8>> {
        self.run_js("await document.fonts.ready", &[]).await?;
        self.drawn().await?;
        Ok(self.client.screenshot().await?)
    }

    /// The page to its end, as a PNG, however far below the edge of the screen that is.
    pub async fn photo_to_its_end(&self, screen: Screen) -> Result<Vec<u8>> {
        let end = self.run_js("return document.documentElement.scrollHeight", &[]).await?;
        let end = end.as_u64().and_then(|end| end.try_into().ok()).context("a page has a height")?;
        self.screen(Screen { height: screen.height.max(end), ..screen }).await?;
        let photo = self.photo().await?;
        self.screen(screen).await?;
        Ok(photo)
    }

    /// Waits until what has changed is drawn.
    pub async fn drawn(&self) -> Result<()> {
        let two_frames = "await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))";
        self.run_js(two_frames, &[]).await.map(drop)
    }

    /// Follows a link within the page.
    pub async fn go(&self, hash: &str) -> Result<()> {
        self.run_js("location.hash = arguments[0]", &[json!(hash)]).await.map(drop)
    }

    /// Pays something in that can't be drawn, so that the program breaks off.
    pub async fn break_off(&self) -> Result<()> {
        let broken = "const [make, copy] = [Document.prototype.createElement, Node.prototype.cloneNode];
            const breaks = () => { throw new Error('broken by a test') };
            [Document.prototype.createElement, Node.prototype.cloneNode] = [breaks, breaks];
            [...document.querySelectorAll('button')].find((button) => button.innerText === 'Deposit').click();
            while (document.getElementById('crash').hidden) await new Promise(requestAnimationFrame);
            [Document.prototype.createElement, Node.prototype.cloneNode] = [make, copy]";
        self.run_js(broken, &[]).await.map(drop)
    }

    async fn log(&self, kind: &str) -> Result<Vec<LogEntry>> {
        let entries = self.client.issue_cmd(Ask::post("se/log", json!({ "type": kind }))).await?;
        Ok(serde_json::from_value(entries)?)
    }
}
