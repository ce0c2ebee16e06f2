//! What keeps people out of the page, as far as a program can find it: the rules of axe-core.

use std::{
    env, fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::browser::Browser;

/// WCAG 2.2 up to level AA, and what axe-core takes for good practice.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// A barrier on the page: the rule that is broken, and where.
#[derive(Clone, Deserialize, PartialEq, Eq)]
pub struct Violation {
    /// The rule's own name, such as `color-contrast`.
    pub rule: String,
    /// The rule in one sentence.
    pub help: String,
    /// The markup of each element that breaks it, and what is wrong with it.
    pub nodes: Vec<String>,
}

/// Readable where an assertion prints it: on lines of its own.
impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}: {}", self.rule, self.help)?;
        self.nodes.iter().try_for_each(|node| write!(f, "\n    {}", node.replace('\n', "\n      ")))
    }
}

impl Browser {
    /// All barriers that axe-core finds on the page in front, as it looks now.
    pub async fn axe(&self) -> Result<Vec<Violation>> {
        if self.run_js("return 'axe' in window", &[]).await? != true {
            let file = axe_file();
            let axe = fs::read_to_string(&file)
                .with_context(|| format!("there is no {}: run scripts/setup test", file.display()))?;
            self.run_js(&axe, &[]).await.context("axe-core does not start")?;
        }
        let judge = "const { violations } = await axe.run({
                runOnly: { type: 'tag', values: arguments[0] }, resultTypes: ['violations'],
            });
            const told = ({ html, failureSummary }) => `${html}\\n${failureSummary}`;
            return violations.map(({ id, help, nodes }) => ({ rule: id, help, nodes: nodes.map(told) }))";
        Ok(serde_json::from_value(self.run_js(judge, &[json!(TAGS)]).await?)?)
    }
}

/// Where `scripts/setup` puts axe-core; `$DAYBOOK_TOOLS` is the same as in `scripts/env`.
fn axe_file() -> PathBuf {
    let home = || Path::new(&env::var_os("HOME").unwrap_or_default()).join(".cache/daybook");
    let tools = env::var_os("DAYBOOK_TOOLS").map_or_else(home, PathBuf::from);
    tools.join("npm/node_modules/axe-core/axe.min.js")
}
