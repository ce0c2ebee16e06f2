//! The journal in a table of texts: the contract, every instant at which a writer can die, what is packed, what is
//! damaged, and what earlier versions left.

mod common;
#[path = "contract/journal.rs"]
mod contract;

use std::cell::Cell;
use std::rc::Rc;

use common::{Desk, story};
use daybook::engine::journal::{Epoch, Place, Progress, Step};
use daybook::engine::{Commit, Journal, JournalError, LogId};
use daybook::journal::storage::{Storage, Table};
use daybook::journal::{KeyedJournal, beside_key};
use daybook::lab::stamp::Chance;
use daybook::lab::{As, Lab, WORLDS};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use uuid::Uuid;

/// What every engine gives an origin.
const QUOTA: u64 = 5 << 20;

/// A table whose process dies after so many writes: from then on nothing reaches it.
#[derive(Clone)]
struct Dying(Table, Rc<Cell<u64>>);

impl Dying {
    fn spend(&self) -> Result<(), JournalError> {
        let left = self.1.get().checked_sub(1).ok_or_else(|| JournalError::Unavailable("dead".to_owned()))?;
        self.1.set(left);
        Ok(())
    }
}

impl Storage for Dying {
    fn get(&self, key: &str) -> Result<Option<String>, JournalError> {
        self.0.get(key)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), JournalError> {
        self.spend()?;
        self.0.set(key, value)
    }

    fn remove(&self, key: &str) -> Result<(), JournalError> {
        self.spend()?;
        self.0.remove(key)
    }

    fn keys(&self) -> Result<Vec<String>, JournalError> {
        self.0.keys()
    }

    fn capacity(&self) -> u64 {
        self.0.capacity()
    }

    fn used(&self) -> Result<u64, JournalError> {
        self.0.used()
    }
}

fn journal<S: Storage>(storage: S, counter: u64) -> KeyedJournal<S> {
    let mut journal = KeyedJournal::new(storage, "bank");
    journal.write_as(Epoch { counter, tab: 1 });
    journal
}

fn log(n: u128) -> LogId {
    LogId(Uuid::from_u128(n))
}

/// So many commits of one event each.
fn many(log: LogId, count: u64) -> Vec<Commit> {
    let mut template = contract::commits(log)[2].clone();
    let next = |nth: u64| {
        let event = &mut template.writes[0].events[0];
        (event.id, event.position.0, event.revision.0) = (Uuid::from_u128(u128::from(nth) << 64), nth, nth);
        (event.metadata.correlation_id, event.metadata.causation_id) = (event.id, event.id);
        template.clone()
    };
    (0..count).map(next).collect()
}

fn text(commits: &[Commit]) -> String {
    serde_json::to_string(commits).expect("a commit is JSON")
}

/// The whole log, as someone who comes later reads it.
#[track_caller]
fn read(table: &Table) -> Vec<Commit> {
    let recovered = KeyedJournal::new(table.clone(), "bank").load().expect("it can be read").expect("a log was begun");
    assert_eq!(recovered.unreadable, None);
    recovered.commits
}

#[test]
fn a_table_keeps_the_contract() {
    for (says, clause) in contract::CLAUSES {
        println!("{says}");
        clause(&mut KeyedJournal::new(Table::of(QUOTA), "bank"));
    }
    let table = Table::of(QUOTA);
    contract::survives(|| KeyedJournal::new(table.clone(), "bank"));
}

#[test]
fn a_writer_that_dies_at_any_write_leaves_whole_commits_only() {
    let commits = many(log(1), 2100);
    let lives = |deaths: &Rc<Cell<u64>>, table: &Table| -> Result<(), JournalError> {
        let mut journal = journal(Dying(table.clone(), deaths.clone()), 1);
        journal.replace(log(1), &commits[..2050])?;
        journal.clean();
        for commit in &commits[2050..2055] {
            journal.append(commit)?;
            if journal.pack()? {
                journal.clean();
            }
        }
        journal.replace(log(2), &many(log(2), 3))?;
        journal.clean();
        Ok(())
    };
    let mut seen = [0; 3];
    for death in 0.. {
        let (deaths, table) = (Rc::new(Cell::new(death)), Table::of(QUOTA));
        let ended = lives(&deaths, &table);
        let recovered = KeyedJournal::new(table.clone(), "bank").load();
        match recovered {
            Ok(None) => seen[0] += 1,
            // Nothing was begun before the one step that counts.
            Err(JournalError::Unreadable { .. }) if death < 60 => seen[0] += 1,
            Ok(Some(recovered)) => {
                assert_eq!(recovered.unreadable, None, "after {death} writes");
                let whole = if recovered.log == log(2) { many(log(2), 3) } else { commits.clone() };
                let count = recovered.commits.len();
                assert_eq!(text(&recovered.commits), text(&whole[..count]), "after {death} writes");
                assert!(recovered.log == log(1) && count >= 2050 || count == 3, "after {death} writes: {count}");
                seen[if recovered.log == log(2) { 2 } else { 1 }] += 1;
            }
            Err(error) => panic!("after {death} writes: {error}"),
        }
        if ended.is_ok() && deaths.get() > 0 {
            break;
        }
    }
    assert!(seen.iter().all(|&times| times > 0), "each of the three is met: {seen:?}");
}

