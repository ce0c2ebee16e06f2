//! Break things: what can befall delivery, what sources do without, and both days side by side.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::engine::subscription::Faults;
use crate::lab::WORLDS;
use crate::lab::readers::Setting;
use crate::lab::trial::{Counted, trial};
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, flag, live};
use crate::worlds::Switch;
use crate::worlds::money::{format_cents, shown};

/// One fault: what it is called, what happens, and where it stands in [`Faults`].
struct Fault {
    label: &'static str,
    says: &'static str,
    is_on: fn(&mut Faults) -> &mut bool,
}

const FAULTS: &[Fault] = &[
    Fault { label: "Twice", says: "a message comes again", is_on: |faults| &mut faults.duplicate },
    Fault { label: "Late", says: "a message comes some messages later", is_on: |faults| &mut faults.delay },
    Fault {
        label: "Out of order",
        says: "a message comes after the one behind it",
        is_on: |faults| &mut faults.reorder,
    },
    Fault {
        label: "Lost",
        says: "a message does not come until the reader asks again",
        is_on: |faults| &mut faults.drop,
    },
    Fault {
        label: "Crash",
        says: "the reader dies after it acted, before it has stored its place",
        is_on: |faults| &mut faults.crash,
    },
];

/// The switches, and the trial.
pub fn faults() -> AnyView {
    let desk = Desk::get();
    let seed = RwSignal::new(untrack(|| desk.read(|door| door.faults().1.max(1))).to_string());
    let counted = RwSignal::new(Vec::<Counted>::new());
    let wrong = Wrong::nothing();
    let tried = move || {
        let typed = seed.get_untracked();
        let expected = |_| format!("Expected a whole number from 0 to {}, found {}.", u32::MAX, shown(&typed));
        typed.trim().parse::<u32>().map(u64::from).map_err(expected)
    };
    let set = move |setting: Setting| {
        let (lab, log) = (desk.lab(), untrack(|| desk.log()));
        spawn_local(async move { wrong.tell(lab.set(log, setting).await) });
    };
    let turn = move |fault: &'static Fault| match tried() {
        Err(no) => wrong.tell(Err(no)),
        Ok(seed) => {
            let (mut faults, _) = untrack(|| desk.read(|door| door.faults()));
            let is_on = (fault.is_on)(&mut faults);
            *is_on = !*is_on;
            set(Setting::Faults(faults, seed));
        }
    };
    let fault = move |fault: &'static Fault| {
        let is_on = flag(move || desk.read(|door| *(fault.is_on)(&mut door.faults().0)));
        check(fault.label, fault.says, is_on, move || turn(fault))
    };
    let switches = move || {
        let switches = desk.read(|door| door.switches());
        if switches.is_empty() {
            return ().into_any();
        }
        let switch = move |(Switch { name, label, says, .. }, is_on): (Switch, bool)| {
            check(label, says, flag(move || is_on), move || set(Setting::Switch(name.to_owned(), !is_on)))
        };
        view! {
            <fieldset>
                <legend>"As in the source"</legend>
                {switches.into_iter().map(switch).collect_view()}
            </fieldset>
        }
        .into_any()
    };
    let run = move |_| match tried() {
        Err(no) => wrong.tell(Err(no)),
        Ok(seed) => {
            let (faults, _) = untrack(|| desk.read(|door| door.faults()));
            let faults = if faults == Faults::default() { Faults::ALL } else { faults };
            match trial(WORLDS, &untrack(|| desk.world()), faults, seed) {
                Ok(table) => {
                    wrong.clear();
                    desk.say("Three days are over: see the table.");
                    counted.set(table);
                }
                Err(no) => wrong.tell(Err(no)),
            }
        }
    };
    view! {
        <p>
            "Whoever delivers messages promises one thing: each comes at least once. Everything below can happen to them on "
            "the way. Turn it on, and watch the readers in “Who listens”."
        </p>
        <div class="breaking">
            <fieldset>
                <legend>"Delivery"</legend>
                {FAULTS.iter().map(fault).collect_view()}
                <label class="seed">
                    "Dice"
                    <input
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        bind:value=seed
                        aria-invalid=wrong.is_wrong()
                        aria-describedby=wrong.described_by("no-dice")
                    />
                    <small>"the same number, the same faults"</small>
                </label>
                {wrong.alert("no-dice")}
            </fieldset>
            {live(switches)}
        </div>
        <section class="trial" aria-labelledby="trial-title">
            <h3 id="trial-title">"The same day, done right and as in the source"</h3>
            <p class="hint">
                "In logs of their own, with the faults above; with all of them, if none is on. As in the source: every switch "
                "is on, and readers keep their places as they do there."
            </p>
            <div class="buttons"><button type="button" on:click=run>"Run both"</button></div>
            {live(move || table(&counted.read()))}
        </section>
    }
    .into_any()
}

fn check(label: &'static str, says: &'static str, is_on: Signal<bool>, turn: impl Fn() + 'static) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=is_on
                on:change:target=move |change| {
                    // It is on when that is written down, and not before.
                    change.target().set_checked(is_on.get_untracked());
                    turn();
                }
            />
            <span><b>{label}</b>": "{says}</span>
        </label>
    }
    .into_any()
}

/// What was counted on each of the days; what is not as it should be is marked by word, not by colour alone.
fn table(counted: &[Counted]) -> AnyView {
    if counted.is_empty() {
        return ().into_any();
    }
    let row = |Counted { what, due, right, source, is_money }: &Counted| {
        let number = |number: i64| if *is_money { format_cents(number) } else { number.to_string() };
        let cell = |found: i64| {
            let is_wrong = found != *due;
            let mark = if is_wrong { "✗ " } else { "" };
            let words = is_wrong.then(|| view! { <span class="unseen">" wrong"</span> });
            view! { <td class="is-figure" class:is-wrong=is_wrong>{mark}{number(found)}{words}</td> }
        };
        view! {
            <tr>
                <th scope="row">{what.clone()}</th>
                <td class="is-figure">{number(*due)}</td>
                {cell(*right)}
                {cell(*source)}
            </tr>
        }
    };
    view! {
        <div class="table-strip" tabindex="0" role="group" aria-label="What came of it">
            <table>
                <caption>"What came of it"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Counted"</th>
                        <th scope="col" class="is-figure">"Without faults"</th>
                        <th scope="col" class="is-figure">"Done right"</th>
                        <th scope="col" class="is-figure">"As in the source"</th>
                    </tr>
                </thead>
                <tbody>{counted.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
