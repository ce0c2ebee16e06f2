//! Branches with edits: what if this had not happened, or had happened otherwise.

mod common;

use std::collections::HashMap;

use common::{Desk, add, fact, stream};
use daybook::engine::{
    Decider, Event as _, ExpectedRevision, Fact, Follow, Position, Projection, Retold, States, Store, StreamId, Sums,
    fold,
};
use daybook::lab::As;
use daybook::lab::compare::{Difference, compare};
use daybook::lab::door::Origin;
use daybook::lab::import::Verdict;
use daybook::lab::no::No;
use daybook::lab::what_if::Edit;
use daybook::worlds::World;
use daybook::worlds::bank::{Bank, Event};
use daybook::worlds::money::MOST;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::value::RawValue;
use serde_json::{Value, json};

fn raw(data: &str) -> Box<RawValue> {
    RawValue::from_string(data.to_owned()).expect("JSON")
}

fn skip(position: u64) -> Edit {
    Edit::Skip(Position(position))
}

fn say(position: u64, data: &str) -> Edit {
    Edit::Data(Position(position), raw(data))
}

/// What a desk can be asked besides.
trait Edits {
    fn edit(&self, edits: &[Edit]) -> Result<(), No>;
    fn marks(&self) -> Vec<(u64, String)>;
    fn figures(&self) -> Vec<(u64, i64)>;
    fn differs_from(&self, log: &Desk) -> Vec<Difference>;
}

impl Edits for Desk {
    fn edit(&self, edits: &[Edit]) -> Result<(), No> {
        self.lab.edit(self.log, edits)
    }

    fn marks(&self) -> Vec<(u64, String)> {
        let entries = self.door().entries(0, u64::MAX).into_iter();
        entries.filter_map(|entry| Some((entry.position, entry.refused?))).collect()
    }

    /// Position and figure of each entry.
    fn figures(&self) -> Vec<(u64, i64)> {
        self.door().entries(0, u64::MAX).into_iter().map(|entry| (entry.position, entry.figure)).collect()
    }

    fn differs_from(&self, log: &Desk) -> Vec<Difference> {
        compare(&*self.door(), &*log.door())
    }
}

/// Ada opens with 100.00; Bob opens with 10.00; Ada withdraws 80.00, deposits 5.00, withdraws 20.00.
fn two_accounts() -> (Desk, String, String) {
    let desk = Desk::bank();
    let (ada, bob) = (desk.open("Ada", 10_000), desk.open("Bob", 1_000));
    desk.withdraw(&ada, 8_000).expect("enough");
    desk.deposit(&ada, 500).expect("open");
    desk.withdraw(&ada, 2_000).expect("enough");
    (desk, ada, bob)
}

#[test]
fn a_skipped_event_closes_the_gap_and_marks_what_would_be_refused() {
    let (desk, ada, _) = two_accounts();
    let before = desk.export();
    let branch = desk.branch(desk.len());
    branch.edit(&[skip(1)]).expect("the branch took it over");

    assert_eq!((branch.len(), desk.len()), (6, 7));
    let told: Vec<_> =
        branch.events().iter().map(|event| (event["position"].clone(), event["revision"].clone())).collect();
    let expected =
        [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 3)].map(|(position, revision)| (json!(position), json!(revision)));
    assert_eq!(told, expected);
    assert_eq!(
        branch.marks(),
        [
            (3, "Expected at most $0.00, which is all there is; found $80.00.".to_owned()),
            (5, "Expected at most −$75.00, which is all there is; found $20.00.".to_owned()),
        ]
    );
    let state = branch.door().state(&stream(&ada), branch.len());
    assert_eq!(state["balance"], json!(-9_500), "what is refused counts all the same");
    assert_eq!(desk.export(), before, "the log is as it was");
}

#[test]
fn a_question_is_answered_from_what_the_branch_tells() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(desk.len());
    let answer = || branch.door().answers()[0].from_log.clone();
    assert_eq!(answer(), "1 of the 1 who withdrew money.");
    branch.edit(&[skip(4), skip(6)]).expect("the branch took them over");
    assert_eq!(answer(), "None yet: nobody has withdrawn any money.");
}

