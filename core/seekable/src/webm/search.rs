//! What is intact behind damage: where a cluster begins in bytes that are no elements, or a block of the cluster that was
//! damaged.
//!
//! A cluster is told by its ID of four bytes. A block has but one, so that it must also be of a known track and of about
//! the right time, and another one, or a cluster, must stand where it ends.

use super::block::{Block, simple_block};
use super::body::{CLUSTER_FRONT, begins_something};
use super::ebml::{self, Header, NoHeader};
use super::ids;

/// Bytes of a SimpleBlock that tell all that is asked here: its header, and of its payload the front.
const BLOCK_FRONT: usize = ebml::HEADER_MAX + 11;
/// The flags that no block has.
const RESERVED: u8 = 0b0111_0000;
/// Ticks that one block may be behind the one in front of it: pictures do not come in the order they are shown in.
const BACK: i32 = 500;
/// Ticks that one may be ahead.
const AHEAD: i32 = 10_000;
/// Blocks from this size on are never of a track that the file does not tell of.
const LARGE: u64 = 4 * 1024 * 1024;

/// Where one looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<Knows> {
    /// Whether there is a track of that number.
    pub(crate) knows: Knows,
    /// When the last block of the damaged cluster begins; `None`: blocks are not looked for.
    pub(crate) last: Option<i16>,
    /// The longest block.
    pub(crate) longest: u64,
    /// Nothing follows: what is not whole will never be.
    pub(crate) is_last: bool,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A cluster, or another recording, begins here.
    Cluster(usize),
    /// A block of the damaged cluster begins here.
    Block(usize),
    /// A block begins here that can't be one of the damaged cluster.
    OtherBlock(usize),
    /// There may be a block here, but more bytes are needed to tell.
    Unsure(usize),
    Nothing,
}

/// What an element stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    Segment,
    /// `has_time`: its Timestamp has been seen. `ends_here`: it says that it ends where the element does.
    Cluster {
        has_time: bool,
        ends_here: bool,
    },
}

impl<Knows: Fn(u64) -> bool> Search<Knows> {
    /// The first thing from byte `from` of `data` on. Where a cluster begins is told up to the last [`CLUSTER_FRONT`] bytes.
    pub(crate) fn first(&self, data: &[u8], from: usize) -> Found {
        let mut at = from;
        // Nearly all is told by the first byte.
        let begins = |byte: &u8| matches!(byte, 0x1F | 0x1A | 0xA3);
        while let Some(next) = data.get(at..).and_then(|rest| rest.iter().position(begins)) {
            at += next;
            let rest = data.get(at..).unwrap_or_default();
            if rest.len() < CLUSTER_FRONT {
                break;
            }
            match rest.first() {
                Some(0xA3) => match self.last.map_or(Err(NoHeader::Bad), |last| self.blocks(rest, last)) {
                    Ok(true) => return Found::Block(at),
                    Ok(false) => return Found::OtherBlock(at),
                    Err(NoHeader::NeedMore) if !self.is_last => return Found::Unsure(at),
                    Err(_) => {}
                },
                Some(0x1F | 0x1A) if begins_something(rest) => return Found::Cluster(at),
                _ => {}
            }
            at += 1;
        }
        Found::Nothing
    }

    /// Whether an element that is here as a whole is none: something intact is in it, and it is nothing known, or nothing
    /// that makes sense follows it. `None` where more is needed to tell.
    pub(crate) fn is_garbage(
        &self,
        id: u32,
        block: Option<&Block<'_>>,
        parent: Parent,
        payload: &[u8],
        behind: &[u8],
    ) -> Option<bool> {
        let is_block = matches!(id, ids::SIMPLE_BLOCK | ids::BLOCK_GROUP);
        // A cluster has one Timestamp, of up to eight bytes.
        let has_time = matches!(parent, Parent::Cluster { has_time: true, .. });
        if id == ids::TIMESTAMP && (has_time || payload.len() > 8) {
            return Some(true);
        }
        let is_trusted = match id {
            _ if is_block => block.is_some_and(|block| (self.knows)(block.track)),
            ids::POSITION | ids::PREV_SIZE | ids::CRC_32 => payload.len() <= 8,
            id => ids::is_cluster_child(id) || ids::ends_a_cluster(id) || id == ids::VOID,
        };
        // The payload is searched only where what is behind does not settle it: most blocks cost nothing here.
        let follows_badly = self.follows_badly(parent, is_trusted || is_block, behind);
        match (follows_badly, is_trusted) {
            (Some(false), true) => Some(false),
            (_, true) if !self.is_in(payload) => Some(false),
            (_, false) if self.is_in(payload) => Some(true),
            _ => follows_badly,
        }
    }

