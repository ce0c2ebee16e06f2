//! A line to type into, with what was wrong with it.

use leptos::prelude::*;

use super::alert::{Objected, alert};
use super::text;

/// One field with its label, and what was wrong with it. The form's name tells its fields from those of others.
pub fn input(
    form: &str,
    (label, name): (&'static str, &'static str),
    (class, mode): (&'static str, &'static str),
    typed: RwSignal<String>,
    no: Objected,
) -> AnyView {
    let id = format!("no-{form}-{name}");
    let described_by = id.clone();
    let is_wrong = move || no.read().is_some();
    view! {
        <div class=class>
            <label>
                {label}
                <input
                    type="text"
                    name=name
                    inputmode=mode
                    autocomplete="off"
                    bind:value=typed
                    aria-invalid=text(move || is_wrong().to_string())
                    aria-describedby=text(move || if is_wrong() { described_by.clone() } else { String::new() })
                />
            </label>
            {alert(no, id)}
        </div>
    }
    .into_any()
}
