//! Any bytes, behind a head and a checksum that are right: read or refused, and what is read is packed and read again.
#![no_main]

use daybook_engine::Segment;
use daybook_engine::segment::seal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let _ = Segment::unpack(body);
    let mut bytes = b"dbk\x01".to_vec();
    bytes.extend([0; 16 + 32 + 32]);
    bytes.extend_from_slice(body);
    seal(&mut bytes);
    if let Ok(segment) = Segment::unpack(&bytes) {
        let again = Segment::unpack(&segment.pack()).expect("what was packed");
        assert_eq!(json(&again), json(&segment));
    }
});

fn json(segment: &Segment) -> String {
    serde_json::to_string(&segment.commits).expect("a commit is JSON")
}
