//! How it works, in three steps and one picture.

use leptos::prelude::*;

/// The section "How it works".
#[component]
pub fn How() -> impl IntoView {
    view! {
        <section class="prose how" aria-labelledby="how-title">
            <h2 id="how-title">"How it works"</h2>
            <div class="diagram-strip" tabindex="0"><Diagram/></div>
            <ol class="steps">
                <li class="is-command">
                    <h3>"Command"</h3>
                    <p>"You ask for something: “deposit $50”. The rules are checked here. A command may be refused, and then nothing is written."</p>
                </li>
                <li class="is-event">
                    <h3>"Event store"</h3>
                    <p>"If the rules allow it, a fact is added at the end: "<code>"MoneyDeposited"</code>". It never changes again. This is the write side."</p>
                </li>
                <li class="is-view">
                    <h3>"Projection"</h3>
                    <p>"The balance follows from the facts: by replaying them, or from a view that is kept up to date. This is the read side."</p>
                </li>
            </ol>
            <details>
                <summary>"The words of the trade"</summary>
                <dl class="words">
                    <div><dt>"Stream"</dt><dd>"The events of one thing, such as one account. The first has revision 0."</dd></div>
                    <div><dt>"Position"</dt><dd>"An event's place in the whole log. Order is the position's matter, never the clock's."</dd></div>
                    <div><dt>"Decider"</dt><dd>"The business in three functions: the state at first, what a command leads to, and the state after an event."</dd></div>
                    <div><dt>"Expected revision"</dt><dd>"What a writer believes was last. If someone else was first, it is told so and can decide anew."</dd></div>
                    <div><dt>"Projection"</dt><dd>"Anything derived from events. It can be thrown away: the log makes it again."</dd></div>
                </dl>
            </details>
        </section>
    }
}

/// Command, rules, event, log, view: the way of one wish.
#[component]
fn Diagram() -> impl IntoView {
    view! {
        <svg class="diagram" viewBox="0 0 760 150" role="img" aria-labelledby="diagram-title">
            <title id="diagram-title">
                "A command goes through the rules. If they allow it, an event is added to the log. The state is worked out from the log. A refused command adds nothing."
            </title>
            <defs>
                <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
                    <path d="M0 0 L8 4 L0 8 Z" class="arrow-head"/>
                </marker>
            </defs>
            <g class="box is-command"><rect x="2" y="38" width="128" height="60" rx="3"/><text x="66" y="64">"Command"</text><text x="66" y="84" class="small">"Deposit 50"</text></g>
            <g class="box is-rule"><rect x="190" y="38" width="112" height="60" rx="3"/><text x="246" y="64">"Rules"</text><text x="246" y="84" class="small">"may refuse"</text></g>
            <g class="box is-event"><rect x="362" y="26" width="176" height="84" rx="3"/><text x="450" y="50">"Event store"</text>
                <path d="M378 62 H522 M378 78 H522 M378 94 H522" class="rule-line"/>
                <text x="450" y="74" class="small">"MoneyDeposited 50"</text></g>
            <g class="box is-view"><rect x="598" y="38" width="160" height="60" rx="3"/><text x="678" y="64">"Projection"</text><text x="678" y="84" class="small">"balance 150.00"</text></g>
            <path d="M130 68 H186" class="arrow" marker-end="url(#arrow)"/>
            <path d="M302 68 H358" class="arrow" marker-end="url(#arrow)"/>
            <path d="M538 68 H594" class="arrow" marker-end="url(#arrow)"/>
            <path d="M246 98 V128 H66 V102" class="arrow is-refused" marker-end="url(#arrow)"/>
            <text x="156" y="144" class="small">"no: nothing is written"</text>
            <text x="450" y="132" class="small">"write side: only ever longer"</text>
            <text x="678" y="132" class="small">"read side"</text>
        </svg>
    }
}
