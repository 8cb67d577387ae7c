//! Signals reach one person of the same room, stamped and in order.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use hostreel_protocol::{Code, ServerMessage};
use support::{Client, config, create_room, server};

#[tokio::test]
async fn stamped_untouched_and_for_nobody_else() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut a = Client::host(&server, &created).await;
    let mut b = Client::join(&server, &created.room, "B", None).await;
    let mut c = Client::join(&server, &created.room, "C", None).await;
    a.event().await;
    a.event().await;
    b.event().await;
    // A `from` of its own is not listened to, and the content is passed on byte for byte.
    let text =
        format!(r#"{{"type":"signal","from":"{}","to":"{}","data":{{"n":1.50,"x":[ ]}}}}"#, c.you, b.you);
    a.raw.send(text).await;
    assert_eq!(b.expect_signal().await, (a.you.clone(), r#"{"n":1.50,"x":[ ]}"#.to_owned()));
    a.expect_quiet("A", &mut [&mut b, &mut c]).await;
    server.stop().await;
}

#[tokio::test]
async fn in_the_order_of_sending() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut a = Client::host(&server, &created).await;
    let mut b = Client::join(&server, &created.room, "B", None).await;
    let b_id = b.you.clone();
    a.event().await;
    let sending = async {
        for number in 0..500 {
            a.signal(&b_id, &number.to_string()).await;
        }
    };
    let receiving = async {
        for number in 0..500 {
            assert_eq!(b.expect_signal().await.1, number.to_string());
        }
    };
    tokio::join!(sending, receiving);
    server.stop().await;
}

#[tokio::test]
async fn not_into_another_room_and_not_to_oneself() {
    let server = server(config()).await;
    let (here, there) = (create_room(&server).await, create_room(&server).await);
    let mut a = Client::host(&server, &here).await;
    let mut stranger = Client::host(&server, &there).await;
    for to in [stranger.you.clone(), a.you.clone()] {
        a.signal(&to, "1").await;
        let answer = a.next().await;
        assert!(
            matches!(answer, ServerMessage::Denied { id: None, code: Code::NoSuchPerson, .. }),
            "{answer:?}"
        );
    }
    stranger.expect_quiet("Stranger", &mut []).await;
    server.stop().await;
}
