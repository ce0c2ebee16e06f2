//! How far something is that takes a while, and a way to stop it.

use leptos::prelude::*;

use super::text;

/// A bar, the same in words, and a button that stops it. `done` gives the share that is done, from 0 to 1.
pub fn progress(
    label: &'static str,
    done: impl Fn() -> f64 + Send + Sync + 'static,
    words: impl Fn() -> String + Send + Sync + 'static,
    stop_label: &'static str,
    stop: impl Fn() + 'static,
) -> AnyView {
    view! {
        <div class="progress">
            <progress aria-label=label max="1" prop:value=Signal::derive(done)></progress>
            <span class="hint">{text(words)}</span>
            <button type="button" class="quiet" on:click=move |_| stop()>{stop_label}</button>
        </div>
    }
    .into_any()
}
