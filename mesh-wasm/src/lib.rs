//! A full mesh of WebRTC connections for a Hostreel room, in the browser.
