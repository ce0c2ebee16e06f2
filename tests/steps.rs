//! Work on a whole log in steps: whatever the steps, it comes to the same as all at once; and it stays with its log.

mod common;
#[path = "common/logs.rs"]
mod logs;

use common::{Desk, now, story};
use daybook::engine::integrity::Link;
use daybook::engine::{ExpectedRevision, Position, RecordedEvent};
use daybook::formats::{Format, Written};
use daybook::journal::KeyedJournal;
use daybook::journal::storage::{Storage as _, Table};
use daybook::lab::door::Door;
use daybook::lab::stamp::Chance;
use daybook::lab::steps::{Export, Progress, Verification, another, export, verify};
use daybook::lab::what_if::Edit;
use daybook::lab::{As, Lab, WORLDS};
use logs::{any_log, cases, door, recorded};
use proptest::collection::vec;
use proptest::prelude::*;

/// Exports a log in steps of these many events, over and over, and takes away what is written after each.
fn in_steps(door: &dyn Door, format: Format, steps: &[u64]) -> Written {
    let mut export = Export::new(door, format);
    let mut text = export.take();
    for (&step, nth) in steps.iter().cycle().zip(1..) {
        let Progress { events, of, is_done } = export.advance(door, step).expect("it is the same log");
        assert!(events == of || events >= nth, "each step writes an event at least");
        assert_eq!((is_done && events != of, of), (false, door.store().len()));
        text += &export.take();
        if is_done {
            break;
        }
    }
    let rest = export.finish();
    Written { text: text + &rest.text, losses: rest.losses }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn an_export_is_the_same_in_whatever_steps(log in any_log(), steps in vec(0_u64..9, 1..4)) {
        let door = door(recorded(&log));
        for format in Format::ALL {
            let (whole, written) = (export(&*door, format), in_steps(&*door, format, &steps));
            prop_assert_eq!(written.text, whole.text, "{}", format.name());
            prop_assert_eq!(written.losses, whole.losses, "{}", format.name());
        }
    }

    #[test]
    fn a_verification_is_the_same_in_whatever_steps(log in any_log(), steps in vec(0_u64..9, 1..4)) {
        let events = recorded(&log);
        let door = door(events.clone());
        let mut verification = Verification::new(&*door);
        for &step in steps.iter().cycle() {
            if verification.advance(&*door, step).expect("it is the same log").is_done {
                break;
            }
        }
        prop_assert_eq!(verification.verified(), verify(&*door).expect("it is the same log"));
        prop_assert_eq!(verification.verified().head, events.iter().fold(Link::genesis(door.id()), Link::then));
    }

    #[test]
    fn by_streams_each_has_its_turn_where_it_begins(log in any_log()) {
        let events = recorded(&log);
        let door = door(events.clone());
        let text = export(&*door, Format::KurrentDb).text;
        let mut streams: Vec<Vec<&RecordedEvent>> = Vec::new();
        for event in &events {
            match streams.iter_mut().find(|of| of[0].stream == event.stream) {
                Some(of) => of.push(event),
                None => streams.push(vec![event]),
            }
        }
        let ids: Vec<_> = streams.iter().flatten().map(|event| event.id.to_string()).collect();
        let written: Vec<_> = text.split(r#"{"eventId":""#).skip(1).map(|event| event[..36].to_owned()).collect();
        prop_assert_eq!(written, ids);
        prop_assert_eq!(text.matches(":[\n").count(), streams.len());
    }
}

#[test]
fn what_is_left_out_is_told_in_the_order_of_the_log_whatever_the_order_of_the_text() {
    let desk = Desk::bank();
    let fact = |kind, data| vec![common::fact(kind, data)];
    let any = ExpectedRevision::Any;
    for (stream, kind, data) in [("a", "A", "{}"), ("b", "$B", "1"), ("a", "$A", "{}"), ("", "C", "2")] {
        desk.append(stream, any, fact(kind, data)).expect("any kind is kept");
    }
    let losses = export(&*desk.door(), Format::KurrentDb).losses;
    assert_eq!(
        losses[1..],
        [
            "Event 2, and 1 more: its data is no object and no list; it is wrapped as {\"value\": …}.",
            "Event 2, and 1 more: names that begin with $ are the system's; a server may refuse it.",
            "Event 4: its stream or kind has an empty name; a server refuses it.",
        ]
    );
}

#[test]
fn what_is_recorded_meanwhile_is_verified_as_well_and_left_out_of_the_file() {
    let desk = Desk::bank();
    let ada = story(&desk);
    for format in Format::ALL {
        let (whole, head) = (desk.lab.export_as(desk.log, format).expect("a log"), desk.lab.verify(desk.log));
        let (mut file, mut verification) = (Export::new(&*desk.door(), format), Verification::new(&*desk.door()));
        file.advance(&*desk.door(), 1).expect("it is the same log");
        verification.advance(&*desk.door(), 1).expect("it is the same log");
        desk.deposit(&ada, 1).expect("an open account");
        while !file.advance(&*desk.door(), 1).expect("it is the same log").is_done {}
        while !verification.advance(&*desk.door(), 1).expect("it is the same log").is_done {}
        assert_eq!(file.finish().text, whole.text, "{}", format.name());
        assert_eq!(Ok(verification.verified()), desk.lab.verify(desk.log));
        assert_ne!(Ok(verification.verified()), head);
    }
}

#[test]
fn a_log_that_is_another_by_then_is_not_gone_on_with() {
    let desk = Desk::bank();
    story(&desk);
    let branch = desk.branch(3);
    let (mut file, mut verification) =
        (Export::new(&*branch.door(), Format::Ndjson), Verification::new(&*branch.door()));
    branch.lab.edit(branch.log, &[Edit::Skip(Position(2))]).expect("it was taken over");
    assert_eq!(file.advance(&*branch.door(), 1), Err(another()));
    assert_eq!(verification.advance(&*branch.door(), 1), Err(another()));

    let mut verification = Verification::new(&*desk.door());
    verification.advance(&*desk.door(), 1).expect("it is the same log");
    let anew = desk.beside(now(desk.lab.reset("bank")).expect("it is in memory"));
    assert_eq!(verification.advance(&*anew.door(), 1), Err(another()));
}

#[test]
fn what_is_stored_is_held_against_its_chain_in_steps() {
    let table = Table::of(1_000_000);
    let open = |seed| {
        let journal = |world| (world == "bank").then(|| Box::new(KeyedJournal::new(table.clone(), world)) as _);
        let lab = Lab::open(WORLDS, Chance::set(seed), journal, |_| {});
        let log = lab.recorded("bank").expect("the bank is registered");
        Desk { lab, log }
    };
    let desk = open(1);
    story(&desk);
    let mut verification = Verification::new(&*desk.door());
    let mut steps = 1;
    while !verification.advance(&*desk.door(), 0).expect("it can be read").is_done {
        steps += 1;
    }
    assert_eq!(Ok(verification.verified()), desk.lab.verify(desk.log));
    assert!(steps > 1);

    let forged = |text: &String| text.contains(r#""amount":5000"#);
    let keys = table.keys().expect("a table");
    let stored = keys.into_iter().find_map(|key| Some((table.get(&key).ok()??, key)).filter(|(text, _)| forged(text)));
    let (text, key) = stored.expect("a deposit of 50.00");
    table.set(&key, &text.replace("5000", "5001")).expect("there is room");
    let mut verification = Verification::new(&*desk.door());
    while !verification.advance(&*desk.door(), 1).expect("it can be read").is_done {}
    assert_eq!(verification.verified().first_bad, Some(2));
    assert_eq!(Ok(verification.verified()), desk.lab.verify(desk.log));
}

#[test]
fn what_goes_is_no_more_than_was_saved() {
    let desk = Desk::bank();
    let ada = story(&desk);
    let saved = |desk: &Desk| {
        let mut export = Export::new(&*desk.door(), Format::Ndjson);
        export.advance(&*desk.door(), u64::MAX).expect("it is the same log");
        export.saved()
    };
    let before = saved(&desk);
    desk.deposit(&ada, 1).expect("an open account");
    let more = "Expected a log that was saved whole, found 1 more in it than in the file. Save it again.";
    let close = |saved| now(desk.lab.close_books("bank", Some(saved)));
    assert_eq!(close(before).expect_err("a deposit is in no file").to_string(), more);
    let text = desk.lab.export(desk.log).expect("a log");
    let mut judged = desk.lab.judge_as("bank", None, &text).expect("a world");
    let replaced = now(desk.lab.take_in("bank", &mut judged, As::ReplaceSaved(before)));
    assert_eq!(replaced.expect_err("a deposit is in no file").to_string(), more);
    assert_eq!(desk.door().store().len(), 5, "nothing went");

    let all = saved(&desk);
    close(all).expect("all of it was saved");
    assert_eq!(close(all).expect_err("that log is gone").to_string(), another().to_string());
}
