//! A figure over the whole length of a log, in as many points as a picture can show.

use std::ops::Range;

use crate::engine::{Store, StreamKey};

/// A figure at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The moment: how many events of the log had been applied.
    pub applied: u64,
    /// What the amounts added up to.
    pub figure: i128,
}

/// The figure of a stream, or of all streams together, from one moment of the log to another.
///
/// The first point is the first moment, and every event that counts adds one: those of the stream, or all. If these are
/// more than `most`, they are parted into stretches of as many events each, and of each stretch the lowest and the highest
/// point are kept, and the very last. So no peak is lost, however narrow the picture. Fewer than 4 points are never
/// enough, so that `most` counts as 4 then.
pub fn series(store: &Store, stream: Option<StreamKey>, moments: Range<u64>, most: usize) -> Vec<Point> {
    let (from, to) = (moments.start.min(store.len()), moments.end.min(store.len()));
    match stream {
        None => {
            let mut figure = 0;
            store.for_each_row(0, from, |_, row| figure += i128::from(row.amount.unwrap_or(0)));
            let mut line = Line::new(Point { applied: from, figure }, to.saturating_sub(from), most);
            store.for_each_row(from, to, |position, row| line.step(position, row.amount));
            line.finish()
        }
        Some(stream) => {
            let positions = store.positions(stream);
            let before = |limit: u64| positions.partition_point(|&at| u64::from(at) < limit);
            let (first, last) = (before(from), before(to).max(before(from)));
            let amount = |&at: &u32| store.row(u64::from(at)).and_then(|row| row.amount);
            let figure = positions[..first].iter().filter_map(amount).map(i128::from).sum();
            let mut line = Line::new(Point { applied: from, figure }, (last - first) as u64, most);
            positions[first..last].iter().for_each(|at| line.step(u64::from(*at), amount(at)));
            line.finish()
        }
    }
}

/// The points so far, and the stretch that is under way.
struct Line {
    points: Vec<Point>,
    now: Point,
    /// Steps in a stretch; one stretch has few more than another only at the end.
    length: u64,
    steps: u64,
    low: Point,
    high: Point,
}

impl Line {
    fn new(first: Point, steps: u64, most: usize) -> Self {
        // Beside two points for every stretch, the first and the last are kept.
        let stretches = (most.max(4) as u64 - 2) / 2;
        let length = if steps < most as u64 { 1 } else { steps.div_ceil(stretches) };
        Self { points: vec![first], now: first, length, steps: 0, low: first, high: first }
    }

    fn step(&mut self, position: u64, amount: Option<i64>) {
        self.now = Point { applied: position + 1, figure: self.now.figure + i128::from(amount.unwrap_or(0)) };
        if self.steps == 0 {
            (self.low, self.high) = (self.now, self.now);
        }
        if self.now.figure < self.low.figure {
            self.low = self.now;
        }
        if self.now.figure > self.high.figure {
            self.high = self.now;
        }
        self.steps += 1;
        if self.steps == self.length {
            self.end_stretch();
        }
    }

    fn end_stretch(&mut self) {
        let (first, second) =
            if self.low.applied <= self.high.applied { (self.low, self.high) } else { (self.high, self.low) };
        self.points.push(first);
        if second != first {
            self.points.push(second);
        }
        self.steps = 0;
    }

    fn finish(mut self) -> Vec<Point> {
        if self.steps > 0 {
            self.end_stretch();
        }
        if self.points.last() != Some(&self.now) {
            self.points.push(self.now);
        }
        self.points
    }
}
