//! One form, as its world declares it.

use leptos::ev::{KeyboardEvent, MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

use super::short;
use crate::engine::{LogId, StreamId};
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, flag, input, live, whenever};
use crate::worlds::form::nth_subject;
use crate::worlds::{Button, Field, FieldKind, Form, Subject, When};

/// Whom one can choose from; with more, the console names anyone.
const CHOICES: usize = 200;

/// A form that somebody fills in.
#[derive(Clone, Copy)]
struct Filling {
    desk: Desk,
    form: &'static Form,
    /// What stands in the fields, in their order, and what was wrong with it.
    typed: StoredValue<Vec<(RwSignal<String>, Wrong)>>,
    /// What else was wrong with the last attempt.
    wrong: Wrong,
    /// Minted when the form becomes ready: however often it is asked until the answer, it is one command.
    id: StoredValue<Uuid>,
    is_asking: StoredValue<bool>,
}

impl Filling {
    fn new(desk: Desk, form: &'static Form) -> Self {
        let empty = |field: &Field| (RwSignal::new(field.initial.to_owned()), Wrong::nothing());
        let typed = StoredValue::new(form.fields.iter().map(empty).collect());
        let (id, is_asking) = (StoredValue::new(desk.mint()), StoredValue::new(false));
        let filling = Self { desk, form, typed, wrong: Wrong::nothing(), id, is_asking };
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
            filling.clear();
        });
        whenever(move || filling.grant());
        filling
    }

    /// A story or a ready button fills in the form and presses it, as a person would.
    fn grant(self) {
        let Some(wish) = self.desk.wish.get() else { return };
        let Some(button) = self.form.buttons.iter().find(|button| button.command == wish.command) else { return };
        for ((field, _), text) in self.typed.get_value().iter().zip(wish.typed) {
            let meant = nth_subject(text)
                .and_then(|nth| self.desk.subjects.with(|all| Some(subject_id(&all.get(nth)?.0).to_owned())));
            field.set(meant.unwrap_or_else(|| (*text).to_owned()));
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
        let Self { desk, form, id, is_asking, .. } = self;
        if is_asking.get_value() {
            return;
        }
        if untrack(|| desk.is_past()) {
            return desk.asked_in_past.set(true);
        }
        let subject = untrack(|| desk.stream());
        let subject = subject.as_ref().map(subject_id);
        let texts: Vec<String> = self.typed.get_value().iter().map(|(typed, _)| typed.get_untracked()).collect();
        // Whom it is about is told by name.
        let said = |(field, text): (&Field, &String)| match field.kind {
            FieldKind::Subject => self.desk.subjects.with_untracked(|all| {
                all.iter().find(|(stream, _)| subject_id(stream) == text).map(|(_, subject)| subject.name.clone())
            }),
            FieldKind::Text | FieldKind::Money => Some(text.clone()),
        };
        let words = form.fields.iter().zip(&texts).filter_map(said);
        let asked = [button.label.to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ");
        match self.form.words(button, subject, &texts) {
            Err(objection) => {
                desk.answered(asked, Some(objection.message.clone()));
                self.tell(objection.field, objection.message);
            }
            Ok(words) => {
                is_asking.set_value(true);
                spawn_local(async move {
                    match desk.ask(words, id.get_value(), asked).await {
                        Ok(_) => self.clear(),
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
        self.clear();
        let nth = self.form.fields.iter().position(|known| Some(known.name) == field);
        let about = self.typed.try_with_value(|typed| typed.get(nth?).map(|(_, wrong)| *wrong)).flatten();
        about.unwrap_or(self.wrong).tell(Err(message));
    }

    /// Nothing is wrong any more. When an answer comes, the form may be gone.
    fn clear(self) {
        self.wrong.clear();
        self.typed.try_with_value(|typed| typed.iter().for_each(|(_, wrong)| wrong.clear()));
    }
}

/// Fields, buttons, and what was wrong with the last attempt.
pub fn ask_form(desk: Desk, form: &'static Form) -> AnyView {
    let filling = Filling::new(desk, form);
    let inputs = form.fields.iter().zip(filling.typed.get_value());
    let inputs = inputs
        .map(|(field, (typed, wrong))| field_of(desk, form.buttons[0].command, *field, typed, wrong))
        .collect_view();
    let alert = format!("no-{}", form.buttons[0].command);
    let button = |button: &'static Button| {
        view! {
            <button
                type="submit"
                aria-describedby=filling.wrong.described_by(&alert)
                on:click=move |click| filling.press(button, &click)
            >
                {button.label}
            </button>
        }
    };
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
            {filling.wrong.alert(&alert)}
        </form>
    }
    .into_any()
}

/// One field, as its kind is typed or chosen.
fn field_of(desk: Desk, form: &'static str, field: Field, typed: RwSignal<String>, wrong: Wrong) -> AnyView {
    let looks = match field.kind {
        FieldKind::Text => ("field", "text"),
        FieldKind::Money => ("field is-money", "decimal"),
        FieldKind::Subject => return chooser(desk, form, field, typed, wrong),
    };
    input(form, (field.label, field.name), looks, typed, wrong)
}

/// Somebody the log is about, other than whom the page looks at.
fn chooser(
    desk: Desk,
    form: &'static str,
    Field { label, name, .. }: Field,
    typed: RwSignal<String>,
    wrong: Wrong,
) -> AnyView {
    let others = Memo::new(move |_| {
        let own = desk.stream();
        let is_other = |(stream, subject): &(StreamId, Subject)| subject.is_open && Some(stream) != own.as_ref();
        desk.subjects.get().into_iter().filter(is_other).take(CHOICES).collect::<Vec<_>>()
    });
    // Whoever is looked at now can't be chosen any more; the first of the others is as good as any.
    whenever(move || {
        others.with(|others| {
            if !others.iter().any(|(stream, _)| typed.with_untracked(|typed| subject_id(stream) == typed)) {
                typed.set(others.first().map(|(stream, _)| subject_id(stream).to_owned()).unwrap_or_default());
            }
        });
    });
    let option = move |(stream, subject): (StreamId, Subject)| {
        let value = subject_id(&stream).to_owned();
        let (chosen, label) = (value.clone(), format!("{}, {}", subject.name, short(&stream)));
        view! { <option value=value selected=flag(move || *typed.read() == chosen)>{label}</option> }
    };
    let options = move || others.get().into_iter().map(option).collect_view().into_any();
    let alert_id = format!("no-{form}-{name}");
    view! {
        <div class="field">
            <label>
                {label}
                <select
                    name=name
                    on:change:target=move |change| typed.set(change.target().value())
                    aria-invalid=wrong.is_wrong()
                    aria-describedby=wrong.described_by(&alert_id)
                >
                    {live(options)}
                </select>
            </label>
            {wrong.alert(&alert_id)}
        </div>
    }
    .into_any()
}

/// What stands in a stream's name after its category.
fn subject_id(stream: &StreamId) -> &str {
    stream.as_str().split_once('-').map_or(stream.as_str(), |(_, id)| id)
}
