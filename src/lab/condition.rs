//! A condition on events or on the state they lead to, in words that people can type.
//!
//! | | |
//! |---|---|
//! | `kind`, `stream`, `actor` | `=`, `!=`, `contains` and a name |
//! | `text contains "ada"` | anywhere in the event, upper case or lower |
//! | `time >= 2026-01-01` | when it was recorded, in UTC; a day alone is its midnight |
//! | `position < 1000` | its place in the log |
//! | `amount > 10000`, `data.owner = Ada` | a field of its data; a name of the above only after `data.` |
//! | `state.balance < 0` | a field of its stream's state after it |
//! | `not`, `and`, `or`, `( )` | `not` binds closest, then `and` |
//!
//! Fields of fields and places in lists follow after points: `openingBalances.0.owner`. Names and texts with spaces or
//! signs in them stand in quotes, as JSON has them.

use std::fmt;
use std::str::FromStr;

use serde_json::{Number, Value};

use super::path::Path;
use crate::engine::Timestamp;
use crate::worlds::money::shown;

/// The longest condition, in characters.
pub const LENGTH_MOST: usize = 1000;
/// How many brackets and `not`s may stand within each other. It bounds the depth of every function that walks a tree.
pub const DEPTH_MOST: usize = 32;

/// What shall be the case: `kind = MoneyDeposited and amount > 10000`.
///
/// It is made from text and becomes text, and what becomes of a condition's text is that condition.
///
/// ```
/// use daybook::lab::condition::Condition;
///
/// let condition: Condition = "NOT(kind=MoneyDeposited) and amount>1e4".parse()?;
/// assert_eq!(condition.to_string(), "not kind = MoneyDeposited and amount > 10000.0");
/// assert_eq!(condition.to_string().parse(), Ok(condition));
///
/// let wrong = "amount > and".parse::<Condition>().expect_err("no value");
/// assert_eq!(wrong.to_string(), "Expected a value such as 100, true or \"Ada\", found “and” at place 10.");
/// # Ok::<(), daybook::lab::condition::BadCondition>(())
/// ```
///
/// A comparison with a field that isn't there, or is of another type, is false. Only `!=` is true then, so that it is
/// always the same as `not` and `=`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(pub(super) Term);

impl Condition {
    /// Whether it asks for the state that events lead to, rather than for events alone.
    pub fn asks_state(&self) -> bool {
        self.0.asks_state()
    }
}

/// A condition or a part of one. No `All` stands directly in an `All`, and no `Any` in an `Any`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    All(Vec<Term>),
    Any(Vec<Term>),
    Not(Box<Term>),
    Test(Test),
}

/// One comparison. The parser sees to it that operator and value suit what is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    pub of: Of,
    pub op: Op,
    pub value: Literal,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Kind,
    Stream,
    Actor,
    Text,
    Time,
    Position,
    Data(Path),
    State(Path),
}

/// How it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
    Contains,
}

/// What it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(Number),
    Truth(bool),
    Time(Timestamp),
}

impl Term {
    fn asks_state(&self) -> bool {
        match self {
            Self::All(terms) | Self::Any(terms) => terms.iter().any(Self::asks_state),
            Self::Not(term) => term.asks_state(),
            Self::Test(test) => matches!(test.of, Of::State(_)),
        }
    }
}

impl Of {
    /// What has a name of its own, and so is no field of the data.
    const NAMED: &'static [(&'static str, Self)] = &[
        ("kind", Self::Kind),
        ("stream", Self::Stream),
        ("actor", Self::Actor),
        ("text", Self::Text),
        ("time", Self::Time),
        ("position", Self::Position),
    ];

    /// Whether a field of this name has to be told from other words by `data.`.
    fn is_taken(name: &str) -> bool {
        let others = ["data", "state"].into_iter().chain(KEYWORDS.iter().copied());
        Self::NAMED.iter().map(|(name, _)| *name).chain(others).any(|taken| taken.eq_ignore_ascii_case(name))
    }

    fn ops(&self) -> &'static [Op] {
        match self {
            Self::Kind | Self::Stream | Self::Actor => &[Op::Is, Op::IsNot, Op::Contains],
            Self::Text => &[Op::Contains],
            Self::Time | Self::Position => &Op::ALL[..Op::ALL.len() - 1],
            Self::Data(_) | Self::State(_) => &Op::ALL,
        }
    }
}