    /// Whether nothing that makes sense follows an element. `None` where more is needed to tell.
    fn follows_badly(&self, parent: Parent, is_known: bool, behind: &[u8]) -> Option<bool> {
        if matches!(parent, Parent::Cluster { ends_here: true, .. }) {
            return Some(false);
        }
        match ebml::header(behind) {
            // Anything may follow in the Segment, and what follows now may be left out by a fix.
            Ok(header) if is_known && parent != Parent::Segment => Some(!is_sound(header)),
            Ok(header) => Some(header.size.is_none() && header.id != ids::CLUSTER),
            Err(NoHeader::NeedMore) if self.is_last => Some(false),
            Err(NoHeader::NeedMore) => None,
            Err(NoHeader::Bad) => Some(true),
        }
    }

    /// Whether the child of a cluster may be so large that it is not held, by the front of its payload.
    /// `is_damaged`: something was wrong before.
    pub(crate) fn may_be_large(&self, header: Header, front: &[u8], is_damaged: bool) -> bool {
        match header.id {
            // Some files have blocks of tracks that they do not tell of. None is that large.
            ids::SIMPLE_BLOCK => {
                !is_damaged && header.size.is_some_and(|size| size < LARGE)
                    || simple_block(front).is_some_and(|block| (self.knows)(block.track))
            }
            ids::BLOCK_GROUP => ebml::header(front).is_ok_and(|child| ids::is_in_group(child.id)),
            // As we write it around garbage.
            _ => header.id == ids::VOID && header.length == 9,
        }
    }

    /// Whether something is found in the payload of an element.
    fn is_in(&self, payload: &[u8]) -> bool {
        let whole = Search { knows: &self.knows, last: self.last, longest: self.longest, is_last: true };
        whole.first(payload, 0) != Found::Nothing
    }

    /// Whether a block begins here that another element follows: an `Err` where not, `false` where it is one of another
    /// cluster.
    fn blocks(&self, data: &[u8], last: i16) -> Result<bool, NoHeader> {
        let (total, time) = self.block(data)?;
        let next = data.get(total..).ok_or(NoHeader::NeedMore)?;
        let is_followed = match next.first() {
            None => self.is_last,
            Some(0xA3) => {
                let (_, next_time) = self.block(next)?;
                (-BACK..=AHEAD).contains(&(i32::from(next_time) - i32::from(time)))
            }
            Some(0xA0) => self.begins_group(next)?,
            Some(_) if next.len() < CLUSTER_FRONT => return Err(NoHeader::NeedMore),
            Some(_) => {
                let header = ebml::header(next)?;
                ids::ends_a_cluster(header.id) && (header.id != ids::CLUSTER || begins_something(next))
            }
        };
        if !is_followed {
            return Err(if next.is_empty() { NoHeader::NeedMore } else { NoHeader::Bad });
        }
        // The header of a cluster may be lost with what stood before it. The times of the next one begin again.
        let back = i32::from(last) - i32::from(time);
        Ok(back <= BACK.min(i32::from(last) / 4).max(0))
    }

    /// The length of the SimpleBlock that may begin here, and when it begins.
    fn block(&self, data: &[u8]) -> Result<(usize, i16), NoHeader> {
        let header = ebml::header(data)?;
        let total = self.fitting(header, ids::SIMPLE_BLOCK).ok_or(NoHeader::Bad)?;
        if data.len() < total.min(BLOCK_FRONT) {
            return Err(NoHeader::NeedMore);
        }
        let payload = data.get(usize::from(header.length)..).unwrap_or_default();
        let payload = payload.get(..total - usize::from(header.length)).unwrap_or(payload);
        let block = simple_block(payload).filter(|block| (self.knows)(block.track)).ok_or(NoHeader::Bad)?;
        if block.flags() & RESERVED != 0 {
            return Err(NoHeader::Bad);
        }
        Ok((total, block.relative_time))
    }

    /// Whether a BlockGroup seems to begin here.
    fn begins_group(&self, data: &[u8]) -> Result<bool, NoHeader> {
        let header = ebml::header(data)?;
        let total = self.fitting(header, ids::BLOCK_GROUP).ok_or(NoHeader::Bad)?;
        let payload = data.get(usize::from(header.length)..).unwrap_or_default();
        let child = ebml::header(payload)?;
        let room = (total - usize::from(header.length)) as u64;
        let block = self.fitting(child, ids::BLOCK).filter(|total| *total as u64 <= room);
        let front = payload.get(usize::from(child.length)..).filter(|front| front.len() >= 11);
        let front = front.ok_or(if self.is_last { NoHeader::Bad } else { NoHeader::NeedMore })?;
        Ok(block.is_some() && simple_block(front).is_some_and(|block| (self.knows)(block.track)))
    }

    /// The length of an element that has this ID and holds at least the front of a block.
    fn fitting(&self, header: Header, id: u32) -> Option<usize> {
        let size = header.size.filter(|size| header.id == id && (4..=self.longest).contains(size))?;
        usize::from(header.length).checked_add(usize::try_from(size).ok()?)
    }
}

/// Whether an element with this header may well follow another.
fn is_sound(header: Header) -> bool {
    match header.id {
        ids::TIMESTAMP | ids::POSITION | ids::PREV_SIZE => header.size.is_some_and(|size| size <= 8),
        id => ids::is_cluster_child(id) || ids::ends_a_cluster(id) || id == ids::VOID,
    }
}
