//! The worker that cuts a part out of a recording. It reads the recording's file by a sync access handle (one that lies
//! elsewhere by `FileReaderSync`) and writes the part by another; both exist in workers only. What it is asked for and
//! what it answers is described at `worker::Request` and `worker::Answer`.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod worker;

fn main() {
    #[cfg(target_arch = "wasm32")]
    worker::start();
}
