//! Clusters as Chromium writes them: of unknown size, with a Timestamp first.

use anyhow::{Context, Result, bail};

use super::{Body, Recording, number, part};

const CLUSTER: &[u8] = &[0x1F, 0x43, 0xB6, 0x75];
const TIMESTAMP: u64 = 0xE7;
const SIMPLE_BLOCK: u64 = 0xA3;
const BLOCK_GROUP: u64 = 0xA0;
/// A frame's length at the end of a round, where nothing tells it.
const FRAME_MILLISECONDS: u64 = 33;

#[derive(Debug)]
pub(super) struct Clusters(Vec<Cluster>);

#[derive(Debug)]
struct Cluster {
    timestamp: u64,
    /// Everything behind the Timestamp.
    blocks: Vec<u8>,
}

impl Clusters {
    pub(super) fn shifted(&self, milliseconds: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.length());
        for cluster in &self.0 {
            bytes.extend_from_slice(CLUSTER);
            bytes.extend_from_slice(&[0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
            // Four bytes last for 49 days; some of the readers that this is for can't take eight.
            bytes.extend_from_slice(&[0xE7, 0x84]);
            bytes.extend_from_slice(&((cluster.timestamp + milliseconds) as u32).to_be_bytes());
            bytes.extend_from_slice(&cluster.blocks);
        }
        Ok(bytes)
    }

    pub(super) fn length(&self) -> usize {
        self.0.iter().map(|cluster| cluster.blocks.len() + 18).sum()
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Recording> {
    let first = bytes.windows(4).position(|window| window == CLUSTER).context("there is no cluster")?;
    let head = part(bytes, 0, first)?.to_vec();
    let mut clusters: Vec<Cluster> = Vec::new();
    let (mut at, mut last) = (first, 0);
    // The sample may end in the middle of a block: that one is left out.
    while let Some((id, data, end)) = element(bytes, at) {
        if part(bytes, at, at + 4).is_ok_and(|id| id == CLUSTER) {
            clusters.push(Cluster { timestamp: 0, blocks: Vec::new() });
            at = data;
            continue;
        }
        let Ok(payload) = part(bytes, data, end) else { break };
        let cluster = clusters.last_mut().context("a block before the first cluster")?;
        match id {
            TIMESTAMP => cluster.timestamp = number(payload),
            SIMPLE_BLOCK | BLOCK_GROUP => {
                let block =
                    if id == SIMPLE_BLOCK { data } else { element(bytes, data).context("a group")?.1 };
                let relative = i16::from_be_bytes(part(bytes, block + 1, block + 3)?.try_into()?);
                last = last.max(cluster.timestamp.saturating_add_signed(relative.into()));
                cluster.blocks.extend_from_slice(part(bytes, at, end)?);
            }
            // Cues and what else stands behind the clusters would be wrong in a longer file.
            _ => bail!("the sample is finished already: element {id:x} at byte {at}"),
        }
        at = end;
    }
    let milliseconds = last + FRAME_MILLISECONDS;
    Ok(Recording { head, body: Body::WebM(Clusters(clusters)), milliseconds })
}

/// Leaves four bytes of each frame; the part that begins a cluster is as it was.
pub(super) fn shrink(bytes: &[u8]) -> Result<Vec<u8>> {
    let first = bytes.windows(4).position(|window| window == CLUSTER).context("there is no cluster")?;
    let mut small = part(bytes, 0, first)?.to_vec();
    let mut at = first;
    while let Some((id, data, end)) = element(bytes, at) {
        if part(bytes, at, at + 4).is_ok_and(|id| id == CLUSTER) {
            // Sizes that are known would be wrong.
            small.extend_from_slice(CLUSTER);
            small.extend_from_slice(&[0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
            at = data;
            continue;
        }
        let Ok(payload) = part(bytes, data, end) else { break };
        if id == SIMPLE_BLOCK {
            let kept = payload.get(..8).unwrap_or(payload);
            small.extend_from_slice(&[0xA3, 0x80 | kept.len() as u8]);
            small.extend_from_slice(kept);
        } else if payload.len() < 200 {
            small.extend_from_slice(part(bytes, at, end)?);
        }
        at = end;
    }
    Ok(small)
}

/// ID, start of the payload, and its end.
fn element(bytes: &[u8], at: usize) -> Option<(u64, usize, usize)> {
    let id_length = bytes.get(at)?.leading_zeros() as usize + 1;
    let id = number(bytes.get(at..at + id_length)?);
    let size_at = at + id_length;
    let size_length = bytes.get(size_at)?.leading_zeros() as usize + 1;
    let mask = (1_u64 << (7 * size_length)) - 1;
    let size = number(bytes.get(size_at..size_at + size_length)?) & mask;
    let data = size_at + size_length;
    Some((id, data, data.saturating_add(size as usize)))
}
