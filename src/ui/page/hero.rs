//! The idea in one sentence.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Title, sentence, and the first thing to do.
#[component]
pub fn Hero() -> impl IntoView {
    let begin = |_| {
        let owner = document().query_selector(".ask-always input").ok().flatten();
        if let Some(owner) = owner.and_then(|owner| owner.dyn_into::<HtmlInputElement>().ok()) {
            owner.scroll_into_view();
            owner.select();
            // The field is on the page, so it takes the focus.
            let _ = owner.focus();
        }
    };
    view! {
        <section class="hero" aria-labelledby="hero-title">
            <h1 id="hero-title">"Don’t overwrite. Write down what happened."</h1>
            <p>
                "A bank account that keeps every deposit and withdrawal, and works out its balance from them. "
                "So you can go back to any moment and see it as it was."
            </p>
            <button type="button" on:click=begin>"Open an account"</button>
        </section>
    }
}
