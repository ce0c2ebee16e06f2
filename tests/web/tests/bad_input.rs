//! Whatever is typed, clicked or called: it is recorded as it was meant, or a sentence says what was expected and found,
//! and the log is as it was, byte for byte.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use common::{ACTIONS, PROJECTION, account, ada, ask, call, empty, no};
use daybook_web_tests::{Browser, Part};
use serde_json::{Value, json};

/// The log and all that is stored.
async fn everything(browser: &Browser) -> Result<(String, BTreeMap<String, String>)> {
    Ok((browser.export("bank").await?, browser.storage().await?))
}

/// Presses a button that has to be refused beside this textbox, and holds the sentence to what a "no" must be.
async fn is_refused(actions: &Part, button: &str, textbox: &str, typed: &str, says: &str) -> Result<()> {
    let short: String = typed.chars().take(20).collect();
    actions.paste(textbox, typed).await?;
    let told = actions.refusal(button, textbox).await.with_context(|| format!("{short:?}"))?;
    assert!(told.starts_with("Expected ") && told.contains("found ") && told.ends_with('.'), "{short:?}: {told}");
    assert!(told.contains(says), "{short:?}: {told}");
    Ok(())
}

/// (amount, what the sentence says)
const AMOUNTS: [(&str, &str); 10] = [
    ("", "such as 12.50, found nothing"),
    ("abc", "found “abc”"),
    ("-5", "found −$5.00"),
    ("0", "Expected more than $0.00, found $0.00"),
    ("0.001", "a cent is the smallest coin"),
    ("1e9", "found “1e9”"),
    ("999999999999999999", "at most 90,071,992,547,409.91"),
    ("12,50", "use a point, not a comma"),
    (" 5 ", "write it without spaces"),
    ("$5", "leave the dollar sign out"),
];

#[tokio::test]
async fn an_amount_that_is_none_is_told_beside_it() -> Result<()> {
    let (_site, browser) = ada().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let before = everything(&browser).await?;
    for (typed, says) in AMOUNTS {
        for button in ["Deposit", "Withdraw"] {
            is_refused(&actions, button, "Amount", typed, says).await?;
            assert_eq!(actions.typed("Amount").await?, typed, "what was typed stands there to be mended");
        }
    }
    assert_eq!(everything(&browser).await?, before);

    actions.paste("Amount", "0.01").await?;
    actions.press("Deposit").await?;
    browser.page.shows_status("Recorded: deposited $0.01, balance $120.01").await?;
    let is_invalid = actions.attr("textbox", "Amount", "aria-invalid").await?;
    assert!(is_invalid.is_none_or(|is_invalid| is_invalid == "false"), "the sentence is gone");
    actions.hides("Expected").await?;
    Ok(())
}

