/** What went wrong, with a stable `code` for each. The message is for people and says what to do. */
export class RecorderError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }

  get name() {
    return "RecorderError";
  }
}

/** What the wasm module threw, as one of ours. */
export const ours = (thrown) =>
  thrown?.code && !(thrown instanceof RecorderError) && !(thrown instanceof DOMException)
    ? new RecorderError(thrown.code, thrown.message)
    : thrown;

/** Awaits what the wasm module does. */
export async function asking(promise) {
  try {
    return await promise;
  } catch (thrown) {
    throw ours(thrown);
  }
}

/** Asks what runs; after its end that is an error. */
export function ask(running, what) {
  if (!running) throw new RecorderError("wrong_state", "the recording has ended");
  try {
    return what(running);
  } catch (thrown) {
    throw ours(thrown);
  }
}
