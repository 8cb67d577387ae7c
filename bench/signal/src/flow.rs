//! Signals in many rooms: as fast as they come through, or at a fixed rate.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::SinkExt as _;
use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::dialect::{Member, Target, number, payload};
use crate::process::{cpu_seconds, percentile};

/// People in a room.
pub(crate) const PEOPLE: usize = 4;
/// Rooms that are filled at the same time.
const AT_ONCE: usize = 50;

pub(crate) async fn fill(target: &Target, rooms: usize) -> Result<Vec<Vec<Member>>> {
    let places = target.rooms(rooms, PEOPLE).await?;
    let mut filled = Vec::new();
    for some in places.chunks(AT_ONCE) {
        let rooms = some.iter().map(|room| async move {
            let mut members = Vec::new();
            for place in room {
                members.push(target.enter(place, None).await?);
            }
            anyhow::Ok(members)
        });
        filled.extend(try_join_all(rooms).await?);
    }
    Ok(filled)
}

/// CPU seconds for 100,000 messages. Everybody has one message on its way at any time.
pub(crate) async fn throughput(target: &Target, rooms: usize, messages: usize) -> Result<Value> {
    let mut filled = fill(target, rooms).await?;
    let warm_up = (messages / (rooms * PEOPLE) / 10).max(1);
    let rounds = (messages / (rooms * PEOPLE)).max(1);
    let data: Arc<str> = payload(0).into();
    try_join_all(filled.iter_mut().map(|room| pump(target, room, &data, warm_up))).await?;
    let (before, begun) = (cpu_seconds(target.pid)?, Instant::now());
    try_join_all(filled.iter_mut().map(|room| pump(target, room, &data, rounds))).await?;
    let (cpu, wall) = (cpu_seconds(target.pid)? - before, begun.elapsed().as_secs_f64());
    let relayed = rounds * rooms * PEOPLE;
    let scale = 100_000.0 / relayed as f64;
    Ok(json!({ "messages": relayed, "cpu_per_100k": cpu * scale, "per_second": relayed as f64 / wall }))
}

pub(crate) async fn pump(target: &Target, room: &mut [Member], data: &str, rounds: usize) -> Result<()> {
    let ids: Vec<String> = room.iter().map(|member| member.id.clone()).collect();
    for _ in 0..rounds {
        for (number, member) in room.iter_mut().enumerate() {
            let to = &ids[(number + 1) % ids.len()];
            member.socket.send(Message::text(target.signal(to, data))).await?;
        }
        for member in room.iter_mut() {
            target.receive(member).await?;
        }
    }
    Ok(())
}

/// Time from sending to receiving, in milliseconds, at a fixed rate over all rooms.
pub(crate) async fn latency(target: &Target, rooms: usize, per_second: u32, time: Duration) -> Result<Value> {
    let mut filled = fill(target, rooms).await?;
    let mut took = steady(target, &mut filled, per_second, time).await?.concat();
    took.sort_by(f64::total_cmp);
    Ok(json!({
        "messages": took.len(),
        "p50_ms": percentile(&took, 0.5),
        "p99_ms": percentile(&took, 0.99),
    }))
}

/// For each room what its signals took, in milliseconds.
pub(crate) async fn steady(
    target: &Target,
    filled: &mut [Vec<Member>],
    per_second: u32,
    time: Duration,
) -> Result<Vec<Vec<f64>>> {
    let count = u32::try_from(filled.len()).unwrap_or(u32::MAX).max(1);
    let every = Duration::from_secs(1) * count / per_second;
    let begun = Instant::now();
    let rooms = filled.iter_mut().enumerate().map(|(place, room)| async move {
        let mut took = Vec::new();
        // Spread out, so that the rate is even.
        let offset = every * u32::try_from(place).unwrap_or_default() / count;
        let start = tokio::time::Instant::from_std(begun + offset);
        let mut tick = tokio::time::interval_at(start, every);
        let mut turn = 0;
        while begun.elapsed() < time {
            tick.tick().await;
            let other = (turn + 1) % PEOPLE;
            let text = target.signal(&room[other].id, &payload(begun.elapsed().as_nanos()));
            room[turn].socket.send(Message::text(text)).await?;
            let got = target.receive(&mut room[other]).await?;
            took.push((begun.elapsed().as_nanos() - number(&got)?) as f64 / 1e6);
            turn = other;
        }
        anyhow::Ok(took)
    });
    try_join_all(rooms).await
}

/// For the slow reader's neighbours: the 99th percentile in a few rooms.
pub(crate) struct Neighbours(Vec<Vec<Member>>);

impl Neighbours {
    pub(crate) async fn enter(target: &Target) -> Result<Self> {
        Ok(Self(fill(target, 20).await?))
    }

    pub(crate) async fn p99(&mut self, target: &Target, time: Duration) -> Result<f64> {
        let mut took = steady(target, &mut self.0, 400, time).await?.concat();
        took.sort_by(f64::total_cmp);
        Ok(percentile(&took, 0.99))
    }
}
