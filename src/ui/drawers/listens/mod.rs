//! Who listens: each reader of the log, how far it has come, and what it does with the next message.

mod follower;
mod snapshots;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::engine::subscription::Care;
use crate::engine::{LogId, Position, StreamId};
use crate::lab::door::{Ask, Entry};
use crate::lab::no::No;
use crate::lab::readers::{Setting, Stands, Told};
use crate::ui::between::{between, readers};
use crate::ui::desk::Desk;
use crate::ui::parts::{focus_if_lost, fold, live, text, when};

/// Parked messages that are listed.
const PARKED: usize = 20;

/// What can be done with a reader.
#[derive(Clone, Copy)]
enum Do {
    Step,
    Run,
    Pause,
    Rebuild,
    Retry(Position),
    PutAside(Position),
    Care(Care),
    Again,
}

/// Every reader of the log on the desk.
pub fn listens() -> AnyView {
    let desk = Desk::get();
    let names = Memo::new(move |_| readers(desk).iter().map(|told| told.name).collect::<Vec<_>>());
    let is_quiet = Memo::new(move |_| !desk.read(|door| door.acts()));
    let all = move || {
        let names = names.get();
        if is_quiet.get() {
            return view! {
                <p>"This log only stands beside the recorded one, to be looked at. Nobody acts on what is in it."</p>
            }
            .into_any();
        }
        if names.is_empty() {
            return view! { <p>"Nobody listens to this log."</p> }.into_any();
        }
        let cards = names.into_iter().map(|name| view! { <li class="reader">{reader(desk, name)}</li> }).collect_view();
        view! { <ul class="readers" aria-label="Readers">{cards}</ul> }.into_any()
    };
    view! {
        <p>
            "Each of these reads the log from its beginning, one entry after another, and acts on what it reads. It "
            "remembers how far it has come, so it can stop at any time and go on from there."
        </p>
        {live(move || between(desk, "How the money stands"))}
        {live(all)}
        {sample(desk)}
        {snapshots::snapshots(desk)}
        <p class="said" aria-hidden="true">{text(move || desk.said.get().1)}</p>
    }
    .into_any()
}

/// The sample that the world's source runs, asked of the recorded log.
fn sample(desk: Desk) -> AnyView {
    let has_one = move || desk.read(|door| door.acts() && door.sample(0, &[]).is_some());
    let button = move || {
        view! {
            <p class="buttons">
                <button type="button" on:click=move |_| spawn_local(run_sample(desk))>"Run the source’s sample"</button>
            </p>
        }
        .into_any()
    };
    when(has_one, button)
}

async fn run_sample(desk: Desk) {
    let (lab, log) = (desk.lab(), untrack(|| desk.log()));
    let mut subjects: Vec<StreamId> = Vec::new();
    for nth in 0.. {
        let Some(words) = untrack(|| desk.read_log(log, |door| door.sample(nth, &subjects))) else { break };
        match lab.dispatch(log, Ask { words, ..Ask::default() }).await {
            Ok(recorded) => {
                let streams = recorded.events.into_iter().map(|event| event.stream);
                let new: Vec<_> = streams.filter(|stream| !subjects.contains(stream)).collect();
                subjects.extend(new);
            }
            Err(no) => return desk.say(no.to_string()),
        }
    }
    desk.say("The sample is over. “Run” lets the others read it.");
}

fn told(desk: Desk, name: &str) -> Option<Told> {
    readers(desk).into_iter().find(|told| told.name == name)
}

