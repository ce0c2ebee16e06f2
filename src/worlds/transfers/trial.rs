//! A day of trial: two accounts, and money that goes to and fro between them.

use daybook_engine::StreamId;
use serde_json::{Value, json};

/// How many transfers there are.
const TRANSFERS: usize = 12;

pub(super) fn trial(nth: usize, subjects: &[StreamId]) -> Option<Value> {
    const NAMES: [&str; 2] = ["Ada", "Bob"];
    if let Some(name) = NAMES.get(nth) {
        return Some(json!({ "type": "CreateAccount", "accountNumber": name }));
    }
    let account = |nth: usize| Some(subjects.get(nth % NAMES.len())?.as_str().split_once('-')?.1);
    let (own, other) = (account(nth)?, account(nth + 1)?);
    match nth - NAMES.len() {
        0 | 1 => Some(json!({ "type": "Deposit", "accountId": own, "amount": 100_000 })),
        nth if nth < NAMES.len() + TRANSFERS => {
            Some(json!({ "type": "InitiateTransfer", "fromAccountId": own, "toAccountId": other, "amount": 1000 }))
        }
        _ => None,
    }
}
