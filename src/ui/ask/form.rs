//! One form, as its world declares it.

use leptos::ev::{KeyboardEvent, MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

use crate::engine::LogId;
use crate::ui::desk::Desk;
use crate::ui::parts::{Objected, alert, input, whenever};
use crate::worlds::{Button, Field, FieldKind, Form, When};

/// A "no" and the field it is about. The number differs each time.
type Told = (u64, Option<&'static str>, String);

/// A form that somebody fills in.
#[derive(Clone, Copy)]
struct Filling {
    desk: Desk,
    form: &'static Form,
    /// What stands in the fields, in their order.
    typed: StoredValue<Vec<RwSignal<String>>>,
    /// What was wrong with the last attempt.
    no: RwSignal<Option<Told>>,
    /// Minted when the form becomes ready: however often it is asked until the answer, it is one command.
    id: StoredValue<Uuid>,
    is_asking: StoredValue<bool>,
}

impl Filling {
    fn new(desk: Desk, form: &'static Form) -> Self {
        let typed = form.fields.iter().map(|field| RwSignal::new(field.initial.to_owned())).collect();
        let typed = StoredValue::new(typed);
        let (no, id, is_asking) = (RwSignal::new(None), StoredValue::new(desk.mint()), StoredValue::new(false));
        let filling = Self { desk, form, typed, no, id, is_asking };
        Effect::new(move |before: Option<LogId>| {
            let log = desk.log();
            if before.is_some_and(|before| before != log) {
                id.set_value(desk.mint());
            }
            log
        });
        // What was wrong is over once something else happened.
        whenever(move || {
            let _ = (desk.log(), desk.events(), desk.applied());
            no.set(None);
        });
        whenever(move || filling.grant());
        filling
    }

    /// A story or a ready button fills in the form and presses it, as a person would.
    fn grant(self) {
        let Some(wish) = self.desk.wish.get() else { return };
        let Some(button) = self.form.buttons.iter().find(|button| button.command == wish.command) else { return };
        for (field, text) in self.typed.get_value().iter().zip(wish.typed) {
            field.set((*text).to_owned());
        }
        wish.subject.iter().for_each(|nth| self.desk.choose_nth(*nth));
        self.desk.wish.set(None);
        self.ask(button);
    }

    fn press(self, button: &'static Button, click: &MouseEvent) {
        // The second click of a double click is the same wish.
        if click.detail() <= 1 {
            self.ask(button);
        }
    }

    fn ask(self, button: &'static Button) {
        let Self { desk, id, is_asking, .. } = self;
        if is_asking.get_value() {
            return;
        }
        if untrack(|| desk.is_past()) {
            return desk.asked_in_past.set(true);
        }
        let subject = untrack(|| desk.stream());
        let subject = subject.as_ref().and_then(|stream| stream.as_str().split_once('-')).map(|(_, id)| id);
        let texts: Vec<String> = self.typed.get_value().iter().map(GetUntracked::get_untracked).collect();
        let asked = [button.label].into_iter().chain(texts.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
        match self.form.words(button, subject, &texts) {
            Err(objection) => {
                desk.answered(asked, Some(objection.message.clone()));
                self.tell(objection.field, objection.message);
            }
            Ok(words) => {
                is_asking.set_value(true);
                spawn_local(async move {
                    match desk.ask(words, id.get_value(), asked).await {
                        Ok(_) => self.no.set(None),
                        Err(refusal) => self.tell(refusal.field(), refusal.to_string()),
                    }
                    id.set_value(desk.mint());
                    is_asking.set_value(false);
                });
            }
        }
    }

    /// Says "no" beside the field that it is about, or below the buttons.
    fn tell(self, field: Option<&'static str>, message: String) {
        let field = field.filter(|name| self.form.fields.iter().any(|field| field.name == *name));
        self.no.update(|no| *no = Some((no.as_ref().map_or(0, |(nth, ..)| *nth) + 1, field, message)));
    }

    /// The "no" about a field, or about none.
    fn no(self, about: Option<&'static str>) -> Objected {
        let is_meant = move |(_, field, _): &Told| *field == about;
        Signal::derive(move || self.no.get().filter(is_meant).map(|(nth, _, message)| (nth, message)))
    }
}

/// Fields, buttons, and what was wrong with the last attempt.
pub fn ask_form(desk: Desk, form: &'static Form) -> AnyView {
    let filling = Filling::new(desk, form);
    let inputs = form.fields.iter().zip(filling.typed.get_value());
    let inputs = inputs.map(|(field, typed)| field_of(*field, typed, filling.no(Some(field.name)))).collect_view();
    let button = |button: &'static Button| {
        view! { <button type="submit" on:click=move |click| filling.press(button, &click)>{button.label}</button> }
    };
    let (no, alert_id) = (filling.no(None), format!("no-{}", form.buttons[0].command));
    let class = match (form.when, form.fields.is_empty()) {
        (When::Always, _) => "ask ask-always",
        (When::OpenSubject, false) => "ask ask-subject",
        (When::OpenSubject, true) => "ask ask-subject is-rare",
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
            <div class="fields" hidden=form.fields.is_empty()>{inputs}</div>
            <div class="buttons">{form.buttons.iter().map(button).collect_view()}</div>
            {alert(no, alert_id)}
        </form>
    }
    .into_any()
}

/// One field, as its kind is typed.
fn field_of(field: Field, typed: RwSignal<String>, no: Objected) -> AnyView {
    let looks = match field.kind {
        FieldKind::Text | FieldKind::Subject => ("field", "text"),
        FieldKind::Money => ("field is-money", "decimal"),
    };
    input((field.label, field.name), looks, typed, no)
}
