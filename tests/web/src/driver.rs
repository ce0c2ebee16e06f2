//! A `WebDriver` process with one browser, both ended when dropped.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use url::{ParseError, Url};

use crate::{engine::Engine, patience::look_for};

/// How long a browser may live: one that takes longer hangs, and its test shall fail.
pub(crate) const LIFE: Duration = Duration::from_mins(2);
/// How long the browser may take to load a page or to run a script.
pub(crate) const ANSWER: Duration = Duration::from_secs(20);
/// How long it may take to close.
const CLOSE: Duration = Duration::from_secs(5);

/// Runs a program until nobody holds the other end of this shell's input any more, however that came about, or until
/// its time is over; then ends it with all that it started.
const UNTIL_LET_GO: &str = r#"seconds="$1"; shift; "$@" & exec >&-; read -r -t "$seconds"; kill -KILL 0"#;

/// A program that ends with all that it started when this is dropped, or when its time is over.
pub(crate) struct Held {
    /// A shell with a process group of its own, which all that is started belongs to.
    group: Child,
    /// Kept open: a program that can't print stops.
    output: BufReader<ChildStdout>,
}

impl Held {
    pub(crate) fn start(program: &str, args: &[&str], env: &[(&str, PathBuf)], life: Duration) -> Result<Self> {
        let mut group = Command::new("bash")
            .args(["-c", UNTIL_LET_GO, "bash"])
            .arg(life.as_secs().to_string())
            .arg(program)
            .args(args)
            .env("TZ", "UTC")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What browsers grumble about on the side is much, and nothing that a test could use.
            .stderr(Stdio::null())
            .spawn()
            .context("can't start bash")?;
        let output = BufReader::new(group.stdout.take().context("the output is piped")?);
        Ok(Self { group, output })
    }

    /// The first process of the group.
    pub(crate) fn group(&self) -> i32 {
        self.group.id().cast_signed()
    }

    /// The number in its first line that has one after these words.
    fn says(&mut self, words: &str) -> Option<u16> {
        let mut lines = (&mut self.output).lines().map_while(Result::ok);
        lines.find_map(|line| line.split_once(words)?.1.trim_end_matches('.').trim().parse().ok())
    }
}

impl Held {
    /// Ends the program with all that it started.
    fn end(&mut self) {
        // Whatever fails here has ended already.
        drop(self.group.stdin.take());
        let _ = self.group.wait();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.end();
    }
}

/// A running driver and, once [connected](Driver::connect), its browser.
pub(crate) struct Driver {
    engine: Engine,
    port: u16,
    session: Option<String>,
    held: Held,
    /// The screen that nobody sees, for a browser that can't do without. Dropped after the browser.
    _screen: Option<Held>,
}

impl Driver {
    /// Starts the engine's driver. `profile` is the folder for all that the browser keeps.
    pub(crate) async fn start(engine: Engine, profile: &Path, life: Duration) -> Result<Self> {
        let (variable, usual) = engine.driver();
        let program = env::var(variable).unwrap_or_else(|_| usual.into());
        let missing = || format!("{program} does not start: put it on PATH or name it in ${variable}");
        let mut args = engine.driver_args().to_vec();
        if let Some(words) = engine.announces() {
            args.push("--port=0");
            let mut driver = Held::start(&program, &args, &[], life)?;
            let port = driver.says(words).with_context(missing)?;
            return Ok(Self { engine, port, session: None, held: driver, _screen: None });
        }

        let (screen, display) = screen(life)?;
        let port = free_port()?;
        let on_port = format!("--port={port}");
        args.push(&on_port);
        let driver = Held::start(&program, &args, &home(profile, &display)?, life)?;
        let listens = async || Ok(TcpStream::connect(("127.0.0.1", port)).ok());
        look_for(listens).await?.with_context(missing)?;
        Ok(Self { engine, port, session: None, held: driver, _screen: Some(screen) })
    }

    /// Starts the browser with its data in `profile`; `more` are further arguments for Chromium.
    pub(crate) async fn connect(&mut self, profile: &Path, more: &[&str]) -> Result<Client> {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(self.engine.capabilities(profile, more)?)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .with_context(|| format!("the driver can't start {}", self.engine))?;
        self.session = client.session_id().await?;
        Ok(client)
    }

    /// The first process of the group that the driver and its browser belong to.
    pub(crate) fn group(&self) -> i32 {
        self.held.group()
    }

    /// Ends the driver and its browser with all their processes, without a word to them.
    pub(crate) fn kill(&mut self) {
        self.session = None;
        self.held.end();
    }

    /// Tells the driver to close the browser; blocking, since a drop can't wait.
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
        // Whatever fails here has ended already; what has not is ended with the group.
        if let Some(session) = self.session.take() {
            let _ = self.close_browser(&session);
        }
    }
}

/// A screen that nobody sees, and its name.
pub(crate) fn screen(life: Duration) -> Result<(Held, String)> {
    // It takes the first number that is free and prints it.
    let args = ["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"];
    let mut screen = Held::start("Xvfb", &args, &[], life)?;
    let number = screen.says("").context("Xvfb does not start: put it on PATH")?;
    Ok((screen, format!(":{number}")))
}

/// The surroundings of a browser that has no option for its folder: a home of its own.
pub(crate) fn home(folder: &Path, display: &str) -> Result<Vec<(&'static str, PathBuf)>> {
    let mut env = vec![("HOME", folder.to_owned()), ("DISPLAY", display.into()), ("GDK_BACKEND", "x11".into())];
    for (name, inside) in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "runtime"),
    ] {
        let inside = folder.join(inside);
        fs::create_dir_all(&inside)?;
        fs::set_permissions(&inside, fs::Permissions::from_mode(0o700))?;
        env.push((name, inside));
    }
    Ok(env)
}

/// A port that nobody listens on at this moment, for a driver that can't choose its own.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?.local_addr()?.port())
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
