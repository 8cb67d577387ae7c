//! A client for `signal-server` without a browser: for tests, load generators and bots.
//!
//! It joins a room, keeps its picture of it by the events it gets, answers the server's pings, and says commands and
//! signals. One task drives it: nothing runs in the background, so [`Client::next`] has to be called for the
//! connection to stay.
//!
//! ```no_run
//! # async fn bot() -> Result<(), signal_client::Error> {
//! use hostreel_protocol::{Command, Event};
//! use signal_client::{Client, Incoming, Options, Server};
//!
//! let server = Server::new("http://127.0.0.1:8080")?;
//! let created = server.create_room(&Default::default()).await?;
//! let mut host = Client::join(&server, &Options::host(&created, "Mina")).await?;
//! host.command(Command::RaiseHand).await?;
//! while let Incoming::Event(envelope) = host.next().await? {
//!     if let Event::Joined { person } = envelope.event {
//!         println!("{} is here", person.name);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod client;
mod error;
mod server;

pub use client::{Client, Incoming, Options, Session};
pub use error::Error;
pub use server::Server;