/// One reader: what it does, how far it is, and its buttons.
fn reader(desk: Desk, name: &'static str) -> AnyView {
    let reader = Memo::new(move |_| told(desk, name));
    let says = |told: &Option<Told>| told.as_ref().map(|told| format!("{} {}", told.says, in_source(told)));
    let says = untrack(|| reader.with(says));
    let stands = text(move || reader.read().as_ref().map_or("", |told| word(told.stands)).to_owned());
    let place = text(move || reader.read().as_ref().map(place).unwrap_or_default());
    let next = text(move || reader.read().as_ref().map(|told| next(desk, told)).unwrap_or_default());
    let is_running = move || reader.read().as_ref().is_some_and(|told| told.stands == Stands::Running);
    let press = move |what: Do| act(desk, name, what);
    let held_up = Memo::new(move |_| match reader.read().as_ref().map(|told| told.stands) {
        Some(Stands::Failed(position)) => Some(position),
        _ => None,
    });
    let put_aside = move |position: Position| {
        view! {
            <button type="button" on:click=move |_| press(Do::PutAside(position))>"Put it aside and go on"</button>
        }
        .into_any()
    };
    let run = move |_| press(if untrack(is_running) { Do::Pause } else { Do::Run });
    let labelled_by = title(name);
    view! {
        <section aria-labelledby=labelled_by>
            <header class="reader-head">
                <h3 id=title(name)>{name}</h3>
                <span class="badge">{stands}</span>
            </header>
            <p class="hint">{says}</p>
            <p class="how-far">{place}</p>
            <p class="next">{next}</p>
            <div class="buttons" role="group" aria-label=name>
                <button type="button" on:click=move |_| press(Do::Step)>"Step"</button>
                <button type="button" id=format!("run-{}", title(name)) on:click=run>
                    {text(move || if is_running() { "Pause" } else { "Run" }.to_owned())}
                </button>
                <button type="button" class="quiet" on:click=move |_| press(Do::Rebuild)>"Rebuild"</button>
                {live(move || held_up.get().map_or_else(|| ().into_any(), put_aside))}
            </div>
            {live(move || reader.with(|told| told.as_ref().map_or_else(|| ().into_any(), |told| parked(desk, told))))}
            {follower::result(desk, name)}
            {fold("How it keeps its place", move || care(reader, press))}
        </section>
    }
    .into_any()
}

/// How its source keeps its place.
fn in_source(told: &Told) -> &'static str {
    match told.in_source {
        Care::Naive => "In the source it is naive: what comes again is done again.",
        Care::Right => "In the source it is done right.",
    }
}

/// How it reads, by the field's words.
fn reads(told: &Told) -> &'static str {
    if told.shares {
        "It can share its work, as competing consumers do: a message is tried three times, then put aside."
    } else {
        "It reads in order, as a catch-up subscription: what it can’t deal with holds it up."
    }
}

/// The id of the heading of its card.
fn title(name: &str) -> String {
    format!("reader-{}", name.replace(' ', "-"))
}

fn word(stands: Stands) -> &'static str {
    match stands {
        Stands::Running => "Running",
        Stands::Paused => "Paused",
        Stands::Failed(_) => "Failed",
        Stands::Elsewhere => "Elsewhere",
    }
}

/// How far it has come: checkpoint and lag, in words.
fn place(told: &Told) -> String {
    let done = match told.checkpoint {
        None => "Has read nothing yet".to_owned(),
        Some(Position(last)) => format!("Has read up to event {}", last + 1),
    };
    match told.lag {
        0 => format!("{done}. Nothing waits."),
        1 => format!("{done}. 1 message waits."),
        lag => format!("{done}. {lag} messages wait."),
    }
}

/// What comes next, or why nothing does.
fn next(desk: Desk, told: &Told) -> String {
    match (told.stands, told.next) {
        (Stands::Failed(position), _) => {
            let why = told.why.get(&position).map_or("By now it could.", String::as_str);
            format!("It could not deal with {}. {why} “Run” tries again.", line(desk, position))
        }
        (Stands::Elsewhere, _) => "What it has written follows another log. “Rebuild” begins anew.".to_owned(),
        (_, Some(position)) => format!("Next: {}", line(desk, position)),
        (_, None) => String::new(),
    }
}