impl Op {
    /// A sign that begins with another one stands before it.
    const ALL: [Self; 7] = [Self::Is, Self::IsNot, Self::AtMost, Self::AtLeast, Self::Less, Self::More, Self::Contains];

    fn sign(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Contains => "contains",
        }
    }
}

impl Literal {
    /// A word as a value: a number as JSON has it, a truth, or else a text.
    fn of(word: &str) -> Self {
        let number = serde_json::from_str::<Number>(word).ok();
        // JSON's own reader takes fractions up to the last digit; Rust's takes that, too.
        let exact = |number: Number| if number.is_f64() { Number::from_f64(word.parse().ok()?) } else { Some(number) };
        match word {
            "true" => Self::Truth(true),
            "false" => Self::Truth(false),
            _ => number.and_then(exact).map_or_else(|| Self::Text(word.to_owned()), Self::Number),
        }
    }
}

// Writing.

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = |f: &mut fmt::Formatter<'_>, term: &Self, is_bracketed: bool| {
            if is_bracketed { write!(f, "({term})") } else { term.fmt(f) }
        };
        match self {
            Self::Test(Test { of, op, value }) => write!(f, "{of} {} {value}", op.sign()),
            Self::Not(term) => {
                f.write_str("not ")?;
                bracketed(f, term, matches!(**term, Self::All(_) | Self::Any(_)))
            }
            Self::All(terms) | Self::Any(terms) => {
                let is_all = matches!(self, Self::All(_));
                for (nth, term) in terms.iter().enumerate() {
                    if nth > 0 {
                        f.write_str(if is_all { " and " } else { " or " })?;
                    }
                    bracketed(f, term, is_all && matches!(term, Self::Any(_)))?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, is_data) = match self {
            Self::Data(path) => (path, true),
            Self::State(path) => (path, false),
            named => {
                let name = Self::NAMED.iter().find(|(_, of)| of == named).map_or("", |(name, _)| name);
                return f.write_str(name);
            }
        };
        for (nth, name) in path.names().enumerate() {
            match (nth, is_data) {
                (0, true) if !Self::is_taken(&name) => {}
                (0, true) => f.write_str("data.")?,
                (0, false) => f.write_str("state.")?,
                _ => f.write_str(".")?,
            }
            if !name.is_empty() && name.chars().all(is_of_name) { f.write_str(&name) } else { quoted(f, &name) }?;
        }
        Ok(())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) if is_value(text) && Self::of(text) == *self => f.write_str(text),
            Self::Text(text) => quoted(f, text),
            Self::Number(number) => number.fmt(f),
            Self::Truth(truth) => truth.fmt(f),
            Self::Time(time) => time.fmt(f),
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "{}", Value::from(text))
}

// Reading.

const KEYWORDS: &[&str] = &["not", "and", "or"];

/// A letter of a word: whatever has no meaning of its own.
fn is_of_word(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '=' | '<' | '>' | '!')
}

fn is_of_name(c: char) -> bool {
    is_of_word(c) && c != '.'
}

/// Whether a word can stand for a value without quotes. A single quote is meant as one, and would be taken for a letter.
fn is_value(word: &str) -> bool {
    let is_keyword = KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word));
    !word.is_empty() && !word.starts_with('\'') && !is_keyword && word.chars().all(is_of_word)
}

/// A text that is no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Expected {expected}, found {found} at place {place}.")]
pub struct BadCondition {
    /// What could have stood there.
    pub expected: String,
    /// What stands there, shortened.
    pub found: String,
    /// Where, counted in characters; the first is 1.
    pub place: usize,
}

impl FromStr for Condition {
    type Err = BadCondition;

    fn from_str(text: &str) -> Result<Self, BadCondition> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let too_long = |expected: &str| BadCondition {
            expected: format!("at most {LENGTH_MOST} characters{expected}"),
            found: "more".to_owned(),
            place: LENGTH_MOST.min(text.chars().count()) + 1,
        };
        if text.chars().nth(LENGTH_MOST).is_some() {
            return Err(too_long(""));
        }
        let condition = Self(parser.any()?);
        if !parser.rest().is_empty() {
            return Err(parser.wrong("and, or, or the end"));
        }
        // Its own text has spaces around every sign; it has to be a condition, too.
        if condition.to_string().chars().nth(LENGTH_MOST).is_some() {
            return Err(too_long(" with a space around every sign"));
        }
        Ok(condition)
    }
}

