//! The host of the page under test: it serves the built files, adds the agent to the page and talks with it.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, Result};
use daybook_web_tests::{Answer, Asked, Site, serve_with};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::schedule::Schedule;

const AGENT: &str = include_str!("agent.js");
const WAITING: &str = include_str!("waiting.html");
const WAITING_SCRIPT: &str = include_str!("waiting.js");

/// A site whose pages do what a schedule says.
pub struct Host {
    site: Site,
    schedule: Arc<Mutex<Schedule>>,
}

#[derive(Deserialize)]
struct Seat {
    seat: usize,
}

impl Host {
    /// Serves a built site from a folder.
    pub fn start(dist: &Path, schedule: Schedule) -> Result<Self> {
        let index = fs::read_to_string(dist.join("index.html")).context("there is no page to test")?;
        // The page's own policy lets a script of its own host in, and lets it talk with that host.
        let index = index.replacen("</title>", "</title><script type=\"module\" src=\"faults/agent.js\"></script>", 1);
        let schedule = Arc::new(Mutex::new(schedule));
        let site = serve_with(dist, {
            let schedule = Arc::clone(&schedule);
            move |asked| answer(asked, &index, &schedule)
        })?;
        Ok(Self { site, schedule })
    }

    /// The address of the page with an agent of this number.
    pub fn tab(&self, tab: u32) -> String {
        format!("{}?tab={tab}", self.site.url())
    }

    /// The address of a page that waits in a seat until a tab is wanted.
    pub fn seat(&self, seat: usize) -> String {
        format!("{}faults/waiting?seat={seat}", self.site.url())
    }

    /// The schedule, for a moment.
    pub fn schedule(&self) -> MutexGuard<'_, Schedule> {
        lock(&self.schedule)
    }
}

/// A thread that panicked has said so; what it left is still the best there is to report.
fn lock(schedule: &Mutex<Schedule>) -> MutexGuard<'_, Schedule> {
    schedule.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(asked: &Asked, index: &str, schedule: &Mutex<Schedule>) -> Option<Answer> {
    let file = |mime_type, text: &str| Some(Answer { mime_type, body: text.as_bytes().to_vec() });
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "" | "index.html") => file("text/html; charset=utf-8", index),
        ("GET", "faults/agent.js") => file("text/javascript; charset=utf-8", AGENT),
        ("GET", "faults/waiting") => file("text/html; charset=utf-8", WAITING),
        ("GET", "faults/waiting.js") => file("text/javascript; charset=utf-8", WAITING_SCRIPT),
        ("POST", path) => {
            let answer =
                told(path, &asked.body, schedule).unwrap_or_else(|error| json!({ "error": error.to_string() }));
            file("application/json", &answer.to_string())
        }
        _ => None,
    }
}

fn told(path: &str, body: &[u8], schedule: &Mutex<Schedule>) -> Result<Value> {
    Ok(match path {
        "faults/work" => lock(schedule).work(serde_json::from_slice(body)?),
        "faults/errand" => lock(schedule).errand(serde_json::from_slice(body)?),
        "faults/gone" => {
            lock(schedule).gone(&serde_json::from_slice(body)?);
            json!({})
        }
        "faults/seat" => {
            let Seat { seat } = serde_json::from_slice(body)?;
            json!({ "go": lock(schedule).seats.get(&seat) })
        }
        other => json!({ "error": format!("nothing is told at {other}") }),
    })
}
