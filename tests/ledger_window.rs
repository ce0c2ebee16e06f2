//! Which rows of a long list are drawn.

#[path = "../src/ui/recorded/slots.rs"]
mod slots;
#[path = "../src/ui/recorded/window.rs"]
mod window;

use proptest::prelude::*;
use slots::rows_for;
use window::{DRAWN, Window};

const HEIGHT: f64 = 44.0;

fn window(rows: u64) -> Window {
    Window { rows, height: HEIGHT, drawn: DRAWN }
}

fn number(rows: u64) -> f64 {
    f64::from(u32::try_from(rows).expect("a small number"))
}

fn tall(rows: u64) -> f64 {
    let window = window(rows);
    window.above(0) + window.below(0) + number(DRAWN.min(rows)) * HEIGHT
}

#[test]
fn a_short_list_is_drawn_whole() {
    for rows in [0, 1, DRAWN] {
        assert_eq!((window(rows).around(rows), window(rows).above(0), window(rows).below(0)), (0, 0.0, 0.0));
    }
}

#[test]
fn no_list_is_taller_than_browsers_draw() {
    assert!((tall(1000) - 44_000.0).abs() < 0.01);
    assert!((tall(1_000_000) - 8_000_000.0).abs() < 0.01);
    assert!((tall(4_000_000_000) - 8_000_000.0).abs() < 0.01);
}

proptest! {
    #[test]
    fn every_row_can_be_drawn(rows in 1_u64..5_000_000, share in 0_u64..=1000) {
        let row = (rows - 1) * share / 1000;
        let window = window(rows);
        let from = window.around(row);
        prop_assert!(from <= row && row < from + DRAWN);
        prop_assert!(from + DRAWN <= rows.max(DRAWN));
        prop_assert!(window.above(from) >= 0.0 && window.below(from) >= 0.0);
        let all = window.above(from) + window.below(from) + number(DRAWN.min(rows)) * HEIGHT;
        prop_assert!((all - tall(rows)).abs() < 0.01, "the list is as tall wherever one looks");
    }

    #[test]
    fn a_row_is_drawn_about_where_the_scroll_bar_says(rows in 1000_u64..5_000_000, share in 0_u64..=1000) {
        let window = window(rows);
        let view = 8.0 * HEIGHT;
        let scrolled = (tall(rows) - view) * number(share) / 1000.0;
        let from = window.around(window.at(scrolled, view));
        let (top, bottom) = (window.above(from), window.above(from) + number(DRAWN) * HEIGHT);
        prop_assert!(top <= scrolled + 0.01 && scrolled + view <= bottom + 0.01, "{top} {scrolled} {bottom}");
    }

    #[test]
    fn a_list_of_usual_length_is_drawn_in_its_full_size(rows in DRAWN..180_000, row in 0_u64..180_000) {
        let window = window(rows);
        let row = row.min(rows - 1);
        let from = window.around(row);
        prop_assert!((window.above(from) - number(from) * HEIGHT).abs() < 0.01);
        prop_assert!(window.at(number(row) * HEIGHT, 0.0).abs_diff(row) <= 1);
    }
}

#[test]
fn scrolled_to_the_end_but_for_a_pixel_the_last_row_is_seen() {
    for rows in [100, 155, 1_000_000] {
        let view = 8.0 * HEIGHT;
        assert_eq!(window(rows).at(tall(rows) - view - 1.0, view) + 8, rows);
    }
}

/// The rows that show these lines, and each line with its row.
fn shown(lines: std::ops::Range<u64>, before: &[(u64, u64)], fits: impl Fn(u64) -> bool) -> Vec<(u64, u64)> {
    let lines: Vec<_> = lines.collect();
    rows_for(&lines, before, |row, _, _| fits(row)).into_iter().zip(lines).collect()
}

fn rows(shown: &[(u64, u64)]) -> Vec<u64> {
    shown.iter().map(|(row, _)| *row).collect()
}

#[test]
fn other_lines_come_into_the_same_rows() {
    let begun = shown(0..DRAWN, &[], |_| true);
    let leapt = shown(500..500 + DRAWN, &begun, |_| true);
    assert_eq!(rows(&leapt), rows(&begun), "a leap makes none, and moves none");
    let on = rows(&shown(501..501 + DRAWN, &leapt, |_| true));
    let mut turned = rows(&leapt);
    turned.rotate_left(1);
    assert_eq!(on, turned, "one line further, the first row becomes the last");
}

#[test]
fn a_row_that_does_not_fit_goes_and_a_new_one_comes() {
    let fits = |row, shown: &u64, line: &u64| row != 1 && (*shown, *line) != (1, 7);
    assert_eq!(rows_for(&[7, 8, 9], &[(1, 0), (2, 1), (3, 2)], fits), [3, 2, 4]);
}

proptest! {
    #[test]
    fn every_line_has_a_row_and_stays_in_it(ways in prop::collection::vec((0_u64..200, 0_u64..90, any::<u64>()), 1..20)) {
        let mut before: Vec<(u64, u64)> = Vec::new();
        for (from, many, held) in ways {
            let is_held = |row: u64| held >> (row % 64) & 1 == 1;
            let now = shown(from..from + many, &before, |row| !is_held(row));
            let mut all = rows(&now);
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len() as u64, many, "each in a row of its own");
            for (row, line) in &before {
                let stays = now.iter().find(|(_, other)| other == line);
                prop_assert!(stays.is_none_or(|(now, _)| now == row), "{} moved", line);
                let is_taken = now.iter().any(|(other, shown)| other == row && shown != line);
                prop_assert!(!is_taken || !is_held(*row), "{} was held", row);
            }
            before = now;
        }
    }
}
