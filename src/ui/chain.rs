//! The stored log is held against its chain while nobody needs the page.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::parts::{now, whenever};
use crate::browser::idle::idle;
use crate::engine::LogId;
use crate::engine::journal::{Step, Verified};

/// Events that are read at a time: a segment's worth, which takes longer than a frame may.
pub const SLICE: u64 = 1000;

/// Milliseconds without any change after which nobody is thought to be at work.
const QUIET: f64 = 500.0;
/// Milliseconds until it is seen whether somebody still is.
const LOOK_AGAIN: u32 = 200;

/// Reads each world's own log once it is opened, slice by slice, and tells what came of it. Whoever is at work goes first.
pub fn check(desk: Desk) {
    let changed_at = StoredValue::new(now());
    whenever(move || {
        desk.read(|_| ());
        changed_at.set_value(now());
        let own = desk.own_log();
        if desk.chains.with_untracked(|chains| chains.iter().all(|(log, _)| *log != own)) {
            desk.chains.update(|chains| chains.push((own, String::new())));
            spawn_local(check_log(desk, own, changed_at));
        }
    });
}

async fn check_log(desk: Desk, log: LogId, changed_at: StoredValue<f64>) {
    let mut from = None;
    let verified = loop {
        if now() < changed_at.get_value() + QUIET {
            TimeoutFuture::new(LOOK_AGAIN).await;
            continue;
        }
        idle().await;
        if untrack(|| desk.own_log()) != log {
            // Another world is looked at by now; this one is read when somebody comes back to it.
            return desk.chains.update(|chains| chains.retain(|(known, _)| *known != log));
        }
        let lab = desk.lab();
        let Ok(door) = lab.log(log) else { return };
        match door.verify_from(from.as_ref(), SLICE) {
            Some(Ok(Step::More(checked))) => from = Some(checked),
            Some(Ok(Step::Done(verified))) => break verified,
            // What can't be read is told already.
            Some(Err(_)) | None => return,
        }
    };
    let told = told(&verified);
    if verified.first_bad.is_some() {
        desk.say(told.as_str());
    }
    desk.chains.update(|chains| {
        chains.iter_mut().filter(|(known, _)| *known == log).for_each(|(_, said)| said.clone_from(&told));
    });
}

/// What came of reading the chain, in words.
pub fn told(verified: &Verified) -> String {
    let Verified { events, first_bad, in_doubt, head } = *verified;
    match first_bad {
        None if events == 1 => format!("Verified: 1 event is as recorded. Head {}.", head.short()),
        None => format!("Verified: {events} events are as recorded. Head {}.", head.short()),
        Some(position) if in_doubt < 2 => format!("Entry {} is not as it was recorded.", position + 1),
        Some(position) => {
            format!("Entries {} to {} are not as they were recorded.", position + 1, position + in_doubt)
        }
    }
}
