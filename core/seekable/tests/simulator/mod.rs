//! What may happen to a recording, in any order, and what must hold whatever happens. The fuzz targets in `fuzz/` and
//! the tests run the same code; only where the operations come from differs.
#![allow(
    clippy::expect_used,
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "the fuzz targets and the tests use their part of it"
)]

mod mp4;
pub mod parts;

use std::time::Duration;

use seekable::{
    Chapter, Container, Edit, MemoryFile, Metadata, Options, ProblemKind, Resumed, Seekable, Summary,
};

use crate::support::{children, element, unsigned};

/// One thing that happens while a recording is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// The next bytes come.
    Push(usize),
    Checkpoint,
    /// All waiting edits are written.
    Drain,
    /// Somebody marks a moment.
    Mark {
        seconds: u64,
        title: usize,
    },
    /// The recording gets a title.
    Title(usize),
    /// Power goes when so many edits, and so many bytes of the next one, are written. What is on the disk is repaired;
    /// the recording goes on beside it.
    Crash {
        edits: usize,
        bytes: usize,
    },
    /// Nothing more comes.
    Stop,
}

impl Operation {
    /// From two bytes, for the fuzzer.
    pub fn decode(kind: u8, amount: u8) -> Self {
        let amount = usize::from(amount);
        match kind % 10 {
            0 => Self::Push(amount),
            1 | 2 => Self::Push(amount * 8),
            3 => Self::Push(amount * 256),
            4 => Self::Checkpoint,
            5 => Self::Drain,
            6 => Self::Mark { seconds: amount as u64, title: amount % 7 * 3 },
            7 => Self::Title(amount % 16 * 50),
            8 => Self::Crash { edits: amount % 4, bytes: amount * 16 },
            _ => Self::Stop,
        }
    }

    /// Operations in front of a recording: how many, two bytes each, then the recording.
    pub fn split_input(input: &[u8]) -> (Vec<Self>, &[u8]) {
        let Some((count, rest)) = input.split_first() else { return (Vec::new(), input) };
        let (operations, recording) = rest.split_at((usize::from(*count % 64) * 2).min(rest.len()));
        (operations.chunks_exact(2).map(|pair| Self::decode(pair[0], pair[1])).collect(), recording)
    }
}

/// Small areas, so that they fill up.
pub fn options() -> Options {
    Options { index_bytes: 600, metadata_bytes: 300, ..Options::default() }
}

/// The whole of it at once.
pub fn fix(options: Options, bytes: &[u8]) -> (Vec<u8>, Summary) {
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    seekable.push(bytes).unwrap();
    let summary = seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    assert_eq!(summary.output_length, file.bytes().len() as u64);
    (file.into_bytes(), summary)
}

fn drain(seekable: &mut Seekable, file: &mut MemoryFile) {
    for edit in seekable.edits() {
        file.apply(&edit).unwrap();
    }
}

/// Plays `operations` over and over until all of `recording` was pushed, and checks what must hold.
pub fn live(operations: &[Operation], recording: &[u8]) {
    let options = options();
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    let mut metadata = Metadata::default();
    let mut rest = recording;
    let mut crashes = 0;
    let pushes = operations.iter().any(|operation| matches!(operation, Operation::Push(1..)));
    let stops = operations.contains(&Operation::Stop);
    let mut steps = operations.iter().cycle();
    // Slow inputs find nothing that quick ones do not.
    for _ in 0..3_000 {
        let Some(operation) = steps.next() else { break };
        match operation {
            Operation::Push(length) => {
                let (chunk, more) = rest.split_at((*length).min(rest.len()));
                rest = more;
                seekable.push(chunk).unwrap();
            }
            Operation::Checkpoint => seekable.checkpoint(),
            Operation::Drain => drain(&mut seekable, &mut file),
            Operation::Mark { seconds, title } => {
                if metadata.chapters.len() < 40 {
                    let chapter = Chapter { start: Duration::from_secs(*seconds), title: "c".repeat(*title) };
                    let at = metadata.chapters.partition_point(|other| other.start <= chapter.start);
                    metadata.chapters.insert(at, chapter.clone());
                    seekable.mark(chapter).unwrap();
                    assert_eq!(*seekable.metadata(), metadata);
                }
            }
            Operation::Title(length) => {
                metadata.title = Some("t".repeat(*length));
                seekable.set_metadata(metadata.clone()).unwrap();
            }
            Operation::Crash { edits, bytes } => {
                // Each costs a repair of all there is.
                if crashes < 4 {
                    crashes += 1;
                    crash(&mut seekable, &mut file, *edits, *bytes);
                }
            }
            Operation::Stop => break,
        }
        if rest.is_empty() || !(pushes || stops) {
            break;
        }
    }
    let pushed = if stops { &recording[..recording.len() - rest.len()] } else { recording };
    if !stops {
        seekable.push(rest).unwrap();
    }
    let summary = seekable.finish().unwrap();
    assert!(seekable.push(b"more").is_err());
    drain(&mut seekable, &mut file);
    assert_eq!(seekable.finish().unwrap(), summary, "a second finish changes nothing");
    assert!(seekable.next_edit().is_none());
    assert_eq!(summary.output_length, file.bytes().len() as u64);
    valid(file.bytes(), &summary);
    if metadata.is_empty() {
        // What passes through may say anything.
        if summary.container == Container::Mp4 && file.bytes() != pushed {
            mp4::check(file.bytes());
        }
        let (whole, _) = fix(options, pushed);
        assert!(
            whole == file.bytes(),
            "how it was cut changes the file, at byte {:?}",
            differs(&whole, file.bytes())
        );
    }
    idempotent(options, file.bytes(), &summary);
}

