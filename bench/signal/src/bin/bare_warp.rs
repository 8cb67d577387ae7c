//! The bare relay on warp, with its own upgrade for small buffers: the yardstick for our server.

use hostreel_bench_signal::{Everybody, listen, relay, small_buffers};
use hyper::server::conn::http1;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use warp::Filter as _;
use warp::http::{HeaderValue, StatusCode};
use warp::reply::Response;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let everybody = Everybody::default();
    let websocket = warp::path!("ws" / String)
        .and(warp::header::<String>("sec-websocket-key"))
        .and(warp::ext::get::<OnUpgrade>())
        .map(move |name: String, key: String, upgrade: OnUpgrade| {
            let everybody = everybody.clone();
            tokio::spawn(async move {
                if let Ok(upgraded) = upgrade.await {
                    let io = TokioIo::new(upgraded);
                    let socket =
                        WebSocketStream::from_raw_socket(io, Role::Server, Some(small_buffers())).await;
                    relay(socket, name, everybody).await;
                }
            });
            let mut response = Response::default();
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            let headers = response.headers_mut();
            headers.insert("connection", HeaderValue::from_static("upgrade"));
            headers.insert("upgrade", HeaderValue::from_static("websocket"));
            if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
                headers.insert("sec-websocket-accept", accept);
            }
            response
        });
    let service = TowerToHyperService::new(warp::service(websocket));
    let listener = listen("127.0.0.1:0".parse()?)?;
    println!("Listening on http://{}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let service = service.clone();
        tokio::spawn(async move {
            let _ =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
        });
    }
}
