//! What is said last when events are told.

use std::sync::Arc;

use hostreel_protocol::{Code, ResumeToken, ServerMessage};

use crate::queue::{End, Queue};

/// What is sent once everything else has been queued: last words, then new resume secrets.
#[must_use]
#[derive(Default)]
pub(crate) struct Afterwards {
    goodbyes: Vec<(Arc<Queue>, Option<ServerMessage>, End)>,
    sessions: Vec<(Arc<Queue>, ResumeToken)>,
}

impl Afterwards {
    /// Gives somebody a new resume secret.
    pub(crate) fn session(&mut self, queue: Arc<Queue>, resume: ResumeToken) {
        self.sessions.push((queue, resume));
    }

    /// Queues all of it.
    pub(crate) fn finish(self) {
        for (queue, resume) in self.sessions {
            queue.push(ServerMessage::Session { resume }.encode().into());
        }
        for (queue, last, end) in self.goodbyes {
            queue.finish(last.as_ref(), end);
        }
    }

    /// Says goodbye, or only closes to who has left.
    pub(crate) fn bye(&mut self, queue: Arc<Queue>, end: End) {
        let bye = match end {
            End::Code(code) => Some(ServerMessage::bye(code, None)),
            End::Left => None,
        };
        self.goodbyes.push((queue, bye, end));
    }

    /// Tells somebody in the lobby that they do not get in.
    pub(crate) fn refuse(&mut self, queue: Arc<Queue>, code: Code) {
        self.goodbyes.push((queue, Some(ServerMessage::refused(code)), End::Code(code)));
    }
}
