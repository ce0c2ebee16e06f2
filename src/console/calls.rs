//! What the calls do: the second part's half of the console.

use std::future::{Future, ready};
use std::pin::Pin;

use serde::Serialize;
use serde_json::{Map, Value, json};
use wasm_bindgen::JsValue;

use super::args::{self, Args};
use crate::browser::Keeping;
use crate::engine::{Position, RecordedEvent, StreamId};
use crate::formats::Format;
use crate::journal::peer::Standing;
use crate::lab::index::Index;
use crate::lab::no::No;
use crate::lab::{As, Lab, Registration, WORLDS};

/// What a promise settles to.
pub type Answer = Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;

/// Answers the call of this name.
pub fn answer(name: &'static str, lab: Lab, keeping: Keeping, typed: [JsValue; 4]) -> Answer {
    Box::pin(async move {
        let answer = match Args::of(&typed) {
            Ok(args) => call(name, lab, keeping, args).await,
            Err(no) => Err(no),
        };
        js_sys::JSON::parse(&answer.map_err(|no| error(&no))?)
    })
}

/// JSON text, or a "no".
type Answered = Pin<Box<dyn Future<Output = Result<String, No>>>>;

fn call(name: &str, lab: Lab, keeping: Keeping, args: Args) -> Answered {
    match name {
        "dispatch" => Box::pin(dispatch(lab, args)),
        "append" => Box::pin(append(lab, args)),
        "readStream" => now(read_stream(&lab, &args)),
        "readAll" => now(read_all(&lab, &args)),
        "state" => now(state(&lab, &args)),
        "view" => now(view(&lab, &args)),
        "seek" => now(seek(&lab, &args)),
        "cursor" => now(cursor(&lab, &args)),
        "exportLog" => now(export(&lab, &args)),
        "importLog" => Box::pin(import(lab, args)),
        "closeBooks" => Box::pin(close_books(lab, args)),
        "verify" => now(verify(&lab, &args)),
        "stats" => Box::pin(stats(lab, keeping)),
        unknown => now(Err::<Value, _>(No::bad_input(format!("Expected a call of daybook, found {unknown}.")))),
    }
}

fn error(no: &No) -> JsValue {
    let error = js_sys::Error::new(&no.to_string());
    error.set_name(no.name());
    error.into()
}

/// An answer that is there at once.
fn now(answer: Result<impl Serialize, No>) -> Answered {
    Box::pin(ready(answer.and_then(|value| text(&value))))
}

fn text(value: &impl Serialize) -> Result<String, No> {
    serde_json::to_string(value).map_err(|why| No::bad_input(format!("Expected something that JSON can hold: {why}.")))
}

async fn dispatch(lab: Lab, args: Args) -> Result<String, No> {
    let log = lab.resolve(&args.text(0, "log")?)?;
    let recorded = lab.dispatch(log, args.ask(1, 2)?).await?;
    text(&Dispatched { position: recorded.last().map(|(position, _)| position), events: &recorded.events })
}

#[derive(Serialize)]
struct Dispatched<'a> {
    events: &'a [RecordedEvent],
    position: Option<Position>,
}

async fn append(lab: Lab, args: Args) -> Result<String, No> {
    let log = lab.resolve(&args.text(0, "log")?)?;
    let recorded = lab.append(log, args.append(1, 2, 3)?).await?;
    let (position, revision) = recorded.last().unzip();
    text(&json!({ "position": position, "revision": revision }))
}

fn read_stream(lab: &Lab, args: &Args) -> Result<Vec<Linked>, No> {
    let name = args.text(1, "stream")?;
    let stream = StreamId::new(name.as_str());
    let log = lab.log_with(lab.resolve(&args.text(0, "log")?)?, &stream)?;
    let door = lab.log(log)?;
    let (store, index) = (door.store(), Index::named(&name));
    let positions = index.positions(store, 0, store.len());
    let link = |revision: u64| index.is_linked().then(|| Link { stream: name.clone(), revision });
    let event =
        |revision: u64| Some(Linked { event: store.event(*positions.get(revision as usize)?)?, link: link(revision) });
    Ok(args.window(2, positions.len() as u64)?.filter_map(event).collect())
}

