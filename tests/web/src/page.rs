//! A page, or a part of it, as people meet it: roles, names and text.

use anyhow::{Context, Result, bail};
use fantoccini::{Client, elements::Element, key::Key};
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
        let mut all = Vec::new();
        for element in self.candidates(role).await? {
            if computed(&self.client, &element, "role").await? == role {
                all.push(Named { name: computed(&self.client, &element, "label").await?, element });
            }
        }
        Ok(all)
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

    /// The text displayed in the region with this name.
    pub async fn text_of(&self, region: &str) -> Result<String> {
        self.region(region).await?.text().await
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

    /// Role and name of the element that has the keyboard's focus.
    pub async fn active(&self) -> Result<(String, String)> {
        let element = self.client.active_element().await?;
        Ok((computed(&self.client, &element, "role").await?, computed(&self.client, &element, "label").await?))
    }
}

/// Doing things on the page.
impl Part {
    /// Clicks the button with this name.
    pub async fn press(&self, button: &str) -> Result<()> {
        self.click("button", button).await
    }

    /// Clicks whatever has this role and name: a link, a tab, a checkbox.
    pub async fn click(&self, role: &str, name: &str) -> Result<()> {
        let clicked = look_for(async || {
            let element = self.by_role(role, name).await?;
            Ok(Some(element.click().await?))
        });
        clicked.await?.with_context(|| format!("the {role} {name:?} can't be clicked"))
    }

    /// Types text into a textbox in place of what stands there.
    pub async fn fill(&self, textbox: &str, text: &str) -> Result<()> {
        let filled = look_for(async || {
            let element = self.by_role("textbox", textbox).await?;
            self.client.execute("arguments[0].focus(); arguments[0].select()", vec![json!(element)]).await?;
            Ok(Some(element.send_keys(&(Key::Delete + text)).await?))
        });
        filled.await?.with_context(|| format!("the textbox {textbox:?} can't be typed into"))
    }

    /// Chooses the option with this text in a combobox.
    pub async fn choose(&self, combobox: &str, option: &str) -> Result<()> {
        let element = self.by_role("combobox", combobox).await?;
        element.select_by_label(option).await.with_context(|| format!("{combobox:?} has no option {option:?}"))
    }

    /// Types on the keyboard, wherever the focus is.
    ///
    /// Keys without a character are [`Key`]s: `page.keys(&Key::Right).await?`.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }
}

impl Part {
    /// The whole page.
    pub(crate) fn whole(client: Client) -> Self {
        Self { client, root: None, place: "the page".into() }
    }

    /// Looks once. The name is asked first: fewer elements share a name than a role.
    async fn find(&self, role: &str, name: &str) -> Result<Option<Element>> {
        for element in self.candidates(role).await? {
            if computed(&self.client, &element, "label").await? == name
                && computed(&self.client, &element, "role").await? == role
            {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// The displayed elements that may have a role, in one question, so that few have to be asked for their own.
    async fn candidates(&self, role: &str) -> Result<Vec<Element>> {
        let displayed = "const [selector, root] = arguments;
            return [...(root ?? document).querySelectorAll(selector)]
                .filter(element => element.checkVisibility({ visibilityProperty: true }))";
        let found = self.client.execute(displayed, vec![json!(selector(role)), json!(self.root)]).await?;
        let references: Vec<serde_json::Map<String, Value>> = serde_json::from_value(found)?;
        Ok(references
            .iter()
            .flat_map(|reference| reference.values().filter_map(Value::as_str))
            .map(|id| Element::from_element_id(self.client.clone(), id.to_owned().into()))
            .collect())
    }

    async fn script_text(&self, script: &str) -> Result<String> {
        Ok(self.client.execute(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
    }
}

/// What the browser itself takes an element for: its `role` or its `label`.
async fn computed(client: &Client, element: &Element, what: &str) -> Result<String> {
    let answer = client.issue_cmd(Ask::get(format!("element/{}/computed{what}", *element.element_id()))).await?;
    Ok(answer.as_str().unwrap_or_default().to_owned())
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
