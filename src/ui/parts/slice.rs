//! Work that nobody waits for: in slices, and in idle moments.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::whenever;
use crate::browser::idle::idle;

/// How long a slice goes on, in milliseconds; its last step may last [`LONG`] more.
const SLICE: f64 = 6.0;
/// The same while nobody sees the page: browsers then give it about one slice a second.
const UNSEEN: f64 = 100.0;
/// A step that is over sooner may do more the next time.
const SHORT: f64 = 0.5;
/// A step that lasts longer may do less the next time.
const LONG: f64 = 2.0;

/// Does steps of some work until all is done, and says so, or for one slice.
///
/// A step is told how much it may do and says whether that was all. How much that is is measured on the way.
pub fn slice(budget: &mut u64, step: &mut dyn FnMut(u64) -> bool) -> bool {
    let (begun, most) = (now(), if document().hidden() { UNSEEN } else { SLICE });
    loop {
        let before = now();
        let is_done = step(*budget);
        let after = now();
        let took = after - before;
        if took < SHORT {
            *budget = budget.saturating_mul(2);
        } else if took > LONG {
            *budget = (*budget / 2).max(1);
        }
        if is_done || after - begun >= most {
            return is_done;
        }
    }
}

/// Lets the page draw and listen between two slices.
pub async fn rest() {
    TimeoutFuture::new(0).await;
}

/// Does something in an idle moment whenever what `is_wanted` reads has changed and it is; `pause` milliseconds later at the
/// earliest. Changes that come meanwhile are met by the same moment.
pub fn afterwards(is_wanted: impl Fn() -> bool + 'static, pause: u32, work: impl Fn() + 'static) {
    let work = Rc::new(work);
    let is_due = StoredValue::new(false);
    whenever(move || {
        if !is_wanted() || is_due.get_value() {
            return;
        }
        is_due.set_value(true);
        let work = Rc::clone(&work);
        spawn_local(async move {
            TimeoutFuture::new(pause).await;
            idle().await;
            // Unless the part of the page that wanted it is gone.
            if is_due.try_set_value(false).is_none() {
                work();
            }
        });
    });
}

/// Milliseconds since the page began.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
