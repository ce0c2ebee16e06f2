//! The figure over time, as a line, and as a table.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::engine::{LogId, StreamId};
use crate::lab::chart::{Point, series};
use crate::lab::door::{By, Door};
use crate::ui::desk::Desk;
use crate::ui::parts::{find, fold, live, text};
use crate::worlds::money::plain_cents;

/// Points of the line: about two for each point of the picture's width on a telephone.
const POINTS: usize = 600;
/// Rows of the table.
const ROWS: usize = 40;
/// The picture's width and height, in its own units.
const SIDE: u64 = 1000;

/// A log of this length, and whom of it the line is about: what the line depends on, and the cursor does not.
type Of = Option<(LogId, u64, StreamId)>;

/// The line with the cursor in it, and its figures in words.
pub fn chart(desk: Desk) -> AnyView {
    let of = Memo::new(move |_| -> Of { Some((desk.log(), desk.events(), desk.stream()?)) });
    let points = move |most| of.get().map(|of| read(desk, &of, most)).unwrap_or_default();
    let line = Memo::new(move |_| Line::new(&points(POINTS).0, of.get().map_or(0, |of| of.1)));
    let figure = move || {
        let stream = desk.stream();
        i128::from(desk.read(|door| door.card(stream.as_ref(), desk.applied(), By::KeptView).0.figure))
    };
    view! {
        <section class="over-time" aria-labelledby="over-time-title">
            <h3 id="over-time-title">"The balance over time"</h3>
            <div class="chart">
                <span class="high" aria-hidden="true">{text(move || cents(line.read().high))}</span>
                <span class="low" aria-hidden="true">{text(move || cents(line.read().low))}</span>
                <div class="plot" on:click=move |click| seek(desk, &click)>{picture(desk, line, figure)}</div>
                <p class="axis" aria-hidden="true">
                    <span>"Genesis"</span>
                    <span>{text(move || format!("{} after event {}", cents(figure()), desk.applied()))}</span>
                    <span>"Now"</span>
                </p>
            </div>
            {fold("The figures of this chart", move || live(move || table(points(ROWS))))}
        </section>
    }
    .into_any()
}

/// The whole log's points, and whether entries were left out. The work grows with the log, so it is done once for each
/// length of it.
fn read(desk: Desk, (_, events, stream): &(LogId, u64, StreamId), most: usize) -> (Vec<Point>, bool) {
    let points = |door: &dyn Door| {
        let store = door.store();
        let key = store.stream_key(stream)?;
        let points = series(store, Some(key), 0..*events, most);
        let is_thinned = points.len() <= store.positions(key).len();
        Some((points, is_thinned))
    };
    untrack(|| desk.read(points)).unwrap_or_default()
}

/// A line that is ready to be drawn.
#[derive(Clone, Default, PartialEq)]
struct Line {
    path: String,
    events: u64,
    low: i128,
    high: i128,
}

impl Line {
    /// A figure holds until the next entry: the line goes in steps.
    fn new(points: &[Point], events: u64) -> Self {
        let figures = || points.iter().map(|point| point.figure);
        // Zero is always in the picture: it is where every figure begins.
        let (low, high) = (figures().min().unwrap_or(0).min(0), figures().max().unwrap_or(0).max(0));
        let mut line = Self { path: String::new(), events, low, high };
        let step = |point: &Point| format!("H{}V{}", line.x(point.applied), line.y(point.figure));
        let steps: String = points.iter().map(step).collect();
        line.path = format!("M0 {}{steps}H{SIDE}", line.y(0));
        line
    }

    fn x(&self, applied: u64) -> u64 {
        applied.min(self.events) * SIDE / self.events.max(1)
    }

    fn y(&self, figure: i128) -> i128 {
        let figure = figure.clamp(self.low, self.high);
        // A figure that never moved lies on the ground.
        let ground = if self.low == self.high { i128::from(SIDE) } else { 0 };
        ground + (self.high - figure) * i128::from(SIDE) / (self.high - self.low).max(1)
    }
}

/// What is not yet lies behind a veil, as in the ledger.
fn picture(desk: Desk, line: Memo<Line>, figure: impl Fn() -> i128 + Copy + Send + Sync + 'static) -> AnyView {
    let x = move || line.read().x(desk.applied());
    let words = move || {
        let (low, high) = line.with(|line| (cents(line.low), cents(line.high)));
        format!("Line chart: {} after event {}, between {low} and {high}", cents(figure()), desk.applied())
    };
    view! {
        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label=text(words)>
            <path class="zero" d=text(move || format!("M0 {}H{SIDE}", line.read().y(0)))/>
            <path class="balance-line" d=text(move || line.read().path.clone())/>
            <path class="veil" d=text(move || format!("M{} 0H{SIDE}V{SIDE}H{}Z", x(), x()))/>
            <path class="cursor" d=text(move || format!("M{} 0V{SIDE}", x()))/>
            <path class="dot" d=text(move || format!("M{} {}h0", x(), line.read().y(figure())))/>
        </svg>
    }
    .into_any()
}

/// A click on the picture looks at the moment that it points to. The ribbon does the same for the keyboard.
fn seek(desk: Desk, click: &MouseEvent) {
    let width = find(".plot").map_or(0, |plot| plot.client_width());
    if let (Ok(x), Ok(width @ 1..)) = (u64::try_from(click.offset_x()), u64::try_from(width)) {
        let nearest = (x * untrack(|| desk.events()) + width / 2) / width;
        desk.visit(Some(nearest));
    }
}

fn table((points, is_thinned): (Vec<Point>, bool)) -> AnyView {
    let row = |point: &Point| {
        view! {
            <tr>
                <td class="is-figure">{point.applied}</td>
                <td class="is-figure">{cents(point.figure)}</td>
            </tr>
        }
    };
    let thinned =
        if is_thinned { "There are more: of each stretch, these are the lowest and the highest." } else { "" };
    view! {
        <p class="hint">{thinned}</p>
        <div class="table-strip" tabindex="0" role="group" aria-label="Figures">
            <table>
                <thead>
                    <tr>
                        <th scope="col" class="is-figure">"After event"</th>
                        <th scope="col" class="is-figure">"Balance"</th>
                    </tr>
                </thead>
                <tbody>{points.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cents(figure: i128) -> String {
    plain_cents(i64::try_from(figure).unwrap_or(if figure < 0 { i64::MIN } else { i64::MAX }))
}
