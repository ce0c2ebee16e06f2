//! What every journal keeps to, whether it writes to memory, to localStorage or to a disk.
//!
//! [`CLAUSES`] hold for any journal on fresh storage; [`survives`] holds for those that outlive the program.

use daybook::engine::integrity::Link;
use daybook::engine::journal::{Checked, Recovered, Step, Verified};
use daybook::engine::{
    Commit, Envelope, ExpectedRevision, Fact, Journal, LogId, Position, Store, StreamId, Timestamp, Tracking,
    handle::number,
};
use serde_json::value::RawValue;
use serde_json::{Map, json};
use uuid::Uuid;

/// A clause of the contract, to be tried on a journal in which no log was begun.
pub type Clause = fn(&mut dyn Journal);

/// Every clause, with what it says.
pub const CLAUSES: &[(&str, Clause)] = &[
    ("nothing is there before a log was begun", nothing_is_there_before_a_log_was_begun),
    ("a log that was begun is there and empty", a_log_that_was_begun_is_there_and_empty),
    ("commits come back as they were, in order", commits_come_back_as_they_were),
    ("a checkpoint alone is kept", a_checkpoint_alone_is_kept),
    ("a log begins with the commits it is given", a_log_begins_with_the_commits_it_is_given),
    ("beginning anew leaves nothing of the old log", beginning_anew_leaves_nothing_of_the_old_log),
    ("a commit of another log changes nothing", a_commit_of_another_log_changes_nothing),
    ("a beginning that fails changes nothing", a_beginning_that_fails_changes_nothing),
    ("the chain is that of the events", the_chain_is_that_of_the_events),
    ("slices of a verification are the whole", slices_of_a_verification_are_the_whole),
    ("a verification goes on with what is appended", a_verification_goes_on_with_what_is_appended),
    ("a verification begins again with another log", a_verification_begins_again_with_another_log),
];

/// Tries what lasts: `open` gives a journal on the same storage each time.
pub fn survives<J: Journal>(mut open: impl FnMut() -> J) {
    let commits = commits(log(1));
    open().replace(log(1), &commits[..1]).expect("there is room");
    for commit in &commits[1..] {
        let mut journal = open();
        journal.load().expect("it can be read");
        journal.append(commit).expect("there is room");
    }
    holds(&mut open(), log(1), &commits);
    assert_eq!(open().verify().expect("it can be read"), chain(log(1), &commits));
}

fn nothing_is_there_before_a_log_was_begun(journal: &mut dyn Journal) {
    assert!(load(journal).is_none());
    assert!(journal.append(&commits(log(1))[0]).is_err(), "there is no log to append to");
    assert!(journal.verify().is_err(), "there is no chain to verify");
    assert!(load(journal).is_none());
}

fn a_log_that_was_begun_is_there_and_empty(journal: &mut dyn Journal) {
    journal.replace(log(1), &[]).expect("there is room");
    holds(journal, log(1), &[]);
}

fn commits_come_back_as_they_were(journal: &mut dyn Journal) {
    let commits = begin(journal, log(1));
    holds(journal, log(1), &commits);
    holds(journal, log(1), &commits);
}

fn a_checkpoint_alone_is_kept(journal: &mut dyn Journal) {
    let tracking = Some(Tracking { subscription: "General ledger".to_owned(), position: Position(41) });
    let mut commits = begin(journal, log(1));
    commits.push(Commit { log: log(1), writes: Vec::new(), tracking });
    journal.append(&commits[commits.len() - 1]).expect("there is room");
    holds(journal, log(1), &commits);
    assert_eq!(journal.verify().expect("it can be read"), chain(log(1), &commits), "it is no link of the chain");
}

fn a_log_begins_with_the_commits_it_is_given(journal: &mut dyn Journal) {
    let commits = commits(log(1));
    journal.replace(log(1), &commits[..2]).expect("there is room");
    journal.append(&commits[2]).expect("there is room");
    holds(journal, log(1), &commits);
    assert_eq!(journal.verify().expect("it can be read"), chain(log(1), &commits));
}

fn beginning_anew_leaves_nothing_of_the_old_log(journal: &mut dyn Journal) {
    let old = begin(journal, log(1));
    journal.replace(log(2), &[]).expect("there is room");
    holds(journal, log(2), &[]);
    assert!(journal.append(&old[0]).is_err(), "the old log is gone");

    let new = begin(journal, log(3));
    holds(journal, log(3), &new);
    assert_eq!(journal.verify().expect("it can be read"), chain(log(3), &new));
}

fn a_commit_of_another_log_changes_nothing(journal: &mut dyn Journal) {
    let commits = begin(journal, log(1));
    assert!(journal.append(&self::commits(log(2))[0]).is_err(), "the commit is another log's");
    holds(journal, log(1), &commits);
}

fn a_beginning_that_fails_changes_nothing(journal: &mut dyn Journal) {
    let kept = commits(log(1));
    journal.replace(log(1), &kept[..2]).expect("there is room");

    let mut bad = commits(log(2));
    bad[2].log = log(3);
    assert!(journal.replace(log(2), &bad).is_err(), "a commit is another log's");
    holds(journal, log(1), &kept[..2]);

    journal.append(&kept[2]).expect("the log goes on where it was");
    holds(journal, log(1), &kept);
    assert_eq!(journal.verify().expect("it can be read"), chain(log(1), &kept));
}

