//! Logs in the formats of other programs: there and back, what others write, and whatever else may come.

mod common;

use common::{Desk, fact, story};
use daybook::engine::{ExpectedRevision, RecordedEvent};
use daybook::formats::ndjson::{self, MOST_LINE_BYTES, Reader};
use daybook::formats::{Format, MOST_DEPTH, read, sniff};
use daybook::lab::door::Door;
use daybook::lab::import::{Judgement, Verdict};
use daybook::lab::no::No;
use daybook::lab::{As, Imported};
use proptest::prelude::*;
use serde_json::{Value, json};

const FOREIGN: [Format; 4] = [Format::KurrentDb, Format::Gaffer, Format::CloudEvents, Format::Csv];

/// A log with all that is hard, as the lossless format holds it.
fn hard() -> Desk {
    let desk = Desk::bank();
    story(&desk);
    desk.open("Zoë 🦉 \u{202e}<script>alert('1')</script> \"O'Hara\"", 0);
    desk.open(&"ab\u{2028}é".repeat(50), 1);
    let odd = [
        ("MoneyDeposited", "{ \"amount\":\t7 }"),
        ("MoneyFound", "[1.0, 1e2,\t -5, 12345678901234567890123456789]"),
        ("Bare", "-17"),
        ("Bare", "null"),
        ("Bare", "true"),
        ("Bare", "\"\""),
        ("Bare", "\"{\\\"a\\\":1}\""),
        ("Bare", "\"=1+1\""),
        ("Bare", "\"\\u0000 \\ud83d\\ude00 'x' \\\\\""),
        ("Wrapped", "{\"value\":5}"),
        ("=cmd|' /C calc'!A0", "{\"a\":\"<cr0>\\\\'\"}"),
    ];
    let odd = odd.map(|(kind, data)| fact(kind, data)).to_vec();
    desk.append("account-x", ExpectedRevision::Any, odd).expect("within the bounds");
    desk.append("entries", ExpectedRevision::Any, vec![fact("Long", &json!({ "t": "x".repeat(10_000) }).to_string())])
        .expect("any kind is kept");
    desk.append("@odd, \"names\"", ExpectedRevision::Any, vec![fact("$kind", "{}")]).expect("any kind is kept");
    let metadata = |nth: u64, event: &mut Value| {
        let more = match nth {
            1 => json!({ "reason": "birthday", "lang": "en", "n": -1, "deep": { "a": [1, null] } }),
            2 => json!({ "position": 99, "revision": "x", "extra": { "actor": "y" }, "$correlationId": "z" }),
            3 => json!({ "stream": "other", "wrapped": true, "time": "noon", "id": 7, "source": "", "line": "a\nb" }),
            4 => json!({ "causationId": "01890a5d-ac96-774b-bcce-b302099a8057", "actor": "a\u{7}\n=b" }),
            5 => {
                json!({ "correlationId": "01890a5d-ac96-774b-bcce-b302099a8057", "actor": "", "datacontenttype": "x" })
            }
            6 => json!({ "actor": "'quoted", "datacontenttype": "application/json", "extra": "text" }),
            _ => json!({}),
        };
        let all = event["metadata"].as_object_mut().expect("metadata is an object");
        all.extend(more.as_object().expect("an object").clone());
    };
    let mut lines: Vec<_> = desk.export().lines().map(str::to_owned).collect();
    for (nth, line) in (0..).zip(&mut lines[1..]) {
        // Only where something is changed: data has to stay as it is.
        if (1..=6).contains(&nth) {
            let mut event = serde_json::from_str(line).expect("an event");
            metadata(nth, &mut event);
            *line = event.to_string();
        }
    }
    let Imported { log, .. } = desk.import(&lines.join("\n"), As::Copy);
    desk.beside(log.expect("it can be read"))
}

fn events(desk: &Desk) -> Vec<String> {
    let text = desk.export();
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines[1..lines.len() - 1].to_vec()
}

fn written(desk: &Desk, format: Format) -> String {
    desk.lab.export_as(desk.log, format).expect("a log of this lab").text
}

fn all(log: &dyn Door) -> Vec<RecordedEvent> {
    (0..log.store().len()).filter_map(|position| log.store().event(position)).collect()
}

/// What comes of a text in a format.
fn judged(format: Format, text: &str) -> (Verdict, Vec<String>, Vec<RecordedEvent>) {
    let judged = Desk::bank().lab.judge_as("bank", Some(format), text).expect("a world of this lab");
    let Judgement { verdict, reasons, log } = judged;
    (verdict, reasons, log.as_deref().map(all).unwrap_or_default())
}