/// Some of the edits are written, the last of them in part; that file is repaired.
fn crash(seekable: &mut Seekable, file: &mut MemoryFile, edits: usize, bytes: usize) {
    let torn = torn(seekable, file, edits, bytes);
    let (repaired, summary) = fix(options(), torn.bytes());
    valid(&repaired, &summary);
    idempotent(options(), &repaired, &summary);
}

/// The file when only so many of the waiting edits are written, and so many bytes of the next.
fn torn(seekable: &mut Seekable, file: &mut MemoryFile, edits: usize, bytes: usize) -> MemoryFile {
    let waiting: Vec<Edit> = seekable.edits().collect();
    let mut torn = file.clone();
    for edit in waiting.iter().take(edits) {
        torn.apply(edit).unwrap();
    }
    let part = match waiting.get(edits) {
        Some(Edit::Append(all)) => Some(Edit::Append(all[..bytes.min(all.len())].to_vec())),
        Some(Edit::Overwrite { offset, bytes: all }) => {
            Some(Edit::Overwrite { offset: *offset, bytes: all[..bytes.min(all.len())].to_vec() })
        }
        None => None,
    };
    if let Some(edit) = &part {
        torn.apply(edit).unwrap();
    }
    for edit in &waiting {
        file.apply(edit).unwrap();
    }
    torn
}

/// A file that may be ours is completed where it is: it is whole then, and a second time nothing is left to do. `give`: how
/// many bytes are read at once.
fn resumed(bytes: &[u8], give: usize, metadata: Option<&Metadata>, recording: &[u8]) {
    if recording.starts_with(bytes) {
        // It passed through: its head, not ours, is believed, and nothing but what that says can be wrong.
        resume(bytes, give, metadata);
        return;
    }
    let Some((once, first)) = resume(bytes, give, metadata) else { return };
    valid(&once, &first);
    let (twice, second) = resume(&once, usize::MAX, None).expect("what was completed is ours");
    valid(&twice, &second);
    // A repair of WebM reads from the last cues on; where damage before them moved these, the next one meets other damage.
    if first.container == Container::Mp4 {
        assert!(once == twice, "a second time changes the file, at byte {:?}", differs(&once, &twice));
        assert_eq!(first.cues, second.cues);
    }
    if metadata.is_none() {
        let (whole, _) = resume(bytes, usize::MAX, None).expect("it was ours before");
        assert!(whole == once, "how it was read changes the file, at byte {:?}", differs(&whole, &once));
    }
    // To write it anew changes nothing.
    let (anew, summary) = fix(options(), &once);
    valid(&anew, &summary);
}

/// The file as it is afterwards; `None` where it is not ours.
fn resume(bytes: &[u8], give: usize, metadata: Option<&Metadata>) -> Option<(Vec<u8>, Summary)> {
    let mut resumed = Resumed::new(bytes, bytes.len() as u64, options()).ok()?;
    let offset = usize::try_from(resumed.offset()).unwrap();
    bytes[offset..].chunks(give.max(1)).for_each(|chunk| resumed.push(chunk));
    if let Some(metadata) = metadata {
        resumed.set_metadata(metadata);
    }
    let repair = resumed.finish();
    let end = usize::try_from(repair.truncate_to).unwrap();
    let mut file = MemoryFile::from(bytes[..end].to_vec());
    repair.edits.iter().for_each(|edit| file.apply(edit).unwrap());
    assert_eq!(repair.summary.output_length, file.bytes().len() as u64);
    Some((file.into_bytes(), repair.summary))
}

/// Operations of [`live`] until the file is cut off, then a repair in place.
pub fn cut_off(operations: &[Operation], recording: &[u8]) {
    let mut seekable = Seekable::new(options());
    let mut file = MemoryFile::default();
    let mut rest = recording;
    let mut metadata = None;
    for operation in operations {
        match operation {
            Operation::Push(length) => {
                let (chunk, more) = rest.split_at((*length).min(rest.len()));
                rest = more;
                seekable.push(chunk).unwrap();
            }
            Operation::Checkpoint => seekable.checkpoint(),
            Operation::Drain => drain(&mut seekable, &mut file),
            Operation::Mark { seconds, title } => {
                let chapter = Chapter { start: Duration::from_secs(*seconds), title: "c".repeat(*title) };
                seekable.mark(chapter).unwrap();
            }
            Operation::Title(length) => {
                metadata = Some(Metadata { title: Some("t".repeat(*length)), ..Metadata::default() });
            }
            Operation::Crash { edits, bytes } => {
                let torn = torn(&mut seekable, &mut file, *edits, *bytes);
                resumed(torn.bytes(), 1 + bytes, metadata.as_ref(), recording);
            }
            Operation::Stop => {
                seekable.finish().unwrap();
                break;
            }
        }
    }
    let torn = torn(&mut seekable, &mut file, usize::MAX, 0);
    resumed(torn.bytes(), 1_000, metadata.as_ref(), recording);
    resumed(recording, 4_096, metadata.as_ref(), recording);
}

