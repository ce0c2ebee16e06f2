//! The lab for those who type: `daybook` in the browser's console.
//!
//! Each call is a promise. A "no" rejects it with an `Error` whose `name` is its kind and whose `message` is the page's
//! own sentence. What goes in and out is plain JSON.

mod args;

use std::future::Future;

use js_sys::{Object, Promise, Reflect};
use serde::Serialize;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::Event;

use crate::browser::Keeping;
use crate::browser::journal;
use crate::engine::{LogId, RecordedEvent, StreamId};
use crate::lab::door::Recorded;
use crate::lab::no::No;
use crate::lab::{As, Imported, Lab};
use args::Args;

/// Fills `window.daybook` and says that it is ready.
pub fn install(lab: &Lab, keeping: &Keeping) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("there is no window")?;
    let api: Object = Reflect::get(&window, &"daybook".into())?.dyn_into()?;
    let offer = |name: &str, call: fn(Lab, Args) -> Answer| offer(&api, lab, name, call);

    offer("dispatch", |lab, args| answer(dispatch(lab, args)))?;
    offer("append", |lab, args| answer(append(lab, args)))?;
    offer("readStream", |lab, args| answer(async move { read_stream(&lab, &args) }))?;
    offer("readAll", |lab, args| answer(async move { read_all(&lab, &args) }))?;
    offer("state", |lab, args| answer(async move { state(&lab, &args) }))?;
    offer("view", |lab, args| answer(async move { view(&lab, &args) }))?;
    offer("seek", |lab, args| answer(async move { seek(&lab, &args) }))?;
    offer("cursor", |lab, args| answer(async move { cursor(&lab, lab.resolve(&args.text(0, "log")?)?) }))?;
    offer("exportLog", |lab, args| answer(async move { export(&lab, &args) }))?;
    offer("importLog", |lab, args| answer(async move { import(&lab, &args) }))?;
    offer("verify", |lab, args| answer(async move { verify(&lab, &args) }))?;
    let keeping = keeping.clone();
    let stats = move |lab: Lab| answer(async move { stats(&lab, &keeping) });
    let lab = lab.clone();
    let stats = Closure::<dyn Fn() -> Promise>::new(move || future_to_promise(stats.clone()(lab.clone())));
    Reflect::set(&api, &"stats".into(), &stats.into_js_value())?;

    window.dispatch_event(&Event::new("daybook-ready")?).map(drop)
}

/// What a promise settles to.
type Answer = std::pin::Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;

fn offer(api: &Object, lab: &Lab, name: &str, call: fn(Lab, Args) -> Answer) -> Result<(), JsValue> {
    let lab = lab.clone();
    let called = move |a: JsValue, b: JsValue, c: JsValue, d: JsValue| {
        let lab = lab.clone();
        future_to_promise(async move { call(lab, Args::of(&[a, b, c, d]).map_err(|no| error(&no))?).await })
    };
    let function = Closure::<dyn Fn(JsValue, JsValue, JsValue, JsValue) -> Promise>::new(called);
    Reflect::set(api, &name.into(), &function.into_js_value()).map(drop)
}

fn answer<T: Serialize>(work: impl Future<Output = Result<T, No>> + 'static) -> Answer {
    Box::pin(async move {
        let value = work.await.map_err(|no| error(&no))?;
        let text = serde_json::to_string(&value).map_err(|why| JsValue::from(why.to_string()))?;
        js_sys::JSON::parse(&text)
    })
}

fn error(no: &No) -> JsValue {
    let error = js_sys::Error::new(&no.to_string());
    error.set_name(no.name());
    error.into()
}

async fn dispatch(lab: Lab, args: Args) -> Result<Value, No> {
    let log = lab.resolve(&args.text(0, "log")?)?;
    let recorded = lab.dispatch(log, args.ask(1, 2)?).await?;
    Ok(json!({ "events": recorded.events, "position": recorded.last().map(|(position, _)| position) }))
}

async fn append(lab: Lab, args: Args) -> Result<Value, No> {
    let log = lab.resolve(&args.text(0, "log")?)?;
    let recorded: Recorded = lab.append(log, args.append(1, 2, 3)?).await?;
    let (position, revision) = recorded.last().unzip();
    Ok(json!({ "position": position, "revision": revision }))
}

