//! Logs as text, in and out. A format parses and writes; it judges nothing.

pub mod ndjson;
