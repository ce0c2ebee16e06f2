//! Forms as data, and from what was typed to a command.

use serde_json::{Map, Value, json};

use super::fields::Objection;
use super::money::parse_cents;

/// Fields and the commands they are for.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// When the form makes sense.
    pub when: When,
    /// What to fill in.
    pub fields: &'static [Field],
    /// What to ask for.
    pub buttons: &'static [Button],
}

/// When a form makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always: it begins something new.
    Always,
    /// While there is an open subject to ask it of.
    OpenSubject,
}

/// One field of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the command.
    pub name: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// What it says at first.
    pub initial: &'static str,
    /// Whether it may stay empty.
    pub optional: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    Text,
    /// Dollars and cents, sent as whole cents.
    Money,
    /// Somebody the log is about; typed as an id. In a story's `typed` it is `#n`, the nth of whom the log tells, from 0.
    Subject,
}

/// Whom a story means by `#n`: the nth of whom the log tells, from 0.
///
/// ```
/// use daybook_worlds::form::nth_subject;
/// assert_eq!([nth_subject("#1"), nth_subject("Bob")], [Some(1), None]);
/// ```
pub fn nth_subject(typed: &str) -> Option<usize> {
    typed.strip_prefix('#')?.parse().ok()
}

/// One button of a form.
#[derive(Clone, Copy, Debug)]
pub struct Button {
    /// Its name on the page.
    pub label: &'static str,
    /// The command's type.
    pub command: &'static str,
    /// The command's field that names the subject, if it is about one.
    pub subject: Option<&'static str>,
}

impl Form {
    /// The command that a button asks for, from what stands in the fields, in their order.
    ///
    /// `subject` is the id of whom it is about. What can't be read is told at its field.
    pub fn words(&self, button: &Button, subject: Option<&str>, typed: &[String]) -> Result<Value, Objection> {
        let mut words = Map::from_iter([("type".to_owned(), json!(button.command))]);
        if let (Some(field), Some(id)) = (button.subject, subject) {
            words.insert(field.to_owned(), json!(id));
        }
        for (field, text) in self.fields.iter().zip(typed) {
            if field.optional && text.is_empty() {
                continue;
            }
            let value = match field.kind {
                FieldKind::Subject if text.is_empty() => {
                    let label = field.label;
                    return Err(Objection::field(
                        field.name,
                        format!("Expected a choice under “{label}”, found none."),
                    ));
                }
                FieldKind::Text | FieldKind::Subject => json!(text),
                FieldKind::Money => json!(parse_cents(text).map_err(|why| Objection::field(field.name, why))?),
            };
            words.insert(field.name.to_owned(), value);
        }
        Ok(Value::Object(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;
    use crate::bank::Bank;
    use crate::transfers::Transfers;

    #[test]
    fn what_is_typed_becomes_a_command() {
        let typed = ["Ada".to_owned(), "100.00".to_owned()];
        let words = Bank::FORMS[0].words(&Bank::FORMS[0].buttons[0], None, &typed);
        assert_eq!(words, Ok(json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 10_000 })));
    }

    #[test]
    fn what_may_be_left_out_is_left_out() {
        let words = Bank::FORMS[0].words(&Bank::FORMS[0].buttons[0], None, &[String::new(), String::new()]);
        assert_eq!(words, Ok(json!({ "type": "OpenAccount", "owner": "" })));
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_field() {
        let form = &Bank::FORMS[1];
        let refused = form.words(&form.buttons[0], Some("1"), &["12,50".to_owned()]).expect_err("a comma");
        assert_eq!(refused.field, Some("amount"));
    }

    #[test]
    fn whom_it_is_about_is_an_id_and_must_be_chosen() {
        let form = &Transfers::FORMS[2];
        let words = |to: &str| form.words(&form.buttons[0], Some("1"), &[to.to_owned(), "40.00".to_owned()]);
        let told = json!({ "type": "InitiateTransfer", "fromAccountId": "1", "toAccountId": "2", "amount": 4000 });
        assert_eq!(words("2"), Ok(told));
        let refused = words("").expect_err("nobody was chosen");
        assert_eq!(refused, Objection::field("toAccountId", "Expected a choice under “To”, found none."));
    }
}
