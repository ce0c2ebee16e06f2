//! Which row of the page shows which line: a row that went out of view takes up a line that came into it.
//!
//! To make a row takes a browser many times as long as to write other words into one, and whoever drags the slider over a
//! long log sees dozens of other lines in each frame.

/// The rows that show these lines, in ascending order, given the rows before and what each of them showed.
///
/// A line that was shown already stays in its row. Each of the others goes into the topmost row that came free and that
/// `fits` it, given the row, what it showed and the line; or into a new one, whose number no row had before.
pub fn rows_for<L: Ord>(lines: &[L], before: &[(u64, L)], fits: impl Fn(u64, &L, &L) -> bool) -> Vec<u64> {
    let stays: Vec<_> = lines.iter().map(|line| before.binary_search_by(|(_, shown)| shown.cmp(line)).ok()).collect();
    let mut is_free = vec![true; before.len()];
    stays.iter().flatten().for_each(|&nth| is_free[nth] = false);
    let mut free: Vec<_> = before.iter().zip(is_free).filter_map(|(row, is_free)| is_free.then_some(row)).collect();
    let mut newest = before.iter().map(|(row, _)| *row).max().unwrap_or(0);
    let row_for = |(line, stays): (&L, Option<usize>)| {
        if let Some(nth) = stays {
            return before[nth].0;
        }
        if let Some(nth) = free.iter().position(|(row, shown)| fits(*row, shown, line)) {
            return free.remove(nth).0;
        }
        newest += 1;
        newest
    };
    lines.iter().zip(stays).map(row_for).collect()
}
