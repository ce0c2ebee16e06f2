//! The same commands without a log.

use leptos::prelude::*;

use super::desk::Desk;
use crate::crud::Statement;

/// The region "The same in CRUD": one row, the last statement, and what it overwrote.
#[component]
pub fn Twin() -> impl IntoView {
    let desk = Desk::get();
    let row = Memo::new(move |_| desk.stream().map(|stream| desk.read(|door| door.row(&stream))).unwrap_or_default());
    let columns = move || row.get().columns;
    view! {
        <section class="twin" aria-labelledby="twin-title">
            <header class="panel-head">
                <h2 id="twin-title">"The same in CRUD"</h2>
                <p>"one row, updated"</p>
            </header>
            {move || match row.get().last {
                None => view! { <p class="hint">"No row yet."</p> }.into_any(),
                Some(statement) => view! { <Last statement/> }.into_any(),
            }}
            {move || columns().map(|columns| view! {
                <table>
                    <thead><tr>{columns.iter().map(|(name, _)| view! { <th scope="col">{*name}</th> }).collect_view()}</tr></thead>
                    <tbody><tr>{columns.into_iter().map(|(_, value)| view! { <td>{value}</td> }).collect_view()}</tr></tbody>
                </table>
            })}
            <Show when=move || desk.is_past() && row.read().columns.is_some()>
                <p class="no-past">"This is still the row of now: a row has no past."</p>
            </Show>
        </section>
    }
}

#[component]
fn Last(statement: Statement) -> impl IntoView {
    let gone = match statement.overwrote.as_slice() {
        [] => "It overwrote nothing.".to_owned(),
        overwrote => {
            let values: Vec<_> = overwrote.iter().map(|(column, value)| format!("{column} {value}")).collect();
            format!("{} is gone.", values.join(", "))
        }
    };
    view! {
        <pre class="sql" tabindex="0"><code>{statement.sql}</code></pre>
        <p class="gone">{gone}</p>
    }
}
