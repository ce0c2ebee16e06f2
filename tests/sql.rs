//! The SQL export in real databases: `SQLite` 3 and `PostgreSQL` 15, by the programs that people load it with.
//!
//! `scripts/setup test` installs both. Where one is missing the test fails and says so.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Desk, fact, story};
use daybook::engine::ExpectedRevision;
use daybook::formats::Format;
use serde_json::{Value, json};

/// What both databases are asked: every column of every event, as bytes in hexadecimal digits where it is text.
const COLUMNS: [&str; 6] = ["stream", "type", "data", "metadata", "id", "recorded_at"];

/// A log with every character that a database, its shell or its script could stumble over.
fn hard() -> Desk {
    let desk = Desk::bank();
    story(&desk);
    desk.open("Zoë 🦉 \u{202e}<script>alert('1')</script> \"O'Hara\" \\' ; DROP TABLE events; --", 0);
    let facts = [
        ("O'Brien", "{ \"amount\":\r\n\t7,\r\n \"s\": \"'\\\\'\" }"),
        ("Lines\r\n<cr0>\r\n.quit\n\\q\n;\r", "\"\\u0000 $1 :name ?1 @x $$ E'\\\\n' <cr0>\""),
        ("Long", &json!({ "t": "x'\\".repeat(10_000) }).to_string()),
        ("Numbers", "[-1, 1.0, 1e2, 9007199254740991, 12345678901234567890123456789]"),
        ("", "null"),
    ];
    for stream in ["account-1", "'); DROP TABLE events; --", "a\\", "\n.exit\n"] {
        let facts = facts.map(|(kind, data)| fact(kind, data)).to_vec();
        desk.append(stream, ExpectedRevision::Any, facts).expect("within the bounds");
    }
    desk
}

/// The log as both databases should answer.
fn expected(desk: &Desk) -> Vec<String> {
    let door = desk.door();
    let events = (0..door.store().len()).filter_map(|position| door.store().event(position));
    let row = |event: daybook::engine::RecordedEvent| {
        let metadata = serde_json::to_string(&event.metadata).expect("metadata is JSON");
        let (id, time) = (event.id.to_string(), event.metadata.recorded_at.to_string());
        let texts = [event.stream.as_str(), &event.kind, event.data.get(), &metadata, &id, &time].map(hex);
        format!("{}|{}|{}", event.position, event.revision, texts.join("|"))
    };
    events.map(row).collect()
}

fn hex(text: &str) -> String {
    text.bytes()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn script(desk: &Desk, folder: &Path) -> PathBuf {
    let path = folder.join("daybook.sql");
    let text = desk.lab.export_as(desk.log, Format::Sql).expect("a log of this lab").text;
    fs::write(&path, text).expect("the folder can be written to");
    path
}

#[test]
fn sqlite_gives_every_event_again() {
    let (desk, folder) = (hard(), Folder::new("sqlite"));
    let script = script(&desk, &folder.0);
    let database = folder.0.join("daybook.db");
    let sqlite = |sql: &str| {
        let mut sqlite = program("sqlite3", None);
        run(sqlite.arg("-bail").arg(&database).arg(sql))
    };
    assert_eq!(
        run(program("sqlite3", None).arg("-bail").arg(&database).stdin(fs::File::open(&script).expect("a script"))),
        ""
    );
    let columns = COLUMNS.map(|column| format!("lower(hex({column}))")).join(", ");
    let answer = sqlite(&format!("SELECT position, revision, {columns} FROM events ORDER BY position"));
    assert_eq!(answer.lines().collect::<Vec<_>>(), expected(&desk));
    let sum = "SELECT sum(data ->> 'amount') FROM events WHERE type = 'MoneyDeposited'";
    assert_eq!(sqlite(sum), format!("{}\n", deposited(&desk)), "and it can be asked what the data says");
}

#[test]
fn postgresql_gives_every_event_again() {
    let (desk, server) = (hard(), Server::start());
    let script = script(&desk, &server.folder.0);
    assert_eq!(
        server.ask(&["--single-transaction", "--quiet", "--file", script.to_str().expect("a path in Unicode")]),
        ""
    );
    let columns = COLUMNS.map(|column| format!("encode(convert_to({column}, 'UTF8'), 'hex')")).join(", ");
    let sql = format!("SELECT position, revision, {columns} FROM events ORDER BY position");
    assert_eq!(server.ask(&["--command", &sql]).lines().collect::<Vec<_>>(), expected(&desk));
    let sum = "SELECT sum((data::json ->> 'amount')::bigint) FROM events WHERE type = 'MoneyDeposited'";
    assert_eq!(server.ask(&["--command", sum]), format!("{}\n", deposited(&desk)));
}

fn deposited(desk: &Desk) -> u64 {
    let deposits = desk.events().into_iter().filter(|event| event["type"] == "MoneyDeposited");
    deposits.filter_map(|event: Value| event["data"]["amount"].as_u64()).sum()
}

/// A server of its own for one test: a socket in a folder, no network.
struct Server {
    folder: Folder,
    /// The account it runs as: it refuses root.
    account: Option<&'static str>,
}

impl Server {
    fn start() -> Self {
        let folder = Folder::new("postgresql");
        let is_root = run(program("id", None).arg("-u")) == "0\n";
        let account = is_root.then_some("postgres");
        if let Some(account) = account {
            run(program("chown", None).arg(account).arg(&folder.0));
        }
        let server = Self { folder, account };
        let data = server.folder.0.join("data");
        run(server
            .program("initdb")
            .args(["--no-sync", "--auth=trust", "--username=daybook", "--encoding=UTF8", "--locale=C"])
            .arg(&data));
        // What the server says goes to a file: a pipe would be held open for as long as it lives.
        let options = format!("-c listen_addresses='' -c fsync=off -k '{}'", server.folder.0.display());
        let started = server.program("pg_ctl");
        run(with_data(started, &data)
            .args(["--wait", "--options", &options, "--log"])
            .arg(server.folder.0.join("log"))
            .arg("start"));
        server
    }

    fn ask(&self, args: &[&str]) -> String {
        let mut psql = self.program("psql");
        psql.args([
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--username=daybook",
            "--dbname=postgres",
        ]);
        run(psql.arg("--host").arg(&self.folder.0).args(args))
    }

    fn program(&self, name: &str) -> Command {
        program(name, self.account)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.program("pg_ctl");
        let data = self.folder.0.join("data");
        // A test that fails already must not fail twice.
        drop(with_data(stopped, &data).args(["--mode=immediate", "stop"]).output());
    }
}

fn with_data(mut command: Command, data: &Path) -> Command {
    command.arg("--pgdata").arg(data).stdout(Stdio::null());
    command
}

/// A program, found where Debian keeps those of `PostgreSQL` too, as another account if asked.
fn program(name: &str, account: Option<&str>) -> Command {
    let mut folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    let found = folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    let path = found.unwrap_or_else(|| panic!("'{name}' is missing. Run 'scripts/setup test', which installs it."));
    let Some(account) = account else { return Command::new(path) };
    let mut command = Command::new("runuser");
    command.args(["-u", account, "--"]).arg(path).current_dir("/");
    command
}

/// What a program answers; it must succeed.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|why| panic!("{command:?}: {why}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).expect("the answer is text")
}

/// A folder that goes with its test. Its path is short: a socket's has to be.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("daybook-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("there is room for temporary files");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can't be removed lies in the system's own folder for such things.
        drop(fs::remove_dir_all(&self.0));
    }
}
