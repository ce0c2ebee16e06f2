//! How a lab opens: its question, its story and its picture, as its world declares them.

use leptos::prelude::*;

use super::behind::Behind;
use super::desk::{Answered, Desk};
use super::parts::{list, live, text};
use super::story;
use crate::engine::StreamId;
use crate::lab::door::By;
use crate::worlds::money::format_cents;
use crate::worlds::opening::{Kind, Place, Shows};
use crate::worlds::{Opening, Subject};

/// Names that a place of the picture lists before it says how many more there are.
const NAMES: usize = 3;
/// Rows that the list of everyone has before it says how many more there are.
const ROWS: usize = 20;

/// Question and story.
pub fn opening() -> AnyView {
    let desk = Desk::get();
    of_world(desk, move |opening| {
        let blank = move |_| {
            story::stop(desk);
            if !desk.is_blank() {
                desk.rehearse();
            }
        };
        view! {
            <section class="opening" aria-labelledby="opening-title">
                <p class="kicker">{opening.title}</p>
                <h1 id="opening-title" tabindex="-1">{opening.question}</h1>
                <div class="buttons">
                    {story::button(desk, "Play the story", |desk| &desk.opening().story)}
                    <button type="button" on:click=blank>"Start empty"</button>
                </div>
                {story::caption(desk)}
            </section>
        }
        .into_any()
    })
}

/// The way of a command, live.
pub fn picture() -> AnyView {
    let desk = Desk::get();
    of_world(desk, move |opening| {
        if opening.picture.iter().any(|place| matches!(place.shows, Shows::Reader(_))) {
            // What readers have before them is told by the second part.
            Behind::get().fetch_later();
        }
        let places = opening.picture.iter().map(|place| drawn(desk, place)).collect_view();
        view! {
            <ol class="picture" aria-label="The way of a command">{places}</ol>
            {Behind::get().once_here(move |pages| live(move || (pages.between)(desk)))}
        }
        .into_any()
    })
}

/// Everyone the log is about, with their figures at the moment that is looked at; a click looks at one of them.
pub fn everyone() -> AnyView {
    let desk = Desk::get();
    let figures = Memo::new(move |_| figures(desk, ROWS));
    let chosen = Memo::new(move |_| desk.stream());
    let row = move |nth: u64| {
        let it = move || figures.with(|(all, _)| all.get(nth as usize).cloned());
        let of = move |words: fn(Figured) -> String| text(move || it().map(words).unwrap_or_default());
        let is_chosen = text(move || (it().map(|(stream, ..)| stream) == chosen.get()).to_string());
        view! {
            <li>
                <button
                    type="button"
                    aria-pressed=is_chosen
                    on:click=move |_| untrack(it).into_iter().for_each(|(stream, ..)| desk.choose(stream))
                >
                    <span class="name">{of(|(_, name, _)| name)}</span>
                    <span class="figure">{of(|(.., figure)| figure)}</span>
                </button>
            </li>
        }
        .into_any()
    };
    let more = Memo::new(move |_| figures.with(|(_, more)| *more));
    view! {
        <ul class="everyone" aria-label="Everyone">
            {list(move || (0..figures.with(|(all, _)| all.len() as u64)).collect(), row)}
        </ul>
        {live(move || match more.get() {
            0 => ().into_any(),
            more => view! { <p class="hint">{format!("and {more} more")}</p> }.into_any(),
        })}
    }
    .into_any()
}

/// Draws what a world declares, anew when another world is shown.
fn of_world(desk: Desk, draw: impl Fn(&'static Opening) -> AnyView + Send + Sync + 'static) -> AnyView {
    let world = Memo::new(move |_| desk.read(|door| door.world()));
    live(move || {
        world.with(|_| ());
        draw(untrack(|| desk.opening()))
    })
}

/// Someone whom the log tells of: the stream, the name and the figure.
type Figured = (StreamId, String, String);

/// The first of whom the log tells, with their figures, and how many more there are.
fn figures(desk: Desk, most: usize) -> (Vec<Figured>, usize) {
    let applied = desk.applied();
    desk.read(|door| {
        let subjects = door.subjects(applied);
        let more = subjects.len().saturating_sub(most);
        let figure = |(stream, subject): (StreamId, Subject)| {
            let (card, _) = door.card(Some(&stream), applied, By::KeptView);
            (stream, subject.name, format_cents(card.figure))
        };
        (subjects.into_iter().take(most).map(figure).collect(), more)
    })
}

fn drawn(desk: Desk, place: &'static Place) -> AnyView {
    let kind = match place.kind {
        Kind::Command => "place is-command",
        Kind::Rule => "place is-rule",
        Kind::Event => "place is-event",
        Kind::View => "place is-view",
        Kind::System => "place is-system",
    };
    view! { <li class=kind><b>{place.label}</b>{live(move || shown(desk, place.shows))}</li> }.into_any()
}

/// What a place shows at the moment that is looked at.
fn shown(desk: Desk, shows: Shows) -> AnyView {
    let answer = desk.answer.get();
    let lines = match shows {
        Shows::Asked => vec![answer.map_or_else(|| "Nothing yet.".to_owned(), |answer| answer.asked)],
        Shows::Answer => vec![match answer {
            None => "Nothing yet.".to_owned(),
            Some(Answered { no: None, .. }) => "Yes: it is written down.".to_owned(),
            Some(Answered { no: Some(no), .. }) => format!("No. {no}"),
        }],
        Shows::Events => {
            let (applied, events) = (desk.applied(), desk.events());
            let last = desk.read(|door| door.entries(applied.saturating_sub(1), applied).pop());
            let count = format!("{applied} of {events} entries");
            [Some(count), last.map(|entry| entry.sentence)].into_iter().flatten().collect()
        }
        Shows::Reader(name) => Behind::get().pages().map(|pages| (pages.waiting)(desk, name)).unwrap_or_default(),
        Shows::Figures => {
            let (figures, more) = figures(desk, NAMES);
            let lines = figures.into_iter().map(|(_, name, figure)| format!("{name}: {figure}"));
            let lines: Vec<_> = lines.chain((more > 0).then(|| format!("and {more} more"))).collect();
            if lines.is_empty() { vec!["Nobody yet.".to_owned()] } else { lines }
        }
    };
    lines.into_iter().map(|line| view! { <span>{line}</span> }).collect_view().into_any()
}
