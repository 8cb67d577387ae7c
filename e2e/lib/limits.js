// Every wait of these tests ends by an event or a condition; these limits only say when to give up.

/** Milliseconds until a wait gives up. Generous: the machine may be loaded. `HOSTREEL_E2E_LIMIT` overrides it. */
export const LIMIT = Number(process.env.HOSTREEL_E2E_LIMIT ?? 60_000);

/** Milliseconds until a whole scenario (several browsers, one recording) gives up. */
export const SCENARIO_LIMIT = LIMIT * 5;

/** Rejects with a message that names what was awaited when `promise` takes longer than `limit` milliseconds. */
export async function within(promise, what, limit = LIMIT) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`gave up after ${limit} ms waiting for ${what}`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
