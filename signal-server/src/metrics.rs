//! What is counted, for Prometheus.

use std::time::Duration;

use hostreel_protocol::Code;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The content type of [`Metrics::encode`].
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Label = [(&'static str, &'static str); 1];

/// How many there are at the moment of asking.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Census {
    pub(crate) rooms: usize,
    pub(crate) people: usize,
    pub(crate) recordings: usize,
}

/// What is counted of the work with other servers.
struct HubMetrics {
    up: Gauge,
    nodes: Gauge,
    appends: Family<Label, Counter>,
}

/// All counters of one server.
pub(crate) struct Metrics {
    registry: Registry,
    rooms: Gauge,
    people: Gauge,
    recordings: Gauge,
    connections: Gauge,
    pub(crate) rooms_created: Counter,
    pub(crate) joins: Counter,
    pub(crate) signals: Counter,
    pub(crate) commands: Counter,
    pub(crate) events: Counter,
    refusals: Family<Label, Counter>,
    drops: Family<Label, Counter>,
    webhooks: Family<Label, Counter>,
    certificates: Family<Label, Counter>,
    /// Only of one server among several.
    hub: Option<HubMetrics>,
    join_seconds: Histogram,
    relay_seconds: Histogram,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        // 50 µs to 1.6 s, each twice the one before.
        let histogram = || Histogram::new(exponential_buckets(50e-6, 2.0, 16));
        let mut metrics = Self {
            registry: Registry::with_prefix("hostreel"),
            rooms: Gauge::default(),
            people: Gauge::default(),
            recordings: Gauge::default(),
            connections: Gauge::default(),
            rooms_created: Counter::default(),
            joins: Counter::default(),
            signals: Counter::default(),
            commands: Counter::default(),
            events: Counter::default(),
            refusals: Family::default(),
            drops: Family::default(),
            webhooks: Family::default(),
            certificates: Family::default(),
            hub: None,
            join_seconds: histogram(),
            relay_seconds: histogram(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("rooms", "Rooms that exist", self.rooms.clone());
        registry.register("people", "People in rooms", self.people.clone());
        registry.register("recordings", "Recordings going on", self.recordings.clone());
        registry.register("connections", "Websockets open", self.connections.clone());
        registry.register("rooms_created", "Rooms made", self.rooms_created.clone());
        registry.register("joins", "People let in", self.joins.clone());
        registry.register("signals", "Signals taken in", self.signals.clone());
        registry.register("commands", "Commands taken in", self.commands.clone());
        registry.register("events", "Events decided", self.events.clone());
        registry.register("refusals", "Attempts to join refused, by code", self.refusals.clone());
        registry.register("drops", "Connections ended by the server, by code", self.drops.clone());
        registry.register("webhooks", "Webhook deliveries, by result", self.webhooks.clone());
        registry.register(
            "certificates",
            "Certificate files that changed, by result: taken or kept (the old one)",
            self.certificates.clone(),
        );
        let (join, relay) = (self.join_seconds.clone(), self.relay_seconds.clone());
        registry.register_with_unit("join", "From hello to welcome", Unit::Seconds, join);
        registry.register_with_unit("relay", "From queueing to written, per batch", Unit::Seconds, relay);
    }

    /// Counts the work with other servers, too: before anything is counted.
    pub(crate) fn with_hub(mut self) -> Self {
        let hub = HubMetrics { up: Gauge::default(), nodes: Gauge::default(), appends: Family::default() };
        let registry = &mut self.registry;
        registry.register("hub_up", "Whether NATS is there: 1 or 0", hub.up.clone());
        registry.register("hub_nodes", "Other servers that are there", hub.nodes.clone());
        registry.register("hub_appends", "Decisions written to the log, by result", hub.appends.clone());
        self.hub = Some(hub);
        self
    }

    pub(crate) fn hub_up(&self, is_up: bool) {
        if let Some(hub) = &self.hub {
            hub.up.set(i64::from(is_up));
        }
    }

    pub(crate) fn hub_nodes(&self, others: usize) {
        if let Some(hub) = &self.hub {
            hub.nodes.set(i64::try_from(others).unwrap_or(i64::MAX));
        }
    }

    pub(crate) fn appended(&self, result: &'static str) {
        if let Some(hub) = &self.hub {
            hub.appends.get_or_create(&[("result", result)]).inc();
        }
    }

    pub(crate) fn refused(&self, code: Code) {
        self.refusals.get_or_create(&[("code", code.as_str())]).inc();
    }

    pub(crate) fn dropped(&self, code: Code) {
        self.drops.get_or_create(&[("code", code.as_str())]).inc();
    }

    pub(crate) fn webhook(&self, result: &'static str) {
        self.webhooks.get_or_create(&[("result", result)]).inc();
    }

    pub(crate) fn certificate(&self, result: &'static str) {
        self.certificates.get_or_create(&[("result", result)]).inc();
    }

    pub(crate) fn joined(&self, after: Duration) {
        self.joins.inc();
        self.join_seconds.observe(after.as_secs_f64());
    }

    pub(crate) fn relayed(&self, after: Duration) {
        self.relay_seconds.observe(after.as_secs_f64());
    }

    /// All of it as text (OpenMetrics 1.0).
    pub(crate) fn encode(&self, census: Census, connections: usize) -> String {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.rooms.set(count(census.rooms));
        self.people.set(count(census.people));
        self.recordings.set(count(census.recordings));
        self.connections.set(count(connections));
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_out_as_text() {
        let metrics = Metrics::new();
        metrics.refused(Code::RoomUnknown);
        metrics.refused(Code::RoomUnknown);
        metrics.joined(Duration::from_micros(120));
        let text = metrics.encode(Census { rooms: 3, people: 5, recordings: 1 }, 7);
        for line in [
            "hostreel_rooms 3",
            "hostreel_people 5",
            "hostreel_recordings 1",
            "hostreel_connections 7",
            "hostreel_refusals_total{code=\"room_unknown\"} 2",
            "hostreel_joins_total 1",
            "hostreel_join_seconds_bucket{le=\"0.0002\"} 1",
            "hostreel_join_seconds_bucket{le=\"0.0001\"} 0",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} not in {text}");
        }
    }
}
