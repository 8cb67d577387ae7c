//! Kills a signaling server under load, starts it again, and waits until everybody is back: `cargo xtask bench signal`
//! calls it. The answer is one line of JSON.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use futures::future::{join_all, try_join_all};
use hostreel_protocol::Role;
use serde_json::json;
use serde_json::value::RawValue;
use signal_client::{Client, Incoming, Options, Server, Session};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// People in a room, one of them its host.
const PEOPLE: usize = 4;
/// Rooms that are filled at the same time.
const AT_ONCE: usize = 50;
/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Parser)]
#[command(about)]
struct Arguments {
    /// How often it is killed
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// Sessions that must come back each time
    #[arg(long, default_value_t = 1_000)]
    sessions: usize,
    /// The server and its arguments: with a fixed port, and a state folder
    #[arg(last = true, required = true)]
    server: Vec<String>,
}

/// Somebody who will come back, and as what.
struct Lost {
    session: Session,
    role: Role,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { rounds, sessions, server: words } = Arguments::parse();
    let (mut child, server) = start(&words).await?;
    let mut rooms = fill(&server, sessions.div_ceil(PEOPLE)).await?;
    let count = rooms.len() * PEOPLE;
    let mut took = Vec::new();
    for _ in 0..rounds {
        let lives = rooms.into_iter().map(until_lost);
        let killing = async {
            // In the middle of what they say.
            tokio::time::sleep(Duration::from_millis(500)).await;
            child.kill().await
        };
        let (lost, killed) = futures::join!(join_all(lives), killing);
        killed.context("the server can't be killed")?;
        let (next, server) = start(&words).await?;
        child = next;
        let begun = Instant::now();
        rooms = try_join_all(lost.into_iter().map(|lost| come_back(&server, lost))).await?;
        took.push(begun.elapsed().as_secs_f64());
        try_join_all(rooms.iter_mut().map(whole)).await?;
    }
    child.kill().await?;
    took.sort_by(f64::total_cmp);
    let (middle, worst) = (took.get(took.len() / 2), took.last());
    println!("{}", json!({ "rounds": rounds, "sessions": count, "median_s": middle, "worst_s": worst }));
    Ok(())
}

async fn start(words: &[String]) -> Result<(Child, Server)> {
    let (program, arguments) = words.split_first().context("no server")?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut child = command.spawn().context("the server does not start")?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let url = loop {
        let line = timeout(PATIENCE, lines.next_line()).await??.context("the server ended at once")?;
        if let Some(url) = line.strip_prefix("Listening on ") {
            break url.to_owned();
        }
    };
    // What else it prints must not stop it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, Server::new(&url)?))
}

async fn fill(server: &Server, rooms: usize) -> Result<Vec<Vec<Client>>> {
    let mut filled = Vec::new();
    while filled.len() < rooms {
        let some = (filled.len()..rooms).take(AT_ONCE).map(|_| async {
            let created = server.create_room(&Default::default()).await?;
            let mut members = vec![Client::join(server, &Options::host(&created, "host")).await?];
            for number in 1..PEOPLE {
                members.push(
                    Client::join(server, &Options::guest(&created.room, &format!("guest {number}"))).await?,
                );
            }
            anyhow::Ok(members)
        });
        filled.extend(try_join_all(some).await?);
    }
    Ok(filled)
}

/// They talk until their connections break.
async fn until_lost(mut members: Vec<Client>) -> Vec<Lost> {
    let ids: Vec<_> = members.iter().map(|member| member.you().clone()).collect();
    'talk: loop {
        for (number, member) in members.iter_mut().enumerate() {
            if member.signal(&ids[(number + 1) % ids.len()], RawValue::NULL.to_owned()).await.is_err() {
                break 'talk;
            }
        }
        for member in &mut members {
            let heard = async {
                while !matches!(member.next().await?, Incoming::Signal { .. }) {}
                Ok::<_, signal_client::Error>(())
            };
            if heard.await.is_err() {
                break 'talk;
            }
        }
    }
    let lost = |member: &Client| Lost { session: member.session(), role: role(member) };
    members.iter().map(lost).collect()
}

fn role(member: &Client) -> Role {
    member.room().person(member.you()).map_or(Role::Waiting, |me| me.role)
}

async fn come_back(server: &Server, lost: Vec<Lost>) -> Result<Vec<Client>> {
    let back = lost.into_iter().map(|Lost { session, role: was }| async move {
        let member = timeout(PATIENCE, Client::resume(server, &session))
            .await
            .context("took too long to come back")??;
        let is = role(&member);
        ensure!(is == was, "came back as {is:?}, was {was:?}");
        Ok(member)
    });
    try_join_all(back).await
}

/// Waits until everybody sees everybody, with the same one host.
async fn whole(members: &mut Vec<Client>) -> Result<()> {
    for member in members {
        let all = async {
            while member.room().people.iter().filter(|person| !person.is_away()).count() < PEOPLE {
                member.next().await?;
            }
            anyhow::Ok(())
        };
        timeout(PATIENCE, all).await.context("not everybody is back in a room")??;
        ensure!(member.room().host().is_some_and(|host| host.name == "host"), "a room without its host");
        ensure!(member.room().people.len() == PEOPLE, "somebody is in a room twice");
    }
    Ok(())
}
