//! Every story of every world can be told: each step that expects a yes gets one, and each that expects a no.

mod common;

use common::{Desk, now};
use daybook::lab::readers::Setting;
use daybook::lab::{Registration, WORLDS};
use daybook::worlds::form::{Button, Field, FieldKind, Form, nth_subject};
use daybook::worlds::opening::{Act, Story, Wish};
use serde_json::Value;

/// The button that a wish presses, with its form.
fn button(desk: &Desk, wish: &Wish) -> (&'static Form, &'static Button) {
    let forms = desk.door().forms();
    let buttons = forms.iter().flat_map(|form| form.buttons.iter().map(move |button| (form, button)));
    let mut found = buttons.filter(|(_, button)| button.command == wish.command);
    found.next().unwrap_or_else(|| panic!("no form asks for {}", wish.command))
}

/// The command that a wish comes to, about whom it names or else the last to appear.
fn words(desk: &Desk, wish: &Wish) -> Value {
    let (form, button) = button(desk, wish);
    assert_eq!(form.fields.len(), wish.typed.len(), "{wish:?} fills in the whole form");
    let subjects = desk.door().subjects(desk.len());
    let subject = wish.subject.or(subjects.len().checked_sub(1)).map(|nth| subjects[nth].0.clone());
    let id = subject.as_ref().and_then(|stream| stream.as_str().split_once('-')).map(|(_, id)| id);
    let id_of = |nth: usize| subjects[nth].0.as_str().split_once('-').map_or("", |(_, id)| id);
    let typed = |(field, text): (&Field, &&str)| match (field.kind, nth_subject(text)) {
        (FieldKind::Subject, Some(nth)) => id_of(nth).to_owned(),
        (FieldKind::Subject, None) => panic!("{wish:?} says whom it is about by #n"),
        (FieldKind::Text | FieldKind::Money, _) => (*text).to_owned(),
    };
    let typed: Vec<_> = form.fields.iter().zip(wish.typed).map(typed).collect();
    form.words(button, id, &typed).unwrap_or_else(|no| panic!("{wish:?}: {no}"))
}

/// The worlds that one visits; a follower's log is only looked at.
fn visited() -> impl Iterator<Item = &'static Registration> {
    WORLDS.iter().filter(|world| Desk::of(WORLDS, world.name).door().follows().is_none())
}

fn tell(world: &'static str, story: &Story) -> Desk {
    let desk = Desk::of(WORLDS, world);
    for step in story.steps {
        match &step.act {
            Act::Ask(wish) => {
                let asked = desk.ask(words(&desk, wish));
                assert!(!asked.expect(step.says).events.is_empty(), "{:?} is written down", step.says);
            }
            Act::AskInVain(wish) => {
                let before = desk.len();
                assert_eq!(desk.ask(words(&desk, wish)).expect_err(step.says).name(), "Refused");
                assert_eq!(desk.len(), before);
            }
            Act::Seek(applied) => assert!(*applied < desk.len(), "{:?} is about the past", step.says),
            Act::Pause => now(desk.lab.set(desk.log, Setting::AllPaused(true))).expect(step.says),
            Act::Step(reader) => {
                let before = desk.len();
                now(desk.lab.step(desk.log, reader)).expect(step.says);
                assert!(desk.len() > before, "{:?} is something that happens", step.says);
            }
            Act::Look => {}
        }
    }
    desk
}

#[test]
fn every_story_can_be_told() {
    for world in visited() {
        let opening = Desk::of(WORLDS, world.name).door().opening();
        for story in [&opening.tour, &opening.story] {
            assert!(tell(world.name, story).len() > 0, "something happens");
            let refused = story.steps.iter().any(|step| matches!(step.act, Act::AskInVain(_)));
            let goes_back = story.steps.iter().any(|step| matches!(step.act, Act::Seek(_)));
            assert!(refused && goes_back, "a no and the past belong to {:?}", story.end);
        }
    }
}

#[test]
fn a_sentence_is_short() {
    for world in visited() {
        let opening = Desk::of(WORLDS, world.name).door().opening();
        for step in [opening.tour.steps, opening.story.steps].concat() {
            let words = step.says.split_whitespace().count();
            assert!(words <= 18, "{words} words can't be read in three seconds: {:?}", step.says);
        }
    }
}

#[test]
fn what_is_ready_can_be_asked() {
    for world in visited() {
        let desk = tell(world.name, &Desk::of(WORLDS, world.name).door().opening().tour);
        let ready = desk.door().opening().ready;
        assert!((2..=4).contains(&ready.len()), "few enough to choose from");
        for ready in ready {
            words(&desk, &ready.wish);
        }
    }
}

#[test]
fn what_is_ready_names_those_it_is_about_and_waits_for_them() {
    let desk = Desk::of(WORLDS, "transfers");
    let ready = desk.door().opening().ready;
    let told = || {
        let subjects = desk.door().subjects(desk.len());
        let name = |nth: usize| subjects.get(nth).map(|(_, subject)| subject.name.as_str());
        ready.iter().map(|ready| (ready.says(name), ready.can_be_asked(subjects.len()))).collect::<Vec<_>>()
    };
    let says = |all: [(&str, bool); 4]| all.map(|(says, can)| (says.to_owned(), can));
    let carol = ("An account for Carol", true);
    let expected =
        [carol, ("Ada deposits 100", false), ("Ada transfers 40 to Bob", false), ("Bob transfers too much", false)];
    assert_eq!(told(), says(expected));
    desk.ask(serde_json::json!({ "type": "CreateAccount", "accountNumber": "Carol #1" })).expect("a good name");
    let expected = [
        carol,
        ("Carol #1 deposits 100", true),
        ("Carol #1 transfers 40 to Bob", false),
        ("Bob transfers too much", false),
    ];
    assert_eq!(told(), says(expected));
    desk.ask(serde_json::json!({ "type": "CreateAccount", "accountNumber": "Dan" })).expect("a good name");
    let expected = [
        carol,
        ("Carol #1 deposits 100", true),
        ("Carol #1 transfers 40 to Dan", true),
        ("Dan transfers too much", true),
    ];
    assert_eq!(told(), says(expected));
}

#[test]
fn a_story_told_twice_looks_the_same_twice() {
    let told = || {
        let desk = Desk::bank();
        let beside = desk.beside(desk.lab.rehearse("bank").expect("the bank has a log"));
        beside.ask(serde_json::json!({ "type": "OpenAccount", "owner": "Ada" })).expect("a good name");
        assert_eq!(desk.len(), 0, "the recorded log is left alone");
        let event = beside.door().store().event(0).expect("it was recorded");
        (event.id, event.metadata.recorded_at, event.data.get().to_owned())
    };
    assert_eq!(told(), told());
}
