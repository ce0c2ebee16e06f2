//! One form, as its world declares it.

use leptos::ev::{KeyboardEvent, MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::desk::Desk;
use crate::ui::parts::{spoken, text};
use crate::worlds::{Button, Field, FieldKind, Form, When};

/// A "no" and the field it is about. The number differs each time.
type Told = (u64, Option<&'static str>, String);

/// Fields, buttons, and what was wrong with the last attempt.
#[component]
pub fn AskForm(form: &'static Form) -> impl IntoView {
    let desk = Desk::get();
    let typed: Vec<_> = form.fields.iter().map(|field| RwSignal::new(field.initial.to_owned())).collect();
    let inputs: Vec<_> = form.fields.iter().copied().zip(typed.iter().copied()).collect();
    let no = RwSignal::new(None::<Told>);
    let is_asking = StoredValue::new(false);
    // Minted when the form becomes ready: however often it is asked until the answer, it is one command.
    let id = StoredValue::new(desk.mint());

    // What was wrong is over once something else happened.
    Effect::new(move |_| {
        let _ = (desk.log(), desk.events(), desk.applied());
        no.set(None);
    });

    let tell = move |field: Option<&'static str>, message: String| {
        let field = field.filter(|name| form.fields.iter().any(|field| field.name == *name));
        no.update(|no| *no = Some((no.as_ref().map_or(0, |(nth, ..)| *nth) + 1, field, message)));
    };
    let ask = move |button: &'static Button, click: &MouseEvent| {
        // The second click of a double click is the same wish.
        if click.detail() > 1 || is_asking.get_value() {
            return;
        }
        if untrack(|| desk.is_past()) {
            desk.asked_in_past.set(true);
            return;
        }
        let subject = untrack(|| desk.stream());
        let subject = subject.as_ref().and_then(|stream| stream.as_str().split_once('-')).map(|(_, id)| id);
        let texts: Vec<String> = typed.iter().map(GetUntracked::get_untracked).collect();
        match form.words(button, subject, &texts) {
            Err(objection) => tell(objection.field, objection.message),
            Ok(words) => {
                is_asking.set_value(true);
                spawn_local(async move {
                    match desk.ask(words, id.get_value()).await {
                        Ok(_) => no.set(None),
                        Err(refusal) => tell(refusal.field(), refusal.to_string()),
                    }
                    id.set_value(desk.mint());
                    is_asking.set_value(false);
                });
            }
        }
    };
    let ask = StoredValue::new_local(ask);

    let about = move |name: Option<&'static str>| {
        Signal::derive(move || no.get().filter(|(_, field, _)| *field == name).map(|(nth, _, message)| (nth, message)))
    };
    let alert = format!("no-{}", form.buttons[0].command);
    let class = match form.when {
        When::Always => "ask ask-always",
        When::OpenSubject => "ask ask-subject",
    };
    view! {
        <form
            class=class
            novalidate
            on:submit=|submit: SubmitEvent| submit.prevent_default()
            on:keydown=|key: KeyboardEvent| {
                // A key that is held down is still one wish.
                if key.repeat() && key.key() == "Enter" {
                    key.prevent_default();
                }
            }
        >
            {inputs
                .into_iter()
                .map(|(field, typed)| view! { <Input field typed no=about(Some(field.name))/> })
                .collect_view()}
            <div class="buttons">
                {form
                    .buttons
                    .iter()
                    .map(|button| {
                        view! {
                            <button type="submit" on:click=move |click| ask.with_value(|ask| ask(button, &click))>
                                {button.label}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            {alert_of(about(None), alert)}
        </form>
    }
}

/// One field with its label, and what was wrong with it.
#[component]
fn Input(field: Field, typed: RwSignal<String>, no: Signal<Option<(u64, String)>>) -> impl IntoView {
    let alert = format!("no-{}", field.name);
    let described_by = alert.clone();
    let is_wrong = move || no.read().is_some();
    let mode = match field.kind {
        FieldKind::Text => "text",
        FieldKind::Money => "decimal",
    };
    view! {
        <div class="field" class:is-money=field.kind == FieldKind::Money>
            <label>
                {field.label}
                <input
                    type="text"
                    name=field.name
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
}

/// A "no" beside its control, spoken each time.
fn alert_of(no: Signal<Option<(u64, String)>>, id: String) -> AnyView {
    let draw = move |message: String| view! { <p class="alert" role="alert" id=id.clone()>{message}</p> }.into_any();
    spoken(move || no.get(), draw)
}
