//! A stretch of a stream as examples: given what had happened, when this was asked, then that followed.
//!
//! What a log tells once, an example tells for ever: as a row of a table, as data, and as Rust that passes when it is
//! pasted into a test. Each command of the stretch makes one. Refusals are told where there are any: in a branch with
//! edits, whose marked events are wishes that would not be granted, and for a command that is only tried.

use std::slice;

use serde::Serialize;
use serde_json::{Value, json};

use super::door::{Ask, Asked};
use super::no::No;
use super::running::{Running, Understood};
use crate::crud::Twin;
use crate::engine::handle::nth_id;
use crate::engine::integrity::Link;
use crate::engine::{Event, Position, StreamId, fold};
use crate::worlds::money::format_cents;
use crate::worlds::{Closing, FieldKind, Form, Literal, Term};

/// The most commands of one stretch.
const MOST_COMMANDS: usize = 100;
/// The most events that come before, all examples taken together.
const MOST_BEFORE: usize = 2000;
/// The widest line of Rust, as this house writes it.
const WIDTH: usize = 120;

/// How much is told of what had happened before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Every event of the stream.
    All,
    /// What it added up to, in as few events as the world's books need to carry it over.
    Short,
}

/// Something that is said in an example, in each of its ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// For people.
    pub words: String,
    /// For programs.
    pub data: Value,
    /// For tests.
    pub rust: Literal,
}

/// Given what had happened, when this was asked, then that followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The first event that the command led to, or the log's length when it was tried.
    pub position: Position,
    /// What had happened.
    pub given: Vec<Told>,
    /// What was asked.
    pub when: Told,
    /// What followed, or why nothing did.
    pub then: Result<Vec<Told>, Told>,
    /// Whether the log says the same; rules may have changed since.
    pub is_recorded: bool,
}

/// Examples of one world.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    /// In the order of the log.
    pub all: Vec<Example>,
    import: String,
    decider: String,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What had happened, a sentence each.
    pub given: Vec<String>,
    /// What was asked.
    pub when: String,
    /// What followed, a sentence each; or why nothing did.
    pub then: Vec<String>,
    /// Whether it was refused.
    pub is_refused: bool,
}

impl Examples {
    /// As a table.
    pub fn table(&self) -> Vec<Line> {
        let words = |told: &[Told]| told.iter().map(|told| told.words.clone()).collect();
        let line = |example: &Example| Line {
            given: words(&example.given),
            when: example.when.words.clone(),
            then: words(example.then.as_deref().unwrap_or_else(|refusal| slice::from_ref(refusal))),
            is_refused: example.then.is_err(),
        };
        self.all.iter().map(line).collect()
    }

    /// As plain data: `[{given: [{type, data}], when: {type, …}, then: [{type, data}]}]`, or `refused` in place of
    /// `then`.
    pub fn data(&self) -> Value {
        let data = |told: &[Told]| told.iter().map(|told| told.data.clone()).collect::<Value>();
        let example = |example: &Example| {
            let (given, when) = (data(&example.given), &example.when.data);
            match &example.then {
                Ok(events) => json!({ "given": given, "when": when, "then": data(events) }),
                Err(refusal) => json!({ "given": given, "when": when, "refused": refusal.data }),
            }
        };
        self.all.iter().map(example).collect()
    }

    /// As a file of tests.
    pub fn rust(&self) -> String {
        let head = format!(
            "//! What a log says, as examples that keep it true.\n\nuse daybook::engine::spec::given;\nuse daybook::{};\n",
            self.import
        );
        let test = |example: &Example| {
            let kind = example.when.data["type"].as_str().unwrap_or("command");
            let name = format!("{}_at_{}", snake(kind), example.position);
            let before = listed("before", &example.given);
            let command = line("    let command = ", &example.when.rust);
            let (then, expects) = match &example.then {
                Ok(events) => (listed("after", events), "then(after)"),
                Err(refusal) => {
                    let why = comment(&refusal.words);
                    (format!("    {why}\n{}", line("    let refusal = ", &refusal.rust)), "then_refused(refusal)")
                }
            };
            let decider = &self.decider;
            format!(
                "\n#[test]\nfn {name}() {{\n{before}{command}{then}    given(&{decider}, before).when(&command).{expects}.assert();\n}}\n"
            )
        };
        head + &self.all.iter().map(test).collect::<Vec<_>>().concat()
    }
}

