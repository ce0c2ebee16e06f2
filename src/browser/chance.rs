//! The browser's clock and dice.

use crate::engine::Timestamp;
use crate::lab::stamp::Chance;

/// The system's clock, and random bits that can't be guessed.
pub fn chance() -> Chance {
    Chance::new(now, bits)
}

#[expect(clippy::cast_possible_truncation, reason = "a Date is within ±8.64e15 ms")]
fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

fn bits() -> u128 {
    let mut bytes = [0; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Should it fail, ids still differ: each is made greater than the last.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    u128::from_be_bytes(bytes)
}
