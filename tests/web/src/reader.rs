//! What a screen reader says, as far as a browser can tell: Chromium's accessibility tree, and the live regions.

use std::{collections::HashMap, fmt::Write};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Browser;

/// Notes down what live regions say, from the first moment of a page. A text that goes is not said.
const LISTEN: &str = "(() => {
    const live = '[role=alert], [role=status], [role=log], output, [aria-live=polite], [aria-live=assertive]';
    const heard = globalThis.heard = [];
    const hear = (changes) => {
        const regions = new Set();
        for (const { target, type, addedNodes } of changes) {
            const came = type === 'childList' ? [...addedNodes].filter((node) => node.textContent.trim()) : [target];
            if (came.length > 0) regions.add((target.closest ? target : target.parentElement)?.closest(live));
            for (const node of came.filter((node) => node.querySelectorAll)) {
                [node, ...node.querySelectorAll(live)].filter((node) => node.matches(live)).forEach((node) => regions.add(node));
            }
        }
        for (const region of regions) {
            const text = region?.isConnected && region.checkVisibility() && region.innerText.replace(/\\s+/g, ' ').trim();
            if (text) heard.push({ role: region.role ?? 'status', text });
        }
    };
    const what = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['hidden'] };
    new MutationObserver(hear).observe(document, what);
})()";

/// Roles that are told by their name and state; what is inside is their name already.
const LEAVES: &[&str] = &[
    "button",
    "checkbox",
    "combobox",
    "DisclosureTriangle",
    "heading",
    "image",
    "link",
    "listbox",
    "menuitem",
    "meter",
    "option",
    "progressbar",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
];
/// Roles that are a part of the running text.
const INLINE: &[&str] =
    &["Abbr", "code", "deletion", "emphasis", "insertion", "mark", "strong", "subscript", "superscript", "time"];
/// Roles that are told before what is inside them, even without a name.
const PLACES: &[&str] = &[
    "alert",
    "alertdialog",
    "article",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "figure",
    "form",
    "list",
    "main",
    "navigation",
    "note",
    "search",
    "status",
    "table",
];

/// Roles that are told when the focus comes inside.
const SURROUNDINGS: &[&str] = &["alertdialog", "dialog", "group", "navigation", "region"];
/// As many characters of a value are told.
const LONG: usize = 60;

/// Listens to a browser, and says what has the focus and what is on the page.
pub struct Reader<'a> {
    browser: &'a Browser,
}

/// What a live region said.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Heard {
    /// `status`, `alert` or another.
    pub role: String,
    /// All that stood in the region then.
    pub text: String,
}

impl<'a> Reader<'a> {
    /// Begins to listen, from the next page on.
    pub async fn listening(browser: &'a Browser) -> Result<Self> {
        browser.before_each_page(LISTEN).await?;
        browser.cdp("DOM.enable", json!({})).await?;
        browser.cdp("Accessibility.enable", json!({})).await?;
        Ok(Self { browser })
    }

    /// What live regions have said since the last call.
    pub async fn heard(&self) -> Result<Vec<Heard>> {
        let heard = self.browser.run_js("return globalThis.heard?.splice(0) ?? []", &[]).await?;
        Ok(serde_json::from_value(heard)?)
    }

    /// What has the keyboard's focus, in words: role, name, value, states, description, and the place it stands in.
    pub async fn focused(&self) -> Result<String> {
        let (node, around) = self.focused_node().await?;
        let place = around.iter().find(|node| SURROUNDINGS.contains(&node.role()));
        Ok(place.map_or_else(|| node.words(), |place| format!("{}, in {}", node.words(), place.words())))
    }

    /// All that Tab leads to from the top of the page, in words and in this order.
    pub async fn stops(&self) -> Result<Vec<String>> {
        // Tab goes on from where the focus was last.
        let to_the_top =
            "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')";
        self.browser.run_js(to_the_top, &[]).await?;
        let (mut met, mut words) = (Vec::new(), Vec::new());
        loop {
            self.browser.page.keys(&fantoccini::key::Key::Tab.to_string()).await?;
            let (node, _) = self.focused_node().await?;
            if node.is("RootWebArea") || met.contains(&node.element) {
                return Ok(words);
            }
            words.push(node.words());
            met.push(node.element);
        }
    }

