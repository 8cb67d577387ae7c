//! Info (RFC 9559, section 5.1.2): the timestamp scale is read; Duration, date and title are written.

use std::time::Duration;

use super::area::{self, Area};
use super::ebml::{self, Malformed, big_endian, children, put_element};
use super::ids;
use crate::UnixMillis;
use crate::edit::Outbox;

/// Nanoseconds in a tick when the file does not say (RFC 9559, section 5.1.2.9).
const DEFAULT_SCALE: u64 = 1_000_000;

/// Room for Duration, DateUTC and Title, twice, so that one of the two always stands.
const ROOM: usize = 256;
/// Duration: ID, size, a 64-bit float. The header of the Void behind the room's content.
const DURATION_LENGTH: usize = 11;
const VOID_LENGTH: usize = 9;
/// Longer titles of the input are not moved: an area has no room for two of them.
const LONGEST_TITLE: usize = 4 * 1_024 * 1_024;
/// From 1970 to 2001, which DateUTC counts from (RFC 8794, section 7.6).
const SECONDS_TO_2001: i64 = 978_307_200;

/// Whether a title stands in Info, as it should: in Tags as well it would hide this one from some readers.
pub(crate) fn has_room_for(title: &str) -> bool {
    title.len() <= ROOM - 2 * DURATION_LENGTH - VOID_LENGTH - 4
}

/// A rewritten Info element. It ends with an area that shows nothing yet.
#[derive(Debug)]
pub(crate) struct Rewritten {
    pub(crate) element: Vec<u8>,
    /// Capacity of the area.
    pub(crate) capacity: usize,
    /// Nanoseconds in a tick, never zero.
    pub(crate) scale: u64,
    /// DateUTC and Title as they were, whole elements or nothing.
    pub(crate) date: Vec<u8>,
    pub(crate) title: Vec<u8>,
}

/// Rewrites Info: all is kept but Duration (stale), CRC-32 (no longer true) and Void. `None`: the file had no Info.
/// The area is no smaller than `least`.
pub(crate) fn rewrite(payload: Option<&[u8]>, least: usize) -> Result<Rewritten, Malformed> {
    let mut scale = DEFAULT_SCALE;
    let mut out = Vec::new();
    let (mut date, mut title) = (Vec::new(), Vec::new());
    for child in children(payload.unwrap_or_default()) {
        let child = child?;
        match child.id {
            ids::DURATION | ids::CRC_32 | ids::VOID => continue,
            ids::DATE_UTC if child.whole.len() == DURATION_LENGTH => {
                date = child.whole.to_vec();
                continue;
            }
            ids::TITLE if child.whole.len() <= LONGEST_TITLE => {
                title = child.whole.to_vec();
                continue;
            }
            ids::TIMESTAMP_SCALE => scale = big_endian(child.payload).max(1),
            _ => {}
        }
        out.extend_from_slice(child.whole);
    }
    if payload.is_none() {
        // Both are mandatory.
        put_element(&mut out, ids::MUXING_APP, b"seekable");
        put_element(&mut out, ids::WRITING_APP, b"seekable");
    }
    let content = 2 * DURATION_LENGTH + title.len() + VOID_LENGTH;
    let capacity = area::capacity((2 * content.next_multiple_of(ROOM)).max(least));
    out.extend_from_slice(&area::hidden(capacity));
    let mut element = Vec::new();
    put_element(&mut element, ids::INFO, &out);
    Ok(Rewritten { element, capacity, scale, date, title })
}

/// What the payload of an Info says: nanoseconds in a tick, and the duration in ticks.
pub(crate) fn stated(payload: &[u8]) -> (u64, Option<f64>) {
    let mut scale = DEFAULT_SCALE;
    let mut duration = None;
    for child in children(payload).map_while(Result::ok) {
        match child.id {
            ids::TIMESTAMP_SCALE => scale = big_endian(child.payload).max(1),
            ids::DURATION => duration = float(child.payload),
            _ => {}
        }
    }
    (scale, duration)
}

/// The duration that is said in the front of a file.
pub(crate) fn stated_duration(mut head: &[u8]) -> Option<Duration> {
    while let Ok(header) = ebml::header(head) {
        let payload = head.get(usize::from(header.length)..)?;
        let size = header.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX);
        head = match header.id {
            ids::SEGMENT => payload,
            ids::INFO => {
                let (scale, ticks) = stated(payload.get(..size).unwrap_or(payload));
                let nanoseconds = ticks.filter(|ticks| ticks.is_finite())? * scale as f64;
                // A cast saturates.
                return Some(Duration::from_nanos(nanoseconds as u64)).filter(|stated| !stated.is_zero());
            }
            ids::CLUSTER => return None,
            _ => payload.get(size..)?,
        };
    }
    None
}

/// A float of four or eight bytes.
pub(crate) fn float(payload: &[u8]) -> Option<f64> {
    match *payload {
        [a, b, c, d] => Some(f64::from(f32::from_be_bytes([a, b, c, d]))),
        [a, b, c, d, e, f, g, h] => Some(f64::from_be_bytes([a, b, c, d, e, f, g, h])),
        _ => None,
    }
}

