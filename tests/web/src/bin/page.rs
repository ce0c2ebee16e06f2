//! Measures the built page with long logs, in Chromium: `page LOG`, where LOG is a long export of the bank
//! (`DAYBOOK_KEEP=LOG make bench-full` writes one).

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use daybook_web_tests::{Browser, Engine, Site, dist, serve, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Loads of the page for each length.
const LOADS: usize = 7;

/// How long a browser may live: a full journal takes minutes to be measured.
const LIFE: Duration = Duration::from_mins(10);

/// Notes when the page can be used.
const NOTE_READY: &str = "(function look() {
    if (!globalThis.daybook?.ready) return setTimeout(look, 1);
    daybook.ready.then(() => { globalThis.readyAt = performance.now(); });
})()";

/// Milliseconds of each deposit, the page not drawn.
const APPEND: &str = "document.body.style.setProperty('display', 'none', 'important');
    const [{ stream }] = await daybook.readAll('bank', { limit: 1 });
    const took = [];
    for (let nth = 0; nth < 300; nth += 1) {
        const begun = performance.now();
        await daybook.dispatch('bank', { type: 'Deposit', accountId: stream.slice(8), amount: 1 });
        took.push(performance.now() - begun);
    }
    document.body.style.removeProperty('display');
    return took;";

/// Milliseconds from each deposit until a frame with it was drawn. Each is asked for just after a frame: the worst moment.
const PAINT: &str = "const [{ stream }] = await daybook.readAll('bank', { limit: 1 });
    const painted = () => new Promise((over) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = over;
        port2.postMessage(0);
    }));
    const took = [];
    for (let nth = 0; nth < 100; nth += 1) {
        await painted();
        const begun = performance.now();
        await daybook.dispatch('bank', { type: 'Deposit', accountId: stream.slice(8), amount: 1 });
        await painted();
        took.push(performance.now() - begun);
    }
    return took;";

/// Drags the slider to and fro for five seconds: the page's own work in each frame, and the time between frames.
const SCRUB: &str = "const slider = document.querySelector('.ribbon input[type=range]');
    const most = Number(slider.max), work = [], between = [];
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    const begun = performance.now();
    let last = await frame();
    while (performance.now() - begun < 5000) {
        const share = Math.abs(((performance.now() - begun) % 2000) / 1000 - 1);
        const asked = performance.now();
        let started;
        requestAnimationFrame(() => { started = performance.now(); });
        slider.value = Math.round(share * most);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        const told = performance.now();
        const now = await frame();
        work.push(told - asked + performance.now() - started);
        between.push(now - last);
        last = now;
    }
    return [work, between];";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let long = fs::read_to_string(env::args().nth(1).context("page LOG")?)?;
    let (header, rest) = long.split_once('\n').context("a header")?;
    let all = rest.lines().count() - 1;
    let folder = TempDir::new()?;
    println!(
        "| stored | imported in | units | ready after, median (least, most) | append, median | painted, median / 95 of 100 |"
    );
    println!("|--:|--:|--:|--:|--:|--:|");
    for events in [0, 100, 50_000, 100_000, 150_000, all] {
        let file = folder.path().join("log.ndjson");
        fs::write(&file, shortened(header, rest, events)?)?;
        println!("{}", stored(events, &file).await.with_context(|| format!("{events} events"))?);
    }
    let (_site, browser) = visit("#/", Browser::start_for(Engine::Chromium, LIFE).await?).await?;
    fs::write(folder.path().join("log.ndjson"), shortened(header, rest, 100_000)?)?;
    import(&browser, &folder.path().join("log.ndjson")).await?;
    let painted = numbers(&browser.run_js(PAINT, &[]).await?)?;
    let (median, most) = (at(&painted, 50), at(&painted, 95));
    println!("\n60 frames a second, 100000 stored: painted after {median:.1} / {most:.1} ms (median, 95 of 100)");
    let (_site, browser) = visit("#/lab/bank?open=files", Browser::start_for(Engine::Chromium, LIFE).await?).await?;
    browser.page.press("Load a big day").await?;
    let begun = Instant::now();
    until_status(&browser, "A day of 1,000,000 events, in memory.").await?;
    println!("\na big day of 1,000,000 events: {:.2} s", begun.elapsed().as_secs_f64());
    browser.go("#/").await?;
    let told = browser.run_js(SCRUB, &[]).await?;
    let (work, between) = (numbers(&told[0])?, numbers(&told[1])?);
    let usual = at(&between, 50);
    let late = between.iter().filter(|gap| **gap > 1.5 * usual).count();
    println!(
        "scrubbed for 5 s: own work in a frame {:.1} / {:.1} ms (median, 95 of 100), {} frames, {:.1} ms apart, {late} late",
        at(&work, 50),
        at(&work, 95),
        work.len(),
        usual
    );
    let rows = browser.run_js("return document.querySelectorAll('.entries > li').length", &[]).await?;
    println!("rows in the document: {rows}");
    Ok(())
}

