//! Wiring only: hands the browser's adapters to the ui and the console.

#[cfg(target_arch = "wasm32")]
fn main() {
    use daybook::{browser, console, ui};

    browser::crash::watch();
    wasm_bindgen_futures::spawn_local(async {
        let changed = ui::Changed::default();
        let told = changed.clone();
        let stands = changed.clone();
        let (lab, keeping) =
            browser::open(ui::address::is_fresh(), move |changes| told.tell(changes), move || stands.stand()).await;
        ui::mount(lab.clone(), keeping.clone(), changed);
        if let Err(error) = console::install(&lab, &keeping) {
            wasm_bindgen::throw_val(error);
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Daybook runs in a browser: `make run` builds it and serves it on this machine.");
}
