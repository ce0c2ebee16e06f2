//! CRUD and event sourcing, side by side.

use leptos::prelude::*;

use crate::crud::{Statement, quoted};
use crate::ui::desk::Desk;
use crate::ui::parts::live;

/// The section "CRUD and event sourcing": the textbook's example, and your own last entry told both ways.
#[component]
pub fn Versus() -> impl IntoView {
    let desk = Desk::get();
    let statement = move || match desk.stream().and_then(|stream| desk.read(|door| door.row(&stream)).last) {
        None => ().into_any(),
        Some(Statement { sql, overwrote }) => {
            let gone = match overwrote.as_slice() {
                [] => "It overwrote nothing this time.".to_owned(),
                [(column, value), ..] => format!("{column} {value} is gone."),
            };
            yours("Your last command", sql, gone)
        }
    };
    let entry = move || {
        let last = desk.stream().and_then(|stream| {
            desk.read(|door| {
                let key = door.store().stream_key(&stream)?;
                door.store().event(u64::from(*door.store().positions(key).last()?))
            })
        });
        let Some(event) = last else { return ().into_any() };
        let (kind, data) = (quoted(&event.kind), quoted(event.data.get()));
        let sql = format!("INSERT INTO events (type, data, date) VALUES ({kind}, {data}, NOW())");
        yours("Your last entry", sql, format!("All {} entries are still there.", desk.events()))
    };
    view! {
        <section class="prose versus" aria-labelledby="versus-title">
            <h2 id="versus-title">"CRUD and event sourcing, side by side"</h2>
            <div class="sides">
                <article>
                    <h3>"CRUD: the row is the truth"</h3>
                    <pre class="sql" tabindex="0"><code>"UPDATE accounts SET balance = 150 WHERE id = 123"</code></pre>
                    <p>"100 is gone."</p>
                    {live(statement)}
                </article>
                <article class="is-event">
                    <h3>"Event sourcing: what happened is the truth"</h3>
                    <pre class="sql" tabindex="0"><code>"INSERT INTO events (type, amount, date) VALUES ('DEPOSIT', 50, NOW())"</code></pre>
                    <p>"100 and 50 are both there."</p>
                    {live(entry)}
                </article>
            </div>
        </section>
    }
}

fn yours(title: &'static str, sql: String, what: String) -> AnyView {
    view! {
        <h4>{title}</h4>
        <pre class="sql" tabindex="0"><code>{sql}</code></pre>
        <p>{what}</p>
    }
    .into_any()
}
