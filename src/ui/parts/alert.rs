//! A "no" beside the control that it is about.

use leptos::prelude::*;

use super::{spoken, text};

/// What was wrong with the last attempt, if anything was: how often that was told, and the sentence.
#[derive(Clone, Copy)]
pub struct Wrong(RwSignal<(u64, String)>);

impl Wrong {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self(RwSignal::new((0, String::new())))
    }

    /// Says what is wrong, or that nothing is any more.
    pub fn tell(self, no: Result<(), impl ToString>) {
        self.0.update(|(nth, told)| {
            *nth += 1;
            *told = no.map_or_else(|no| no.to_string(), |()| String::new());
        });
    }

    /// Nothing is wrong any more; or the control is gone.
    pub fn clear(self) {
        if self.0.try_with_untracked(|(_, told)| !told.is_empty()).unwrap_or(false) {
            self.tell(Ok::<_, String>(()));
        }
    }

    /// The `aria-invalid` of the control.
    pub fn is_wrong(self) -> Signal<String> {
        text(move || self.0.with(|(_, told)| !told.is_empty()).to_string())
    }

    /// The `aria-describedby` of the control, `id` being that of the alert.
    pub fn described_by(self, id: &str) -> Signal<String> {
        let id = id.to_owned();
        text(move || self.0.with(|(_, told)| if told.is_empty() { String::new() } else { id.clone() }))
    }

    /// The sentence, spoken each time that it is told: its number is another one then.
    pub fn alert(self, id: &str) -> AnyView {
        let id = id.to_owned();
        spoken(
            move || Some(self.0.get()).filter(|(_, told)| !told.is_empty()),
            move |told| view! { <p class="alert" role="alert" id=id.clone()>{told}</p> }.into_any(),
        )
    }
}
