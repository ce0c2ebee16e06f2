//! What was wrong with a control, said beside it.

use leptos::prelude::*;

use super::{spoken, text};

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
        alert_of(self.0.into(), id.to_owned())
    }
}

/// A "no" beside its control, spoken each time.
pub fn alert_of(no: Signal<Option<(u64, String)>>, id: String) -> AnyView {
    let draw = move |message: String| view! { <p class="alert" role="alert" id=id.clone()>{message}</p> }.into_any();
    spoken(move || no.get(), draw)
}
