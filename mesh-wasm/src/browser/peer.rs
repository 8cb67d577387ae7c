//! `RTCPeerConnection`.

use std::future::Future;

use gloo_events::EventListener;
use hostreel_negotiation::{Candidate, Description, DescriptionKind, TransportState};
use hostreel_protocol::IceServer;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MediaStream, MediaStreamTrack, RtcBundlePolicy, RtcConfiguration, RtcIceCandidateInit, RtcIceServer,
    RtcPeerConnection, RtcPeerConnectionIceEvent, RtcPeerConnectionState, RtcRtpTransceiver,
    RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType, RtcSessionDescriptionInit,
};

use crate::MeshError;

/// What a connection tells by itself.
#[derive(Debug)]
pub(crate) enum PeerEvent {
    NegotiationNeeded,
    Candidate(Candidate),
    Transport(TransportState),
}

/// A connection. Dropped: closed, it tells nothing more, and what it was busy with ends.
#[must_use]
#[derive(Debug)]
pub(crate) struct Peer {
    connection: RtcPeerConnection,
    /// Settles when this is dropped: promises of a closed connection never do (WebRTC §4.4.1.2), and whoever waits
    /// for one would wait, and stay in memory, forever.
    closed: Promise,
    close: Option<Function>,
    _listeners: [EventListener; 3],
}

impl Peer {
    pub(crate) fn new(
        ice_servers: &[IceServer],
        tell: impl Fn(PeerEvent) + Clone + 'static,
    ) -> Result<Self, MeshError> {
        let connection = RtcPeerConnection::new_with_configuration(&configuration(ice_servers))
            .map_err(|thrown| MeshError::Browser { reason: super::reason(&thrown) })?;
        let (needed, found, source) = (tell.clone(), tell.clone(), connection.clone());
        let _listeners = [
            EventListener::new(&connection, "negotiationneeded", move |_| {
                needed(PeerEvent::NegotiationNeeded)
            }),
            EventListener::new(&connection, "icecandidate", move |event| {
                let event = event.dyn_ref::<RtcPeerConnectionIceEvent>();
                let candidate = event.and_then(RtcPeerConnectionIceEvent::candidate);
                // The end of the candidates comes as `null` or as an empty one; nobody needs to hear of it.
                if let Some(candidate) = candidate.filter(|candidate| !candidate.candidate().is_empty()) {
                    found(PeerEvent::Candidate(Candidate {
                        ufrag: super::property(&candidate, "usernameFragment").as_string(),
                        candidate: candidate.candidate(),
                        mid: candidate.sdp_mid(),
                        line: candidate.sdp_m_line_index(),
                    }));
                }
            }),
            EventListener::new(&connection, "connectionstatechange", move |_| {
                tell(PeerEvent::Transport(match source.connection_state() {
                    RtcPeerConnectionState::Connected => TransportState::Connected,
                    RtcPeerConnectionState::Disconnected => TransportState::Disconnected,
                    RtcPeerConnectionState::Failed => TransportState::Failed,
                    _ => TransportState::Connecting,
                }));
            }),
        ];
        let mut close = None;
        let closed = Promise::new(&mut |resolve, _| close = Some(resolve));
        Ok(Self { connection, closed, close, _listeners })
    }

    /// Adds a media line that sends and receives, in the order of the calls.
    pub(crate) fn add_transceiver(
        &self,
        kind: &str,
        track: Option<&MediaStreamTrack>,
        stream: &MediaStream,
    ) -> RtcRtpTransceiver {
        let init = RtcRtpTransceiverInit::new();
        init.set_direction(RtcRtpTransceiverDirection::Sendrecv);
        init.set_streams(&Array::of1(stream));
        match track {
            Some(track) => self.connection.add_transceiver_with_media_stream_track_and_init(track, &init),
            None => self.connection.add_transceiver_with_str_and_init(kind, &init),
        }
    }

    /// All media lines, in their order.
    pub(crate) fn transceivers(&self) -> Vec<RtcRtpTransceiver> {
        self.connection.get_transceivers().iter().filter_map(|item| item.dyn_into().ok()).collect()
    }

