// The worker that cuts: `trim-wasm`, with all that it is made of. It says itself when it listens.
import open from "#trim";

await open({ module_or_path: new URL("./trim-worker_bg.wasm", import.meta.url) });