struct Parser<'t> {
    text: &'t str,
    /// Where it reads on, in bytes.
    at: usize,
    /// Brackets and `not`s around that place.
    depth: usize,
}

type Parsed<T> = Result<T, BadCondition>;

impl<'t> Parser<'t> {
    fn any(&mut self) -> Parsed<Term> {
        self.chain("or", |parser| parser.chain("and", Self::one))
    }

    /// One term, or several with a keyword between them.
    fn chain(&mut self, keyword: &str, term: fn(&mut Self) -> Parsed<Term>) -> Parsed<Term> {
        let is_all = keyword == "and";
        let mut terms = Vec::new();
        loop {
            match term(self)? {
                Term::All(inner) if is_all => terms.extend(inner),
                Term::Any(inner) if !is_all => terms.extend(inner),
                term => terms.push(term),
            }
            if !self.takes_keyword(keyword) {
                break;
            }
        }
        match (terms.len(), is_all) {
            (1, _) => Ok(terms.remove(0)),
            (_, true) => Ok(Term::All(terms)),
            (_, false) => Ok(Term::Any(terms)),
        }
    }

    fn one(&mut self) -> Parsed<Term> {
        let is_bracket = self.rest().starts_with('(');
        if !is_bracket && !self.is_keyword("not") {
            return Ok(Term::Test(self.test()?));
        }
        if self.depth == DEPTH_MOST {
            return Err(self.wrong(format!("at most {DEPTH_MOST} brackets and nots within each other")));
        }
        self.depth += 1;
        let term = if is_bracket {
            self.at += 1;
            let term = self.any()?;
            if !self.rest().starts_with(')') {
                return Err(self.wrong("and, or, or a closing bracket"));
            }
            self.at += 1;
            term
        } else {
            self.takes_keyword("not");
            Term::Not(Box::new(self.one()?))
        };
        self.depth -= 1;
        Ok(term)
    }

    fn test(&mut self) -> Parsed<Test> {
        let of = self.of()?;
        let op = self.op(&of)?;
        let value = self.value(&of, op)?;
        Ok(Test { of, op, value })
    }

