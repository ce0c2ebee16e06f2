//! Why in practice, and what it costs.

use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::parts::live;
use crate::worlds::Answer;

/// The section "Why use it in practice".
#[component]
pub fn Why() -> impl IntoView {
    let desk = Desk::get();
    let answers = move || {
        let answers = desk.read(|door| door.answers());
        answers.into_iter().map(|answer| view! { <Asked answer/> }).collect_view().into_any()
    };
    view! {
        <section class="prose why" aria-labelledby="why-title">
            <h2 id="why-title">"Why use it in practice"</h2>
            <div class="cards">
                <article>
                    <h3>"An audit trail"</h3>
                    <p>"Who, what, when and why stand in every entry, because the entry is the record, not a note beside it. Open one in the ledger and look."</p>
                </article>
                <article>
                    <h3>"Debugging in time"</h3>
                    <p>"Copy the stream from production, import it here, and replay it to the moment when it went wrong. Export and Import below the demo do just that."</p>
                </article>
                <article>
                    <h3>"Questions asked later"</h3>
                    {live(answers)}
                </article>
            </div>
            <h3 id="costs">"What it costs"</h3>
            <p>
                "It is more to learn. Views lag behind what was just written. Old events must stay readable for ever while their shape "
                "moves on. Forgetting a person is work when nothing is deleted. Every query needs a view made for it. The author of the "
                "billing system that a later lab is built after says that for one earlier project the cons outweighed the pros. "
                "And Daybook keeps its whole log in memory, which that author rejects for servers: there are many instances, the heap has limits, "
                "indexes would have to be written again. For one tab and one reader it is fine, and it makes going back in time instant."
            </p>
        </section>
    }
}

#[component]
fn Asked(answer: Answer) -> impl IntoView {
    view! {
        <p><q>{answer.question}</q></p>
        <dl class="asked">
            <div class="is-view"><dt>"The log"</dt><dd>{answer.from_log}</dd></div>
            <div><dt>"The row"</dt><dd>{answer.from_row}</dd></div>
        </dl>
    }
}
