//! A line to type into, with what was wrong with it.

use leptos::prelude::*;

use super::Wrong;

/// One field with its label, and what was wrong with it. The form's name tells its fields from those of others.
pub fn input(
    form: &str,
    (label, name): (&'static str, &'static str),
    (class, mode): (&'static str, &'static str),
    typed: RwSignal<String>,
    wrong: Wrong,
) -> AnyView {
    let id = format!("no-{form}-{name}");
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
                    aria-invalid=wrong.is_wrong()
                    aria-describedby=wrong.described_by(&id)
                />
            </label>
            {wrong.alert(&id)}
        </div>
    }
    .into_any()
}
