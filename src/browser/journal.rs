//! The journal in localStorage: one key for each commit, never written twice.
//!
//! | key | value |
//! |---|---|
//! | `daybook/1/<world>/head` | `{"log": "<log id>"}`: which log is the recorded one |
//! | `daybook/1/<world>/<log id>/<n>` | `{"commit": {…}, "chain": ["<link>", …]}`: the nth commit from 0, a link for each event |
//!
//! Names can be computed, so nothing has to be listed to be read. A log is begun anew by writing its commits under
//! another id and then the head, which is the one step that counts; what is left of the old log goes afterwards.

use gloo_storage::errors::StorageError;
use gloo_storage::{LocalStorage, Storage};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;

use crate::engine::integrity::Link;
use crate::engine::journal::{Recovered, Verified, check_chain, links, other_log};
use crate::engine::{Commit, Journal, JournalError, LogId};

/// The layout of keys and values.
const LAYOUT: u32 = 1;
/// What the head says.
const HEAD: &str = "which log is the recorded one";
/// What every engine gives an origin: UTF-16 units of keys and values together.
pub const QUOTA: u64 = 5 << 20;

/// Keeps one world's recorded log in localStorage.
#[derive(Debug)]
pub struct LocalJournal {
    world: &'static str,
    end: Option<End>,
}

/// Where the next commit goes.
#[derive(Clone, Copy, Debug)]
struct End {
    log: LogId,
    commits: u64,
    link: Link,
}

#[derive(Serialize, Deserialize)]
struct Head {
    log: LogId,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    commit: Commit,
    chain: Vec<Link>,
}

/// Whether localStorage can be used at all; if not, why. It can be absent, null, or throw on the first touch.
pub fn probe() -> Result<(), String> {
    const KEY: &str = "daybook/probe";
    let window = web_sys::window().ok_or("there is no window")?;
    let storage = window.local_storage().map_err(|_| "this browser does not let the page store anything")?;
    let storage = storage.ok_or("storage is switched off in this browser")?;
    match storage.set_item(KEY, "1") {
        // A full storage can still be read.
        Err(error) if !is_quota(&error) => Err("this browser does not let the page store anything".to_owned()),
        Ok(()) | Err(_) => {
            let _ = storage.remove_item(KEY);
            Ok(())
        }
    }
}

/// UTF-16 units that this origin uses, of [`QUOTA`].
pub fn units_used() -> u64 {
    let length =
        |key: &String| LocalStorage::raw().get_item(key).ok().flatten().map_or(0, |value| units(key) + units(&value));
    keys().iter().map(length).sum()
}

fn units(text: &str) -> u64 {
    text.encode_utf16().count() as u64
}

impl LocalJournal {
    /// The journal of a world.
    pub fn new(world: &'static str) -> Self {
        Self { world, end: None }
    }

    fn prefix(&self) -> String {
        format!("daybook/{LAYOUT}/{}/", self.world)
    }

    fn head_key(&self) -> String {
        self.prefix() + "head"
    }

    fn commit_key(&self, log: LogId, nth: u64) -> String {
        format!("{}{log}/{nth}", self.prefix())
    }

    /// Reads commits from the first on, up to one that is missing or can't be read.
    fn read(&self, log: LogId) -> (Vec<Stored>, Option<JournalError>) {
        let count = keys().iter().filter(|key| key.starts_with(&format!("{}{log}/", self.prefix()))).count() as u64;
        let mut commits = Vec::new();
        for nth in 0..count {
            let key = self.commit_key(log, nth);
            match get::<Stored>(&key) {
                Ok(Some(stored)) if stored.commit.log == log => commits.push(stored),
                Ok(Some(stored)) => return (commits, Some(other_log(Some(log), stored.commit.log))),
                Ok(None) => {
                    return (commits, Some(unreadable(key, "a commit", "nothing, though later ones are there")));
                }
                Err(error) => return (commits, Some(error)),
            }
        }
        (commits, None)
    }

    fn put(&self, end: End, commit: &Commit) -> Result<End, JournalError> {
        if commit.log != end.log {
            return Err(other_log(Some(end.log), commit.log));
        }
        let key = self.commit_key(end.log, end.commits);
        if raw(&key)?.is_some() {
            return Err(unreadable(key, "nothing yet", "an entry that this tab did not write"));
        }
        let chain = links(end.link, commit);
        let link = chain.last().copied().unwrap_or(end.link);
        set(&key, &Stored { commit: commit.clone(), chain })?;
        Ok(End { commits: end.commits + 1, link, ..end })
    }
}

