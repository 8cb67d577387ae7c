//! What no client should do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use futures::{SinkExt as _, StreamExt as _};
use rand::rngs::SmallRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::dialect::{Member, Target, payload};

/// A buffer of the kernel's that is soon full, in bytes.
const SMALL: u32 = 4 * 1024;
/// Messages of a flood.
const FLOOD: usize = 10_000;
/// What is sent to somebody who does not read, in bytes.
const UNREAD: usize = 8 << 20;

/// How often each kind was done.
#[derive(Debug, Default)]
pub(crate) struct Done(BTreeMap<&'static str, usize>);

impl Done {
    pub(crate) fn add(&mut self, other: Self) {
        for (kind, count) in other.0 {
            *self.0.entry(kind).or_default() += count;
        }
    }

    pub(crate) fn by_kind(&self) -> &BTreeMap<&'static str, usize> {
        &self.0
    }
}

/// One thing after the other until it is told to stop. What the server does about it is up to the server; only that
/// nobody can come in any more is an error.
pub(crate) async fn make_trouble(target: Arc<Target>, seed: u64, stop: Arc<AtomicBool>) -> Result<Done> {
    let mut random = SmallRng::seed_from_u64(seed);
    let mut done = Done::default();
    while !stop.load(Ordering::Relaxed) {
        let kind = match random.random_range(0..6) {
            0 => drop_in_the_middle(&target, &mut random).await.map(|()| "dropped"),
            1 => half_a_request(&target, &mut random).await.map(|()| "half-open"),
            2 => silence(&target, &mut random).await.map(|()| "silent"),
            3 => garbage(&target, &mut random).await.map(|()| "garbage"),
            4 => flood(&target).await.map(|()| "flood"),
            _ => slow_reader(&target).await.map(|()| "slow reader"),
        }?;
        *done.0.entry(kind).or_default() += 1;
    }
    Ok(done)
}

async fn two(target: &Target, buffer: Option<u32>) -> Result<(Member, Member)> {
    let places = target.rooms(1, 2).await?.concat();
    Ok((target.enter(&places[0], None).await?, target.enter(&places[1], buffer).await?))
}

/// Talks, and is gone without a word.
async fn drop_in_the_middle(target: &Target, random: &mut SmallRng) -> Result<()> {
    let (mut one, mut other) = two(target, None).await?;
    for _ in 0..random.random_range(1..10) {
        let text = target.signal(&other.id, &payload(0));
        // It may find that it is limited: all the same.
        if one.socket.send(Message::text(text)).await.is_err() {
            break;
        }
        target.receive(&mut other).await?;
    }
    Ok(())
}

/// Begins a request and does not go on.
async fn half_a_request(target: &Target, random: &mut SmallRng) -> Result<()> {
    let mut stream = target.stream(None).await?;
    let request = b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    let _ = stream.write_all(&request[..random.random_range(1..request.len())]).await;
    sleep(Duration::from_millis(random.random_range(100..2_000))).await;
    Ok(())
}

/// Is in, and neither reads nor writes.
async fn silence(target: &Target, random: &mut SmallRng) -> Result<()> {
    let _both = two(target, Some(SMALL)).await?;
    sleep(Duration::from_millis(random.random_range(100..3_000))).await;
    Ok(())
}

/// Says what is no message, in frames and outside of them.
async fn garbage(target: &Target, random: &mut SmallRng) -> Result<()> {
    let (mut one, _other) = two(target, None).await?;
    for _ in 0..random.random_range(1..20) {
        let mut bytes = vec![0; random.random_range(0..2_000)];
        random.fill_bytes(&mut bytes);
        let said = match random.random_range(0..3) {
            0 => one.socket.send(Message::text(String::from_utf8_lossy(&bytes).into_owned())).await.is_ok(),
            1 => one.socket.send(Message::binary(bytes)).await.is_ok(),
            _ => one.socket.get_mut().write_all(&bytes).await.is_ok(),
        };
        if !said {
            break;
        }
    }
    drain(&mut one).await;
    Ok(())
}

/// Says ten thousand things at once.
async fn flood(target: &Target) -> Result<()> {
    let (mut one, _other) = two(target, None).await?;
    for number in 0..FLOOD {
        let text = format!(r#"{{"type":"chat","id":{number},"text":"again and again"}}"#);
        if one.socket.feed(Message::text(text)).await.is_err() {
            return Ok(());
        }
    }
    let _ = timeout(Duration::from_secs(2), one.socket.flush()).await;
    drain(&mut one).await;
    Ok(())
}

/// Has much sent to it, and reads nothing.
async fn slow_reader(target: &Target) -> Result<()> {
    let (mut sender, slow) = two(target, Some(SMALL)).await?;
    let text = target.signal(&slow.id, &payload(0));
    let mut sent = 0;
    while sent < UNREAD {
        // Limited, or the other one was cut off and this one with the room.
        match timeout(Duration::from_secs(2), sender.socket.send(Message::text(text.clone()))).await {
            Ok(Ok(())) => sent += text.len(),
            _ => break,
        }
    }
    drain(&mut sender).await;
    drop(slow);
    Ok(())
}

/// Reads what the server says to it, for a short while at most.
async fn drain(member: &mut Member) {
    let read = async { while let Some(Ok(_)) = member.socket.next().await {} };
    let _ = timeout(Duration::from_millis(500), read).await;
}
