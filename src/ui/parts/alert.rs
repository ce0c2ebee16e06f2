//! A "no" beside the control that it is about.

use leptos::prelude::*;

use super::spoken;

/// What was wrong with an attempt, if anything was. The number differs each time.
pub type Objected = Signal<Option<(u64, String)>>;

/// The sentence, spoken each time that it is told: its number is another one then.
pub fn alert(no: Objected, id: String) -> AnyView {
    spoken(
        move || no.get(),
        move |message| view! { <p class="alert" role="alert" id=id.clone()>{message}</p> }.into_any(),
    )
}