#[test]
fn beyond_half_of_the_room_what_is_old_is_packed_and_reads_the_same() {
    let table = Table::of(QUOTA / 4);
    let mut journal = journal(table.clone(), 1);
    let commits = many(log(1), 5000);
    journal.replace(log(1), &[]).expect("there is room");
    let mut most = 0;
    for commit in &commits {
        journal.append(commit).expect("packing makes room");
        if journal.pack().expect("it can be written") {
            journal.clean();
        }
        most = most.max(table.used().expect("a table"));
    }
    assert!(most < QUOTA / 4, "the edge is never reached");
    let keys = table.keys().expect("a table");
    assert!(keys.iter().any(|key| key.contains("/sealed/0-")), "{keys:?}");
    assert_eq!(text(&read(&table)), text(&commits));
    let verified = journal.verify().expect("it can be read");
    assert_eq!((verified.events, verified.first_bad), (5000, None));
}

#[test]
fn a_full_table_refuses_and_changes_nothing() {
    let table = Table::of(200_000);
    let mut journal = journal(table.clone(), 1);
    journal.replace(log(1), &[]).expect("there is room");
    let commits = many(log(1), 900);
    let refused = commits.iter().position(|commit| journal.append(commit) == Err(JournalError::Full));
    let refused = refused.expect("it fills up");
    let before = table.keys().expect("a table");
    assert_eq!(journal.append(&commits[refused]), Err(JournalError::Full));
    assert_eq!(table.keys().expect("a table"), before);
    assert_eq!(text(&read(&table)), text(&commits[..refused]));
    journal.replace(log(2), &[]).expect("there is always room to begin anew");
    journal.clean();
    assert_eq!(read(&table).len(), 0);
    assert_eq!(table.keys().expect("a table").len(), 1, "nothing of the old log is left");
}

#[test]
fn what_a_writer_adds_after_its_time_is_void() {
    let table = Table::of(QUOTA);
    let commits = many(log(1), 4);
    let (mut old, mut new) = (journal(table.clone(), 1), journal(table.clone(), 2));
    old.replace(log(1), &commits[..1]).expect("there is room");
    new.load().expect("it can be read");

    new.append(&commits[1]).expect("there is room");
    let mut late = commits[1].clone();
    late.writes[0].events[0].kind = "Late".to_owned();
    old.append(&late).expect("its key is another");
    old.append(&commits[2]).expect("its key is another");
    assert_eq!(text(&read(&table)), text(&commits[..2]), "the later epoch counts, and nothing of the earlier after it");

    new.append(&commits[2]).expect("there is room");
    new.clean();
    assert_eq!(text(&read(&table)), text(&commits[..3]));
    assert_eq!(table.keys().expect("a table").len(), 4, "what was void is gone");
    old.load().expect("it can be read");
    assert!(old.append(&commits[3]).is_err(), "who knows of a later writer writes no more");
}

#[test]
fn a_log_that_is_begun_after_its_writers_time_does_not_count() {
    let table = Table::of(QUOTA);
    let commits = many(log(1), 2);
    let (mut old, mut new) = (journal(table.clone(), 1), journal(table.clone(), 2));
    old.replace(log(1), &commits[..1]).expect("there is room");
    new.load().expect("it can be read");
    new.append(&commits[1]).expect("there is room");
    old.replace(log(2), &[]).expect("its keys are others");
    assert_eq!(text(&read(&table)), text(&commits));
}

