//! What is answered over plain HTTP: the API, the app, and to whom.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use hostreel_protocol::{Code, CreatedRoom, ErrorBody, Policies, RoomPage};
use signal_server::Config;
use support::{Client, Raw, config, create_room, http, server};
use tokio_tungstenite::tungstenite::Error;

#[tokio::test]
async fn rooms_are_made_and_looked_at() {
    let server = server(Config { rooms: 2, ..config() }).await;
    let address = server.address();
    assert_eq!(http(address, "GET", "/healthz", "", "").await.body, b"ok");

    let created = create_room(&server).await;
    assert_eq!(created.join_url, format!("/r/{}", created.room));
    assert_eq!(created.host_url, format!("/r/{}#host={}", created.room, created.host_key.as_str()));
    let locked = http(address, "POST", "/api/rooms", "", r#"{"policies":{"locked":true}}"#).await;
    let locked: CreatedRoom = locked.json();
    let host = Client::host(&server, &locked).await;
    assert_eq!(host.room.state().policies, Policies { locked: true, ..Policies::default() });

    // As a person may write it.
    let id = locked.room.as_str().replace('-', "").to_uppercase();
    let page: RoomPage = http(address, "GET", &format!("/api/rooms/{id}"), "", "").await.json();
    let expected = RoomPage { room: locked.room, people: 1, people_limit: 8, recording: false };
    assert_eq!(page, expected);

    let full = http(address, "POST", "/api/rooms", "", "{}").await;
    assert_eq!((full.status, full.json::<ErrorBody>().code), (503, Code::ServerFull));
    server.stop().await;
}

#[tokio::test]
async fn faults_have_a_status_and_a_code() {
    let server = server(config()).await;
    for (method, path, body, status, code) in [
        ("GET", "/api/rooms/abcd-efgh-jkmn", "", 404, Code::RoomUnknown),
        ("GET", "/api/rooms/nonsense", "", 404, Code::RoomUnknown),
        ("GET", "/api/nothing", "", 404, Code::Malformed),
        ("GET", "/api/rooms", "", 404, Code::Malformed),
        ("POST", "/api/rooms", "[", 400, Code::Malformed),
        ("POST", "/api/rooms", &" ".repeat(5000), 413, Code::TooLarge),
        ("POST", "/", "{}", 405, Code::Malformed),
        ("GET", "/ws", "", 426, Code::Malformed),
    ] {
        let answer = http(server.address(), method, path, "", body).await;
        assert_eq!((answer.status, answer.json::<ErrorBody>().code), (status, code), "{method} {path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let server = server(config()).await;
    let address = server.address();
    let own = format!("http://{address}");
    let post = async |origin: &str| {
        http(address, "POST", "/api/rooms", &format!("origin: {origin}\r\n"), "{}").await
    };
    assert_eq!(post(&own).await.status, 201);
    let refused = post("https://evil.example").await;
    assert_eq!((refused.status, refused.json::<ErrorBody>().code), (403, Code::BadOrigin));
    assert!(Raw::connect_with(address, None, &own).await.is_ok());
    let refused = Raw::connect_with(address, None, "https://evil.example").await.err();
    assert!(matches!(&refused, Some(Error::Http(response)) if response.status() == 403), "{refused:?}");
    server.stop().await;
}

#[tokio::test]
async fn more_websockets_than_allowed_are_refused() {
    let server = server(Config { connections: 1, ..config() }).await;
    let first = Raw::connect(server.address()).await;
    let refused = Raw::connect_with(server.address(), None, "").await.err();
    assert!(matches!(&refused, Some(Error::Http(response)) if response.status() == 503), "{refused:?}");
    drop(first);
    support::patient(async { while Raw::connect_with(server.address(), None, "").await.is_err() {} }).await;
    server.stop().await;
}

#[tokio::test]
async fn the_app_is_served_with_its_headers() {
    let folder = std::env::temp_dir().join(format!("hostreel-app-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("icons")).unwrap();
    let page = "<!doctype html><script type=module>alert(1)</script>";
    std::fs::write(folder.join("index.html"), page).unwrap();
    std::fs::write(folder.join("app-0123456789abcdef_bg.wasm"), vec![7; 10_000]).unwrap();
    std::fs::write(folder.join("icons/a.svg"), "<svg/>").unwrap();
    let server = server(Config { app_folder: Some(folder.clone()), ..config() }).await;
    std::fs::remove_dir_all(folder).unwrap();
    let address = server.address();

    for path in ["/", "/index.html", "/r/abcd-efgh-jkmn", "/solo", "/recordings", "/settings"] {
        let answer = http(address, "GET", path, "", "").await;
        assert_eq!((answer.status, answer.body.as_slice()), (200, page.as_bytes()), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'self';",
            "'wasm-unsafe-eval' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
            &format!("connect-src 'self' ws://{address} wss://{address};"),
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part} not in {policy}");
        }
        assert!(answer.header("permissions-policy").unwrap().contains("display-capture=(self)"));
    }

    let wasm = "/app-0123456789abcdef_bg.wasm";
    let plain = http(address, "GET", wasm, "", "").await;
    assert_eq!(plain.header("content-type"), Some("application/wasm"));
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.body, vec![7; 10_000]);
    let small = http(address, "GET", wasm, "accept-encoding: deflate, gzip, br\r\n", "").await;
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert!(small.body.len() < 200);
    let tag = plain.header("etag").unwrap();
    assert_eq!(small.header("etag"), Some(tag));
    let known = http(address, "GET", wasm, &format!("if-none-match: {tag}\r\n"), "").await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = http(address, "HEAD", wasm, "", "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(
        http(address, "GET", "/icons/a.svg", "", "").await.header("content-type"),
        Some("image/svg+xml")
    );
    for path in ["/nothing.js", "/../Cargo.toml", "/icons/%2e%2e/index.html", "/.env"] {
        assert_eq!(http(address, "GET", path, "", "").await.status, 404, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn without_the_app_it_says_how_to_build_it() {
    let folder = std::env::temp_dir().join(format!("hostreel-no-app-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let server = server(Config { app_folder: Some(folder.clone()), ..config() }).await;
    std::fs::remove_dir_all(folder).unwrap();
    let answer = http(server.address(), "GET", "/", "", "").await;
    assert_eq!(answer.status, 503);
    assert!(String::from_utf8(answer.body).unwrap().contains("cargo xtask run"));
    server.stop().await;
}
