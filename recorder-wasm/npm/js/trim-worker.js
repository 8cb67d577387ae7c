// The worker that cuts: `trim-wasm`, with all that it is made of. It says itself when it listens.
import open from "#trim";

// Not awaited at the top: Vite makes workers that can't do that. Thrown from a timer, an error is one of the worker.
open({ module_or_path: new URL("./trim-worker_bg.wasm", import.meta.url) }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