#[test]
fn a_reader_reads_what_it_is_told_of_and_no_further() {
    let table = Table::of(QUOTA);
    let commits = many(log(1), 1500);
    let (mut writer, mut reader) = (journal(table.clone(), 1), KeyedJournal::new(table.clone(), "bank"));
    assert!(reader.load().expect("it can be read").is_none());
    writer.replace(log(1), &commits[..1]).expect("there is room");
    let place = writer.place().expect("it was begun");
    let Ok(Progress::Anew(recovered)) = reader.read_to(&place) else { panic!("another log") };
    assert_eq!(recovered.commits.len(), 1);

    writer.append(&commits[1]).expect("there is room");
    let first = writer.place().expect("it was begun");
    writer.append(&commits[2]).expect("there is room");
    let Ok(Progress::There(read)) = reader.read_to(&first) else { panic!("one more") };
    assert_eq!(text(&read), text(&commits[1..2]));

    let beyond = Place { commits: 9, ..first };
    assert!(matches!(reader.read_to(&beyond), Ok(Progress::NotYet)));
    let other = Place { link: daybook::engine::integrity::Link::genesis(log(9)), ..first };
    assert!(matches!(reader.read_to(&other), Ok(Progress::NotYet)), "another past is not taken for this one");

    let Ok(Progress::There(read)) = reader.read_to(&writer.place().expect("it was begun")) else { panic!("one more") };
    assert_eq!(text(&read), text(&commits[2..3]));
}

