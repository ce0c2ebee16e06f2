//! The ledger scrolled: which rows are drawn, and how the view stays where the reader left it.

use std::ops::Range;

use leptos::html;
use leptos::prelude::*;
use web_sys::{Element, HtmlOListElement};

use super::rows::Rows;
use super::window::{DRAWN, Window, whole};

/// The height of a row until one was measured, in pixels.
const USUAL: f64 = 44.0;
/// Rows beyond the view that are drawn before the reader comes near them.
const AHEAD: u32 = 12;

/// What of the ledger is drawn.
#[derive(Clone, Copy)]
pub struct Scroll {
    list: NodeRef<html::Ol>,
    rows: Memo<Rows>,
    /// The first row that is drawn.
    from: RwSignal<u64>,
    /// How many are.
    drawn: RwSignal<u64>,
    height: StoredValue<f64>,
    /// Whether the reader has scrolled away from the moment that is looked at.
    is_away: StoredValue<bool>,
    /// Whether the page is about to scroll by itself.
    is_following: StoredValue<bool>,
    /// Events in the log, and events applied, as they were followed last.
    followed: StoredValue<(u64, u64)>,
}

impl Scroll {
    /// A list that was not scrolled yet.
    pub fn of(list: NodeRef<html::Ol>, rows: Memo<Rows>) -> Self {
        Self {
            list,
            rows,
            from: RwSignal::new(0),
            drawn: RwSignal::new(DRAWN),
            height: StoredValue::new(USUAL),
            is_away: StoredValue::new(false),
            is_following: StoredValue::new(false),
            followed: StoredValue::new((0, 0)),
        }
    }

    /// The rows that are drawn.
    pub fn range(self) -> Range<u64> {
        let (from, drawn, rows) = (self.from.get(), self.drawn.get(), self.rows.with(Rows::count));
        let from = from.min(rows.saturating_sub(drawn));
        from..rows.min(from + drawn)
    }

    /// Makes room for the rows that are not drawn: above and below those that are.
    pub fn make_room(self) {
        let (range, window) = (self.range(), self.window());
        if let Some(list) = self.list.get() {
            // Whole pixels, since what writes fractions takes much room.
            let [above, below] =
                [window.above(range.start), window.below(range.start)].map(|pixels| whole(pixels.round()));
            let rows = match range.end - range.start {
                0 => String::new(),
                rows => format!("repeat({rows}, auto)"),
            };
            // A property that rows do not inherit: else all of them would be styled anew. Any length can be set.
            let tracks = format!("{above}px {rows} {below}px");
            let _ = web_sys::HtmlElement::style(&list).set_property("grid-template-rows", &tracks);
        }
    }

    /// Draws so many rows from now on, the last ones.
    pub fn draw(self, drawn: u64) {
        self.drawn.set(drawn);
        self.from.set(u64::MAX);
    }

    /// Keeps the last applied entry in view, unless the reader looks at another and no other moment was chosen.
    pub fn follow(self, events: u64, applied: u64) {
        let (rows, shown) = self.rows.with(|rows| (rows.count(), rows.before(applied).saturating_sub(1)));
        let (events_before, applied_before) = self.followed.get_value();
        self.followed.set_value((events, applied));
        let is_sought = applied != applied_before && (events <= events_before || applied < events);
        if self.is_away.get_value() && !is_sought {
            return;
        }
        self.is_away.set_value(false);
        let range = untrack(|| self.range());
        let is_near_end = range.end < rows && shown + u64::from(AHEAD) > range.end;
        let is_near_beginning = range.start > 0 && shown < range.start + u64::from(AHEAD);
        if is_near_end || is_near_beginning {
            self.from.set(untrack(|| self.window()).around(shown));
        }
        self.is_following.set_value(true);
        request_animation_frame(move || {
            self.is_following.set_value(false);
            let Some((list, row)) = self.row(shown) else { return };
            let (top, bottom) = place(&list, &row);
            let beyond = (bottom - f64::from(list.client_height())).max(0.0) + top.min(0.0);
            scroll_by(&list, beyond);
            self.measure(&list);
        });
    }

