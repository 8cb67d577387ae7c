//! Messages to try, and what must hold for any text: shared by the tests and the fuzz target `messages`.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each user takes a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use hostreel_protocol::{ClientMessage, ServerMessage, SignalRef};

pub fn document() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PROTOCOL.md")).unwrap()
}

/// Every JSON object in the document that has a `type`, from blocks and from running text.
pub fn documented() -> Vec<String> {
    let text = document();
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(r#"{"type":"#) {
        rest = &rest[start..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        let value = values.next().unwrap();
        let length = values.byte_offset();
        // `"data":…` stands for anything.
        if let Ok(value) = value {
            found.push(value.to_string());
        } else {
            assert!(rest.starts_with(r#"{"type":"signal","from":"p-7Hd2","data":…"#), "not JSON: {rest:.80}");
        }
        rest = &rest[length.max(1)..];
    }
    found
}

/// Reads a text as a client's and as a server's message. What can be read is written and read again without change, and
/// the relay's quick way of reading a signal agrees with the thorough one. How many of the two could read it.
pub fn read(text: &str) -> Result<usize, String> {
    let mut readable = 0;
    let decoded = ClientMessage::decode(text);
    if let Ok(message) = &decoded {
        readable += 1;
        let written = message.encode();
        let again = ClientMessage::decode(&written).map_err(|error| format!("{error}: {written}"))?;
        if format!("{message:?}") != format!("{again:?}") {
            return Err(format!("{message:?} comes back as {again:?}"));
        }
    }
    if let Some(quick) = SignalRef::read(text) {
        match &decoded {
            Ok(ClientMessage::Signal { to, data }) => {
                if (quick.to, quick.data.get()) != (to.as_str(), data.get()) {
                    return Err(format!("a signal that reads in two ways: {text}"));
                }
            }
            // The quick way leaves it to its caller whether that is anybody's id.
            Err(_) if hostreel_protocol::PersonId::parse(quick.to).is_err() => {}
            other => return Err(format!("a signal only for the quick way: {text}, else {other:?}")),
        }
    }
    if let Ok(message) = ServerMessage::decode(text) {
        readable += 1;
        let written = message.encode();
        let again = ServerMessage::decode(&written).map_err(|error| format!("{error}: {written}"))?;
        if format!("{message:?}") != format!("{again:?}") {
            return Err(format!("{message:?} comes back as {again:?}"));
        }
    }
    Ok(readable)
}
