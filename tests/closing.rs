//! Closing the books: the next log begins with what the last one adds up to, and everything goes on as before.

mod common;

use std::future::ready;

use common::{Desk, Disk, fact, now, story, stream};
use daybook::engine::{ExpectedRevision, Journal, JournalError};
use daybook::formats::ndjson;
use daybook::journal::KeyedJournal;
use daybook::journal::peer::Logs as _;
use daybook::journal::storage::{Storage as _, Table};
use daybook::lab::door::{Ask, By};
use daybook::lab::import::Verdict;
use daybook::lab::no::No;
use daybook::lab::shared::{Told, Writer};
use daybook::lab::stamp::Chance;
use daybook::lab::{As, Lab, WORLDS};
use daybook::worlds::money::MOST;
use serde_json::{Value, json};
use uuid::Uuid;

fn close(desk: &Desk) -> Result<Desk, No> {
    now(desk.lab.close_books("bank", None)).map(|log| desk.beside(log))
}

/// Books of four accounts: in use, in use and empty, closed, and below nothing as only a foreign log could have it.
struct Books {
    desk: Desk,
    ada: String,
    bob: String,
    eve: String,
}

fn books(desk: Desk) -> Books {
    let ada = story(&desk);
    let bob = desk.open("Bob", 0);
    let eve = desk.open("Eve", 0);
    desk.ask(json!({ "type": "CloseAccount", "accountId": eve, "reason": "moved away" })).expect("it is empty");
    let debt = vec![fact("AccountOpened", r#"{"owner":"Zoë 🦉"}"#), fact("MoneyWithdrawn", r#"{"amount":7}"#)];
    desk.append("account-zoe", ExpectedRevision::NoStream, debt).expect("no rule is asked");
    Books { desk, ada, bob, eve }
}

fn accounts(desk: &Desk) -> Value {
    desk.door().view("accounts", u64::MAX).expect("a view")
}

fn total(desk: &Desk) -> Value {
    desk.door().view("totals", u64::MAX).expect("a view")["total"].take()
}

#[test]
fn the_first_event_names_the_old_log_its_head_and_the_balances() {
    let Books { desk, ada, bob, eve } = books(Desk::bank());
    let exported = ndjson::read(&desk.export()).expect("a Daybook log");
    let new = close(&desk).expect("there is something to carry over");

    let first = new.events().swap_remove(0);
    assert_eq!((&first["type"], &first["stream"]), (&json!("BooksOpened"), &json!(format!("books-{}", new.log))));
    let balance = |id: &str, owner: &str, cents: i64| json!({ "accountId": id, "owner": owner, "balance": cents });
    let expected = json!({
        "previousLog": desk.log,
        "head": exported.trailer.head,
        "openingBalances":
            [balance(&ada, "Ada", 12_000), balance(&bob, "Bob", 0), balance(&eve, "Eve", 0), balance("zoe", "Zoë 🦉", -7)],
    });
    assert_eq!(first["data"], expected);
    assert_eq!(first["data"]["head"].as_str().expect("a text").len(), 64);
}

#[test]
fn accounts_are_the_same_before_and_after() {
    let Books { desk, ada, .. } = books(Desk::bank());
    let (before, sum) = (accounts(&desk), total(&desk));
    let row = desk.door().row(&stream(&ada)).columns;
    let subjects = desk.door().subjects(u64::MAX);
    let new = close(&desk).expect("there is something to carry over");

    assert_eq!((accounts(&new), total(&new)), (before, sum));
    assert_eq!(new.door().subjects(u64::MAX), subjects);
    assert_eq!(new.door().row(&stream(&ada)).columns, row);
    let last = new.door().row(&stream(&ada)).last.expect("a statement");
    assert!(last.sql.starts_with("INSERT INTO accounts") && last.sql.contains("120.00"), "{}", last.sql);
    assert_eq!(last.overwrote, []);
    for (subject, _) in subjects {
        let cards = [By::Replay, By::KeptView].map(|by| new.door().card(Some(&subject), u64::MAX, by).0);
        assert_eq!(cards[0], cards[1]);
    }
}

/// What an account says to all that can be asked of it.
fn answers(desk: &Desk, account: &str) -> Vec<String> {
    let words = [
        json!({ "type": "Deposit", "accountId": account, "amount": 0 }),
        json!({ "type": "Deposit", "accountId": account, "amount": MOST }),
        json!({ "type": "Withdraw", "accountId": account, "amount": 1_000_000 }),
        json!({ "type": "CloseAccount", "accountId": account, "reason": "x".repeat(1001) }),
    ];
    words.map(|words| format!("{:?}", desk.ask(words).map(drop))).to_vec()
}

#[test]
fn refusals_are_the_same_before_and_after() {
    let Books { desk, ada, eve, .. } = books(Desk::bank());
    let nobody = Uuid::nil().to_string();
    let all = [&ada, &eve, &nobody];
    let before = all.map(|account| answers(&desk, account));
    let new = close(&desk).expect("there is something to carry over");
    assert_eq!(all.map(|account| answers(&new, account)), before);
    let no = new.deposit(&eve, 1).expect_err("it was closed");
    assert_eq!(no.to_string(), "This account is closed, and nothing more can happen to it. Open another one.");
}

#[test]
fn business_goes_on() {
    let Books { desk, ada, bob, .. } = books(Desk::bank());
    let new = close(&desk).expect("there is something to carry over");
    assert_eq!(desk.deposit(&ada, 1).expect_err("the old log is gone").name(), "BadInput");
    new.deposit(&ada, 1_000).expect("an open account");
    new.withdraw(&ada, 13_000).expect("all there is");
    for account in [&ada, &bob] {
        new.ask(json!({ "type": "CloseAccount", "accountId": account })).expect("it is empty");
    }
    let carol = new.open("Carol", 5);
    new.deposit(&carol, 1).expect("an open account");
    assert_eq!(total(&new), json!(6 - 7));
    let last = new.door().row(&stream(&ada)).last.expect("a statement");
    assert!(last.sql.starts_with("UPDATE accounts SET status = 'closed'"), "{}", last.sql);
}

#[test]
fn it_is_told_in_words() {
    let Books { desk, .. } = books(Desk::bank());
    let new = close(&desk).expect("there is something to carry over");
    let entries = new.door().entries(0, u64::MAX);
    let told: Vec<_> = entries.iter().map(|entry| (entry.sentence.as_str(), entry.amount, entry.figure)).collect();
    let log = desk.log.to_string();
    let opened = format!("books opened: 4 accounts carried over from log {}", &log[log.len() - 4..]);
    let expected = [
        (opened.as_str(), Some(0), 0),
        ("account of Ada carried over with $120.00", Some(12_000), 12_000),
        ("account of Bob carried over with $0.00", Some(0), 0),
        ("closed account of Eve carried over", Some(0), 0),
        ("account of Zoë 🦉 carried over with −$0.07", Some(-7), -7),
    ];
    assert_eq!(told, expected);
    assert_eq!((entries[0].subject.as_deref(), entries[1].subject.as_deref()), (None, Some("Ada")));
}

#[test]
fn all_of_it_is_one_command_and_one_commit() {
    let storage = Disk::default();
    let Books { desk, .. } = books(Desk::over(&storage));
    let new = close(&desk).expect("there is something to carry over");
    let place = storage.place().expect("a log was begun");
    assert_eq!((place.log, place.commits), (new.log, 1));

    let events = new.events();
    let first: Uuid = events[0]["id"].as_str().expect("a text").parse().expect("a UUID");
    for (nth, event) in (0_u64..).zip(&events) {
        let id = Uuid::from_u128(first.as_u128() + u128::from(nth));
        assert_eq!((&event["id"], &event["position"], &event["revision"]), (&json!(id), &json!(nth), &json!(0)));
        let metadata = &event["metadata"];
        assert_eq!((&metadata["actor"], &metadata["schemaVersion"]), (&json!("you"), &json!(1)));
        assert_eq!((&metadata["causationId"], &metadata["correlationId"]), (&json!(first), &json!(first)));
        assert_eq!(metadata["recordedAt"], events[0]["metadata"]["recordedAt"]);
    }
    let reopened = Desk::over(&storage);
    assert_eq!((reopened.log, reopened.export()), (new.log, new.export()));
}

#[test]
fn closing_again_names_the_log_between() {
    let Books { desk, ada, .. } = books(Desk::bank());
    let second = close(&desk).expect("there is something to carry over");
    second.deposit(&ada, 1).expect("an open account");
    let head = ndjson::read(&second.export()).expect("a Daybook log").trailer.head;
    let before = accounts(&second);
    let third = close(&second).expect("there is something to carry over");

    let data = third.events()[0]["data"].clone();
    assert_eq!((&data["previousLog"], &data["head"]), (&json!(second.log), &json!(head)));
    assert_eq!(accounts(&third), before);
    assert_eq!(third.len(), 5, "the books themselves are no account");
}

#[test]
fn its_file_goes_there_and_back() {
    let Books { desk, ada, .. } = books(Desk::bank());
    let new = close(&desk).expect("there is something to carry over");
    new.deposit(&ada, 1).expect("an open account");
    let imported = new.import(&new.export(), As::Copy);
    assert_eq!((imported.verdict, imported.reasons.clone(), imported.events), (Verdict::Fine, Vec::new(), 6));
    let copy = new.beside(imported.log.expect("it is fine"));
    assert_eq!((copy.events(), accounts(&copy)), (new.events(), accounts(&new)));
    copy.deposit(&ada, 1).expect("a copy goes on as well");

    let storage = Disk::default();
    let elsewhere = Desk::over(&storage);
    elsewhere.import(&new.export(), As::Replace).log.expect("it is fine");
    assert_eq!(storage.place().map(|place| place.commits), Some(2), "the closing is one commit again");
}

#[test]
fn every_moment_of_it_is_at_hand() {
    let Books { desk, ada, .. } = books(Desk::bank());
    let new = close(&desk).expect("there is something to carry over");
    let ada = stream(&ada);
    assert_eq!(new.door().view("accounts", 0), Some(json!([])));
    assert_eq!(new.door().view("accounts", 1), Some(json!([])), "the opening of the books is no account");
    assert_eq!(new.door().card(Some(&ada), 1, By::Replay).0.badge, "No Account");
    assert_eq!(new.door().card(Some(&ada), 2, By::Replay).0.figure, 12_000);
    for k in 0..=new.len() {
        let cut = new.branch(k);
        assert_eq!(new.door().view("accounts", k), cut.door().view("accounts", k), "after {k} events");
        let cards = [By::Replay, By::KeptView].map(|by| new.door().card(Some(&ada), k, by).0);
        assert_eq!(cards[0], cards[1], "after {k} events");
    }
}

#[test]
fn snapshots_begin_with_what_was_carried_over() {
    let Books { desk, ada, .. } = books(Desk::bank());
    let new = close(&desk).expect("there is something to carry over");
    for cents in 1..=120 {
        new.deposit(&ada, cents).expect("an open account");
    }
    let sum = 12_000 + 120 * 121 / 2;
    assert!(new.withdraw(&ada, sum + 1).is_err());
    new.withdraw(&ada, sum).expect("all there is");
    assert_eq!(new.door().sum(&stream(&ada), u64::MAX).total, 0);
}

#[test]
fn the_largest_balances_are_carried_over_and_stay_bounded() {
    let desk = Desk::bank();
    for nth in 0..3 {
        desk.open(&format!("Owner {nth}"), MOST);
    }
    let full = desk.open("Full", MOST);
    let debt = vec![fact("MoneyWithdrawn", &format!("{{\"amount\":{MOST}}}"))];
    desk.append("account-debt", ExpectedRevision::Any, debt).expect("just within");
    let sum = total(&desk);
    let new = close(&desk).expect("there is something to carry over");
    assert_eq!(total(&new), sum);
    assert!(new.deposit(&full, 1).is_err_and(|no| no.name() == "Refused"));
    let more = vec![fact("MoneyDeposited", r#"{"amount":1}"#)];
    assert!(new.append(&format!("account-{full}"), ExpectedRevision::Any, more).is_err());
    assert_eq!(new.import(&new.export(), As::Copy).verdict, Verdict::Fine);
}

#[test]
fn a_question_is_answered_from_these_books_alone() {
    let Books { desk, ada, .. } = books(Desk::bank());
    assert_eq!(desk.door().answers()[0].from_log, "1 of the 2 who withdrew money.");
    let new = close(&desk).expect("there is something to carry over");
    new.withdraw(&ada, 1).expect("enough money");
    let expected = "0 of the 1 who withdrew money. What came before these books were opened stands in the log before.";
    assert_eq!(new.door().answers()[0].from_log, expected);
}

#[test]
fn nothing_to_carry_over_is_refused() {
    for storage in [None, Some(Disk::default())] {
        let desk = storage.as_ref().map_or_else(Desk::bank, Desk::over);
        let refused = |why: &str| {
            let no = close(&desk).err().expect(why);
            assert_eq!(no.name(), "Refused");
            assert!(no.to_string().starts_with(why), "{no}");
            assert_eq!(desk.lab.recorded("bank"), Some(desk.log));
        };
        refused("Expected books with something in them, found none.");
        desk.append("account-x", ExpectedRevision::Any, vec![fact("MoneyFound", "{}")]).expect("any kind is kept");
        refused("Expected something that could be carried over, found nothing.");
        assert_eq!(desk.len(), 1);
    }
}

#[test]
fn a_storage_that_fails_leaves_the_books_open() {
    let storage = Disk::default();
    let Books { desk, ada, .. } = books(Desk::over(&storage));
    let before = desk.export();
    storage.fail(JournalError::Full);
    assert_eq!(close(&desk).err().expect("no room").name(), "JournalFull");
    assert_eq!((desk.export(), desk.lab.recorded("bank")), (before, Some(desk.log)));
    assert_eq!(desk.deposit(&ada, 1).expect_err("no room").name(), "JournalFull");
}

/// A lab over a table of texts.
fn over(table: &Table, seed: u64) -> Desk {
    let table = table.clone();
    let journal = move |world| Some(Box::new(KeyedJournal::new(table.clone(), world)) as Box<dyn Journal>);
    let lab = Lab::open(WORLDS, Chance::set(seed), journal, |_| {});
    let log = lab.recorded("bank").expect("the bank");
    Desk { lab, log }
}

#[test]
fn a_journal_holds_it_the_next_day() {
    let table = Table::of(5 << 20);
    let Books { desk, ada, .. } = books(over(&table, 1));
    let new = close(&desk).expect("there is something to carry over");
    let reopened = over(&table, 2);
    assert_eq!((reopened.log, reopened.export()), (new.log, new.export()));
    reopened.deposit(&ada, 1).expect("an open account");
    let again = over(&table, 3);
    assert_eq!(again.export(), reopened.export());
    let verified = again.lab.verify(again.log).expect("it can be read");
    assert_eq!((verified.events, verified.first_bad), (6, None));
    assert_eq!(close(&again).expect("once more").len(), 5);
}

/// A way to the writing tab on which the other tab gets one more deposit done before it makes way.
struct Late {
    lab: Lab,
    other: Desk,
    account: String,
}

impl Writer for Late {
    fn ask(&self, _wish: Uuid, _text: String) -> Told<String> {
        panic!("nobody asks for a command here")
    }

    fn lead(&self) -> Told<()> {
        self.other.deposit(&self.account, 1).expect("an open account");
        self.lab.clone().reload();
        Box::pin(ready(Ok(())))
    }

    fn rewritten(&self) -> Told<()> {
        Box::pin(ready(Ok(())))
    }
}

#[test]
fn what_another_tab_wrote_at_the_last_moment_is_carried_over() {
    let table = Table::of(5 << 20);
    let Books { desk, ada, .. } = books(over(&table, 1));
    let other = over(&table, 2);
    desk.lab.share(Late { lab: desk.lab.clone(), other, account: ada.clone() });
    let new = close(&desk).expect("there is something to carry over");
    assert_eq!(new.door().card(Some(&stream(&ada)), u64::MAX, By::KeptView).0.figure, 12_001);
    assert_eq!(over(&table, 3).export(), new.export());
}

#[test]
fn an_event_that_was_edited_is_not_carried_over() {
    let table = Table::of(5 << 20);
    let Books { desk, .. } = books(over(&table, 1));
    let keys = table.keys().expect("a table");
    let text = |key: &String| table.get(key).expect("a table").expect("it is there");
    let key = keys.iter().find(|key| text(key).contains("5000")).expect("the second deposit");
    table.set(key, &text(key).replace("5000", "9000")).expect("there is room");
    let no = close(&desk).err().expect("the chain does not hold");
    assert_eq!(no.name(), "Refused");
    assert!(no.to_string().contains("found another as entry 3."), "{no}");
    assert_eq!(over(&table, 2).log, desk.log);
}

#[test]
fn books_are_closed_when_there_is_no_room_left() {
    for accounts in [3, 150] {
        let table = Table::of(400_000);
        let desk = over(&table, 1);
        let all: Vec<_> = (0..accounts).map(|nth| desk.open(&format!("Owner {nth}"), nth)).collect();
        let mut cents = 0;
        let full = loop {
            cents += 1;
            match desk.deposit(&all[0], cents) {
                Ok(_) => {}
                Err(full) => break full,
            }
        };
        assert_eq!(full.name(), "JournalFull");
        let before = self::accounts(&desk);
        let new = close(&desk).expect("some room is kept free for this");
        let mut journal = KeyedJournal::new(table.clone(), "bank");
        journal.load().expect("it can be read");
        journal.clean();
        let reopened = over(&table, 2);
        assert_eq!((reopened.log, self::accounts(&reopened)), (new.log, before));
        assert!(table.used().expect("a table") < 200_000, "the old log is gone");
        reopened.deposit(&all[1], 1).expect("there is room again");
        let verified = over(&table, 3).lab.verify(new.log).expect("it can be read");
        assert_eq!(verified.first_bad, None);
    }
}

#[test]
fn a_command_asked_again_after_the_closing_is_a_new_one() {
    let Books { desk, ada, .. } = books(Desk::bank());
    let ask = || Ask {
        words: json!({ "type": "Deposit", "accountId": ada, "amount": 5 }),
        id: Some(Uuid::from_u128(50)),
        ..Ask::default()
    };
    desk.put(ask()).expect("an open account");
    assert!(desk.put(ask()).expect("the same command").again);
    let new = close(&desk).expect("there is something to carry over");
    assert!(!new.put(ask()).expect("these books do not know it").again);
}

#[test]
fn only_a_world_has_books() {
    let no = now(Desk::bank().lab.close_books("casino", None)).expect_err("there is no such world");
    assert_eq!(no.name(), "BadInput");
}
