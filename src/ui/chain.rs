//! The stored log is held against its chain while nobody needs the page.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::parts::{now, whenever};
use crate::browser::idle::idle;
use crate::engine::journal::{Step, Verified};

/// Events that are read at a time: a segment's worth, which takes longer than a frame may.
const SLICE: u64 = 1000;

/// Milliseconds without any change after which nobody is thought to be at work.
const QUIET: f64 = 500.0;
/// Milliseconds until it is seen whether somebody still is.
const LOOK_AGAIN: u32 = 200;

/// Reads the world's own log once, slice by slice, and tells what came of it. Whoever is at work goes first.
pub fn check(desk: Desk) {
    let changed_at = StoredValue::new(now());
    whenever(move || {
        desk.read(|_| ());
        changed_at.set_value(now());
    });
    spawn_local(async move {
        let mut from = None;
        let verified = loop {
            if now() < changed_at.get_value() + QUIET {
                TimeoutFuture::new(LOOK_AGAIN).await;
                continue;
            }
            idle().await;
            let lab = desk.lab();
            let Ok(door) = lab.log(untrack(|| desk.own_log())) else { return };
            match door.verify_from(from.as_ref(), SLICE) {
                Some(Ok(Step::More(checked))) => from = Some(checked),
                Some(Ok(Step::Done(verified))) => break verified,
                // What can't be read is told already.
                Some(Err(_)) | None => return,
            }
        };
        desk.chain.set(told(&verified));
        if verified.first_bad.is_some() {
            desk.say(told(&verified));
        }
    });
}

/// What came of reading the chain, in words.
pub fn told(verified: &Verified) -> String {
    let Verified { events, first_bad, in_doubt, head } = *verified;
    match first_bad {
        None => format!("Verified: {events} events are as recorded. Head {}.", head.short()),
        Some(position) if in_doubt < 2 => format!("Entry {} is not as it was recorded.", position + 1),
        Some(position) => {
            format!("Entries {} to {} are not as they were recorded.", position + 1, position + in_doubt)
        }
    }
}
