//! A page, or a part of it, as people meet it: roles, names and text.

use std::path::Path;

use anyhow::{Context, Result, bail};
use fantoccini::{
    Client,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    key::Key,
};
use serde_json::{Value, json};

use crate::{
    driver::Ask,
    patience::{look_for, wait_until},
};

/// The whole page, or one region of it, to look for things in.
#[derive(Clone)]
pub struct Part {
    client: Client,
    root: Option<Element>,
    place: String,
}

/// An element with the name that the browser computed for it.
#[derive(Clone, Debug)]
pub struct Named {
    /// What a screen reader would call it.
    pub name: String,
    /// The element itself.
    pub element: Element,
}

/// Asking things of what is on the page.
impl Part {
    /// The one displayed element with this role and this whole name, waiting for it to appear.
    ///
    /// Role and name are the browser's own (what a screen reader says), not read off the markup. If it does not appear, the
    /// error names what has that role instead.
    pub async fn by_role(&self, role: &str, name: &str) -> Result<Element> {
        if let Some(element) = look_for(async || self.find(role, name).await).await? {
            return Ok(element);
        }
        let names: Vec<_> = self.all_by_role(role).await?.into_iter().map(|found| found.name).collect();
        bail!("{} has no {role} {name:?}; it has {names:?}", self.place)
    }

    /// All displayed elements with a role, in the order of the page, without waiting.
    pub async fn all_by_role(&self, role: &str) -> Result<Vec<Named>> {
        let displayed = self.displayed(&selector(role)).await?;
        let taken_for = taken_for(&self.client, &displayed).await?;
        let of_role = displayed.into_iter().zip(taken_for).filter(|(_, taken_for)| taken_for.0 == role);
        Ok(of_role.map(|(element, (_, name))| Named { name, element }).collect())
    }

    /// Whether an element with this role and name is displayed now, without waiting.
    pub async fn has(&self, role: &str, name: &str) -> Result<bool> {
        Ok(self.find(role, name).await?.is_some())
    }

    /// The region with this name, to look for things inside it.
    pub async fn region(&self, name: &str) -> Result<Part> {
        self.within("region", name).await
    }

    /// Any element, such as a dialog or a row, to look for things inside it.
    pub async fn within(&self, role: &str, name: &str) -> Result<Part> {
        let root = self.by_role(role, name).await?;
        Ok(Part { client: self.client.clone(), root: Some(root), place: format!("the {role} {name:?}") })
    }

    /// The text that is displayed here.
    pub async fn text(&self) -> Result<String> {
        match &self.root {
            Some(root) => Ok(root.text().await?),
            None => self.script_text("return document.body.innerText").await,
        }
    }

    /// What the page says to screen readers without being asked (role status), whether or not it is seen.
    pub async fn status_text(&self) -> Result<String> {
        self.script_text(
            "return [...document.querySelectorAll('[role=status], output')].map(e => e.textContent.trim()).filter(Boolean).join('\\n')",
        )
        .await
    }

    /// Waits until the status contains this text.
    pub async fn shows_status(&self, text: &str) -> Result<()> {
        let mut last = String::new();
        let shown = wait_until("the status changes", async || {
            last = self.status_text().await?;
            Ok(last.contains(text))
        })
        .await;
        shown.with_context(|| format!("the status should say {text:?}, but says {last:?}"))
    }

    /// Waits until this text is displayed here; any white space counts as one space.
    pub async fn shows(&self, text: &str) -> Result<()> {
        let mut last = String::new();
        let shown = wait_until("the text is there", async || {
            last = one_line(&self.text().await?);
            Ok(last.contains(text))
        })
        .await;
        shown.with_context(|| format!("{} should show {text:?}, but shows {last:?}", self.place))
    }

    /// Waits until this text is displayed here no more.
    pub async fn hides(&self, text: &str) -> Result<()> {
        let hidden = wait_until("the text is gone", async || Ok(!one_line(&self.text().await?).contains(text))).await;
        hidden.with_context(|| format!("{} should not show {text:?}", self.place))
    }