    fn of(&mut self) -> Parsed<Of> {
        const EXPECTED: &str = "a field such as kind, time, amount or state.balance";
        if self.rest().starts_with('"') {
            let name = self.name(EXPECTED)?;
            return Ok(Of::Data(self.path(Path::default().child(&name))?));
        }
        if KEYWORDS.iter().any(|keyword| self.is_keyword(keyword)) {
            return Err(self.wrong(EXPECTED));
        }
        let name = self.name(EXPECTED)?;
        if let Some((_, of)) = Of::NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
            return Ok(of.clone());
        }
        let is_state = name.eq_ignore_ascii_case("state");
        if !is_state && !name.eq_ignore_ascii_case("data") {
            return Ok(Of::Data(self.path(Path::default().child(&name))?));
        }
        let path = self.path(Path::default())?;
        if path == Path::default() {
            return Err(self.wrong(format!("a point and a field's name after {}", name.to_ascii_lowercase())));
        }
        Ok(if is_state { Of::State(path) } else { Of::Data(path) })
    }

    /// What follows after points.
    fn path(&mut self, mut path: Path) -> Parsed<Path> {
        while self.text[self.at..].starts_with('.') {
            self.at += 1;
            let is_next = self.text[self.at..].starts_with(|c| c == '"' || is_of_name(c));
            if !is_next {
                return Err(self.wrong("a field's name after the point"));
            }
            path = path.child(&self.name("a field's name after the point")?);
        }
        Ok(path)
    }

    fn name(&mut self, expected: &str) -> Parsed<String> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let name = self.run(is_of_name);
        if name.is_empty() {
            return Err(self.wrong(expected));
        }
        self.at += name.len();
        Ok(name.to_owned())
    }

    fn op(&mut self, of: &Of) -> Parsed<Op> {
        let rest = self.rest();
        let is_next =
            |op: &Op| if *op == Op::Contains { self.is_keyword("contains") } else { rest.starts_with(op.sign()) };
        match Op::ALL.into_iter().find(is_next) {
            Some(op) if of.ops().contains(&op) => {
                self.at += op.sign().len();
                Ok(op)
            }
            _ => {
                let signs: Vec<_> = of.ops().iter().map(|op| op.sign()).collect();
                let (last, others) = signs.split_last().unwrap_or((&"", &[]));
                let or = if others.is_empty() { "" } else { " or " };
                Err(self.wrong(format!("{}{or}{last} after {of}", others.join(", "))))
            }
        }
    }

    fn value(&mut self, of: &Of, op: Op) -> Parsed<Literal> {
        let expected = match of {
            Of::Time => "a time such as 2026-01-31 or 2026-01-31T12:00:00Z",
            Of::Position => "a whole number, 0 or more",
            Of::Kind | Of::Stream | Of::Actor => "a name",
            Of::Text => "a text such as \"Ada\"",
            Of::Data(_) | Of::State(_) if op == Op::Contains => "a text such as \"Ada\"",
            Of::Data(_) | Of::State(_) => "a value such as 100, true or \"Ada\"",
        };
        let is_text = matches!(of, Of::Kind | Of::Stream | Of::Actor | Of::Text) || op == Op::Contains;
        let is_quoted = self.rest().starts_with('"');
        let begin = self.at;
        let text = if is_quoted { self.quoted()? } else { self.run(is_of_word).to_owned() };
        let value = match of {
            _ if !is_quoted && !is_value(&text) => None,
            Of::Time => time(&text).map(Literal::Time),
            Of::Position => text.parse::<u64>().ok().map(|position| Literal::Number(position.into())),
            _ if is_quoted || is_text => Some(Literal::Text(text.clone())),
            _ => Some(Literal::of(&text)),
        };
        if value.is_none() {
            self.at = begin;
        } else if !is_quoted {
            self.at += text.len();
        }
        value.ok_or_else(|| self.wrong(expected))
    }

    /// A text in quotes, which stands there.
    fn quoted(&mut self) -> Parsed<String> {
        let rest = &self.text[self.at..];
        let mut is_escaped = false;
        let end = rest.char_indices().skip(1).find(|&(_, c)| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let text = end.and_then(|(end, _)| Some((end, serde_json::from_str(&rest[..=end]).ok()?)));
        let (end, text) = text.ok_or_else(|| self.wrong("a text in quotes as JSON has it, such as \"Ada\""))?;
        self.at += end + 1;
        Ok(text)
    }

    /// What is left, from the next letter or sign on.
    fn rest(&mut self) -> &'t str {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest
    }

    /// The letters of one kind that stand next.
    fn run(&self, is_of: fn(char) -> bool) -> &'t str {
        let rest = &self.text[self.at..];
        &rest[..rest.find(|c| !is_of(c)).unwrap_or(rest.len())]
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        self.run(is_of_word).eq_ignore_ascii_case(keyword)
    }

    fn takes_keyword(&mut self, keyword: &str) -> bool {
        self.rest();
        let is_there = self.is_keyword(keyword);
        if is_there {
            self.at += keyword.len();
        }
        is_there
    }

    /// That something else was expected here.
    fn wrong(&mut self, expected: impl Into<String>) -> BadCondition {
        let rest = self.rest();
        let word = self.run(is_of_word);
        let found = match rest.chars().next() {
            None => "the end".to_owned(),
            Some('"') => shown(rest),
            Some(sign) if word.is_empty() => shown(sign.encode_utf8(&mut [0; 4])),
            Some(_) => shown(word),
        };
        BadCondition { expected: expected.into(), found, place: self.text[..self.at].chars().count() + 1 }
    }
}

/// A time as people type it; a day alone is its midnight, in UTC.
pub fn time(text: &str) -> Option<Timestamp> {
    let midnight = format!("{text}T00:00:00Z");
    Timestamp::try_from(text.to_owned()).or_else(|_| Timestamp::try_from(midnight)).ok()
}