#[test]
fn names_are_those_of_the_console() {
    let names = Format::ALL.map(Format::name);
    assert_eq!(names, ["ndjson", "kurrentdb", "gaffer", "cloudevents", "csv", "sql"]);
    assert_eq!(names.map(Format::named), Format::ALL.map(Some));
    assert_eq!(Format::named("xml"), None);
    assert!(Format::ALL.iter().all(|format| format.is_read() == (*format != Format::Sql)));
}

/// There and back.
mod round_trips {
    use super::*;

    #[test]
    fn give_every_event_again_bit_for_bit() {
        let desk = hard();
        for format in FOREIGN {
            let text = written(&desk, format);
            assert_eq!(sniff(&text), Some(format));
            let imported = Desk::bank();
            let Imported { log, reasons, .. } = imported.import(&text, As::Copy);
            let copy = imported.beside(log.unwrap_or_else(|| panic!("{}: {reasons:?}", format.name())));
            assert_eq!(events(&copy), events(&desk), "{}", format.name());
            // What is told is about the events' own oddities; nothing had to be made up.
            let kept = "can be kept but not understood";
            assert!(reasons.iter().all(|reason| reason.contains(kept)), "{}: {reasons:?}", format.name());
        }
    }

    #[test]
    fn are_fine_for_an_ordinary_log() {
        let desk = Desk::bank();
        story(&desk);
        for format in FOREIGN {
            let (verdict, reasons, events) = judged(format, &written(&desk, format));
            assert_eq!((verdict, reasons), (Verdict::Fine, Vec::new()), "{}", format.name());
            assert_eq!(events.len() as u64, desk.len());
        }
    }

    #[test]
    fn of_an_empty_log_are_empty() {
        for format in FOREIGN {
            let (verdict, reasons, events) = judged(format, &written(&Desk::bank(), format));
            assert_eq!((verdict, reasons, events.len()), (Verdict::Fine, Vec::new(), 0), "{}", format.name());
        }
    }

    #[test]
    fn tell_what_the_format_can_not_hold() {
        let desk = hard();
        let losses = |format| desk.lab.export_as(desk.log, format).expect("a log of this lab").losses;
        assert!(losses(Format::Ndjson).is_empty());
        for format in &Format::ALL[1..] {
            assert!(losses(*format)[0].starts_with("The log's id and the head of its chain are left out"));
        }
        let told = losses(Format::KurrentDb).join("\n");
        assert!(told.contains("and 6 more: its data is no object and no list; it is wrapped"), "{told}");
        assert!(told.contains("names that begin with $ are the system's"), "{told}");
    }
}

/// What other programs write.
mod of_others {
    use super::*;

    const NO_METADATA: &[&str] = &["no time", "who acted", "no schema version"];

    #[track_caller]
    fn told(reasons: &[String], expected: &[&str]) {
        assert_eq!(reasons.len(), expected.len(), "{reasons:#?}");
        for what in expected {
            assert!(reasons.iter().any(|reason| reason.contains(what)), "{what}: {reasons:#?}");
        }
    }

    fn streams(events: &[RecordedEvent]) -> Vec<String> {
        events.iter().map(|event| format!("{}@{}", event.revision, event.stream)).collect()
    }

    #[test]
    fn a_single_append_names_its_stream_in_metadata_or_not_at_all() {
        let text = r#"[
            {"eventId":"fbf4a1a1-b4a3-4dfe-a01f-ec52c34e16e4","eventType":"MoneyDeposited","data":{"amount":5},
             "metadata":{"stream":"account-1","$correlationId":"a conversation"}},
            {"eventId":"0f9fad5b-d9cb-469f-a165-70867728950e","eventType":"MoneyDeposited","data":"{\"amount\": 6}"}]"#;
        assert_eq!(sniff(text), Some(Format::KurrentDb));
        let (verdict, reasons, events) = judged(Format::KurrentDb, text);
        assert_eq!(verdict, Verdict::Risky);
        let gaps = ["no place in the whole log", "no place in its stream", "no UUID", "names no stream"];
        told(&reasons, &[NO_METADATA, &gaps].concat());
        assert_eq!(streams(&events), ["0@account-1", "0@imported"]);
        assert_eq!(events[0].id.to_string(), "fbf4a1a1-b4a3-4dfe-a01f-ec52c34e16e4");
        assert_eq!(events[1].data.get(), "{\"amount\": 6}", "a server parses such a text too");
        assert_eq!(events[0].metadata.recorded_at.to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(events[1].metadata.correlation_id, events[1].id, "it begins a conversation");
    }

