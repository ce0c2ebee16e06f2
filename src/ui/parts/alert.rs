//! A "no" beside the control that it is about.

use leptos::prelude::*;

use super::spoken;

/// The sentence, spoken each time that it is told: its number is another one then.
pub fn alert(no: Signal<Option<(u64, String)>>, id: String) -> AnyView {
    spoken(
        move || no.get(),
        move |message| view! { <p class="alert" role="alert" id=id.clone()>{message}</p> }.into_any(),
    )
}
