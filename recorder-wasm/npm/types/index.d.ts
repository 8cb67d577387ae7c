/**
 * Records camera, microphone, screen or any stream in the browser, into a file that is complete and seekable at every moment.
 *
 * All times are in seconds, all sizes in bytes. Importing this does nothing and works on a server too; everything else needs a browser.
 *
 * @packageDocumentation
 */

/** `auto` is WebM where the browser records it (it survives everything best), else MP4. */
export type Container = "auto" | "webm" | "mp4";

/**
 * Names of errors that programs can rely on. The message says what to do; it is English.
 *
 * - `denied`: the user or the system denied access
 * - `no_device`: there is no such camera or microphone, or the stream has no live track
 * - `device_in_use`: another program holds it
 * - `insecure`: the page is neither https nor localhost
 * - `policy_blocked`: the page's permissions policy forbids it
 * - `no_source`: the options name nothing to record
 * - `unsupported`: this browser can't record that type
 * - `no_recorder`: this browser has no `MediaRecorder`
 * - `no_storage`: the browser keeps no files for this page
 * - `not_loaded`: the recorder's WebAssembly module was not found, or a policy blocks it (`'wasm-unsafe-eval'`)
 * - `worker_blocked`: one of the recorder's scripts was not found, or a policy blocks it (`worker-src 'self'`)
 * - `storage_full`: the disk or the browser's quota is full; what was recorded is kept
 * - `write_failed`: writing failed for another reason; what was written is kept
 * - `recorder_failed`: the browser's recorder broke off; what was recorded is kept
 * - `wrong_state`: the call does not fit what the recorder is doing
 * - `not_found`: the recording was deleted
 * - `cancelled`: the user closed a dialog
 * - `timeout`: the browser did not answer
 * - `browser`: something else that the browser threw
 */
export type ErrorCode =
  | "denied"
  | "no_device"
  | "device_in_use"
  | "insecure"
  | "policy_blocked"
  | "no_source"
  | "unsupported"
  | "no_recorder"
  | "no_storage"
  | "not_loaded"
  | "worker_blocked"
  | "storage_full"
  | "write_failed"
  | "recorder_failed"
  | "wrong_state"
  | "not_found"
  | "cancelled"
  | "timeout"
  | "browser";

/** Why something did not work. */
export class RecorderError extends Error {
  /** Made by the recorder; `cause` in the options is what the browser threw. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown });
  /** `"RecorderError"`. */
  readonly name: string;
  /** Stable, for programs and translations. */
  readonly code: ErrorCode;
}

/** How to record. One source is needed: `stream`, or any of `camera`, `microphone` and `screen`. */
export interface RecorderOptions {
  /** Ask for a camera: 1280×720 at 30 frames a second where it has that, or what these constraints say. Default false. */
  camera?: boolean | MediaTrackConstraints;
  /** Ask for a microphone, with echo and noise taken out, or what these constraints say. Default false. */
  microphone?: boolean | MediaTrackConstraints;
  /** Ask for a screen, window or tab, with its sound where the browser offers it. Must be called soon after a click. Default false. */
  screen?: boolean | { audio?: boolean };
  /** A stream of your own. Its tracks are left running afterwards; those that the recorder opened itself are ended. */
  stream?: MediaStream;

  /** Default `"auto"`. */
  container?: Container;
  /** Picture, in bits per second. Default 2,500,000. */
  videoBitsPerSecond?: number;
  /** Sound, in bits per second. Default 128,000. */
  audioBitsPerSecond?: number;
  /** Seconds between two pictures that can be sought to, where the browser lets it be set (Chromium). Default 2. */
  keyFrameInterval?: number;
  /** Seconds between two writes. A crash loses at most this and a second. Default 1, at least 0.1. */
  timeslice?: number;

  /** What the user calls the recording. Default empty. */
  title?: string;

  /** The recording stops, complete, when less than this is free. Default 64 MiB. */
  minFreeBytes?: number;
  /** When a picture ends (the user pressed "stop sharing"): `"stop"` (default) ends the recording, `"continue"` goes on without. */
  onTrackEnd?: "stop" | "continue";
  /** Aborted before the start: `start` rejects with the signal's reason. Aborted later: the recording stops and is complete. */
  signal?: AbortSignal;
}

/** What a recorder is doing. */
export type RecorderState = "starting" | "recording" | "paused" | "stopping" | "finished" | "failed";

/** Events of a {@link Recorder}, by name. What each carries are properties of the event itself. */
export interface RecorderEventMap {
  /** It does something else now. */
  statechange: Event & { readonly state: RecorderState };
  /** About four times a second; once a second in a hidden tab. `freeBytes` is null where the browser does not tell. */
  progress: Event & { readonly seconds: number; readonly bytes: number; readonly freeBytes: number | null };
  /**
   * Something the user should know. The recording goes on, or ends by itself, complete.
   *
   * - `in_memory`: the browser gives no disk (`reason`): the recording is lost with the page unless it is saved, and ends at `maxBytes`
   * - `low_space`: the disk is nearly full (`freeBytes`): the recording was stopped
   */
  warning: Event &
    (
      | { readonly code: "in_memory"; readonly reason: RecorderError; readonly maxBytes: number }
      | { readonly code: "low_space"; readonly freeBytes: number }
    );
  /** It broke off. `kept` is what was recorded until then: complete, and in the library; null when there was nothing. */
  error: Event & { readonly error: RecorderError; readonly kept: Recording | null };
  /** It ended and the file is complete. */
  finished: Event & { readonly recording: Recording };
}

