// Where the sound and the picture come from.
import { RecorderError } from "./errors.js";
import { engine, fullEngine } from "./engine.js";

const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

const wanted = (choice, usual) => (choice === true ? usual : choice ? { ...usual, ...choice } : false);

export const stopTracks = (stream) => stream.getTracks().forEach((track) => track.stop());

async function capture(ask) {
  if (!globalThis.isSecureContext) throw new RecorderError("insecure", "this page is not secure: open it over https or on localhost");
  try {
    return await ask(navigator.mediaDevices);
  } catch (thrown) {
    const { code, message } = (await engine()).captureError(thrown);
    throw new RecorderError(code, message, { cause: thrown });
  }
}

/**
 * Opens what the options want. `opened` are the streams that must be ended afterwards, `recorded` is what is recorded: one track of
 * each kind, or several that are still to be mixed.
 */
export async function open({ stream, camera, microphone, screen }) {
  if (stream) return { recorded: stream, opened: [] };
  const opened = [];
  try {
    // The screen first: the browser asks for it only shortly after a click.
    if (screen) {
      const audio = screen === true || screen.audio !== false;
      opened.push(await capture((devices) => devices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio })));
    }
    if (camera || microphone) {
      const constraints = { video: wanted(camera, CAMERA), audio: wanted(microphone, MICROPHONE) };
      opened.push(await capture((devices) => devices.getUserMedia(constraints)));
    }
  } catch (error) {
    opened.forEach(stopTracks);
    throw error;
  }
  const recorded = new MediaStream(opened.flatMap((one) => one.getTracks()));
  if (!opened.length) throw new RecorderError("no_source", "nothing to record: give camera, microphone, screen, stream or mix");
  return { recorded, opened };
}

/** A browser records only the first track of each kind. */
export const mustBeMixed = (stream) => stream.getAudioTracks().length > 1 || stream.getVideoTracks().length > 1;