/// A list, with a sentence above each entry.
fn listed(name: &str, all: &[Told]) -> String {
    if all.is_empty() {
        return format!("    let {name} = [];\n");
    }
    let entry = |told: &Told| {
        let rust = told.rust.laid_out(8, WIDTH - "        ,".len());
        format!("        {}\n        {rust},\n", comment(&told.words))
    };
    format!("    let {name} = [\n{}    ];\n", all.iter().map(entry).collect::<Vec<_>>().concat())
}

/// A statement: on one line, or its expression on the next, or a field a line.
fn line(begins: &str, rust: &Literal) -> String {
    let room = WIDTH - 1;
    let whole = rust.laid_out(4, room);
    if !whole.contains('\n') && begins.len() + whole.chars().count() > room && 8 + whole.chars().count() <= room {
        return format!("{}\n        {whole};\n", begins.trim_end());
    }
    format!("{begins}{};\n", rust.laid_out(4, room - begins.len()))
}

/// A sentence as a comment. It may hold what anyone has typed, so nothing in it may end the line or turn it around.
fn comment(words: &str) -> String {
    let plain = |c: char| matches!(c, '"' | '\'' | '\\');
    let told: String =
        words.chars().flat_map(|c| if plain(c) { vec![c] } else { c.escape_debug().collect() }).collect();
    format!("// {told}")
}

