//! Time that nobody needs.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// How long is waited where a browser does not say when it is idle. In milliseconds.
const WHILE: u32 = 200;

/// Waits until the page has nothing else to do.
pub async fn idle() {
    let window = js_sys::global();
    let Ok(request) = Reflect::get(&window, &"requestIdleCallback".into()).and_then(JsCast::dyn_into::<Function>)
    else {
        return TimeoutFuture::new(WHILE).await;
    };
    let called = Promise::new(&mut |resolve, _| {
        // It refuses nothing that can be called.
        let _ = request.call1(&window, &resolve);
    });
    // It is never rejected.
    let _ = JsFuture::from(called).await;
}
