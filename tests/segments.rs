//! What holds for packed commits, whatever is in them and whoever wrote the bytes.

#[path = "../benches/workload/mod.rs"]
#[allow(dead_code, reason = "each user of the workload takes what it needs")]
mod workload;

use daybook::engine::integrity::Link;
use daybook::engine::segment::seal;
use daybook::engine::text::{from_address, from_units, to_address, to_units};
use daybook::engine::{
    BadSegment, Commit, ExpectedRevision, LogId, Metadata, Position, RecordedEvent, Revision, Segment, StreamId,
    Timestamp, Tracking, Write,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json, to_string};
use uuid::Uuid;

/// Bytes of memory for each byte of a segment, and those that are free (the module's heading, "Room").
const ROOM: (usize, usize) = (64, 1 << 20);

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn segment(commits: Vec<Commit>) -> Segment {
    let log = LogId(Uuid::from_u128(7));
    Segment { log, before: Link::genesis(log), head: Link::from_bytes([9; 32]), commits }
}

#[track_caller]
fn comes_back(segment: &Segment) -> Vec<u8> {
    let packed = segment.pack();
    let unpacked = Segment::unpack(&packed).expect("what was packed");
    assert_eq!(told(&unpacked), told(segment));
    packed
}

/// All that a segment says. JSON tells numbers apart to the last bit, and data stands in it as it is.
fn told(segment: &Segment) -> (LogId, Link, Link, String) {
    (segment.log, segment.before, segment.head, to_string(&segment.commits).expect("JSON"))
}

/// The bytes that a segment's events take, what is in `extra` left out.
fn size(segment: &Segment) -> usize {
    let event = |event: &RecordedEvent| {
        let texts = [event.stream.as_str(), &event.kind, event.data.get(), &event.metadata.actor];
        size_of::<RecordedEvent>() + texts.iter().map(|text| text.len()).sum::<usize>()
    };
    segment.commits.iter().map(|commit| size_of::<Commit>() + commit.events().map(event).sum::<usize>()).sum()
}

/// Ids near each other, far from each other, the same again, and not made by any clock.
fn id() -> impl Strategy<Value = Uuid> {
    const V7: u128 = 0x0190_0000_0000_7000_8000_0000_0000_0000;
    prop_oneof![
        (0..6_u128).prop_map(|n| V7 + n),
        (0..1000_u128, 0..4_u128).prop_map(|(millis, n)| V7 + (millis << 80) + n),
        any::<u128>(),
        select(vec![0, 1, u128::MAX]),
    ]
    .prop_map(Uuid::from_u128)
}

/// Numbers that often follow each other, and sometimes nothing.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..5_u64, any::<u64>(), select(vec![u64::MAX, 1 << 63])]
}

/// Text with all that a template treats apart.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(vec!["account-", "é", "🦉", "\u{1}", "\u{2}", "\u{3}", "\u{4}", "\0", "-", "0", "00", ".", " ", "e"])
            .prop_map(str::to_owned),
        any::<u64>().prop_map(|n| n.to_string()),
        id().prop_map(|id| id.to_string()),
        id().prop_map(|id| id.to_string().to_uppercase()),
        any::<i64>().prop_map(|millis| Timestamp::from_millis(millis >> 16).to_string()),
        "[0-9a-f-]{1,40}",
        any::<String>(),
    ];
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