fn read_stream(lab: &Lab, args: &Args) -> Result<Vec<RecordedEvent>, No> {
    let door = lab.log(lab.resolve(&args.text(0, "log")?)?)?;
    let stream = StreamId::new(args.text(1, "stream")?);
    let store = door.store();
    let positions = store.stream_key(&stream).map_or(&[][..], |key| store.positions(key));
    let window = args.window(2, positions.len() as u64)?;
    Ok(window.filter_map(|revision| store.event(u64::from(*positions.get(revision as usize)?))).collect())
}

fn read_all(lab: &Lab, args: &Args) -> Result<Vec<RecordedEvent>, No> {
    let door = lab.log(lab.resolve(&args.text(0, "log")?)?)?;
    let store = door.store();
    Ok(args.window(1, store.len())?.filter_map(|position| store.event(position)).collect())
}

fn state(lab: &Lab, args: &Args) -> Result<Value, No> {
    let door = lab.log(lab.resolve(&args.text(0, "log")?)?)?;
    let stream = StreamId::new(args.text(1, "stream")?);
    Ok(door.state(&stream, args.at(2, door.store().len())?))
}

fn view(lab: &Lab, args: &Args) -> Result<Value, No> {
    let door = lab.log(lab.resolve(&args.text(0, "log")?)?)?;
    let name = args.text(1, "view")?;
    let at = args.at(2, door.store().len())?;
    let found = crate::worlds::money::shown(&name);
    door.view(&name, at)
        .ok_or_else(|| No::bad_input(format!("Expected a view ({} or totals), found {found}.", door.subjects_name())))
}

fn seek(lab: &Lab, args: &Args) -> Result<Value, No> {
    let log = lab.resolve(&args.text(0, "log")?)?;
    let applied = args.whole_number(1, "applied")?;
    lab.seek(log, Some(applied))?;
    cursor(lab, log)
}

fn cursor(lab: &Lab, log: LogId) -> Result<Value, No> {
    let door = lab.log(log)?;
    let events = door.store().len();
    Ok(json!({ "applied": door.cursor().unwrap_or(events), "events": events }))
}

fn export(lab: &Lab, args: &Args) -> Result<String, No> {
    args.format(1)?;
    lab.export(lab.resolve(&args.text(0, "log")?)?)
}

fn import(lab: &Lab, args: &Args) -> Result<Imported, No> {
    args.format(1)?;
    let becomes = match args.option(3, "as")? {
        Value::String(text) if text == "copy" => As::Copy,
        Value::String(text) if text == "replace" => As::Replace,
        found => {
            return Err(No::bad_input(format!(r#"Expected as: "copy" or "replace", found {}."#, args::told(&found))));
        }
    };
    lab.import(&args.text(0, "world")?, &args.text(2, "text")?, becomes)
}

fn verify(lab: &Lab, args: &Args) -> Result<Value, No> {
    let verified = lab.verify(lab.resolve(&args.text(0, "log")?)?)?;
    let mut answer = json!({ "ok": verified.first_bad.is_none(), "events": verified.events, "head": verified.head });
    if let Some(first_bad) = verified.first_bad {
        answer["firstBad"] = json!(first_bad);
    }
    Ok(answer)
}

fn stats(lab: &Lab, keeping: &Keeping) -> Result<Value, No> {
    let events = crate::lab::WORLDS
        .iter()
        .map(|world| Ok((world.name.to_owned(), json!(lab.log(lab.resolve(world.name)?)?.store().len()))))
        .collect::<Result<serde_json::Map<_, _>, No>>()?;
    let (kept, used) = match keeping {
        Keeping::Stored | Keeping::ElsewhereWritten(_) => ("localStorage", journal::units_used()),
        Keeping::Blocked(_) | Keeping::Fresh => ("memory", 0),
    };
    let writer = !matches!(keeping, Keeping::ElsewhereWritten(_));
    let free = journal::QUOTA.saturating_sub(used);
    Ok(json!({ "events": events, "keptIn": kept, "unitsUsed": used, "unitsFree": free, "thisTabWrites": writer }))
}