/**
 * Records one stream into one file.
 *
 * ```ts
 * const recorder = await Recorder.start({ camera: true, microphone: true });
 * const recording = await recorder.stop();
 * await recording.save("standup");
 * ```
 */
export class Recorder extends EventTarget {
  private constructor();

  /**
   * Asks for the sources and begins to record.
   *
   * @throws {@link RecorderError} with `denied`, `no_device`, `device_in_use`, `insecure`, `policy_blocked`, `no_source`, `unsupported`,
   * `no_recorder`, `storage_full`, `not_loaded` or `recorder_failed`; the signal's reason when it was aborted.
   */
  static start(options?: RecorderOptions): Promise<Recorder>;

  /**
   * All recordings that this browser keeps for this origin, newest first. Those being recorded right now, in any tab, are left out.
   *
   * @throws {@link RecorderError} with `worker_blocked` or `write_failed` when the browser won't list them.
   */
  static list(): Promise<Recording[]>;

  /** Space of this origin, in bytes, as the browser estimates it; null when it does not say. */
  static estimate(): Promise<{ used: number; quota: number; free: number } | null>;

  /** What it is doing. */
  readonly state: RecorderState;
  /** Recorded time, pauses left out, in seconds. */
  readonly elapsed: number;
  /** Length of the file so far, in bytes. */
  readonly bytes: number;
  /** What is recorded: for a preview. */
  readonly stream: MediaStream;
  /** Settles when the recording has ended, by whatever cause. Rejects as `stop()` does; nobody needs to listen. */
  readonly finished: Promise<Recording>;

  /** Pauses: the gap is not in the file. @throws {@link RecorderError} with `wrong_state` unless it is recording. */
  pause(): void;
  /** Goes on. @throws {@link RecorderError} with `wrong_state` unless it is paused. */
  resume(): void;
  /**
   * Stops and gives the complete recording: at once, whatever its length. Calling it again, or after it has ended by itself, gives the
   * same answer.
   *
   * @throws {@link RecorderError}: what made it break off. What was recorded until then is kept and listed.
   */
  stop(): Promise<Recording>;

  addEventListener<K extends keyof RecorderEventMap>(
    type: K,
    listener: (this: Recorder, event: RecorderEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof RecorderEventMap>(
    type: K,
    listener: (this: Recorder, event: RecorderEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;

  /** Stops, without waiting. The recording stays in the library. */
  [Symbol.dispose](): void;
  /** Stops and waits until the file is complete. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How saving ended: where the user chose, in the browser's usual folder, or not at all because the user closed the dialog. */
export type Saved = "saved" | "downloaded" | "cancelled";

/** A recording kept by this browser: on its disk, or in memory where it has none for this page. */
export class Recording {
  private constructor();
  /** Unique in this browser. */
  readonly id: string;
  /** What the user calls it. May be empty. */
  readonly title: string;
  /** By what is in the file, not by what was asked for. */
  readonly mimeType: string;
  /** For the file's name, without the dot; by what is in the file. */
  readonly extension: string;
  /** Length of the file, in bytes. */
  readonly size: number;
  /** Recorded time, in seconds. */
  readonly duration: number;
  /** When it began. */
  readonly startedAt: Date;
  /** Whether it has a picture. */
  readonly hasVideo: boolean;
  /** It came to its end. Otherwise it was interrupted; what there is plays all the same. */
  readonly finished: boolean;
  /** It is lost when the page is closed, unless it is saved. */
  readonly inMemory: boolean;
  /** The first thing in the browser's data that was not as it should be, for developers. All data is in the file. */
  readonly problem?: string;

  /** The file, named and typed truly. Backed by the disk: nothing is read. @throws {@link RecorderError} with `not_found`. */
  file(): Promise<File>;
  /** An address to play it from, until `dispose()`. @throws {@link RecorderError} with `not_found`. */
  url(): Promise<string>;
  /**
   * Saves it where the user wants: by a dialog where the browser has one, else as a download. Call it from a click.
   *
   * @param name Without extension: the right one is added. Default: the title.
   * @throws {@link RecorderError} with `not_found`, `storage_full` or `write_failed`; the recording itself is as it was.
   */
  save(name?: string): Promise<Saved>;
  /** Gives it another title. @throws {@link RecorderError} with `write_failed`. */
  rename(title: string): Promise<void>;
  /** Deletes it for good. @throws {@link RecorderError} with `write_failed` while it is still being written. */
  delete(): Promise<void>;
  /** Takes back what `url()` gave. The recording stays. */
  dispose(): void;
  /** As `dispose()`. */
  [Symbol.dispose](): void;
}
