//! The same commands without a log.

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::{live, when};
use crate::crud::Statement;

/// The region "The same in CRUD": one row, the last statement, and what it overwrote.
#[component]
pub fn Twin() -> impl IntoView {
    let desk = Desk::get();
    let row = Memo::new(move |_| desk.stream().map(|stream| desk.read(|door| door.row(&stream))).unwrap_or_default());
    let last = move || match row.get().last {
        None => view! { <p class="hint">"No row yet."</p> }.into_any(),
        Some(statement) => view! { <Last statement/> }.into_any(),
    };
    let table = move || match row.get().columns {
        None => ().into_any(),
        Some(columns) => {
            let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
            view! {
                <table>
                    <thead><tr>{names.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr></thead>
                    <tbody><tr>{values.into_iter().map(|value| view! { <td>{value}</td> }).collect_view()}</tr></tbody>
                </table>
            }
            .into_any()
        }
    };
    let no_past = || view! { <p class="no-past">"This is still the row of now: a row has no past."</p> }.into_any();
    view! {
        <section class="twin" aria-labelledby="twin-title">
            <header class="panel-head">
                <h2 id="twin-title">"The same in CRUD"</h2>
                <p>"one row, updated"</p>
            </header>
            {live(last)}
            {live(table)}
            {when(move || desk.is_past() && row.read().columns.is_some(), no_past)}
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
