//! A state before and after, as a tree of its fields.

use leptos::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::lab::inspect::{Change, Node};
use crate::worlds::fields::short;
use crate::worlds::money::plain_cents;

/// Fields that are drawn of one state before it is said how many more there are.
const DRAWN: usize = 100;
/// Characters of a value that are shown; what is longer is cut off.
const LONG: usize = 120;
/// A field of this name holds money, in cents, whatever the world: the page's contract says so.
const MONEY: &str = "balance";

/// What stands beside a field.
type Beside<'a> = &'a dyn Fn(&Node) -> AnyView;

/// Every field, and what became of it.
pub fn whole(node: &Node, label: String, beside: Beside<'_>) -> AnyView {
    tree(node, label, true, beside)
}

/// The fields that are not the same.
pub fn differences(node: &Node, label: String) -> AnyView {
    tree(node, label, false, &|_| ().into_any())
}

fn tree(node: &Node, label: String, is_whole: bool, beside: Beside<'_>) -> AnyView {
    let mut room = DRAWN;
    // A state that is one value, and no fields, is a field of its own.
    let nodes = if node.children.is_empty() { std::slice::from_ref(node) } else { &node.children };
    let lines = lines(nodes, is_whole, beside, &mut room);
    let more = count(nodes, is_whole).saturating_sub(DRAWN);
    let more = (more > 0).then(|| view! { <p class="hint">{format!("and {more} more fields")}</p> });
    view! { <ul class="tree" aria-label=label>{lines}</ul> {more} }.into_any()
}

/// Where there is no room for all, those that changed come first.
fn lines(nodes: &[Node], is_whole: bool, beside: Beside<'_>, room: &mut usize) -> AnyView {
    let mut nodes: Vec<_> = nodes.iter().filter(|node| is_meant(node, is_whole)).collect();
    if nodes.len() > *room {
        nodes.sort_by_key(|node| node.change == Change::Same);
    }
    let mut drawn = Vec::new();
    for node in nodes {
        if *room == 0 {
            break;
        }
        *room -= 1;
        drawn.push(line(node, is_whole, beside, room));
    }
    drawn.into_any()
}

fn line(node: &Node, is_whole: bool, beside: Beside<'_>, room: &mut usize) -> AnyView {
    let (class, mark) = match node.change {
        Change::Same => ("", ""),
        Change::Added => ("is-changed", "new"),
        Change::Removed => ("is-changed", "gone"),
        Change::Changed => ("is-changed", "changed"),
    };
    let name = if node.path.names().next().is_none() { "the state".to_owned() } else { node.name.clone() };
    let inside = (!node.children.is_empty()).then(|| {
        view! { <ul>{lines(&node.children, is_whole, beside, room)}</ul> }
    });
    let values = inside.is_none().then(|| values(node));
    view! {
        <li class=class>
            <div class="line">
                <span class="name">{name}</span>
                <span class="values" title=id(node)>{values}</span>
                <span class="mark">{mark}</span>
                {beside(node)}
            </div>
            {inside}
        </li>
    }
    .into_any()
}

fn values(node: &Node) -> AnyView {
    let value = |value: &Option<Value>| value.as_ref().map(|value| shown(&node.name, value)).unwrap_or_default();
    let (before, after) = (value(&node.before), value(&node.after));
    match node.change {
        Change::Same => view! { <span>{after}</span> }.into_any(),
        Change::Added => view! { <b>{after}</b> }.into_any(),
        Change::Removed => view! { <s>{before}</s> }.into_any(),
        Change::Changed => view! {
            <span>{before}</span>
            <span aria-hidden="true">" → "</span>
            <span class="unseen">" to "</span>
            <b>{after}</b>
        }
        .into_any(),
    }
}

/// The whole of an id, which is shown short.
fn id(node: &Node) -> Option<String> {
    let text = node.after.as_ref().or(node.before.as_ref())?.as_str()?;
    Uuid::try_parse(text).is_ok().then(|| text.to_owned())
}

/// The value of a field as people read it.
pub fn shown(name: &str, value: &Value) -> String {
    let cents = value.as_i64().filter(|_| name == MONEY);
    let text = match (value, cents) {
        (_, Some(cents)) => plain_cents(cents),
        (Value::String(text), _) if text.is_empty() => "(no text)".to_owned(),
        (Value::String(text), _) if Uuid::try_parse(text).is_ok() => short(text).to_owned(),
        (Value::String(text), _) => text.clone(),
        (Value::Array(list), _) if list.is_empty() => "(empty list)".to_owned(),
        (Value::Object(fields), _) if fields.is_empty() => "(no fields)".to_owned(),
        (other, _) => other.to_string(),
    };
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn is_meant(node: &Node, is_whole: bool) -> bool {
    is_whole || node.change != Change::Same
}

fn count(nodes: &[Node], is_whole: bool) -> usize {
    nodes.iter().filter(|node| is_meant(node, is_whole)).map(|node| 1 + count(&node.children, is_whole)).sum()
}
