//! The entries that a state follows from.

use leptos::prelude::*;

use super::LISTED;
use crate::lab::door::Entry;
use crate::ui::desk::Desk;
use crate::ui::parts::{focus, live};
use crate::worlds::money::{plain_cents, signed_cents};

/// What the figure on the card is made of: each entry a way back to its moment.
pub fn entries(desk: Desk) -> AnyView {
    view! {
        <section class="made-of" aria-labelledby="made-of-title">
            <h3 id="made-of-title">"What it is made of"</h3>
            {live(move || table(desk))}
        </section>
    }
    .into_any()
}

fn table(desk: Desk) -> AnyView {
    let applied = desk.applied();
    let entries = desk.stream().map(|stream| desk.read(|door| door.history(&stream, applied, LISTED)));
    let entries = entries.unwrap_or_default();
    if entries.is_empty() {
        return view! { <p class="hint">"Nothing has happened here yet."</p> }.into_any();
    }
    view! {
        <p>"The state is what these entries make it, the latest first. Nothing else is stored."</p>
        <div class="table-strip" tabindex="0" role="group" aria-label="Entries">
            <table class="because">
                <thead>
                    <tr>
                        <th scope="col">"Entry"</th>
                        <th scope="col">"What happened"</th>
                        <th scope="col" class="is-figure">"Amount"</th>
                        <th scope="col" class="is-figure">"Balance"</th>
                    </tr>
                </thead>
                <tbody>{entries.into_iter().map(|entry| row(desk, entry)).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(desk: Desk, entry: Entry) -> AnyView {
    let position = entry.position;
    let go = move |_| {
        desk.visit(Some(position + 1));
        // The list begins with this entry then.
        focus(".because button");
    };
    view! {
        <tr>
            <td>
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Go to event {}", position + 1)
                    on:click=go
                >
                    {position + 1}
                </button>
            </td>
            <td><span class="what">{entry.sentence}</span></td>
            <td class="is-figure amount">{entry.amount.filter(|amount| *amount != 0).map(signed_cents)}</td>
            <td class="is-figure figure">{plain_cents(entry.figure)}</td>
        </tr>
    }
    .into_any()
}
