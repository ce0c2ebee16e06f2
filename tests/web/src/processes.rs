//! The processes of a browser: which there are, and what can be done to one of them. Linux alone tells (`/proc`).
//!
//! Nothing is ever signalled but a process that descends from the group that the test itself started, and only while it
//! is still the one that was found: a number may be given again.

use std::fs;

use anyhow::{Context, Result, ensure};
use rustix::{
    param::page_size,
    process::{Pid, Signal, kill_process},
};

use crate::patience::wait_until;

/// A process of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    id: i32,
    /// When it began, in the kernel's own count: tells it from a later one with the same number.
    began: u64,
    /// The group's first process, which it descends from.
    group: i32,
}

impl Process {
    /// Finds a descendant of a group by its number.
    pub(crate) fn find(id: i32, group: i32) -> Result<Self> {
        let process = Self { id, began: stat(id).context("it has ended")?.began, group };
        process.is_ours()?;
        Ok(process)
    }

    /// Its number.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// Whether it has not ended.
    pub fn is_alive(&self) -> bool {
        stat(self.id).is_some_and(|now| now.began == self.began && !now.is_over())
    }

    /// How many bytes of memory it holds.
    pub fn memory(&self) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/statm", self.id)).ok().filter(|_| self.is_alive())?;
        Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * page_size() as u64)
    }

    /// Ends it at once, without a word to it, and waits until it is gone.
    pub async fn kill(&self) -> Result<()> {
        self.signal(Signal::KILL)?;
        wait_until("the process is gone", async || Ok(!self.is_alive())).await
    }

    /// Stops it where it is: it does nothing at all until it is [thawed](Self::thaw).
    pub fn freeze(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    pub fn thaw(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        self.is_ours()?;
        let id = Pid::from_raw(self.id).context("a process has a number above 0")?;
        kill_process(id, signal).with_context(|| format!("process {} can't be signalled", self.id))
    }

    fn is_ours(&self) -> Result<()> {
        ensure!(self.is_alive(), "process {} has ended", self.id);
        let mut ancestor = self.id;
        while ancestor != self.group {
            ancestor = stat(ancestor).map_or(0, |now| now.parent);
            ensure!(ancestor > 1, "process {} was not started by this test", self.id);
        }
        Ok(())
    }
}

/// All that descend from a group's first process and whose command line a condition holds for.
pub(crate) fn descendants(group: i32, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Process>> {
    let all = fs::read_dir("/proc").context("processes are told by /proc, which Linux alone has")?;
    let ids = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let wanted = ids.filter(|id| command_line(*id).is_some_and(|words| is_wanted(&words)));
    // What is no descendant, or has ended meanwhile, is none of ours.
    Ok(wanted.filter_map(|id| Process::find(id, group).ok()).collect())
}

/// The words of its command line, parted by spaces. A process that has ended has none.
fn command_line(id: i32) -> Option<String> {
    let bytes = fs::read(format!("/proc/{id}/cmdline")).ok()?;
    Some(String::from_utf8_lossy(&bytes).replace('\0', " "))
}

struct Stat {
    state: char,
    parent: i32,
    began: u64,
}

impl Stat {
    /// Ended, though its parent has not asked how.
    fn is_over(&self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }
}

fn stat(id: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    let fields: Vec<_> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |nth: usize| fields.get(nth)?.parse::<u64>().ok();
    Some(Stat { state: fields.first()?.chars().next()?, parent: fields.get(1)?.parse().ok()?, began: number(19)? })
}

#[cfg(test)]
mod tests {
    use std::process::{self, Command};

    use super::*;

    #[tokio::test]
    async fn a_process_is_frozen_thawed_and_killed() -> Result<()> {
        let me = process::id().cast_signed();
        let mut child = Command::new("sleep").arg("61").spawn()?;
        let find = || descendants(me, |words| words.starts_with("sleep 61"));
        // It has its command line a moment after it was started.
        wait_until("it is found", async || Ok(!find()?.is_empty())).await?;
        let found = find()?;
        assert_eq!(found.iter().map(Process::id).collect::<Vec<_>>(), [child.id().cast_signed()]);
        let state = || stat(found[0].id).map(|now| now.state);
        found[0].freeze()?;
        wait_until("it is stopped", async || Ok(state() == Some('T'))).await?;
        found[0].thaw()?;
        wait_until("it goes on", async || Ok(state() == Some('S'))).await?;
        found[0].kill().await?;
        assert!(!child.wait()?.success());
        assert!(found[0].kill().await.is_err(), "it has ended");
        Ok(())
    }

    #[test]
    fn what_the_test_did_not_start_is_let_alone() -> Result<()> {
        let mut child = Command::new("sleep").arg("60").spawn()?;
        let mine = child.id().cast_signed();
        let refused = Process::find(process::id().cast_signed(), mine).err().context("a parent is no descendant")?;
        assert!(refused.to_string().contains("was not started by this test"), "{refused}");
        child.kill()?;
        child.wait()?;
        Ok(())
    }
}
