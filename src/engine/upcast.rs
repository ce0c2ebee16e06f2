//! Old shapes of data, read as today's.

use serde_json::Value;

/// Rewrites the data of events written before a schema version.
///
/// The stored bytes stay as they are; only the reader sees the new shape. So an upcast can be mended later, which a
/// migration of the log could not.
#[derive(Clone, Copy, Debug)]
pub struct Upcast {
    /// The kind as it was written.
    pub kind: &'static str,
    /// Applies to data written in an earlier schema version than this one.
    pub before: u16,
    /// The kind as it is read today.
    pub becomes: &'static str,
    /// The data as it is read today.
    pub rewrite: fn(Value) -> Value,
}

/// Reads kind and data as today's, by every upcast that applies, in their order.
///
/// ```
/// use daybook_engine::upcast::{Upcast, upcast};
/// use serde_json::{Value, json};
///
/// fn rename(mut data: Value) -> Value {
///     data["name"] = data["user"].take();
///     data
/// }
/// let upcasts = [Upcast { kind: "Requested", before: 2, becomes: "LoanRequested", rewrite: rename }];
/// let (kind, data) = upcast(&upcasts, "Requested", 1, json!({"user": "Yves"}));
/// assert_eq!((kind.as_str(), &data["name"]), ("LoanRequested", &json!("Yves")));
/// ```
pub fn upcast(upcasts: &[Upcast], kind: &str, schema_version: u16, data: Value) -> (String, Value) {
    let mut read = (kind.to_owned(), data);
    for upcast in upcasts {
        if upcast.kind == read.0 && schema_version < upcast.before {
            read = (upcast.becomes.to_owned(), (upcast.rewrite)(read.1));
        }
    }
    read
}
