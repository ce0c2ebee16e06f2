//! Work in slices, so short that nobody waits for the page.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;

/// How long a slice goes on, in milliseconds; its last step may last [`LONG`] more.
const SLICE: f64 = 6.0;
/// A step that is over sooner may do more the next time.
const SHORT: f64 = 0.5;
/// A step that lasts longer may do less the next time.
const LONG: f64 = 2.0;

/// Does steps of some work until all is done, and says so, or for one slice.
///
/// A step is told how much it may do and says whether that was all. How much that is is measured on the way.
pub fn slice(budget: &mut u64, step: &mut dyn FnMut(u64) -> bool) -> bool {
    let begun = now();
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
        if is_done || after - begun >= SLICE {
            return is_done;
        }
    }
}

/// Lets the page draw and listen between two slices.
pub async fn rest() {
    TimeoutFuture::new(0).await;
}

/// Milliseconds since the page began.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
