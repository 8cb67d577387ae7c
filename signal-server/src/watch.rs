//! Who watches the rooms without being in them: the metrics and the webhooks.

use std::sync::Arc;

use hostreel_protocol::{Envelope, RoomId};

use crate::metrics::Metrics;
use crate::webhook::Sender;

/// Told of everything that happens.
pub(crate) struct Watch {
    pub(crate) metrics: Arc<Metrics>,
    webhooks: Option<Sender>,
}

impl Watch {
    pub(crate) fn new(metrics: Arc<Metrics>, webhooks: Option<Sender>) -> Self {
        Self { metrics, webhooks }
    }

    pub(crate) fn room_created(&self, room: &RoomId) {
        self.metrics.rooms_created.inc();
        if let Some(webhooks) = &self.webhooks {
            webhooks.room_created(room);
        }
    }

    /// A room is gone because nobody was in it for long.
    pub(crate) fn room_forgotten(&self, room: &RoomId) {
        if let Some(webhooks) = &self.webhooks {
            webhooks.room_forgotten(room);
        }
    }

    pub(crate) fn event(&self, room: &RoomId, envelope: &Envelope) {
        self.metrics.events.inc();
        if let Some(webhooks) = &self.webhooks {
            webhooks.event(room, envelope);
        }
    }
}
