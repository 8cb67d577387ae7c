//! One websocket from its `hello` to its close.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use hostreel_protocol::{ClientMessage, CloseCode, Code, Hello, ServerMessage, SignalRef};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt as _;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;

use crate::Turn;
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::queue::{End, Next, Queue};
use crate::rate::{Bucket, Patience, bytes_of};
use crate::seat::Seat;
use crate::turn::renewed_after;
use crate::visitors::Visit;

/// A client's websocket.
pub(crate) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// How long a closed connection may take to read our last words.
const LINGER: Duration = Duration::from_secs(1);

/// One read may hold hundreds of small messages. Without giving way in between, a sender's burst would fill the queue
/// of a receiver whose task had no chance to write, and cut off who is not slow at all.
const MOST_IN_A_ROW: u32 = 16;

/// Runs one connection to its end.
pub(crate) async fn run(mut socket: Socket, hub: Arc<Hub>, visit: Visit, stop: CancellationToken) {
    let hello_time = Duration::from_millis(hub.config().limits.hello_ms);
    // What is over soon is boxed, here and below: a task is as large as the largest thing it ever does, for as long as it
    // lives, and most connections only wait.
    let hello = tokio::select! {
        hello = Box::pin(crate::hello::receive(&mut socket, hello_time)) => hello,
        () = stop.cancelled() => Err(Some(Code::ServerStopping)),
    };
    let queue = Arc::new(Queue::new(&hub.config().limits));
    let heard_at = Instant::now();
    let seat = match hello {
        Ok(hello) => Box::pin(enter(&hub, &visit, &hello, &queue)).await.map_err(Some),
        Err(code) => Err(code),
    };
    let seat = match seat {
        Ok(seat) => seat,
        Err(None) => return,
        Err(Some(code)) => {
            tracing::info!(code = code.as_str(), "refused");
            hub.watch().metrics.refused(code);
            Box::pin(visit.refused(code)).await;
            let refused = Message::text(ServerMessage::refused(code).encode());
            let said = tokio::time::timeout(LINGER, socket.send(refused)).await;
            if matches!(said, Ok(Ok(()))) {
                Box::pin(close(socket, End::Code(code))).await;
            }
            return;
        }
    };
    tracing::info!("joined");
    hub.watch().metrics.joined(heard_at.elapsed());
    let end = Member::new(&mut socket, &hub, seat, &queue, &visit).run().await;
    match end {
        Some(end) => {
            tracing::info!(code = reason(end), "closing");
            if let End::Code(code) = end {
                hub.watch().metrics.dropped(code);
            }
            Box::pin(close(socket, end)).await;
        }
        None => {
            tracing::info!("connection gone");
            // Answers the other side's close frame, if that is how it ended.
            let _ = tokio::time::timeout(LINGER, socket.flush()).await;
        }
    }
}

async fn enter(hub: &Arc<Hub>, visit: &Visit, hello: &Hello, queue: &Arc<Queue>) -> Result<Seat, Code> {
    // Who takes a seat back that is really theirs guesses nothing, whatever others at this address have done.
    let ticket = hello.resume.as_ref().and_then(|token| hub.shared().session_key.verify(token));
    if ticket.is_none_or(|ticket| ticket.room != hello.room) {
        visit.may_ask()?;
    }
    visit.may_join()?;
    hub.join(hello, queue).await
}

/// The text of a close frame.
fn reason(end: End) -> &'static str {
    match end {
        End::Code(code) => code.as_str(),
        End::Left => "left",
    }
}

/// Says why, and waits a moment for the other side: closing a socket with unread input would throw our words away.
async fn close(mut socket: Socket, end: End) {
    let number = match end {
        End::Code(code) => CloseCode::from(code),
        End::Left => CloseCode::Done,
    }
    .number();
    let frame = CloseFrame { code: number.into(), reason: reason(end).into() };
    let farewell = async {
        socket.close(Some(frame)).await?;
        // What is left of an oversized message is no frames any more.
        if end == End::Code(Code::TooLarge) {
            let mut scrap = [0; 1024];
            while socket.get_mut().read(&mut scrap).await? > 0 {}
        }
        while socket.next().await.is_some_and(|message| message.is_ok()) {}
        Ok::<_, Error>(())
    };
    // However it ends: the connection is over.
    let _ = tokio::time::timeout(LINGER, farewell).await;
}

/// A connection that has joined.
struct Member<'a> {
    socket: &'a mut Socket,
    seat: Seat,
    queue: &'a Queue,
    visit: &'a Visit,
    metrics: &'a Metrics,
    turn: &'a Turn,
    messages: Bucket,
    bytes: Bucket,
    idle: Duration,
    heard_at: Instant,
    /// When the credentials for TURN are renewed.
    renewal: Option<Instant>,
    malformed_left: u32,
    patience: Patience,
    /// Messages taken in since this task last gave way to others.
    heard_in_a_row: u32,
    /// Goodbye is said: nothing is listened to any more.
    ending: bool,
}

impl<'a> Member<'a> {
    fn new(socket: &'a mut Socket, hub: &'a Hub, seat: Seat, queue: &'a Queue, visit: &'a Visit) -> Self {
        let config = hub.config();
        let now = Instant::now();
        Self {
            socket,
            seat,
            queue,
            visit,
            metrics: &hub.watch().metrics,
            turn: &config.turn,
            messages: Bucket::new(config.rate, now),
            bytes: Bucket::new(bytes_of(config.rate, config.limits.message_bytes), now),
            idle: Duration::from_millis(config.limits.idle_ms.max(3)),
            heard_at: now,
            renewal: renewed_after(&config.turn).map(|after| now + after),
            malformed_left: config.malformed_tolerated,
            patience: Patience::new(config.rate.burst),
            heard_in_a_row: 0,
            ending: false,
        }
    }

