//! The journal contract on localStorage, in a real browser.
#![cfg(target_arch = "wasm32")]

#[path = "contract/journal.rs"]
mod contract;

use daybook::browser::journal::LocalJournal;
use gloo_storage::{LocalStorage, Storage};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn local_storage_keeps_the_contract() {
    for (says, clause) in contract::CLAUSES {
        console_log!("{says}");
        LocalStorage::clear();
        clause(&mut LocalJournal::new("bank"));
    }
    LocalStorage::clear();
    contract::survives(|| LocalJournal::new("bank"));
    LocalStorage::clear();
}
