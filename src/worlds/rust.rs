//! A world's terms as Rust that can be pasted into a test.

use daybook_engine::Decider;

/// What a world can say in Rust.
#[derive(Debug)]
pub enum Term<'a, D: Decider> {
    /// What must be imported, as one path below the crate that has all rooms.
    Import,
    /// The decider.
    Decider,
    /// What happened.
    Event(&'a D::Event),
    /// What is asked for.
    Command(&'a D::Command),
    /// Why not.
    Refusal(&'a D::Refusal),
}

/// An expression in Rust: a name, and its fields in braces if it has any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Literal {
    /// A path, or a whole expression.
    pub name: String,
    /// Each field's name and value.
    pub fields: Vec<(&'static str, String)>,
}

impl Literal {
    /// An expression without fields.
    pub fn plain(name: impl Into<String>) -> Self {
        Self { name: name.into(), fields: Vec::new() }
    }

    /// As rustfmt lays it out: on one line if it has room, else a field a line, indented by so many spaces.
    pub fn laid_out(&self, indent: usize, room: usize) -> String {
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let line = match &fields[..] {
            [] => return self.name.clone(),
            fields => format!("{} {{ {} }}", self.name, fields.join(", ")),
        };
        if line.chars().count() <= room {
            return line;
        }
        let margin = " ".repeat(indent);
        let fields: Vec<_> = fields.iter().map(|field| format!("{margin}    {field},\n")).collect();
        format!("{} {{\n{}{margin}}}", self.name, fields.concat())
    }
}

/// A text as a literal: whatever is in it, it ends where it should and hides nothing.
///
/// ```
/// use daybook_worlds::rust::text;
/// assert_eq!(text("Ada \"\u{202e}\""), r#""Ada \"\u{202e}\"""#);
/// ```
pub fn text(text: &str) -> String {
    format!("{text:?}")
}

/// A whole number as a literal: `1_234`.
///
/// ```
/// use daybook_worlds::rust::number;
/// assert_eq!([number(-1_234_567), number(999)], ["-1_234_567", "999"]);
/// ```
pub fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut literal = String::from(if number < 0 { "-" } else { "" });
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            literal.push('_');
        }
        literal.push(digit);
    }
    literal
}
