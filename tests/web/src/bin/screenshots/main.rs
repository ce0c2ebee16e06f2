//! Photographs the built site on screens of many sizes, by day and by night.
//!
//! `screenshots FOLDER [OPTION...] [VIEW...]` saves `FOLDER/home-1440x900-light.png` and so on. A view is an address such
//! as `#/lab/bank` (default `#/`); `#/@refused` brings the page into a scene first, and `#/@all` means every scene.
//!
//! - `--size 390x844` takes this size only, `--theme dark` this theme; both may be said again.
//! - `--sheet` puts the themes side by side into one small file, `FOLDER/home-1440x900.png`.
//! - `--full` takes the page to its end rather than what is seen at first.
//! - `--js CODE` runs this in each page first, as the body of an async function.

mod sheet;

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use daybook_web_tests::{Browser, Scene, Screen, dist, serve};

/// A desk, a telephone, a projector at 150 % zoom, a tablet, a large screen.
const SIZES: [(&str, Screen); 5] = [
    ("1440x900", Screen::new(1440, 900)),
    ("390x844", Screen::telephone(390, 844)),
    ("1280x720-150", Screen { scale: 1.5, ..Screen::new(853, 480) }),
    ("768x1024", Screen::new(768, 1024)),
    ("2560x1440", Screen::new(2560, 1440)),
];
const THEMES: [&str; 2] = ["light", "dark"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let wish = Wish::from_args()?;
    fs::create_dir_all(&wish.folder)?;
    let site = serve(&dist(), "/", 0)?;
    for view in &wish.views {
        let browser = Browser::start().await?;
        for (size, screen) in &wish.sizes {
            // A new tab for each, so that no picture shows what another one left behind.
            browser.begin_anew(site.url()).await?;
            browser.screen(*screen).await?;
            browser.emulate(&[("prefers-reduced-motion", "reduce")]).await?;
            browser.open(&format!("{}{}", site.url(), view.address)).await?;
            browser.ready().await?;
            view.scene.set(&browser).await.with_context(|| format!("{} on {size}", view.name()))?;
            browser.run_js(&wish.js, &[]).await?;

            let mut pictures = Vec::new();
            for theme in &wish.themes {
                browser.emulate(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]).await?;
                let picture = if wish.full { browser.photo_to_its_end(*screen).await } else { browser.photo().await };
                pictures.push((theme, picture?));
            }
            let name = format!("{}-{size}", view.name());
            if wish.sheet {
                let pictures: Vec<_> = pictures.into_iter().map(|(_, picture)| picture).collect();
                wish.save(&name, &sheet::side_by_side(&pictures)?)?;
            } else {
                for (theme, picture) in pictures {
                    wish.save(&format!("{name}-{theme}"), &picture)?;
                }
            }
        }
    }
    Ok(())
}

struct Wish {
    folder: PathBuf,
    views: Vec<View>,
    sizes: Vec<(&'static str, Screen)>,
    themes: Vec<&'static str>,
    sheet: bool,
    full: bool,
    js: String,
}

impl Wish {
    fn from_args() -> Result<Self> {
        let mut args = env::args().skip(1);
        let folder = args.next().context("screenshots FOLDER [OPTION...] [VIEW...]")?.into();
        let (views, sizes, themes) = (Vec::new(), Vec::new(), Vec::new());
        let mut wish = Self { folder, views, sizes, themes, sheet: false, full: false, js: String::new() };
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg} wants a value"));
            match arg.as_str() {
                "--size" => {
                    let (value, names) = (value()?, SIZES.map(|(name, _)| name));
                    let size = SIZES.into_iter().find(|(name, _)| *name == value);
                    wish.sizes.push(size.with_context(|| format!("a size is one of {names:?}, not {value:?}"))?);
                }
                "--theme" => {
                    let value = value()?;
                    let theme = THEMES.into_iter().find(|theme| *theme == value);
                    wish.themes.push(theme.with_context(|| format!("a theme is one of {THEMES:?}, not {value:?}"))?);
                }
                "--sheet" => wish.sheet = true,
                "--full" => wish.full = true,
                "--js" => wish.js = value()?,
                _ => {
                    ensure!(!arg.starts_with("--"), "there is no option {arg}");
                    wish.views.extend(View::all(&arg)?);
                }
            }
        }
        if wish.views.is_empty() {
            wish.views.extend(View::all("#/")?);
        }
        if wish.sizes.is_empty() {
            wish.sizes.extend(SIZES);
        }
        if wish.themes.is_empty() {
            wish.themes.extend(THEMES);
        }
        Ok(wish)
    }

    fn save(&self, name: &str, png: &[u8]) -> Result<()> {
        let file = self.folder.join(format!("{name}.png"));
        fs::write(&file, png).with_context(|| format!("can't write {}", file.display()))?;
        println!("{}", file.display());
        Ok(())
    }
}

struct View {
    address: String,
    scene: Scene,
}

impl View {
    /// The views that an argument such as `#/`, `#/@ada` or `#/@all` means.
    fn all(arg: &str) -> Result<Vec<Self>> {
        let (address, wanted) = arg.rsplit_once('@').unwrap_or((arg, Scene::Empty.name()));
        let mut scenes = Scene::ALL.to_vec();
        scenes.retain(|scene| wanted == "all" || scene.name() == wanted);
        let names = Scene::ALL.map(Scene::name);
        ensure!(!scenes.is_empty(), "a scene is one of {names:?} or \"all\", not {wanted:?}");
        Ok(scenes.into_iter().map(|scene| Self { address: address.to_owned(), scene }).collect())
    }

    /// `#/lab/bank?at=3` becomes `lab-bank-at-3`, and `#/@ada` becomes `ada`.
    fn name(&self) -> String {
        let scene = Some(self.scene).filter(|scene| *scene != Scene::Empty).map(Scene::name);
        let words = self.address.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<_> = words.chain(scene).collect();
        if words.is_empty() { "home".into() } else { words.join("-") }
    }
}
