//! The first message of a connection.

use std::time::Duration;

use futures::StreamExt as _;
use hostreel_protocol::{ClientMessage, Code, Hello, RoomId, VERSION};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::connection::Socket;

/// Waits for the `hello`.
///
/// # Errors
/// The code to refuse with, or `None` when the connection is gone.
pub(crate) async fn receive(socket: &mut Socket, within: Duration) -> Result<Hello, Option<Code>> {
    tokio::time::timeout(within, first_text(socket)).await.map_err(|_| Some(Code::HelloTimeout))?
}

async fn first_text(socket: &mut Socket) -> Result<Hello, Option<Code>> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return read(&text).map_err(Some),
            Some(Ok(Message::Binary(_))) => return Err(Some(Code::Malformed)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Err(Error::Capacity(_))) => return Err(Some(Code::TooLarge)),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(None),
        }
    }
}

fn read(text: &str) -> Result<Hello, Code> {
    match ClientMessage::decode(text) {
        Ok(ClientMessage::Hello(hello)) if hello.version == VERSION => Ok(hello),
        Ok(ClientMessage::Hello(_)) => Err(Code::WrongVersion),
        Ok(_) => Err(Code::HelloExpected),
        Err(_) => Err(why_unreadable(text)),
    }
}

/// A `hello` of another version may look different, and a mistyped room is an unknown room: say so where it shows.
fn why_unreadable(text: &str) -> Code {
    #[derive(Deserialize)]
    struct Glimpse {
        r#type: String,
        version: Option<u32>,
        room: Option<String>,
    }
    match serde_json::from_str(text) {
        Ok(Glimpse { r#type, version: Some(version), .. }) if r#type == "hello" && version != VERSION => {
            Code::WrongVersion
        }
        Ok(Glimpse { r#type, room: Some(room), .. })
            if r#type == "hello" && RoomId::parse(&room).is_err() =>
        {
            Code::RoomUnknown
        }
        _ => Code::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_its_code() {
        for (text, code) in [
            (r#"{"type":"hello","version":2,"room":"abcd-efgh-jkmn","name":"x"}"#, Code::WrongVersion),
            (r#"{"type":"hello","version":9,"place":"elsewhere"}"#, Code::WrongVersion),
            (r#"{"type":"hello","version":1,"room":"nowhere","name":"x"}"#, Code::RoomUnknown),
            (r#"{"type":"hello","version":1,"name":"x"}"#, Code::Malformed),
            (r#"{"type":"hello"}"#, Code::Malformed),
            ("{", Code::Malformed),
            (r#"{"type":"ping"}"#, Code::HelloExpected),
            (r#"{"type":"leave","id":1}"#, Code::HelloExpected),
        ] {
            assert_eq!(read(text), Err(code), "{text}");
        }
    }
}
