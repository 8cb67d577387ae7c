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

mod app;
mod assets;
mod config;
mod connection;
mod entry;
mod hello;
mod http;
mod hub;
mod join;
mod journal;
mod key;
mod origin;
mod pass;
mod queue;
mod rate;
mod seat;
mod server;
mod ticket;
mod upgrade;

pub use config::{Config, Rate};
pub use server::{BindError, Server};
pub use ticket::SessionKey;
