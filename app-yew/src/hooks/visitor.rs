//! What stands for this browser in a room: who was banned stays out by it.

use hostreel_consent::FileDigest;
use hostreel_protocol::{RoomId, VisitorId};

use crate::browser::{random_text, remember, remembered};

/// Where the browser keeps what all its visits are made of. It is sent nowhere itself.
const SEED: &str = "hostreel.visitor";

/// Another one in each room, so that nobody is followed from room to room. Nothing where the browser keeps nothing: it
/// would be another one at each visit.
pub(crate) fn visitor_of(room: &RoomId) -> Option<VisitorId> {
    let seed = remembered(SEED).or_else(|| {
        remember(SEED, &random_text()?);
        remembered(SEED)
    })?;
    let mut digest = FileDigest::default();
    digest.update(seed.as_bytes());
    digest.update(room.as_str().as_bytes());
    VisitorId::parse(digest.finish()).ok()
}
