//! Nobody is kept out: no state of the page has a barrier that axe-core can find, by day or by night.

mod common;

use anyhow::Result;
use common::empty;
use daybook_web_tests::{Scene, Screen, Violation};

/// As wide as a desk's and a telephone's, since the page is laid out anew; and so tall that no bar that sticks to an edge
/// covers half of a target: what is scrolled below one is not what is judged.
const SCREENS: [Screen; 2] = [Screen::new(1440, 8000), Screen::telephone(390, 8000)];
const THEMES: [&str; 2] = ["light", "dark"];

#[tokio::test]
async fn the_empty_page() -> Result<()> {
    keeps_nobody_out(Scene::Empty).await
}

#[tokio::test]
async fn an_account() -> Result<()> {
    keeps_nobody_out(Scene::Ada).await
}

#[tokio::test]
async fn the_past() -> Result<()> {
    keeps_nobody_out(Scene::Past).await
}

#[tokio::test]
async fn a_refusal() -> Result<()> {
    keeps_nobody_out(Scene::Refused).await
}

#[tokio::test]
async fn a_branch_compared() -> Result<()> {
    keeps_nobody_out(Scene::Compare).await
}

#[tokio::test]
async fn an_opened_entry() -> Result<()> {
    keeps_nobody_out(Scene::Entry).await
}

#[tokio::test]
async fn the_import() -> Result<()> {
    keeps_nobody_out(Scene::Import).await
}

#[tokio::test]
async fn the_reset() -> Result<()> {
    keeps_nobody_out(Scene::Reset).await
}

#[tokio::test]
async fn a_story_that_is_told() -> Result<()> {
    keeps_nobody_out(Scene::Told).await
}

#[tokio::test]
async fn the_sheet_of_keys() -> Result<()> {
    keeps_nobody_out(Scene::Keys).await
}

#[tokio::test]
async fn the_crash_sheet() -> Result<()> {
    keeps_nobody_out(Scene::Crash).await
}

#[tokio::test]
async fn a_lab() -> Result<()> {
    keeps_nobody_out(Scene::Lab).await
}

#[tokio::test]
async fn why_this_state() -> Result<()> {
    keeps_nobody_out(Scene::Why).await
}

#[tokio::test]
async fn why_this_state_asked_wrongly() -> Result<()> {
    keeps_nobody_out(Scene::WhyNot).await
}

#[tokio::test]
async fn what_is_found() -> Result<()> {
    keeps_nobody_out(Scene::Find).await
}

#[tokio::test]
async fn what_if() -> Result<()> {
    keeps_nobody_out(Scene::WhatIf).await
}

#[tokio::test]
async fn the_same_in_crud() -> Result<()> {
    keeps_nobody_out(Scene::Crud).await
}

#[tokio::test]
async fn the_files() -> Result<()> {
    keeps_nobody_out(Scene::Files).await
}

#[tokio::test]
async fn a_branch_with_edits() -> Result<()> {
    keeps_nobody_out(Scene::Edited).await
}

#[tokio::test]
async fn bookmarks_and_a_stretch() -> Result<()> {
    keeps_nobody_out(Scene::Stretch).await
}

#[tokio::test]
async fn transfers_that_finished_and_failed() -> Result<()> {
    keeps_nobody_out(Scene::Transfers).await
}

#[tokio::test]
async fn who_listens() -> Result<()> {
    keeps_nobody_out(Scene::Listens).await
}

#[tokio::test]
async fn things_that_break() -> Result<()> {
    keeps_nobody_out(Scene::Break).await
}

#[tokio::test]
async fn a_barrier_is_found() -> Result<()> {
    let (_site, browser) = empty().await?;
    let nameless = "document.querySelector('main').append(document.createElement('button'))";
    browser.run_js(nameless, &[]).await?;
    let rules: Vec<_> = browser.axe().await?.into_iter().map(|violation| violation.rule).collect();
    assert!(rules.contains(&"button-name".to_owned()), "a button without a name is none of {rules:?}");
    Ok(())
}

async fn keeps_nobody_out(scene: Scene) -> Result<()> {
    let (_site, browser) = empty().await?;
    scene.set(&browser).await?;
    // Each barrier once, with the looks of the page that have it.
    let mut barriers = Vec::<(Violation, Vec<String>)>::new();
    for screen in SCREENS {
        browser.screen(screen).await?;
        for theme in THEMES {
            browser.emulate(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]).await?;
            let look = format!("{} {theme}", screen.width);
            for violation in browser.axe().await? {
                match barriers.iter_mut().find(|(known, _)| *known == violation) {
                    Some((_, looks)) => looks.push(look.clone()),
                    None => barriers.push((violation, vec![look.clone()])),
                }
            }
        }
    }
    assert_eq!(barriers, []);
    Ok(())
}
