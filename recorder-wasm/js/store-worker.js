// Writes recordings into the origin-private file system. It must be a worker: only there is a file handle that writes
// in place, so that all that was written survives a killed browser. It decides nothing; the Rust side says what goes
// where. Every request `{ id, op, … }` is answered by `{ id, ok, … }` or `{ id, error, message }`, in order.

const FOLDER = "hostreel";
const FACTS_BYTES = 1 << 24; // of facts and notes: what is larger is none of ours
const open = new Map(); // file name → sync access handle

async function folder() {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

async function syncHandle(name, create) {
  const file = await (await folder()).getFileHandle(name, { create });
  return file.createSyncAccessHandle();
}

function writeWhole(handle, bytes, at) {
  let done = 0;
  while (done < bytes.byteLength) {
    const wrote = handle.write(bytes.subarray(done), { at: at + done });
    if (!(wrote > 0)) throw new DOMException("the disk took no more bytes", "QuotaExceededError");
    done += wrote;
  }
}

// `edits`: `{ at, bytes }` in the order they must reach the disk: all of them, or none. What is appended needs space; where
// there is none, what was overwritten before is put back, and the file is as whole as it was.
function apply(handle, edits) {
  const size = handle.getSize();
  const before = [];
  try {
    for (const { at, bytes } of edits) {
      const there = new Uint8Array(Math.max(0, Math.min(bytes.byteLength, size - at)));
      handle.read(there, { at });
      before.unshift({ at, bytes: there });
      writeWhole(handle, bytes, at);
    }
  } catch (error) {
    takeBack(handle, size, before);
    throw error;
  }
}

function takeBack(handle, size, before) {
  try {
    handle.truncate(size);
    for (const { at, bytes } of before) writeWhole(handle, bytes, at);
  } catch {
    // A file that takes nothing at all any more: it can be read all the same, and recovered.
  }
}

// A file of the list; nothing when another tab has deleted it since, or keeps replacing it.
async function described(name, entry) {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const file = await entry.getFile();
      const text = name.endsWith(".json") && file.size < FACTS_BYTES ? await file.text() : undefined;
      return { name, size: file.size, text };
    } catch (error) {
      if (error.name === "NotFoundError") return undefined;
      if (error.name !== "NotReadableError") throw error;
    }
  }
  return undefined;
}

const operations = {
  async open({ name }) {
    const handle = await syncHandle(name, true);
    try {
      handle.truncate(0);
    } catch (error) {
      handle.close();
      throw error;
    }
    open.set(name, handle);
  },

  write({ name, edits }) {
    const handle = open.get(name);
    if (!handle) throw new DOMException("the file is not open", "InvalidStateError");
    apply(handle, edits);
    handle.flush();
  },

  // Cuts a file off at a length and applies edits. Nobody may have it open.
  async repair({ name, length, edits }) {
    const handle = await syncHandle(name, false);
    try {
      if (length < handle.getSize()) handle.truncate(length);
      apply(handle, edits);
      handle.flush();
    } finally {
      handle.close();
    }
  },

  close({ name }) {
    const handle = open.get(name);
    if (!handle) return;
    open.delete(name);
    try {
      handle.flush();
    } finally {
      handle.close();
    }
  },

  // Replaces a small text file.
  async put({ name, text }) {
    const bytes = new TextEncoder().encode(text);
    const handle = await syncHandle(name, true);
    try {
      apply(handle, [{ at: 0, bytes }]);
      handle.truncate(bytes.byteLength);
      handle.flush();
    } finally {
      handle.close();
    }
  },

  // All files with their sizes, and the text of the small ones.
  async list() {
    const files = [];
    for await (const [name, entry] of (await folder()).entries()) {
      if (entry.kind !== "file") continue;
      const found = await described(name, entry);
      if (found) files.push(found);
    }
    return { files };
  },

  async remove({ names }) {
    const place = await folder();
    for (const name of names) {
      try {
        await place.removeEntry(name);
      } catch (error) {
        if (error.name !== "NotFoundError") throw error;
      }
    }
  },
};

let last = Promise.resolve();

self.onmessage = ({ data }) => {
  last = last.then(async () => {
    try {
      const operation = operations[data.op];
      if (!operation) throw new DOMException(`no such operation: ${data.op}`, "NotSupportedError");
      self.postMessage({ id: data.id, ok: true, ...(await operation(data)) });
    } catch (error) {
      self.postMessage({ id: data.id, error: error?.name ?? "Error", message: String(error?.message ?? error) });
    }
  });
};

// The page waits for this: a script that a policy blocks gives no error at all.
self.postMessage("ready");
