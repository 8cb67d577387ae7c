//! The bare relay without any web framework: the least that tokio-tungstenite needs.

use hostreel_bench_signal::{Everybody, listen, relay, small_buffers};
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let everybody = Everybody::default();
    let listener = listen("127.0.0.1:0".parse()?)?;
    println!("Listening on http://{}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let everybody = everybody.clone();
        tokio::spawn(async move {
            let mut name = String::new();
            #[allow(clippy::result_large_err, reason = "the callback's type is the library's")]
            let read_name = |request: &Request, response: Response| {
                name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
                Ok(response)
            };
            let accepted = accept_hdr_async_with_config(stream, read_name, Some(small_buffers())).await;
            if let Ok(socket) = accepted {
                relay(socket, name, everybody).await;
            }
        });
    }
}
