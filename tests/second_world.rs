//! A second world, to show that the lab was not made for one.
//!
//! A list of tasks: no money, no amounts, other kinds, and an event that was once written in another shape.

mod common;

use std::cell::Cell;

use common::{Desk, story};
use daybook::crud::{Statement, Twin, quoted};
use daybook::engine::upcast::{Upcast, upcast};
use daybook::engine::{Decider, Event, ExpectedRevision, Follow, Store, StreamId, Unreadable};
use daybook::lab::deep::Depth;
use daybook::lab::door::By;
use daybook::lab::import::Verdict;
use daybook::lab::{As, Registration};
use daybook::worlds::bank::Bank;
use daybook::worlds::fields::Fields;
use daybook::worlds::opening::{Opening, Story};
use daybook::worlds::{Button, Card, Fact, Field, FieldKind, Form, Objection, Replay, Stamp, Subject, When, World};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

const WORLDS: &[Registration] = &[Registration::of::<Bank>(), Registration::of::<Tasks>()];
const DEPTHS: &[Depth] = &[Depth::of::<Tasks>()];

#[derive(Clone, Debug, PartialEq)]
enum Happened {
    TaskAdded { title: String },
    TaskDone,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Task {
    #[default]
    Unknown,
    Open(String),
    Done(String),
}

enum Command {
    Add { id: String, title: String },
    Finish { id: String },
}

#[derive(Debug, PartialEq)]
enum Refusal {
    Untitled,
    NoSuchTask,
}

#[derive(Clone, Default)]
struct Tasks;

thread_local! {
    /// How many events were folded into states.
    static FOLDED: Cell<u64> = const { Cell::new(0) };
}

impl Decider for Tasks {
    type Command = Command;
    type Event = Happened;
    type State = Task;
    type Refusal = Refusal;

    fn initial_state(&self) -> Task {
        Task::Unknown
    }

    fn decide(&self, command: &Command, task: &Task) -> Result<Vec<Happened>, Refusal> {
        match (command, task) {
            (Command::Add { title, .. }, _) if title.is_empty() => Err(Refusal::Untitled),
            (Command::Add { title, .. }, _) => Ok(vec![Happened::TaskAdded { title: title.clone() }]),
            (Command::Finish { .. }, Task::Unknown) => Err(Refusal::NoSuchTask),
            (Command::Finish { .. }, Task::Open(_)) => Ok(vec![Happened::TaskDone]),
            (Command::Finish { .. }, Task::Done(_)) => Ok(Vec::new()),
        }
    }

    fn evolve(&self, task: Task, event: &Happened) -> Task {
        FOLDED.set(FOLDED.get() + 1);
        match (event, task) {
            (Happened::TaskAdded { title }, _) => Task::Open(title.clone()),
            (Happened::TaskDone, Task::Open(title) | Task::Done(title)) => Task::Done(title),
            (Happened::TaskDone, Task::Unknown) => Task::Unknown,
        }
    }
}

/// Version 1 called the title a name.
const UPCASTS: &[Upcast] =
    &[Upcast { kind: "TaskAdded", before: 2, becomes: "TaskAdded", rewrite: |data| json!({ "title": data["name"] }) }];

impl Event for Happened {
    const KINDS: &'static [&'static str] = &["TaskAdded", "TaskDone"];
    const SCHEMA_VERSION: u16 = 2;

    fn kind(&self) -> &'static str {
        match self {
            Self::TaskAdded { .. } => "TaskAdded",
            Self::TaskDone => "TaskDone",
        }
    }

    fn data(&self) -> Box<RawValue> {
        let data = match self {
            Self::TaskAdded { title } => json!({ "title": title }),
            Self::TaskDone => json!({}),
        };
        to_raw_value(&data).expect("a value is JSON")
    }

    fn read(kind: &str, schema_version: u16, data: &RawValue) -> Result<Self, Unreadable> {
        let bad = |why: String| Unreadable::BadData { kind: kind.to_owned(), why };
        let data = serde_json::from_str(data.get()).map_err(|why| bad(why.to_string()))?;
        let (kind, data) = upcast(UPCASTS, kind, schema_version, data);
        match kind.as_str() {
            "TaskAdded" => match data["title"].as_str() {
                Some(title) => Ok(Self::TaskAdded { title: title.to_owned() }),
                None => Err(bad("no title".to_owned())),
            },
            "TaskDone" => Ok(Self::TaskDone),
            _ => Err(Unreadable::UnknownKind(kind)),
        }
    }
}

