//! A log in a link: there and back, never too long, and nothing that a stranger's link can break.

mod common;

use common::{Desk, fact, story};
use daybook::engine::integrity::Link;
use daybook::engine::segment::{Segment, seal};
use daybook::engine::text::{from_address, to_address};
use daybook::engine::{ExpectedRevision, Position};
use daybook::lab::door::Origin;
use daybook::lab::no::No;
use daybook::lab::packed::{LONGEST, counted};
use daybook::worlds::money::MOST;
use proptest::prelude::*;
use proptest::sample::Index;

/// The bank with a story in its log.
fn told() -> Desk {
    let desk = Desk::bank();
    story(&desk);
    desk
}

fn packed(desk: &Desk) -> String {
    desk.lab.packed(desk.log).expect("a short log")
}

/// Opens a link that holds a log.
#[track_caller]
fn opened(desk: &Desk, link: &str) -> Desk {
    desk.beside(desk.lab.open_packed("bank", link).expect("a link that holds a log"))
}

/// The sentence with which a link is refused; nothing changes.
#[track_caller]
fn refused(link: &str) -> String {
    let desk = told();
    let before = desk.export();
    let no = desk.lab.open_packed("bank", link).expect_err("a link that holds no log");
    assert_eq!((desk.export(), no.name()), (before, "BadInput"), "{no}");
    no.to_string()
}

/// Ada's log with one thing changed and everything that vouches for it made anew: a link by someone who knows how.
fn forged(change: impl FnOnce(&mut Segment)) -> String {
    let bytes = from_address(&packed(&told())).expect("letters");
    let mut segment = Segment::unpack(&bytes).expect("a segment");
    change(&mut segment);
    segment.head = segment.commits.iter().flat_map(daybook::engine::Commit::events).fold(segment.before, Link::then);
    to_address(&segment.pack())
}

#[test]
fn a_link_gives_the_same_events_as_a_copy() {
    let desk = told();
    let link = packed(&desk);
    assert!(link.len() < 800, "{} letters", link.len());
    assert!(link.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)), "{link}");

    let elsewhere = Desk::bank();
    let copy = opened(&elsewhere, &link);
    assert_eq!(copy.events(), desk.events());
    assert_eq!(
        (elsewhere.len(), elsewhere.lab.recorded("bank")),
        (0, Some(elsewhere.log)),
        "the own log is left alone"
    );
    assert_eq!(copy.door().origin(), &Origin::Copy);
    copy.open("Bob", 5);
    assert_eq!(copy.len(), 6, "and it goes on from there");
    assert_eq!(opened(&elsewhere, &packed(&copy)).events(), copy.events(), "a copy is handed on as well");
}

#[test]
fn an_empty_log_and_an_odd_one_come_back_as_they_were() {
    let empty = Desk::bank();
    assert_eq!(opened(&told(), &packed(&empty)).len(), 0);

    let odd = told();
    odd.open("Zoë 🦉 \u{202e}<script>", 0);
    let facts = vec![fact("MoneyDeposited", "{ \"amount\":\t7 }"), fact("MoneyFound", "[1.0, 1e2]")];
    odd.append("account-x", ExpectedRevision::Any, facts).expect("within the bounds");
    odd.open("Cleo", 1);
    assert_eq!(opened(&told(), &packed(&odd)).events(), odd.events());
}

#[test]
fn a_log_that_is_too_long_is_refused_and_says_how_long() {
    let desk = told();
    let ada = desk.events()[0]["id"].as_str().expect("an id").to_owned();
    let mut entries = desk.len();
    let no = loop {
        match desk.lab.packed(desk.log) {
            Ok(link) => assert!(link.len() <= LONGEST),
            Err(no) => break no,
        }
        assert!(entries < 10_000, "some log is too long");
        for _ in 0..20 {
            desk.deposit(&ada, 100).expect("an open account");
        }
        entries = desk.len();
    };
    println!("{entries}");
    assert!(entries > 200, "{entries} entries are a lesson's worth");
    let sentence = no.to_string();
    assert!(sentence.starts_with("The link would be 8,"), "{sentence}");
    assert!(sentence.ends_with("cut one of more than 8,000. Export the log and send the file instead."), "{sentence}");
}

