//! The same commands without a log.

use leptos::prelude::*;

use super::desk::Desk;
use super::parts::{live, when};
use crate::crud::Statement;

/// The region "The same in CRUD" of the first page; a lab has it in a drawer.
pub fn beside() -> AnyView {
    let desk = Desk::get();
    let region = || {
        view! {
            <section class="twin" aria-labelledby="twin-title">
                <header class="twin-head">
                    <h2 id="twin-title">"The same in CRUD"</h2>
                    <p>"one row, as most programs keep it"</p>
                </header>
                {row()}
            </section>
        }
        .into_any()
    };
    when(move || !desk.is_lab(), region)
}

/// The last statement, what it overwrote, and the row.
pub fn row() -> AnyView {
    let desk = Desk::get();
    let row =
        Memo::new(move |_| desk.stream().map(|stream| desk.read_end(|door| door.row(&stream))).unwrap_or_default());
    let last = move || match row.get().last {
        None => view! { <p class="hint">"No row yet."</p> }.into_any(),
        Some(statement) => statement_of(statement),
    };
    let table = move || match row.get().columns {
        None => ().into_any(),
        Some(columns) => {
            let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
            view! {
                <table class="row-of">
                    <thead><tr>{names.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr></thead>
                    <tbody><tr>{values.into_iter().map(|value| view! { <td><span>{value}</span></td> }).collect_view()}</tr></tbody>
                </table>
            }
            .into_any()
        }
    };
    let no_past = || view! { <p class="no-past">"This is still the row of now: a row has no past."</p> }.into_any();
    (live(last), live(table), when(move || desk.is_past() && row.read().columns.is_some(), no_past)).into_any()
}

fn statement_of(Statement { sql, overwrote }: Statement) -> AnyView {
    let gone = match overwrote.as_slice() {
        [] => "It overwrote nothing.".to_owned(),
        overwrote => {
            let values: Vec<_> = overwrote.iter().map(|(column, value)| format!("{column} {value}")).collect();
            format!("{} is gone.", values.join(", "))
        }
    };
    view! {
        <pre class="sql"><code>{sql}</code></pre>
        <p class="gone">{gone}</p>
    }
    .into_any()
}
