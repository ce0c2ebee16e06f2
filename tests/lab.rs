//! The lab through its public door.

mod common;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use common::{Desk, Disk, fact, now, story, stream, unreadable};
use daybook::engine::{ExpectedRevision, Fact, JournalError, Revision, Timestamp};
use daybook::lab::door::{Append, Ask, By, Entry, Sum};
use daybook::lab::no::No;
use daybook::lab::stamp::Chance;
use daybook::lab::{As, Changes, Lab, WORLDS};
use daybook::worlds::money::MOST;
use serde_json::{Value, json};
use uuid::Uuid;

fn deposit_words(account: &str, cents: i64) -> Value {
    json!({ "type": "Deposit", "accountId": account, "amount": cents })
}

fn entries(desk: &Desk) -> Vec<Entry> {
    desk.door().entries(0, u64::MAX)
}

/// The story: open with 100.00, deposit 50.00, withdraw 30.00.
mod story {
    use super::*;

    #[test]
    fn is_told_in_words_with_running_figures() {
        let desk = Desk::bank();
        story(&desk);
        let told: Vec<_> = entries(&desk).into_iter().map(|entry| (entry.sentence, entry.figure_words)).collect();
        let expected = [
            ("account opened for Ada", "balance $0.00"),
            ("deposited $100.00", "balance $100.00"),
            ("deposited $50.00", "balance $150.00"),
            ("withdrew $30.00", "balance $120.00"),
        ];
        assert_eq!(told, expected.map(|(sentence, figure)| (sentence.to_owned(), figure.to_owned())));
        assert!(entries(&desk).iter().all(|entry| entry.subject.as_deref() == Some("Ada") && !entry.is_pencil));
    }

    #[test]
    fn gives_the_same_card_by_replay_and_by_the_kept_view_at_every_moment() {
        let desk = Desk::bank();
        let ada = stream(&story(&desk));
        desk.open("Bob", 1);
        for k in 0..=desk.len() {
            let (replayed, read) = desk.door().card(Some(&ada), k, By::Replay);
            let (kept, none) = desk.door().card(Some(&ada), k, By::KeptView);
            assert_eq!(replayed, kept, "after {k} events");
            assert_eq!((read, none), (k.min(4), 0), "after {k} events");
        }
        assert_eq!(desk.door().card(Some(&ada), 3, By::Replay).0.figure, 15_000);
    }

    #[test]
    fn is_a_sum() {
        let desk = Desk::bank();
        let ada = stream(&story(&desk));
        let sum = |k| desk.door().sum(&ada, k);
        assert_eq!(sum(0), Sum::default());
        let terms = vec![10_000, 5_000, -3_000];
        assert_eq!(sum(4), Sum { earlier: 0, earlier_sum: 0, terms, total: 12_000 });
    }

    #[test]
    fn leaves_one_row_and_what_its_last_statement_overwrote() {
        let desk = Desk::bank();
        let ada = stream(&story(&desk));
        let row = desk.door().row(&ada);
        let columns = row.columns.expect("the account has a row");
        assert_eq!(columns[1..], [("owner", "Ada"), ("balance", "120.00"), ("status", "open")].map(owned));
        let last = row.last.expect("there was a statement");
        assert!(last.sql.starts_with("UPDATE accounts SET balance = 120.00 WHERE id = "), "{}", last.sql);
        assert_eq!(last.overwrote, [("balance", "150.00")].map(owned));
    }

    #[test]
    fn answers_a_question_that_nobody_thought_of() {
        let desk = Desk::bank();
        story(&desk);
        let answers = desk.door().answers();
        assert_eq!(answers[0].from_log, "1 of the 1 who withdrew money.");
        let bob = desk.open("Bob", 100);
        desk.withdraw(&bob, 100).expect("there is enough");
        assert_eq!(desk.door().answers()[0].from_log, "2 of the 2 who withdrew money.", "it reads on");
        assert!(answers[0].from_row.starts_with("Can't be answered."));
    }

