//! Any text: read or refused, and the bytes that are read give that text again.
#![no_main]

use daybook_engine::text::{from_address, from_units, to_address, to_units};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(bytes) = from_address(text) {
        assert_eq!(to_address(&bytes), text);
    }
    if let Ok(bytes) = from_units(text) {
        assert_eq!(to_units(&bytes), text);
    }
});
