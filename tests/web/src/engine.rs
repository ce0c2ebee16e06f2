//! The three engines that browsers are made of, and how each is started.

use std::{
    env, fmt, fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    str::FromStr,
};

use anyhow::{Result, bail};
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};

use crate::driver::ANSWER;

/// Where Debian puts `WebKitGTK`'s small browser; the library's version is part of it.
const MINI_BROWSERS: [&str; 2] =
    ["/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser", "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser"];

/// How many pages of one site Firefox may give a process of their own. It ships with 4: from the fifth tab on, pages
/// share. Tests want to see every tab alone.
const FIREFOX_PROCESSES: u32 = 16;

/// Its driver makes Firefox end as a whole when one of its pages dies. A person's Firefox goes on.
const START_FIREFOX: &str = "#!/bin/sh
unset MOZ_CRASHREPORTER_SHUTDOWN
exec \"${FIREFOX:-$(command -v firefox || command -v firefox-esr)}\" \"$@\"
";

/// What a browser is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Chromium or Chrome, without a window.
    Chromium,
    /// Firefox, without a window.
    Firefox,
    /// `WebKitGTK`'s `MiniBrowser` (which is not Safari), on a screen that nobody sees.
    WebKit,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// As it is called in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }

    /// The variable that names another driver than the one on PATH, and the one on PATH.
    pub(crate) fn driver(self) -> (&'static str, &'static str) {
        match self {
            Self::Chromium => ("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => ("GECKODRIVER", "geckodriver"),
            Self::WebKit => ("WEBKITDRIVER", "WebKitWebDriver"),
        }
    }

    /// What the driver is told beside its port.
    pub(crate) fn driver_args(self) -> &'static [&'static str] {
        match self {
            // Who asks Firefox for the process of a tab asks its inside.
            Self::Firefox => &["--allow-system-access"],
            Self::Chromium | Self::WebKit => &[],
        }
    }

    /// What stands before the port in the line by which the driver says that it listens. `WebKitWebDriver` says nothing.
    pub(crate) fn announces(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("successfully on port "),
            Self::Firefox => Some("Listening on 127.0.0.1:"),
            Self::WebKit => None,
        }
    }

    /// What the browser is asked to be; `more` are further arguments for Chromium.
    pub(crate) fn capabilities(self, profile: &Path, more: &[&str]) -> Result<Capabilities> {
        let (key, options) = match self {
            Self::Chromium => ("goog:chromeOptions", chromium(profile, more)),
            Self::Firefox => ("moz:firefoxOptions", firefox(profile)?),
            Self::WebKit => ("webkitgtk:browserOptions", webkit()),
        };
        let mut all = Capabilities::from_iter([
            (key.into(), options),
            ("timeouts".into(), json!({ "pageLoad": ANSWER.as_millis(), "script": ANSWER.as_millis() })),
        ]);
        if self == Self::Chromium {
            all.insert("browserName".into(), json!("chrome"));
            all.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL", "performance": "ALL" }));
        }
        Ok(all)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Engine {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        match Self::ALL.into_iter().find(|engine| engine.name().eq_ignore_ascii_case(name)) {
            Some(engine) => Ok(engine),
            None => bail!("an engine is one of {:?}, not {name:?}", Self::ALL.map(Self::name)),
        }
    }
}

fn chromium(profile: &Path, more: &[&str]) -> Value {
    let mut args = vec![
        "--headless=new".into(),
        "--disable-gpu".into(),
        "--disable-quic".into(),
        "--disable-dev-shm-usage".into(),
        "--no-first-run".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        "--accept-lang=en-US".into(),
        "--window-size=1440,900".into(),
        format!("--user-data-dir={}", profile.display()),
    ];
    args.extend(more.iter().map(ToString::to_string));
    if is_root() {
        args.push("--no-sandbox".into());
    }
    let mut options = json!({ "args": args });
    if let Ok(binary) = env::var("CHROME") {
        options["binary"] = json!(binary);
    }
    options
}

fn firefox(profile: &Path) -> Result<Value> {
    let starter = profile.join("start");
    fs::write(&starter, START_FIREFOX)?;
    fs::set_permissions(&starter, fs::Permissions::from_mode(0o700))?;
    Ok(json!({
        "binary": starter,
        "args": ["-headless", "-profile", profile],
        "prefs": {
            "intl.accept_languages": "en-US",
            "dom.ipc.processCount": FIREFOX_PROCESSES,
            "dom.ipc.processCount.webIsolated": FIREFOX_PROCESSES,
        },
    }))
}

/// Under automation it keeps what pages store in memory, whatever its folder: there is no next day to test.
fn webkit() -> Value {
    json!({ "binary": mini_browser(), "args": ["--automation"] })
}

/// `WebKitGTK`'s small browser; `$MINIBROWSER` names another.
pub(crate) fn mini_browser() -> String {
    let found = MINI_BROWSERS.into_iter().find(|path| Path::new(path).exists()).unwrap_or(MINI_BROWSERS[0]);
    env::var("MINIBROWSER").unwrap_or_else(|_| found.into())
}

/// Chromium refuses its sandbox to root.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
