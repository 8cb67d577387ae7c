//! The media lines of a connection, as the offering end adds and both ends fill them.

use wasm_bindgen_futures::spawn_local;
use web_sys::RtcRtpTransceiver;

use crate::Slot;
use crate::browser::peer::Peer;
use crate::browser::{page, transceiver};
use crate::local::LocalTracks;

/// Adds all lines, with what is in the slots: a track that is there from the beginning need not be waited for.
pub(crate) fn add(peer: &Peer, local: &LocalTracks) {
    let codecs = transceiver::codecs();
    for slot in Slot::ALL {
        let line = peer.add_transceiver(slot.kind(), local.get(slot), local.stream(slot));
        if let (Some(codecs), true) = (&codecs, slot != Slot::Audio) {
            transceiver::prefer(&line, codecs);
        }
    }
}

/// What a line sends from now on.
pub(crate) fn put_track(peer: &Peer, line: &RtcRtpTransceiver, slot: Slot, local: &LocalTracks) {
    let done = peer.wait(&transceiver::replace_track(line, local.get(slot)));
    spawn_local(async move {
        if let Some(Err(reason)) = done.await {
            page::warn(&format!("a track can't be sent: {reason}"));
        }
    });
}

/// Makes a first offer to nobody and throws it away: the first connection of a page takes longer than all later ones.
pub(crate) async fn rehearse() {
    let Ok(local) = LocalTracks::new() else { return };
    let Ok(peer) = Peer::new(&[], |_| {}) else { return };
    add(&peer, &local);
    // Whatever comes of it.
    let _ = peer.create_offer().await;
}
