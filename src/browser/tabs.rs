//! One tab writes. The others say so.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// The lock that the writing tab holds for its life.
const WRITER: &str = "daybook/writer";
/// A tab that is being reloaded gives its lock back a moment after it is gone. In milliseconds.
const PATIENCE: u32 = 600;
/// How long another tab has to answer, where there are no locks. In milliseconds.
const ANSWER: u32 = 300;

const WHO_WRITES: &str = "daybook/1 who writes?";
const I_DO: &str = "daybook/1 I do";

/// Becomes the writing tab for the rest of this page's life, or says why not.
pub async fn claim_writing() -> Result<(), String> {
    let granted = match locks() {
        Some(locks) => claim_lock(&locks).await,
        None => nobody_answers().await,
    };
    match granted {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err("Daybook is open in another tab, and only one tab writes. Close that one, then reload.".to_owned())
        }
        Err(_) => Err("This browser can't tell whether another tab writes, so this one does not.".to_owned()),
    }
}

/// Web Locks, called by name: their bindings are not stable yet. Absent outside a secure context.
fn locks() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)
}

async fn claim_lock(locks: &JsValue) -> Result<bool, JsValue> {
    let request: Function = Reflect::get(locks, &"request".into())?.dyn_into()?;
    let options = Object::new();
    let gives_up = web_sys::AbortSignal::timeout_with_u32(PATIENCE);
    Reflect::set(&options, &"signal".into(), &gives_up)?;
    let granted = Promise::new(&mut |granted, _| {
        let holds = Closure::once_into_js(move |_lock: JsValue| {
            let _ = granted.call1(&JsValue::UNDEFINED, &true.into());
            // Held until the page is gone.
            Promise::new(&mut |_, _| {})
        });
        let _ = request.call3(locks, &WRITER.into(), &options, &holds).map(|asked| {
            // Giving up is told by the other promise.
            let gave_up = Closure::<dyn FnMut(JsValue)>::new(|_| {});
            let _ = Promise::from(asked).catch(&gave_up);
            gave_up.forget();
        });
    });
    let late = Promise::new(&mut |late, _| {
        gloo_timers::callback::Timeout::new(PATIENCE + 50, move || {
            let _ = late.call1(&JsValue::UNDEFINED, &false.into());
        })
        .forget();
    });
    let first = JsFuture::from(Promise::race(&js_sys::Array::of2(&granted, &late))).await?;
    Ok(first == true)
}

/// Without locks: asks around, and answers from now on if nobody did.
async fn nobody_answers() -> Result<bool, JsValue> {
    let channel = BroadcastChannel::new(WRITER)?;
    let answered = std::rc::Rc::new(std::cell::Cell::new(false));
    let hears = {
        let answered = answered.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            answered.set(answered.get() || message.data() == I_DO);
        })
    };
    channel.set_onmessage(Some(hears.as_ref().unchecked_ref()));
    channel.post_message(&WHO_WRITES.into())?;
    TimeoutFuture::new(ANSWER).await;
    if answered.get() {
        channel.close();
        return Ok(false);
    }
    let answering = channel.clone();
    let answers = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        if message.data() == WHO_WRITES {
            let _ = answering.post_message(&I_DO.into());
        }
    });
    channel.set_onmessage(Some(answers.as_ref().unchecked_ref()));
    answers.forget();
    Ok(true)
}
