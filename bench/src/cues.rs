//! Whether a WebM file's cues lead to key frames. Reads only heads of elements, with none of the crate's code.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, Result, ensure};

const SEGMENT: u64 = 0x1853_8067;
const CLUSTER: u64 = 0x1F43_B675;
const CUES: u64 = 0x1C53_BB6B;

/// What the cues are worth.
#[derive(Debug, Default)]
pub(crate) struct Count {
    cues: u64,
    right: u64,
}

impl Count {
    pub(crate) fn to_json(&self) -> String {
        format!(r#"{{"cues":{},"right":{}}}"#, self.cues, self.right)
    }
}

/// Follows each cue. One without a relative position leads to the first block of its track in the cluster.
pub(crate) fn count(path: &Path) -> Result<Count> {
    let mut file = BufReader::with_capacity(4096, File::open(path)?);
    let length = file.seek(SeekFrom::End(0))?;
    let ebml = element(&mut file, 0)?;
    let segment = element(&mut file, ebml.end)?;
    ensure!(segment.id == SEGMENT, "there is no Segment");
    let end = segment.end.min(length);
    let mut count = Count::default();
    let mut at = segment.data;
    while at < end {
        // Clusters of unknown size hide what follows: nothing can be found behind them.
        let Ok(part) = element(&mut file, at) else { break };
        if part.id == CUES {
            let points = children(&mut file, part.data, part.end)?;
            for point in points.iter().filter(|point| point.id == 0xBB) {
                for cue in cues(&mut file, point)? {
                    count.cues += 1;
                    count.right += u64::from(cue.leads_to_key(&mut file, segment.data).unwrap_or(false));
                }
            }
        }
        at = part.end;
    }
    Ok(count)
}

#[derive(Debug, Default)]
struct Cue {
    time: u64,
    track: u64,
    /// From the start of the Segment's payload.
    cluster: u64,
    /// From the start of the cluster's payload.
    relative: Option<u64>,
}

fn cues(file: &mut BufReader<File>, point: &Element) -> Result<Vec<Cue>> {
    let (mut time, mut cues) = (0, Vec::new());
    for field in children(file, point.data, point.end)? {
        if field.id == 0xB3 {
            time = value(file, &field)?;
        } else if field.id == 0xB7 {
            let mut cue = Cue { time, ..Cue::default() };
            for place in children(file, field.data, field.end)? {
                match place.id {
                    0xF7 => cue.track = value(file, &place)?,
                    0xF1 => cue.cluster = value(file, &place)?,
                    0xF0 => cue.relative = Some(value(file, &place)?),
                    _ => {}
                }
            }
            cues.push(cue);
        }
    }
    Ok(cues)
}

impl Cue {
    fn leads_to_key(&self, file: &mut BufReader<File>, segment: u64) -> Result<bool> {
        let cluster = element(file, segment + self.cluster)?;
        ensure!(cluster.id == CLUSTER, "no cluster");
        let mut start = 0;
        let mut at = cluster.data;
        let mut is_behind = false;
        while at < cluster.end {
            let child = element(file, at)?;
            if child.id == 0xE7 {
                start = value(file, &child)?;
                if let Some(relative) = self.relative {
                    at = cluster.data + relative;
                    is_behind = true;
                    continue;
                }
            }
            let (block, mut is_key) = match child.id {
                0xA3 => (Some(child.data), true),
                0xA0 => {
                    let parts = children(file, child.data, child.end)?;
                    let block = parts.iter().find(|part| part.id == 0xA1).map(|part| part.data);
                    (block, !parts.iter().any(|part| part.id == 0xFB))
                }
                _ => (None, false),
            };
            if let Some(data) = block {
                let number = element_number(file, data)?;
                let mut head = [0; 3];
                file.read_exact(&mut head)?;
                if child.id == 0xA3 {
                    is_key = head[2] & 0x80 != 0;
                }
                let block_time = start.saturating_add_signed(i16::from_be_bytes([head[0], head[1]]).into());
                if number == self.track || is_behind {
                    return Ok(number == self.track && is_key && block_time == self.time);
                }
            }
            ensure!(!is_behind, "no block");
            at = child.end;
        }
        Ok(false)
    }
}

#[derive(Debug)]
struct Element {
    id: u64,
    data: u64,
    end: u64,
}

fn element(file: &mut BufReader<File>, at: u64) -> Result<Element> {
    file.seek(SeekFrom::Start(at))?;
    let (id, id_length) = integer(file)?;
    ensure!(id_length <= 4, "no element at byte {at}");
    let (size, size_length) = integer(file)?;
    let mask = (1_u64 << (7 * size_length)) - 1;
    let data = at + id_length + size_length;
    let end = if size & mask == mask { u64::MAX } else { data + (size & mask) };
    Ok(Element { id, data, end })
}

fn element_number(file: &mut BufReader<File>, at: u64) -> Result<u64> {
    file.seek(SeekFrom::Start(at))?;
    let (number, length) = integer(file)?;
    Ok(number & !(1 << (7 * length)))
}

/// A variable-size integer with its marker, and its length.
fn integer(file: &mut BufReader<File>) -> Result<(u64, u64)> {
    let mut first = [0];
    file.read_exact(&mut first)?;
    let length = first[0].leading_zeros() + 1;
    ensure!(length <= 8, "no integer");
    let mut value = u64::from(first[0]);
    for _ in 1..length {
        let mut byte = [0];
        file.read_exact(&mut byte)?;
        value = value << 8 | u64::from(byte[0]);
    }
    Ok((value, length.into()))
}

fn children(file: &mut BufReader<File>, from: u64, to: u64) -> Result<Vec<Element>> {
    let mut elements = Vec::new();
    let mut at = from;
    while at < to {
        let child = element(file, at)?;
        ensure!(child.end <= to, "an element ends behind its parent");
        at = child.end;
        elements.push(child);
    }
    Ok(elements)
}

fn value(file: &mut BufReader<File>, element: &Element) -> Result<u64> {
    let length = usize::try_from(element.end - element.data)?;
    ensure!(length <= 8, "an integer of {length} bytes");
    let mut bytes = [0; 8];
    file.seek(SeekFrom::Start(element.data))?;
    file.read_exact(bytes.get_mut(..length).context("eight bytes at most")?)?;
    Ok(bytes.iter().take(length).fold(0, |value, byte| value << 8 | u64::from(*byte)))
}