impl World for Tasks {
    const NAME: &'static str = "tasks";
    const SUBJECTS: &'static str = "tasks";
    const OPENING: &'static Opening = &Opening {
        title: "Tasks",
        question: "What is left to do?",
        tour: Story { steps: &[], end: "Nothing is done." },
        story: Story { steps: &[], end: "Nothing is done." },
        picture: &[],
        ready: &[],
        finds: &[],
    };
    const FORMS: &'static [Form] = &[Form {
        when: When::Always,
        fields: &[Field { name: "title", label: "Title", kind: FieldKind::Text, initial: "", optional: false }],
        buttons: &[Button { label: "Add", command: "Add", subject: None }],
    }];

    fn read(&self, words: &Value, stamp: &Stamp) -> Result<Command, Objection> {
        let (kind, fields) = Fields::of(words)?;
        match kind {
            "Add" => Ok(Command::Add { id: stamp.id.to_string(), title: fields.only(&["title"])?.text("title")? }),
            "Finish" => Ok(Command::Finish { id: fields.only(&["taskId"])?.text("taskId")? }),
            _ => Err(Objection::whole("Expected Add or Finish, found another command.")),
        }
    }

    fn stream_of(&self, command: &Command) -> StreamId {
        let (Command::Add { id, .. } | Command::Finish { id }) = command;
        StreamId::new(format!("task-{id}"))
    }

    fn refusal(&self, refusal: &Refusal) -> Objection {
        match refusal {
            Refusal::Untitled => Objection::field("title", "Expected a title, found nothing."),
            Refusal::NoSuchTask => Objection::whole("There is no such task. Add it first."),
        }
    }

    fn sentence(&self, event: &Happened) -> String {
        match event {
            Happened::TaskAdded { title } => format!("task added: {title}"),
            Happened::TaskDone => "task done".to_owned(),
        }
    }

    fn figure(&self, _stream: &StreamId, _sum: i64) -> String {
        String::new()
    }

    fn subject(&self, task: &Task) -> Option<Subject> {
        match task {
            Task::Unknown => None,
            Task::Open(title) => Some(Subject { name: title.clone(), is_open: true }),
            Task::Done(title) => Some(Subject { name: title.clone(), is_open: false }),
        }
    }

    fn card(&self, _stream: Option<&StreamId>, task: &Task) -> Card {
        let (badge, title) = match task {
            Task::Unknown => ("No Task", "-"),
            Task::Open(title) => ("Open", title.as_str()),
            Task::Done(title) => ("Done", title.as_str()),
        };
        Card { badge, figure: 0, facts: vec![Fact::new("Title", title)] }
    }

    fn replay(states: &mut Replay<Self>, log: &Store, to: u64) {
        states.advance(log, to);
    }

    fn plain(&self, stream: &StreamId, task: &Task) -> Value {
        let done = matches!(task, Task::Done(_));
        json!({ "taskId": stream.as_str().trim_start_matches("task-"), "done": done })
    }
}

impl Twin for Tasks {
    fn statement(&self, _stream: &StreamId, _before: &Task, events: &[Happened]) -> Option<Statement> {
        let (sql, overwrote) = match events.first()? {
            Happened::TaskAdded { title } => (format!("INSERT INTO tasks (title) VALUES ({})", quoted(title)), vec![]),
            Happened::TaskDone => ("UPDATE tasks SET done = true".to_owned(), vec![("done", "false".to_owned())]),
        };
        Some(Statement { sql, overwrote })
    }

    fn row(&self, _stream: &StreamId, task: &Task) -> Option<Vec<(&'static str, String)>> {
        match task {
            Task::Unknown => None,
            Task::Open(title) | Task::Done(title) => Some(vec![("title", title.clone())]),
        }
    }
}

fn tasks() -> Desk {
    Depth::more(DEPTHS);
    Desk::of(WORLDS, "tasks")
}

/// Adds a task and finishes it: its id.
fn chore(desk: &Desk, title: &str) -> String {
    let added = desk.ask(json!({ "type": "Add", "title": title })).expect("a good title");
    let id = added.events[0].id.to_string();
    desk.ask(json!({ "type": "Finish", "taskId": id })).expect("an open task");
    id
}

#[test]
fn two_worlds_stand_side_by_side() {
    let tasks = tasks();
    let bank = tasks.beside(tasks.lab.resolve("bank").expect("it is registered, too"));
    chore(&tasks, "Water the plants");
    let before = tasks.export();
    story(&bank);
    assert_eq!((tasks.len(), bank.len()), (2, 4));
    assert_eq!(tasks.export(), before);
    assert_eq!(tasks.deposit("00000000-0000-0000-0000-000000000000", 1).expect_err("the bank's").name(), "BadInput");
}

#[test]
fn its_log_is_told_in_its_own_words() {
    let desk = tasks();
    let id = chore(&desk, "Water the plants");
    let told: Vec<_> = desk.door().entries(0, 9).into_iter().map(|entry| (entry.sentence, entry.amount)).collect();
    let expected = [("task added: Water the plants", Some(0)), ("task done", Some(0))];
    assert_eq!(told, expected.map(|(sentence, amount)| (sentence.to_owned(), amount)));
    assert_eq!(desk.door().view("tasks", 1), Some(json!([{ "taskId": id, "done": false }])));
    assert_eq!(desk.door().view("tasks", 2), Some(json!([{ "taskId": id, "done": true }])));
    assert_eq!(desk.door().view("accounts", 2), None);
    assert_eq!(desk.door().forms()[0].buttons[0].command, "Add");
}