async fn visit(hash: &str, browser: Browser) -> Result<(Site, Browser)> {
    let site = serve(&dist(), "/", 0)?;
    browser.before_each_page(NOTE_READY).await?;
    browser.open(&format!("{}{hash}", site.url())).await?;
    browser.ready().await?;
    Ok((site, browser))
}

/// Puts a file in the place of the stored log.
async fn import(browser: &Browser, file: &Path) -> Result<()> {
    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    dialog.attach("File", file).await?;
    for _ in 0..20 {
        if dialog.shows("Risky").await.is_ok() {
            break;
        }
    }
    dialog.press("Replace my log").await?;
    until_status(browser, "Imported ").await?;
    browser.go("#/").await
}

/// A row of the table: a log of so many events is stored, and the page opened with it again and again. Frames come as
/// quickly as they are drawn, so that no screen's pace is measured.
async fn stored(events: usize, file: &Path) -> Result<String> {
    let (_site, browser) = visit("#/", Browser::start_unpaced(LIFE).await?).await?;
    let mut imported = String::new();
    if events > 0 {
        let begun = Instant::now();
        import(&browser, file).await?;
        imported = format!("{:.1} s", begun.elapsed().as_secs_f64());
    }
    let mut ready = Vec::new();
    for _ in 0..LOADS {
        browser.reload().await?;
        let at = async || anyhow::Ok(browser.run_js("return globalThis.readyAt ?? null", &[]).await?.as_f64());
        wait_until("the page is ready", async || Ok(at().await?.is_some())).await?;
        ready.push(at().await?.context("a time")?);
    }
    let units = "return Object.entries(localStorage).flat().join('').length";
    let units = browser.run_js(units, &[]).await?;
    let (mut append, mut paint) = (String::new(), String::new());
    if events > 0 {
        append = format!("{:.2} ms", at(&numbers(&browser.run_js(APPEND, &[]).await?)?, 50));
        let painted = numbers(&browser.run_js(PAINT, &[]).await?)?;
        paint = format!("{:.1} / {:.1} ms", at(&painted, 50), at(&painted, 95));
    }
    let (median, least, most) = (at(&ready, 50), at(&ready, 0), at(&ready, 100));
    Ok(format!("| {events} | {imported} | {units} | {median:.0} ms ({least:.0}, {most:.0}) | {append} | {paint} |"))
}

/// The first events of an export. The trailer vouches for all of them, so the import is told to be risky.
fn shortened(header: &str, rest: &str, events: usize) -> Result<String> {
    let mut header: Value = serde_json::from_str(header)?;
    header["events"] = json!(events);
    let mut text = header.to_string() + "\n";
    rest.lines().take(events).for_each(|line| text.extend([line, "\n"]));
    let trailer = json!({ "trailer": { "events": events, "head": "0".repeat(64) } });
    Ok(text + &trailer.to_string() + "\n")
}

async fn until_status(browser: &Browser, status: &str) -> Result<()> {
    for _ in 0..20 {
        if browser.page.shows_status(status).await.is_ok() {
            return Ok(());
        }
    }
    browser.page.shows_status(status).await
}

fn numbers(told: &Value) -> Result<Vec<f64>> {
    Ok(serde_json::from_value(told.clone())?)
}

fn at(figures: &[f64], percent: usize) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() - 1) * percent / 100]
}
