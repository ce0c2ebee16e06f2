//! The lab for those who type: every call, what it gives, and how it says no.

mod common;

use anyhow::{Context, Result};
use common::{account, ada, ask, call, empty, no, record_ada};
use daybook_web_tests::Browser;
use serde_json::{Value, json};

const ID: &str = "0190a1b2-0000-7000-8000-000000000001";

fn numbers(events: &Value, field: &str) -> Vec<u64> {
    events.as_array().into_iter().flatten().filter_map(|event| event[field].as_u64()).collect()
}

async fn ada_stream(browser: &Browser) -> Result<String> {
    let all = call(browser, "readAll", &[json!("bank")]).await?;
    all[0]["stream"].as_str().map(str::to_owned).context("a stream")
}

#[tokio::test]
async fn every_call_is_there_and_a_promise() -> Result<()> {
    let (_site, browser) = empty().await?;
    let calls = browser
        .run_js(
            "return Object.entries(daybook).filter(([, call]) => typeof call === 'function')
                .map(([name, call]) => { const answer = call(); answer.catch(() => {}); return [name, answer instanceof Promise] })
                .sort()",
            &[],
        )
        .await?;
    let names = [
        "append",
        "closeBooks",
        "cursor",
        "dispatch",
        "exportLog",
        "importLog",
        "readAll",
        "readStream",
        "seek",
        "state",
        "stats",
        "verify",
        "view",
    ];
    assert_eq!(calls, json!(names.map(|name| (name, true))));
    assert_eq!(browser.run_js("return daybook.ready instanceof Promise", &[]).await?, true);
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_command_gives_what_it_recorded() -> Result<()> {
    let (_site, browser) = empty().await?;
    let opened = ask(&browser, json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 10_000 })).await?;
    assert_eq!(opened["position"], 1);
    assert_eq!(opened["events"], call(&browser, "readAll", &[json!("bank")]).await?);
    let [first, second] = [&opened["events"][0], &opened["events"][1]];
    let names = |value: &Value| value.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>());
    let expected = ["data", "id", "metadata", "position", "revision", "stream", "type"].map(str::to_owned);
    assert_eq!(names(first), Some(expected.to_vec()));
    let expected = ["actor", "causationId", "correlationId", "recordedAt", "schemaVersion"].map(str::to_owned);
    assert_eq!(names(&first["metadata"]), Some(expected.to_vec()));
    assert_eq!(first["metadata"]["causationId"], first["id"], "a first event causes itself");
    assert_eq!(first["metadata"]["actor"], "you");
    assert_eq!((&second["type"], &second["data"]), (&json!("MoneyDeposited"), &json!({ "amount": 10_000 })));
    browser.page.shows("Events applied: 2 / 2").await
}

#[tokio::test]
async fn the_same_command_again_records_nothing() -> Result<()> {
    let (_site, browser) = ada().await?;
    let open = |owner: &str| json!({ "type": "OpenAccount", "owner": owner, "openingDeposit": 5 });
    let options = json!({ "commandId": ID, "actor": "Grace", "reason": "a gift", "correlationId": ID });
    let first = call(&browser, "dispatch", &[json!("bank"), open("Bob"), options.clone()]).await?;
    let log = browser.export("bank").await?;
    assert_eq!(first["events"][0]["metadata"]["actor"], "Grace");
    assert_eq!(first["events"][0]["metadata"]["reason"], "a gift");
    assert_eq!(first["events"][1]["metadata"]["correlationId"], ID);

    let again = call(&browser, "dispatch", &[json!("bank"), open("Bob"), options.clone()]).await?;
    assert_eq!(again, first);
    let other = no(&browser, "dispatch", &[json!("bank"), open("Cleo"), options.clone()]).await?;
    assert_eq!(other.name, "BadInput");
    assert_eq!(browser.export("bank").await?, log);
    browser.reload().await?;
    assert_eq!(call(&browser, "dispatch", &[json!("bank"), open("Bob"), options]).await?, first, "after a reload too");
    Ok(())
}