/// The name of a command as that of a function.
fn snake(kind: &str) -> String {
    let mut name = String::new();
    let mut was_small = false;
    for c in kind.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
        if c.is_ascii_uppercase() && was_small {
            name.push('_');
        }
        was_small = !c.is_ascii_uppercase() && c != '_';
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// A command as the page asks for it: the button, and what stands in the form's fields.
fn asked(forms: &[Form], words: &Value) -> String {
    let kind = words["type"].as_str().unwrap_or_default();
    let pressed =
        forms.iter().find_map(|form| Some((form, form.buttons.iter().find(|button| button.command == kind)?)));
    let (label, subject, fields) =
        pressed.map_or((kind, None, &[][..]), |(form, button)| (button.label, button.subject, form.fields));
    let said = |kind: FieldKind, value: &Value| match (kind, value.as_i64(), value.as_str()) {
        (FieldKind::Money, Some(cents), _) => format_cents(cents),
        (_, _, Some(text)) => text.to_owned(),
        (_, _, None) => value.to_string(),
    };
    let in_form = fields.iter().filter_map(|field| Some((field.label, said(field.kind, words.get(field.name)?))));
    let is_told = |name: &str| name == "type" || subject == Some(name) || fields.iter().any(|field| field.name == name);
    let others = words.as_object().into_iter().flatten().filter(|(name, _)| !is_told(name));
    let others = others.map(|(name, value)| (name.as_str(), said(FieldKind::Text, value)));
    let told: Vec<_> = in_form.chain(others).map(|(name, said)| format!(", {name} {said}")).collect();
    label.to_owned() + &told.concat()
}

impl<W: Twin> Running<W> {
    /// The stretch `from..to` of a stream, in positions of the log, as examples.
    pub(super) fn stretch(&self, stream: &StreamId, from: u64, to: u64, before: Before) -> Result<Examples, No> {
        let runs = self.runs(stream, from, to);
        if runs.len() > MOST_COMMANDS {
            return Err(No::bad_input(format!(
                "Expected a stretch of at most {MOST_COMMANDS} commands, found {}. Choose a shorter one.",
                runs.len()
            )));
        }
        let mut all = Vec::new();
        let mut lines = 0;
        for run in runs {
            let events: Vec<_> = run.iter().map(|(_, event)| event.clone()).collect();
            let wishes = match self.world.wish(stream, &events) {
                Some(wish) => vec![(run[0].0, wish, events)],
                None => run.into_iter().filter_map(|(at, event)| self.single(stream, at, event)).collect(),
            };
            for (at, wish, events) in wishes {
                let given = self.before(stream, at, before, MOST_BEFORE - lines)?;
                lines += given.len();
                all.push(self.example(stream, at, given, &wish, Some(&events)));
            }
        }
        Ok(self.examples_of(all))
    }

    /// What would come of a command if it were asked after the first `applied` events. Nothing is recorded.
    pub(super) fn tried(&self, ask: &Ask, asked: &Asked, applied: u64, before: Before) -> Result<Examples, No> {
        let Understood { command, stream, .. } = self.understand(ask, ask.id.unwrap_or(asked.id), asked)?;
        let applied = applied.min(self.store.len());
        let given = self.before(&stream, applied, before, MOST_BEFORE)?;
        Ok(self.examples_of(vec![self.example(&stream, applied, given, &command, None)]))
    }

    fn examples_of(&self, all: Vec<Example>) -> Examples {
        let said = |term| self.world.rust(&term).name;
        Examples { all, import: said(Term::Import), decider: said(Term::Decider) }
    }

    fn single(&self, stream: &StreamId, at: u64, event: W::Event) -> Option<(u64, W::Command, Vec<W::Event>)> {
        let wish = self.world.wish(stream, slice::from_ref(&event))?;
        Some((at, wish, vec![event]))
    }

    /// The events of a stretch that today's code can read, those of one command together, each with its position.
    fn runs(&self, stream: &StreamId, from: u64, to: u64) -> Vec<Vec<(u64, W::Event)>> {
        let mut runs: Vec<Vec<(u64, W::Event)>> = Vec::new();
        let mut follows = None;
        for (position, event) in self.typed(stream, from, to) {
            let Some(recorded) = self.store.event(position) else { continue };
            let cause = recorded.metadata.causation_id;
            match runs.last_mut().filter(|_| follows == Some((recorded.id, cause))) {
                Some(run) => run.push((position, event)),
                None => runs.push(vec![(position, event)]),
            }
            follows = Some((nth_id(recorded.id, 1), cause));
        }
        runs
    }

    fn typed(&self, stream: &StreamId, from: u64, to: u64) -> impl Iterator<Item = (u64, W::Event)> {
        let positions = self.key(stream).map_or(&[][..], |key| self.store.positions(key));
        let before = |end: u64| positions.partition_point(|&at| u64::from(at) < end);
        let within = &positions[before(from).min(before(to))..before(to)];
        within
            .iter()
            .map(|&at| u64::from(at))
            .filter_map(|at| Some((at, self.store.typed(at, self.store.row(at)?).ok()?)))
    }

    /// What had happened in a stream before a position, told in at most so many events.
    fn before(&self, stream: &StreamId, at: u64, before: Before, most: usize) -> Result<Vec<Told>, No> {
        let short = match before {
            Before::All => None,
            Before::Short => self.in_short(stream, at),
        };
        let events = short.unwrap_or_else(|| self.typed(stream, 0, at).map(|(_, event)| event).collect());
        if events.len() > most {
            return Err(No::bad_input(format!(
                "Expected at most {MOST_BEFORE} events before the commands of a stretch, all of them together, found more. \
                 Choose a shorter stretch, or what had happened in short."
            )));
        }
        Ok(events.iter().map(|event| self.told(event)).collect())
    }

    /// The few events that add up to a stream's state, if the world's books know any.
    fn in_short(&self, stream: &StreamId, at: u64) -> Option<Vec<W::Event>> {
        let state = self.state_at(Some(stream), at);
        let closing = Closing { log: self.id, head: Link::genesis(self.id), next: self.id };
        let carried = self.world.carry_over(&closing, &[(stream, &state)]);
        let events: Vec<_> = carried.into_iter().filter(|(of, _)| of == stream).map(|(_, event)| event).collect();
        let plain = |state: &W::State| self.world.plain(stream, state);
        (plain(&fold(&self.world, &events)) == plain(&state)).then_some(events)
    }

    fn example(
        &self,
        stream: &StreamId,
        at: u64,
        given: Vec<Told>,
        command: &W::Command,
        recorded: Option<&[W::Event]>,
    ) -> Example {
        let words = self.world.words(command);
        let when = Told { words: asked(W::FORMS, &words), data: words, rust: self.world.rust(&Term::Command(command)) };
        let decided = self.world.decide(command, &self.state_at(Some(stream), at));
        let data = |event: &W::Event| event.data().get().to_owned();
        let is_recorded = match (&decided, recorded) {
            (Ok(events), Some(recorded)) => events.iter().map(data).eq(recorded.iter().map(data)),
            (Ok(_) | Err(_), _) => false,
        };
        let then = match decided {
            Ok(events) => Ok(events.iter().map(|event| self.told(event)).collect()),
            Err(refusal) => {
                let why = self.world.refusal(&refusal);
                let data = json!({ "message": why.message, "field": why.field });
                Err(Told { words: why.message, data, rust: self.world.rust(&Term::Refusal(&refusal)) })
            }
        };
        Example { position: Position(at), given, when, then, is_recorded }
    }

    fn told(&self, event: &W::Event) -> Told {
        let data: Value = serde_json::from_str(event.data().get()).unwrap_or_default();
        Told {
            words: self.world.sentence(event),
            data: json!({ "type": event.kind(), "data": data }),
            rust: self.world.rust(&Term::Event(event)),
        }
    }
}
