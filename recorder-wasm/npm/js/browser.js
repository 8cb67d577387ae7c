// What is asked of the browser itself, by whichever module records.
import { RecorderError } from "./errors.js";

const TEXTS = {
  denied: "access to camera, microphone or screen was denied: allow it in the browser's address bar",
  no_device: "no camera or microphone was found: connect one, or choose another",
  device_in_use: "the camera or microphone is in use by another program: close it and try again",
  policy_blocked: "the page's permissions policy forbids the device: allow it where this page is embedded",
  insecure: "this page is not secure: open it over https or on localhost",
  not_clicked: "the browser asks for a screen only at a press of the user: call it from a click",
  unsupported: "this browser can't capture that",
};

/** Names of what `getUserMedia` and `getDisplayMedia` throw (Media Capture and Streams §10.2.2). */
const CODES = {
  NotAllowedError: "denied",
  SecurityError: "policy_blocked",
  NotFoundError: "no_device",
  OverconstrainedError: "no_device",
  NotReadableError: "device_in_use",
  // Something kept the device from starting, though nobody denied it.
  AbortError: "device_in_use",
};

/** Whether the page's policy forbids what was asked for (Permissions Policy §9). Only Chromium can be asked. */
function isForbidden(name, { video, audio }) {
  const policies = name === "getDisplayMedia" ? ["display-capture"] : [video && "camera", audio && "microphone"];
  return policies.some((policy) => policy && document.featurePolicy?.allowsFeature(policy) === false);
}

function captureError(thrown, ...asked) {
  // Without a press of the user (Screen Capture §5.1): as good as a no, until the next try.
  if (thrown.name === "InvalidStateError") return new RecorderError("denied", TEXTS.not_clicked, { cause: thrown });
  // Browsers say NotAllowedError for a policy too; the message tells sometimes.
  const byPolicy = thrown.name === "NotAllowedError" && (/policy/.test(thrown.message) || isForbidden(...asked));
  const code = byPolicy ? "policy_blocked" : CODES[thrown.name];
  return new RecorderError(code ?? "browser", TEXTS[code] ?? `the browser failed: ${thrown}`, { cause: thrown });
}

/** Asks for devices: `capture("getUserMedia", constraints)`. */
export async function capture(name, constraints) {
  if (!globalThis.isSecureContext) throw new RecorderError("insecure", TEXTS.insecure);
  const devices = navigator.mediaDevices;
  if (!devices?.[name]) throw new RecorderError("unsupported", TEXTS.unsupported);
  try {
    return await devices[name](constraints);
  } catch (thrown) {
    throw captureError(thrown, name, constraints);
  }
}

/** Space of this origin, in bytes; null when the browser does not say. */
export async function estimate() {
  const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.().catch(() => {})) ?? {};
  return quota === undefined ? null : { used: usage, quota, free: Math.max(0, quota - usage) };
}

/** Asks the browser not to clear recordings when space is short; true when it won't. */
export async function persist() {
  return (await globalThis.navigator?.storage?.persist?.().catch(() => false)) ?? false;
}

/** What this browser can do on this page. */
export async function support() {
  const { isSecureContext = false, MediaRecorder, navigator, MediaStreamTrackProcessor, MediaStreamTrackGenerator } = globalThis;
  const records = (type) => MediaRecorder?.isTypeSupported(type) ?? false;
  return {
    secure: isSecureContext,
    mediaDevices: Boolean(navigator?.mediaDevices),
    mediaRecorder: Boolean(MediaRecorder),
    disk: Boolean(navigator?.storage?.getDirectory),
    screen: Boolean(navigator?.mediaDevices?.getDisplayMedia),
    webm: records("video/webm"),
    mp4: records("video/mp4"),
    mixInBackground: Boolean(MediaStreamTrackProcessor && MediaStreamTrackGenerator),
  };
}