impl Journal for LocalJournal {
    fn load(&mut self) -> Result<Option<Recovered>, JournalError> {
        let Some(Head { log }) = get(&self.head_key())? else {
            let begun = keys().iter().any(|key| key.starts_with(&self.prefix()));
            let missing = || Err(unreadable(self.head_key(), HEAD, "nothing, though commits are there"));
            return if begun { missing() } else { Ok(None) };
        };
        let (stored, unreadable) = self.read(log);
        let link = stored.iter().rev().find_map(|stored| stored.chain.last()).copied();
        self.end = unreadable.is_none().then(|| End {
            log,
            commits: stored.len() as u64,
            link: link.unwrap_or_else(|| Link::genesis(log)),
        });
        let commits = stored.into_iter().map(|stored| stored.commit).collect();
        Ok(Some(Recovered { log, commits, unreadable }))
    }

    fn append(&mut self, commit: &Commit) -> Result<(), JournalError> {
        let end = self.end.ok_or_else(|| JournalError::Unavailable("no log was begun here".to_owned()))?;
        self.end = Some(self.put(end, commit)?);
        Ok(())
    }

    fn replace(&mut self, log: LogId, commits: &[Commit]) -> Result<(), JournalError> {
        let begun = commits
            .iter()
            .try_fold(End { log, commits: 0, link: Link::genesis(log) }, |end, commit| self.put(end, commit))
            .and_then(|end| set(&self.head_key(), &Head { log }).map(|()| end));
        // What goes: the old log once the new one counts, or the new one if it could not be begun. An old log that
        // can't be read stays where it is.
        let goes = if begun.is_ok() { self.end.map(|old| old.log) } else { Some(log) };
        let goes = goes.map(|goes| format!("{}{goes}/", self.prefix()));
        for key in keys().iter().filter(|key| goes.as_ref().is_some_and(|goes| key.starts_with(goes))) {
            LocalStorage::delete(key);
        }
        self.end = Some(begun?);
        Ok(())
    }

    fn verify(&self) -> Result<Verified, JournalError> {
        let Some(Head { log }) = get(&self.head_key())? else {
            return Err(unreadable(self.head_key(), HEAD, "nothing"));
        };
        let (stored, unreadable) = self.read(log);
        let mut verified = check_chain(log, stored.iter().map(|stored| (&stored.commit, stored.chain.as_slice())));
        if unreadable.is_some() {
            verified.first_bad = verified.first_bad.or(Some(verified.events));
        }
        Ok(verified)
    }
}

/// All keys of the origin. Asking for them one by one by number takes quadratic time in Firefox.
fn keys() -> Vec<String> {
    let keys = js_sys::Object::keys(LocalStorage::raw().as_ref());
    keys.iter().filter_map(|key| key.as_string()).collect()
}

fn raw(key: &str) -> Result<Option<String>, JournalError> {
    LocalStorage::raw().get_item(key).map_err(|_| JournalError::Unavailable(format!("{key} can't be read")))
}

fn get<T: for<'de> Deserialize<'de>>(key: &str) -> Result<Option<T>, JournalError> {
    match LocalStorage::get(key) {
        Ok(value) => Ok(Some(value)),
        Err(StorageError::KeyNotFound(_)) => Ok(None),
        Err(StorageError::SerdeError(why)) => Err(unreadable(key.to_owned(), "what Daybook wrote", &why.to_string())),
        Err(StorageError::JsError(why)) => Err(JournalError::Unavailable(why.to_string())),
    }
}

fn set(key: &str, value: &impl Serialize) -> Result<(), JournalError> {
    LocalStorage::set(key, value).map_err(|error| match error {
        StorageError::JsError(error) if error.name == "QuotaExceededError" => JournalError::Full,
        error => JournalError::Unavailable(error.to_string()),
    })
}

fn is_quota(error: &wasm_bindgen::JsValue) -> bool {
    error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.name() == "QuotaExceededError")
}

fn unreadable(key: String, expected: &str, found: &str) -> JournalError {
    JournalError::Unreadable { key, expected: expected.to_owned(), found: found.to_owned() }
}