    /// The names of all displayed elements with a role, in the order of the page, without waiting.
    pub async fn names(&self, role: &str) -> Result<Vec<String>> {
        Ok(self.all_by_role(role).await?.into_iter().map(|found| found.name).collect())
    }

    /// What stands in a textbox.
    pub async fn typed(&self, textbox: &str) -> Result<String> {
        Ok(self.by_role("textbox", textbox).await?.prop("value").await?.unwrap_or_default())
    }

    /// An attribute of the one element with this role and name.
    pub async fn attr(&self, role: &str, name: &str, attribute: &str) -> Result<Option<String>> {
        Ok(self.by_role(role, name).await?.attr(attribute).await?)
    }

    /// Role and name of the element that has the keyboard's focus.
    pub async fn active(&self) -> Result<(String, String)> {
        let active = [self.client.active_element().await?];
        taken_for(&self.client, &active).await?.pop().context("an element is taken for something")
    }
}

/// Doing things on the page.
impl Part {
    /// Clicks the button with this name.
    pub async fn press(&self, button: &str) -> Result<()> {
        self.click("button", button).await
    }

    /// Clicks a button in one of the page's drawers, which is opened first if it is closed.
    pub async fn press_in(&self, drawer: &str, button: &str) -> Result<()> {
        if self.attr("button", drawer, "aria-expanded").await?.as_deref() == Some("false") {
            self.press(drawer).await?;
        }
        self.press(button).await
    }

    /// Clicks whatever has this role and name: a link, a tab, a checkbox.
    pub async fn click(&self, role: &str, name: &str) -> Result<()> {
        let clicked = look_for(async || {
            let element = self.by_role(role, name).await?;
            // As a person scrolls: away from what sticks to the edges.
            let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
            self.client.execute(scroll, vec![json!(element)]).await?;
            Ok(Some(element.click().await?))
        });
        clicked.await?.with_context(|| format!("the {role} {name:?} can't be clicked"))
    }

    /// Opens the details with this summary. Browsers do not agree on the role of a summary.
    pub async fn unfold(&self, summary: &str) -> Result<()> {
        let unfolded = look_for(async || {
            for element in self.displayed("summary").await? {
                if element.text().await? == summary {
                    let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
                    self.client.execute(scroll, vec![json!(element)]).await?;
                    return Ok(Some(element.click().await?));
                }
            }
            Ok(None)
        });
        unfolded.await?.with_context(|| format!("{} has no details with the summary {summary:?}", self.place))
    }

    /// Types text into a textbox in place of what stands there.
    pub async fn fill(&self, textbox: &str, text: &str) -> Result<()> {
        let filled = look_for(async || {
            let element = self.by_role("textbox", textbox).await?;
            self.client.execute("arguments[0].focus(); arguments[0].select()", vec![json!(element)]).await?;
            Ok(Some(self.keys(&(Key::Delete + text)).await?))
        });
        filled.await?.with_context(|| format!("the textbox {textbox:?} can't be typed into"))
    }

    /// Puts text into a textbox in place of what stands there, at once, as from the clipboard.
    pub async fn paste(&self, textbox: &str, text: &str) -> Result<()> {
        let element = self.by_role("textbox", textbox).await?;
        self.client.execute("arguments[0].focus(); arguments[0].select()", vec![json!(element)]).await?;
        if text.is_empty() {
            return self.keys(&Key::Delete.to_string()).await;
        }
        let insert = json!({ "cmd": "Input.insertText", "params": { "text": text } });
        self.client.issue_cmd(Ask::post("goog/cdp/execute", insert)).await?;
        Ok(())
    }

