//! Positions past 4 GiB, without 4 GiB of data: most of the input is said to be zeros.
#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::cell::Cell;
use std::time::Duration;

use seekable::{Limits, MemoryFile, Options, Packets, Source, SourceError, Split, SplitAt};

/// Bytes at some places, zeros between them. Counts what is read.
#[derive(Default)]
struct Sparse {
    pieces: Vec<(u64, Vec<u8>)>,
    length: u64,
    read: Cell<u64>,
}

impl Sparse {
    fn put(&mut self, bytes: &[u8]) {
        self.pieces.push((self.length, bytes.to_vec()));
        self.length += bytes.len() as u64;
    }
}

impl Source for Sparse {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        self.read.set(self.read.get() + buffer.len() as u64);
        buffer.fill(0);
        for (at, bytes) in &self.pieces {
            for (index, byte) in bytes.iter().enumerate() {
                let place =
                    (at + index as u64).checked_sub(offset).and_then(|place| usize::try_from(place).ok());
                if let Some(target) = place.and_then(|place| buffer.get_mut(place)) {
                    *target = *byte;
                }
            }
        }
        Ok(buffer.len())
    }
}

/// A cluster of one key frame of so many bytes, at a time in milliseconds.
fn cluster(sparse: &mut Sparse, time: u16, size: u32) {
    let mut front = b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x82".to_vec();
    front.extend_from_slice(&time.to_be_bytes());
    front.extend_from_slice(&[0xA3, 0x08, 0, 0, 0]);
    let at = front.len() - 4;
    front[at..].copy_from_slice(&(size + 4).to_be_bytes());
    front[at] |= 0x10;
    front.extend_from_slice(&[0x81, 0, 0, 0x80]);
    sparse.put(&front);
    sparse.length += u64::from(size);
}

#[test]
fn positions_past_4_gib() {
    let mut input = Sparse::default();
    input.put(b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    input.put(b"\x15\x49\xA9\x66\x80\x16\x54\xAE\x6B\x8F\xAE\x8D\xD7\x81\x01\x83\x81\x01\x86\x85V_VP8");
    for second in 0..24 {
        cluster(&mut input, second * 1_000, 250 << 20);
    }
    let last_at = input.length;
    for second in 24..28 {
        cluster(&mut input, second * 1_000, 7);
    }
    assert!(last_at > 5 << 30);

    let mut packets = Packets::open(&input, Limits::default()).unwrap();
    let mut last = None;
    while let Some(packet) = packets.next_packet().unwrap() {
        last = Some(packet);
    }
    assert_eq!(last.unwrap().data.offset, input.length - 7);

    let at = SplitAt::Ranges(vec![Duration::from_secs(24)..Duration::from_secs(99)]);
    let mut split = Split::new(&input, &at, Options::default()).unwrap();
    assert_eq!(split.parts()[0].start, Duration::from_secs(24));
    let mut part = split.part(1).unwrap();
    let mut file = MemoryFile::default();
    while let Some(edit) = part.next_edit().unwrap() {
        file.apply(&edit).unwrap();
    }
    let mut own = Packets::open(file.bytes(), Limits::default()).unwrap();
    let times: Vec<i64> =
        std::iter::from_fn(|| own.next_packet().unwrap()).map(|packet| packet.time).collect();
    assert_eq!(times, [0, 1_000, 2_000, 3_000]);
    // Payloads that are not wanted are never read.
    assert!(input.read.get() < 4 << 20, "{}", input.read.get());

    let by_size = Split::new(&input, &SplitAt::Size(1 << 30), Options::default()).unwrap();
    assert_eq!(by_size.parts().len(), 6);
    assert!(by_size.parts().iter().all(|part| part.size_at_most <= 1 << 30 && !part.is_larger_than_asked));
}