/// JSON as people and programs write it: odd spaces, escapes, the same name twice.
fn data() -> impl Strategy<Value = Box<RawValue>> {
    let odd = select(vec!["-0", "1.0", "1e2", "1E+2", "0.10", "12345678901234567890123", r#""\u00e4\/\ud83e""#, "[]"]);
    let json = ("[ \t\r\n]{0,3}", text(), any::<i64>(), odd).prop_map(|(space, text, number, odd)| {
        format!("{{{space}\"a\":{space}{},\"a\"{space}:{number},\"b\":[{odd}{space}]}}", json!(text))
    });
    prop_oneof![json, any::<u32>().prop_map(|amount| format!("{{\"amount\":{amount}}}")), Just("null".to_owned())]
        .prop_map(|json| RawValue::from_string(json).expect("JSON"))
}

fn extra() -> impl Strategy<Value = Map<String, Value>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(vec![-0.0, 0.1 + 0.2, 5.0, f64::MAX, f64::MIN_POSITIVE]).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop_oneof![
        3 => Just(Map::new()),
        1 => btree_map(text(), value, 0..3).prop_map(|members| members.into_iter().collect()),
    ]
}

fn event() -> impl Strategy<Value = RecordedEvent> {
    let metadata = (any::<i64>(), id(), id(), text(), any::<u16>(), extra()).prop_map(
        |(millis, correlation_id, causation_id, actor, schema_version, extra)| Metadata {
            recorded_at: Timestamp::from_millis(millis >> 16),
            correlation_id,
            causation_id,
            actor,
            schema_version,
            extra,
        },
    );
    (id(), text(), number(), number(), text(), data(), metadata).prop_map(
        |(id, stream, revision, position, kind, data, metadata)| RecordedEvent {
            id,
            stream: StreamId::new(stream),
            revision: Revision(revision),
            position: Position(position),
            kind,
            data,
            metadata,
        },
    )
}

fn expected() -> impl Strategy<Value = ExpectedRevision> {
    prop_oneof![
        Just(ExpectedRevision::Any),
        Just(ExpectedRevision::NoStream),
        Just(ExpectedRevision::StreamExists),
        number().prop_map(|revision| ExpectedRevision::Exact(Revision(revision))),
    ]
}

/// Commits that no store would have made: nothing in them follows from anything.
fn commits() -> impl Strategy<Value = Vec<Commit>> {
    let write = (text(), expected(), vec(event(), 0..4)).prop_map(|(stream, expected, events)| Write {
        stream: StreamId::new(stream),
        expected,
        events,
    });
    let tracking =
        (text(), number()).prop_map(|(subscription, position)| Tracking { subscription, position: Position(position) });
    let commit = (vec(write, 0..3), proptest::option::of(tracking)).prop_map(|(writes, tracking)| Commit {
        log: segment(Vec::new()).log,
        writes,
        tracking,
    });
    vec(commit, 0..6)
}

/// Changes bytes: here and there some are taken out, and others put in their place.
fn splice(bytes: &mut Vec<u8>, splices: Vec<(Index, usize, Vec<u8>)>) {
    for (at, taken, put) in splices {
        let at = at.index(bytes.len() + 1);
        let end = bytes.len().min(at + taken);
        bytes.splice(at..end, put);
    }
}

fn splices() -> impl Strategy<Value = Vec<(Index, usize, Vec<u8>)>> {
    vec((any::<Index>(), 0..3_usize, vec(any::<u8>(), 0..3)), 1..4)
}

/// Whatever was read from bytes is bounded by them, and is itself packed and read again.
fn is_bounded(bytes: &[u8]) {
    if let Ok(segment) = Segment::unpack(bytes) {
        assert!(size(&segment) <= ROOM.0 * bytes.len() + ROOM.1);
        comes_back(&segment);
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn commits_come_back_bit_for_bit(commits in commits()) {
        comes_back(&segment(commits));
    }

    #[test]
    fn a_damaged_segment_is_told(commits in commits(), splices in splices()) {
        let packed = segment(commits).pack();
        let mut damaged = packed.clone();
        splice(&mut damaged, splices);
        if damaged != packed {
            let told = Segment::unpack(&damaged).err();
            prop_assert!(matches!(told, Some(BadSegment::Damaged | BadSegment::Foreign)), "{:?}", told);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), units in "[\u{4000}-\u{4080}\u{5000}-\u{5100}]{0,9}") {
        for text in [text, units] {
            if let Ok(bytes) = from_units(&text) {
                prop_assert_eq!(&to_units(&bytes), &text);
            }
            if let Ok(bytes) = from_address(&text) {
                prop_assert_eq!(&to_address(&bytes), &text);
            }
        }
    }

    #[test]
    fn bytes_come_back_from_text(bytes in vec(any::<u8>(), 0..100)) {
        let (units, address) = (to_units(&bytes), to_address(&bytes));
        prop_assert!(units.encode_utf16().all(|unit| unit != 0 && !(0xd800..=0xdfff).contains(&unit)));
        prop_assert_eq!(units.encode_utf16().count(), (bytes.len() * 8).div_ceil(15));
        prop_assert!(address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        prop_assert_eq!(from_units(&units), Ok(bytes.clone()));
        prop_assert_eq!(from_address(&address), Ok(bytes));
    }
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn a_forged_segment_is_read_or_refused(commits in commits(), splices in splices()) {
        let mut forged = segment(commits).pack();
        forged.truncate(forged.len() - 8);
        splice(&mut forged, splices);
        seal(&mut forged);
        is_bounded(&forged);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300), small in vec(0..6_u8, 0..300)) {
        is_bounded(&bytes);
        for body in [bytes, small] {
            let mut forged = segment(Vec::new()).pack();
            forged.truncate(4 + 16 + 32 + 32);
            forged.extend(body);
            seal(&mut forged);
            is_bounded(&forged);
        }
    }
}

#[test]
fn repetition_without_end_is_not_unpacked() {
    let mut events: Vec<_> = workload::commits(500).into_iter().flat_map(|commit| commit.writes).collect();
    let long = RawValue::from_string(json!("long ".repeat(20_000)).to_string()).expect("JSON");
    for event in events.iter_mut().flat_map(|write| &mut write.events) {
        event.data = long.clone();
    }
    let commit = Commit { log: segment(Vec::new()).log, writes: events, tracking: None };
    let mut packed = comes_back(&segment(vec![commit]));
    assert!(packed.len() > 50_000_000 / ROOM.0, "{} bytes may become 50 MB", packed.len());

    let zeros = packed.iter().rev().skip(8).take_while(|&&byte| byte == 0).count();
    packed.truncate(packed.len() - 8 - zeros);
    seal(&mut packed);
    assert_eq!(Segment::unpack(&packed).err(), Some(BadSegment::TooMuch));
}

/// P8: the 5 Mi units of localStorage are to hold 200,000 events of the bank, so each may take 26. They take less
/// than 12.
#[test]
fn an_event_of_the_bank_takes_few_units() {
    let log = workload::commits(20_000);
    let (mut units, mut letters) = (0, 0);
    for run in log.chunks(1000) {
        let packed = comes_back(&segment(run.to_vec()));
        units += to_units(&packed).encode_utf16().count();
        letters += to_address(&packed).len();
    }
    let events = log.iter().flat_map(Commit::events).count();
    let [units, letters] = [units, letters].map(|sum| (sum * 100).div_ceil(events));
    println!("A hundred events take {units} units, or {letters} letters of an address");
    assert!(units <= 1200, "{units} units for a hundred events");
}