    /// Clicks the button with this name twice, quicker than a person can.
    pub async fn double_press(&self, button: &str) -> Result<()> {
        let element = self.by_role("button", button).await?;
        self.client.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![json!(element)]).await?;
        let [down, up] =
            [PointerAction::Down { button: MOUSE_BUTTON_LEFT }, PointerAction::Up { button: MOUSE_BUTTON_LEFT }];
        let mouse = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0., y: 0. })
            .then(down.clone())
            .then(up.clone())
            .then(down)
            .then(up);
        Ok(self.client.perform_actions(mouse).await?)
    }

    /// Presses a button that is refused, and gives the sentence that is then spoken beside this textbox.
    ///
    /// The same sentence again has to be a new one on the page, for only that is spoken.
    pub async fn refusal(&self, button: &str, textbox: &str) -> Result<String> {
        let textbox = self.by_role("textbox", textbox).await?;
        let before = self.refusal_beside(&textbox).await?;
        self.press(button).await?;
        let refusal =
            look_for(async || Ok(self.refusal_beside(&textbox).await?.filter(|now| Some(now) != before.as_ref())));
        match refusal.await? {
            Some((_, sentence)) => Ok(sentence),
            None => bail!("{button:?} should be refused beside its textbox; before it stood there {before:?}"),
        }
    }

    /// Presses a button that is refused for no field's fault, and gives the sentence that is then spoken here.
    pub async fn refused(&self, button: &str) -> Result<String> {
        let before = self.alerts().await?;
        self.press(button).await?;
        let refusal = look_for(async || Ok(self.alerts().await?.into_iter().find(|now| !before.contains(now))));
        match refusal.await? {
            Some((_, sentence)) => Ok(sentence),
            None => bail!("{button:?} should be refused; before it stood there {before:?}"),
        }
    }

    /// Gives a file to the control with this name that asks for one.
    pub async fn attach(&self, name: &str, file: &Path) -> Result<()> {
        let asks_for_file = "input[type=file]";
        let displayed = self.displayed(asks_for_file).await?;
        for ((_, label), element) in taken_for(&self.client, &displayed).await?.iter().zip(&displayed) {
            if label.contains(name) {
                return Ok(element.send_keys(&file.display().to_string()).await?);
            }
        }
        bail!("{} has nothing named {name:?} that asks for a file", self.place)
    }

    /// Presses Tab until what has this role and name has the focus.
    pub async fn tab_to(&self, role: &str, name: &str) -> Result<()> {
        self.keys_to(&Key::Tab.to_string(), role, name).await
    }

    /// Presses Shift+Tab until what has this role and name has the focus.
    pub async fn shift_tab_to(&self, role: &str, name: &str) -> Result<()> {
        self.keys_to(&(Key::Shift + &Key::Tab.to_string()), role, name).await
    }

    /// Chooses the option with this text in a combobox.
    pub async fn choose(&self, combobox: &str, option: &str) -> Result<()> {
        let element = self.by_role("combobox", combobox).await?;
        element.select_by_label(option).await.with_context(|| format!("{combobox:?} has no option {option:?}"))
    }

    /// Types on the keyboard, wherever the focus is.
    ///
    /// Keys without a character are [`Key`]s: `page.keys(&Key::Right.to_string()).await?`. Control, Shift and Alt are held
    /// down until the end.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        let held = [Key::Control, Key::Shift, Key::Alt].map(char::from);
        let mut keyboard = KeyActions::new("keyboard".into());
        for value in keys.chars() {
            keyboard = keyboard.then(KeyAction::Down { value });
            if !held.contains(&value) {
                keyboard = keyboard.then(KeyAction::Up { value });
            }
        }
        self.client.perform_actions(keyboard).await?;
        Ok(self.client.release_actions().await?)
    }
}

impl Part {
    /// The whole page.
    pub(crate) fn whole(client: Client) -> Self {
        Self { client, root: None, place: "the page".into() }
    }

    async fn keys_to(&self, keys: &str, role: &str, name: &str) -> Result<()> {
        let mut met = Vec::new();
        while met.len() < 100 {
            self.keys(keys).await?;
            met.push(self.active().await?);
            if met.last().is_some_and(|met| met.0 == role && met.1 == name) {
                return Ok(());
            }
        }
        bail!("the focus does not come to the {role} {name:?}, only to {met:?}")
    }

    /// Looks once.
    async fn find(&self, role: &str, name: &str) -> Result<Option<Element>> {
        let found = self.all_by_role(role).await?.into_iter().find(|found| found.name == name);
        Ok(found.map(|found| found.element))
    }