    /// The page from its top to its bottom, a line for each thing, two spaces deeper inside each place.
    pub async fn page(&self) -> Result<Vec<String>> {
        let tree = self.browser.cdp("Accessibility.getFullAXTree", json!({})).await?;
        let mut nodes: Vec<Node> = serde_json::from_value(tree["nodes"].clone())?;
        for node in &mut nodes {
            self.put_into_words(node).await?;
        }
        let root = nodes.first().context("a page has a root")?.id.clone();
        let nodes = nodes.into_iter().map(|node| (node.id.clone(), node)).collect();
        let mut telling = Telling { nodes, lines: Vec::new(), text: String::new() };
        telling.tell(&root, 0);
        telling.end_text(0);
        Ok(telling.lines)
    }

    /// What has the focus, and what is around it, from the inside out.
    async fn focused_node(&self) -> Result<(Node, Vec<Node>)> {
        let focus =
            json!({ "expression": "document.activeElement === document.body ? document : document.activeElement" });
        let focus = self.browser.cdp("Runtime.evaluate", focus).await?;
        let wanted = json!({ "objectId": focus["result"]["objectId"] });
        let branch = self.browser.cdp("Accessibility.getAXNodeAndAncestors", wanted).await?;
        let mut around: Vec<Node> = serde_json::from_value(branch["nodes"].clone())?;
        ensure!(!around.is_empty(), "what has the focus is not in the accessibility tree");
        let mut node = around.remove(0);
        self.put_into_words(&mut node).await?;
        Ok((node, around))
    }

    /// Gives a node of a range its words: the tree has the bare figure, also where the page says it in words.
    async fn put_into_words(&self, node: &mut Node) -> Result<()> {
        let Some(range) = node.properties.iter_mut().find(|property| property.name == "valuetext") else {
            return Ok(());
        };
        let object = self.browser.cdp("DOM.resolveNode", json!({ "backendNodeId": node.element })).await?;
        let words = json!({
            "objectId": object["object"]["objectId"],
            "functionDeclaration": "function () { return this.ariaValueText }",
        });
        let words = self.browser.cdp("Runtime.callFunctionOn", words).await?;
        if let Some(words) = words["result"]["value"].as_str() {
            range.value.value = words.into();
        }
        Ok(())
    }
}

/// A node of the accessibility tree.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    #[serde(rename = "nodeId")]
    id: String,
    #[serde(default)]
    ignored: bool,
    role: Option<Said>,
    name: Option<Said>,
    value: Option<Said>,
    description: Option<Said>,
    #[serde(default)]
    properties: Vec<Property>,
    #[serde(default)]
    child_ids: Vec<String>,
    #[serde(rename = "backendDOMNodeId")]
    element: Option<u64>,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    value: Said,
}

impl Node {
    fn role(&self) -> &str {
        self.role.as_ref().and_then(|role| role.value.as_str()).unwrap_or_default()
    }

    fn is(&self, role: &str) -> bool {
        self.role() == role
    }

    fn name(&self) -> String {
        text(self.name.as_ref())
    }

    /// Role, name, value, states and description.
    fn words(&self) -> String {
        let role = match self.role() {
            "RootWebArea" => "page",
            "DisclosureTriangle" => "disclosure",
            role => role,
        };
        let mut words = role.to_owned();
        let level = self.property("level");
        if !level.is_empty() {
            let _ = write!(words, " {level}");
        }
        let name = self.name();
        if !name.is_empty() {
            let _ = write!(words, " “{name}”");
        }
        let value = Some(self.property("valuetext")).filter(|value| !value.is_empty());
        let value = shortened(&value.unwrap_or_else(|| text(self.value.as_ref())));
        if !value.is_empty() {
            let _ = write!(words, ": “{value}”");
        }
        for state in self.states() {
            let _ = write!(words, ", {state}");
        }
        let description = text(self.description.as_ref());
        if !description.is_empty() {
            let _ = write!(words, " (“{description}”)");
        }
        words
    }

