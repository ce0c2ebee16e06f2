//! A dialog over the page, closed by Escape.

use leptos::html;
use leptos::prelude::*;

use super::{when, whenever};

/// A modal dialog that is shown while `open`; the browser keeps the focus inside and gives it back.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    role: &'static str,
    title: &'static str,
    id: &'static str,
    /// The id of the sentence that says what it is about.
    #[prop(optional)]
    described_by: Option<&'static str>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    whenever(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only for a dialog that is not on the page or open already.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=dialog class="dialog" role=role aria-labelledby=id aria-describedby=described_by on:close=move |_| open.set(false)>
            {when(move || open.get(), move || view! { <h2 id=id>{title}</h2> {children()} }.into_any())}
        </dialog>
    }
}
