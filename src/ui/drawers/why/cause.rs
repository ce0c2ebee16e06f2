//! What caused the entry that is looked at, and what it caused: as a picture, and as a list.

use std::collections::HashSet;

use leptos::prelude::*;

use crate::engine::{LogId, Position};
use crate::lab::cause::{Conversation, Node};
use crate::ui::desk::Desk;
use crate::ui::parts::{fold, live};
use crate::worlds::fields::short;

/// Room of a box of the picture, and between boxes, in the picture's own units.
const BOX: (usize, usize) = (190, 40);
const GAP: (usize, usize) = (24, 18);
/// Room of the lanes' names above their boxes.
const HEAD: usize = 22;
/// Letters that fit into a box.
const LETTERS: usize = 22;

/// The conversation of the entry that is looked at, folded: across streams and the logs that follow.
pub fn cause(desk: Desk) -> AnyView {
    fold("What caused this, and what it caused", move || live(move || drawn(desk)))
}

fn drawn(desk: Desk) -> AnyView {
    let log = desk.log();
    let Some(at) = desk.applied().checked_sub(1) else {
        return view! { <p class="hint">"This is Genesis: nothing has happened, and nothing was caused."</p> }
            .into_any();
    };
    desk.read(|_| ());
    match desk.lab().conversation(log, Position(at)) {
        Err(no) => view! { <p class="hint">{no.to_string()}</p> }.into_any(),
        Ok(Conversation { nodes, .. }) if nodes.len() == 1 => {
            view! { <p class="hint">"Nothing led to this entry but what you asked, and nothing has followed from it."</p> }
                .into_any()
        }
        Ok(Conversation { nodes, more }) => {
            let is_broad = 2 < nodes.iter().map(|node| (node.log, &node.stream)).collect::<HashSet<_>>().len();
            view! {
            <div class="cause" class:is-broad=is_broad>
                {picture(&nodes)}
                <ol class="causes" aria-label="Causes and effects">
                    {nodes.iter().map(|node| item(desk, log, node, &nodes)).collect_view()}
                </ol>
                {(more > 0).then(|| view! { <p class="hint">{format!("and {more} more entries")}</p> })}
            </div>
        }
            .into_any()
        }
    }
}

/// One entry of the list, with what led to it.
fn item(desk: Desk, log: LogId, node: &Node, all: &[Node]) -> AnyView {
    let Node { log: of, position, sentence, cause, depth, is_asked, .. } = node.clone();
    let led = cause.map(|cause| format!(", led to by {}", told(&all[cause], log)));
    let place = told(node, log);
    let words = view! { <span class="place-of">{place}</span> " " {sentence} <small>{led}</small> };
    let go = move |_| desk.visit(Some(position.0 + 1));
    let row = if of == log {
        view! { <button type="button" aria-current=is_asked.to_string() on:click=go>{words}</button> }.into_any()
    } else {
        view! { <p>{words}</p> }.into_any()
    };
    view! { <li class=format!("depth-{}", depth.min(6))>{row}</li> }.into_any()
}

/// Which event it is, and of which log if that is another one.
fn told(node: &Node, log: LogId) -> String {
    let whose = if node.log == log { String::new() } else { format!("{}, ", node.name) };
    format!("{whose}event {}", node.position.0 + 1)
}

/// A lane for each stream, a line for each event, an arrow from each cause to its effects.
fn picture(nodes: &[Node]) -> AnyView {
    let is_same = |lane: &&Node, node: &Node| (lane.log, &lane.stream) == (node.log, &node.stream);
    let mut lanes: Vec<&Node> = Vec::new();
    for node in nodes {
        if !lanes.iter().any(|lane| is_same(lane, node)) {
            lanes.push(node);
        }
    }
    let x = |node: &Node| {
        let lane = lanes.iter().position(|lane| is_same(lane, node)).unwrap_or_default();
        lane * (BOX.0 + GAP.0)
    };
    let y = |nth: usize| HEAD + nth * (BOX.1 + GAP.1);
    let first = nodes.first().map(|node| node.log);
    let (width, height) = (lanes.len() * (BOX.0 + GAP.0) - GAP.0 + 4, y(nodes.len()) - GAP.1 + 4);
    let arrow = |(nth, node): (usize, &Node)| {
        let cause = node.cause?;
        let (from, to) = (x(&nodes[cause]) + BOX.0 / 2, x(node) + BOX.0 / 2);
        let (top, bottom) = (y(cause) + BOX.1, y(nth));
        let d = format!("M{from} {top}C{from} {} {to} {} {to} {bottom}", top + GAP.1, bottom - GAP.1);
        Some(view! { <path class="arrow" d=d marker-end="url(#led-to)"/> })
    };
    let head = |(nth, lane): (usize, &&Node)| {
        let name = match lane.stream.split_once('-') {
            // Those that follow have one stream each.
            _ if Some(lane.log) != first => lane.name.to_owned(),
            Some((of, id)) => format!("{of} {}", short(id)),
            None => lane.stream.clone(),
        };
        view! { <text class="small" x=nth * (BOX.0 + GAP.0) + BOX.0 / 2 y=HEAD - 8>{name}</text> }
    };
    let drawn = |(nth, node): (usize, &Node)| {
        let class = match (node.is_message, Some(node.log) == first) {
            (true, _) => "is-command",
            (false, true) => "is-event",
            (false, false) => "is-view",
        };
        let class = if node.is_asked { format!("{class} is-asked") } else { class.to_owned() };
        let (left, top) = (x(node), y(nth));
        view! {
            <g class=class>
                <rect x=left y=top width=BOX.0 height=BOX.1 rx="3"/>
                <text x=left + BOX.0 / 2 y=top + BOX.1 / 2 + 5>{cut(&node.sentence)}</text>
            </g>
        }
    };
    view! {
        <div class="diagram-strip" tabindex="0" role="group" aria-label="Picture of causes and effects">
            <svg
                class="diagram causes-picture"
                viewBox=format!("-2 -2 {width} {height}")
                width=width
                height=height
                role="img"
                aria-label=format!("{} entries in {} streams, each with an arrow from what led to it. The list says the same.", nodes.len(), lanes.len())
            >
                <defs>
                    <marker id="led-to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
                        <path d="M0 0 L8 4 L0 8 Z" class="arrow-head"/>
                    </marker>
                </defs>
                {lanes.iter().enumerate().map(head).collect_view()}
                {nodes.iter().enumerate().filter_map(arrow).collect_view()}
                {nodes.iter().enumerate().map(drawn).collect_view()}
            </svg>
        </div>
    }
    .into_any()
}

/// As much of a sentence as fits.
fn cut(sentence: &str) -> String {
    match sentence.char_indices().nth(LETTERS) {
        None => sentence.to_owned(),
        Some((end, _)) => format!("{}…", &sentence[..end]),
    }
}
