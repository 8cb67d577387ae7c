//! Sample tables (ISO/IEC 14496-12, section 8.6.1 and 8.7), read a window at a time.

use crate::mp4::boxes::{Kind, u32_at};
use crate::packets::{Buffer, PartsError, Source, Span, Window};

/// Bytes of a table that are held at a time.
const PIECE: usize = 4 * 1024;

/// Where the payloads of the tables of a track are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spans {
    durations: Option<Span>,
    compositions: Option<Span>,
    keys: Option<Span>,
    sizes: Option<Span>,
    chunks: Option<Span>,
    /// And whether they count in 64 bits.
    offsets: Option<(Span, bool)>,
    /// Sizes of four or eight bits, which nobody writes.
    compact_sizes: Option<Span>,
}

impl Spans {
    pub(super) fn note(&mut self, kind: &Kind, payload: Span) {
        match kind {
            b"stts" => self.durations = Some(payload),
            b"ctts" => self.compositions = Some(payload),
            b"stss" => self.keys = Some(payload),
            b"stsz" => self.sizes = Some(payload),
            b"stz2" => self.compact_sizes = Some(payload),
            b"stsc" => self.chunks = Some(payload),
            b"stco" => self.offsets = Some((payload, false)),
            b"co64" => self.offsets = Some((payload, true)),
            _ => {}
        }
    }
}

/// A table of entries of one size, behind a count of entries.
#[derive(Debug)]
struct Table {
    at: u64,
    count: u32,
    entry: u64,
    buffer: Buffer,
}

impl Table {
    /// `count_at`: where the count is in the payload; the entries follow it.
    fn open<S: Source>(
        window: &mut Window<S>,
        span: Option<Span>,
        count_at: u64,
        entry: u64,
    ) -> Result<Self, PartsError> {
        let Some(span) = span else { return Ok(Self { at: 0, count: 0, entry, buffer: Buffer::new(PIECE) }) };
        let malformed = PartsError::UnreadableMoov { offset: span.offset, expected: "a whole sample table" };
        let count = window.exactly(span.offset + count_at, 4)?.and_then(|bytes| u32_at(bytes, 0));
        let count = count.ok_or(malformed.clone())?;
        let length = span.size.checked_sub(count_at + 4).ok_or(malformed)?;
        if u64::from(count) * entry > length {
            let (size, max_size) = (count.into(), length / entry);
            return Err(PartsError::TooLarge { offset: span.offset, size, max_size });
        }
        Ok(Self { at: span.offset + count_at + 4, count, entry, buffer: Buffer::new(PIECE) })
    }

    /// A field of an entry, both counted from zero; `None` behind the last one.
    fn field<S: Source>(&mut self, source: &S, index: u32, field: u64) -> Result<Option<u32>, PartsError> {
        if index >= self.count {
            return Ok(None);
        }
        let at = self.at + u64::from(index) * self.entry + field * 4;
        Ok(u32_at(self.buffer.up_to(source, at, 4)?, 0))
    }
}

/// The tables of one track.
#[derive(Debug)]
pub(super) struct Tables {
    durations: Table,
    compositions: Table,
    keys: Option<Table>,
    sizes: Table,
    /// Of all samples, unless zero.
    size: u32,
    /// How many samples there are.
    pub(super) count: u32,
    chunks: Table,
    offsets: Table,
    /// Where the track's tables are, for errors.
    at: u64,
}

/// A sample that the tables tell of. Times in ticks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) decode_time: u64,
    pub(super) composition: i32,
    pub(super) duration: u32,
    pub(super) is_key: bool,
    pub(super) data: Span,
    pub(super) description: u32,
}

/// How far the tables of a track were read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Walk {
    sample: u32,
    decode_time: u64,
    /// Next entries, and what is left of the current ones.
    duration: Run,
    composition: Run,
    next_key: u32,
    /// Next entry of the chunk runs, samples in a chunk, and their description.
    chunk_run: u32,
    per_chunk: u32,
    description: u32,
    /// Next chunk, samples left in the current one, and where its next one is.
    chunk: u32,
    left: u32,
    offset: u64,
}

impl Walk {
    /// When the next sample is decoded.
    pub(super) fn decode_time(&self) -> u64 {
        self.decode_time
    }
}

/// Samples that have a value in common.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    next: u32,
    left: u32,
    value: u32,
}

