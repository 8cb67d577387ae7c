//! The signaling server: warp and tokio around `hostreel-room`, with the web app inside.
//!
//! It moves messages; what may be done in a room is decided by [`hostreel_room::decide`]. Start one in process with
//! [`Server::bind`]:
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use signal_server::{Config, Server};
//! let server = Server::bind(Config { port: 0, ..Config::default() }).await?;
//! println!("Listening on http://{}", server.address());
//! server.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admin;
mod afterwards;
mod app;
mod assets;
mod client_address;
mod config;
mod connection;
mod crowd;
mod entry;
mod hello;
mod http;
mod hub;
mod join;
mod journal;
mod key;
mod listen;
mod metrics;
mod operations;
mod origin;
mod pass;
mod queue;
mod rate;
mod redirect;
mod seat;
mod server;
mod ticket;
mod tls;
mod token;
mod turn;
mod upgrade;
mod visitors;
mod watch;
mod webhook;

pub use config::{
    Config, Contradiction, HubConfig, Jwt, MetricsAccess, PerAddress, Proxies, Rate, Tls, Turn, Webhooks,
};
pub use server::{BindError, Server};
pub use ticket::SessionKey;
pub use tls::TlsError;
pub use token::{Grant, KeyError, TokenError, Verifier};
