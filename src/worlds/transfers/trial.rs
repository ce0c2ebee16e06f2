//! A day of trial: two accounts, and money that goes to and fro between them; once to nobody, and once more than there is.

use daybook_engine::StreamId;
use serde_json::{Value, json};

/// Who has an account.
const NAMES: [&str; 2] = ["Ada", "Bob"];
/// When everyone has an account, and money.
const BEGUN: usize = NAMES.len() * 2;
/// When those transfers are over that go well.
const LAST: usize = BEGUN + 12;
/// An account that nobody has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

pub(super) fn trial(nth: usize, subjects: &[StreamId]) -> Option<Value> {
    if let Some(name) = NAMES.get(nth) {
        return Some(json!({ "type": "CreateAccount", "accountNumber": name }));
    }
    let account = |nth: usize| Some(subjects.get(nth % NAMES.len())?.as_str().split_once('-')?.1);
    let (own, other) = (account(nth)?, account(nth + 1)?);
    let transfer = |to: &str, amount: i64| json!({ "type": "InitiateTransfer", "fromAccountId": own, "toAccountId": to, "amount": amount });
    match nth {
        ..BEGUN => Some(json!({ "type": "Deposit", "accountId": own, "amount": 100_000 })),
        BEGUN..LAST => Some(transfer(other, 1000)),
        LAST => Some(transfer(NOBODY, 1000)),
        _ => (nth == LAST + 1).then(|| transfer(other, 1_000_000)),
    }
}
