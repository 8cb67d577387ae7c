//! The API for administrators, and who may use what is not for everybody.

use std::sync::Arc;

use hostreel_protocol::{Code, EndReason, Event, RecordingKind, Role, RoomId, RoomState, StopReason};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use subtle::ConstantTimeEq as _;
use warp::http::HeaderMap;
use warp::http::header::AUTHORIZATION;

use crate::entry::RoomCell;
use crate::hub::{Hub, now};
use crate::metrics::Census;

/// Whether a request carries `Authorization: Bearer TOKEN`; takes as long for a near miss as for a far one.
pub(crate) fn is_bearer(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
    given.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
}

/// A room in the list.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    room: RoomId,
    people: usize,
    recording: bool,
    locked: bool,
}

/// A room looked at closely.
#[derive(Debug, Serialize)]
pub(crate) struct Inspected {
    room: RoomId,
    rev: u64,
    locked: bool,
    recording: Option<RecordingKind>,
    people: Vec<Inside>,
}

#[derive(Debug, Serialize)]
struct Inside {
    id: hostreel_protocol::PersonId,
    name: String,
    role: Role,
    joined_at: hostreel_protocol::Millis,
}

impl Inspected {
    fn new(state: &RoomState) -> Self {
        let inside = |person: &hostreel_protocol::Person| Inside {
            id: person.id.clone(),
            name: person.name.clone(),
            role: person.role,
            joined_at: person.joined_at,
        };
        Self {
            room: state.id.clone(),
            rev: state.rev,
            locked: state.policies.locked,
            recording: state.recording.as_ref().map(|recording| recording.kind),
            people: state.people.iter().map(inside).collect(),
        }
    }
}

impl Hub {
    /// How many there are of everything.
    pub(crate) fn census(&self) -> Census {
        let mut census = Census::default();
        for cell in self.cells() {
            let entry = cell.lock();
            let state = entry.room.state();
            census.rooms += usize::from(!state.ended);
            // Who sits at another server is counted there.
            census.people += if cell.keeper.is_some() { entry.lines.len() } else { state.people.len() };
            census.recordings += usize::from(state.recording.is_some());
        }
        census
    }

    /// The room here; among several servers, wherever it is.
    async fn look_up(self: &Arc<Self>, id: &RoomId) -> Result<Arc<RoomCell>, Code> {
        match self.cluster() {
            Some(_) => self.open(id).await,
            None => self.find(id).ok_or(Code::RoomUnknown),
        }
    }

    /// All rooms that have not ended, by name.
    pub(crate) async fn list(self: &Arc<Self>) -> Result<Vec<Listed>, Code> {
        if let Some(cluster) = self.cluster() {
            self.adopt(cluster).await?;
        }
        Ok(self.list_here())
    }

    fn list_here(&self) -> Vec<Listed> {
        let look = |cell: Arc<RoomCell>| {
            let entry = cell.lock();
            let state = entry.room.state();
            (!state.ended).then(|| Listed {
                room: state.id.clone(),
                people: state.people.len(),
                recording: state.recording.is_some(),
                locked: state.policies.locked,
            })
        };
        let mut rooms: Vec<_> = self.cells().into_iter().filter_map(look).collect();
        rooms.sort_by(|one, other| one.room.as_str().cmp(other.room.as_str()));
        rooms
    }

    /// One room.
    pub(crate) async fn inspect(self: &Arc<Self>, id: &RoomId) -> Result<Inspected, Code> {
        let cell = self.look_up(id).await?;
        let entry = cell.lock();
        Ok(Inspected::new(entry.room.state()))
    }

    /// Ends a room for everybody.
    pub(crate) async fn close(self: &Arc<Self>, id: &RoomId) -> Result<(), Code> {
        let cell = self.look_up(id).await?;
        if self.cluster().is_some() {
            return self.end_together(&cell).await;
        }
        let mut entry = cell.lock();
        let events = closing(entry.room.state())?;
        entry.tell(self.shared(), now(), events).finish();
        Ok(())
    }
}

/// What ends a room.
pub(crate) fn closing(state: &RoomState) -> Result<Vec<Event>, Code> {
    if state.ended {
        return Err(Code::RoomEnded);
    }
    let recording = state.recording.as_ref().map(|recording| recording.id.clone());
    let stopped =
        recording.map(|recording| Event::RecordingStopped { recording, reason: StopReason::RoomEnded });
    Ok(stopped.into_iter().chain([Event::Ended { reason: EndReason::EndedByAdmin }]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_opens() {
        let token: SecretString = "s3cret".to_owned().into();
        for (given, opens) in [
            ("Bearer s3cret", true),
            ("Bearer s3cre", false),
            ("Bearer s3crett", false),
            ("s3cret", false),
            ("Bearer ", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, given.parse().unwrap());
            assert_eq!(is_bearer(&headers, &token), opens, "{given}");
        }
        assert!(!is_bearer(&HeaderMap::new(), &token));
    }
}
