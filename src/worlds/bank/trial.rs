//! A day of trial: two accounts, and money that comes and goes.

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
