//! One tab writes. The others say so.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// The lock that the writing tab holds for its life.
const WRITER: &str = "daybook/writer";
/// A tab that is being reloaded gives its lock back a moment after it is gone, so the lock is asked for a few times.
const TRIES: u32 = 8;
/// In milliseconds.
const BETWEEN_TRIES: u32 = 100;
/// How long another tab has to answer, where there are no locks. In milliseconds.
const ANSWER: u32 = 300;

/// Said by the writing tab when another asks. A tab that asks says a number.
const I_DO: f64 = -1.0;

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
    for _ in 0..TRIES {
        if try_lock(locks).await? {
            return Ok(true);
        }
        TimeoutFuture::new(BETWEEN_TRIES).await;
    }
    Ok(false)
}

/// Takes the lock if nobody holds it. Only what the browser answers counts, not how long it takes to.
async fn try_lock(locks: &JsValue) -> Result<bool, JsValue> {
    let request: Function = Reflect::get(locks, &"request".into())?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &true.into())?;
    let mut asked = Err(JsValue::UNDEFINED);
    let answered = Promise::new(&mut |answer, _| {
        let told = Closure::once_into_js(move |lock: JsValue| {
            let granted = lock.is_object();
            let _ = answer.call1(&JsValue::UNDEFINED, &granted.into());
            // Held until the page is gone.
            if granted { Promise::new(&mut |_, _| {}).into() } else { JsValue::UNDEFINED }
        });
        asked = request.call3(locks, &WRITER.into(), &options, &told);
    });
    let first = JsFuture::from(Promise::race(&js_sys::Array::of2(&answered, &asked?))).await?;
    Ok(first == true)
}

/// Without locks: asks around with a random number, and answers from now on if nobody did. Of two that ask at once the
/// smaller number wins.
async fn nobody_answers() -> Result<bool, JsValue> {
    let channel = BroadcastChannel::new(WRITER)?;
    let mine = Rc::new(Cell::new(js_sys::Math::random()));
    let beaten = Rc::new(Cell::new(false));
    let hears = {
        let (channel, mine, beaten) = (channel.clone(), mine.clone(), beaten.clone());
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| match message.data().as_f64() {
            Some(theirs) if theirs < mine.get() => beaten.set(true),
            // A channel that is closed has nobody to answer.
            Some(_) if !beaten.get() => drop(channel.post_message(&I_DO.into())),
            Some(_) | None => {}
        })
    };
    channel.set_onmessage(Some(hears.as_ref().unchecked_ref()));
    hears.forget();
    channel.post_message(&mine.get().into())?;
    TimeoutFuture::new(ANSWER).await;
    if beaten.get() {
        channel.close();
    }
    mine.set(I_DO);
    Ok(!beaten.get())
}
