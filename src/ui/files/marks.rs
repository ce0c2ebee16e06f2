//! Every bookmark and note of the log, each a way to its moment.

use leptos::prelude::*;

use crate::lab::beside::Mark;
use crate::ui::desk::Desk;
use crate::ui::parts::live;
use crate::ui::recorded::marks::{remove, words};

/// "Bookmarks and notes", folded.
pub fn marks(desk: Desk) -> AnyView {
    view! {
        <details class="all-marks at-lab">
            <summary>"Bookmarks and notes"</summary>
            {live(move || list(desk))}
        </details>
    }
    .into_any()
}

fn list(desk: Desk) -> AnyView {
    let marks = desk.marks.get();
    if marks.is_empty() {
        return view! { <p class="hint">"None yet. Open an entry in the ledger to add one."</p> }.into_any();
    }
    let row = |mark: Mark| {
        let (at, told) = (mark.after(), words(&mark));
        let href = desk.address.with_untracked(|address| address.with("at", Some(&at.to_string()))).to_string();
        view! {
            <li>
                // The address may name the moment already while another one is looked at.
                <a href=href on:click=move |_| desk.visit(Some(at))>{told.clone()}</a>
                {remove(desk, mark, &told, ".all-marks summary".to_owned())}
            </li>
        }
    };
    view! {
        <p class="hint">"They lie beside the log, never in it, and are exported with it."</p>
        <ul class="said-marks">{marks.into_iter().map(row).collect_view()}</ul>
    }
    .into_any()
}
