//! How far something is that takes a while, and a way to stop it.

use leptos::prelude::*;

use super::{find, focus_if_lost, text};

/// A bar, the same in words, and a button that stops it. `done` gives the share that is done, from 0 to 1.
pub fn progress(
    label: &'static str,
    done: impl Fn() -> f64 + Send + Sync + 'static,
    words: impl Fn() -> String + Send + Sync + 'static,
    stop_label: &'static str,
    stop: impl Fn() + 'static,
) -> AnyView {
    // The button that began it gives way to this one, and this one to what is there afterwards.
    focus_if_lost(".progress button");
    on_cleanup(|| focus_if_lost(if find("dialog[open]").is_some() { "dialog[open] button" } else { "#drawer-title" }));
    view! {
        <div class="progress">
            <progress aria-label=label max="1" prop:value=Signal::derive(done)></progress>
            <span class="hint">{text(words)}</span>
            <button type="button" class="quiet" on:click=move |_| stop()>{stop_label}</button>
        </div>
    }
    .into_any()
}
