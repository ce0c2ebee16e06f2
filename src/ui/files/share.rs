//! The log as a link, for whoever is to look at the same.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::download;
use crate::lab::packed::{counted, left_out};
use crate::ui::address;
use crate::ui::desk::Desk;
use crate::ui::parts::live;

/// Copies a link to the log on the desk. `by_hand` becomes the link where the page may not copy.
pub fn share(desk: Desk, by_hand: RwSignal<Option<String>>) {
    by_hand.set(None);
    let (log, world, events) = untrack(|| (desk.log(), desk.world(), desk.events()));
    let packed = match desk.lab().packed(log) {
        Ok(packed) => packed,
        Err(no) => return desk.say(no.to_string()),
    };
    let link = address::link(&world, &packed);
    let entries = if events == 1 { "entry" } else { "entries" };
    let what = format!("{} letters, {events} {entries}.", counted(link.len()));
    let what = [what, desk.marks.with_untracked(|marks| left_out(marks))].join(" ").trim_end().to_owned();
    spawn_local(async move {
        if download::copy(&link).await.is_ok() {
            desk.say(format!("The link was copied: {what}"));
        } else {
            by_hand.set(Some(link));
            desk.say(format!("This browser does not let the page copy. Copy the link from its field: {what}"));
        }
    });
}

/// The link, where it has to be copied by hand.
pub fn by_hand(link: RwSignal<Option<String>>) -> AnyView {
    live(move || {
        match link.get() {
        None => ().into_any(),
        Some(link) => view! {
            <label>"Link" <input type="text" readonly value=link on:focus:target=|focus| focus.target().select()/></label>
        }
        .into_any(),
    }
    })
}