/// What stands in the area at the end of Info.
#[derive(Debug)]
pub(crate) struct Info {
    pub(crate) area: Area,
    /// Nanoseconds in a tick, never zero.
    pub(crate) scale: u64,
    /// In nanoseconds.
    pub(crate) duration: Option<u64>,
    /// What the input says the duration is, in nanoseconds.
    #[cfg(feature = "webm-repair")]
    pub(crate) stated: Option<u64>,
    /// DateUTC and Title, whole elements or nothing.
    pub(crate) date: Vec<u8>,
    pub(crate) title: Vec<u8>,
    /// The same as they came.
    input_date: Vec<u8>,
    input_title: Vec<u8>,
}

impl Info {
    /// What came shows until something else is said.
    pub(crate) fn new(area: Area, scale: u64, date: Vec<u8>, title: Vec<u8>) -> Self {
        Self {
            area,
            scale,
            duration: None,
            #[cfg(feature = "webm-repair")]
            stated: None,
            input_date: date.clone(),
            input_title: title.clone(),
            date,
            title,
        }
    }

    /// Takes note of the duration that the payload of the input's Info says.
    #[cfg(feature = "webm-repair")]
    pub(crate) fn note_stated(&mut self, payload: &[u8]) {
        // A cast saturates, and takes what is no number for zero.
        self.stated = stated(payload).1.map(|ticks| (ticks * self.scale as f64).round() as u64);
    }

    /// Says another date, or again the one that came. One that can not be said (after 2262) is left out.
    pub(crate) fn set_date(&mut self, date: Option<UnixMillis>) {
        let Some(date) = date else {
            self.date.clone_from(&self.input_date);
            return;
        };
        let seconds_to_2001 = SECONDS_TO_2001 * 1_000;
        let nanoseconds = i64::try_from(date.0)
            .ok()
            .and_then(|milliseconds| milliseconds.checked_sub(seconds_to_2001)?.checked_mul(1_000_000));
        self.date.clear();
        if let Some(nanoseconds) = nanoseconds {
            put_element(&mut self.date, ids::DATE_UTC, &nanoseconds.to_be_bytes());
        }
    }

    /// Says another title, or again the one that came. One that is too long stands in Tags.
    pub(crate) fn set_title(&mut self, title: Option<&str>) {
        let Some(title) = title else {
            self.title.clone_from(&self.input_title);
            return;
        };
        self.title.clear();
        if has_room_for(title) {
            put_element(&mut self.title, ids::TITLE, title.as_bytes());
        }
    }

    /// Writes what changed.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        let mut content = Vec::with_capacity(2 * DURATION_LENGTH + self.title.len());
        if let Some(nanoseconds) = self.duration {
            let ticks = nanoseconds as f64 / self.scale as f64;
            put_element(&mut content, ids::DURATION, &ticks.to_be_bytes());
        }
        content.extend_from_slice(&self.date);
        content.extend_from_slice(&self.title);
        self.area.replace(&content, outbox);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_duration_goes_and_the_rest_stays() {
        let scale = [0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x41];
        let unknown = [0x4F, 0xFE, 0x81, 7];
        let title = [0x7B, 0xA9, 0x81, b'x'];
        let mut payload = vec![0xBF, 0x84, 1, 2, 3, 4];
        payload.extend_from_slice(&scale);
        payload.extend_from_slice(&title);
        payload.extend_from_slice(&[0x44, 0x89, 0x84, 0, 0, 0, 0]);
        payload.extend_from_slice(&unknown);
        let info = rewrite(Some(&payload), 0).unwrap();
        assert_eq!((info.scale, &info.title[..], info.capacity), (1_000_001, &title[..], 2 * ROOM));
        let whole = children(&info.element).next().unwrap().unwrap();
        let kept: Vec<u32> = children(whole.payload).map(|child| child.unwrap().id).collect();
        assert_eq!(kept, [ids::TIMESTAMP_SCALE, 0x4FFE, ids::VOID]);
        assert!(whole.payload.starts_with(&scale));
    }

    #[test]
    fn a_missing_info_is_made() {
        let info = rewrite(None, 0).unwrap();
        assert_eq!(info.scale, DEFAULT_SCALE);
        assert!(rewrite(Some(&[0x2A]), 0).is_err());
    }

    #[test]
    fn dates_and_titles() {
        let mut info = Info::new(Area::new(0, 2 * ROOM), 1, Vec::new(), b"input".to_vec());
        info.set_date(Some(UnixMillis(978_307_200_001)));
        assert_eq!(info.date, [0x44, 0x61, 0x88, 0, 0, 0, 0, 0, 0x0F, 0x42, 0x40]);
        info.set_date(Some(UnixMillis(u64::MAX)));
        info.set_title(Some("회의"));
        assert_eq!((info.date.len(), info.title.len()), (0, 9));
        info.set_title(Some(&"x".repeat(222)));
        assert!(info.title.is_empty());
        info.set_title(None);
        assert_eq!(info.title, b"input");
    }
}