    fn owned((column, value): (&'static str, &str)) -> (&'static str, String) {
        (column, value.to_owned())
    }
}

#[test]
fn a_long_sum_is_told_by_its_last_terms() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", 0);
    for cents in 1..=10 {
        desk.deposit(&ada, cents).expect("an open account");
    }
    let sum = desk.door().sum(&stream(&ada), desk.len());
    assert_eq!(sum, Sum { earlier: 3, earlier_sum: 3, terms: (3..=10).collect(), total: 55 });
}

#[test]
fn opening_with_money_is_one_statement_of_the_twin() {
    let desk = Desk::bank();
    let ada = stream(&desk.open("Ada", 10_000));
    let last = desk.door().row(&ada).last.expect("there was a statement");
    assert!(last.sql.starts_with("INSERT INTO accounts") && last.sql.contains("100.00"), "{}", last.sql);
    assert_eq!(last.overwrote, []);
}

#[test]
fn a_view_after_k_events_is_the_view_of_the_log_cut_at_k() {
    let desk = Desk::bank();
    story(&desk);
    desk.append("account-x", ExpectedRevision::Any, vec![fact("MoneyFound", "{}")]).expect("any kind is kept");
    desk.open("Bob", 7);
    for k in 0..=desk.len() {
        let cut = desk.branch(k);
        for name in ["accounts", "totals"] {
            assert_eq!(desk.door().view(name, k), cut.door().view(name, k), "{name} after {k} events");
        }
    }
    assert_eq!(desk.door().view("nothing", 0), None);
    let totals = desk.door().view("totals", u64::MAX).expect("a view");
    assert_eq!(totals["total"], json!(12_007));
    assert_eq!(totals["byKind"]["MoneyDeposited"], json!(3));
}

/// A command's id: asked twice, done once.
mod command_ids {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn with_id(n: u128, words: Value) -> Ask {
        Ask { words, id: Some(id(n)), ..Ask::default() }
    }

    fn opening(n: u128) -> Ask {
        with_id(n, json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 10_000 }))
    }

    #[test]
    fn events_take_the_ids_after_the_commands_own() {
        let desk = Desk::bank();
        let events = desk.put(opening(40)).expect("a good command").events;
        let ids: Vec<_> = events.iter().map(|event| event.id).collect();
        assert_eq!(ids, [id(40), id(41)]);
        assert_eq!(events[0].stream, stream(&id(40).to_string()));
        for event in events {
            assert_eq!((event.metadata.correlation_id, event.metadata.causation_id), (id(40), id(40)));
        }
    }

    #[test]
    fn the_same_again_gives_what_was_recorded_and_records_nothing() {
        let desk = Desk::bank();
        let first = desk.put(opening(40)).expect("a good command");
        desk.deposit(&id(40).to_string(), 5).expect("an open account");
        let before = desk.export();

        let again = desk.put(opening(40)).expect("the same command");
        assert_eq!((first.again, again.again), (false, true));
        assert_eq!(json!(again.events), json!(first.events));
        assert_eq!(desk.export(), before);
    }

    #[test]
    fn the_same_again_is_known_after_the_log_was_read_from_its_journal() {
        let storage = Disk::default();
        let first = Desk::over(&storage).put(opening(40)).expect("a good command");
        let (reopened, writes) = (Desk::over(&storage), storage.writes());
        let again = reopened.put(opening(40)).expect("the same command");
        assert!(again.again);
        assert_eq!(json!(again.events), json!(first.events));
        assert_eq!(storage.writes(), writes);
    }

    #[test]
    fn another_command_under_the_same_id_is_bad_input() {
        let desk = Desk::bank();
        desk.put(opening(40)).expect("a good command");
        let ada = id(40).to_string();
        let deposit = with_id(50, deposit_words(&ada, 5));
        desk.put(deposit.clone()).expect("an open account");
        let before = desk.export();

        let others = [
            with_id(50, deposit_words(&ada, 6)),
            with_id(50, deposit_words(&id(1).to_string(), 5)),
            with_id(50, json!({ "type": "Withdraw", "accountId": ada, "amount": 5 })),
            with_id(50, json!({ "type": "OpenAccount", "owner": "Ada" })),
            with_id(40, json!({ "type": "OpenAccount", "owner": "Ada" })),
            with_id(41, deposit_words(&ada, 10_000)),
            Ask { actor: Some("Eve".to_owned()), ..deposit.clone() },
            Ask { reason: Some("rent".to_owned()), ..deposit.clone() },
            Ask { correlation: Some(id(7)), ..deposit },
        ];
        for other in others {
            let told = format!("{other:?}");
            let no = desk.put(other).expect_err(&told);
            assert_eq!(no.name(), "BadInput", "{told}: {no}");
        }
        assert_eq!(desk.export(), before);
    }

    #[test]
    fn commands_under_neighbouring_ids_are_told_apart() {
        let desk = Desk::bank();
        let ada = desk.open("Ada", 0);
        for n in 50..53 {
            desk.put(with_id(n, deposit_words(&ada, 5))).expect("an open account");
        }
        let again = desk.put(with_id(51, deposit_words(&ada, 5))).expect("the same command");
        assert_eq!(again.events.iter().map(|event| event.id).collect::<Vec<_>>(), [id(51)]);
    }

    #[test]
    fn no_id_is_recorded_twice() {
        let desk = Desk::bank();
        let ada = desk.open("Ada", 0);
        desk.put(with_id(41, deposit_words(&ada, 5))).expect("an open account");
        let before = desk.export();

        let no = desk.put(opening(40)).expect_err("its second event would take an id that is taken");
        assert_eq!(no.name(), "BadInput", "{no}");
        let twice = Fact { id: Some(id(60)), ..fact("MoneyFound", "{}") };
        let no = desk.append("account-x", ExpectedRevision::Any, vec![twice.clone(), twice]).expect_err("an id twice");
        assert_eq!(no.name(), "BadInput", "{no}");
        assert_eq!(desk.export(), before);
    }
}

