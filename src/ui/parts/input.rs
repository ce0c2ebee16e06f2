//! A line to type into, with what was wrong with it.

use leptos::prelude::*;

use super::{spoken, text};

/// What was wrong with an attempt, if anything was. The number differs each time.
pub type Objected = Signal<Option<(u64, String)>>;

/// One field with its label, and what was wrong with it.
pub fn input(
    (label, name): (&'static str, &'static str),
    (class, mode): (&'static str, &'static str),
    typed: RwSignal<String>,
    no: Objected,
) -> AnyView {
    let alert = format!("no-{name}");
    let described_by = alert.clone();
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
            {alert_of(no, alert)}
        </div>
    }
    .into_any()
}

/// A "no" beside its control, spoken each time.
pub fn alert_of(no: Objected, id: String) -> AnyView {
    let draw = move |message: String| view! { <p class="alert" role="alert" id=id.clone()>{message}</p> }.into_any();
    spoken(move || no.get(), draw)
}
