//! The house rules, read from the sources: which room may use which, and what must not stand anywhere.
//!
//! Each rule is a function from a source to what is wrong with it, and is first tried on a source that breaks it.

use std::fs;
use std::path::{Path, PathBuf};

/// What each room of the crate may name. Engine and worlds are crates of their own and may name none of them.
///
/// `formats` takes the words of its errors from `worlds::money`, how a found value is shown, and from `worlds::json`, what
/// is amiss with it. It knows no world.
const HOUSE: &[(&str, &[&str])] = &[
    ("crud", &["engine", "worlds", "crud"]),
    ("formats", &["engine", "formats", "worlds::json", "worlds::money"]),
    ("journal", &["engine", "journal"]),
    ("lab", &["engine", "worlds", "crud", "formats", "journal", "lab"]),
];
const ROOMS: &[&str] =
    &["engine", "worlds", "crud", "formats", "journal", "lab", "lessons", "browser", "console", "ui"];
const BROWSER: &[&str] = &["leptos", "web_sys", "js_sys", "gloo", "wasm_bindgen"];
const COLOURS: &[&str] = &["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "oklab(", "oklch("];
/// In two parts, so that this file does not hold what it forbids.
const UNFINISHED: &[&str] =
    &[concat!("to", "do!"), concat!("unimpl", "emented!"), concat!("#[ig", "nore"), concat!("db", "g!")];

#[test]
fn a_room_names_only_the_rooms_before_it() {
    assert_eq!(
        paths("use crate::{lab::{door, no}, worlds}; crate::crud::quoted();"),
        ["lab::", "worlds", "crud::quoted"]
    );
    assert_eq!(beyond("use crate::lab::Lab;", &["engine"]), ["lab::Lab"]);
    assert_eq!(beyond("use crate::worlds::bank::Bank;", &["worlds::money"]), ["worlds::bank::Bank"]);
    assert_eq!(beyond("use super::super::lab;", &["engine"]), ["super::lab", "super::super"]);
    assert_eq!(beyond("use super::ui;", &["engine"]), ["super::ui"]);
    assert!(beyond("use crate::engine::Store;\nuse super::door;", &["engine"]).is_empty());

    for (room, allowed) in HOUSE {
        check(&rust(&format!("src/{room}")), |source| beyond(source, allowed));
    }
}

#[test]
fn engine_and_worlds_name_nothing_that_comes_after_them() {
    let after_engine = |source: &str| found(source, &["daybook::", "daybook_worlds::", "path = \".."]);
    assert_eq!(after_engine("use daybook::lab::Lab;"), ["daybook::"]);
    assert_eq!(after_engine("use daybook_worlds::World;"), ["daybook_worlds::"]);
    let after_worlds = |source: &str| found(source, &["daybook::", "path = \"../.."]);
    assert_eq!(after_worlds("daybook = { path = \"../..\" }"), ["path = \"../.."]);
    assert!(after_worlds("daybook-engine = { path = \"../engine\" }").is_empty());

    check(&[rust("src/engine"), files("src/engine", "toml")].concat(), after_engine);
    check(&[rust("src/worlds"), files("src/worlds", "toml")].concat(), after_worlds);
}

#[test]
fn the_core_knows_no_browser() {
    let names_browser = |source: &str| found(&code(source), BROWSER);
    assert_eq!(names_browser("let window = web_sys::window();"), ["web_sys"]);
    assert!(names_browser("//! Nothing of leptos here.\nfn f() {}").is_empty());

    for room in ["engine", "worlds", "crud", "formats", "journal", "lab"] {
        check(&rust(&format!("src/{room}")), names_browser);
    }
}

#[test]
fn colours_stand_in_the_tokens_only() {
    assert_eq!(colours("a { color: #fff; background: #A0B1C2D3 }"), ["#fff", "#A0B1C2D3"]);
    assert_eq!(colours("a { color: oklch(0.5 0 0) }"), ["oklch("]);
    assert!(colours("#[derive(Clone)] \"#/lab\" format!(\"{:#010x}\") a { color: var(--ink) } a#face-1 {}").is_empty());

    let mut sources = [rust("src"), files("style", "css")].concat();
    sources.retain(|path| !path.ends_with("style/tokens.css"));
    check(&sources, colours);
}

/// A rule for any element after another makes Chromium style a whole list anew whenever something comes into it, wherever
/// the list is; so does a rule that counts the ledger's rows.
#[test]
fn no_style_makes_the_ledger_cost_more_than_what_came_into_it() {
    let dear = |source: &str| found(source, &["+ *", "~ *", ".entry:nth-", ".entry:last-", ".entry:only-"]);
    assert_eq!(dear(".a > * + * { margin: 0 } .b:has(.entry:nth-child(9)) {}"), ["+ *", ".entry:nth-"]);
    assert!(
        dear(".a > :where(:not(:first-child)), .b:has(.field + .field), p { width: calc(1px + 2 * 3px) }").is_empty()
    );

    check(&files("style", "css"), dear);
}

#[test]
fn evolve_says_what_becomes_of_every_event() {
    let total = "fn evolve(&self) -> S { match e { A { .. } => 1, (B, _) => 2 } } fn f() { match e { _ => 3 } }";
    assert!(catch_alls(total).is_empty());
    assert!(catch_alls("trait D { fn evolve(&self) -> S; } fn f() { match e { _ => 3 } }").is_empty());
    assert_eq!(catch_alls("fn evolve(&self) -> S { match e { A => 1, _ => 2 } }").len(), 1);
    assert_eq!(catch_alls("fn evolve(&self) -> S { match e { _ if true => 2, A => 1 } }").len(), 1);

    let mut sources = [rust("src"), rust("tests")].concat();
    sources.retain(|path| !path.ends_with("tests/tidy.rs"));
    check(&sources, catch_alls);
}

#[test]
fn nothing_is_left_unfinished_or_untested() {
    for word in UNFINISHED {
        assert_eq!(found(&format!("fn f() {{ {word} }}"), UNFINISHED), [*word]);
    }
    check(&[rust("src"), rust("tests")].concat(), |source| found(source, UNFINISHED));
}

#[test]
fn no_element_brings_a_style_of_its_own() {
    let styled = |source: &str| found(&code(source), &[" style=", "\tstyle=", "\nstyle="]);
    assert_eq!(styled("<p style=\"margin: 0\">"), [" style="]);
    assert!(styled("let style = 1; <p class=\"style\">").is_empty());

    check(&[rust("src/ui"), files(".", "html")].concat(), styled);
}

#[test]
fn every_source_begins_with_what_it_is_about() {
    let headless = |source: &str| {
        let begins = source.starts_with("//! ");
        if begins { Vec::new() } else { vec!["no `//!` on its first line".to_owned()] }
    };
    assert_eq!(headless("use std::fs;\n//! Late.").len(), 1);
    assert!(headless("//! A map.").is_empty());

    check(&rust("src"), headless);
}

/// Tries a rule on every source, and tells all that is wrong at once.
#[track_caller]
fn check(sources: &[PathBuf], rule: impl Fn(&str) -> Vec<String>) {
    assert!(!sources.is_empty(), "there are sources to check");
    let wrong: Vec<_> = sources
        .iter()
        .map(|path| (path.display(), rule(&fs::read_to_string(path).expect("a source is text"))))
        .filter(|(_, wrong)| !wrong.is_empty())
        .map(|(path, wrong)| format!("{path}: {}", wrong.join(", ")))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn rust(folder: &str) -> Vec<PathBuf> {
    files(folder, "rs")
}

/// The files below a folder, or beside each other at the top level, with this extension.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let is_top = folder == ".";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() && !is_top {
            found.extend(files(path.to_str().expect("a path in Unicode"), extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

/// The words that stand in a source.
fn found(source: &str, words: &[&str]) -> Vec<String> {
    words.iter().filter(|word| source.contains(**word)).map(ToString::to_string).collect()
}

/// A source without the lines that are comments.
fn code(source: &str) -> String {
    let code = source.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//"));
    code.collect()
}

/// What a source names outside the paths that its room may use.
fn beyond(source: &str, allowed: &[&str]) -> Vec<String> {
    let code = code(source);
    let may = |path: &String| {
        allowed.iter().any(|room| path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
    };
    let around = ROOMS.iter().map(|room| format!("super::{room}")).chain(["super::super".to_owned()]);
    let around = around.filter(|path| after(&code, path).any(|rest| !rest.starts_with(is_word)));
    paths(&code).into_iter().filter(|path| !may(path)).chain(around).collect()
}

/// The paths that follow each `crate::`, those of a group one by one.
fn paths(code: &str) -> Vec<String> {
    let path = |text: &str| -> String { text.trim().chars().take_while(|&c| is_word(c) || c == ':').collect() };
    let mut paths = Vec::new();
    for rest in after(code, "crate::") {
        let Some(group) = rest.strip_prefix('{') else {
            paths.push(path(rest));
            continue;
        };
        let (mut depth, mut begins) = (0_u32, 0);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                ',' | '}' if depth == 0 => {
                    paths.push(path(&group[begins..at]));
                    begins = at + 1;
                }
                '}' => depth -= 1,
                _ => {}
            }
            if c == '}' && begins == at + 1 {
                break;
            }
        }
    }
    paths.retain(|path| !path.is_empty());
    paths
}

fn after<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(word).map(move |(at, _)| &text[at + word.len()..])
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Colours written out: `#` and 3, 4, 6 or 8 hexadecimal digits, or a colour's function.
fn colours(source: &str) -> Vec<String> {
    let hex = after(source, "#").filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
        let ends = !rest[digits.len()..].starts_with(|c| is_word(c) || c == '-');
        (matches!(digits.len(), 3 | 4 | 6 | 8) && ends).then(|| format!("#{digits}"))
    });
    let begins = |at: usize| !source[..at].ends_with(|c| is_word(c) || c == '-');
    let functions = COLOURS.iter().filter(|name| source.match_indices(**name).any(|(at, _)| begins(at)));
    hex.chain(functions.map(ToString::to_string)).collect()
}

/// Bodies of `evolve` that have an arm for whatever else may come.
fn catch_alls(source: &str) -> Vec<String> {
    let code = code(source);
    let bodies = after(&code, "fn evolve(").filter_map(body);
    let catches_all = |body: &&str| {
        ["_ =>", "_ if "].iter().any(|arm| body.match_indices(arm).any(|(at, _)| !body[..at].ends_with(is_word)))
    };
    bodies.filter(catches_all).map(|body| format!("a catch-all in evolve: {}", body.trim())).collect()
}

/// The body of a function, from the text after its name; `None`: it is only declared.
fn body(rest: &str) -> Option<&str> {
    let begins = rest.find('{')?;
    if rest.find(';').is_some_and(|declared| declared < begins) {
        return None;
    }
    let mut depth = 0_u32;
    rest[begins..].char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then(|| &rest[begins..=begins + at])
    })
}