    /// The displayed elements that a selector selects, in one question.
    async fn displayed(&self, selector: &str) -> Result<Vec<Element>> {
        let displayed = "const [selector, root] = arguments;
            return [...(root ?? document).querySelectorAll(selector)]
                .filter(element => element.checkVisibility({ visibilityProperty: true }))";
        let found = self.client.execute(displayed, vec![json!(selector), json!(self.root)]).await?;
        let references: Vec<serde_json::Map<String, Value>> = serde_json::from_value(found)?;
        Ok(references
            .iter()
            .flat_map(|reference| reference.values().filter_map(Value::as_str))
            .map(|id| Element::from_element_id(self.client.clone(), id.to_owned().into()))
            .collect())
    }

    /// The displayed alert that describes a textbox, and its sentence.
    async fn refusal_beside(&self, textbox: &Element) -> Result<Option<Spoken>> {
        let described = "const [input] = arguments;
            const alert = document.getElementById(input.getAttribute('aria-describedby'));
            const is_told = alert?.role === 'alert' && input.ariaInvalid === 'true' && alert.checkVisibility();
            return is_told ? [alert, alert.innerText] : null";
        Ok(serde_json::from_value(self.client.execute(described, vec![json!(textbox)]).await?)?)
    }

    /// All displayed alerts here, with their sentences.
    async fn alerts(&self) -> Result<Vec<Spoken>> {
        let alerts = "return [...(arguments[0] ?? document).querySelectorAll('[role=alert]')]
            .filter(alert => alert.checkVisibility()).map(alert => [alert, alert.innerText])";
        Ok(serde_json::from_value(self.client.execute(alerts, vec![json!(self.root)]).await?)?)
    }

    async fn script_text(&self, script: &str) -> Result<String> {
        Ok(self.client.execute(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
    }
}

/// An element that is spoken as it appears, by reference, and what it says.
type Spoken = (Value, String);

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the browser itself takes elements for: the role and the name of each.
///
/// An engine that tells a script is asked for all at once, another for one after the other.
async fn taken_for(client: &Client, elements: &[Element]) -> Result<Vec<(String, String)>> {
    let ask = "return 'computedName' in Element.prototype
        ? arguments[0].map((element) => [element.computedRole, element.computedName]) : null";
    if let Some(all) = serde_json::from_value(client.execute(ask, vec![json!(elements)]).await?)? {
        return Ok(all);
    }
    let mut all = Vec::new();
    for element in elements {
        let computed = async |what| {
            let answer =
                client.issue_cmd(Ask::get(format!("element/{}/computed{what}", &*element.element_id()))).await?;
            anyhow::Ok(answer.as_str().unwrap_or_default().to_owned())
        };
        all.push((computed("role").await?, computed("label").await?));
    }
    Ok(all)
}

/// Selects all elements that may have a role, and not many others.
fn selector(role: &str) -> String {
    let native = match role {
        "alertdialog" | "dialog" => "dialog",
        "button" => "button, summary, input[type=button], input[type=submit], input[type=reset]",
        "cell" => "td",
        "checkbox" => "input[type=checkbox]",
        "columnheader" | "rowheader" => "th",
        "combobox" => "select, input[list]",
        "group" => "fieldset, details, optgroup",
        "heading" => "h1, h2, h3, h4, h5, h6",
        "img" | "image" => "img, svg",
        "link" => "a[href]",
        "list" => "ul, ol",
        "listitem" => "li",
        "main" => "main",
        "progressbar" => "progress",
        "navigation" => "nav",
        "option" => "option",
        "radio" => "input[type=radio]",
        "region" => "section",
        "row" => "tr",
        "slider" => "input[type=range]",
        "spinbutton" => "input[type=number]",
        "status" => "output",
        "table" => "table",
        "textbox" => {
            "textarea, input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url]"
        }
        _ => "",
    };
    let separator = if native.is_empty() { "" } else { ", " };
    format!("[role={role}]{separator}{native}")
}