#[test]
fn a_log_is_packed_no_further_than_to_see_that_it_is_too_long() {
    let desk = told();
    let deposits = vec![fact("MoneyDeposited", r#"{"amount":1}"#); 1200];
    desk.append("account-x", ExpectedRevision::Any, deposits).expect("within the bounds");
    assert_eq!(
        opened(&told(), &packed(&desk)).len(),
        1204,
        "ids of one command follow each other and take few letters"
    );

    let long = told();
    for _ in 0..1500 {
        long.open("Bob", 0);
    }
    let sentence = long.lab.packed(long.log).expect_err("it is too long").to_string();
    assert!(sentence.starts_with("The link would be more than "), "{sentence}");
    assert!(sentence.ends_with("cut one of more than 8,000. Export the log and send the file instead."), "{sentence}");
}

#[test]
fn what_is_no_link_is_told_in_a_sentence() {
    let whole = packed(&told());
    let damaged = "It was cut short or changed on its way. Ask for it again.";
    for link in ["", "AAAA", &to_address(b"no log at all, but many letters")] {
        assert_eq!(refused(link), "It holds no log.", "{link:?}");
    }
    for link in ["?", "Ä", &whole[..whole.len() / 2], &format!("{whole}AAAA"), &whole.replace('-', "+"), "🦉"] {
        if link != whole {
            assert_eq!(refused(link), damaged, "{link:?}");
        }
    }
    let mut newer = from_address(&whole).expect("letters");
    newer.truncate(newer.len() - 8);
    newer[3] = 2;
    seal(&mut newer);
    assert_eq!(refused(&to_address(&newer)), "It was made by a newer Daybook. Reload this page to get that one.");
    assert_eq!(refused(&"A".repeat((1 << 16) + 1)), "It holds more than a link may.");
    assert!(matches!(told().lab.open_packed("nowhere", &whole), Err(No::BadInput(_))));
}

#[test]
fn a_forged_link_is_judged_like_a_file() {
    let events = |segment: &mut Segment, change: fn(&mut daybook::engine::RecordedEvent)| {
        segment.commits[0].writes[0].events[1..2].iter_mut().for_each(change);
    };
    assert_eq!(opened(&told(), &forged(|_| {})).len(), 4);
    let position = forged(|segment| events(segment, |event| event.position = Position(7)));
    assert_eq!(refused(&position), "Event 2: expected position 1 (the first is 0), found 7.");
    let revision = forged(|segment| events(segment, |event| event.revision.0 += 1));
    assert!(refused(&revision).starts_with("Event 2: expected revision 1 (the first is 0) of "));
    let twice = forged(|segment| {
        let first = segment.commits[0].writes[0].events[0].id;
        segment.commits[0].writes[0].events[1].id = first;
    });
    assert!(refused(&twice).ends_with("a second time."));
    let much = forged(|segment| {
        events(segment, |event| event.data = fact("", &format!(r#"{{"amount":{}}}"#, MOST + 1)).data);
    });
    assert!(refused(&much).contains("expected a number within"), "{}", refused(&much));
    let deep = forged(|segment| {
        events(segment, |event| event.data = fact("", &format!("{}{}", "[".repeat(99), "]".repeat(99))).data);
    });
    assert!(refused(&deep).contains("at most 64 levels of nesting"), "{}", refused(&deep));
}

#[test]
fn numbers_are_written_as_people_read_them() {
    let numbers = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_034, "12,034"), (1_000_001, "1,000,001")];
    for (number, text) in numbers {
        assert_eq!(counted(number), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn garbage_is_refused(link in "[A-Za-z0-9_-]{0,200}|ZGJr[A-Za-z0-9_-]{0,200}|\\PC{0,40}") {
        prop_assert!(refused(&link).ends_with('.'));
    }

    /// With the right checksum a reader looks further.
    #[test]
    fn a_link_with_a_byte_changed_is_refused_or_a_log(at: Index, change in 1_u8.., is_sealed: bool) {
        let mut bytes = from_address(&packed(&told())).expect("letters");
        if is_sealed {
            bytes.truncate(bytes.len() - 8);
        }
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if is_sealed {
            seal(&mut bytes);
        }
        let desk = told();
        match desk.lab.open_packed("bank", &to_address(&bytes)) {
            Ok(copy) => prop_assert_eq!(desk.lab.verify(copy).expect("a log").first_bad, None),
            Err(no) => prop_assert!(no.to_string().ends_with('.')),
        }
    }
}
