//! A "no", beside its control.

use leptos::prelude::*;

/// A sentence that is spoken each time it is said, the same one again included.
///
/// `no` holds the sentence and a number that differs each time: a new element is what screen readers speak.
#[component]
pub fn Alert(#[prop(into)] no: Signal<Option<(u64, String)>>, id: String) -> impl IntoView {
    let id = StoredValue::new(id);
    view! {
        <For each=move || no.get() key=|(nth, _)| *nth let:told>
            <p class="alert" role="alert" id=id.get_value()>{told.1}</p>
        </For>
    }
}
