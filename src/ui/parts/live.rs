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

/// Draws each thing that is said in an element of its own: that is what screen readers speak, the same again included.
pub fn spoken(
    said: impl Fn() -> Option<(u64, String)> + Send + Sync + 'static,
    draw: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    anew(Signal::derive(said), Arc::new(draw))
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
type DrawText = Arc<dyn Fn(String) -> AnyView + Send + Sync>;

fn run(done: Box<dyn Fn()>) {
    Effect::new(move |_| done());
}

fn shared(draw: Draw) -> AnyView {
    (move || draw()).into_any()
}

fn shown(is_there: Memo<bool>, draw: Draw) -> AnyView {
    shared(Arc::new(move || if is_there.get() { draw() } else { ().into_any() }))
}

fn anew(said: Signal<Option<(u64, String)>>, draw: DrawText) -> AnyView {
    view! { <For each=move || said.get() key=|(nth, _)| *nth children=move |(_, text)| draw(text)/> }.into_any()
}
