//! Tokens of an own login decide who comes in as what.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use hostreel_protocol::{Code, Command, JoinToken, RecordingKind, Role, RoomId};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use signal_client::{Client, Error, Options};
use signal_server::{Config, Jwt};
use support::{config, server};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn token(room: &RoomId, more: &Value) -> JoinToken {
    let mut claims = json!({ "room": room, "exp": 4_000_000_000_u64 });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    JoinToken::parse(encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()).unwrap()
}

async fn join(at: &signal_client::Server, room: &RoomId, token: JoinToken) -> Result<Client, Error> {
    let options = Options { token: Some(token), ..Options::guest(room, "Somebody") };
    Client::join(at, &options).await
}

#[tokio::test]
async fn a_token_gives_name_role_and_the_right_to_record() {
    let jwt = Jwt { secrets: vec![SECRET.to_owned().into()], ..Jwt::default() };
    let running = server(Config { jwt, ..config() }).await;
    let at = signal_client::Server::new(running.url()).unwrap();
    let created = at.create_room(&Default::default()).await.unwrap();
    let room = &created.room;

    let host =
        join(&at, room, token(room, &json!({ "role": "host", "name": "Mina", "sub": "u1" }))).await.unwrap();
    let person = host.room().person(host.you()).unwrap();
    assert_eq!((person.role, person.name.as_str()), (Role::Host, "Mina"));
    let lent = json!({ "role": "guest", "grants": ["record"] });
    let mut guest = join(&at, room, token(room, &lent)).await.unwrap();
    guest.command(Command::StartRecording { kind: RecordingKind::Audio }).await.unwrap();

    let other = at.create_room(&Default::default()).await.unwrap();
    let forged = JoinToken::parse(format!("{}x", token(room, &json!({ "role": "host" })).as_str())).unwrap();
    for wrong in [
        token(&other.room, &json!({ "role": "host" })),
        token(room, &json!({ "role": "host", "exp": 1 })),
        forged,
    ] {
        // The answer is the same for all.
        assert_eq!(join(&at, room, wrong).await.unwrap_err().code(), Code::BadToken);
    }
    running.stop().await;
}

#[tokio::test]
async fn without_keys_no_token_counts() {
    let running = server(config()).await;
    let at = signal_client::Server::new(running.url()).unwrap();
    let created = at.create_room(&Default::default()).await.unwrap();
    let refused = join(&at, &created.room, token(&created.room, &json!({ "role": "host" }))).await;
    assert_eq!(refused.unwrap_err().code(), Code::BadToken);
    running.stop().await;
}
