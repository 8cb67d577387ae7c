// Memory of a page as its engine counts it: the heaps of the page and of its workers, and what WebAssembly holds.

/** To be run in each page and before all else: keeps hold of every module's memory. */
export function watchMemories() {
  const found = new Set();
  globalThis.wasmBytes = () => [...found].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  const seen = (result) => {
    for (const value of Object.values((result.instance ?? result).exports)) if (value instanceof WebAssembly.Memory) found.add(value);
    return result;
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const usual = WebAssembly[name];
    WebAssembly[name] = (...given) => usual.apply(WebAssembly, given).then(seen);
  }
}

/**
 * Bytes that are in use: `{ heap, wasm }`. `collect` first throws away what is no longer needed, so that only what is kept is counted.
 * Buffers, which V8 keeps outside of its heap, are counted; memory of WebAssembly once, as `wasm`.
 */
export async function usage(page, session, { collect = false } = {}) {
  const isolates = [session, ...page.workers().map((worker) => worker.client)];
  let heap = 0;
  for (const isolate of isolates) {
    if (collect) for (let round = 0; round < 2; round += 1) await isolate.send('HeapProfiler.collectGarbage');
    const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await isolate.send('Runtime.getHeapUsage');
    heap += usedSize + embedderHeapUsedSize + backingStorageSize;
  }
  const wasm = await page.evaluate(() => globalThis.wasmBytes());
  return { heap: heap - wasm, wasm };
}
