//! CRUD and event sourcing, side by side.

use leptos::prelude::*;

use crate::ui::desk::Desk;

/// The section "CRUD and event sourcing": the textbook's example, and your own last entry told both ways.
#[component]
pub fn Versus() -> impl IntoView {
    let desk = Desk::get();
    let statement = move || desk.stream().and_then(|stream| desk.read(|door| door.row(&stream)).last);
    let entry = move || {
        let stream = desk.stream()?;
        desk.read(|door| {
            let key = door.store().stream_key(&stream)?;
            let last = u64::from(*door.store().positions(key).last()?);
            door.store().event(last)
        })
    };
    let insert = move || {
        entry().map(|event| {
            let data = event.data.get().replace('\'', "''");
            format!("INSERT INTO events (type, data, date) VALUES ('{}', '{data}', NOW())", event.kind)
        })
    };
    let gone = move || {
        statement().map(|statement| match statement.overwrote.as_slice() {
            [] => "It overwrote nothing this time.".to_owned(),
            [(column, value), ..] => format!("{column} {value} is gone."),
        })
    };
    view! {
        <section class="prose versus" aria-labelledby="versus-title">
            <h2 id="versus-title">"CRUD and event sourcing, side by side"</h2>
            <div class="sides">
                <article>
                    <h3>"CRUD: the row is the truth"</h3>
                    <pre class="sql" tabindex="0"><code>"UPDATE accounts SET balance = 150 WHERE id = 123"</code></pre>
                    <p>"100 is gone."</p>
                    {move || statement().map(|statement| view! {
                        <h4>"Your last command"</h4>
                        <pre class="sql" tabindex="0"><code>{statement.sql}</code></pre>
                        <p>{gone}</p>
                    })}
                </article>
                <article class="is-event">
                    <h3>"Event sourcing: what happened is the truth"</h3>
                    <pre class="sql" tabindex="0"><code>"INSERT INTO events (type, amount, date) VALUES ('DEPOSIT', 50, NOW())"</code></pre>
                    <p>"100 and 50 are both there."</p>
                    {move || insert().map(|insert| view! {
                        <h4>"Your last entry"</h4>
                        <pre class="sql" tabindex="0"><code>{insert}</code></pre>
                        <p>{move || format!("All {} entries are still there.", desk.events())}</p>
                    })}
                </article>
            </div>
        </section>
    }
}
