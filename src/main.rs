//! Wiring only: hands the browser's adapters to the ui and the console, and says where the program is cut in two.

#[cfg(target_arch = "wasm32")]
mod edge {
    // Whether a part could be fetched is for whoever calls; the parts themselves can't fail.
    #![allow(clippy::unnecessary_wraps)]

    use daybook::{browser, console, ui};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    pub fn main() {
        browser::crash::watch();
        wasm_bindgen_futures::spawn_local(async {
            let changed = ui::Changed::default();
            let told = changed.clone();
            let stands = changed.clone();
            let (lab, keeping) =
                browser::open(ui::address::is_fresh(), move |changes| told.tell(changes), move || stands.stand()).await;
            ui::mount(lab.clone(), keeping.clone(), changed, || Box::pin(pages()));
            if let Err(error) = console::install(&lab, &keeping, || Box::pin(calls())) {
                wasm_bindgen::throw_val(error);
            }
        });
    }

    // The program is cut here: what only these two lead to is the second part, `behind`, and is fetched with their first call.

    #[wasm_split(behind, fallible)]
    fn pages() -> Result<&'static ui::Pages, SplitLoaderError> {
        Ok(&ui::PAGES)
    }

    #[wasm_split(behind, fallible)]
    fn calls() -> Result<console::Calls, SplitLoaderError> {
        Ok(console::answer)
    }
}

#[cfg(target_arch = "wasm32")]
use edge::main;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Daybook runs in a browser: `make run` builds it and serves it on this machine.");
}
