//! Photographs the built site, on a desk and on a telephone, by day and by night.
//!
//! `screenshots FOLDER [--full] [--js CODE] [VIEW...]` saves `FOLDER/home-1440x900-light.png` and so on. A view is an
//! address such as `#/lab/bank` (default `#/`). CODE is run in each page first, as the body of an async function;
//! `--full` takes the page to its end rather than what is seen at first.

use std::{env, path::PathBuf};

use anyhow::{Context, Result};
use daybook_web_tests::{Browser, dist, serve};

const SIZES: [(u32, u32); 2] = [(1440, 900), (390, 844)];
const THEMES: [&str; 2] = ["light", "dark"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let wish = Wish::from_args()?;
    let site = serve(&dist(), "/", 0)?;
    for view in &wish.views {
        for (width, height) in SIZES {
            for theme in THEMES {
                // A browser for each, so that no picture shows what another one left behind.
                let browser = Browser::start().await?;
                let file = wish.folder.join(format!("{}-{width}x{height}-{theme}.png", file_name(view)));
                browser.viewport(width, height).await?;
                browser.emulate(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]).await?;
                browser.open(&format!("{}{view}", site.url())).await?;
                browser.ready().await?;
                browser.run_js(&wish.js, &[]).await?;
                if wish.full {
                    let end = browser.run_js("return document.documentElement.scrollHeight", &[]).await?;
                    let end = end.as_u64().and_then(|end| end.try_into().ok()).context("a page has a height")?;
                    browser.viewport(width, height.max(end)).await?;
                }
                browser.screenshot(&file).await?;
                println!("{}", file.display());
            }
        }
    }
    Ok(())
}

struct Wish {
    folder: PathBuf,
    views: Vec<String>,
    js: String,
    full: bool,
}

impl Wish {
    fn from_args() -> Result<Self> {
        let mut args = env::args().skip(1);
        let folder = args.next().context("screenshots FOLDER [--full] [--js CODE] [VIEW...]")?.into();
        let mut wish = Self { folder, views: Vec::new(), js: String::new(), full: false };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--full" => wish.full = true,
                "--js" => wish.js = args.next().context("--js wants some code")?,
                _ => wish.views.push(arg),
            }
        }
        if wish.views.is_empty() {
            wish.views.push("#/".into());
        }
        Ok(wish)
    }
}

/// `#/lab/bank?at=3` becomes `lab-bank-at-3`.
fn file_name(view: &str) -> String {
    let words: Vec<_> = view.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "home".into() } else { words.join("-") }
}