    /// The reader has scrolled: draws what came near. A list that got shorter scrolls, too, while the page is about to.
    pub fn scrolled(self) {
        let Some(list) = self.list.get_untracked().filter(|_| !self.is_following.get_value()) else { return };
        let view = f64::from(list.client_height());
        self.look();
        let range = untrack(|| self.range());
        let rows = self.rows.with_untracked(Rows::count);
        let (Some(upper), Some(lower)) = (list.first_element_child(), list.last_element_child()) else { return };
        let (top, bottom) = (place(&list, &upper).0, place(&list, &lower).1);
        let ahead = f64::from(AHEAD) * self.height.get_value();
        if bottom < 0.0 || top > view {
            let row = untrack(|| self.window()).at(f64::from(list.scroll_top()), view);
            self.redraw(row, 0.0);
        } else if (top > -ahead && range.start > 0) || (bottom < view + ahead && range.end < rows) {
            let children = list.children();
            let nth =
                (0..children.length()).find(|nth| children.item(*nth).is_some_and(|row| place(&list, &row).1 > 0.0));
            let Some(row) = nth.and_then(|nth| children.item(nth)) else { return };
            self.redraw(range.start + u64::from(nth.unwrap_or_default()), place(&list, &row).0);
        }
    }

    /// Draws the rows around one, and puts that one so many pixels below the upper edge of the view.
    fn redraw(self, row: u64, offset: f64) {
        self.from.set(untrack(|| self.window()).around(row));
        request_animation_frame(move || {
            let Some((list, row)) = self.row(row) else { return };
            scroll_by(&list, place(&list, &row).0 - offset);
            self.look();
        });
    }

    /// Learns whether the reader sees the moment that is looked at. The page's own scrolling says nothing of that.
    fn look(self) {
        if self.is_following.get_value() {
            return;
        }
        let (_, applied) = self.followed.get_value();
        let shown = self.rows.with_untracked(|rows| rows.before(applied).saturating_sub(1));
        let is_seen = self.row(shown).is_some_and(|(list, row)| {
            let (top, bottom) = place(&list, &row);
            top < f64::from(list.client_height()) && bottom > 0.0
        });
        self.is_away.set_value(!is_seen);
    }

    /// Which of the rows on the page has the focus.
    pub fn focused(self) -> Option<usize> {
        let list = self.list.get_untracked()?;
        let active = document().active_element().filter(|active| list.contains(Some(active)))?;
        let children = list.children();
        let has_it = |nth: &u32| children.item(*nth).is_some_and(|row| row.contains(Some(&active)));
        (0..children.length()).find(has_it).map(|nth| nth as usize)
    }

    fn window(self) -> Window {
        Window { rows: self.rows.with(Rows::count), height: self.height.get_value(), drawn: self.drawn.get() }
    }

    /// A row, if it is drawn, and the list.
    fn row(self, row: u64) -> Option<(HtmlOListElement, Element)> {
        let list = self.list.get_untracked()?;
        let nth = row.checked_sub(untrack(|| self.range()).start)?;
        let row = list.children().item(u32::try_from(nth).ok()?)?;
        Some((list, row))
    }

    /// Learns how tall rows are here.
    fn measure(self, list: &HtmlOListElement) {
        let height = list.first_element_child().map_or(0.0, |row| row.get_bounding_client_rect().height());
        if height > 0.0 {
            self.height.set_value(height);
        }
    }
}

/// Where a row begins and ends, below the upper edge of the list's view.
fn place(list: &HtmlOListElement, row: &Element) -> (f64, f64) {
    let (edge, row) = (list.get_bounding_client_rect().top(), row.get_bounding_client_rect());
    (row.top() - edge, row.bottom() - edge)
}

#[expect(clippy::cast_possible_truncation, reason = "a list is far less than 2^31 pixels tall")]
fn scroll_by(list: &HtmlOListElement, pixels: f64) {
    list.set_scroll_top(list.scroll_top() + pixels.round() as i32);
}
