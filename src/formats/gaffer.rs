//! gaffer, `KurrentDB`'s debugger of projections: a log as its fixture.
//!
//! ```text
//! [{"eventType":"MoneyDeposited","streamId":"account-0190…","sequenceNumber":1,"data":"{…}","isJson":true,
//!   "eventId":"0190…","created":"2026-01-31T12:00:00.0000000Z","metadata":"{…}"}, …]
//! ```
//!
//! Data and metadata are JSON inside of texts, so data comes back bit for bit. The metadata is that of
//! [`kurrent`](super::kurrent). A fixture of other hands may leave out all but `eventType`.

use super::loose::{Loose, flat};
use super::{FormatError, json, kurrent};
use crate::engine::RecordedEvent;

/// An event of a fixture.
pub(super) fn entry(event: &RecordedEvent) -> String {
    // `KurrentDB` counts in ticks of 100 nanoseconds: seven digits.
    let created = event.metadata.recorded_at.to_string().replace('Z', "0000Z");
    format!(
        r#"{{"eventType":{},"streamId":{},"sequenceNumber":{},"data":{},"isJson":true,"eventId":"{}","created":"{created}","metadata":{}}}"#,
        json(&event.kind),
        json(&event.stream),
        event.revision,
        json(&event.data.get()),
        event.id,
        json(&json(&flat(event)))
    )
}

/// Reads a fixture: the names are those that a `KurrentDB` server uses, and a text as data is always JSON.
pub(super) fn read(text: &str) -> Result<Vec<Loose>, FormatError> {
    kurrent::read_with(text, true)
}
