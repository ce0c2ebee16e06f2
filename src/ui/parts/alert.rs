//! A "no" beside the control that it is about.

use leptos::prelude::*;

use super::{spoken, text};

/// What was wrong with an attempt, if anything was. The number differs each time.
pub type Objected = Signal<Option<(u64, String)>>;

/// The sentence, spoken each time that it is told: its number is another one then.
pub fn alert(no: Objected, id: String) -> AnyView {
    spoken(
        move || no.get(),
        move |message| view! { <p class="alert" role="alert" id=id.clone()>{message}</p> }.into_any(),
    )
}

/// What was wrong with the last attempt, if anything was. The number differs each time.
#[derive(Clone, Copy)]
pub struct Wrong(RwSignal<Option<(u64, String)>>);

impl Wrong {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self(RwSignal::new(None))
    }

    /// Says what is wrong, or that nothing is any more.
    pub fn tell(self, no: Result<(), impl ToString>) {
        self.0.update(|last| {
            let nth = last.as_ref().map_or(0, |(nth, _)| *nth) + 1;
            *last = no.err().map(|no| (nth, no.to_string()));
        });
    }

    /// The `aria-invalid` of the control.
    pub fn is_wrong(self) -> Signal<String> {
        text(move || self.0.read().is_some().to_string())
    }

    /// The `aria-describedby` of the control, `id` being that of the alert.
    pub fn described_by(self, id: &str) -> Signal<String> {
        let id = id.to_owned();
        text(move || if self.0.read().is_some() { id.clone() } else { String::new() })
    }

    /// The sentence, spoken each time.
    pub fn alert(self, id: &str) -> AnyView {
        alert(self.0.into(), id.to_owned())
    }
}
