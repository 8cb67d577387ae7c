//! Signaling for meetings that only the host records: one binary with the web app inside.

fn main() {}
