//! A chromedriver process with one browser, both ended when dropped.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use fantoccini::{
    Client, ClientBuilder,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// How long a browser may live: one that takes longer hangs, and its test shall fail.
const LIFE: Duration = Duration::from_mins(2);
/// How long the browser may take to load a page or to run a script.
const ANSWER: Duration = Duration::from_secs(20);
/// How long it may take to close.
const CLOSE: Duration = Duration::from_secs(5);

/// Runs a program until nobody holds the other end of this shell's input any more, however that came about, or until
/// its time is over; then ends it with all that it started.
const UNTIL_LET_GO: &str = r#"seconds="$1"; shift; "$@" & exec >&-; read -r -t "$seconds"; kill -KILL 0"#;

/// A running chromedriver and, once [connected](Driver::connect), its browser.
pub(crate) struct Driver {
    /// A shell with a process group of its own, which chromedriver and the browser belong to.
    group: Child,
    port: u16,
    session: Option<String>,
    /// Kept open: a chromedriver that can't print stops.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts chromedriver on a port of its own choice.
    pub(crate) fn start() -> Result<Self> {
        let program = env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
        let mut group = Command::new("bash")
            .args(["-c", UNTIL_LET_GO, "bash"])
            .arg(LIFE.as_secs().to_string())
            .args([&program, "--port=0"])
            .env("TZ", "UTC")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("can't start bash")?;
        let mut output = BufReader::new(group.stdout.take().context("chromedriver's output is piped")?);
        let port = announced_port(&mut output)
            .with_context(|| format!("{program} does not start: put it on PATH or name it in $CHROMEDRIVER"))?;
        Ok(Self { group, port, session: None, _output: output })
    }

    /// Starts the browser with its data in `profile`.
    pub(crate) async fn connect(&mut self, profile: &Path) -> Result<Client> {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(profile))
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .context("chromedriver can't start the browser (name another in $CHROME)")?;
        self.session = client.session_id().await?;
        Ok(client)
    }

    /// Tells chromedriver to close the browser; blocking, since a drop can't wait.
    fn close_browser(&self, session: &str) -> std::io::Result<()> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(CLOSE))?;
        write!(connection, "DELETE /session/{session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        // The first bytes of the answer: the browser is closed. The connection itself may be kept open for ever.
        connection.read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Whatever fails here has ended already.
        if let Some(session) = self.session.take() {
            let _ = self.close_browser(&session);
        }
        drop(self.group.stdin.take());
        let _ = self.group.wait();
    }
}

/// Reads up to `ChromeDriver was started successfully on port 12345.`
fn announced_port(output: &mut impl BufRead) -> Result<u16> {
    output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok())
        .context("chromedriver did not say on which port it listens")
}

fn capabilities(profile: &Path) -> Capabilities {
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
    if is_root() {
        args.push("--no-sandbox".into());
    }
    let mut chrome = json!({ "args": args });
    if let Ok(binary) = env::var("CHROME") {
        chrome["binary"] = json!(binary);
    }
    Capabilities::from_iter([
        ("browserName".into(), json!("chrome")),
        ("goog:chromeOptions".into(), chrome),
        ("timeouts".into(), json!({ "pageLoad": ANSWER.as_millis(), "script": ANSWER.as_millis() })),
        ("goog:loggingPrefs".into(), json!({ "browser": "ALL", "performance": "ALL" })),
    ])
}

/// Chromium refuses its sandbox to root.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A `WebDriver` command that fantoccini has no method for.
#[derive(Debug)]
pub(crate) struct Ask {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Ask {
    pub(crate) fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: None }
    }

    pub(crate) fn post(path: &str, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), body: Some(body) }
    }
}

impl WebDriverCompatibleCommand for Ask {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_ref().map(Value::to_string))
    }
}