#[test]
fn an_edited_event_keeps_its_id_and_is_pencil() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(desk.len());
    branch.edit(&[say(1, r#"{ "amount": 20000 }"#)]).expect("a deposit has an amount");
    assert_eq!(branch.figures()[5..], [(5, 12_500), (6, 10_500)]);
    assert_eq!(branch.marks(), []);
    let (told, recorded) = (branch.events(), desk.events());
    assert_eq!(told[1]["data"], json!({ "amount": 20_000 }));
    for (told, recorded) in told.iter().zip(&recorded) {
        for name in ["id", "stream", "revision", "position", "type", "metadata"] {
            assert_eq!(told[name], recorded[name], "{name} stays");
        }
    }
    let pencil: Vec<_> =
        branch.door().entries(0, 9).iter().filter(|entry| entry.is_pencil).map(|e| e.position).collect();
    assert_eq!(pencil, [1]);
}

#[test]
fn what_led_to_an_event_is_named_even_if_it_is_left_out() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(desk.len());
    let metadata = |desk: &Desk, id: &Value| {
        let events = desk.events();
        events.into_iter().find(|event| event["id"] == *id).expect("it is there")["metadata"].clone()
    };
    let opened = desk.events()[0]["id"].clone();
    branch.edit(&[skip(0), skip(2)]).expect("both were taken over");
    for kept in branch.events() {
        assert_eq!(kept["metadata"], metadata(&desk, &kept["id"]));
    }
    assert_eq!(branch.events()[0]["metadata"]["causationId"], opened);
    let verified = branch.lab.verify(branch.log).expect("in memory");
    assert_eq!((verified.events, verified.first_bad), (5, None));
}

#[test]
fn what_is_refused_counts_for_what_comes_after_it() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(desk.len());
    branch.edit(&[skip(0)]).expect("it was taken over");
    // The first deposit finds no account. After it there is one, of nobody, and the rest would be granted.
    assert_eq!(branch.marks(), [(0, "There is no such account. Open one first.".to_owned())]);
    branch.edit(&[skip(0), skip(1)]).expect("both were taken over");
    let refused = [
        (2, "There is no such account. Open one first."),
        (4, "Expected at most −$75.00, which is all there is; found $20.00."),
    ];
    assert_eq!(branch.marks(), refused.map(|(at, why)| (at, why.to_owned())));
}

