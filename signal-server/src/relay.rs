//! The hot path: a `signal` read in one pass, with nothing copied.

use hostreel_protocol::PersonId;
use serde::Deserialize;
use serde_json::value::RawValue;

/// How clients begin a signal. One that begins otherwise is read the general way.
const BEGIN: &str = r#"{"type":"signal","#;

#[derive(Deserialize)]
struct Signal<'a> {
    to: PersonId,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// For whom a signal is, and what; `None` for everything else, unreadable signals too.
pub(crate) fn read(text: &str) -> Option<(PersonId, &RawValue)> {
    if !text.starts_with(BEGIN) {
        return None;
    }
    let Signal { to, data } = serde_json::from_str(text).ok()?;
    Some((to, data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::ClientMessage;

    #[test]
    fn reads_what_the_protocol_reads() {
        for text in [
            r#"{"type":"signal","to":"b","data":{"sdp":"v=0\r\n","n":1.50}}"#,
            r#"{"type":"signal","data":[1,2],"to":"b","more":null}"#,
            r#"{"type":"signal","to":"\u0062","data":"x"}"#,
        ] {
            let Ok(ClientMessage::Signal { to, data }) = ClientMessage::decode(text) else {
                panic!("{text}");
            };
            let (fast_to, fast_data) = read(text).unwrap();
            assert_eq!((fast_to, fast_data.get()), (to, data.get()));
        }
    }

    #[test]
    fn leaves_the_rest_to_the_protocol() {
        for text in [
            r#"{"type":"signal","to":"b"}"#,
            r#"{"type":"signal","to":"","data":1}"#,
            r#"{"type":"signal","to":"b","data":}"#,
            r#"{"type":"signal","to":"b","data":1"#,
            r#"{"to":"b","type":"signal","data":1}"#,
            r#"{"type":"signalling","to":"b","data":1}"#,
            "",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
