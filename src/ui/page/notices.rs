//! What one has to know about this tab: where events are kept, and which log is on the desk.

use leptos::prelude::*;

use crate::browser::Keeping;
use crate::lab::door::Origin;
use crate::lab::no::No;
use crate::ui::desk::Desk;
use crate::ui::parts::live;

/// A line for each thing that is not as usual.
#[component]
pub fn Notices() -> impl IntoView {
    let desk = Desk::get();
    let keeping = desk.keeping.with_value(|keeping| match keeping {
        Keeping::Stored | Keeping::ElsewhereWritten(_) => None,
        Keeping::Blocked(why) => Some(format!(
            "Nothing is kept here: {why}. What you record is gone when this tab is closed, unless you export it."
        )),
        Keeping::Fresh => {
            Some("An empty lab, kept in memory. What is stored in this browser is left alone.".to_owned())
        }
    });
    let closed = move || {
        let Some(no) = desk.read(|door| door.closed().cloned()) else { return ().into_any() };
        let again = matches!(no, No::ReadOnly(_)).then(|| {
            view! { <button type="button" class="quiet" on:click=|_| reload()>"Reload"</button> }
        });
        view! { <p class="notice" role="note"><b>"Read-only. "</b>{no.to_string()}" "{again}</p> }.into_any()
    };
    let origin = move || {
        match desk.origin() {
        Origin::Recorded => ().into_any(),
        Origin::Copy => view! {
            <p class="notice" role="note">
                "A copy, in memory. Your own log is untouched. "
                <button type="button" class="quiet" on:click=move |_| desk.discard()>"Back to my log"</button>
            </p>
        }
        .into_any(),
        Origin::Branch { fork, .. } => view! {
            <p class="notice is-pencil" role="note">
                {format!("What if: a branch from event {fork} on, in pencil. Nothing here touches the log, and nothing is kept unless you export it.")}
            </p>
        }
        .into_any(),
    }
    };
    view! {
        {keeping.map(|text| view! { <p class="notice" role="note">{text}</p> })}
        {live(closed)}
        {live(origin)}
    }
}

fn reload() {
    // A page that can't be reloaded stays as it is.
    let _ = window().location().reload();
}
