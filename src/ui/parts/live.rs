//! What changes on the page, in few shapes.
//!
//! Each closure in a view becomes a type of its own with code of its own. Passed through these, all of them share one.

use std::sync::Arc;

use leptos::prelude::*;

/// Text that is read anew whenever what it reads changes.
pub fn text(read: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(read)
}

/// A yes or no that is read anew whenever what it reads changes.
pub fn flag(read: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(read)
}

/// What is done now, and again whenever what it reads changes.
pub fn whenever(done: impl Fn() + 'static) {
    run(Box::new(done));
}

/// A part of the page that is drawn anew whenever what it reads changes.
pub fn live(draw: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    shared(Arc::new(draw))
}

/// A part of the page that is there while the flag is up.
pub fn when(
    is_there: impl Fn() -> bool + Send + Sync + 'static,
    draw: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    shown(Memo::new(move |_| is_there()), Arc::new(draw))
}

/// A part of the page for each key, in their order; one that stays is not drawn anew.
pub fn list(
    keys: impl Fn() -> Vec<u64> + Send + Sync + 'static,
    draw: impl Fn(u64) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    keyed(Signal::derive(keys), Arc::new(draw))
}

/// Draws each thing that is said in an element of its own: that is what screen readers speak, the same again included.
pub fn spoken(
    said: impl Fn() -> Option<(u64, String)> + Send + Sync + 'static,
    draw: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let said = Signal::derive(said);
    let told = move || said.with_untracked(|said| said.as_ref().map(|(_, text)| text.clone())).unwrap_or_default();
    list(move || said.get().map(|(nth, _)| nth).into_iter().collect(), move |_| draw(told()))
}

/// A figure that is seen to change: drawn anew each time it differs.
pub fn moving(read: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let seen = Memo::new(move |last: Option<&(u64, String)>| {
        let now = read();
        match last {
            Some((nth, was)) if *was != now => (nth + 1, now),
            Some(last) => last.clone(),
            None => (0, now),
        }
    });
    let class = move || if seen.read().0 == 0 { "" } else { "moved" };
    spoken(move || Some(seen.get()), move |figure| view! { <span class=untrack(class)>{figure}</span> }.into_any())
}

type Draw = Arc<dyn Fn() -> AnyView + Send + Sync>;
type DrawKey = Arc<dyn Fn(u64) -> AnyView + Send + Sync>;

fn run(done: Box<dyn Fn()>) {
    Effect::new(move |_| done());
}

fn shared(draw: Draw) -> AnyView {
    (move || draw()).into_any()
}

fn shown(is_there: Memo<bool>, draw: Draw) -> AnyView {
    shared(Arc::new(move || if is_there.get() { draw() } else { ().into_any() }))
}

fn keyed(keys: Signal<Vec<u64>>, draw: DrawKey) -> AnyView {
    view! { <For each=move || keys.get() key=|key| *key children=move |key| draw(key)/> }.into_any()
}
