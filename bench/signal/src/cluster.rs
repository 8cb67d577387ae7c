//! Rooms whose people are at different servers that share them.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::SinkExt as _;
use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::dialect::{Member, Target, number, text};
use crate::flow::{PEOPLE, steady};
use crate::process::percentile;

/// Commands in each room.
const COMMANDS: usize = 20;

/// Signals between neighbours at a fixed rate, then commands until their events arrive, in milliseconds. Neighbours
/// are at different servers, where there is more than one.
pub(crate) async fn cluster(
    targets: &[Target],
    rooms: usize,
    per_second: u32,
    time: Duration,
) -> Result<Value> {
    let mut filled = Vec::new();
    for room in 0..rooms {
        let at = |person: usize| &targets[(room + person % 2) % targets.len()];
        let places = at(0).rooms(1, PEOPLE).await?.concat();
        let mut members = Vec::new();
        for (person, place) in places.iter().enumerate() {
            members.push(at(person).enter(place, None).await?);
        }
        filled.push(members);
    }
    let mut signals = steady(&targets[0], &mut filled, per_second, time).await?.concat();
    let mut commands = Vec::new();
    // A few rooms at a time: it is asked how long one takes, not how many there can be.
    for some in filled.chunks_mut(5) {
        commands.extend(try_join_all(some.iter_mut().map(|room| commands_in(room))).await?.concat());
    }
    signals.sort_by(f64::total_cmp);
    commands.sort_by(f64::total_cmp);
    Ok(json!({
        "signals": signals.len(),
        "signal_p50_ms": percentile(&signals, 0.5),
        "signal_p99_ms": percentile(&signals, 0.99),
        "commands": commands.len(),
        "command_p50_ms": percentile(&commands, 0.5),
        "command_p99_ms": percentile(&commands, 0.99),
    }))
}

/// The first one says something; timed until the second one, at another server, reads it.
async fn commands_in(room: &mut [Member]) -> Result<Vec<f64>> {
    let mut took = Vec::new();
    let begun = Instant::now();
    for command in 0..COMMANDS {
        let sent = begun.elapsed().as_nanos();
        let say = json!({ "type": "chat", "id": command + 1, "text": format!("\"t\":{sent}") });
        room[0].socket.send(Message::text(say.to_string())).await?;
        loop {
            let text = text(&mut room[1].socket).await?.replace('\\', "");
            if text.contains(r#""what":"chat""#) {
                took.push((begun.elapsed().as_nanos() - number(&text)?) as f64 / 1e6);
                break;
            }
        }
    }
    Ok(took)
}