#[test]
fn an_expected_revision_is_held_to() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", 1);
    let expecting = |expected| Ask { words: deposit_words(&ada, 1), expected: Some(expected), ..Ask::default() };
    desk.put(expecting(ExpectedRevision::Exact(Revision(1)))).expect("that is where the stream is");
    desk.put(expecting(ExpectedRevision::StreamExists)).expect("it exists");
    desk.put(expecting(ExpectedRevision::Any)).expect("anything goes");

    let before = desk.export();
    for wrong in [ExpectedRevision::Exact(Revision(1)), ExpectedRevision::NoStream] {
        let no = desk.put(expecting(wrong)).expect_err("the stream is at revision 4");
        assert_eq!(no.name(), "WrongExpectedRevision");
        let told = format!("was expected {wrong}, and is at revision 4. Look again");
        assert!(no.to_string().contains(&told), "{no}");
    }
    assert_eq!(desk.export(), before);
}

#[test]
fn who_and_why_are_kept_beside_the_fact() {
    let desk = Desk::bank();
    let conversation = Uuid::from_u128(7);
    let said = desk.put(Ask {
        words: json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 1 }),
        actor: Some("Grace".to_owned()),
        reason: Some("a new customer".to_owned()),
        correlation: Some(conversation),
        ..Ask::default()
    });
    for event in said.expect("a good command").events {
        assert_eq!(event.metadata.actor, "Grace");
        assert_eq!(event.metadata.extra["reason"], "a new customer");
        assert_eq!(event.metadata.correlation_id, conversation);
    }
    let unsaid = desk.open("Bob", 0);
    let metadata = desk.events().pop().expect("an event")["metadata"].take();
    assert_eq!((&metadata["actor"], metadata.get("reason")), (&json!("you"), None));
    assert_eq!(metadata["correlationId"], json!(unsaid));
}

#[test]
fn who_and_why_are_bounded() {
    let desk = Desk::bank();
    let before = desk.export();
    let words = || json!({ "type": "OpenAccount", "owner": "Ada" });
    for (field, ask) in [
        ("actor", Ask { words: words(), actor: Some("ä".repeat(1001)), ..Ask::default() }),
        ("reason", Ask { words: words(), reason: Some("ä".repeat(1001)), ..Ask::default() }),
    ] {
        let no = desk.put(ask).expect_err(field);
        assert_eq!((no.name(), no.field()), ("BadInput", Some(field)));
        assert_eq!(no.to_string(), format!("Expected at most 1000 characters as {field}, found 1001."));
    }
    assert_eq!(desk.export(), before);
}

