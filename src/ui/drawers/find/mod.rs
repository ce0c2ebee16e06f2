//! Find: where a condition holds or begins to hold, and where a replay pauses.

mod search;
mod look;
mod hits;
mod jump;
mod language;
mod watch;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::parts::{live, text};
use crate::ui::ribbon::Player;
use crate::worlds::opening::Find;
pub use search::Finding;
use search::visit;

/// The condition, what fits it, and ways to go elsewhere.
pub fn find() -> AnyView {
    let (desk, finding) = (Desk::get(), expect_context::<Finding>());
    view! {
        {asked(desk, finding)}
        {examples(desk, finding)}
        {hits::hits(desk, finding)}
        <div class="replay">{breaks(desk, finding)} {jump::jump(desk)}</div>
        <details class="more">
            <summary>"More"</summary>
            {language::table(desk)}
        </details>
    }
    .into_any()
}

/// The box, its button, and what is wrong with what was typed.
fn asked(desk: Desk, finding: Finding) -> AnyView {
    let Finding { typed, wrong, .. } = finding;
    let submit = move |submit: SubmitEvent| {
        submit.prevent_default();
        finding.ask(desk);
    };
    view! {
        <form class="find" novalidate on:submit=submit>
            <label>
                "Condition"
                <input
                    type="text"
                    class="condition"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    bind:value=typed
                    aria-invalid=wrong.is_wrong()
                    aria-describedby=wrong.described_by("no-condition")
                />
            </label>
            <button type="submit" class="primary">"Find"</button>
            {wrong.alert("no-condition")}
        </form>
    }
    .into_any()
}

/// Questions in plain words: those of the world, and of whom the page looks at.
fn examples(desk: Desk, finding: Finding) -> AnyView {
    let buttons = move || {
        let example = |(label, condition): (String, String)| {
            let ask = move |_| {
                finding.typed.set(condition.clone());
                finding.ask(desk);
            };
            view! { <button type="button" on:click=ask>{label}</button> }
        };
        let of_world =
            desk.opening().finds.iter().map(|Find { label, condition }| ((*label).to_owned(), (*condition).to_owned()));
        let name = desk.stream().and_then(|stream| {
            let subjects = desk.subjects.read();
            subjects.iter().find(|(known, _)| *known == stream).map(|(_, subject)| (subject.name.clone(), stream))
        });
        let of_subject = name.into_iter().flat_map(|(name, stream)| {
            [
                (format!("All of {name}’s"), format!("stream = {stream}")),
                (format!("Not {name}’s"), format!("stream != {stream}")),
            ]
        });
        of_world.chain(of_subject).map(example).collect_view().into_any()
    };
    view! { <div class="examples" role="group" aria-label="Examples">{live(buttons)}</div> }.into_any()
}

/// Where a replay pauses by itself.
fn breaks(desk: Desk, finding: Finding) -> AnyView {
    let Finding { breaks, breaks_unread, .. } = finding;
    let pause_here = move |is_on| {
        breaks.set(is_on);
        if is_on && !finding.is_asked() && !finding.typed.read_untracked().trim().is_empty() {
            finding.ask(desk);
        }
    };
    let pauses_where = move || if breaks.get() { finding.pauses_where() } else { String::new() };
    let player = expect_context::<Player>();
    view! {
        <div class="breaks" role="group" aria-label="Break on">
            <h3>"Break on"</h3>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=breaks
                    aria-describedby="pauses-where"
                    on:change:target=move |change| pause_here(change.target().checked())
                />
                "Pause the replay where this begins to hold"
            </label>
            <p class="hint" id="pauses-where">{text(pauses_where)}</p>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=breaks_unread
                    on:change:target=move |change| breaks_unread.set(change.target().checked())
                />
                "Pause where an entry can’t be read"
            </label>
            {unread(desk)}
            <div class="buttons play-here">{player.button()} {player.choice()}</div>
        </div>
    }
    .into_any()
}

/// The first entries that no view could read. The others go on.
fn unread(desk: Desk) -> AnyView {
    const LISTED: usize = 5;
    live(move || {
        let unread = desk.read(|door| door.unread(0, LISTED));
        if unread.is_empty() {
            return view! { <p class="hint">"Every entry of this log can be read."</p> }.into_any();
        }
        let button = |position: u64| {
            let event = position + 1;
            view! {
                <button type="button" class="quiet" aria-label=format!("Go to event {event}") on:click=move |_| visit(desk, position)>
                    {event}
                </button>
            }
        };
        let buttons = unread.iter().map(|(position, _)| button(position.0)).collect_view();
        view! { <p class="hint">"Can’t be read, and changes nothing; the others go on: " {buttons}</p> }.into_any()
    })
}