#[test]
fn without_its_edits_a_branch_is_its_base_again() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(6);
    let before = branch.events();
    branch.edit(&[skip(1), say(4, r#"{"amount":1}"#)]).expect("both were taken over");
    assert_ne!(branch.events(), before);
    branch.edit(&[say(4, r#"{"amount":1}"#)]).expect("one is undone");
    assert_eq!((branch.len(), branch.marks()), (6, vec![]));
    branch.edit(&[]).expect("nothing is edited");
    assert_eq!(branch.events(), before);
    assert_eq!(branch.differs_from(&desk.branch(6)), []);
}

#[test]
fn what_was_recorded_on_the_branch_stays_behind_the_edits() {
    let (desk, ada, bob) = two_accounts();
    let branch = desk.branch(desk.len());
    branch.deposit(&bob, 7).expect("open");
    branch.edit(&[skip(1)]).expect("it was taken over");
    branch.deposit(&ada, 20_000).expect("open");
    branch.withdraw(&ada, 10_000).expect("enough now");
    assert_eq!(branch.marks().len(), 2, "what was decided in the branch is no surprise");
    let own = |branch: &Desk| -> Vec<_> {
        branch.events().split_off(branch.len() as usize - 3).iter().map(|event| event["id"].clone()).collect()
    };
    let ids = own(&branch);

    branch.edit(&[skip(1), skip(4)]).expect("both were taken over");
    assert_eq!((branch.len(), own(&branch)), (8, ids.clone()));
    branch.edit(&[]).expect("nothing is edited");
    assert_eq!((branch.len(), own(&branch)), (10, ids));
    assert_eq!(branch.figures()[7..], [(7, 1_007), (8, 20_500), (9, 10_500)]);
    let pencil = branch.door().entries(0, 10).iter().filter(|entry| entry.is_pencil).map(|entry| entry.position).min();
    assert_eq!(pencil, Some(7));
}

#[test]
fn what_was_appended_past_the_rules_is_marked_where_something_was_edited() {
    let (desk, ada, _) = two_accounts();
    let branch = desk.branch(desk.len());
    branch.edit(&[say(1, r#"{"amount":20000}"#)]).expect("it was taken over");
    let name = format!("account-{ada}");
    branch.append(&name, ExpectedRevision::Any, vec![fact("MoneyWithdrawn", r#"{"amount":90000}"#)]).expect("any fact");
    assert_eq!(branch.marks().iter().map(|(at, _)| *at).collect::<Vec<_>>(), [7]);
}

#[test]
fn an_edit_that_can_not_be_is_refused_with_a_sentence() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(5);
    let before = branch.events();
    let cases = [
        (vec![skip(5)], "Expected one of the 5 events that the branch took over, found position 5."),
        (vec![skip(1), say(1, r#"{"amount":1}"#)], "Expected one edit of an event, found two of that at 1."),
        (
            vec![say(1, r#"{"amount":"5"}"#)],
            "Expected data that MoneyDeposited has, found “{\"amount\":\"5\"}”: the data of MoneyDeposited can't be read",
        ),
        (vec![say(1, r#"{"amount":9007199254740992}"#)], "found 9007199254740992."),
        (
            vec![say(1, r#"{"amount":9007199254740991}"#), say(4, r#"{"amount":-1}"#)],
            "Expected sums within ±9007199254740991",
        ),
        (vec![skip(0); 1001], "Expected at most 1000 edits of a branch, found 1001."),
    ];
    for (edits, says) in cases {
        let no = branch.edit(&edits).expect_err(says);
        assert_eq!(no.name(), "BadInput");
        assert!(no.to_string().contains(says), "{no}");
        assert_eq!((branch.events(), branch.door().what_if().is_none()), (before.clone(), true));
    }
    let no = desk.edit(&[skip(0)]).expect_err("recorded events stay");
    assert!(no.to_string().starts_with("Expected a branch, found a log whose events are recorded"), "{no}");
}

#[test]
fn a_skip_keeps_to_the_bounds_as_well() {
    let desk = Desk::bank();
    let ada = desk.open("Ada", MOST);
    desk.withdraw(&ada, 5).expect("enough");
    desk.deposit(&ada, 5).expect("within bounds");
    let branch = desk.branch(4);
    let no = branch.edit(&[skip(2)]).expect_err("five cents too many");
    assert!(no.to_string().starts_with("Expected sums within ±"), "{no}");
}

#[test]
fn the_same_command_can_be_asked_again_once_it_is_left_out_but_not_twice() {
    let (desk, ada, _) = two_accounts();
    let id = desk.events()[5]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let branch = desk.branch(desk.len());
    branch.edit(&[skip(5)]).expect("it was taken over");
    let words = json!({ "type": "Deposit", "accountId": ada, "amount": 9 });
    let again =
        branch.put(daybook::lab::door::Ask { words, id: Some(id), ..Default::default() }).expect("no such event");
    assert!(!again.again);
    let no = branch.edit(&[]).expect_err("two events of one id");
    assert!(no.to_string().contains("twice"), "{no}");
}

#[test]
fn kinds_that_nobody_knows_can_be_edited_and_are_not_judged() {
    let desk = Desk::bank();
    desk.append("account-x", ExpectedRevision::Any, vec![fact("MoneyFound", "{}")]).expect("any kind is kept");
    let branch = desk.branch(1);
    branch.edit(&[say(0, r#"{"where":"street"}"#)]).expect("nobody knows what it may say");
    assert_eq!((branch.events()[0]["data"].clone(), branch.marks()), (json!({ "where": "street" }), vec![]));
}

#[test]
fn branch_and_log_differ_field_by_field() {
    let (desk, ada, bob) = two_accounts();
    let branch = desk.branch(desk.len());
    assert_eq!(branch.differs_from(&desk), []);
    branch.edit(&[say(0, r#"{"owner":"Ada L.","number":"1"}"#), skip(6)]).expect("both were taken over");
    desk.deposit(&bob, 1).expect("the log goes on");
    let told: Vec<_> = branch
        .differs_from(&desk)
        .into_iter()
        .map(|difference| {
            let fields =
                difference.fields.into_iter().map(|field| (field.path, field.log, field.branch)).collect::<Vec<_>>();
            (difference.stream, fields)
        })
        .collect();
    let number = desk.door().state(&stream(&ada), 7)["number"].clone();
    let expected = [
        (
            stream(&ada),
            vec![
                ("balance".to_owned(), Some(json!(500)), Some(json!(2_500))),
                ("number".to_owned(), Some(number), Some(json!("1"))),
                ("owner".to_owned(), Some(json!("Ada")), Some(json!("Ada L."))),
            ],
        ),
        (stream(&bob), vec![("balance".to_owned(), Some(json!(1_001)), Some(json!(1_000)))]),
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_account_that_only_one_side_has_differs_in_every_field_it_has() {
    let (desk, _, bob) = two_accounts();
    let branch = desk.branch(desk.len());
    branch.edit(&[skip(2), skip(3)]).expect("both were taken over");
    let differences = branch.differs_from(&desk);
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0].stream, stream(&bob));
    let owner = differences[0].fields.iter().find(|field| field.path == "owner").expect("it had an owner");
    assert_eq!((&owner.log, &owner.branch), (&Some(json!("Bob")), &None));
}

#[test]
fn an_export_says_what_was_edited_and_is_read_as_a_copy() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(desk.len());
    branch.edit(&[skip(1), say(4, r#"{"amount":1}"#)]).expect("both were taken over");
    let text = branch.export();
    let header: Value = serde_json::from_str(text.lines().next().expect("a header")).expect("JSON");
    let edits = json!([{ "skip": 1 }, { "data": [4, { "amount": 1 }] }]);
    assert_eq!(header["whatIf"], json!({ "base": desk.log, "fork": 7, "edits": edits }));

    let imported = desk.import(&text, As::Copy);
    assert_eq!((imported.verdict, imported.events), (Verdict::Risky, 6));
    assert_eq!(
        imported.reasons,
        ["This is a what-if: 2 of its events were left out or edited after they had been recorded."]
    );
    let copy = desk.beside(imported.log.expect("a copy"));
    assert_eq!((copy.events(), copy.door().origin()), (branch.events(), &Origin::Copy));
    assert_eq!(
        serde_json::from_str::<Value>(copy.export().lines().next().unwrap_or_default()).expect("JSON")["whatIf"],
        header["whatIf"]
    );
}

#[test]
fn a_branch_of_an_edited_branch_takes_over_what_it_tells() {
    let (desk, ada, _) = two_accounts();
    let branch = desk.branch(desk.len());
    branch.edit(&[skip(1)]).expect("it was taken over");
    branch.deposit(&ada, 3).expect("open");
    let next = branch.branch(branch.len());
    assert_eq!((next.events(), next.marks()), (branch.events(), vec![]));
    next.edit(&[skip(6)]).expect("it was taken over");
    assert_eq!(next.len(), 6);
    assert_eq!(branch.len(), 7);
}

#[test]
fn the_moment_that_is_looked_at_stays_if_there_is_one() {
    let (desk, ..) = two_accounts();
    let branch = desk.branch(desk.len());
    desk.lab.seek(branch.log, Some(6)).expect("a moment");
    branch.edit(&[skip(5), skip(6)]).expect("both were taken over");
    assert_eq!(branch.door().cursor(), None, "the branch is five events long");
}

/// Any log and any edits of it, against the plainest way to tell both.
mod laws {
    use super::*;

    /// A failure prints the smallest case that fails; no file keeps it.
    fn cases(cases: u32) -> ProptestConfig {
        ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
    }

    fn event() -> impl Strategy<Value = Event> {
        let cents = -20..100_i64;
        prop_oneof![
            1 => Just(Event::AccountOpened { owner: "Ada".into(), number: "1".into() }),
            4 => cents.clone().prop_map(|amount| Event::MoneyDeposited { amount }),
            4 => cents.prop_map(|amount| Event::MoneyWithdrawn { amount }),
            1 => Just(Event::AccountClosed { reason: None }),
        ]
    }

    fn any_fact() -> impl Strategy<Value = Fact> {
        prop_oneof![
            9 => event().prop_map(|event| Fact::of(&event)),
            1 => Just(fact("MoneyFound", "{}")),
        ]
    }

    fn log() -> impl Strategy<Value = Vec<(usize, Fact)>> {
        vec((0..3_usize, any_fact()), 1..40)
    }

    /// `None` leaves an event out, a number changes its amount, if it has one.
    type Wishes = Vec<(Index, Option<i64>)>;

    fn wishes() -> impl Strategy<Value = Wishes> {
        vec((any::<Index>(), proptest::option::of(0..100_i64)), 0..6)
    }

    fn edits(log: &[(usize, Fact)], wishes: &Wishes) -> Vec<Edit> {
        let mut edits: HashMap<u64, Edit> = HashMap::new();
        for (index, wish) in wishes {
            let at = index.index(log.len());
            let has_amount = ["MoneyDeposited", "MoneyWithdrawn"].contains(&&*log[at].1.kind);
            let edit = match wish.filter(|_| has_amount) {
                Some(amount) => say(at as u64, &format!(r#"{{"amount":{amount}}}"#)),
                None => skip(at as u64),
            };
            edits.insert(at as u64, edit);
        }
        edits.into_values().collect()
    }

    fn name(stream: usize) -> String {
        format!("account-{stream}")
    }

    fn record(desk: &Desk, log: &[(usize, Fact)]) {
        for (stream, fact) in log {
            desk.append(&name(*stream), ExpectedRevision::Any, vec![fact.clone()]).expect("within bounds");
        }
    }

    /// The log with its edits, and which positions of it are refused: told event by event.
    fn told_plainly(log: &[(usize, Fact)], edits: &[Edit]) -> (Vec<(usize, Fact)>, Vec<u64>) {
        let (mut told, mut refused) = (Vec::new(), Vec::new());
        let mut edited = [false; 3];
        let mut before: [Vec<Event>; 3] = Default::default();
        for (at, (stream, fact)) in (0..).zip(log) {
            let mut fact = fact.clone();
            let edit = edits.iter().find(|edit| edit.position() == Position(at));
            edited[*stream] |= edit.is_some();
            match edit {
                Some(Edit::Skip(_)) => continue,
                Some(Edit::Data(_, data)) => fact.data.clone_from(data),
                None => {}
            }
            if let Ok(event) = Event::read(&fact.kind, 1, &fact.data) {
                let state = fold(&Bank::default(), &before[*stream]);
                let wish = Bank::default().wish(&StreamId::new(name(*stream)), std::slice::from_ref(&event));
                let wish = wish.expect("each of these events is asked for");
                if edited[*stream] && Bank::default().decide(&wish, &state).is_err() {
                    refused.push(told.len() as u64);
                }
                before[*stream].push(event);
            }
            told.push((*stream, fact));
        }
        (told, refused)
    }

    /// Everything but ids and metadata.
    fn plain(desk: &Desk) -> Vec<Value> {
        let mut events = desk.events();
        for event in &mut events {
            event["id"].take();
            event["metadata"].take();
        }
        events
    }

    fn views(desk: &Desk, at: u64) -> (Option<Value>, Option<Value>) {
        (desk.door().view("accounts", at), desk.door().view("totals", at))
    }

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn an_edited_branch_is_the_log_that_was_told_so(log in log(), wishes in wishes(), own in log()) {
            let base = Desk::bank();
            record(&base, &log);
            let (edits, branch) = (edits(&log, &wishes), base.branch(base.len()));
            branch.edit(&edits).expect("every edit can be made");
            let (told, refused) = told_plainly(&log, &edits);
            let marks: Vec<_> = branch.marks().into_iter().map(|(at, _)| at).collect();
            prop_assert_eq!(marks, refused);

            record(&branch, &own);
            let as_told = Desk::bank();
            record(&as_told, &told);
            record(&as_told, &own);
            prop_assert_eq!(plain(&branch), plain(&as_told));
            prop_assert_eq!(branch.figures(), as_told.figures());
            for at in 0..=branch.len() {
                prop_assert_eq!(views(&branch, at), views(&as_told, at), "after {} events", at);
            }
        }

        #[test]
        fn edits_that_are_undone_leave_the_base(log in log(), wishes in wishes(), others in wishes(), fork in any::<Index>()) {
            let base = Desk::bank();
            record(&base, &log);
            let fork = 1 + fork.index(log.len());
            let branch = base.branch(fork as u64);
            let before = branch.export();
            for wishes in [&wishes, &others, &wishes] {
                branch.edit(&edits(&log[..fork], wishes)).expect("every edit can be made");
            }
            let in_steps = (branch.export(), branch.marks(), branch.figures());
            let at_once = base.branch(fork as u64);
            at_once.edit(&edits(&log[..fork], &wishes)).expect("every edit can be made");
            prop_assert_eq!((plain(&branch), &in_steps.1, &in_steps.2), (plain(&at_once), &at_once.marks(), &at_once.figures()));
            branch.edit(&[]).expect("nothing is edited");
            let header = |text: &str| text.split_once('\n').map(|(_, events)| events.to_owned());
            prop_assert_eq!(header(&branch.export()), header(&before));
            prop_assert_eq!(branch.differs_from(&base.branch(fork as u64)), vec![]);
        }

        #[test]
        fn a_branch_differs_only_where_states_differ(log in log(), wishes in wishes(), since in log()) {
            let base = Desk::bank();
            record(&base, &log);
            let branch = base.branch(base.len());
            branch.edit(&edits(&log, &wishes)).expect("every edit can be made");
            record(&base, &since);
            let differ: Vec<_> = branch.differs_from(&base).into_iter().map(|difference| difference.stream).collect();
            let state = |desk: &Desk, stream: &StreamId| desk.door().state(stream, desk.len());
            let streams = (0..3).map(|nth| StreamId::new(name(nth)));
            let expected: Vec<_> = streams.filter(|stream| state(&branch, stream) != state(&base, stream)).collect();
            prop_assert_eq!(differ, expected);
        }

        #[test]
        fn a_fork_is_the_beginning_and_lives_on_by_itself(log in log(), at in any::<Index>(), more in log()) {
            let mut store = Store::of::<Event>();
            for (stream, fact) in &log {
                add(&mut store, &name(*stream), vec![fact.clone()]);
            }
            let at = at.index(log.len() + 1);
            let mut fork = store.fork(at as u64);
            let mut cut = Store::of::<Event>();
            for (stream, fact) in &log[..at] {
                add(&mut cut, &name(*stream), vec![fact.clone()]);
            }
            let whole = told(&store);
            for (stream, fact) in &more {
                add(&mut fork, &name(*stream), vec![fact.clone()]);
                add(&mut cut, &name(*stream), vec![fact.clone()]);
            }
            prop_assert_eq!(told(&fork), told(&cut));
            prop_assert_eq!(told(&store), whole);
            for position in 0..cut.len() {
                let id = cut.event(position).expect("it is there").id;
                prop_assert_eq!(fork.find(id), Some(Position(position)));
            }
        }
    }

    fn told(store: &Store) -> Vec<Value> {
        (0..store.len()).filter_map(|position| store.event(position)).map(|event| json!(event)).collect()
    }

    /// Chunks, pieces of text and keyframes have ends; a long log passes them all.
    #[test]
    fn a_long_log_is_told_otherwise_as_a_short_one_is() {
        const LEN: u64 = 10_000;
        let mut store = Store::of::<Event>();
        let fact = |nth: u64| fact("MoneyDeposited", &format!(r#"{{"amount": {nth}, "for": "what it says"}}"#));
        for nth in 0..LEN {
            add(&mut store, &name((nth % 7) as usize), vec![fact(nth)]);
        }
        for first in [0, 4095, 4096, 4097, 8192, LEN - 1] {
            let changes = [(first, Retold::Nothing), (LEN - 1, Retold::Nothing)].into();
            let mut retold = store.retold(&changes);
            let kept: Vec<u64> = (0..LEN - 1).filter(|nth| *nth != first).collect();
            assert_eq!(retold.len(), kept.len() as u64);
            add(&mut retold, "account-8", vec![fact(1)]);
            add(&mut store.fork(first), "account-9", vec![fact(2)]);
            for (position, nth) in (0..).zip(&kept) {
                let (told, was) = (retold.event(position).expect("told"), store.event(*nth).expect("kept"));
                assert_eq!((told.id, told.data.get(), &told.metadata), (was.id, was.data.get(), &was.metadata));
            }
            let mut views = (Projection::<Event, States<Bank>>::default(), Sums::default());
            views.0.advance(&retold, u64::MAX);
            views.1.advance(&retold, u64::MAX);
            for (key, _) in retold.streams() {
                let state = views.0.view().of_stream(key).expect("it has events");
                assert_eq!(state.balance(), views.1.of(key));
            }
        }
        assert_eq!(store.len(), LEN);
    }

    /// The keyframes after an edit are made from those of the base.
    #[test]
    fn a_long_branch_knows_every_moment() {
        let fact = |nth: u64| fact("MoneyDeposited", &format!(r#"{{"amount":{nth}}}"#));
        let log: Vec<_> = (0..3000_u64).map(|nth| ((nth % 3) as usize, fact(nth))).collect();
        let base = Desk::bank();
        record(&base, &log);
        let branch = base.branch(base.len());
        // The last one leaves out a stream's first event, so that streams have other numbers.
        for edits in [vec![skip(1500)], vec![skip(700), say(1501, r#"{"amount":7}"#), skip(2900)], vec![skip(0)]] {
            branch.edit(&edits).expect("every edit can be made");
            let as_told = Desk::bank();
            record(&as_told, &told_plainly(&log, &edits).0);
            for at in (0..=branch.len()).step_by(61).chain([branch.len()]) {
                assert_eq!(views(&branch, at), views(&as_told, at), "after {at} events");
            }
        }
    }
}
