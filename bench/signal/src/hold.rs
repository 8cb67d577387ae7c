//! Many connections, held for long.

use std::time::Duration;

use anyhow::Result;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::dialect::{Target, payload};
use crate::flow::{PEOPLE, fill, pump, steady};
use crate::process::percentile;

/// Holds so many connections, with signals in all rooms in turn; afterwards everybody must still be heard.
pub(crate) async fn hold(
    target: &Target,
    connections: usize,
    per_second: u32,
    time: Duration,
) -> Result<Value> {
    let mut filled = fill(target, connections.div_ceil(PEOPLE)).await?;
    // Whose connection is lost meanwhile ends this with an error.
    let mut took = steady(target, &mut filled, per_second, time).await?.concat();
    took.sort_by(f64::total_cmp);
    let data = payload(0);
    let heard = join_all(filled.iter_mut().map(|room| pump(target, room, &data, 1))).await;
    let lost = heard.iter().filter(|round| round.is_err()).count() * PEOPLE;
    Ok(json!({
        "connections": filled.len() * PEOPLE,
        "seconds": time.as_secs(),
        "signals": took.len(),
        "lost": lost,
        "p50_ms": percentile(&took, 0.5),
        "p99_ms": percentile(&took, 0.99),
    }))
}
