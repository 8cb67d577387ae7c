//! `docs/PROTOCOL.md` says what the code says: its examples can be read, its lists are complete.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod messages;

use hostreel_protocol::{ClientMessage, CloseCode, Code, CommandName, ServerMessage};
use messages::{document, documented};

#[test]
fn every_example_can_be_read() {
    let messages = documented();
    for text in &messages {
        assert!(ClientMessage::decode(text).is_ok() || ServerMessage::decode(text).is_ok(), "{text}");
    }
    for name in CommandName::ALL {
        let has = |text: &String| matches!(ClientMessage::decode(text), Ok(ClientMessage::Command { command, .. }) if command.name() == *name);
        assert!(messages.iter().any(has), "no example of {name:?}");
    }
}

#[test]
fn every_code_is_listed_with_its_audience_action_text_and_number() {
    let text = document();
    for code in Code::ALL {
        let action = serde_json::to_value(code.action()).unwrap();
        let audience = serde_json::to_value(code.audience()).unwrap();
        let (audience, action) = (audience.as_str().unwrap(), action.as_str().unwrap());
        let row = format!("| `{}` | {audience} | {action} | {} |", code.as_str(), code.text());
        assert!(text.contains(&row), "not in the document: {row}");
        let ends = text.lines().filter(|line| line.starts_with("| 1") || line.starts_with("| 4"));
        for line in ends.filter(|line| line.contains(&format!("`{}`", code.as_str()))) {
            assert!(line.starts_with(&format!("| {} ", CloseCode::from(*code).number())), "{line}");
        }
    }
}
