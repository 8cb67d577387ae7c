// The package as somebody uses it. Checked by `tsc` against the declarations; never run.
import { Mix, Recorder, RecorderError, Tracks } from "../types/index.js";
import type { Recording } from "../types/index.js";

export async function record(signal: AbortSignal): Promise<Recording> {
  await using recorder = await Recorder.start({ camera: true, microphone: { echoCancellation: false }, preset: "high", signal });
  recorder.addEventListener("progress", ({ seconds, bytes, freeBytes }) => console.log(seconds.toFixed(), bytes, freeBytes ?? "?"));
  recorder.addEventListener("warning", (warning) => {
    if (warning.code === "low_space") console.log(warning.freeBytes);
    if (warning.code === "in_memory") console.log(warning.reason.code);
  });
  recorder.addEventListener("health", (health) => health.kind === "silent" && console.log(health.seconds));
  recorder.mark("decision");
  recorder.setTag("ROOM", "blue");
  const recording = await recorder.stop();
  const saved: "saved" | "downloaded" | "cancelled" = await recording.save("stand-up");
  console.log(saved, recording.startedAt.toISOString(), recording.report?.good, recording.chapters.map(({ seconds, title }) => `${seconds} ${title}`));
  return recording;
}

export async function call(streams: Map<string, MediaStream>): Promise<void> {
  using mix = await Mix.create({ layout: "speaker" });
  for (const [name, stream] of streams) mix.add(name, stream, { name });
  const recorder = await Recorder.start({ mix, maxDuration: 3600, atLimit: "split" });
  await recorder.finished.catch((error: unknown) => {
    if (error instanceof RecorderError && error.code === "storage_full") console.log(error.message);
  });
  for (const one of await Recorder.unfinished()) await one.recover();
}

export async function talk(camera: MediaStream, microphone: string): Promise<void> {
  const recorder = await Recorder.start({ camera: true, microphone: true, switchable: true, onTrackEnd: "fallback" });
  recorder.addEventListener("source", (source) => {
    if (source.what === "fellback") console.log(source.kind, source.label);
    if (source.what === "missing") console.log(source.error.code);
  });
  await recorder.replace({ camera, microphone: { deviceId: microphone }, screen: { audio: false } });
  await recorder.replace({ screen: false });
}

export async function interview(mina: MediaStream, jun: MediaStream): Promise<string | null> {
  await using tracks = await Tracks.start({ participants: [{ id: "1", name: "Mina", stream: mina }], preset: "voice", audioOnly: true });
  tracks.addEventListener("level", ({ id, level }) => console.log(id, level));
  tracks.addEventListener("trackfailed", ({ id, error, kept }) => console.log(id, error.code, kept?.duration));
  await tracks.add({ id: "2", stream: jun });
  const left = await tracks.remove("1");
  const made = await tracks.stop();
  const saved: "saved" | "downloaded" | "cancelled" = await made.saveZip("talk", { onProgress: ({ done, total }) => console.log(done / total) });
  console.log(left?.title, saved, made.files.map(({ offset }) => offset), made.manifest.tracks[0]?.offset_ms);
  return made.saveToFolder();
}

export async function highlight(recording: Recording, signal: AbortSignal): Promise<Blob> {
  const part = await recording.trim({ from: 60, to: 90.5, title: "decision", signal, onProgress: ({ step, done, total }) => console.log(step, done / total) });
  console.log(part.from <= 60, part.to, part.duration, part.chapters.length);
  return part.file();
}

// @ts-expect-error: a container that is none
export const wrong = Recorder.start({ camera: true, container: "avi" });
