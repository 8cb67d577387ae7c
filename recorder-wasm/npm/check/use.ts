// The package as somebody uses it. Checked by `tsc` against the declarations; never run.
import { Mix, Recorder, RecorderError } from "../types/index.js";
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
  console.log(saved, recording.startedAt.toISOString(), recording.report?.good);
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

// @ts-expect-error: a container that is none
export const wrong = Recorder.start({ camera: true, container: "avi" });