fn the_chain_is_that_of_the_events(journal: &mut dyn Journal) {
    journal.replace(log(1), &[]).expect("there is room");
    assert_eq!(journal.verify().expect("it can be read"), chain(log(1), &[]));
    for commit in commits(log(1)) {
        journal.append(&commit).expect("there is room");
    }
    let verified = journal.verify().expect("it can be read");
    assert_eq!(verified, chain(log(1), &commits(log(1))));
    assert_eq!((verified.events, verified.first_bad), (4, None));
}

fn slices_of_a_verification_are_the_whole(journal: &mut dyn Journal) {
    let commits = begin(journal, log(1));
    for events in [0, 1, 2, 3, u64::MAX] {
        let (mut from, mut slices) = (None, 1);
        while let Some(checked) = slice(journal, from, events) {
            assert!(checked.verified.events > from.map_or(0, |from: Checked| from.verified.events), "it comes further");
            (from, slices) = (Some(checked), slices + 1);
        }
        assert!(slices <= commits.len() + 1, "each slice reads a commit at least");
        let Ok(Step::Done(verified)) = journal.verify_from(from.as_ref(), events) else { panic!("it was done") };
        assert_eq!(verified, chain(log(1), &commits));
    }
}

fn a_verification_goes_on_with_what_is_appended(journal: &mut dyn Journal) {
    let commits = commits(log(1));
    journal.replace(log(1), &commits[..2]).expect("there is room");
    let checked = slice(journal, None, 1).expect("there is more");
    journal.append(&commits[2]).expect("there is room");
    assert_eq!(journal.verify_from(Some(&checked), u64::MAX), Ok(Step::Done(chain(log(1), &commits))));
}

fn a_verification_begins_again_with_another_log(journal: &mut dyn Journal) {
    begin(journal, log(1));
    let checked = slice(journal, None, 1).expect("there is more");
    let others = commits(log(2));
    journal.replace(log(2), &others).expect("there is room");
    assert_eq!(journal.verify_from(Some(&checked), u64::MAX), Ok(Step::Done(chain(log(2), &others))));
}

/// One slice of a verification: where it ended, unless that was the end of the log.
fn slice(journal: &dyn Journal, from: Option<Checked>, events: u64) -> Option<Checked> {
    match journal.verify_from(from.as_ref(), events).expect("it can be read") {
        Step::More(checked) => Some(checked),
        Step::Done(_) => None,
    }
}

fn begin(journal: &mut dyn Journal, log: LogId) -> Vec<Commit> {
    let commits = commits(log);
    journal.replace(log, &[]).expect("there is room");
    for commit in &commits {
        journal.append(commit).expect("there is room");
    }
    commits
}

#[track_caller]
fn holds(journal: &mut dyn Journal, log: LogId, commits: &[Commit]) {
    let Some(Recovered { log: found, commits: kept, unreadable }) = load(journal) else { panic!("a log was begun") };
    assert_eq!((found, unreadable), (log, None));
    assert_eq!(text(&kept), text(commits));
}

fn load(journal: &mut dyn Journal) -> Option<Recovered> {
    journal.load().expect("it can be read")
}

fn text(commits: &[Commit]) -> String {
    serde_json::to_string(commits).expect("a commit is JSON")
}

/// What verifying must find: computed from the events, not from the journal.
fn chain(log: LogId, commits: &[Commit]) -> Verified {
    let events = || commits.iter().flat_map(Commit::events);
    let head = events().fold(Link::genesis(log), Link::then);
    Verified { events: events().count() as u64, head, ..Verified::before_any(log) }
}

fn log(n: u128) -> LogId {
    LogId(Uuid::from_u128(n))
}

/// Three commits of four events in two streams, with all that is hard to keep: spaces, any letters, long texts.
pub fn commits(log: LogId) -> Vec<Commit> {
    let texts = [
        vec![
            "{ \"owner\" :\t\"Zoë 🦉 \\u0000 \\ud83e\\udd89\" , \"owner\":1e2 }".to_owned(),
            "{\"amount\":-0}".to_owned(),
        ],
        vec![format!("\"{}\"", "long ".repeat(20_000))],
        vec!["null".to_owned()],
    ];
    let mut store = Store::default();
    let mut commits = Vec::new();
    for (nth, (texts, stream)) in (1..).zip(texts.into_iter().zip(["account-1", "account-2", "account-1"])) {
        let fact = |data| {
            let data = RawValue::from_string(data).expect("JSON");
            Fact { id: None, kind: "Noted".to_owned(), data, schema_version: 2 }
        };
        let envelope = Envelope {
            log,
            id: Uuid::from_u128(nth << 64),
            recorded_at: Timestamp::from_millis(1_767_258_000_123),
            actor: "Zoë".to_owned(),
            correlation_id: (nth == 2).then(Uuid::max),
            causation_id: None,
            extra: Map::from_iter([("reason".to_owned(), json!("\u{202e}why"))]),
        };
        let facts = texts.into_iter().map(fact).collect();
        let commit = number(&store, &StreamId::new(stream), ExpectedRevision::Any, facts, &envelope);
        let commit = commit.expect("any revision is expected");
        store.apply(&commit, |_| None).expect("the numbers continue the log");
        commits.push(commit);
    }
    commits
}
