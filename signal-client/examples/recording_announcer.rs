//! A bot that sits in a room and says aloud (here: on the terminal) when somebody records.
//!
//! `cargo run -p signal-client --example recording_announcer -- http://127.0.0.1:8080 ROOM`

use clap::Parser;
use hostreel_protocol::{Action, Event, RoomId};
use signal_client::{Client, Error, Incoming, Options, Server};

#[derive(Debug, Parser)]
struct Arguments {
    /// The server, like http://127.0.0.1:8080
    server: String,
    /// The room, as in its link
    room: String,
    /// The bot's name
    #[arg(long, default_value = "Recording bot")]
    name: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    let server = Server::new(&arguments.server)?;
    let options = Options::guest(&RoomId::parse(&arguments.room)?, &arguments.name);
    loop {
        match announce(&server, &options).await {
            // Both say how long to wait; a bot is in no hurry.
            Err(error) if matches!(error.action(), Action::Retry | Action::Rejoin | Action::Resume) => {
                println!("{error}; coming back");
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            }
            ended => return ended,
        }
    }
}

async fn announce(server: &Server, options: &Options) -> Result<(), Error> {
    let mut bot = Client::join(server, options).await?;
    println!("In the room with {} others", bot.room().people.len() - 1);
    loop {
        let Incoming::Event(envelope) = bot.next().await? else { continue };
        match envelope.event {
            Event::RecordingStarted { recording } => {
                let by = bot.room().person(&recording.by).map_or("Somebody", |person| &person.name);
                println!("{by} is recording ({:?})", recording.kind);
            }
            Event::RecordingStopped { .. } => println!("The recording has ended"),
            Event::Ended { .. } => return Ok(()),
            _ => {}
        }
    }
}
