//! The journal contract on localStorage, in a real browser.
#![cfg(target_arch = "wasm32")]

#[path = "contract/journal.rs"]
mod contract;

use daybook::browser::storage;
use daybook::journal::KeyedJournal;
use gloo_storage::{LocalStorage, Storage};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn local_storage_keeps_the_contract() {
    let table = storage::open().expect("a browser that stores");
    for (says, clause) in contract::CLAUSES {
        console_log!("{says}");
        LocalStorage::clear();
        clause(&mut KeyedJournal::new(table, "bank"));
    }
    LocalStorage::clear();
    contract::survives(|| KeyedJournal::new(table, "bank"));
    LocalStorage::clear();
}