/// What-ifs: pencil beside the ink.
mod branches {
    use super::*;

    #[test]
    fn never_touch_the_log_they_stand_beside() {
        let desk = Desk::bank();
        let ada = story(&desk);
        let before = desk.export();

        let branch = desk.branch(2);
        branch.withdraw(&ada, 9_000).expect("there are 100.00");
        assert_eq!(branch.door().sum(&stream(&ada), 9).total, 1_000);
        assert_eq!(desk.export(), before);

        desk.deposit(&ada, 1).expect("an open account");
        assert_eq!(branch.len(), 3);
    }

    #[test]
    fn begin_with_the_events_before_the_fork() {
        let desk = Desk::bank();
        let ada = story(&desk);
        for fork in 0..=desk.len() {
            let branch = desk.branch(fork);
            assert_eq!(branch.events(), desk.events()[..fork as usize]);
        }
        let branch = desk.branch(3);
        branch.deposit(&ada, 1).expect("an open account");
        let pencil: Vec<_> = entries(&branch).iter().map(|entry| entry.is_pencil).collect();
        assert_eq!(pencil, [false, false, false, true]);
    }

    #[test]
    fn can_be_discarded_and_the_recorded_log_can_not() {
        let desk = Desk::bank();
        story(&desk);
        let branch = desk.branch(2);
        desk.lab.discard(branch.log).expect("a branch");
        assert!(desk.lab.log(branch.log).is_err_and(|no| no.name() == "BadInput"));
        assert!(desk.lab.discard(branch.log).is_err(), "it is gone already");

        let no = desk.lab.discard(desk.log).expect_err("the recorded log stays");
        assert_eq!(no.to_string(), "Expected a branch or a copy, found a recorded log.");
        assert_eq!(desk.len(), 4);
    }

    #[test]
    fn are_not_in_the_journal() {
        let storage = Disk::default();
        let desk = Desk::over(&storage);
        let ada = story(&desk);
        let writes = storage.writes();
        desk.branch(4).deposit(&ada, 1).expect("an open account");
        assert_eq!(storage.writes(), writes);
    }
}

#[test]
fn a_log_begun_anew_is_another_log() {
    let storage = Disk::default();
    let desk = Desk::over(&storage);
    let ada = story(&desk);
    let new = desk.beside(now(desk.lab.reset("bank")).expect("the lab may write"));

    assert_ne!(new.log, desk.log);
    assert_eq!((new.len(), desk.lab.recorded("bank")), (0, Some(new.log)));
    let no = desk.deposit(&ada, 1).expect_err("the old log is gone");
    assert_eq!((no.name(), no.to_string().contains(&desk.log.to_string())), ("BadInput", true));
    assert_eq!(new.deposit(&ada, 1).expect_err("nothing was opened").name(), "Refused");
    assert_eq!((Desk::over(&storage).log, Desk::over(&storage).len()), (new.log, 0));
}

#[test]
fn a_log_is_found_by_its_world_or_its_id() {
    let desk = Desk::bank();
    let branch = desk.branch(0);
    assert_eq!(desk.lab.resolve("bank"), Ok(desk.log));
    assert_eq!(desk.lab.resolve(&branch.log.to_string()), Ok(branch.log));
    let worlds = WORLDS.iter().map(|world| world.name).collect::<Vec<_>>().join(", ");
    let expected = format!("Expected a world ({worlds}) or a log's id, found ");
    for unknown in ["", "casino", "00000000-0000-0000-0000-000000000000"] {
        let no = desk.lab.resolve(unknown).expect_err(unknown);
        assert!(no.to_string().starts_with(&expected), "{no}");
    }
}

