//! Recovering: what is no whole element at the end is left out, and every whole block is kept.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use proptest::prelude::*;
use seekable::{Options, ProblemKind};
use support::{check_cues, fix, fix_with, names, sample, view};

fn trims() -> Options {
    Options { trims_tail: true, ..Options::default() }
}

/// Payloads of blocks that are whole in the front of a file of ours. (Blocks come in order.)
fn whole_blocks(file: &[u8], cut: usize) -> usize {
    let all = view(file, true);
    let segment = support::element(file, support::element(file, 0, file.len()).end, file.len());
    let end = |block: &support::Block| {
        let at = segment.data + block.place.0 as usize + 12 + block.place.1 as usize;
        support::element(file, at, file.len()).end
    };
    all.blocks.iter().take_while(|block| end(block) <= cut).count()
}

/// The same where zeros follow the cut: a block that ends there in zeros is not believed.
fn whole_before_zeros(file: &[u8], cut: usize) -> usize {
    let is_solid = file[cut - 1] != 0;
    if is_solid { whole_blocks(file, cut) } else { whole_blocks(file, cut - 1) }
}

fn check(recovered: &[u8]) -> support::View {
    let now = view(recovered, true);
    assert_eq!(now.segment_end, recovered.len());
    // Clusters are behind everything else, and nothing is behind them.
    let clusters_at = now.parts.iter().position(|id| *id == 0x1F43_B675).unwrap_or(now.parts.len());
    assert!(now.parts[clusters_at..].iter().all(|id| *id == 0x1F43_B675), "{:x?}", now.parts);
    check_cues(&now, true);
    assert!(fix_with(trims(), recovered).0 == recovered && fix(recovered).0 == recovered);
    now
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_and_recovered_twice(
        which in 0usize..15,
        first in any::<prop::sample::Index>(),
        second in any::<prop::sample::Index>(),
        zeros in prop_oneof![Just(0usize), 1usize..20_000],
    ) {
        let file = fix(&sample(&names()[which]).bytes).0;
        let all = view(&file, true);
        // The head has 82,500 bytes or so: without it there is nothing to recover.
        let head = 84_000;
        let cut = head + first.index(file.len() - head);
        let mut broken = file[..cut].to_vec();
        broken.resize(cut + zeros, 0);
        let once = fix_with(trims(), &broken).0;
        let now = check(&once);
        // One that ends in zeros of its own can't be told from one that was torn there.
        let kept = if zeros > 0 { whole_before_zeros(&file, cut) } else { whole_blocks(&file, cut) };
        prop_assert!(now.blocks.len() >= kept, "{} of {kept}", now.blocks.len());
        // Zeros may complete the block that was cut, where it lacks only a few bytes.
        prop_assert!(now.blocks.len() <= kept + usize::from(zeros > 0));
        prop_assert_eq!(&now.blocks[..kept], &all.blocks[..kept]);

        let cut = head.min(once.len()) + second.index(once.len().saturating_sub(head).max(1));
        let twice = fix_with(trims(), &once[..cut]).0;
        let kept = whole_blocks(&once, cut);
        let last = check(&twice);
        prop_assert_eq!(&last.blocks[..], &now.blocks[..kept]);
    }
}

/// A block whose end was never written, so that it and all behind it is zeros, is none.
#[test]
fn a_block_that_ends_in_zeros_before_zeros_is_torn() {
    for name in ["chromium-webm-vp8-opus.webm", "firefox-webm-vp8-opus.webm", "chromium-audio-webm-opus.weba"]
    {
        let file = fix(&sample(name).bytes).0;
        let all = view(&file, true);
        let segment = support::element(&file, support::element(&file, 0, file.len()).end, file.len());
        let ends = all.blocks.iter().step_by(all.blocks.len() / 12).map(|block| {
            let at = segment.data + block.place.0 as usize + 12 + block.place.1 as usize;
            support::element(&file, at, file.len()).end
        });
        // Some lack one or two bytes, some nothing; a block may end in zeros of its own as well.
        let near = ends.flat_map(|end| [end - 2, end - 1, end]);
        let cuts = (90_000..file.len()).step_by(file.len() / 40).chain(near);
        for cut in cuts.filter(|cut| *cut < file.len()) {
            let kept = whole_before_zeros(&file, cut);
            for zeros in [70_000, 200_000] {
                let broken = [&file[..cut], &vec![0; zeros]].concat();
                let (out, _) = fix_with(trims(), &broken);
                let now = check(&out);
                assert_eq!(now.blocks[..], all.blocks[..kept], "{name} {cut}");
                // In pieces as well.
                let mut seekable = seekable::Seekable::new(trims());
                let mut again = seekable::MemoryFile::default();
                for piece in broken.chunks(997) {
                    seekable.push(piece).unwrap();
                }
                seekable.finish().unwrap();
                support::drain(&mut seekable, &mut again);
                assert!(again.bytes() == out);
            }
        }
        // Where nothing follows it, a block may end in what it likes.
        let end = file.len() - 10;
        let zeroed = [&file[..end], &[0; 10]].concat();
        assert_eq!(view(&fix_with(trims(), &zeroed).0, true).blocks.len(), all.blocks.len());
    }
}

#[test]
fn another_recording_behind_the_cut_is_left_out() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let file = fix(&bytes).0;
    for cut in [bytes.len() / 2, bytes.len() / 2 + 7_777] {
        // The block that was cut takes what it lacks from what follows: garbage first, so that it ends in it.
        let garbage = [0xFF; 70_000];
        let broken = [&file[..cut], &garbage, &bytes].concat();
        let (out, summary) = fix_with(trims(), &broken);
        let now = check(&out);
        let kept = whole_blocks(&file, cut);
        assert!((kept..=kept + 1).contains(&now.blocks.len()));
        assert!(summary.problem.is_some());
    }
    let (out, summary) = fix_with(trims(), &[&file[..], &bytes].concat());
    assert!(out == file);
    assert_eq!(summary.problem.unwrap().kind, ProblemKind::Trailing);
}

#[test]
fn what_is_behind_the_last_checkpoint_is_kept() {
    // The Segment says that it ends where the last checkpoint was, but whole blocks follow.
    for name in ["chromium-webm-vp9-opus.webm", "firefox-webm-vp8-opus.webm"] {
        let bytes = sample(name).bytes;
        let mut seekable = seekable::Seekable::default();
        let mut file = seekable::MemoryFile::default();
        seekable.push(&bytes[..200_000]).unwrap();
        seekable.checkpoint();
        support::drain(&mut seekable, &mut file);
        seekable.push(&bytes[200_000..350_000]).unwrap();
        support::drain(&mut seekable, &mut file);
        let now = check(&fix_with(trims(), file.bytes()).0);
        assert_eq!(now.blocks, view(&fix_with(trims(), &bytes[..350_000]).0, true).blocks, "{name}");
    }
}
