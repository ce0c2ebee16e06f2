//! Bookmarks and notes: beside a log, exported with it, and kept where they last.

mod common;

use common::{Desk, Disk, now, story};
use daybook::engine::{JournalError, LogId};
use daybook::lab::As;
use daybook::lab::beside::{Beside, MARKS_MOST, Mark, MemoryBeside};
use daybook::lab::import::Verdict;
use serde_json::{from_str, to_string};

fn bookmark(at: u64, name: &str) -> Mark {
    Mark::Bookmark { at, name: name.to_owned() }
}

fn note(position: u64, text: &str) -> Mark {
    Mark::Note { position, text: text.to_owned() }
}

fn marks(desk: &Desk) -> Vec<Mark> {
    desk.door().marks()
}

fn mark(desk: &Desk, mark: &Mark) {
    desk.lab.mark(desk.log, mark).expect("a mark of this log");
}

/// A log of four events that lasts, and so do its marks.
fn over(storage: &Disk, beside: &MemoryBeside) -> Desk {
    let desk = Desk::over(storage);
    desk.lab.keep_marks("bank", Box::new(beside.clone())).expect("they can be read");
    desk
}

#[test]
fn a_mark_is_one_line_of_a_file() {
    let lines = [
        (bookmark(1, "opened"), r#"{"bookmark":{"at":1,"name":"opened"}}"#),
        (note(3, "here it went wrong"), r#"{"note":{"position":3,"text":"here it went wrong"}}"#),
    ];
    for (mark, line) in lines {
        assert_eq!((to_string(&mark).expect("JSON"), from_str(line).expect(line)), (line.to_owned(), mark));
    }
    assert!(
        from_str::<Mark>(r#"{"bookmark":{"at":1,"name":"opened","colour":"red"}}"#).is_err(),
        "nothing is lost silently"
    );
}

#[test]
fn marks_are_listed_in_the_order_of_the_log_and_change_no_event() {
    let desk = Desk::bank();
    story(&desk);
    let before = (desk.events(), desk.lab.verify(desk.log).expect("in memory").head);
    let all =
        [bookmark(0, "genesis"), note(0, "this is Ada"), bookmark(1, "opened"), note(3, "lunch"), bookmark(4, "now")];
    for nth in [3, 4, 0, 1, 2] {
        mark(&desk, &all[nth]);
    }
    mark(&desk, &all[3]);
    assert_eq!(marks(&desk), all, "the same twice is there once");
    assert_eq!((desk.events(), desk.lab.verify(desk.log).expect("in memory").head), before);

    assert_eq!(desk.lab.unmark(desk.log, &all[1]), Ok(true));
    assert_eq!(desk.lab.unmark(desk.log, &all[1]), Ok(false));
    assert_eq!(marks(&desk), [&all[..1], &all[2..]].concat());
}

#[test]
fn they_are_exported_with_the_log_and_read_back_beside_lines_that_nobody_knows() {
    let desk = Desk::bank();
    story(&desk);
    let foreign = r#"{"tune":{"by":"Bob"}}"#;
    let text = desk.export().replacen('\n', &format!("\n{foreign}\n"), 1);
    let copy = desk.beside(desk.import(&text, As::Copy).log.expect("a copy"));
    mark(&copy, &note(1, "the first deposit"));
    mark(&copy, &bookmark(2, "a good start"));

    let exported = copy.export();
    let kinds: Vec<_> = exported.lines().map(|line| line.get(2..6).unwrap_or_default()).collect();
    assert_eq!(kinds, ["form", "tune", "id\":", "id\":", "note", "book", "id\":", "id\":", "trai"]);
    let imported = desk.import(&exported, As::Copy);
    assert_eq!(imported.verdict, Verdict::Fine);
    let again = desk.beside(imported.log.expect("a copy"));
    assert_eq!((marks(&again), again.events()), (marks(&copy), desk.events()));
    again.lab.unmark(again.log, &note(1, "the first deposit")).expect("a log of this lab");
    assert!(again.export().contains(foreign), "what nobody knows stays");
}

#[test]
fn what_is_too_long_or_about_nothing_is_refused_with_a_sentence() {
    let desk = Desk::bank();
    story(&desk);
    let cases = [
        (bookmark(5, "later"), "Expected a moment from 0 of a log of 4 events, found 5."),
        (note(4, "later"), "Expected an event of a log of 4 events, found 4."),
        (note(u64::MAX, "never"), "Expected an event of a log of 4 events, found 18446744073709551615."),
        (bookmark(1, " "), "Expected a name of 1 to 100 characters, found nothing."),
        (bookmark(1, &"ä".repeat(101)), "Expected a name of 1 to 100 characters, found 101."),
        (note(1, ""), "Expected a text of 1 to 1000 characters, found nothing."),
        (note(1, &"x".repeat(1001)), "Expected a text of 1 to 1000 characters, found 1001."),
    ];
    for (mark, says) in cases {
        let no = desk.lab.mark(desk.log, &mark).expect_err(says);
        assert_eq!((no.name(), no.to_string().as_str()), ("BadInput", says));
    }
    mark(&desk, &bookmark(4, &"ä".repeat(100)));
    for nth in 1..MARKS_MOST {
        mark(&desk, &note(0, &nth.to_string()));
    }
    let no = desk.lab.mark(desk.log, &note(0, "one more")).expect_err("too many");
    assert_eq!(
        no.to_string(),
        "Expected at most 1000 bookmarks and notes beside a log, found 1000 already. Remove some."
    );
}

#[test]
fn a_recorded_log_keeps_its_marks() {
    let (storage, beside) = (Disk::default(), MemoryBeside::default());
    let desk = over(&storage, &beside);
    story(&desk);
    mark(&desk, &bookmark(1, "opened"));
    mark(&desk, &note(3, "lunch"));
    let writes = storage.writes();

    let later = over(&storage, &beside);
    assert_eq!(marks(&later), [bookmark(1, "opened"), note(3, "lunch")]);
    later.lab.unmark(later.log, &bookmark(1, "opened")).expect("they can be read");
    desk.lab.read_marks("bank").expect("they can be read");
    assert_eq!(marks(&desk), [note(3, "lunch")], "another tab has changed them");
    assert_eq!(storage.writes(), writes, "the log knows nothing of it");
    assert_eq!(marks(&desk.branch(4)), [], "a branch begins without any");
}

#[test]
fn two_tabs_that_mark_by_turns_lose_nothing() {
    let (storage, beside) = (Disk::default(), MemoryBeside::default());
    story(&over(&storage, &beside));
    let (one, other) = (over(&storage, &beside), over(&storage, &beside));
    mark(&one, &bookmark(1, "one"));
    mark(&other, &bookmark(2, "other"));
    mark(&one, &bookmark(3, "one again"));
    assert_eq!(marks(&one), [bookmark(1, "one"), bookmark(2, "other"), bookmark(3, "one again")]);
}

#[test]
fn a_log_that_takes_the_place_of_another_brings_its_own() {
    let (storage, beside) = (Disk::default(), MemoryBeside::default());
    let desk = over(&storage, &beside);
    story(&desk);
    mark(&desk, &bookmark(1, "opened"));
    let file = desk.export();
    let kept = now(desk.lab.set_aside("bank")).expect("it can be written");
    assert_eq!(marks(&desk.beside(kept)), [bookmark(1, "opened")], "the same events, so the same marks");

    let empty = now(desk.lab.reset("bank")).expect("it can be written");
    assert_eq!(marks(&desk.beside(empty)), []);
    assert_eq!((beside.load(desk.log), beside.load(kept)), (Ok(None), Ok(None)), "nothing is left behind");

    let desk = desk.beside(empty);
    let log = desk.import(&file, As::Replace).log.expect("it is fine");
    assert_eq!(marks(&desk.beside(log)), [bookmark(1, "opened")]);
    assert_eq!(marks(&over(&storage, &beside)), [bookmark(1, "opened")]);

    storage.fail(JournalError::Full);
    now(desk.lab.reset("bank")).expect_err("it can't be written");
    assert_eq!(marks(&desk.beside(log)), [bookmark(1, "opened")]);
}

/// A place that is full, or that holds what nobody can read.
#[derive(Clone)]
struct Broken(Result<Option<String>, JournalError>);

impl Beside for Broken {
    fn load(&self, _log: LogId) -> Result<Option<String>, JournalError> {
        self.0.clone()
    }

    fn save(&mut self, _log: LogId, _text: &str) -> Result<(), JournalError> {
        Err(JournalError::Full)
    }
}

#[test]
fn what_can_not_be_kept_is_not_shown_and_what_can_not_be_read_is_not_written_over() {
    let desk = Desk::bank();
    story(&desk);
    desk.lab.keep_marks("bank", Box::new(Broken(Ok(None)))).expect("it is empty");
    assert_eq!(desk.lab.mark(desk.log, &bookmark(1, "opened")).expect_err("full").name(), "JournalFull");
    assert_eq!(marks(&desk), []);

    let dust = Broken(Ok(Some("{\"bookmark\":{\"at\":1,\"name\":\"a\"}}\ndust\n".to_owned())));
    assert_eq!(desk.lab.keep_marks("bank", Box::new(dust)).expect_err("dust").name(), "JournalUnreadable");
    let no = desk.lab.mark(desk.log, &bookmark(1, "opened")).expect_err("dust");
    assert!(no.to_string().contains("dust"), "{no}");
}
