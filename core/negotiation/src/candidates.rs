//! Candidates that came before the description that they belong to.

use std::collections::VecDeque;

use crate::Candidate;

/// Most candidates that wait, on either way. A connection has about ten; the oldest is dropped.
const MAX_WAITING: usize = 128;
/// Most ICE sessions of one description: one for each media line, when nothing is bundled.
const MAX_SESSIONS: usize = 8;

/// The ICE sessions (`a=ice-ufrag`, RFC 8839 §5.4) of a description.
pub(crate) fn ufrags(sdp: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in sdp.lines() {
        let Some(ufrag) = line.strip_prefix("a=ice-ufrag:") else { continue };
        let ufrag = ufrag.trim();
        if found.len() < MAX_SESSIONS && found.iter().all(|known| known != ufrag) {
            found.push(ufrag.to_owned());
        }
    }
    found
}

/// A bounded queue that forgets its oldest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waiting(VecDeque<Candidate>);

impl Waiting {
    pub(crate) fn push(&mut self, candidate: Candidate) {
        if self.0.len() == MAX_WAITING {
            self.0.pop_front();
        }
        self.0.push_back(candidate);
    }

    pub(crate) fn take(&mut self) -> VecDeque<Candidate> {
        std::mem::take(&mut self.0)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// What the other end's candidates have to fit to, and those that do not fit yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct RemoteCandidates {
    /// Sessions of the remote description; empty before the first one is set.
    sessions: Vec<String>,
    waiting: Waiting,
    described: bool,
}

impl RemoteCandidates {
    /// Gives the candidate back when it can be added now, else keeps it. `changing`: another description is being set,
    /// so the present one is about to be gone.
    pub(crate) fn offer(&mut self, candidate: Candidate, changing: bool) -> Option<Candidate> {
        if !changing && self.fits(&candidate) {
            return Some(candidate);
        }
        self.waiting.push(candidate);
        None
    }

    /// The remote description is set now. Gives the candidates that waited for it, and whether this is another ICE
    /// session than before (a restart).
    pub(crate) fn described(&mut self, sessions: Vec<String>) -> (Vec<Candidate>, bool) {
        let restarted = self.described && self.sessions != sessions;
        self.sessions = sessions;
        self.described = true;
        let mut ready = Vec::new();
        for candidate in self.waiting.take() {
            if self.fits(&candidate) {
                ready.push(candidate);
            } else {
                self.waiting.push(candidate);
            }
        }
        (ready, restarted)
    }

    fn fits(&self, candidate: &Candidate) -> bool {
        // Without a ufrag it can only be meant for the description that is there.
        self.described
            && candidate.ufrag.as_ref().is_none_or(|ufrag| {
                self.sessions.is_empty() || self.sessions.iter().any(|session| session == ufrag)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(text: &str, ufrag: Option<&str>) -> Candidate {
        Candidate { candidate: text.into(), mid: None, line: Some(0), ufrag: ufrag.map(Into::into) }
    }

    #[test]
    fn sessions_are_read_once_each() {
        let sdp = "v=0\r\nm=audio\r\na=ice-ufrag:ab+/\r\nm=video\r\na=ice-ufrag:ab+/\r\na=ice-ufrag:cd\r\n";
        assert_eq!(ufrags(sdp), ["ab+/", "cd"]);
        assert!(ufrags("").is_empty());
    }

    #[test]
    fn a_candidate_waits_for_its_own_session() {
        let mut remote = RemoteCandidates::default();
        assert_eq!(remote.offer(candidate("early", Some("new")), false), None);
        assert_eq!(remote.offer(candidate("any", None), false), None);
        let (ready, restarted) = remote.described(vec!["old".into()]);
        assert_eq!(ready, [candidate("any", None)]);
        assert!(!restarted);
        let (ready, restarted) = remote.described(vec!["new".into()]);
        assert_eq!(ready, [candidate("early", Some("new"))]);
        assert!(restarted);
        assert!(remote.offer(candidate("late", Some("new")), false).is_some());
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut remote = RemoteCandidates::default();
        for number in 0..1_000 {
            remote.offer(candidate(&number.to_string(), Some("x")), false);
        }
        let (ready, _) = remote.described(vec!["x".into()]);
        assert_eq!(ready.len(), MAX_WAITING);
        assert_eq!(ready[MAX_WAITING - 1].candidate, "999");
    }
}