/// A file that was made right comes out as it is.
pub fn idempotent(options: Options, once: &[u8], first: &Summary) {
    let (twice, second) = fix(options, once);
    assert!(once == twice, "a second time changes the file, at byte {:?}", differs(once, &twice));
    assert_eq!(first.cues, second.cues);
    // A finished MP4 tells its duration in ticks of the movie, rounded up; not all that can be claimed fits into 64 bits.
    let tick = Duration::from_nanos(1_000_000_000 / mp4::timescale(once).unwrap_or(1_000).max(1) + 1);
    let longest = Duration::from_secs(1_000_000_000);
    let close = match (first.duration, second.duration) {
        (Some(one), Some(other)) => {
            one.abs_diff(other) <= tick.max(Duration::from_millis(1)) || one.min(other) > longest
        }
        (one, other) => one == other,
    };
    assert!(close, "{:?} became {:?}", first.duration, second.duration);
}

/// Whatever came in, a file that was understood is whole, and its index leads to what it says.
pub fn valid(bytes: &[u8], summary: &Summary) {
    let is_left_alone = summary.problem.is_some_and(|problem| problem.kind == ProblemKind::UnreadableHead);
    match summary.container {
        Container::WebM | Container::Matroska if !is_left_alone && !summary.tracks.is_empty() => {
            webm(bytes, summary)
        }
        _ => {}
    }
}

fn webm(bytes: &[u8], summary: &Summary) {
    let ebml = element(bytes, 0, bytes.len());
    let segment = element(bytes, ebml.end, bytes.len());
    assert_eq!(segment.id, 0x1853_8067);
    assert!(!segment.is_unknown_size);
    let parts = children(bytes, segment.data, segment.end);
    for cluster in parts.iter().filter(|part| part.id == 0x1F43_B675) {
        assert!(!cluster.is_unknown_size, "the cluster at {} has no size", cluster.at);
        children(bytes, cluster.data, cluster.end);
    }
    let cues: Vec<_> = parts.iter().filter(|part| part.id == 0x1C53_BB6B).collect();
    assert!(cues.len() <= 1, "{} indexes", cues.len());
    let mut count = 0;
    for point in
        cues.iter().flat_map(|cues| children(bytes, cues.data, cues.end)).filter(|point| point.id == 0xBB)
    {
        count += 1;
        cue(bytes, &point, segment.data);
    }
    assert_eq!(count, summary.cues, "cues in the file, and in the summary");
}

/// A cue leads to a block of its track and its time.
fn cue(bytes: &[u8], point: &crate::support::Element, segment: usize) {
    let fields = children(bytes, point.data, point.end);
    let time = unsigned(bytes, fields.iter().find(|field| field.id == 0xB3).unwrap());
    let positions = fields.iter().find(|field| field.id == 0xB7).unwrap();
    let positions = children(bytes, positions.data, positions.end);
    let value = |id| unsigned(bytes, positions.iter().find(|field| field.id == id).unwrap());
    let cluster = element(bytes, segment + usize::try_from(value(0xF1)).unwrap(), bytes.len());
    assert_eq!(cluster.id, 0x1F43_B675, "a cue leads to another element");
    let inside = children(bytes, cluster.data, cluster.end);
    let at = cluster.data + usize::try_from(value(0xF0)).unwrap();
    // A damaged cluster may have none in front of the block, or several.
    let timestamp = inside.iter().rfind(|child| child.id == 0xE7 && child.at < at);
    let start = timestamp.map_or(0, |child| unsigned(bytes, child));
    let found = inside.iter().find(|child| child.at == at);
    let block = match found {
        Some(simple) if simple.id == 0xA3 => *simple,
        Some(group) if group.id == 0xA0 => {
            *children(bytes, group.data, group.end).iter().find(|part| part.id == 0xA1).unwrap()
        }
        other => panic!("a cue leads to {other:?}"),
    };
    let length = bytes[block.data].leading_zeros() as usize + 1;
    let number =
        bytes[block.data..block.data + length].iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    assert_eq!(number & !(1 << (7 * length)), value(0xF7), "a cue leads to another track");
    let relative = i16::from_be_bytes([bytes[block.data + length], bytes[block.data + length + 1]]);
    assert_eq!(start.saturating_add_signed(relative.into()), time, "a cue of another time");
}

fn differs(one: &[u8], other: &[u8]) -> Option<usize> {
    one.iter().zip(other).position(|(one, other)| one != other).or(Some(one.len().min(other.len())))
}