    fn states(&self) -> impl Iterator<Item = String> {
        self.properties.iter().filter_map(|Property { name, value }| {
            let value = plain(&value.value);
            let state = match (name.as_str(), value.as_str()) {
                ("expanded", "false") => "collapsed",
                ("checked", "false") => "not checked",
                ("pressed", "false") => "not pressed",
                ("checked" | "pressed", "mixed") => "partly",
                (
                    "expanded" | "checked" | "pressed" | "invalid" | "disabled" | "required" | "readonly" | "selected"
                    | "modal" | "busy",
                    "true",
                ) => name,
                ("keyshortcuts", keys) if !keys.is_empty() => return Some(format!("key {keys}")),
                ("roledescription", words) if !words.is_empty() => words,
                _ => return None,
            };
            Some(state.to_owned())
        })
    }

    fn property(&self, name: &str) -> String {
        let property = self.properties.iter().find(|property| property.name == name);
        text(property.map(|property| &property.value))
    }
}

fn text(said: Option<&Said>) -> String {
    said.map(|said| plain(&said.value)).unwrap_or_default()
}

/// The beginning of a value that nobody would listen to to its end.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// A value on one line.
fn plain(value: &Value) -> String {
    let words = match value {
        Value::Null => String::new(),
        Value::String(words) => words.clone(),
        other => other.to_string(),
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A page that is being read aloud.
struct Telling {
    nodes: HashMap<String, Node>,
    lines: Vec<String>,
    /// Text that has come since the last line; it goes on over inline elements.
    text: String,
}

impl Telling {
    fn tell(&mut self, id: &str, depth: usize) {
        let Some(node) = self.nodes.remove(id) else { return };
        let role = node.role();
        if role == "StaticText" {
            self.text.push_str(&text_as_is(node.name.as_ref()));
        } else if role == "LineBreak" {
            self.text.push(' ');
        } else if node.ignored || INLINE.contains(&role) {
            self.inside(&node, depth);
        } else if LEAVES.contains(&role) {
            self.end_text(depth);
            self.line(depth, &node.words());
        } else if role == "row" {
            self.end_text(depth);
            let cells: Vec<_> = node.child_ids.iter().map(|cell| self.text_of(cell)).collect();
            self.line(depth, &format!("row: {}", cells.join(" | ")));
        } else {
            self.end_text(depth);
            let is_place =
                PLACES.contains(&role) || !node.name().is_empty() && !["paragraph", "listitem", "term"].contains(&role);
            if is_place {
                let items =
                    node.child_ids.iter().filter(|id| self.nodes.get(*id).is_some_and(|node| node.is("listitem")));
                let items = if role == "list" { format!(" of {}", items.count()) } else { String::new() };
                self.line(depth, &(node.words() + &items));
            }
            let deeper = depth + usize::from(is_place);
            self.inside(&node, deeper);
            self.end_text(deeper);
        }
    }

    fn inside(&mut self, node: &Node, depth: usize) {
        for id in &node.child_ids {
            self.tell(id, depth);
        }
    }

    /// All text inside a node, which is then told.
    fn text_of(&mut self, id: &str) -> String {
        let Some(node) = self.nodes.remove(id) else { return String::new() };
        if node.is("StaticText") {
            return text_as_is(node.name.as_ref());
        }
        node.child_ids.iter().map(|id| self.text_of(id)).collect()
    }

    fn line(&mut self, depth: usize, words: &str) {
        self.lines.push("  ".repeat(depth) + words);
    }

    fn end_text(&mut self, depth: usize) {
        let text = std::mem::take(&mut self.text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.line(depth, &format!("“{text}”"));
        }
    }
}

/// The spaces at the ends of a text part it from its neighbours.
fn text_as_is(said: Option<&Said>) -> String {
    said.and_then(|said| said.value.as_str()).unwrap_or_default().to_owned()
}
