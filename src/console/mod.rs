//! The lab for those who type: `daybook` in the browser's console.
//!
//! Each call is a promise. A "no" rejects it with an `Error` whose `name` is its kind and whose `message` is the page's
//! own sentence. What goes in and out is plain JSON. The names of the calls are here; what they do is in the program's
//! second part, which the first call fetches.

mod args;
mod calls;

use std::future::Future;
use std::pin::Pin;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use wasm_split_helpers::SplitLoaderError;
use web_sys::Event;

use crate::browser::Keeping;
use crate::lab::Lab;
pub use calls::{Answer, answer};

const CALLS: [&str; 13] = [
    "dispatch",
    "append",
    "readStream",
    "readAll",
    "state",
    "view",
    "seek",
    "cursor",
    "exportLog",
    "importLog",
    "closeBooks",
    "verify",
    "stats",
];

/// What answers a call: its name, the lab, where that is kept, and what was typed.
pub type Calls = fn(&'static str, Lab, Keeping, [JsValue; 4]) -> Answer;

/// A way to what answers.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = Result<Calls, SplitLoaderError>>>>;

/// Fills `window.daybook` and says that it is ready.
pub fn install(lab: &Lab, keeping: &Keeping, fetch: Fetch) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("there is no window")?;
    let api: Object = Reflect::get(&window, &"daybook".into())?.dyn_into()?;
    for name in CALLS {
        let (lab, keeping) = (lab.clone(), keeping.clone());
        let called = move |a: JsValue, b: JsValue, c: JsValue, d: JsValue| {
            let (lab, keeping) = (lab.clone(), keeping.clone());
            future_to_promise(async move {
                let answer = fetch().await.map_err(|_| not_fetched())?;
                answer(name, lab, keeping, [a, b, c, d]).await
            })
        };
        let function = Closure::<dyn Fn(JsValue, JsValue, JsValue, JsValue) -> Promise>::new(called);
        Reflect::set(&api, &name.into(), &function.into_js_value())?;
    }
    window.dispatch_event(&Event::new("daybook-ready")?).map(drop)
}

fn not_fetched() -> JsValue {
    let error = js_sys::Error::new("What answers this could not be fetched. Nothing was done; try again.");
    error.set_name("NotFetched");
    error.into()
}
