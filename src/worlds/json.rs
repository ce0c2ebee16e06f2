//! Why a text is not the JSON that was expected, told to whoever wrote the text.

use serde_json::error::Category;

use crate::money::shown;

/// What is amiss with a text that could not be read, with the field's name where there is one.
///
/// ```
/// use daybook_worlds::json::amiss;
/// #[derive(serde::Deserialize)]
/// struct Deposit { amount: i64 }
/// let told = |text| serde_json::from_str(text).map(|it: Deposit| it.amount).map_err(|why| amiss(text, &why));
/// assert_eq!(told(r#"{"amount": 50}"#), Ok(50));
/// assert_eq!(told(r#"{"amount": "50"}"#), Err("expected a whole number as “amount”, found “50”".to_owned()));
/// assert_eq!(told("{}"), Err("“amount” is missing".to_owned()));
/// assert_eq!(told(r#"{"amount": 50"#), Err("the JSON breaks off".to_owned()));
/// ```
///
/// The words of `serde_json` are for programmers, and nothing but its words tells one mistake from another. Words that are
/// not known here are passed on without their line and column.
pub fn amiss(text: &str, why: &serde_json::Error) -> String {
    match why.classify() {
        Category::Eof | Category::Io => "the JSON breaks off".to_owned(),
        Category::Syntax => match why.line() {
            0 | 1 => format!("it is no JSON from character {} on", character(text, why)),
            line => format!("it is no JSON from line {line}, character {} on", character(text, why)),
        },
        Category::Data => {
            let said = why.to_string();
            let place = format!(" at line {} column {}", why.line(), why.column());
            let said = said.strip_suffix(&place).unwrap_or(&said);
            mismatch(said, last_name(before(text, why)))
        }
    }
}

/// JSON that says something else than was expected.
fn mismatch(said: &str, name: Option<&str>) -> String {
    let of = name.map(|name| format!(" as “{name}”")).unwrap_or_default();
    if let Some((found, expected)) = split(said, "invalid type: ").or_else(|| split(said, "invalid value: ")) {
        return format!("expected {}{of}, found {}", kind(expected), value(found));
    }
    if let Some((found, expected)) = split(said, "unknown variant ") {
        return format!("expected {}{of}, found {}", expected.replace('`', ""), quoted(found));
    }
    if let Some((name, _)) = split(said, "unknown field ") {
        return format!("{} is no field of it", quoted(name));
    }
    if let Some(name) = said.strip_prefix("missing field ") {
        return format!("{} is missing", quoted(name));
    }
    if let Some(name) = said.strip_prefix("duplicate field ") {
        return format!("{} stands there twice", quoted(name));
    }
    if said.starts_with("UUID parsing failed") {
        return format!("expected a UUID{of}, found something else");
    }
    said.to_owned()
}

/// What was found and what was expected; what was found may be any text.
fn split<'a>(said: &'a str, begins: &str) -> Option<(&'a str, &'a str)> {
    said.strip_prefix(begins)?.rsplit_once(", expected ")
}

/// An expectation without the names that types have in programs.
fn kind(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "u16" => "a whole number from 0 to 65535",
        "u8" | "u32" | "u64" | "u128" | "usize" => "a whole number from 0 on",
        "f32" | "f64" => "a number",
        "a string" | "string" => "text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a formatted UUID string" => "a UUID",
        "a map" | "map" => "an object",
        _ if expected.starts_with("struct ") => "an object",
        other => other,
    }
}

/// A found value as it stands in the text.
fn value(found: &str) -> String {
    match found.split_once(' ') {
        Some(("string", text)) => shown(text.trim_matches('"')),
        Some(("integer" | "boolean", plain)) => plain.trim_matches('`').to_owned(),
        Some(("floating", point)) => point.trim_start_matches("point ").trim_matches('`').to_owned(),
        _ => match found {
            "sequence" => "a list".to_owned(),
            "map" => "an object".to_owned(),
            other => other.to_owned(),
        },
    }
}

/// A name that the parser has put between backticks.
fn quoted(name: &str) -> String {
    format!("“{}”", name.trim_matches('`'))
}

/// Which character of its line an error is at, counted from 1; `serde_json` counts bytes.
fn character(text: &str, why: &serde_json::Error) -> usize {
    let line = text.split('\n').nth(why.line().saturating_sub(1)).unwrap_or_default();
    line.char_indices().take_while(|(at, _)| *at < why.column()).count()
}

/// The text up to the place of an error; all of it where there is none.
fn before<'a>(text: &'a str, why: &serde_json::Error) -> &'a str {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    let line = why.line().checked_sub(2).map_or(Some(0), |nth| ends.clone().nth(nth)).unwrap_or(text.len());
    text.get(..line + why.column()).unwrap_or(text)
}

/// The last name of a field in the beginning of a JSON text.
fn last_name(text: &str) -> Option<&str> {
    let (mut opened, mut closed, mut name) = (None, None, None);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (byte, opened) {
            (b'\\', Some(_)) => {
                bytes.next();
            }
            (b'"', None) => opened = Some(at + 1),
            (b'"', Some(from)) => (opened, closed) = (None, text.get(from..at)),
            (b':', None) => name = closed,
            _ => {}
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only whether it reads is asked")]
    struct Entry {
        owner: String,
        amount: u32,
        #[serde(default)]
        kind: Kind,
        #[serde(default)]
        tags: Vec<bool>,
        #[serde(default)]
        id: uuid::Uuid,
    }

    #[derive(Debug, Default, Deserialize)]
    enum Kind {
        #[default]
        In,
        Out,
    }

    #[test]
    fn each_mistake_has_its_words() {
        for (text, told) in [
            ("{", "the JSON breaks off"),
            (r#"{"owner":"#, "the JSON breaks off"),
            (r#"{"owner" "Ada"}"#, "it is no JSON from character 10 on"),
            (r#"{"owner":"Zoë" é}"#, "it is no JSON from character 16 on"),
            ("{\n\"owner\": Ada}", "it is no JSON from line 2, character 10 on"),
            ("[7, 8]", "expected text, found 7"),
            ("7", "expected an object, found 7"),
            (r#"{"owner":"Ada"}"#, "“amount” is missing"),
            (r#"{"name":"Ada"}"#, "“name” is no field of it"),
            (r#"{"owner":"Ada","owner":"Bob"}"#, "“owner” stands there twice"),
            (r#"{"owner":null}"#, "expected text as “owner”, found null"),
            (r#"{"owner":{"name":"Ada"}}"#, "expected text as “owner”, found an object"),
            (r#"{"owner":["Ada"]}"#, "expected text as “owner”, found a list"),
            (r#"{"owner":false}"#, "expected text as “owner”, found false"),
            (r#"{"owner":"\"a\":","amount":-5}"#, "expected a whole number from 0 on as “amount”, found -5"),
            (r#"{"owner":"Ada","amount":0.5}"#, "expected a whole number from 0 on as “amount”, found 0.5"),
            ("{\"owner\":\"é\",\n\"amount\":\"5\"}", "expected a whole number from 0 on as “amount”, found “5”"),
            (r#"{"kind":"Up"}"#, "expected In or Out as “kind”, found “Up”"),
            (r#"{"tags":[true,"x, expected y"]}"#, "expected true or false as “tags”, found “x, expected y”"),
            (r#"{"id":"mine"}"#, "expected a UUID as “id”, found something else"),
            (r#"{"id":7}"#, "expected a UUID as “id”, found 7"),
        ] {
            let why = serde_json::from_str::<Entry>(text).expect_err(text);
            assert_eq!(amiss(text, &why), told, "{text}: {why}");
        }
    }
}