#[tokio::test]
async fn without_rules_any_amount_passes_as_it_is_said() -> Result<()> {
    let (_site, browser) = ada().await?;
    browser.go("#/lab/bank?open=break").await?;
    let says = "any amount may be deposited or withdrawn, even 0 or -5, and an account may be overdrawn";
    browser.page.click("checkbox", &format!("No rules: {says}")).await?;
    browser.page.shows(&format!("“No rules” is switched on: {says}.")).await?;
    let actions = browser.page.region(ACTIONS).await?;
    for (typed, button, balance) in
        [("-5", "Deposit", "$115.00"), ("0", "Withdraw", "$115.00"), ("200", "Withdraw", "−$85.00")]
    {
        actions.paste("Amount", typed).await?;
        actions.press(button).await?;
        browser.page.region(PROJECTION).await?.shows(balance).await?;
    }
    browser.page.shows("Events applied: 7 / 7").await?;
    browser.page.press("Switch it off").await?;
    browser.page.hides("is switched on").await?;
    is_refused(&actions, "Deposit", "Amount", "-5", "Expected more than $0.00, found −$5.00").await?;
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn an_opening_deposit_may_be_nothing_but_not_nonsense() -> Result<()> {
    let (_site, browser) = empty().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let before = everything(&browser).await?;
    for (typed, says) in AMOUNTS.into_iter().filter(|(typed, _)| !["", "0"].contains(typed)) {
        is_refused(&actions, "Open account", "Opening deposit", typed, says).await?;
    }
    assert_eq!(everything(&browser).await?, before);

    for (opened, typed) in ["", "0"].into_iter().enumerate() {
        actions.paste("Opening deposit", typed).await?;
        actions.press("Open account").await?;
        browser.page.shows(&format!("Events applied: {0} / {0}", opened + 1)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_owner_has_a_name_of_some_length() -> Result<()> {
    let (_site, browser) = empty().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let before = everything(&browser).await?;
    for (typed, says) in [("", "the owner's name, found nothing"), (" \t ", "the owner's name, found nothing")] {
        is_refused(&actions, "Open account", "Owner", typed, says).await?;
    }
    is_refused(&actions, "Open account", "Owner", &"x".repeat(10_000), "at most 200 characters, found 10000").await?;
    assert_eq!(everything(&browser).await?, before);
    Ok(())
}

#[tokio::test]
async fn any_name_is_shown_as_it_was_written() -> Result<()> {
    let (_site, browser) = empty().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let owners = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\u{202e}drawrof",
        "مرحبا",
        "🦉👩‍👩‍👧‍👧",
        "O'Hara \"Bob\" \\ {{x}}",
    ];
    for (nth, owner) in (1..).zip(owners) {
        actions.paste("Owner", owner).await?;
        actions.paste("Opening deposit", "").await?;
        actions.press("Open account").await?;
        browser.page.shows(&format!("Events applied: {nth} / {nth}")).await?;
        browser.page.region(PROJECTION).await?.shows(&format!("Owner {owner}")).await?;
        browser.page.shows_status(&format!("account opened for {owner}")).await?;
        let all = call(&browser, "view", &[json!("bank"), json!("accounts")]).await?;
        assert_eq!(all[nth - 1]["owner"], owner);
    }
    let inserted = browser.run_js("return document.querySelectorAll('body script, body img').length", &[]).await?;
    assert_eq!(inserted, 0, "a name is never read as HTML");
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

#[tokio::test]
async fn one_click_is_one_command() -> Result<()> {
    let (_site, browser) = ada().await?;
    let actions = browser.page.region(ACTIONS).await?;
    for (doubles, button) in (1..).zip(["Deposit", "Withdraw"]) {
        actions.double_press(button).await?;
        let events = 4 + doubles;
        browser.page.shows(&format!("Events applied: {events} / {events}")).await?;
        let all = call(&browser, "readAll", &[json!("bank")]).await?;
        assert_eq!(all.as_array().map(Vec::len), Some(events), "a double click records once");
    }
    for events in [7, 8] {
        actions.press("Deposit").await?;
        browser.page.shows(&format!("Events applied: {events} / {events}")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_account_with_money_stays_open_and_a_closed_one_closed() -> Result<()> {
    let (_site, browser) = ada().await?;
    let actions = browser.page.region(ACTIONS).await?;
    let before = everything(&browser).await?;
    let told = actions.refused("Close account").await?;
    assert_eq!(told, "Expected an empty account, found $120.00 on it. Withdraw that first.");
    // It is about no field: the button is described by it.
    let id = actions.attr("button", "Close account", "aria-describedby").await?.unwrap_or_default();
    let described = browser.run_js("return document.getElementById(arguments[0]).textContent", &[json!(id)]).await?;
    assert_eq!(described, told);
    assert_eq!(everything(&browser).await?, before);

    actions.fill("Amount", "120").await?;
    actions.press("Withdraw").await?;
    browser.page.region(PROJECTION).await?.shows("$0.00").await?;
    actions.press("Close account").await?;
    browser.page.region(PROJECTION).await?.shows("Status Closed").await?;

    let before = everything(&browser).await?;
    for button in ["Deposit", "Withdraw", "Close account"] {
        let told = actions.refused(button).await?;
        assert_eq!(told, "This account is closed, and nothing more can happen to it. Open another one.");
    }
    assert_eq!(everything(&browser).await?, before);
    Ok(())
}

#[tokio::test]
async fn an_account_that_was_never_opened_is_told() -> Result<()> {
    let (_site, browser) = empty().await?;
    let before = everything(&browser).await?;
    let unknown = "0190a1b2-0000-7000-8000-000000000000";
    for kind in ["Deposit", "Withdraw", "CloseAccount"] {
        let mut words = json!({ "type": kind, "accountId": unknown });
        if kind != "CloseAccount" {
            words["amount"] = json!(1);
        }
        let no = no(&browser, "dispatch", &[json!("bank"), words]).await?;
        let expected = ("Refused", "There is no such account. Open one first.");
        assert_eq!((no.name.as_str(), no.message.as_str()), expected, "{kind}");
    }
    assert_eq!(everything(&browser).await?, before);
    Ok(())
}

/// Calls everything with every odd value in every place, and gives each answer that is not what it must be.
const ODD: &str = r#"
    const [account] = arguments;
    const cyclic = {}; cyclic.self = cyclic;
    let deep = {}; for (let level = 0; level < 200; level++) deep = [deep];
    const odd = {
        null: null, undefined: undefined, yes: true, empty: [], list: [1, 2], object: {}, amount: { amount: 1 }, NaN: NaN,
        Infinity: Infinity, minus: -Infinity, big: 10n ** 30n, huge: 1e300, beyond: 2 ** 53, below: -(2 ** 53), half: 0.5,
        negative: -1, zero: 0, minusZero: -0, date: new Date(NaN), text: "abc", nothing: "", spaces: " \t\n", nul: "\0",
        lone: "\ud800", rtl: "\u202edrawrof", emoji: "🦉", script: "<script>alert(1)</script>", long: "x".repeat(10000),
        decimal: "12.50", nil: "00000000-0000-0000-0000-000000000000", proto: "__proto__", cyclic, deep,
        function: () => 1, symbol: Symbol("s"), map: new Map([[1, 2]]), bytes: new Uint8Array(3), regex: /x/, error: new Error("x"),
    };
    const commands = {
        OpenAccount: { owner: "Ada", openingDeposit: 1 },
        Deposit: { accountId: account, amount: 1 },
        Withdraw: { accountId: account, amount: 1 },
        CloseAccount: { accountId: account, reason: "moved away" },
    };
    const calls = [];
    for (const [type, fields] of Object.entries(commands)) {
        for (const field of ["type", ...Object.keys(fields)]) {
            for (const [name, value] of Object.entries(odd)) {
                calls.push([`${type}.${field}: ${name}`, "dispatch", ["bank", { type, ...fields, [field]: value }]]);
            }
        }
    }
    const plain = {
        dispatch: ["bank", { type: "Deposit", accountId: account, amount: 1 }, {}],
        append: ["bank", "account-x", "any", [{ type: "MoneyDeposited", data: { amount: 1 } }]],
        readStream: ["bank", `account-${account}`, {}],
        readAll: ["bank", {}],
        state: ["bank", `account-${account}`, {}],
        view: ["bank", "accounts", {}],
        seek: ["bank", 99],
        cursor: ["bank"],
        exportLog: ["bank", "ndjson"],
        importLog: ["bank", "ndjson", "{}", { as: "replace" }],
        verify: ["bank"],
    };
    for (const [call, args] of Object.entries(plain)) {
        for (const nth of args.keys()) {
            for (const [name, value] of Object.entries(odd)) {
                calls.push([`${call} ${nth}: ${name}`, call, args.with(nth, value)]);
            }
        }
    }
    const options = {
        dispatch: ["expectedRevision", "correlationId", "commandId", "actor", "reason"], readStream: ["from", "limit", "direction"],
        readAll: ["from", "limit", "direction"], state: ["at"], view: ["at"], importLog: ["as"],
    };
    for (const [call, names] of Object.entries(options)) {
        for (const option of names) {
            for (const [name, value] of Object.entries(odd)) {
                calls.push([`${call} ${option}: ${name}`, call, plain[call].with(-1, { [option]: value })]);
            }
        }
    }
    for (const [name, value] of Object.entries(odd)) {
        for (const field of ["id", "type", "metadata"]) {
            const event = { type: "MoneyDeposited", data: { amount: 1 }, [field]: value };
            calls.push([`append ${field}: ${name}`, "append", ["bank", "account-x", "any", [event]]]);
        }
    }

    const snapshot = async () => JSON.stringify([await daybook.exportLog("bank", "ndjson"), { ...localStorage }]);
    const [wrong, recorded] = [[], {}];
    let [yes, no] = [0, 0];
    let before = await snapshot();
    for (const [told, call, args] of calls) {
        let error = null;
        try { await daybook[call](...args); yes += 1 } catch (found) { error = found; no += 1 }
        const after = await snapshot();
        if (error) {
            const names = ["Refused", "BadInput", "WrongExpectedRevision"];
            const sentence = String(error?.message);
            const clear = /^Expected .*(found |expected )|^There is no such account|^account-.* was expected to (be at revision|have) /s
                .test(sentence) && sentence.endsWith(".") && sentence.length < 400;
            if (!(error instanceof Error) || !names.includes(error.name) || !clear) {
                wrong.push(`${told}: ${error?.name}: ${sentence}`);
            }
            if (after !== before) wrong.push(`${told}: a no changed something`);
        }
        if (!error && after !== before) {
            const [place, name] = told.split(": ");
            (recorded[place] ??= []).push(name);
        }
        before = after;
    }
    return { wrong, recorded, yes, no, calls: calls.length };
"#;

#[tokio::test]
async fn the_console_answers_every_odd_value_in_every_place() -> Result<()> {
    let (_site, browser) = empty().await?;
    let opened = ask(&browser, json!({ "type": "OpenAccount", "owner": "Ada", "openingDeposit": 100_000 })).await?;
    let answer = browser.run_js(ODD, &[json!(account(&opened)?)]).await?;
    let count = |name: &str| answer[name].as_u64().unwrap_or_default();
    assert_eq!(answer["wrong"], json!([]), "{} wrong answers", answer["wrong"].as_array().map_or(0, Vec::len));
    let recorded: BTreeMap<String, BTreeSet<String>> = serde_json::from_value(answer["recorded"].clone())?;
    assert_eq!(recorded, may_be_recorded(), "and everything else is refused");
    assert!(count("yes") > 20 && count("no") > 1000, "{} yes, {} no", count("yes"), count("no"));
    assert_eq!(count("yes") + count("no"), count("calls"));
    assert_eq!(call(&browser, "verify", &[json!("bank")]).await?["ok"], true);
    assert_eq!(browser.complaints().await?, []);
    Ok(())
}

/// The odd values that are as good as any, by place: texts that say something, and what JavaScript or JSON leaves out.
fn may_be_recorded() -> BTreeMap<String, BTreeSet<String>> {
    const TEXTS: [&str; 7] = ["text", "rtl", "emoji", "script", "decimal", "nil", "proto"];
    const BLANKS: [&str; 3] = ["nothing", "spaces", "nul"];
    const LEFT_OUT: [&str; 3] = ["undefined", "function", "symbol"];
    const NULLS: [&str; 2] = ["null", "date"];
    const OBJECTS: [&str; 5] = ["object", "map", "regex", "error", "function"];
    let places: [(&str, &[&[&str]]); 12] = [
        ("OpenAccount.owner", &[&TEXTS, &["nul"]]),
        ("OpenAccount.openingDeposit", &[&LEFT_OUT, &["zero", "minusZero"]]),
        ("append 1", &[&TEXTS]),
        ("append id", &[&LEFT_OUT, &NULLS]),
        ("append type", &[&TEXTS]),
        ("append metadata", &[&LEFT_OUT, &NULLS, &OBJECTS, &["amount", "bytes"]]),
        ("dispatch 2", &[&OBJECTS, &NULLS, &["undefined"]]),
        ("dispatch actor", &[&TEXTS, &BLANKS, &LEFT_OUT, &NULLS]),
        ("dispatch reason", &[&TEXTS, &BLANKS, &LEFT_OUT, &NULLS]),
        ("dispatch commandId", &[&LEFT_OUT, &NULLS, &["nil"]]),
        ("dispatch correlationId", &[&LEFT_OUT, &NULLS, &["nil"]]),
        ("dispatch expectedRevision", &[&LEFT_OUT, &NULLS]),
    ];
    let owned = |(place, names): (&str, &[&[&str]])| {
        (place.to_owned(), names.concat().into_iter().map(str::to_owned).collect())
    };
    places.into_iter().map(owned).collect()
}

/// Files that can't be taken in, made from one that can, and what is said of each.
fn broken(whole: &str) -> Vec<(&'static str, String, &'static str)> {
    let lines: Vec<_> = whole.lines().collect();
    vec![
        ("blank", "\n \n".into(), "found nothing"),
        ("cut off", lines[..3].join("\n"), "the file was cut off"),
        ("cut off within a line", whole[..whole.len() / 2].into(), "expected an event or the trailer"),
        ("not JSON", "Dear diary,\ntoday".into(), "expected a header"),
        ("of another program", r#"{"eventStreamId":"a","eventNumber":0}"#.into(), "a file of another program"),
        ("a picture", "\u{89}PNG\r\n\u{1a}\n\0\0".into(), "expected a header"),
        ("100,000 levels deep", "[".repeat(100_000), "levels of nesting"),
        ("an event 100,000 levels deep", format!("{}\n{}", lines[0], "{\"a\":".repeat(100_000)), "levels of nesting"),
        ("of another world", whole.replace(r#""world":"bank""#, r#""world":"loans""#), "a log of the world bank"),
        ("of a later version", whole.replace(r#""version":1"#, r#""version":2"#), "version 2"),
        ("with a gap in the revisions", whole.replace(r#""revision":2"#, r#""revision":7"#), "expected revision 2"),
        ("with a revision twice", whole.replace(r#""revision":2"#, r#""revision":1"#), "expected revision 2"),
        (
            "out of order",
            [lines[0], lines[2], lines[1], lines[3], lines[4], lines[5]].join("\n"),
            "expected position 0",
        ),
        (
            "of too much money",
            whole.replace(r#""amount":5000"#, r#""amount":9007199254740992"#),
            "within ±9007199254740991",
        ),
    ]
}

#[tokio::test]
async fn a_file_that_cannot_be_taken_in_changes_nothing() -> Result<()> {
    let (_site, browser) = ada().await?;
    let before = everything(&browser).await?;
    for (what, text, says) in broken(&before.0) {
        assert_ne!(text, before.0, "{what}");
        for becomes in ["copy", "replace"] {
            let args = [json!("bank"), json!("ndjson"), json!(text), json!({ "as": becomes })];
            let answer = call(&browser, "importLog", &args).await.context(what)?;
            assert_eq!((&answer["verdict"], &answer["log"]), (&json!("impossible"), &Value::Null), "{what}");
            let reason = answer["reasons"][0].as_str().unwrap_or_default();
            assert!(reason.to_lowercase().contains("expected ") && reason.contains("found "), "{what}: {reason}");
            assert!(reason.contains(says), "{what}: {reason}");
        }
    }
    assert_eq!(everything(&browser).await?, before);
    Ok(())
}

#[tokio::test]
async fn the_import_dialog_says_why_not_and_takes_nothing() -> Result<()> {
    let (_site, browser) = ada().await?;
    let before = everything(&browser).await?;
    browser.page.press_in("Files", "Import").await?;
    let dialog = browser.page.within("dialog", "Import a log").await?;
    for (what, text, says) in broken(&before.0) {
        dialog.paste("Or paste its text", &text).await?;
        dialog.shows("Impossible:").await.context(what)?;
        dialog.shows(says).await.context(what)?;
        for button in ["Open as a copy", "Replace my log"] {
            assert!(!dialog.by_role("button", button).await?.is_enabled().await?, "{what}: {button}");
        }
    }
    dialog.press("Cancel").await?;
    assert_eq!(everything(&browser).await?, before);
    Ok(())
}
