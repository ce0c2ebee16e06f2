//! A day of trial, and the source's own sample: two accounts, and money that comes and goes.

use daybook_engine::StreamId;
use serde_json::{Value, json};

/// How often money moves.
const MOVES: usize = 30;

pub(super) fn trial(nth: usize, subjects: &[StreamId]) -> Option<Value> {
    const OWNERS: [&str; 2] = ["Ada", "Bob"];
    if let Some(owner) = OWNERS.get(nth) {
        return Some(json!({ "type": "OpenAccount", "owner": owner, "openingDeposit": 10_000 }));
    }
    let (_, account) = subjects.get(nth % OWNERS.len())?.as_str().split_once('-')?;
    let command = if nth.is_multiple_of(3) { "Withdraw" } else { "Deposit" };
    (nth < OWNERS.len() + MOVES).then(|| json!({ "type": command, "accountId": account, "amount": 1000 }))
}

/// The source's sample: +20, +20, +20 and -40 on one account, +42 and -12 on another. 50 is left, after 6 transactions.
pub(super) fn sample(nth: usize, subjects: &[StreamId]) -> Option<Value> {
    const MOVES: [(usize, i64); 6] = [(0, 20), (0, 20), (0, 20), (0, -40), (1, 42), (1, -12)];
    if nth < 2 {
        return Some(json!({ "type": "OpenAccount", "owner": format!("Sample {}", nth + 1) }));
    }
    let (whose, dollars) = *MOVES.get(nth - 2)?;
    let (_, account) = subjects.get(whose)?.as_str().split_once('-')?;
    let command = if dollars > 0 { "Deposit" } else { "Withdraw" };
    Some(json!({ "type": command, "accountId": account, "amount": dollars.abs() * 100 }))
}
