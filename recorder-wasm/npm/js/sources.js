// Where the sound and the picture come from.
import { capture } from "./browser.js";
import { RecorderError } from "./errors.js";

const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const SCREEN = { frameRate: { ideal: 30 } };

const wanted = (choice, usual) => (choice === true ? usual : choice ? { ...usual, ...choice } : false);

/** Whether the small module is not enough for these sources: they must be mixed into one picture or one sound. */
export function mustBeMixed({ stream, camera, microphone, screen }) {
  if (stream) return stream.getAudioTracks().length > 1;
  return Boolean(screen && (camera || (microphone && screen.audio !== false)));
}

/**
 * Opens what the options want. `recorded` is what is recorded, `opened` are the streams to be ended afterwards, `mix` is a mix to be
 * ended.
 */
export async function openSources({ stream, mix, camera, microphone, screen }) {
  if (stream ?? mix) return { recorded: stream ?? mix.stream, opened: [] };
  if (!camera && !microphone && !screen) {
    throw new RecorderError("no_source", "nothing to record: give camera, microphone, screen, stream or mix");
  }
  const sources = { opened: [] };
  const open = async (name, constraints) => {
    const one = await capture(name, constraints);
    sources.opened.push(one);
    return one;
  };
  try {
    // The screen first: the browser asks for it only shortly after a click.
    const shared = screen && (await open("getDisplayMedia", { video: SCREEN, audio: screen.audio ?? true }));
    const own =
      (camera || microphone) && (await open("getUserMedia", { video: wanted(camera, CAMERA), audio: wanted(microphone, MICROPHONE) }));
    sources.recorded = new MediaStream(sources.opened.flatMap((one) => one.getTracks()));
    if (shared && own && camera) await putTogether(sources, shared, own);
  } catch (error) {
    closeSources(sources);
    throw error;
  }
  return sources;
}

/** A screen and a face become one picture. */
async function putTogether(sources, shared, own) {
  const { Mix } = await import("./mix.js");
  sources.mix = await Mix.create({ layout: "screen" });
  sources.mix.add("me", own);
  sources.mix.setScreen("me", shared);
  sources.recorded = sources.mix.stream;
}

export function closeSources({ opened, mix }) {
  for (const stream of opened) for (const track of stream.getTracks()) track.stop();
  mix?.dispose();
}