#[test]
fn seeking_stays_within_the_log_and_changes_nothing() {
    let desk = Desk::bank();
    let ada = story(&desk);
    let before = desk.export();
    assert_eq!(desk.lab.seek(desk.log, Some(2)), Ok(2));
    assert_eq!(desk.door().cursor(), Some(2));
    assert_eq!(desk.lab.seek(desk.log, Some(0)), Ok(0));
    let no = desk.lab.seek(desk.log, Some(5)).expect_err("beyond the end");
    assert_eq!(no.to_string(), "Expected a number of events from 0 to 4, found 5.");
    assert_eq!((desk.door().cursor(), desk.export()), (Some(0), before));

    desk.deposit(&ada, 1).expect("a command addresses the log's end, wherever one looks");
    assert_eq!(desk.door().cursor(), Some(0));
    assert_eq!(desk.lab.seek(desk.log, Some(5)), Ok(5));
    desk.deposit(&ada, 1).expect("an open account");
    assert_eq!(desk.door().cursor(), None, "who looks at the newest event follows it");
}

#[test]
fn whoever_shows_the_lab_is_told_what_changed() {
    let told = Rc::new(RefCell::new(Vec::new()));
    let tell = Rc::clone(&told);
    let lab = Lab::open(WORLDS, Chance::set(1), |_| None, move |changes| tell.borrow_mut().push(changes));
    let log = lab.recorded("bank").expect("the bank");
    let ask = |owner: &str| {
        let words = json!({ "type": "OpenAccount", "owner": owner, "openingDeposit": 1 });
        now(lab.dispatch(log, Ask { words, ..Ask::default() }))
    };
    ask("Ada").expect("a good command");
    ask("").expect_err("nobody");
    lab.seek(log, Some(1)).expect("within the log");
    let looked = Changes { log, from: 2, to: 2, is_foreign: false };
    assert_eq!(
        *told.borrow(),
        [Changes { log, from: 0, to: 2, is_foreign: false }, looked],
        "a refusal changes nothing"
    );
}

/// Durable before visible.
mod journals {
    use super::*;

    #[test]
    fn bring_the_log_back() {
        let storage = Disk::default();
        let desk = Desk::over(&storage);
        let ada = story(&desk);
        let reopened = Desk::over(&storage);
        assert_eq!((reopened.log, reopened.export()), (desk.log, desk.export()));
        reopened.deposit(&ada, 1).expect("an open account");
        let verified = reopened.lab.verify(reopened.log).expect("it can be read");
        assert_eq!((verified.events, verified.first_bad), (5, None));
        assert!(reopened.export().contains(&verified.head.to_string()), "the file vouches for the same chain");
    }

    #[test]
    fn that_are_full_show_nothing_that_was_not_kept() {
        let storage = Disk::default();
        let desk = Desk::over(&storage);
        let ada = story(&desk);
        let before = desk.export();
        storage.fail(JournalError::Full);

        let no = desk.deposit(&ada, 1).expect_err("there is no room");
        assert_eq!((no.name(), no), ("JournalFull", No::Journal(JournalError::Full)));
        assert_eq!(
            desk.append("account-x", ExpectedRevision::Any, vec![fact("MoneyFound", "{}")]).err().map(|no| no.name()),
            Some("JournalFull")
        );
        assert_eq!(now(desk.lab.reset("bank")).expect_err("there is no room").name(), "JournalFull");
        assert_eq!(
            now(desk.lab.import_as("bank", None, &before, As::Replace)).expect_err("there is no room").name(),
            "JournalFull"
        );
        assert_eq!((desk.lab.recorded("bank"), desk.export()), (Some(desk.log), before));
    }

    #[test]
    fn that_can_not_be_read_show_what_can_be_and_are_left_as_they_are() {
        let storage = Disk::default();
        let ada = story(&Desk::over(&storage));
        let writes = storage.writes();
        storage.damage_after(2);

        let desk = Desk::over(&storage);
        assert_eq!((desk.len(), entries(&desk)[2].figure), (3, 15_000));
        let closed = No::Journal(unreadable());
        assert_eq!(desk.door().closed(), Some(&closed));
        let no = desk.deposit(&ada, 1).expect_err("the log is closed");
        assert_eq!((no.name(), no), ("JournalUnreadable", closed.clone()));
        assert_eq!(desk.lab.verify(desk.log), Err(closed), "up to the gap is not the whole");
        assert_eq!((desk.len(), storage.writes()), (3, writes));
    }