/// (what is done to the table, commits that are left)
type Damage = (&'static str, fn(&Table, &[String]), usize);
const DAMAGE: [Damage; 4] = [
    ("a commit is no JSON", |table, keys| table.set(&keys[1], "dust").expect("room"), 1),
    ("a commit is missing", |table, keys| table.remove(&keys[1]).expect("a table"), 1),
    ("a commit is another", |table, keys| table.set(&keys[0], "{}").expect("room"), 0),
    ("the last is cut off", |table, keys| table.set(&keys[3], "{\"commit\":").expect("room"), 3),
];

#[test]
fn what_cannot_be_read_is_set_aside_and_never_removed() {
    for (what, damage, left) in DAMAGE {
        let table = Table::of(QUOTA);
        let commits = many(log(1), 4);
        journal(table.clone(), 1).replace(log(1), &commits).expect("there is room");
        let mut keys = table.keys().expect("a table");
        keys.retain(|key| key.contains(&log(1).to_string()));
        damage(&table, &keys);
        let broken: Vec<_> = table.keys().expect("a table").into_iter().map(|key| table.get(&key)).collect();

        let mut journal = journal(table.clone(), 2);
        let recovered = journal.load().expect(what).expect(what);
        assert!(recovered.unreadable.is_some(), "{what}");
        assert_eq!(text(&recovered.commits), text(&commits[..left]), "{what}");
        assert!(journal.append(&commits[left]).is_err(), "{what}: nothing goes behind a gap");
        let now: Vec<_> = table.keys().expect("a table").into_iter().map(|key| table.get(&key)).collect();
        assert_eq!(now, broken, "{what}");

        journal.replace(log(2), &many(log(2), left as u64)).expect(what);
        journal.clean();
        journal.replace(log(3), &[]).expect(what);
        journal.clean();
        assert_eq!(read(&table).len(), 0, "{what}");
        let aside = table.keys().expect("a table").into_iter().filter(|key| key.contains(&log(1).to_string()));
        assert_eq!(aside.count(), keys.iter().filter(|key| table.get(key).expect("a table").is_some()).count());
    }
}

#[test]
fn an_event_that_was_edited_is_pointed_at_and_is_not_packed() {
    let table = Table::of(QUOTA / 4);
    let mut journal = journal(table.clone(), 1);
    let commits = many(log(1), 1200);
    journal.replace(log(1), &[]).expect("there is room");
    for commit in &commits[..700] {
        journal.append(commit).expect("there is room");
    }
    let key = table.keys().expect("a table").into_iter().find(|key| key.contains("/7.")).expect("the eighth commit");
    let edited = table.get(&key).expect("a table").expect("it is there").replace("Noted", "Forged");
    table.set(&key, &edited).expect("there is room");
    let verified = journal.verify().expect("it can be read");
    assert_eq!((verified.first_bad, verified.in_doubt), (Some(7), 1));
    assert!(!commits[700..].iter().any(|commit| journal.append(commit).is_ok() && journal.pack() == Ok(true)));
}

#[test]
fn a_segment_that_was_changed_is_told_and_what_lies_before_it_is_read() {
    let table = Table::of(QUOTA);
    let commits = many(log(1), 2500);
    journal(table.clone(), 1).replace(log(1), &commits).expect("there is room");
    let keys = table.keys().expect("a table");
    let second = keys.iter().find(|key| key.contains("/sealed/1000-")).expect("a second segment");
    let changed = table.get(second).expect("a table").expect("it is there");
    table.set(second, &changed.replace(changed.chars().nth(900).expect("long"), "一")).expect("there is room");
    let mut journal = KeyedJournal::new(table.clone(), "bank");
    let recovered = journal.load().expect("it can be read").expect("a log was begun");
    assert_eq!(recovered.commits.len(), 1000);
    let Some(JournalError::Unreadable { key, .. }) = recovered.unreadable else { panic!("it is told") };
    assert_eq!(&key, second);
}

#[test]
fn a_verification_in_slices_goes_on_while_the_log_is_packed() {
    let table = Table::of(QUOTA / 4);
    let mut journal = journal(table.clone(), 1);
    let commits = many(log(1), 2500);
    journal.replace(log(1), &[]).expect("there is room");
    let (mut from, mut slices, mut packed) = (None, 0, 0);
    for (nth, commit) in commits.iter().enumerate() {
        journal.append(commit).expect("packing makes room");
        if journal.pack().expect("it can be written") {
            journal.clean();
            packed += 1;
        }
        if nth % 50 == 0 {
            let step = journal.verify_from(from.as_ref(), 40).expect("it can be read");
            let Step::More(checked) = step else { continue };
            assert_eq!(checked.verified.first_bad, None);
            (from, slices) = (Some(checked), slices + 1);
        }
    }
    assert!(packed >= 1 && slices >= 30, "{packed} segments, {slices} slices");
    let whole = journal.verify().expect("it can be read");
    assert_eq!((whole.events, whole.first_bad), (2500, None));
    assert_eq!(journal.verify_from(from.as_ref(), u64::MAX), Ok(Step::Done(whole)));
}

#[test]
fn a_verification_in_slices_begins_again_where_the_past_is_another() {
    let table = Table::of(QUOTA);
    let commits = many(log(1), 4);
    let (mut old, mut new) = (journal(table.clone(), 1), journal(table.clone(), 2));
    old.replace(log(1), &commits[..1]).expect("there is room");
    new.load().expect("it can be read");
    let mut late = commits[1].clone();
    late.writes[0].events[0].kind = "Late".to_owned();
    old.append(&late).expect("there is room");
    old.append(&commits[2]).expect("there is room");
    let Ok(Step::More(checked)) = old.verify_from(None, 2) else { panic!("there is more") };

    new.append(&commits[1]).expect("there is room");
    new.append(&commits[2]).expect("there is room");
    let Ok(Progress::Anew(_)) = old.read_to(&new.place().expect("it was begun")) else { panic!("another past") };
    let whole = old.verify().expect("it can be read");
    assert_eq!((whole.events, whole.first_bad), (3, None));
    assert_eq!(old.verify_from(Some(&checked), u64::MAX), Ok(Step::Done(whole)));
}

#[test]
fn what_was_changed_is_found_by_slices_as_by_the_whole() {
    let table = Table::of(QUOTA);
    let mut journal = journal(table.clone(), 1);
    journal.replace(log(1), &many(log(1), 2100)).expect("there is room");
    let key = table.keys().expect("a table").into_iter().find(|key| key.contains("/2050.")).expect("a commit");
    let edited = table.get(&key).expect("a table").expect("it is there").replace("Noted", "Forged");
    table.set(&key, &edited).expect("there is room");
    let whole = journal.verify().expect("it can be read");
    assert_eq!((whole.events, whole.first_bad, whole.in_doubt), (2100, Some(2050), 1));
    let (mut from, mut slices) = (None, 1);
    let found = loop {
        match journal.verify_from(from.as_ref(), 10).expect("it can be read") {
            Step::More(checked) => (from, slices) = (Some(checked), slices + 1),
            Step::Done(verified) => break verified,
        }
    };
    assert_eq!((found, slices), (whole, 2 + 10 + 1), "two segments, ten times ten commits, and nothing more");
}

/// Numbers that a reader in a hurry takes for a neighbour, and the neighbour for the next.
const SHIFTING: [&str; 2] = ["6.934698245112694e+276", "8.383658838626809e-78"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A number may be written in many ways, and what is read of it must be what is written again.
    #[test]
    fn any_number_in_further_metadata_stays_as_it_was_recorded(
        number in prop_oneof![
            1 => select(SHIFTING.to_vec()).prop_map(str::to_owned),
            8 => any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(|n| json!(n).to_string()),
            1 => any::<u64>().prop_map(|n| n.to_string()),
            1 => any::<i64>().prop_map(|n| n.to_string()),
            1 => "-?[1-9][0-9]{0,25}",
            2 => "-?(0|[1-9][0-9]{0,19})\\.[0-9]{1,22}([eE][-+]?[0-9]{1,2})?",
        ],
    ) {
        let written = {
            let desk = Desk::bank();
            story(&desk);
            desk.export().replacen("\"actor\":\"you\"", &format!("\"actor\":\"you\",\"rate\":{number}"), 1)
        };
        let table = Table::of(QUOTA);
        let open = || {
            let table = table.clone();
            let journal = move |world| Some(Box::new(KeyedJournal::new(table.clone(), world)) as Box<dyn Journal>);
            let lab = Lab::open(WORLDS, Chance::set(1), journal, |_| {});
            let log = lab.recorded("bank").expect("the bank");
            Desk { lab, log }
        };
        open().import(&written, As::Replace);
        let exported = open().export();
        prop_assert!(exported.contains("\"rate\":"));
        prop_assert_eq!(open().lab.verify(open().log).expect("it can be read").first_bad, None);
        let again = Desk::bank();
        prop_assert_eq!(again.import(&exported, As::Replace).reasons, Vec::<String>::new());
        let again = Desk { log: again.lab.recorded("bank").expect("the bank"), ..again }.export();
        prop_assert_eq!(again.lines().nth(1), exported.lines().nth(1));
    }
}

/// What the first version of Daybook left in localStorage after Ada's story.
const LAYOUT_1: &str = include_str!("golden/layout-1.json");

#[test]
fn a_log_of_the_first_layout_is_read_and_moved_by_the_next_commit() {
    let table = Table::of(QUOTA);
    let old: Vec<(String, String)> = serde_json::from_str(LAYOUT_1).expect("pairs of texts");
    for (key, value) in &old {
        table.set(key, value).expect("there is room");
    }
    table.set("daybook/1/bankrupt/head", "{}").expect("there is room");
    let mut journal = journal(table.clone(), 1);
    let before = journal.load().expect("it can be read").expect("a log was begun");
    assert_eq!((before.commits.len(), before.unreadable.clone()), (3, None));
    assert_eq!(journal.verify().expect("it can be read").first_bad, None);
    assert_eq!(table.keys().expect("a table").len(), old.len() + 1, "to look is not to move");

    let next = Commit { log: before.log, writes: Vec::new(), tracking: None };
    journal.append(&next).expect("there is room");
    assert_eq!(read(&table).len(), 4);
    journal.clean();
    let keys = table.keys().expect("a table");
    let left: Vec<_> = keys.iter().filter(|key| key.starts_with("daybook/1/")).collect();
    assert_eq!(left, ["daybook/1/bankrupt/head"], "nobody else's key is touched");
    let after = read(&table);
    assert_eq!(text(&after[..3]), text(&before.commits));
    assert_eq!(journal.verify().expect("it can be read").first_bad, None);
}

#[test]
fn a_lab_over_a_table_is_there_again_the_next_day() {
    let table = Table::of(QUOTA);
    let open = |seed| {
        let table = table.clone();
        let journal = move |world| Some(Box::new(KeyedJournal::new(table.clone(), world)) as Box<dyn Journal>);
        let chance = daybook::lab::stamp::Chance::set(seed);
        let lab = daybook::lab::Lab::open(daybook::lab::WORLDS, chance, journal, |_| {});
        let log = lab.recorded("bank").expect("the bank");
        Desk { lab, log }
    };
    let desk = open(1);
    assert_eq!(table.keys().expect("a table"), Vec::<String>::new(), "to open a page writes nothing");
    story(&desk);
    let again = open(2);
    assert_eq!(again.export(), desk.export());
    again.ask(json!({ "type": "OpenAccount", "owner": "Bob" })).expect("the log goes on");
}

#[test]
fn bookmarks_beside_a_log_are_left_alone_and_are_no_damage() {
    let storage = Table::of(QUOTA);
    let key = beside_key("bank", log(1));
    storage.set(&key, "{}\n").expect("room");
    let mut writer = journal(storage.clone(), 1);
    assert!(writer.load().expect("nothing is damaged").is_none(), "no log lies there");
    writer.replace(log(1), &many(log(1), 3)).expect("room");
    writer.replace(log(2), &many(log(2), 2)).expect("room");
    writer.clean();
    let recovered = journal(storage.clone(), 2).load().expect("it can be read").expect("a log");
    assert_eq!((recovered.log, recovered.commits.len(), recovered.unreadable), (log(2), 2, None));
    assert_eq!(storage.get(&key).expect("it can be read").as_deref(), Some("{}\n"), "its own room removes it");
    assert!(writer.verify().expect("it can be read").first_bad.is_none());
}