    #[test]
    fn events_that_were_read_one_by_one() {
        let text = r#"[
            {"eventStreamId":"account-1","eventNumber":0,"eventType":"MoneyDeposited","eventId":"fbf4a1a1-b4a3-4dfe-a01f-ec52c34e16e4",
             "data":{"amount":5},"metadata":{"$correlationId":"fbf4a1a1-b4a3-4dfe-a01f-ec52c34e16e4","who":7}},
            {"eventStreamId":"account-1","eventNumber":1,"eventType":"MoneyDeposited","eventId":"0f9fad5b-d9cb-469f-a165-70867728950e",
             "data":{"amount":6},"metadata":""}]"#;
        assert_eq!(sniff(text), Some(Format::KurrentDb));
        let (_, reasons, events) = judged(Format::KurrentDb, text);
        told(&reasons, &[NO_METADATA, &["no place in the whole log"]].concat());
        assert_eq!(streams(&events), ["0@account-1", "1@account-1"]);
        assert_eq!(events[0].metadata.extra["who"], json!(7));
        assert_eq!(events[0].metadata.correlation_id, events[0].id);
    }

    #[test]
    fn a_feed_is_read_from_its_end() {
        let text = r#"{"title":"Event stream 'account-1'","id":"http://127.0.0.1:2113/streams/account-1",
            "updated":"2026-01-31T12:00:01.5Z","headOfStream":true,"links":[],"entries":[
            {"eventId":"0f9fad5b-d9cb-469f-a165-70867728950e","eventType":"MoneyWithdrawn","eventNumber":1,"data":"{\n  \"amount\": 2\n}",
             "streamId":"account-1","isJson":true,"isMetaData":true,"isLinkMetaData":false,"positionEventNumber":1,
             "positionStreamId":"account-1","title":"1@account-1","updated":"2026-01-31T12:00:01.1234567Z",
             "metaData":"{\"actor\":\"Bob\",\"$causationId\":\"fbf4a1a1-b4a3-4dfe-a01f-ec52c34e16e4\"}"},
            {"eventId":"fbf4a1a1-b4a3-4dfe-a01f-ec52c34e16e4","eventType":"MoneyDeposited","eventNumber":0,"data":"{\"amount\":5}",
             "streamId":"account-1","isJson":true,"positionEventNumber":0,"positionStreamId":"account-1",
             "title":"0@account-1","updated":"2026-01-31T12:00:00Z"}]}"#;
        assert_eq!(sniff(text), Some(Format::KurrentDb));
        let (verdict, reasons, events) = judged(Format::KurrentDb, text);
        assert_eq!(verdict, Verdict::Risky);
        told(&reasons, &["no place in the whole log", "who acted", "no schema version"]);
        assert_eq!(streams(&events), ["0@account-1", "1@account-1"]);
        let last = &events[1];
        assert_eq!((last.kind.as_str(), last.data.get()), ("MoneyWithdrawn", "{   \"amount\": 2 }"), "on one line");
        assert_eq!((last.metadata.actor.as_str(), last.metadata.causation_id), ("Bob", events[0].id));
        assert_eq!(last.metadata.recorded_at.to_string(), "2026-01-31T12:00:01.123Z");
    }

    #[test]
    fn a_fixture_needs_little() {
        let text = r#"[
            { "eventType": "MoneyDeposited", "streamId": "account-1", "data": "{\"amount\": 29}" },
            { "eventType": "MoneyDeposited", "streamId": "account-2", "data": {"amount": 49} },
            { "eventType": "Checked", "streamId": "account-1", "data": null },
            { "eventType": "Checked", "streamId": "account-1", "data": "7" },
            { "eventType": "Checked", "streamId": "account-1", "data": "no JSON", "isJson": false }]"#;
        assert_eq!(sniff(text), Some(Format::Gaffer));
        let (verdict, reasons, events) = judged(Format::Gaffer, text);
        assert_eq!(verdict, Verdict::Risky);
        let gaps = ["no place in the whole log", "no place in its stream", "no id", "not JSON", "not understood"];
        told(&reasons, &[NO_METADATA, &gaps].concat());
        assert_eq!(streams(&events), ["0@account-1", "0@account-2", "1@account-1", "2@account-1", "3@account-1"]);
        let data: Vec<_> = events.iter().map(|event| event.data.get()).collect();
        assert_eq!(data, ["{\"amount\": 29}", "{\"amount\": 49}", "null", "7", "\"no JSON\""]);
        let again = judged(Format::Gaffer, text).2;
        let ids = |events: &[RecordedEvent]| events.iter().map(|event| event.id).collect::<Vec<_>>();
        assert_eq!(ids(&again), ids(&events), "ids follow from the content");
    }

    #[test]
    fn a_fixture_counts_in_ticks() {
        let desk = Desk::bank();
        story(&desk);
        let text = written(&desk, Format::Gaffer);
        let fixture: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        let created = fixture[0]["created"].as_str().expect("text");
        assert_eq!(created.len(), "2026-01-31T12:00:00.0000000Z".len(), "{created}");
        assert!(created.ends_with("0000Z"), "{created}");
        assert_eq!((fixture[1]["sequenceNumber"].as_u64(), fixture[1]["isJson"].as_bool()), (Some(1), Some(true)));
    }

    #[test]
    fn a_cloud_event_of_others() {
        let text = r#"[{
            "specversion": "1.0", "type": "com.github.pull_request.opened",
            "source": "https://github.com/cloudevents/spec/pull", "subject": "123", "id": "A234-1234-1234",
            "time": "2018-04-05T17:31:00+02:00", "comexampleextension1": "value", "comexampleothervalue": 5, "unset": null,
            "datacontenttype": "text/xml", "data": "<much wow=\"xml\"/>"
        }, {
            "specversion": "1.0", "type": "com.example", "source": "/mycontext", "id": "B", "data_base64": "AAEC"
        }]"#;
        assert_eq!(sniff(text), Some(Format::CloudEvents));
        let (verdict, reasons, events) = judged(Format::CloudEvents, text);
        assert_eq!(verdict, Verdict::Risky);
        let gaps = ["no place in the whole log", "no place in its stream", "no UUID", "binary", "not understood"];
        told(&reasons, &[NO_METADATA, &gaps].concat());
        assert_eq!(streams(&events), ["0@123", "0@/mycontext"]);
        assert_eq!(events[0].data.get(), r#""<much wow=\"xml\"/>""#);
        assert_eq!(events[1].data.get(), r#"{"data_base64":"AAEC"}"#);
        assert_eq!(events[0].metadata.recorded_at.to_string(), "2018-04-05T15:31:00.000Z");
        let extra = &events[0].metadata.extra;
        assert_eq!((&extra["comexampleothervalue"], &extra["datacontenttype"]), (&json!(5), &json!("text/xml")));
        assert!(!extra.contains_key("unset"), "null means that it is not set");
        assert_eq!(judged(Format::CloudEvents, r#"{"specversion":"1.0","type":"t","source":"s","id":"1"}"#).2.len(), 1);
    }

    #[test]
    fn a_cloud_event_keeps_to_the_specification() {
        let desk = hard();
        let batch: Vec<Value> = serde_json::from_str(&written(&desk, Format::CloudEvents)).expect("JSON");
        for event in &batch {
            let attributes = event.as_object().expect("an object");
            for (name, value) in attributes.iter().filter(|(name, _)| *name != "data") {
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{name}");
                let is_integer = value.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
                let is_text = value.as_str().is_some_and(|text| !text.is_empty() && !text.contains(char::is_control));
                assert!(value.is_boolean() || is_integer || is_text, "{name}: {value}");
            }
            assert!(event["source"].as_str().expect("text").starts_with("/daybook/bank/"));
        }
        assert_eq!(batch[3]["sequence"], json!("0000000003"));
        assert_eq!(batch[1]["reason"], json!("birthday"), "what can be an attribute is one");
    }

    #[test]
    fn a_table_is_harmless_in_a_spreadsheet() {
        let text = written(&hard(), Format::Csv);
        assert!(text.contains(",'=cmd|' /C calc'!A0,"));
        assert!(text.contains(",'-17,"));
        assert!(text.contains("\"'@odd, \"\"names\"\"\""));
        for formula in [",=", ",@", ",+", ",\"=", ",\"@", ",\"+"] {
            assert!(!text.contains(formula), "{formula}");
        }
    }
}

/// (format, text, what the reason begins with)
#[test]
fn what_can_not_be_read_is_impossible() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    let append = |data: &str| format!(r#"{{"s":[{{"eventType":"A","data":{data}}}]}}"#);
    let revision = |n: u64| format!(r#"{{"eventType":"A","streamId":"s","sequenceNumber":{n},"data":"1"}}"#);
    let cloud = |more: &str| format!(r#"[{{"specversion":"1.0","id":"1","type":"t"{more}}}]"#);
    let csv =
        "position,stream,revision,type,recorded_at,actor,correlation_id,causation_id,id,data,schema_version,extra";
    let no_csv = "Line 1: expected the columns position,stream,";
    for (format, text, reason) in [
        (Format::KurrentDb, String::new(), "Line 1: expected a list or an object in JSON, found nothing."),
        (Format::KurrentDb, "7".to_owned(), "Line 1: expected a list or an object in JSON, found “7”"),
        (Format::KurrentDb, r#"{"s":[7]}"#.to_owned(), "Entry 1: expected an event as an object, found “7”."),
        (Format::KurrentDb, r#"{"s":7}"#.to_owned(), "Line 1: expected a list of events for each stream, found “7”."),
        (Format::KurrentDb, "[{}]".to_owned(), "Entry 1: expected eventType as text, found nothing."),
        (Format::KurrentDb, "[{\n\"eventType\":\"A\",\n".to_owned(), "Line 3: expected a list or an object in JSON"),
        (Format::KurrentDb, append(&deep(100_000)), "Line 1: expected at most 64 levels of nesting, found more."),
        (Format::KurrentDb, deep(100_000), "Line 1: expected at most 64 levels of nesting, found more."),
        (
            Format::Gaffer,
            append(&json!(deep(100_000)).to_string()),
            "Entry 1: expected at most 64 levels of nesting, found more.",
        ),
        (
            Format::Gaffer,
            format!("[{},{}]", revision(0), revision(2)),
            "Event 2: expected revision 1 (the first is 0) of “s”, found 2.",
        ),
        (
            Format::Gaffer,
            format!("[{},{}]", revision(0), revision(0)),
            "Event 2: expected revision 1 (the first is 0) of “s”, found 0.",
        ),
        (
            Format::Gaffer,
            format!("[{}]", revision(4)),
            "Event 1: expected revision 0 (the first is 0) of “s”, found 4.",
        ),
        (Format::CloudEvents, cloud(""), "Entry 1: expected source as text, found nothing."),
        (Format::CloudEvents, cloud(r#","source":"""#), "Entry 1: expected source as text, found “\"\"”."),
        (
            Format::CloudEvents,
            cloud(r#","source":"s","data":1,"data_base64":"AA==""#),
            "Entry 1: expected data or data_base64, not both, found",
        ),
        (
            Format::CloudEvents,
            cloud(r#","source":"s""#).replace("1.0", "0.3"),
            "Entry 1: expected specversion 1.0, found “\"0.3\"”.",
        ),
        (
            Format::CloudEvents,
            cloud(r#","source":"/daybook/casino/a-1""#),
            "Expected a log of the world bank, found one of “casino”.",
        ),
        (Format::Csv, String::new(), no_csv),
        (Format::Csv, "a,b\n1,2".to_owned(), no_csv),
        (Format::Csv, format!("{csv}\n1,2"), "Line 2: expected 12 cells, found “2”."),
        (Format::Csv, format!("{csv}\n\"x"), "Line 2: expected a quotation mark at the end of the cell"),
        (Format::Csv, format!("{csv}\n\"x\"y,"), "Line 2: expected a comma or the line's end after a cell"),
        (Format::Csv, format!("{csv}\r\n0,s,0,A,,,,,,{{,1,"), "Line 2: expected data as JSON, found “{”."),
        (Format::Csv, format!("{csv}\r\nx,s,0,A,,,,,,1,1,"), "Line 2: expected position as a whole number, found “x”."),
        (Format::Csv, format!("{csv}\r\n0,s,0,A,,,,,,{},1,", deep(65)), "Line 2: expected at most 64 levels"),
        (Format::Sql, "BEGIN;".to_owned(), "Line 1: expected a format that can be read, found SQL."),
    ] {
        let (verdict, reasons, _) = judged(format, &text);
        assert_eq!(verdict, Verdict::Impossible, "{} {reasons:?}", format.name());
        assert!(reasons[0].starts_with(reason), "{}: expected {reason}\nfound {}", format.name(), reasons[0]);
    }
}

#[test]
fn too_many_entries_are_refused_before_they_are_kept() {
    let text = format!("[{}1]", "1,".repeat(2_000_000));
    let (_, reasons, _) = judged(Format::KurrentDb, &text);
    assert!(reasons[0].contains("more than 2000000 entries"), "{}", reasons[0]);
}

#[test]
fn other_places_are_numbered_anew() {
    let event = |position: u64, stream: &str| {
        format!(
            r#"{{"eventId":"fbf4a1a1-b4a3-4dfe-a01f-ec52c34e16e{position}","eventType":"MoneyDeposited","data":{{"amount":1}},
            "metadata":{{"stream":"{stream}","position":{position},"revision":0,"recordedAt":"2026-01-31T12:00:00Z","actor":"you","schemaVersion":1}}}}"#
        )
    };
    let (verdict, reasons, events) = judged(Format::KurrentDb, &format!("[{},{}]", event(8, "a-1"), event(4, "b-1")));
    let reason =
        "Event 1, and 1 more: its place in the whole log was another; all were numbered anew, in the same order.";
    assert_eq!((verdict, &reasons[..]), (Verdict::Risky, &[reason.to_owned()][..]));
    assert_eq!(events.iter().map(|event| event.stream.as_str()).collect::<Vec<_>>(), ["b-1", "a-1"]);
}

/// The lossless format, read piece by piece.
mod pieces {
    use super::*;

    fn in_pieces(text: &str, size: usize) -> ndjson::File {
        let mut reader = Reader::default();
        for piece in text.as_bytes().chunks(size) {
            reader.push(piece).expect("the text is a log");
        }
        reader.finish().expect("it is whole")
    }

    #[test]
    fn of_any_size_give_the_same_log() {
        let desk = hard();
        let text = desk.export();
        let whole = ndjson::read(&text).expect("a log");
        for size in [1, 2, 3, 7, 64, 1000, text.len()] {
            for text in [&text, &text.replace('\n', "\r\n"), &format!("\u{feff}\n{text}")] {
                let file = in_pieces(text, size);
                assert_eq!((json!(file.events), file.trailer), (json!(whole.events), whole.trailer), "{size} bytes");
            }
        }
    }

    #[test]
    fn are_taken_in_without_their_text() {
        let text = hard().export();
        for size in [1, 100, text.len()] {
            let desk = Desk::bank();
            let mut intake = desk.lab.intake("bank", Some(Format::Ndjson)).expect("a world of this lab");
            assert!(text.as_bytes().chunks(size).all(|piece| intake.push(piece)));
            let read = intake.events();
            let mut judged = intake.finish();
            assert_eq!(judged.reasons, Desk::bank().lab.judge_as("bank", None, &text).expect("a world").reasons);
            let taken = common::now(desk.lab.take_in("bank", &mut judged, As::Copy)).expect("it may write");
            let copy = desk.beside(taken.log.expect("it can be read"));
            assert_eq!(events(&copy), text.lines().skip(1).take(copy.len() as usize).collect::<Vec<_>>());
            assert_eq!((taken.events, read), (copy.len(), copy.len()));
        }
    }

    #[test]
    fn tell_their_format_by_their_beginning() {
        let desk = hard();
        (0..200).for_each(|_| drop(desk.open(&"long".repeat(50), 0)));
        for format in [Format::Ndjson, Format::KurrentDb, Format::Gaffer, Format::CloudEvents, Format::Csv] {
            let text = written(&desk, format);
            let mut intake = desk.lab.intake("bank", None).expect("a world of this lab");
            assert!(text.as_bytes().chunks(1000).all(|piece| intake.push(piece)));
            assert_eq!(intake.events() > 0, format == Format::Ndjson, "{} is read by lines", format.name());
            let judged = intake.finish();
            assert_eq!(
                judged.log.map(|log| log.store().len()),
                Some(desk.len()),
                "{}: {:?}",
                format.name(),
                judged.reasons
            );
        }
    }

    #[test]
    fn are_given_up_where_they_can_no_longer_be_taken_in() {
        let text = hard().export();
        for (from, to, reason) in [
            (r#""world":"bank""#, r#""world":"bonk""#, "Expected a log of the world bank, found one of “bonk”."),
            (r#""position":3"#, r#""position":4"#, "Event 4: expected position 3 (the first is 0), found 4."),
        ] {
            let wrong = text.replacen(from, to, 1);
            let mut intake = Desk::bank().lab.intake("bank", Some(Format::Ndjson)).expect("a world of this lab");
            let taken = wrong.as_bytes().chunks(10).take_while(|piece| intake.push(piece)).count();
            assert!(taken < wrong.len() / 20, "given up after {taken} pieces");
            let judged = intake.finish();
            assert_eq!((judged.verdict, judged.reasons), (Verdict::Impossible, vec![reason.to_owned()]));
            assert!(judged.log.is_none());
        }
    }

    #[test]
    fn can_become_a_copy_where_they_could_not_replace_a_log() {
        let desk = Desk::bank();
        desk.lab.close(&No::ReadOnly("for this test".to_owned()));
        let mut judged = desk.lab.judge_as("bank", None, &hard().export()).expect("a world of this lab");
        let replaced = common::now(desk.lab.take_in("bank", &mut judged, As::Replace));
        assert!(matches!(replaced, Err(No::ReadOnly(_))));
        let copied = common::now(desk.lab.take_in("bank", &mut judged, As::Copy)).expect("a copy may always be");
        assert_eq!(copied.events, hard().len());
        assert!(copied.log.is_some());
    }

    #[test]
    fn are_refused_where_they_stop_being_a_log() {
        let text = hard().export();
        let mut reader = Reader::default();
        reader.push(text.as_bytes()).expect("a log");
        let wrong = reader.push(b"\n\nmore\n").expect_err("the log has ended");
        assert!(wrong.to_string().contains("expected nothing after the trailer, found “more”"), "{wrong}");
        assert_eq!(reader.push(text.as_bytes()), Err(wrong.clone()), "it stays wrong");
        assert_eq!(reader.finish().expect_err("it was wrong"), wrong);

        let mut reader = Reader::default();
        reader.push(&text.as_bytes()[..text.len() / 2]).expect("the beginning of a log");
        let told = reader.finish().expect_err("it was cut off").to_string();
        assert!(told.contains("expected"), "{told}");

        let mut reader = Reader::default();
        let header = text.lines().next().expect("a header");
        reader.push(format!("{header}\n").as_bytes()).expect("a header");
        let wrong = reader.push(b"\xff\xfe\n").expect_err("no text");
        assert_eq!(wrong.to_string(), "Line 2: expected text in UTF-8, found other bytes.");
    }

    #[test]
    fn of_an_endless_line_are_not_collected() {
        let mut reader = Reader::default();
        let piece = vec![b'['; 1 << 20];
        let refused = (0..).find_map(|nth: usize| reader.push(&piece).err().map(|wrong| (nth, wrong)));
        let (nth, wrong) = refused.expect("some piece is too many");
        assert_eq!(nth, MOST_LINE_BYTES >> 20);
        assert_eq!(wrong.to_string(), "Line 1: expected a line of at most 67108864 bytes, found more.");
    }
}

/// Lines that are no events.
mod lines_of_other_kinds {
    use super::*;

    #[test]
    fn are_kept_where_they_stood() {
        let text = hard().export();
        let mut lines: Vec<_> = text.lines().collect();
        lines.insert(lines.len() - 1, r#"{ "note": {"at":3, "text":"why?"} }"#);
        lines.insert(3, r#"{"bookmark":{"at":2,"name":"here"}}"#);
        lines.insert(1, r#"{"note":["first"]}"#);
        let text = lines.join("\n") + "\n";
        for becomes in [As::Copy, As::Replace] {
            let desk = Desk::bank();
            let log = desk.import(&text, becomes).log.expect("it can be read");
            let again = desk.beside(log).export();
            let tail = |text: &str| {
                text.lines().skip(1).filter(|line| !line.contains("trailer")).collect::<Vec<_>>().join("\n")
            };
            assert_eq!(tail(&again), tail(&text));
            let losses = desk.lab.export_as(log, Format::Csv).expect("a log of this lab").losses;
            assert!(losses[1].starts_with("What stands beside the events"), "{losses:?}");
        }
    }

    #[test]
    fn are_objects_of_one_name() {
        let text = Desk::bank().export();
        for line in ["7", "{}", "[]", r#"{"a":1,"b":2}"#, r#"{"trailer":{}}"#, r#"{"a":1} x"#, r#"{"a":"#] {
            let told = ndjson::read(&text.replacen('\n', &format!("\n{line}\n"), 1)).expect_err(line).to_string();
            assert!(told.starts_with("Line 2: expected an event or the trailer, found “"), "{told}");
        }
    }
}

/// Reads whatever comes in every format; what is taken in can be written and read again.
fn survives(text: &str) {
    for format in Format::ALL {
        let desk = Desk::bank();
        let Imported { log, verdict, reasons, .. } =
            common::now(desk.lab.import_as("bank", Some(format), text, As::Copy)).expect("a world that may write");
        assert_eq!(log.is_none(), verdict == Verdict::Impossible, "{reasons:?}");
        assert_eq!(reasons.is_empty(), verdict == Verdict::Fine, "{reasons:?}");
        let Some(log) = log else { continue };
        let copy = desk.beside(log);
        assert_eq!(copy.door().closed(), None);
        for other in Format::ALL.into_iter().filter(|other| other.is_read()) {
            let again = common::now(desk.lab.import_as("bank", Some(other), &written(&copy, other), As::Copy))
                .expect("it may write");
            // CloudEvents can't hold an event whose stream is all that names it.
            let log =
                again.log.unwrap_or_else(|| panic!("{} after {}: {:?}", other.name(), format.name(), again.reasons));
            assert_eq!(events(&desk.beside(log)), events(&copy), "{} after {}", other.name(), format.name());
        }
    }
}

#[test]
fn nesting_within_the_limit_is_read_in_every_format() {
    let n = MOST_DEPTH - 5;
    let desk = Desk::bank();
    let data = "[".repeat(n) + &"]".repeat(n);
    desk.append("a-1", ExpectedRevision::Any, vec![fact("Deep", &data)]).expect("any kind is kept");
    for format in FOREIGN {
        assert_eq!(judged(format, &written(&desk, format)).2[0].data.get(), data);
    }
}

#[test]
fn odd_names_survive_every_format() {
    for (stream, kind, extra) in [
        ("", "", json!({})),
        ("a\u{0}b", "\n", json!({ "": 1 })),
        ("/", "%2F", json!({ "extra": { "extra": "extra" }, "Extra": null })),
        ("specversion", "eventId", json!({ "specversion": "2", "subject": 1, "data": 1, "data_base64": "x" })),
        ("entries", "streamId", json!({ "metadata": {}, "metaData": "{}", "value": 1, "wrapped": "x" })),
    ] {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let mut metadata = json!({ "recordedAt": "2026-01-31T12:00:00.000Z", "correlationId": id, "causationId": id,
            "actor": stream, "schemaVersion": 1 });
        metadata.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        let event = json!({ "id": id, "stream": stream, "revision": 0, "position": 0, "type": kind, "data": "x", "metadata": metadata });
        let empty = Desk::bank().export().replace("\"events\":0", "\"events\":1");
        survives(&empty.replacen('\n', &format!("\n{event}\n"), 1));
    }
}

/// Texts made of the pieces that readers look for.
fn pieces() -> impl Strategy<Value = String> {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\n",
        "\r\n",
        "'",
        "=",
        "0",
        "-1",
        "1e9",
        "null",
        "true",
        "\"1.0\"",
        "\"s\"",
        "\"eventType\":\"A\"",
        "\"streamId\":\"s\"",
        "\"eventNumber\":0",
        "\"entries\":[",
        "\"data\":",
        "\"isJson\":true",
        "\"metadata\":{",
        "\"position\":1",
        "\"specversion\":\"1.0\"",
        "\"id\":\"1\"",
        "\"source\":\"s\"",
        "\"type\":\"t\"",
        "\"wrapped\":true",
        "\"value\":1",
        "\"{\\\"a\\\":1}\"",
        "é",
        "🦉",
        "\u{0}",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..30).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn any_text_is_survived(text in "(\\PC|\n){0,200}") {
        sniff(&text);
        survives(&text);
    }

    #[test]
    fn any_pieces_are_survived(text in pieces()) {
        sniff(&text);
        survives(&text);
        survives(&format!("[{{{text}}}]"));
    }

    #[test]
    fn any_mutation_of_an_export_is_survived(at in any::<proptest::sample::Index>(), length in 0..12_usize, with in "[-0-9a-z\"{}\\[\\]:,. \n']{0,6}") {
        let desk = Desk::bank();
        story(&desk);
        for format in FOREIGN {
            let text = written(&desk, format);
            let start = at.index(text.len());
            let end = (start + length).min(text.len());
            // The story is written in ASCII.
            survives(&format!("{}{with}{}", &text[..start], &text[end..]));
        }
    }

    #[test]
    fn any_cut_into_pieces_reads_the_same(cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..20)) {
        let desk = Desk::bank();
        desk.open("Zoë 🦉", 5);
        let text = desk.export();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len())).collect();
        cuts.sort_unstable();
        let mut reader = Reader::default();
        let mut from = 0;
        for cut in cuts.into_iter().chain([text.len()]) {
            prop_assert_eq!(reader.push(&text.as_bytes()[from..cut]), Ok(()));
            from = cut;
        }
        let file = reader.finish().expect("it is whole");
        prop_assert_eq!(json!(file.events), json!(read(Format::Ndjson, &text).expect("a log").events));
    }
}