    #[test]
    fn that_another_tab_writes_are_only_read() {
        let storage = Disk::default();
        let ada = story(&Desk::over(&storage));
        let writes = storage.writes();
        let read_only = No::ReadOnly("Another tab writes.".to_owned());
        let desk = Desk::over(&storage);
        desk.lab.close(&read_only);

        assert_eq!(desk.len(), 4);
        assert_eq!(desk.deposit(&ada, 1).err(), Some(read_only.clone()));
        assert_eq!(
            desk.append("account-x", ExpectedRevision::Any, vec![fact("MoneyFound", "{}")]).err(),
            Some(read_only.clone())
        );
        assert_eq!(now(desk.lab.reset("bank")).err(), Some(read_only.clone()));
        assert_eq!(now(desk.lab.import_as("bank", None, &desk.export(), As::Replace)).err(), Some(read_only));
        assert_eq!(storage.writes(), writes);

        desk.branch(4).deposit(&ada, 1).expect("a what-if is nobody else's");
    }
}

/// Past `decide`, as a plain event store would.
mod appends {
    use super::*;

    fn money(kind: &str, cents: i64) -> Fact {
        fact(kind, &format!("{{\"amount\":{cents}}}"))
    }

    #[test]
    fn ask_no_rule() {
        let desk = Desk::bank();
        let ada = stream(&desk.open("Ada", 100));
        desk.append(ada.as_str(), ExpectedRevision::Any, vec![money("MoneyWithdrawn", 300)]).expect("no rule is asked");
        assert_eq!(desk.door().card(Some(&ada), 9, By::Replay).0.figure, -200);
        assert_eq!(desk.door().card(Some(&ada), 9, By::KeptView).0.figure, -200);
    }

    #[test]
    fn are_idempotent_by_their_events_ids() {
        let desk = Desk::bank();
        let own = |n, cents| Fact { id: Some(Uuid::from_u128(n)), ..money("MoneyDeposited", cents) };
        let append = |facts| desk.append("account-x", ExpectedRevision::NoStream, facts);
        let first = append(vec![own(1, 5), own(2, 6)]).expect("a new stream");
        let before = desk.export();

        let again = append(vec![own(1, 5), own(2, 6)]).expect("the same events");
        assert_eq!((first.again, again.again), (false, true));
        assert_eq!(json!(again.events), json!(first.events));
        for other in [vec![own(1, 7)], vec![own(2, 6), own(3, 1)], vec![own(1, 6), own(2, 5)]] {
            let no = append(other).expect_err("other events under known ids");
            assert_eq!(no.name(), "BadInput", "{no}");
        }
        assert_eq!(desk.export(), before);
    }

    #[test]
    fn are_idempotent_by_the_commands_id() {
        let desk = Desk::bank();
        let append = |cents| {
            let ask = Ask { id: Some(Uuid::from_u128(1)), ..Ask::default() };
            let facts = vec![money("MoneyDeposited", cents), money("MoneyDeposited", 1)];
            let append = Append { stream: stream("x"), expected: ExpectedRevision::Any, facts, ask };
            now(desk.lab.append(desk.log, append))
        };
        append(5).expect("a new stream");
        assert!(append(5).expect("the same events").again);
        assert_eq!(append(6).expect_err("other events").name(), "BadInput");
        assert_eq!(desk.len(), 2);
    }