    /// `setLocalDescription()` without arguments; gives what was made. `None`: closed meanwhile.
    pub(crate) fn set_local_description(
        &self,
    ) -> impl Future<Output = Option<Result<Description, String>>> + use<> {
        let connection = self.connection.clone();
        // web-sys knows only the form with an argument.
        let made = super::method(&connection, "setLocalDescription")
            .ok_or(JsValue::from("no setLocalDescription"))
            .and_then(|method| method.call0(&connection))
            .map(|promise| self.wait(&promise));
        async move {
            let result = match made {
                Ok(made) => made.await?,
                Err(thrown) => Err(super::reason(&thrown)),
            };
            Some(result.and_then(|_| {
                let description = connection.local_description().ok_or("no local description")?;
                let kind = match description.type_() {
                    RtcSdpType::Offer => DescriptionKind::Offer,
                    RtcSdpType::Answer => DescriptionKind::Answer,
                    _ => return Err("neither offer nor answer".into()),
                };
                Ok(Description { kind, sdp: description.sdp() })
            }))
        }
    }

    /// `createOffer()`, which changes nothing. `None`: closed meanwhile.
    pub(crate) fn create_offer(&self) -> impl Future<Output = Option<Result<JsValue, String>>> + use<> {
        self.wait(&self.connection.create_offer())
    }

    /// `setRemoteDescription`. `None`: closed meanwhile.
    pub(crate) fn set_remote_description(
        &self,
        description: &Description,
    ) -> impl Future<Output = Option<Result<JsValue, String>>> + use<> {
        let init = RtcSessionDescriptionInit::new(match description.kind {
            DescriptionKind::Offer => RtcSdpType::Offer,
            DescriptionKind::Answer => RtcSdpType::Answer,
        });
        init.set_sdp(&description.sdp);
        self.wait(&self.connection.set_remote_description(&init))
    }

    /// `addIceCandidate`. A candidate that can't be used does no harm, so nobody waits for it.
    pub(crate) fn add_candidate(
        &self,
        candidate: &Candidate,
    ) -> impl Future<Output = Option<Result<JsValue, String>>> + use<> {
        let init = RtcIceCandidateInit::new(&candidate.candidate);
        init.set_sdp_mid(candidate.mid.as_deref());
        init.set_sdp_m_line_index(candidate.line);
        if let Some(ufrag) = &candidate.ufrag {
            // Can't fail on a plain object.
            let _ = Reflect::set(&init, &"usernameFragment".into(), &ufrag.into());
        }
        self.wait(&self.connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init)))
    }

    /// `setConfiguration()`: what is negotiated from here on uses these servers.
    pub(crate) fn set_ice_servers(&self, ice_servers: &[IceServer]) {
        if let Some(method) = super::method(&self.connection, "setConfiguration") {
            // A connection that is closed needs none.
            let _ = method.call1(&self.connection, &configuration(ice_servers));
        }
    }

    /// `restartIce()`.
    pub(crate) fn restart_ice(&self) {
        if let Some(method) = super::method(&self.connection, "restartIce") {
            // Throws never (WebRTC §4.4.2).
            let _ = method.call0(&self.connection);
        }
    }

    /// `getStats()`. `None`: closed meanwhile.
    pub(crate) fn stats(&self) -> impl Future<Output = Option<Result<JsValue, String>>> + use<> {
        self.wait(&self.connection.get_stats())
    }

    /// Waits for a promise of this connection, and for no longer than the connection exists: then `None`.
    pub(crate) fn wait(
        &self,
        promise: &JsValue,
    ) -> impl Future<Output = Option<Result<JsValue, String>>> + use<> {
        let first = JsFuture::from(Promise::race(&Array::of2(promise, &self.closed)));
        let alive = self.connection.clone();
        async move {
            let result = first.await;
            let closed = alive.connection_state() == RtcPeerConnectionState::Closed;
            (!closed).then(|| result.map_err(|thrown| super::reason(&thrown)))
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.close();
        if let Some(close) = self.close.take() {
            // A promise's own function throws never.
            let _ = close.call0(&JsValue::UNDEFINED);
        }
    }
}

fn configuration(ice_servers: &[IceServer]) -> RtcConfiguration {
    let servers = Array::new();
    for server in ice_servers {
        let entry = RtcIceServer::new();
        let urls: Array = server.urls.iter().map(|url| JsValue::from(url.as_str())).collect();
        entry.set_urls(&urls);
        if let Some(username) = &server.username {
            entry.set_username(username);
        }
        if let Some(credential) = &server.credential {
            entry.set_credential(credential);
        }
        servers.push(&entry);
    }
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&servers);
    // All lines share one transport: every browser that we know can, and looks for a third of the addresses then. It may
    // begin to look for them before anything is offered.
    configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
    // web-sys does not know it. Can't fail on a plain object.
    let _ = Reflect::set(&configuration, &"iceCandidatePoolSize".into(), &1.into());
    configuration
}
