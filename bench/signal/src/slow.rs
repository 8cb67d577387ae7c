//! One reader that does not read.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::dialect::{Target, payload};
use crate::flow::Neighbours;
use crate::process::resident;

/// Sends to somebody who does not read, until the server has had enough or the bytes are over.
pub(crate) async fn slow_reader(target: &Target, bytes: usize) -> Result<Value> {
    let mut neighbours = Neighbours::enter(target).await?;
    let before_p99 = neighbours.p99(target, Duration::from_secs(2)).await?;
    let room = target.rooms(1, 2).await?.concat();
    let sender = target.enter(&room[0], None).await?;
    let (mut sink, mut stream) = sender.socket.split();
    // A small buffer of the kernel's: the rest waits in the server.
    let slow = target.enter(&room[1], Some(4 * 1024)).await?;
    let text = target.signal(&slow.id, &payload(0));
    let before = resident(target.pid)?;
    let begun = Instant::now();
    let flood = async {
        let (mut sent, mut peak) = (0, before);
        while sent < bytes {
            tokio::select! {
                said = sink.send(Message::text(text.clone())) => {
                    said?;
                    sent += text.len();
                    // Only now and then: reading it takes time too.
                    if sent % (1 << 20) < text.len() {
                        peak = peak.max(resident(target.pid)?);
                    }
                }
                // Our server tells the others that somebody is gone.
                heard = stream.next() => {
                    if matches!(&heard, Some(Ok(Message::Text(heard))) if is_farewell(heard)) {
                        return anyhow::Ok((sent, peak, true));
                    }
                    if heard.is_none() {
                        break;
                    }
                }
            }
        }
        Ok((sent, peak.max(resident(target.pid)?), false))
    };
    let ((sent, peak, cut_off), during_p99) =
        futures::future::try_join(flood, neighbours.p99(target, Duration::from_secs(4))).await?;
    drop(slow);
    Ok(json!({
        "sent_mb": sent as f64 / 1e6,
        "seconds": begun.elapsed().as_secs_f64(),
        "grown_mib": peak.saturating_sub(before) as f64 / f64::from(1 << 20),
        "cut_off": cut_off,
        "others_p99_before_ms": before_p99,
        "others_p99_during_ms": during_p99,
    }))
}

/// That somebody left, or that their connection is lost and their seat kept.
fn is_farewell(text: &str) -> bool {
    text.contains(r#""what":"left""#) || text.contains(r#""what":"presence_changed""#)
}
