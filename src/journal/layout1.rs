//! The first layout, which had one writer and no epochs: read, and left for the next commit to replace.
//!
//! | key | value |
//! |---|---|
//! | `daybook/1/<world>/head` | `{"log": "<log id>"}`: which log is the recorded one |
//! | `daybook/1/<world>/<log id>/<n>` | the nth commit, as today |

use serde::Deserialize;

use super::keyed::{Stored, read_json, unreadable};
use super::storage::Storage;
use crate::engine::journal::other_log;
use crate::engine::{JournalError, LogId};

/// A log, its commits up to the first that can't be read, and why that one can't.
pub type Old = (LogId, Vec<Stored>, Option<JournalError>);

#[derive(Deserialize)]
struct Head {
    log: LogId,
}

fn prefix(world: &str) -> String {
    format!("daybook/1/{world}/")
}

/// Every key of a world in this layout.
pub fn keys(storage: &impl Storage, world: &str) -> Result<Vec<String>, JournalError> {
    let (prefix, mut keys) = (prefix(world), storage.keys()?);
    keys.retain(|key| key.strip_prefix(&prefix).is_some_and(|rest| rest == "head" || log_of(rest).is_some()));
    Ok(keys)
}

/// Every log that has commits in this layout.
pub fn logs(storage: &impl Storage, world: &str) -> Result<Vec<LogId>, JournalError> {
    let prefix = prefix(world);
    Ok(keys(storage, world)?.iter().filter_map(|key| log_of(key.strip_prefix(&prefix)?)).collect())
}

fn log_of(rest: &str) -> Option<LogId> {
    let (log, nth) = rest.split_once('/')?;
    nth.parse::<u64>().ok().and(log.parse().ok())
}

/// The recorded log of a world, if it lies in this layout.
pub fn read(storage: &impl Storage, world: &str) -> Result<Option<Old>, JournalError> {
    let (prefix, keys) = (prefix(world), keys(storage, world)?);
    let head = format!("{prefix}head");
    let Some(Head { log }) = read_json(storage, &head)? else {
        let missing = || Err(unreadable(head, "which log is the recorded one", "nothing, though commits are there"));
        return if keys.is_empty() { Ok(None) } else { missing() };
    };
    let count = keys.iter().filter(|key| key.starts_with(&format!("{prefix}{log}/"))).count();
    let mut commits = Vec::new();
    for nth in 0..count {
        let key = format!("{prefix}{log}/{nth}");
        let wrong = match read_json::<Stored>(storage, &key) {
            Ok(Some(stored)) if stored.commit.log == log => {
                commits.push(stored);
                continue;
            }
            Ok(Some(stored)) => other_log(Some(log), stored.commit.log),
            Ok(None) => unreadable(key, "a commit", "nothing, though later ones are there"),
            Err(error) => error,
        };
        return Ok(Some((log, commits, Some(wrong))));
    }
    Ok(Some((log, commits, None)))
}