#[tokio::test]
async fn an_expected_revision_is_held_to() -> Result<()> {
    let (_site, browser) = ada().await?;
    let stream = ada_stream(&browser).await?;
    let deposit = json!({ "type": "Deposit", "accountId": stream.trim_start_matches("account-"), "amount": 1 });
    let args = |expected: Value| [json!("bank"), deposit.clone(), json!({ "expectedRevision": expected })];
    let log = browser.export("bank").await?;
    for wrong in [json!(2), json!(4), json!("noStream")] {
        let no = no(&browser, "dispatch", &args(wrong)).await?;
        assert_eq!(no.name, "WrongExpectedRevision");
        assert!(no.message.contains("Look again and decide anew."), "{}", no.message);
    }
    assert_eq!(browser.export("bank").await?, log);
    for right in [json!(3), json!("any"), json!("streamExists")] {
        call(&browser, "dispatch", &args(right)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_misspelt_option_is_not_lost_silently() -> Result<()> {
    let (_site, browser) = ada().await?;
    let log = browser.export("bank").await?;
    let odd = json!({ "expectedRevison": 0 });
    let stream = json!(ada_stream(&browser).await?);
    let open = json!({ "type": "OpenAccount", "owner": "Bob" });
    for (call, args) in [
        ("dispatch", vec![json!("bank"), open, odd.clone()]),
        ("readAll", vec![json!("bank"), odd.clone()]),
        ("readStream", vec![json!("bank"), stream.clone(), odd.clone()]),
        ("state", vec![json!("bank"), stream, odd.clone()]),
        ("view", vec![json!("bank"), json!("accounts"), odd.clone()]),
        ("importLog", vec![json!("bank"), json!("ndjson"), json!(log), odd]),
    ] {
        let no = no(&browser, call, &args).await?;
        assert!(no.name == "BadInput" && no.message.contains("found “expectedRevison”"), "{call}: {no}");
    }
    assert_eq!(browser.export("bank").await?, log);
    Ok(())
}

#[tokio::test]
async fn an_append_goes_past_the_rules_but_not_past_the_bounds() -> Result<()> {
    let (_site, browser) = ada().await?;
    let stream = json!(ada_stream(&browser).await?);
    let moved = |id: &str, amount: i64| json!([{ "id": id, "type": "MoneyWithdrawn", "data": { "amount": amount } }]);
    let args = |expected: Value, events: Value| [json!("bank"), stream.clone(), expected, events];

    let log = browser.export("bank").await?;
    assert_eq!(no(&browser, "append", &args(json!(9), moved(ID, 1))).await?.name, "WrongExpectedRevision");
    assert_eq!(no(&browser, "append", &args(json!("any"), moved(ID, 1 << 53))).await?.name, "BadInput");
    let system = [json!("bank"), json!("$all"), json!("any"), moved(ID, 1)];
    assert_eq!(no(&browser, "append", &system).await?.name, "BadInput");
    assert_eq!(browser.export("bank").await?, log);

    let appended = call(&browser, "append", &args(json!(3), moved(ID, 50_000))).await?;
    assert_eq!(appended, json!({ "position": 4, "revision": 4 }));
    assert_eq!(call(&browser, "append", &args(json!(3), moved(ID, 50_000))).await?, appended, "nothing twice");
    assert_eq!(
        no(&browser, "append", &args(json!("any"), moved(ID, 1))).await?.name,
        "BadInput",
        "another under its id"
    );
    assert_eq!(call(&browser, "state", &[json!("bank"), stream.clone()]).await?["balance"], -38_000);
    browser.page.shows("Events applied: 5 / 5").await?;

    let four = json!([1, 2, 3, 4].map(|cents| json!({ "type": "MoneyDeposited", "data": { "amount": cents } })));
    call(&browser, "append", &args(json!("any"), four)).await?;
    browser.page.shows_status("Recorded: 4 entries, balance −$379.90").await
}

#[tokio::test]
async fn a_log_is_read_from_anywhere_in_either_direction() -> Result<()> {
    let (_site, browser) = ada().await?;
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Bob", "openingDeposit": 1 })).await?;
    let stream = ada_stream(&browser).await?;
    for (options, positions) in [
        (json!({}), vec![0, 1, 2, 3, 4, 5]),
        (json!({ "from": 4 }), vec![4, 5]),
        (json!({ "from": 1, "limit": 2 }), vec![1, 2]),
        (json!({ "limit": 0 }), vec![]),
        (json!({ "from": 99 }), vec![]),
        (json!({ "direction": "backwards" }), vec![5, 4, 3, 2, 1, 0]),
        (json!({ "direction": "backwards", "limit": 2 }), vec![5, 4]),
        (json!({ "direction": "backwards", "from": 2 }), vec![2, 1, 0]),
        (json!({ "direction": "backwards", "from": 99, "limit": 1 }), vec![5]),
    ] {
        let read = call(&browser, "readAll", &[json!("bank"), options.clone()]).await?;
        assert_eq!(numbers(&read, "position"), positions, "{options}");
        let read = call(&browser, "readStream", &[json!("bank"), json!(stream), options.clone()]).await?;
        let expected: Vec<_> = match options["from"].as_u64() {
            Some(4) => vec![],
            _ if options["direction"].is_null() => positions.into_iter().filter(|position| *position < 4).collect(),
            _ => {
                let limit = options["limit"].as_u64().unwrap_or(4) as usize;
                let from = options["from"].as_u64().unwrap_or(3).min(3);
                (0..=from).rev().take(limit).collect()
            }
        };
        assert_eq!(numbers(&read, "revision"), expected, "{options}");
    }
    assert_eq!(call(&browser, "readStream", &[json!("bank"), json!("account-none")]).await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn the_state_of_any_moment_can_be_asked_for() -> Result<()> {
    let (_site, browser) = ada().await?;
    let stream = json!(ada_stream(&browser).await?);
    for (at, status, balance) in
        [(0, "unopened", 0), (1, "open", 0), (2, "open", 10_000), (3, "open", 15_000), (4, "open", 12_000)]
    {
        let state = call(&browser, "state", &[json!("bank"), stream.clone(), json!({ "at": at })]).await?;
        assert_eq!((&state["status"], &state["balance"]), (&json!(status), &json!(balance)), "at {at}");
        let view = call(&browser, "view", &[json!("bank"), json!("accounts"), json!({ "at": at })]).await?;
        assert_eq!(view, if at == 0 { json!([]) } else { json!([state]) }, "at {at}");
    }
    let totals = call(&browser, "view", &[json!("bank"), json!("totals")]).await?;
    assert_eq!((&totals["events"], &totals["total"]), (&json!(4), &json!(12_000)));
    assert_eq!(totals["byKind"], json!({ "AccountOpened": 1, "MoneyDeposited": 2, "MoneyWithdrawn": 1 }));
    assert_eq!(no(&browser, "state", &[json!("bank"), stream, json!({ "at": 5 })]).await?.name, "BadInput");
    assert_eq!(no(&browser, "view", &[json!("bank"), json!("nonsense")]).await?.name, "BadInput");
    Ok(())
}

#[tokio::test]
async fn the_page_follows_the_cursor_and_calls_address_the_end() -> Result<()> {
    let (_site, browser) = ada().await?;
    assert_eq!(call(&browser, "cursor", &[json!("bank")]).await?, json!({ "applied": 4, "events": 4 }));
    assert_eq!(call(&browser, "seek", &[json!("bank"), json!(2)]).await?, json!({ "applied": 2, "events": 4 }));
    browser.page.shows("Events applied: 2 / 4").await?;
    assert_eq!(no(&browser, "seek", &[json!("bank"), json!(5)]).await?.name, "BadInput");

    let stream = ada_stream(&browser).await?;
    assert_eq!(call(&browser, "state", &[json!("bank"), json!(stream)]).await?["balance"], 12_000);
    ask(&browser, json!({ "type": "OpenAccount", "owner": "Bob" })).await?;
    assert_eq!(call(&browser, "cursor", &[json!("bank")]).await?, json!({ "applied": 2, "events": 5 }));
    browser.page.shows("Events applied: 2 / 5").await
}

#[tokio::test]
async fn a_log_goes_out_and_comes_in_as_a_copy_or_instead() -> Result<()> {
    let (_site, browser) = ada().await?;
    let log = browser.export("bank").await?;
    let import = |as_: &str| [json!("bank"), json!("ndjson"), json!(log), json!({ "as": as_ })];
    let copy = call(&browser, "importLog", &import("copy")).await?;
    assert_eq!((&copy["events"], &copy["verdict"], &copy["reasons"]), (&json!(4), &json!("fine"), &json!([])));
    assert_eq!(browser.export("bank").await?, log);
    let id = copy["log"].clone();
    let copied = [id.clone()];
    assert_eq!(call(&browser, "readAll", &copied).await?, call(&browser, "readAll", &[json!("bank")]).await?);
    call(&browser, "dispatch", &[id.clone(), json!({ "type": "OpenAccount", "owner": "Bob" })]).await?;
    assert_eq!(call(&browser, "cursor", &[id]).await?["events"], 5);
    assert_eq!(browser.export("bank").await?, log, "the copy is another log");

    let replaced = call(&browser, "importLog", &import("replace")).await?;
    assert_eq!(replaced["verdict"], "fine");
    assert_ne!(browser.export("bank").await?, log, "under another id");
    assert_eq!(common::events(&browser.export("bank").await?), common::events(&log));
    assert_eq!(no(&browser, "exportLog", &[json!("bank"), json!("xml")]).await?.name, "BadInput");
    assert_eq!(no(&browser, "exportLog", &[json!("nowhere"), json!("ndjson")]).await?.name, "BadInput");
    Ok(())
}

#[tokio::test]
async fn the_lab_tells_how_it_is() -> Result<()> {
    let (_site, browser) = empty().await?;
    let before = call(&browser, "stats", &[]).await?;
    assert_eq!(before["events"]["bank"], 0);
    let head = call(&browser, "verify", &[json!("bank")]).await?;
    assert_eq!((&head["ok"], &head["events"]), (&json!(true), &json!(0)));

    record_ada(&browser).await?;
    let after = call(&browser, "stats", &[]).await?;
    assert_eq!(after["events"]["bank"], 4);
    assert_eq!((&after["keptIn"], &after["thisTabWrites"]), (&json!("localStorage"), &json!(true)));
    let units = |stats: &Value, name: &str| stats[name].as_u64().unwrap_or_default();
    let stored = browser.run_js("return Object.entries(localStorage).flat().join('').length", &[]).await?;
    assert_eq!(after["unitsUsed"], stored, "UTF-16 units of keys and values");
    assert_eq!(
        units(&after, "unitsUsed") + units(&after, "unitsFree"),
        (5 << 20) - (32 << 10),
        "the edge is left free"
    );
    assert!(units(&after, "unitsUsed") > units(&before, "unitsUsed"), "an event takes room");
    let verified = call(&browser, "verify", &[json!("bank")]).await?;
    assert_eq!((&verified["ok"], &verified["events"], &verified["firstBad"]), (&json!(true), &json!(4), &Value::Null));
    Ok(())
}

#[tokio::test]
async fn a_no_is_an_error_with_its_kind_and_a_sentence() -> Result<()> {
    let (_site, browser) = ada().await?;
    let kind = "try { await daybook.dispatch('bank', arguments[0]); return 'yes' }
        catch (error) { return [error instanceof Error, error.name, error.message, String(error)] }";
    let opened = ask(&browser, json!({ "type": "OpenAccount", "owner": "Bob" })).await?;
    let overdraft = json!({ "type": "Withdraw", "accountId": account(&opened)?, "amount": 1 });
    let sentence = "Expected at most $0.00, which is all there is; found $0.01.";
    let refused = browser.run_js(kind, &[overdraft]).await?;
    assert_eq!(refused, json!([true, "Refused", sentence, format!("Refused: {sentence}")]));
    let misspelt = json!({ "type": "Withdraw", "accountId": account(&opened)?, "ammount": 1 });
    let bad = browser.run_js(kind, &[misspelt]).await?;
    assert_eq!((&bad[0], &bad[1]), (&json!(true), &json!("BadInput")));
    assert!(bad[2].as_str().is_some_and(|told| told.contains("ammount")), "{bad}");
    Ok(())
}
