//! The first page: what changes around the demo.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::address::View;
use super::desk::Desk;
use super::parts::{afterwards, focus, focus_if_lost, live};
use super::story;
use crate::browser::{Keeping, download};
use crate::crud::{Statement, quoted};
use crate::lab::door::Origin;
use crate::lab::no::No;
use crate::lab::readers::Setting;
use crate::worlds::Switch;

/// The sentence of the story in place of the hero's, and the first things to do.
pub fn hero() -> AnyView {
    let desk = Desk::get();
    let begin = move |_| {
        story::stop(desk);
        focus(".ask-always input");
    };
    view! {
        {story::caption(desk)}
        <div class="buttons">
            {story::button(desk, "Show me", |desk| &desk.opening().tour)}
            <button type="button" on:click=begin>"Open an account"</button>
        </div>
    }
    .into_any()
}

/// What one has to know about this tab: where events are kept, and which log is on the desk.
pub fn notices() -> AnyView {
    let desk = Desk::get();
    let keeping = desk.keeping.with_value(|keeping| match keeping {
        Keeping::Stored(..) => None,
        Keeping::Blocked(why) => Some(format!(
            "Nothing is kept here: {why}. What you record is gone when this tab is closed, unless you export it."
        )),
        Keeping::Fresh => {
            Some("An empty lab, kept in memory. What is stored in this browser is left alone.".to_owned())
        }
    });
    let keeping = keeping.map(|text| notice("", text, Vec::new()));
    let (nowhere, broken) = (live(move || nowhere(desk)), live(move || broken(desk)));
    (keeping, nowhere, broken, live(move || closed(desk)), live(move || switched(desk)), live(move || beside(desk)))
        .into_any()
}

/// What is switched lasts, and makes the page do what nobody would expect of it.
fn switched(desk: Desk) -> AnyView {
    let off = move |switch: &'static str| {
        spawn_local(async move {
            let set = desk.lab().set(untrack(|| desk.log()), Setting::Switch(switch.to_owned(), false)).await;
            set.unwrap_or_else(|no| desk.say(no.to_string()));
            focus_if_lost("#demo");
        });
    };
    let told = |switch: Switch| {
        let text = format!("“{}” is switched on: {}.", switch.label, switch.says);
        notice("", text, vec![("Switch it off", Box::new(move || off(switch.name)))])
    };
    desk.read(|door| door.switched()).into_iter().map(told).collect_view().into_any()
}

fn nowhere(desk: Desk) -> AnyView {
    let found = match desk.address.read().view() {
        View::Page => return ().into_any(),
        View::Lab(world) if world == desk.world() => return ().into_any(),
        View::Lab(world) => format!("There is no lab “{world}”. This is the bank’s."),
        View::Nowhere(path) => format!("There is nothing at “{path}”. This is the first page."),
    };
    notice("", found, Vec::new())
}

fn broken(desk: Desk) -> AnyView {
    let Some(why) = desk.broken_link.get() else { return ().into_any() };
    notice("", format!("The link you came by can’t be opened. {why} Your own log is untouched."), Vec::new())
}

fn closed(desk: Desk) -> AnyView {
    let Some(no) = desk.read(|door| door.closed().cloned()) else { return ().into_any() };
    let offers: Vec<Offer> = match no {
        // A page that can't be reloaded stays as it is.
        No::ReadOnly(_) => vec![("Reload", Box::new(|| drop(window().location().reload())))],
        No::Journal(_) => vec![
            ("Download what is stored", Box::new(move || download_stored(desk))),
            ("Set it aside and go on", Box::new(move || set_aside(desk))),
        ],
        _ => Vec::new(),
    };
    notice("", format!("Read-only. {no}"), offers)
}

/// Saves what is stored for the world as it is, for whoever can still make something of it.
fn download_stored(desk: Desk) {
    let world = untrack(|| desk.world());
    let saved = desk.keeping.with_value(|keeping| match keeping {
        Keeping::Stored(table, _) => table
            .stored(&world)
            .and_then(|text| download::save(&format!("daybook-{world}-stored.json"), &text, "application/json")),
        Keeping::Blocked(_) | Keeping::Fresh => Err("nothing is stored".into()),
    });
    desk.say(match saved {
        Ok(()) => "What is stored was saved as a file.",
        Err(_) => "This browser does not save files from here.",
    });
}