    /// Moves messages both ways. `None`: the connection is gone. The seat is given up on return, before the close.
    async fn run(mut self) -> Option<End> {
        let end = self.talk().await;
        self.seat.ends(end);
        end
    }

    async fn talk(&mut self) -> Option<End> {
        let mut tick = tokio::time::interval(self.idle / 3);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tick.reset();
        loop {
            tokio::select! {
                next = self.queue.next() => match next {
                    Next::Message(text) => {
                        if let Err(end) = self.write(Message::Text(text)).await {
                            return end;
                        }
                    }
                    Next::End(end) => return Some(end),
                },
                message = self.socket.next(), if !self.ending => match message {
                    Some(Ok(message)) => {
                        self.hear(message)?;
                        self.heard_in_a_row += 1;
                        if self.heard_in_a_row >= MOST_IN_A_ROW {
                            self.heard_in_a_row = 0;
                            tokio::task::yield_now().await;
                        }
                    }
                    Some(Err(Error::Capacity(_))) => self.say_bye(Code::TooLarge),
                    Some(Err(_)) | None => return None,
                },
                _ = tick.tick() => {
                    let silence = self.heard_at.elapsed();
                    if silence >= self.idle {
                        self.say_bye(Code::IdleTimeout);
                    } else if silence >= self.idle / 4 {
                        self.queue.push(ServerMessage::Ping.encode().into());
                    }
                    self.renew(Instant::now());
                }
            }
        }
    }

    /// Renews what ends soon.
    fn renew(&mut self, now: Instant) {
        let after = renewed_after(self.turn);
        if let (Some(due), Some(after)) = (self.renewal, after)
            && due <= now
        {
            self.renewal = Some(now + after);
            self.seat.renew_ice_servers();
        }
    }

    /// Writes a message and all that waits behind it. A reader that takes nothing for the idle time is too slow.
    async fn write(&mut self, first: Message) -> Result<(), Option<End>> {
        let (socket, queue, metrics) = (&mut *self.socket, self.queue, self.metrics);
        let all = async move {
            socket.feed(first).await?;
            // One at a time: what is taken out of the queue is out of its bounds.
            while let Some(Next::Message(text)) = queue.try_next() {
                socket.feed(Message::Text(text)).await?;
            }
            let since = queue.take_since();
            socket.flush().await?;
            if let Some(since) = since {
                metrics.relayed(since.elapsed());
            }
            Ok(())
        };
        let slow = Err(Some(End::Code(Code::SlowReader)));
        tokio::select! {
            // Nearly always it is done at once, and no timer has to be set.
            biased;
            written = all => written.map_err(|_: Error| None),
            () = self.queue.cut_off() => slow,
            () = tokio::time::sleep(self.idle) => slow,
        }
    }

    /// Takes in a message. `None`: the client closes.
    fn hear(&mut self, message: Message) -> Option<()> {
        let now = Instant::now();
        self.heard_at = now;
        self.queue.hear();
        let in_rate =
            self.messages.take(now, 1) && self.bytes.take(now, message.len()) && self.visit.may_send();
        if !self.patience.bears(in_rate) {
            self.say_bye(Code::TooFast);
            return Some(());
        }
        match message {
            Message::Text(text) => self.hear_text(&text, in_rate),
            Message::Binary(_) => self.say_bye(Code::Malformed),
            Message::Close(_) => return None,
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
        Some(())
    }

    fn hear_text(&mut self, text: &str, in_rate: bool) {
        if in_rate && let Some(signal) = SignalRef::read(text) {
            self.metrics.signals.inc();
            self.seat.signal(signal.to, signal.data);
            return;
        }
        match ClientMessage::decode(text) {
            Ok(ClientMessage::Pong) => {}
            Ok(ClientMessage::Command { id, .. }) if !in_rate => self.seat.deny(Some(id), Code::TooFast),
            Ok(_) if !in_rate => self.seat.deny(None, Code::TooFast),
            Ok(ClientMessage::Ping) => self.queue.push(ServerMessage::Pong.encode().into()),
            Ok(ClientMessage::Signal { to, data }) => {
                self.metrics.signals.inc();
                self.seat.signal(to.as_str(), &data);
            }
            Ok(ClientMessage::Command { id, command }) => {
                self.metrics.commands.inc();
                self.seat.command(id, command);
            }
            Ok(ClientMessage::BackSoon) => {
                self.seat.goes_for_a_moment();
                self.ending = true;
                self.queue.finish(None, End::Left);
            }
            Ok(ClientMessage::Hello(_)) => self.say_bye(Code::AlreadyJoined),
            Err(error) => {
                self.seat.deny(error.id, Code::Malformed);
                match self.malformed_left.checked_sub(1) {
                    Some(left) => self.malformed_left = left,
                    None => self.say_bye(Code::Malformed),
                }
            }
        }
    }

    /// Ends this connection for a fault of its own.
    fn say_bye(&mut self, code: Code) {
        self.ending = true;
        self.queue.finish(Some(&ServerMessage::bye(code, None)), End::Code(code));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_what_it_gives<A, B, C, D, F>(_: fn(A, B, C, D) -> F) -> usize {
        size_of::<F>()
    }

    /// Thousands of them wait at the same time.
    #[test]
    fn a_connection_that_waits_is_small() {
        let size = size_of_what_it_gives(run);
        assert!(size <= 3 * 1024, "{size} bytes");
    }
}
