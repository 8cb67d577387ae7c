//! Many at once: joining at the same moment, and doing nothing together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::StreamExt as _;
use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::dialect::{Member, Place, Target};
use crate::process::{open_files, percentile, resident};

/// People in a room.
const PEOPLE: usize = 8;
/// Connections that are opened at the same time.
const AT_ONCE: usize = 200;

/// Memory per connection in each wave, in bytes, and what stays after each.
pub(crate) async fn idle(target: &Target, connections: usize, waves: usize) -> Result<Value> {
    // What the first connections leave behind in the allocator is not the cost of one more.
    drop(come_in(target, connections / 20).await?);
    gone(target).await?;
    let empty = resident(target.pid)?;
    let mut full = Vec::new();
    let mut after = Vec::new();
    for _ in 0..waves {
        let members = come_in(target, connections).await?;
        settled(target).await?;
        full.push(resident(target.pid)?);
        drop(members);
        gone(target).await?;
        after.push(resident(target.pid)?);
    }
    let each = |bytes: &u64| bytes.saturating_sub(empty) as f64 / connections as f64;
    Ok(json!({
        "connections": connections,
        "per_connection": full.iter().map(each).collect::<Vec<_>>(),
        "full_mib": full.iter().map(mebibytes).collect::<Vec<_>>(),
        "after_mib": after.iter().map(mebibytes).collect::<Vec<_>>(),
    }))
}

async fn come_in(target: &Target, connections: usize) -> Result<Vec<Member>> {
    let places = target.rooms(connections.div_ceil(PEOPLE), PEOPLE).await?;
    let places: Vec<Place> = places.into_iter().flatten().take(connections).collect();
    let entered = futures::stream::iter(places.iter().map(|place| target.enter(place, None)));
    let entered: Vec<Result<Member>> = entered.buffer_unordered(AT_ONCE).collect().await;
    entered.into_iter().collect()
}

/// Waits until the server's memory stands still.
pub(crate) async fn settled(target: &Target) -> Result<()> {
    let mut last = resident(target.pid)?;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let now = resident(target.pid)?;
        if now.abs_diff(last) < 256 * 1024 {
            break;
        }
        last = now;
    }
    Ok(())
}

/// Waits until the server has noticed that everybody is gone: its files are closed then.
async fn gone(target: &Target) -> Result<()> {
    down_to(target, 100).await
}

/// Waits until the server has fewer files open than this.
pub(crate) async fn down_to(target: &Target, files: usize) -> Result<()> {
    for _ in 0..200 {
        if open_files(target.pid)? < files {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    settled(target).await
}

/// Time from connecting to being in, in milliseconds, when all come at the same moment.
pub(crate) async fn joins(target: &Target, connections: usize) -> Result<Value> {
    let places = target.rooms(connections.div_ceil(PEOPLE), PEOPLE).await?;
    let places: Vec<Place> = places.into_iter().flatten().take(connections).collect();
    let start = Arc::new(Barrier::new(places.len()));
    let joining = places.iter().map(|place| {
        let start = Arc::clone(&start);
        async move {
            start.wait().await;
            let begun = Instant::now();
            let member = target.enter(place, None).await?;
            anyhow::Ok((begun.elapsed().as_secs_f64() * 1e3, member))
        }
    });
    let (mut took, members): (Vec<f64>, Vec<Member>) = try_join_all(joining).await?.into_iter().unzip();
    took.sort_by(f64::total_cmp);
    drop(members);
    Ok(json!({
        "connections": took.len(),
        "p50_ms": percentile(&took, 0.5),
        "p99_ms": percentile(&took, 0.99),
    }))
}

fn mebibytes(bytes: &u64) -> f64 {
    *bytes as f64 / f64::from(1 << 20)
}
