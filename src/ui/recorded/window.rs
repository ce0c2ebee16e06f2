//! Which rows of a long list are drawn, and where they stand in it. Pure arithmetic: rows and pixels.

/// Rows that are drawn at once: enough to scroll on for a while, few enough to draw in a blink.
pub const DRAWN: u64 = 40;
/// The tallest list, in pixels. No browser draws an element of more than some 16 million.
const TALLEST: f64 = 8_000_000.0;

/// A list of rows of about the same height, of which some are drawn.
///
/// A list that would be too tall is drawn smaller: its scroll bar then moves by more rows at a time, and a row has one place
/// in it while it is among the first drawn and another while it is among the last.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// All rows.
    pub rows: u64,
    /// The usual height of a row, in pixels.
    pub height: f64,
    /// Rows that are drawn.
    pub drawn: u64,
}

impl Window {
    /// The first row that is drawn, such that another is in the middle of what is drawn.
    pub fn around(self, row: u64) -> u64 {
        row.saturating_sub(self.drawn / 2).min(self.last_from())
    }

    /// The pixels above the first row that is drawn.
    pub fn above(self, from: u64) -> f64 {
        match self.last_from() {
            0 => 0.0,
            last => number(from.min(last)) / number(last) * (self.tall() - self.drawn_tall()),
        }
    }

    /// The pixels below the last row that is drawn.
    pub fn below(self, from: u64) -> f64 {
        (self.tall() - self.above(from) - self.drawn_tall()).max(0.0)
    }

    /// The row at the top of a view of some height that is scrolled by so many pixels, to the nearest: whoever scrolls to
    /// the end, but for a pixel, sees the last one.
    pub fn at(self, scrolled: f64, view: f64) -> u64 {
        let way = (self.tall() - view).max(1.0);
        let last = number(self.rows) - view / self.height;
        whole(((scrolled / way).clamp(0.0, 1.0) * last.max(0.0)).round()).min(self.rows.saturating_sub(1))
    }

    fn last_from(self) -> u64 {
        self.rows.saturating_sub(self.drawn)
    }

    fn tall(self) -> f64 {
        (number(self.rows) * self.height).min(TALLEST).max(self.drawn_tall())
    }

    fn drawn_tall(self) -> f64 {
        number(self.drawn.min(self.rows)) * self.height
    }
}

/// A log has fewer than 2^32 events.
fn number(rows: u64) -> f64 {
    f64::from(u32::try_from(rows).unwrap_or(u32::MAX))
}

/// A row, or pixels: what is small and not below zero, without its fraction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small and not below zero")]
pub fn whole(number: f64) -> u64 {
    number as u64
}