/// An event, and its place in a stream that only links to it.
#[derive(Serialize)]
struct Linked {
    #[serde(flatten)]
    event: RecordedEvent,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
}

#[derive(Serialize)]
struct Link {
    stream: String,
    revision: u64,
}

fn read_all(lab: &Lab, args: &Args) -> Result<Vec<RecordedEvent>, No> {
    let door = lab.log(lab.resolve(&args.text(0, "log")?)?)?;
    let store = door.store();
    Ok(args.window(1, store.len())?.filter_map(|position| store.event(position)).collect())
}

fn state(lab: &Lab, args: &Args) -> Result<Value, No> {
    let stream = StreamId::new(args.text(1, "stream")?);
    let door = lab.log(lab.log_with(lab.resolve(&args.text(0, "log")?)?, &stream)?)?;
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
    cursor(lab, args)
}

fn cursor(lab: &Lab, args: &Args) -> Result<Value, No> {
    let door = lab.log(lab.resolve(&args.text(0, "log")?)?)?;
    let events = door.store().len();
    Ok(json!({ "applied": door.cursor().unwrap_or(events), "events": events }))
}

fn export(lab: &Lab, args: &Args) -> Result<String, No> {
    let format = args.format(1, |_| true)?;
    Ok(lab.export_as(lab.resolve(&args.text(0, "log")?)?, format)?.text)
}

async fn import(lab: Lab, args: Args) -> Result<String, No> {
    let format = args.format(1, Format::is_read)?;
    args.only(3, &["as"])?;
    let becomes = match args.option(3, "as")? {
        Value::String(text) if text == "copy" => As::Copy,
        Value::String(text) if text == "replace" => As::Replace,
        found => {
            return Err(No::bad_input(format!(r#"Expected as: "copy" or "replace", found {}."#, args::told(&found))));
        }
    };
    text(&lab.import_as(&args.text(0, "world")?, Some(format), &args.text(2, "text")?, becomes).await?)
}

async fn close_books(lab: Lab, args: Args) -> Result<String, No> {
    let log = lab.close_books(&args.text(0, "world")?, None).await?;
    text(&json!({ "log": log, "events": lab.log(log)?.store().len() }))
}

fn verify(lab: &Lab, args: &Args) -> Result<Value, No> {
    let verified = lab.verify(lab.resolve(&args.text(0, "log")?)?)?;
    let mut answer = json!({ "ok": verified.first_bad.is_none(), "events": verified.events, "head": verified.head });
    if let Some(first_bad) = verified.first_bad {
        answer["firstBad"] = json!(first_bad);
    }
    Ok(answer)
}

async fn stats(lab: Lab, keeping: Keeping) -> Result<String, No> {
    let events = WORLDS
        .iter()
        .map(|world| Ok((world.name.to_owned(), json!(lab.log(lab.resolve(world.name)?)?.store().len()))))
        .collect::<Result<Map<_, _>, No>>()?;
    let (kept_in, tabs) = match &keeping {
        Keeping::Stored(_, tabs) => ("localStorage", tabs.as_ref()),
        Keeping::Blocked(_) | Keeping::Fresh => ("memory", None),
    };
    let (used, free) = keeping.room();
    let is_closed = |world: &Registration| lab.resolve(world.name).and_then(|log| Ok(lab.log(log)?.closed().is_some()));
    let this_tab_writes = match tabs {
        Some(tabs) => tabs.standing() == Standing::Leads,
        None => !WORLDS.iter().any(|world| is_closed(world).unwrap_or(true)),
    };
    let tabs = match tabs {
        Some(tabs) => tabs.count().await,
        None => 1,
    };
    text(&json!({
        "events": events,
        "keptIn": kept_in,
        "unitsUsed": used,
        "unitsFree": free,
        "tabs": tabs,
        "thisTabWrites": this_tab_writes,
    }))
}