/// Goes on with what can be read.
fn set_aside(desk: Desk) {
    spawn_local(async move {
        match desk.lab().set_aside(&untrack(|| desk.world())).await {
            Ok(log) => {
                desk.put(log);
                let next = untrack(|| desk.events()) + 1;
                desk.say(format!("What could not be read was set aside. The log goes on from entry {next}."));
                focus("#demo");
            }
            Err(no) => desk.say(no.to_string()),
        }
    });
}

fn beside(desk: Desk) -> AnyView {
    match desk.origin() {
        Origin::Recorded => ().into_any(),
        Origin::Copy => notice(
            "",
            "A copy, in memory. Your own log is untouched.".to_owned(),
            vec![("Back to my log", Box::new(move || back(desk)))],
        ),
        Origin::Branch { fork, .. } => {
            let text = format!(
                "What if: a branch from event {fork} on, in pencil. Nothing here touches the log, and nothing is kept \
                 unless you export it."
            );
            notice(" is-pencil", text, Vec::new())
        }
    }
}

fn back(desk: Desk) {
    story::stop(desk);
    desk.discard();
    focus("#demo");
}

/// What a notice offers: a button, and what it does.
type Offer = (&'static str, Box<dyn Fn()>);

fn notice(class: &'static str, text: String, offers: Vec<Offer>) -> AnyView {
    let offer = |(label, act): Offer| {
        view! { " " <button type="button" class="quiet" on:click=move |_| act()>{label}</button> }
    };
    let offers = offers.into_iter().map(offer).collect_view();
    view! { <p class=format!("notice{class}") role="note">{text}{offers}</p> }.into_any()
}

/// Questions that nobody thought of at first.
pub fn answers() -> AnyView {
    let desk = Desk::get();
    let ask = |answer: crate::worlds::Answer| {
        view! {
            <p><q>{answer.question}</q></p>
            <dl class="asked">
                <div class="is-view"><dt>"The log"</dt><dd>{answer.from_log}</dd></div>
                <div><dt>"The row"</dt><dd>{answer.from_row}</dd></div>
            </dl>
        }
    };
    // They need the whole log, so they wait until nothing else is to be done. A lab does not show them.
    let answers = RwSignal::new(Vec::new());
    let ask_log = move || answers.set(untrack(|| desk.read(|door| door.answers())));
    afterwards(move || !desk.is_lab() && desk.read_end(|_| true), 0, ask_log);
    live(move || answers.get().into_iter().map(ask).collect_view().into_any())
}

/// The last command as it would have changed a row.
pub fn your_row() -> AnyView {
    let desk = Desk::get();
    live(move || match desk.stream().and_then(|stream| desk.read_end(|door| door.row(&stream)).last) {
        None => ().into_any(),
        Some(Statement { sql, overwrote }) => {
            let gone = match overwrote.as_slice() {
                [] => "It overwrote nothing this time.".to_owned(),
                [(column, value), ..] => format!("{column} {value} is gone."),
            };
            yours("Your last command", sql, gone)
        }
    })
}

/// The last entry as it would be inserted into a table of events.
pub fn your_entry() -> AnyView {
    let desk = Desk::get();
    live(move || {
        let last = desk.stream().and_then(|stream| {
            desk.read_end(|door| {
                let key = door.store().stream_key(&stream)?;
                door.store().event(u64::from(*door.store().positions(key).last()?))
            })
        });
        let Some(event) = last else { return ().into_any() };
        let (kind, data) = (quoted(&event.kind), quoted(event.data.get()));
        let sql = format!("INSERT INTO events (type, data, date) VALUES ({kind}, {data}, NOW())");
        yours("Your last entry", sql, format!("All {} entries are still there.", desk.events()))
    })
}

fn yours(title: &'static str, sql: String, what: String) -> AnyView {
    view! {
        <h4>{title}</h4>
        <pre class="sql"><code>{sql}</code></pre>
        <p>{what}</p>
    }
    .into_any()
}
