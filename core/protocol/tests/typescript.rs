//! `bindings/protocol.ts` has the types of the code, to the letter. `HOSTREEL_UPDATE_DOCS=1` writes it anew.

#![cfg(feature = "typescript")]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fmt::Write as _;

use hostreel_protocol as protocol;
use ts_rs::{Config, TS};

const HEAD: &str = "// What Hostreel clients and servers say to each other. Written by
// `HOSTREEL_UPDATE_DOCS=1 cargo test -p hostreel-protocol --features typescript`; docs/PROTOCOL.md says what it means.

";

/// The messages: in Rust they are read and written by hand, so that a signal's content is not touched.
const MESSAGES: &str = r#"
/** From the client to the server. */
export type ClientMessage =
  | ({ type: "hello" } & Hello)
  | ({ id: RequestId } & Command)
  | { type: "signal", to: PersonId, data: unknown }
  | { type: "ping" }
  | { type: "pong" }
  | { type: "back_soon" };

/** From the server to the client. */
export type ServerMessage =
  | ({ type: "welcome" } & Welcome)
  | ({ type: "waiting" } & Waiting)
  | { type: "session", resume: ResumeToken }
  | { type: "ice_servers", ice_servers: Array<IceServer> }
  | { type: "refused", code: Code, text: string, action: Action }
  | { type: "done", id: RequestId }
  | { type: "denied", id: RequestId | null, code: Code, text: string }
  | ({ type: "event" } & Envelope)
  | { type: "signal", from: PersonId, data: unknown }
  | { type: "ping" }
  | { type: "pong" }
  | { type: "bye", code: Code, text: string, action: Action, retry_after?: number };
"#;

fn add<T: TS>(text: &mut String) {
    writeln!(text, "export {}\n", T::decl(&Config::default())).unwrap();
}

fn bindings() -> String {
    let mut text = String::from(HEAD);
    macro_rules! all {
        ($($name:ident)+) => { $(add::<protocol::$name>(&mut text);)+ };
    }
    all! {
        RoomId PersonId SessionId RecordingId RequestId HostKey JoinToken VisitorId ResumeToken Mark Millis
        Role Person WaitingPerson ChatMessage ConsentPolicy Succession Policies PolicyChange
        RecordingKind RecordingState ConsentState ConsentAnswer Consent RunningRecording RoomState
        Hello Command LeaveReason KnockEnd StopReason EndReason Event Envelope
        IceServer Limits Welcome Waiting Action Audience CreateRoom CreatedRoom RoomPage ErrorBody
    }
    let codes: Vec<_> = protocol::Code::ALL.iter().map(|code| format!("{:?}", code.as_str())).collect();
    writeln!(
        text,
        "/** Others may be added. */\nexport type Code = {} | (string & {{}});",
        codes.join(" | ")
    )
    .unwrap();
    text + MESSAGES
}

#[test]
fn the_file_has_the_types_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/bindings/protocol.ts");
    let text = bindings();
    if std::env::var_os("HOSTREEL_UPDATE_DOCS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[test]
fn every_command_and_code_is_there() {
    let text = bindings();
    for name in protocol::CommandName::ALL {
        assert!(text.contains(&format!("\"type\": \"{}\"", name.as_str())), "{name:?}");
    }
    for code in protocol::Code::ALL {
        assert!(text.contains(&format!("\"{}\"", code.as_str())), "{code:?}");
    }
}