/// Messages that hold nobody up, and wait for somebody to look at them.
fn parked(desk: Desk, told: &Told) -> AnyView {
    if told.parked.is_empty() {
        return ().into_any();
    }
    let name = told.name;
    let more = told.parked.len().saturating_sub(PARKED);
    let row = |&position: &Position| {
        let why = told.why.get(&position).map_or("It could be dealt with by now.", String::as_str).to_owned();
        view! {
            <li>
                <div>
                    <p>{line(desk, position)}</p>
                    <p class="hint">{why}</p>
                </div>
                <button type="button" class="quiet" on:click=move |_| act(desk, name, Do::Retry(position))>
                    "Try again"
                </button>
            </li>
        }
    };
    view! {
        <div class="parked">
            <h4>"Put aside: nobody could deal with these"</h4>
            <ul>{told.parked.iter().take(PARKED).map(row).collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="hint">{format!("and {more} more")}</p> })}
        </div>
    }
    .into_any()
}

/// An event and whom it is about, in a line: `event 8, To Bob: message: deposit $25.00 of a transfer`.
fn line(desk: Desk, Position(position): Position) -> String {
    let Some(Entry { subject, sentence, .. }) = desk.read(|door| door.entries(position, position + 1).pop()) else {
        return format!("event {}", position + 1);
    };
    let whose = subject.map(|subject| format!("{subject}: ")).unwrap_or_default();
    format!("event {}, {whose}{sentence}", position + 1)
}

/// Careful or naive.
fn care(reader: Memo<Option<Told>>, press: impl Fn(Do) + Copy + Send + Sync + 'static) -> AnyView {
    let is_naive = move || reader.read().as_ref().is_some_and(|told| told.care == Care::Naive);
    let reads = untrack(|| reader.with(|told| told.as_ref().map_or("", reads)));
    let turn = move |_| press(Do::Care(if untrack(is_naive) { Care::Right } else { Care::Naive }));
    let words = text(move || {
        if is_naive() {
            "Naive: it stores its place afterwards. If it dies in between, or a message comes again, it does the same thing twice."
        } else {
            "Done right: what it does and how far it has come are written in one step. A message that comes again changes \
             nothing. What it did while it was naive it does not recognise: “Rebuild” it after that."
        }
        .to_owned()
    });
    view! {
        <p>{reads}</p>
        <p>{words}</p>
        <div class="care">
            <button type="button" class="quiet" on:click=turn>
                {text(move || if is_naive() { "Do it right" } else { "Make it naive" }.to_owned())}
            </button>
            <button type="button" class="quiet" on:click=move |_| press(Do::Again)>"Deliver everything again"</button>
        </div>
    }
    .into_any()
}

/// Does something with a reader, and says what came of it.
fn act(desk: Desk, name: &'static str, what: Do) {
    let (lab, log) = (desk.lab(), untrack(|| desk.log()));
    spawn_local(async move {
        let reader = || name.to_owned();
        let words = match what {
            Do::Step => lab.step(log, name).await.map(|recorded| recorded.words),
            Do::Run => set(desk, log, Setting::Paused(reader(), false), "runs.").await,
            Do::Pause => set(desk, log, Setting::Paused(reader(), true), "is paused.").await,
            Do::Rebuild => lab.rebuild(log, name).await.map(|()| "begins again at the log’s beginning.".to_owned()),
            Do::Retry(position) => {
                let runs = untrack(|| told(desk, name)).is_some_and(|told| told.stands == Stands::Running);
                let words = if runs { "tries again." } else { "tries again at the next “Step” or “Run”." };
                set(desk, log, Setting::Retry(reader(), position), words).await
            }
            Do::PutAside(position) => {
                let words = format!("event {} is put aside.", position.0 + 1);
                let done = set(desk, log, Setting::PutAside(reader(), position), &words).await;
                focus_if_lost(&format!("#run-{}", title(name)));
                done
            }
            Do::Again => set(desk, log, Setting::Anew(reader()), "is given everything again.").await,
            Do::Care(care) => {
                let words = if care == Care::Right { "is done right now." } else { "is naive now." };
                set(desk, log, Setting::Care(reader(), care), words).await
            }
        };
        match words {
            Ok(words) => desk.say(format!("{name}: {words}")),
            Err(no) => desk.say(no.to_string()),
        }
    });
}

async fn set(desk: Desk, log: LogId, setting: Setting, words: &str) -> Result<String, No> {
    desk.lab().set(log, setting).await.map(|()| words.to_owned())
}