    #[test]
    fn hold_to_the_expected_revision() {
        let desk = Desk::bank();
        let append = |expected| desk.append("account-x", expected, vec![money("MoneyDeposited", 1)]);
        append(ExpectedRevision::NoStream).expect("a new stream");
        append(ExpectedRevision::Exact(Revision(0))).expect("that is where it is");
        for wrong in [ExpectedRevision::NoStream, ExpectedRevision::Exact(Revision(0))] {
            assert_eq!(append(wrong).expect_err("the stream is at revision 1").name(), "WrongExpectedRevision");
        }
        let elsewhere = desk.append("account-y", ExpectedRevision::StreamExists, vec![money("MoneyDeposited", 1)]);
        assert_eq!(elsewhere.expect_err("there is no such stream").name(), "WrongExpectedRevision");
        assert_eq!(desk.len(), 2);
    }

    #[test]
    fn refuse_what_leaves_the_bounds() {
        let desk = Desk::bank();
        desk.append("account-x", ExpectedRevision::Any, vec![money("MoneyDeposited", MOST)]).expect("just within");
        let before = desk.export();
        for (facts, why) in [
            (vec![money("MoneyDeposited", 1)], "found 9007199254740992"),
            (vec![money("MoneyDeposited", MOST + 1)], "found 9007199254740992"),
            (
                vec![money("MoneyWithdrawn", MOST), money("MoneyWithdrawn", MOST), money("MoneyWithdrawn", 1)],
                "found -9007199254740992",
            ),
            (vec![fact("MoneyDeposited", "{}")], "“amount” is missing"),
            (vec![fact("AccountOpened", r#"{"owner":5}"#)], "expected text as “owner”, found 5"),
        ] {
            let no = desk.append("account-x", ExpectedRevision::Any, facts).expect_err(why);
            assert!(no.name() == "BadInput" && no.to_string().contains(why), "{no}");
        }
        assert_eq!(desk.export(), before);
    }

    #[test]
    fn keep_and_show_kinds_that_nobody_knows() {
        let desk = Desk::bank();
        let data = "{ \"where\":\t\"sofa\" }";
        let recorded = desk.append("account-x", ExpectedRevision::Any, vec![fact("MoneyFound", data)]);
        assert_eq!(recorded.expect("any kind is kept").events[0].data.get(), data);
        let entry = entries(&desk).pop().expect("an entry");
        assert_eq!((entry.kind.as_str(), entry.amount, entry.figure), ("MoneyFound", None, 0));
        assert!(entry.sentence.contains("MoneyFound") && entry.sentence.contains("not known"), "{}", entry.sentence);
        assert!(desk.export().contains(&format!("\"data\":{data}")));
    }

    #[test]
    fn of_nothing_record_nothing() {
        let storage = Disk::default();
        let desk = Desk::over(&storage);
        let writes = storage.writes();
        let recorded = desk.append("account-x", ExpectedRevision::Any, Vec::new()).expect("nothing to refuse");
        assert_eq!((recorded.events.len(), desk.len(), storage.writes()), (0, 0, writes));
    }
}

#[test]
fn order_is_the_positions_matter_even_if_the_clock_goes_back() {
    let times = RefCell::new(VecDeque::from([9000, 8000, 7000, 6000, 5000, 4000, 3000, 2000, 1000]));
    let dice = Cell::new(0_u128);
    let clock = move || Timestamp::from_millis(times.borrow_mut().pop_front().unwrap_or(0));
    let roll = move || dice.replace(dice.get() + 1);
    let lab = Lab::open(WORLDS, Chance::new(clock, roll), |_| None, |_| {});
    let desk = Desk { log: lab.recorded("bank").expect("the bank"), lab };
    story(&desk);

    let figures: Vec<_> = entries(&desk).iter().map(|entry| entry.figure).collect();
    assert_eq!(figures, [0, 10_000, 15_000, 12_000]);
    let recorded_at: Vec<_> = entries(&desk).iter().map(|entry| entry.recorded_at).collect();
    assert!(recorded_at[3] < recorded_at[0], "{recorded_at:?}");
    let ids: Vec<_> = desk.events().iter().map(|event| event["id"].to_string()).collect();
    assert!(ids.is_sorted(), "ids ascend all the same: {ids:?}");
}

#[test]
fn thirty_screens_look_the_same() {
    let [one, other] = [Desk::bank(), Desk::bank()];
    story(&one);
    story(&other);
    assert_eq!(one.export(), other.export());
}