#[test]
fn a_row_of_its_ledger_folds_no_states() {
    let desk = tasks();
    let stream = StreamId::new(format!("task-{}", chore(&desk, "Water the plants")));
    let before = FOLDED.get();
    assert_eq!(desk.door().entries(1, 2)[0].sentence, "task done");
    assert_eq!(desk.door().history(&stream, 1, 9)[0].sentence, "task added: Water the plants");
    assert_eq!(FOLDED.get(), before);
    assert_eq!(desk.door().card(Some(&stream), 1, By::KeptView).0.badge, "Open");
    assert_eq!(FOLDED.get(), before + 1, "a state of the past is folded");
}

#[test]
fn its_past_is_at_hand_by_both_ways() {
    let desk = tasks();
    let stream = StreamId::new(format!("task-{}", chore(&desk, "Water the plants")));
    let badges = |by| [0, 1, 2].map(|k| desk.door().card(Some(&stream), k, by).0.badge);
    assert_eq!(badges(By::Replay), ["No Task", "Open", "Done"]);
    assert_eq!(badges(By::KeptView), badges(By::Replay));

    let branch = desk.branch(1);
    assert_eq!(branch.door().card(Some(&stream), 9, By::KeptView).0.badge, "Open");
    assert_eq!(desk.len(), 2);
}

#[test]
fn its_refusals_leave_no_trace_and_nothing_to_do_is_no_event() {
    let desk = tasks();
    let id = chore(&desk, "Water the plants");
    let before = desk.export();
    let untitled = desk.ask(json!({ "type": "Add", "title": "" })).expect_err("no title");
    assert_eq!((untitled.name(), untitled.field()), ("Refused", Some("title")));
    let unknown = desk.ask(json!({ "type": "Finish", "taskId": "nothing" })).expect_err("no such task");
    assert_eq!(unknown.to_string(), "There is no such task. Add it first.");
    assert!(desk.ask(json!({ "type": "Finish", "taskId": id })).expect("it is done already").events.is_empty());
    assert_eq!(desk.export(), before);
}

#[test]
fn its_twin_forgets_as_every_row_does() {
    let desk = tasks();
    let stream = StreamId::new(format!("task-{}", chore(&desk, "Water the plants")));
    let row = desk.door().row(&stream);
    assert_eq!(row.columns, Some(vec![("title", "Water the plants".to_owned())]));
    assert_eq!(row.last.expect("a statement").overwrote, [("done", "false".to_owned())]);
}

#[test]
fn its_file_goes_there_and_back_and_not_into_another_world() {
    let desk = tasks();
    chore(&desk, "Water the plants");
    let text = desk.export();
    let imported = desk.import(&text, As::Replace);
    assert_eq!((imported.verdict, imported.events), (Verdict::Fine, 2));

    let bank = Desk::of(WORLDS, "bank");
    let imported = bank.import(&text, As::Copy);
    assert_eq!(imported.reasons, ["Expected a log of the world bank, found one of “tasks”."]);
}

#[test]
fn an_event_of_an_older_shape_reads_as_todays_and_stays_as_it_was() {
    let desk = tasks();
    chore(&desk, "Water the plants");
    let old =
        desk.export().replace(r#""title":"#, r#""name":"#).replacen(r#""schemaVersion":2"#, r#""schemaVersion":1"#, 1);
    let imported = desk.import(&old, As::Copy);
    let shape = "Event 1: written in shape 1, read as shape 2.";
    assert_eq!((imported.verdict, imported.reasons[0].as_str()), (Verdict::Risky, shape));
    let copy = desk.beside(imported.log.expect("it can be read"));
    assert_eq!(copy.door().entries(0, 1)[0].sentence, "task added: Water the plants");
    assert!(copy.export().contains(r#""data":{"name":"Water the plants"}"#));
}

#[test]
fn a_kind_it_does_not_know_is_kept() {
    let desk = tasks();
    let facts = vec![common::fact("TaskForgotten", "{\"when\" : \"now\"}")];
    desk.append("task-1", ExpectedRevision::NoStream, facts).expect("any kind is kept");
    assert_eq!(desk.door().entries(0, 1)[0].amount, None);
    assert_eq!(desk.door().subjects(1), [], "nobody is told of");
}

#[test]
fn a_world_that_carries_nothing_over_keeps_its_books() {
    let desk = tasks();
    chore(&desk, "Water the plants");
    let before = desk.export();
    let no = common::now(desk.lab.close_books("tasks", None)).expect_err("it does not say what goes on");
    assert_eq!((no.name(), desk.export()), ("Refused", before));
}
