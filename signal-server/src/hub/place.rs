//! Places for rooms: what goes when there are as many as there may be.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use hostreel_protocol::{Code, RoomId};

use crate::entry::{Entry, RoomCell};
use crate::hub::Hub;

/// Who made more than one of so many rooms gives empty ones up for others.
const SHARES: usize = 8;

type Rooms = HashMap<RoomId, Arc<RoomCell>>;

impl Hub {
    /// Whether there is a place for one more room of this network. Where all are taken, a room that has ended goes, or an
    /// empty one of whoever made far more than others: nobody fills a server alone.
    pub(super) fn has_place(&self, rooms: &mut Rooms, maker: Option<IpAddr>) -> bool {
        if rooms.len() < self.shared.config.rooms {
            return true;
        }
        let Some(id) = over(rooms).or_else(|| least_missed(rooms, maker)) else { return false };
        let gone = rooms.get(&id).is_some_and(|cell| self.gives_way(&id, &mut cell.lock()));
        gone && rooms.remove(&id).is_some()
    }

    fn gives_way(&self, id: &RoomId, entry: &mut Entry) -> bool {
        // Somebody may have come in just now.
        if !entry.is_empty() {
            return false;
        }
        entry.closed = Some(Code::RoomUnknown);
        if !entry.room.state().ended {
            self.shared.watch.room_forgotten(id);
        }
        true
    }
}

/// A room that has ended. One from before a restart is kept: secrets of that time would bring it back.
fn over(rooms: &Rooms) -> Option<RoomId> {
    let ended = rooms.iter().find(|(_, cell)| {
        let entry = cell.lock();
        entry.room.state().ended && entry.is_empty() && entry.restored.is_empty()
    });
    ended.map(|(id, _)| id.clone())
}

/// Of who made the most rooms, if that is a large part and more than this maker has: an empty one, rather one that
/// nobody ever was in, and rather one that has been empty for long.
fn least_missed(rooms: &Rooms, maker: Option<IpAddr>) -> Option<RoomId> {
    let mut made: HashMap<IpAddr, usize> = HashMap::new();
    for maker in rooms.values().filter_map(|cell| cell.lock().maker) {
        *made.entry(maker).or_default() += 1;
    }
    let own = maker.and_then(|maker| made.get(&maker)).copied().unwrap_or_default();
    let (most, count) = made.into_iter().max_by_key(|(_, count)| *count)?;
    if count <= own || count <= rooms.len() / SHARES {
        return None;
    }
    let empty = rooms.iter().filter_map(|(id, cell)| {
        let entry = cell.lock();
        let may_go = entry.maker == Some(most) && entry.is_empty();
        may_go.then(|| ((entry.room.state().rev == 0, Reverse(entry.empty_since)), id))
    });
    empty.max_by_key(|(rank, _)| *rank).map(|(_, id)| id.clone())
}