impl Run {
    /// The value for the next sample; `None` behind the last run.
    fn take<S: Source>(&mut self, table: &mut Table, source: &S) -> Result<Option<u32>, PartsError> {
        while self.left == 0 {
            let Some(left) = table.field(source, self.next, 0)? else { return Ok(None) };
            self.left = left;
            self.value = table.field(source, self.next, 1)?.unwrap_or(0);
            self.next += 1;
        }
        self.left -= 1;
        Ok(Some(self.value))
    }
}

impl Tables {
    pub(super) fn open<S: Source>(window: &mut Window<S>, spans: &Spans) -> Result<Self, PartsError> {
        let at = spans.sizes.or(spans.compact_sizes).map_or(0, |span| span.offset);
        if spans.sizes.is_none() && spans.compact_sizes.is_some() {
            return Err(PartsError::Unsupported {
                offset: at,
                what: "a table of compact sample sizes (stz2)",
            });
        }
        let (mut size, mut count) = (0, 0);
        if let Some(span) = spans.sizes {
            let fields = window.exactly(span.offset, 12)?.filter(|_| span.size >= 12);
            let fields = fields.and_then(|bytes| Some((u32_at(bytes, 4)?, u32_at(bytes, 8)?)));
            let malformed = PartsError::UnreadableMoov { offset: at, expected: "a whole sample table" };
            (size, count) = fields.ok_or(malformed)?;
        }
        let sizes = if size == 0 { spans.sizes } else { None };
        let (offsets, is_long) = spans.offsets.map_or((None, false), |(span, is_long)| (Some(span), is_long));
        Ok(Self {
            durations: Table::open(window, spans.durations, 4, 8)?,
            compositions: Table::open(window, spans.compositions, 4, 8)?,
            keys: spans.keys.map(|span| Table::open(window, Some(span), 4, 4)).transpose()?,
            sizes: Table::open(window, sizes, 8, 4)?,
            size,
            count,
            chunks: Table::open(window, spans.chunks, 4, 12)?,
            offsets: Table::open(window, offsets, 4, if is_long { 8 } else { 4 })?,
            at,
        })
    }

    /// The next sample; `None` behind the last one.
    pub(super) fn next<S: Source>(
        &mut self,
        source: &S,
        walk: &mut Walk,
    ) -> Result<Option<Sample>, PartsError> {
        if walk.sample >= self.count {
            return Ok(None);
        }
        let malformed = |expected| PartsError::UnreadableMoov { offset: self.at, expected };
        let size = match self.size {
            0 => self.sizes.field(source, walk.sample, 0)?.ok_or(malformed("a size for each sample"))?,
            size => size,
        };
        let duration = walk.duration.take(&mut self.durations, source)?;
        let duration = duration.ok_or(malformed("a duration for each sample"))?;
        // Negative ones are found in both versions of the table.
        let composition = walk.composition.take(&mut self.compositions, source)?.unwrap_or(0) as i32;
        let is_key = match &mut self.keys {
            None => true,
            Some(keys) => {
                let is_key = keys.field(source, walk.next_key, 0)? == Some(walk.sample + 1);
                walk.next_key += u32::from(is_key);
                is_key
            }
        };
        if walk.left == 0 {
            if self.chunks.field(source, walk.chunk_run, 0)? == Some(walk.chunk + 1) {
                walk.per_chunk = self.chunks.field(source, walk.chunk_run, 1)?.unwrap_or(0);
                walk.description = self.chunks.field(source, walk.chunk_run, 2)?.unwrap_or(1);
                walk.chunk_run += 1;
            }
            walk.left =
                Some(walk.per_chunk).filter(|left| *left > 0).ok_or(malformed("samples in each chunk"))?;
            let field = |this: &mut Table, field| this.field(source, walk.chunk, field);
            let first = field(&mut self.offsets, 0)?.ok_or(malformed("a place for each chunk"))?;
            walk.offset = match self.offsets.entry {
                8 => u64::from(first) << 32 | u64::from(field(&mut self.offsets, 1)?.unwrap_or(0)),
                _ => first.into(),
            };
            walk.chunk += 1;
        }
        walk.left -= 1;
        let data = Span { offset: walk.offset, size: size.into() };
        walk.offset = data.end();
        let decode_time = walk.decode_time;
        walk.decode_time = decode_time.saturating_add(duration.into());
        walk.sample += 1;
        let description = walk.description;
        Ok(Some(Sample { decode_time, composition, duration, is_key, data, description }))
    }
}
