//! Rooms that go on while others make trouble.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use futures::future::try_join_all;
use serde_json::{Value, json};

use crate::crowd::{down_to, settled};
use crate::dialect::Target;
use crate::flow::{fill, steady};
use crate::process::{open_files, percentile, resident};
use crate::trouble::{Done, make_trouble};

/// Rooms that only talk.
const ROOMS: usize = 50;
/// Signals a second in all of them together.
const PER_SECOND: u32 = 1_000;
/// Who make trouble, each of them one thing after the other.
const TROUBLEMAKERS: u64 = 12;
/// The priority of a thread that comes after all others (`nice(2)`).
const LAST: i32 = 19;

/// What the rooms' signals take before, meanwhile and afterwards, and what stays in the server's memory.
pub(crate) async fn soak(target: &Arc<Target>, time: Duration, seed: u64) -> Result<Value> {
    let mut rooms = fill(target, ROOMS).await?;
    // The first trouble leaves things in the allocator that are not lost when the last one comes.
    let warm = trouble(
        target,
        Duration::from_secs(5),
        seed,
        steady(target, &mut rooms, PER_SECOND, Duration::from_secs(5)),
    );
    warm.await?;
    let files = open_files(target.pid)? + 2;
    down_to(target, files).await?;
    settled(target).await?;
    let before = steady(target, &mut rooms, PER_SECOND, time).await?;
    let resident_before = resident(target.pid)?;

    let flowing = steady(target, &mut rooms, PER_SECOND, time);
    let (during, done) = trouble(target, time, seed.wrapping_add(1_000), flowing).await?;
    let peak = resident(target.pid)?;

    down_to(target, files).await?;
    settled(target).await?;
    let after = steady(target, &mut rooms, PER_SECOND, time).await?;
    let resident_after = resident(target.pid)?;

    // What else the machine does falls on one of the two.
    let calm = if all(&before) < all(&after) { &before } else { &after };
    // Each room beside itself: its own path, and as many signals.
    let slower = during.iter().zip(calm).map(|(during, calm)| p99(during) / p99(calm));
    let worst = during.iter().map(|room| p99(room)).fold(0.0, f64::max);
    Ok(json!({
        "rooms": ROOMS,
        "seconds": time.as_secs(),
        "trouble": done.by_kind(),
        "p99_before_ms": all(&before),
        "p99_calm_ms": all(calm),
        "slowest_room": slower.fold(0.0, f64::max),
        "p99_during_ms": all(&during),
        "p99_worst_room_ms": worst,
        "p99_after_ms": all(&after),
        "mib_before": mebibytes(resident_before),
        "mib_at_its_end": mebibytes(peak),
        "mib_after": mebibytes(resident_after),
    }))
}

/// Makes trouble as long as `calm` goes on, on a thread of its own that has only the time that nobody else needs: who makes
/// it has machines of their own, and must not take this one from the server, nor from those who measure.
async fn trouble<T>(
    target: &Arc<Target>,
    time: Duration,
    seed: u64,
    calm: impl Future<Output = Result<T>>,
) -> Result<(T, Done)> {
    let stop = Arc::new(AtomicBool::new(false));
    let makers = (0..TROUBLEMAKERS)
        .map(|number| make_trouble(Arc::clone(target), seed.wrapping_add(number), Arc::clone(&stop)))
        .collect::<Vec<_>>();
    // Each looks at the flag between two things; none takes longer than this.
    let most = time + Duration::from_secs(30);
    let thread = tokio::task::spawn_blocking(move || {
        rustix::process::nice(LAST)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async { tokio::time::timeout(most, try_join_all(makers)).await? })
    });
    let calm = calm.await;
    stop.store(true, Ordering::Relaxed);
    let mut done = Done::default();
    for some in thread.await?? {
        done.add(some);
    }
    Ok((calm?, done))
}

fn p99(room: &[f64]) -> f64 {
    let mut sorted = room.to_vec();
    sorted.sort_by(f64::total_cmp);
    percentile(&sorted, 0.99)
}

/// Of all rooms together.
fn all(rooms: &[Vec<f64>]) -> f64 {
    p99(&rooms.concat())
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
