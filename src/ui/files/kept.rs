//! Where the log is kept: how much room there is, who writes, and what "saved" means.

use leptos::prelude::*;

use crate::browser::Keeping;
use crate::engine::LogId;
use crate::journal::peer::Standing;
use crate::ui::desk::Desk;
use crate::ui::parts::{afterwards, live, text};

/// Milliseconds from a change until the storage is measured, which takes long where much is stored.
const WHILE: u32 = 1000;

/// What is known about the place of the log on the desk.
pub fn kept(desk: Desk) -> AnyView {
    let is_stored = move || {
        desk.log() == desk.own_log() && desk.keeping.with_value(|keeping| matches!(keeping, Keeping::Stored(..)))
    };
    let draw = move || {
        if !is_stored() {
            return view! { <p>"This log is in memory. Nothing of it is stored."</p> }.into_any();
        }
        view! { <p>{measured(desk)}</p> <p>{text(move || writer(desk).to_owned())}</p> <p>{text(move || chain(desk))}</p> }.into_any()
    };
    view! {
        <div class="kept">{live(draw)}</div>
        <details class="saved">
            <summary>"What “saved” means"</summary>
            <p>
                "An entry is shown when every open tab of this page can read it from this browser’s localStorage. No server "
                "has it. If a tab is killed, the entry is still there. If the whole browser is killed, the last seconds can "
                "be missing; in Chromium, at worst, about a minute. Private windows and “clear site data” forget all of it. "
                "To keep the log for good, export it."
            </p>
        </details>
    }
    .into_any()
}

/// How full the storage is: now, and a while after the log has grown.
fn measured(desk: Desk) -> RwSignal<String> {
    let measured = RwSignal::new(room(desk));
    afterwards(move || desk.read_end(|_| true), WHILE, move || measured.set(room(desk)));
    measured
}

fn room(desk: Desk) -> String {
    let (used, free) = desk.keeping.with_value(Keeping::room);
    let all = (used + free).max(1);
    let percent = match used * 100 / all {
        0 => "less than 1".to_owned(),
        percent => percent.to_string(),
    };
    format!("This browser’s storage: {percent} % used, {} of {} million letters free.", millions(free), millions(all))
}

fn millions(units: u64) -> String {
    let tenths = (units + 50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// What is known of the chain of the world's own log.
fn chain(desk: Desk) -> String {
    let own = desk.own_log();
    let is_told = |(log, told): &&(LogId, String)| *log == own && !told.is_empty();
    desk.chains.with(|chains| {
        chains.iter().find(is_told).map_or_else(String::new, |(_, told)| format!("When this log was opened: {told}"))
    })
}

/// Who writes.
fn writer(desk: Desk) -> &'static str {
    if desk.read(|door| door.closed().is_some()) {
        return "This tab only shows what is stored.";
    }
    match desk.standing() {
        Standing::Leads => "This tab writes.",
        Standing::Follows(_) => "Another tab writes; what you do here goes through it.",
        Standing::Looking => "Looking for the other tabs.",
        Standing::Apart(_) => "This tab only shows what is stored.",
    }
}
