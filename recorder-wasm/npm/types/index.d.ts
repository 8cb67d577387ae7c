/**
 * Records camera, microphone, screen or any stream in the browser, into a file that is complete and seekable at every moment.
 *
 * All times are in seconds where nothing else is said, all sizes in bytes. Importing this does nothing and works on a server too; everything else needs a browser.
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
 * - `policy_blocked`: the page's permissions policy forbids it (in Firefox that is `denied` too)
 * - `no_source`: the options name nothing to record
 * - `unsupported`: this browser can't record that type, or has no folders to save into; or options that exclude each other
 * - `no_recorder`: this browser has no `MediaRecorder`
 * - `no_storage`: the browser keeps no files for this page
 * - `not_loaded`: the recorder's WebAssembly module was not found, or a policy blocks it (`'wasm-unsafe-eval'`)
 * - `worker_blocked`: one of the recorder's scripts was not found, or a policy blocks it (`worker-src 'self'`)
 * - `storage_full`: the disk or the browser's quota is full; what was recorded is kept
 * - `write_failed`: writing failed for another reason; what was written is kept
 * - `recorder_failed`: the browser's recorder broke off; what was recorded is kept
 * - `not_switchable`: the recording's sources can't be replaced; the message says how to start one whose sources can
 * - `wrong_state`: the call does not fit what the recorder is doing
 * - `not_found`: the recording was deleted
 * - `cancelled`: the user closed a dialog, a signal ended it, or a later call took its place
 * - `not_cuttable`: the recording can't be trimmed
 * - `nothing_there`: nothing of the recording lies between the two times
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
  | "not_switchable"
  | "wrong_state"
  | "not_found"
  | "not_cuttable"
  | "nothing_there"
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

/**
 * Bitrates that fit what is recorded: speech; faces at 720p; text on a screen; 1080p. Bitrates only: for 1080p, ask the camera for it too
 * (`camera: { width: { ideal: 1920 }, height: { ideal: 1080 } }`).
 */
export type Preset = "voice" | "meeting" | "screen" | "high";

/** What of a screen is recorded. */
export interface ScreenOptions {
  /** With its sound, where the browser offers it. Default true. */
  audio?: boolean;
}

/** Other sources for a recording that runs. What is left out stays as it is; false takes it out. */
export interface Replacement {
  /**
   * A camera: any (true), by constraints as in {@link RecorderOptions.camera}, or the picture of a stream of yours. Of your own streams
   * clones are recorded: they are left running.
   */
  camera?: boolean | MediaTrackConstraints | MediaStream;
  /** A microphone, likewise. */
  microphone?: boolean | MediaTrackConstraints | MediaStream;
  /** A screen, window or tab; with a camera, the face is beside it. Ask for one from a click. */
  screen?: boolean | ScreenOptions | MediaStream;
}

/**
 * How to record. A source is needed: `stream`, `mix`, or any of `camera`, `microphone` and `screen`. Numbers are from 0 on, those that begin
 * with `max` above 0 (`Infinity` is no limit); a number or a word that is none is a TypeError, before anybody is asked for anything.
 */
export interface RecorderOptions {
  /** Ask for a camera: 1280×720 at 30 frames a second where it has that, or what these constraints say besides. Default false. */
  camera?: boolean | MediaTrackConstraints;
  /** Ask for a microphone, with echo and noise taken out, or what these constraints say besides. Default false. */
  microphone?: boolean | MediaTrackConstraints;
  /**
   * Ask for a screen, window or tab, with its sound where the browser offers it. Call `start` from a click. With `camera`, the face is
   * drawn beside the screen, and the sources may change as with `switchable`; with `microphone`, both sounds become one. Default false.
   */
  screen?: boolean | ScreenOptions;
  /**
   * Camera, microphone and screen may change while they are recorded: {@link Recorder.replace} takes others, and one that goes away is
   * followed by the browser's default (see `onTrackEnd`); event `source` tells. The picture is 1280×720 at 30 frames a second, whatever the
   * devices deliver: others are letterboxed. Loads the larger module. Without effect on a `stream` or `mix` of your own. Default false;
   * true where a screen and a camera are recorded together.
   */
  switchable?: boolean;
  /**
   * A stream of your own. The tracks that it has now are recorded, whatever is added or taken out later. They are left running
   * afterwards; those that the recorder opened itself are ended.
   */
  stream?: MediaStream;
  /** Many people in one picture and one sound. It is left running afterwards. */
  mix?: Mix;

  /** Default `"auto"`. */
  container?: Container;
  /** Bitrates with a name. Default `"meeting"`. */
  preset?: Preset;
  /** Picture, in bits per second. Default: the preset's, 2,500,000. */
  videoBitsPerSecond?: number;
  /** Sound, in bits per second. Default: the preset's, 128,000. */
  audioBitsPerSecond?: number;
  /** Seconds between two pictures that can be sought to, where the browser lets it be set (Chromium). Default 2. */
  keyFrameInterval?: number;
  /** Seconds between two writes. A crash loses at most this and a second. Default 1; it is brought within 0.1 and 3,600. */
  timeslice?: number;

  /** What the user calls the recording; also in the file. Default empty. */
  title?: string;
  /** Who takes part, by name; written into the file. Default nobody. */
  participants?: string[];
  /** Anything else to be said in the file, by name. Default nothing. */
  tags?: Record<string, string>;

  /**
   * Where the bytes go while it is recorded: `"auto"` is the disk (the origin-private file system), else memory, and that is told;
   * `"disk"` is the disk or nothing; `"memory"` leaves nothing on the disk. Default `"auto"`.
   */
  store?: "auto" | "disk" | "memory";
  /**
   * A file that the user chose before (`showSaveFilePicker`). It is written along and is complete with the recording; until then the
   * copy in the browser's own storage is the safe one. When it is complete that copy goes: the recording is then no longer in `list()`,
   * and its `delete()` deletes the file itself. Not together with `atLimit: "split"`: the parts would replace each other (`unsupported`).
   * Default none.
   */
  file?: FileSystemFileHandle;
  /** The recording stops, complete, when less than this is free. Default 64 MiB. */
  minFreeBytes?: number;
  /** Most bytes of a recording that is kept in memory: then it stops, complete. Default 1 GiB. */
  maxMemoryBytes?: number;
  /** Most recorded time, in seconds. Default: as long as there is space. */
  maxDuration?: number;
  /** Most bytes of the file, with the tables that an MP4 gets at its end; not exceeded. Default: as long as there is space. */
  maxBytes?: number;
  /** At a limit: `"stop"`, complete (default), or `"split"`: this file is completed and the next one begins, without a gap. */
  atLimit?: "stop" | "split";

  /** Counts down so many seconds, once the sources are open, before it begins. Default 0. */
  countdown?: number;
  /** Is told the seconds that are left, about four times a second, during the countdown. */
  onCountdown?: (seconds: number) => void;
  /**
   * When a track ends (a device was unplugged, the user pressed "stop sharing"): by default the recording stops, complete, at the end of
   * a picture and goes on at the end of a sound; `"stop"` stops at the end of any; `"continue"` goes on until all have ended.
   *
   * `"fallback"`, the default where the recording is `switchable` (and makes it that): the browser's default device takes over, or
   * silence or a dark picture where there is none; of a screen the rest is left; the end of a screen alone ends the recording, complete.
   * There, `"continue"` is the same.
   */
  onTrackEnd?: "fallback" | "stop" | "continue";
  /** Keep the screen on while it is recorded, where the browser lets it. Default true. */
  wakeLock?: boolean;
  /** Let the browser ask before the page is closed while it is recorded. Default true. */
  warnOnClose?: boolean;
  /** Measure loudness: `level` events, `waveform()`, and a silent microphone is told. Default true. */
  meter?: boolean;
  /** Ask the browser not to clear recordings when space is short, where that puts no question to the user. Default true. */
  persist?: boolean;
  /** Aborted before the start: `start` rejects with the signal's reason. Aborted later: the recording stops and is complete. */
  signal?: AbortSignal;
}

/** What a recorder is doing. */
export type RecorderState = "starting" | "recording" | "paused" | "stopping" | "finished" | "failed";

/** Something the user should know. The recording goes on, or ends by itself, complete. */
export type Warning =
  /** The browser gives no disk: it is lost with the page unless it is saved, and ends at `maxBytes`. */
  | { readonly code: "in_memory"; readonly reason: RecorderError; readonly maxBytes: number }
  /** The disk is nearly full: the recording was stopped. */
  | { readonly code: "low_space"; readonly freeBytes: number }
  /** A limit of the options was reached: the recording was stopped. */
  | { readonly code: "duration_limit" | "bytes_limit" }
  /** The file that was chosen can't be written. The recording goes on in the browser's own storage. */
  | { readonly code: "picked_file"; readonly reason: RecorderError }
  /** A track has ended. */
  | { readonly code: "track_ended"; readonly kind: "audio" | "video" }
  /** Another page took the lock that says that this is being written. */
  | { readonly code: "lock_lost" }
  /** One file of a split recording broke off; the next one goes on. */
  | { readonly code: "part_broke"; readonly reason: RecorderError; readonly kept?: Recording };

/** Whether data, sound and pictures still come. */
export type Health =
  /**
   * For so long: nothing is being recorded, the microphone gives only silence, the browser's sound system says that it runs but stands
   * still (what goes through it is recorded as silence), or the camera gives no new picture.
   */
  | { readonly kind: "no_data" | "silent" | "stalled" | "frozen"; readonly seconds: number }
  /** It is there again; after `silent` and `stalled` alike it is `sound_back`. */
  | { readonly kind: "data_back" | "sound_back" | "picture_back" }
  /** So many of a hundred pictures are lost: the machine is too slow. */
  | { readonly kind: "dropping"; readonly percent: number };

/** What happened to a camera, a microphone or a screen. */
export type SourceChange =
  /** It was unplugged, or the user stopped sharing. */
  | { readonly kind: "camera" | "microphone" | "screen"; readonly what: "ended" }
  /** The browser's default device has taken over: its name. */
  | { readonly kind: "camera" | "microphone"; readonly what: "fellback"; readonly label: string }
  /** Nothing has taken over: silence or a dark picture is recorded. */
  | { readonly kind: "camera" | "microphone"; readonly what: "missing"; readonly error: RecorderError };

/** Events of a {@link Recorder}, by name. What each carries are properties of the event itself. */
export interface RecorderEventMap {
  /** It does something else now. */
  statechange: Event & { readonly state: RecorderState };
  /**
   * How far it is; about four times a second, once a second in a hidden tab. `bytes` is the length of the file; `freeBytes` is null where
   * the browser does not tell.
   */
  progress: Event & { readonly seconds: number; readonly bytes: number; readonly freeBytes: number | null };
  /** How loud it is; about 15 times a second. From 0 (silent, −60 dBFS) to 1 (full): root mean square, and the loudest sample. */
  level: Event & { readonly level: number; readonly peak: number };
  /** A chapter was set. */
  mark: Event & { readonly seconds: number; readonly title: string };
  /** Each is told once until it is over. */
  health: Event & Health;
  /** What was delivered last ends so far before its delivery. It grows when the browser can't encode as fast as pictures come. */
  behind: Event & { readonly seconds: number };
  /** A file of a split recording is complete; the next one is being written already. */
  part: Event & { readonly recording: Recording };
  /** Something the user should know. */
  warning: Event & Warning;
  /** A source went away, and what followed it. Only where the sources may change: see {@link RecorderOptions.switchable}. */
  source: Event & SourceChange;
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
   * `no_recorder`, `storage_full`, `not_loaded` or `recorder_failed`; with `store: "disk"` also `no_storage` or `worker_blocked`; `browser`
   * for what no other code tells; the signal's reason when it was aborted; TypeError for an option that is none. Options that exclude each
   * other are `unsupported` before anybody is asked for anything.
   */
  static start(options?: RecorderOptions): Promise<Recorder>;

  /**
   * All recordings that this browser keeps for this origin, newest first. Those being recorded right now, in any tab, are left out.
   *
   * @throws {@link RecorderError} with `not_loaded`, `no_storage`, `worker_blocked` or `write_failed` when they can't be listed and none is
   * kept in memory.
   */
  static list(): Promise<Recording[]>;

  /**
   * Recordings that were interrupted (the browser or the page died) and that no tab is recording, newest first.
   *
   * @throws {@link RecorderError} as `list()`.
   */
  static unfinished(): Promise<Unfinished[]>;

  /** What this browser can do on this page. Asks nobody and loads nothing. */
  static support(): Promise<Support>;

  /** Asks the browser not to clear recordings when space is short. Firefox asks the user. True when it won't. */
  static persist(): Promise<boolean>;

  /** Space of this origin, in bytes, as the browser estimates it; null when it does not say. */
  static estimate(): Promise<{ used: number; quota: number; free: number } | null>;

  /** What it is doing. */
  readonly state: RecorderState;
  /** Recorded time, pauses left out, in seconds; of all files, where it is split. */
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
   * Marks this moment: a chapter of the file. An MP4 has room for 255 of them, with titles of 255 bytes: what is more is left out of it.
   *
   * @throws {@link RecorderError} with `wrong_state` when it is over.
   */
  mark(title?: string): void;
  /**
   * Says something in the file, with `atLimit: "split"` in those that follow too; a name that is there gets the new value.
   *
   * @throws {@link RecorderError} with `wrong_state` when it is over.
   */
  setTag(name: string, value: string): void;
  /** What is seen at this moment, as a PNG of the picture's own size. @throws {@link RecorderError} with `no_device` without a picture. */
  snapshot(): Promise<Blob>;
  /**
   * Takes other sources from now on; those before are closed. There is no gap: picture and sound go on at the same pace, in the same file.
   * Needs `switchable: true` at the start.
   *
   * ```ts
   * await recorder.replace({ camera: { deviceId: { exact: id } } });
   * await recorder.replace({ screen: true }); // from a click
   * await recorder.replace({ screen: false, microphone: false });
   * ```
   *
   * @throws {@link RecorderError} with `not_switchable`; what keeps a device from being opened, as `start`; `no_device` for a stream
   * without such a track; `wrong_state` when it is over; `cancelled` when a later call has replaced one of these sources meanwhile (one
   * that failed has not). Nothing has changed then.
   */
  replace(sources: Replacement): Promise<void>;
  /**
   * The loudest samples (0 to 1) in equal spans of recorded time, and a span's length in seconds: the whole recording, however long, in
   * at most 2,000 numbers. Empty without `meter`. @throws {@link RecorderError} with `wrong_state` when it is over.
   */
  waveform(): { peaks: Float32Array; span: number };
  /**
   * Stops and gives the complete recording (the last file, where it was split): at once, whatever its length. Calling it again, or after it has ended by itself, gives the
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
  protected constructor();
  /** Unique in this browser. */
  readonly id: string;
  /** What the user calls it. May be empty. */
  readonly title: string;
  /** By what is in the file, not by what was asked for. */
  readonly mimeType: string;
  /** As in a MIME type's `codecs` parameter. Empty where they are not known. */
  readonly codecs: string;
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
  /** Which part it is of a recording that was split, from 1. */
  readonly part?: number;
  /**
   * What was marked, in order of time: the chapters of the file. Empty for recordings of versions that did not note it.
   *
   * ```ts
   * player.currentTime = recording.chapters[0].seconds;
   * ```
   */
  readonly chapters: readonly Chapter[];
  /** Its own check of the file, made when it ended; null when it was interrupted. */
  readonly report: Report | null;

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
  /**
   * Makes a new recording of a part of it, beside this one, which stays as it is. Nothing is encoded anew: it is cut at key frames, so
   * that a little more than the part may be in it. It is written by a worker that is loaded only now, piece by piece: memory stays flat.
   *
   * ```ts
   * const talk = await recording.trim({ from: 60, to: 90 });
   * console.log(talk.from, talk.to); // 58.4 and 91.2: where it was cut
   * await talk.save();
   * ```
   *
   * @throws {@link RecorderError} with `nothing_there` when nothing of it lies in the part, `not_cuttable` when the file is neither WebM nor
   * MP4 or is damaged, `no_storage` where the browser keeps no files, `storage_full`, `not_found`, or `cancelled` by the signal: then nothing
   * is left of the new one. `TypeError` for times that are none.
   */
  trim(options?: TrimOptions): Promise<TrimmedRecording>;
  /** Gives it another title. @throws {@link RecorderError} with `write_failed`. */
  rename(title: string): Promise<void>;
  /**
   * Deletes it for good; where it was recorded into a `file`, that file.
   *
   * @throws {@link RecorderError} with `write_failed` while it is still being written, `unsupported` where the browser can't delete a `file`.
   */
  delete(): Promise<void>;
  /** Takes back what `url()` gave. The recording stays. */
  dispose(): void;
  /** As `dispose()`. */
  [Symbol.dispose](): void;
}

/** Which part is wanted, and how to watch and cancel it. */
export interface TrimOptions {
  /** Where it begins, in seconds of recorded time. It is cut at the last key frame that is not after this. Default 0. */
  from?: number;
  /** Where it ends, in seconds, exclusive. It is cut at the first key frame that is not before this. Default: the recording's end. */
  to?: number;
  /** What the new recording is called. Default: as the old one. */
  title?: string;
  /**
   * Is told bytes that are done, and all of this step, after each megabyte or some: first the file is read (`read`) to find the key frames,
   * then the part is written (`write`; all is an upper bound).
   */
  onProgress?: (progress: { readonly step: "read" | "write"; readonly done: number; readonly total: number }) => void;
  /** Cancels it: nothing is left of what was written. */
  signal?: AbortSignal;
}

/** A part of another recording. */
export interface TrimmedRecording extends Recording {
  /** Where it really begins in the other one, in seconds: at a key frame. */
  readonly from: number;
  /** Where its last picture or sound ends in the other one, in seconds. */
  readonly to: number;
}

/** One that was interrupted. What there is plays; recovering completes its length and index. */
export class Unfinished extends Recording {
  /**
   * Completes it where it lies: the file is read once, a few kilobytes are written. What was marked is in it.
   *
   * @throws {@link RecorderError} with `not_found` when nothing is in it, `write_failed` when it can't be written: it is as it was.
   */
  recover(): Promise<Recording>;
  /**
   * Throws it away.
   *
   * @throws {@link RecorderError} with `not_found` when it is gone or was recovered meanwhile, in another tab for instance; `write_failed`.
   */
  discard(): Promise<void>;
}

/** A place of a recording that was marked. It lasts until the next one begins. */
export interface Chapter {
  /** Where it begins in its file, in seconds of recorded time. */
  readonly seconds: number;
  /** What players show. */
  readonly title: string;
}

/**
 * A recording's own check of its file, made once, when it ends. Its length is compared with the clock, always. Where its index leads is
 * looked at in WebM, if the larger module records it (a mix, `atLimit: "split"`, `file`, `Tracks`, …): the small one leaves that out,
 * and nothing of an MP4's index is followed. {@link Report.indexChecked} says how much was.
 */
export interface Report {
  /** Length by the file, in seconds; null where the container does not tell. */
  readonly duration: number | null;
  /** Recorded time by the clock, in seconds. */
  readonly clock: number;
  /** Entries of the seek index. */
  readonly indexEntries: number;
  /** Entries of it that were followed in the finished file, a few of many. 0: nothing is known of where it leads. */
  readonly indexChecked: number;
  /** How long the browser's sound system stood still meanwhile, in seconds: what went through it is silent there. 0 without `meter`. */
  readonly stalled: number;
  /** Whether all that was looked at is as it should be: the length, the entries that were followed, `stalled`. */
  readonly good: boolean;
}

/** What this browser can do on this page. */
export interface Support {
  /** The page is a secure context: cameras may be asked for. */
  readonly secure: boolean;
  /** Cameras and microphones can be asked for. */
  readonly mediaDevices: boolean;
  /** There is a recorder at all. */
  readonly mediaRecorder: boolean;
  /**
   * The browser has the file system in which long recordings stay out of memory, and survive a crash. Whether this window may write into
   * it shows at the start: by the warning `in_memory`, or with `store: "disk"` by an error.
   */
  readonly disk: boolean;
  /** Screens can be recorded. */
  readonly screen: boolean;
  /** WebM can be recorded. */
  readonly webm: boolean;
  /** MP4 can be recorded. */
  readonly mp4: boolean;
  /** A mix is drawn by a worker. Where it is not (Firefox), it goes on at full pace in a hidden tab all the same. */
  readonly mixInBackground: boolean;
}

/** How a mix divides its picture. `screen` shows a shared screen with faces; `single` fills it with one person. */
export type Layout = "grid" | "speaker" | "screen" | { single: string };

/** What a mix is made of. */
export interface MixOptions {
  /** With a picture. Default true. */
  picture?: boolean;
  /** Picture width, in pixels. Default 1280. */
  width?: number;
  /** Picture height, in pixels. Default 720. */
  height?: number;
  /** Pictures a second. Default 30. */
  frameRate?: number;
  /** Default `"grid"`. */
  layout?: Layout;
  /** Grid and speaker give way to a shared screen. Default true. */
  screenFirst?: boolean;
  /** How long each page is seen when there are more people than a page holds, in seconds. Default 10; 0: pages turn for speakers only. */
  pageSeconds?: number;
}

/** What of somebody is let into the mix. */
export interface Participant {
  /** Shown under the face. Default empty. */
  name?: string;
  /** Let the sound in. Default true. */
  audio?: boolean;
  /** Show the camera; else a placeholder with the name. Default true. */
  video?: boolean;
  /** How loud, as a factor from 0 to 4. Default 1. */
  gain?: number;
}

/** How well a mix's picture keeps up, since it was made. */
export interface MixStats {
  /** Pictures that were due. */
  readonly due: number;
  /** Pictures that were made. */
  readonly drawn: number;
  /** Those of them that were passed through as they came. */
  readonly forwarded: number;
  /** Pictures that were due and not made: the machine was too slow. */
  readonly skipped: number;
  /** What making one costs, in seconds. */
  readonly drawTime: number;
}

/** Events of a {@link Mix}, by name. */
export interface MixEventMap {
  /** The browser holds the sound up: it wants a gesture of the user. It is tried again at the next one. */
  audiosuspended: Event;
  /** The sound runs again. */
  audiorunning: Event;
  /** Somebody else speaks; null when nobody has yet. */
  speaker: Event & { readonly id: string | null };
  /** Another page is seen, from 0. */
  page: Event & { readonly page: number; readonly pages: number };
  /** The picture broke off. The sound goes on. */
  pictureended: Event;
}

/**
 * Many people in one stream, whose tracks never change: who comes and goes does not end a recording of it. It runs until `dispose()`, whoever
 * holds it or only its stream.
 *
 * ```ts
 * const mix = await Mix.create();
 * mix.add("mina", remoteStream, { name: "Mina" });
 * const recorder = await Recorder.start({ mix });
 * ```
 */
export class Mix extends EventTarget {
  private constructor();
  /** Makes an empty mix: silent, and dark. Call it from a click where the browser wants one for sound. @throws {@link RecorderError} */
  static create(options?: MixOptions): Promise<Mix>;
  /** What can be recorded or shown. */
  readonly stream: MediaStream;
  /** Who speaks, or spoke last. */
  readonly speaker: string | null;
  /**
   * Adds somebody with all sounds of a stream and its first picture; without one they are a placeholder. Who is there
   * already gets another stream; of what `about` leaves out, that stays which was said before.
   */
  add(id: string, stream?: MediaStream | null, about?: Participant): void;
  /**
   * Says what is new about somebody; what is left out stays as it was. False when nobody has that id; so do the
   * following.
   */
  update(id: string, about: Participant): boolean;
  /** Another stream for somebody, or none. */
  setStream(id: string, stream?: MediaStream | null): boolean;
  /** Somebody's shared screen, or none. */
  setScreen(id: string, screen?: MediaStream | null): boolean;
  /** Keeps all of somebody's sound out, or lets it in again. */
  setMuted(id: string, muted: boolean): boolean;
  /** Takes somebody out. */
  remove(id: string): boolean;
  /** Divides the picture in another way. @throws TypeError for a layout that is none. */
  setLayout(layout: Layout): void;
  /** Shows somebody large, whoever speaks; null: whoever speaks. */
  pin(id?: string | null): void;
  /** Stays on a page, from 0; null: pages turn by themselves. */
  setPage(page?: number | null): void;
  /** How loud all of it is, as a factor from 0 to 4. Default 1. */
  setGain(gain: number): void;
  /** How many pictures a second from now on. */
  setFrameRate(frameRate: number): void;
  /** How loud everybody is at this moment, 0 to 1, by id. */
  levels(): Map<string, number>;
  /** How well the picture keeps up. */
  stats(): MixStats;
  /** Ends it, with its stream. Nobody else's streams are touched. */
  dispose(): void;
  addEventListener<K extends keyof MixEventMap>(
    type: K,
    listener: (this: Mix, event: MixEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  /** As `dispose()`. */
  [Symbol.dispose](): void;
}

/** Somebody to record into a file of their own. */
export interface TrackParticipant {
  /** Who it is; no two at the same time. */
  id: string;
  /** What others see. It names the file. Default empty. */
  name?: string;
  /** Sound and picture; what it has now is recorded. It is left running afterwards. */
  stream: MediaStream;
}

/** How to record one file for each participant: as {@link RecorderOptions}, for each file. */
export interface TracksOptions
  extends Omit<
    RecorderOptions,
    | "camera"
    | "microphone"
    | "screen"
    | "stream"
    | "mix"
    | "switchable"
    | "participants"
    | "file"
    | "atLimit"
    | "onTrackEnd"
    | "countdown"
    | "onCountdown"
  > {
  /** Who is there at the start. Default nobody. */
  participants?: TrackParticipant[];
  /** Record sound only, also of those who have a picture. Default false. */
  audioOnly?: boolean;
}

/** Whose file it is about. */
export interface OfParticipant {
  /** {@link TrackParticipant.id}. */
  readonly id: string;
}

/** Events of {@link Tracks}, by name. What each carries are properties of the event itself. */
export interface TracksEventMap {
  /** All of them do something else now. */
  statechange: Event & { readonly state: RecorderState };
  /** How far it is, four times a second (once a second in a hidden tab): time on its clock, bytes of all files, files being written. */
  progress: Event & { readonly seconds: number; readonly bytes: number; readonly open: number };
  /** One participant's recorder does something else now. */
  trackstate: Event & OfParticipant & { readonly state: RecorderState };
  /** One file is complete: somebody left, or all tracks of their stream have ended. The others go on. */
  trackfinished: Event & OfParticipant & { readonly recording: Recording };
  /** One file broke off, or could not be begun. The others go on. `kept` is part of the whole all the same. */
  trackfailed: Event & OfParticipant & { readonly error: RecorderError; readonly kept: Recording | null };
  /** As {@link RecorderEventMap.level}. */
  level: OfParticipant & RecorderEventMap["level"];
  /** As {@link RecorderEventMap.mark}, once for each file. */
  mark: OfParticipant & RecorderEventMap["mark"];
  /** As {@link RecorderEventMap.health}. */
  health: OfParticipant & RecorderEventMap["health"];
  /** As {@link RecorderEventMap.behind}. */
  behind: OfParticipant & RecorderEventMap["behind"];
  /** As {@link RecorderEventMap.warning}. */
  warning: OfParticipant & RecorderEventMap["warning"];
}

/**
 * Records participants, each into a file of their own, all on one clock: for editing, or for transcripts that must know who spoke. Each
 * costs an encoder. Loads the larger module.
 *
 * ```ts
 * const tracks = await Tracks.start({ participants: [{ id: "1", name: "Mina", stream }], title: "Interview" });
 * await tracks.add({ id: "2", name: "Jun", stream: remote });
 * const made = await tracks.stop();
 * await made.saveZip("interview"); // the files, and manifest.json, which says where each begins
 * ```
 */
export class Tracks extends EventTarget {
  private constructor();

  /**
   * Begins to record all participants at once. One that can't be recorded is told (`trackfailed`) and left out.
   *
   * @throws {@link RecorderError}, as `Recorder.start`, when none of them can be recorded; the signal's reason when it was aborted;
   * TypeError for a stream or an option that is none.
   */
  static start(options?: TracksOptions): Promise<Tracks>;

  /** What all of them are doing. */
  readonly state: RecorderState;
  /** Time on the recording's clock, pauses left out, in seconds. */
  readonly elapsed: number;
  /** Who is being recorded: ids, in the order in which they came. */
  readonly participants: string[];

  /**
   * Somebody joins: a file of their own begins now, or at the end of the pause. Who is being removed may come back at once.
   *
   * @throws {@link RecorderError} with `wrong_state` when it is over or that id is being recorded; else as `Recorder.start`. The others
   * go on.
   */
  add(participant: TrackParticipant): Promise<void>;
  /**
   * Somebody leaves: their file is completed now, and stays part of the whole. Null where nobody with that id is being recorded.
   *
   * @throws {@link RecorderError}: what made the file break off. The others go on.
   */
  remove(id: string): Promise<Recording | null>;
  /** Pauses all of them: the gap is in no file. @throws {@link RecorderError} with `wrong_state` unless they are being recorded. */
  pause(): void;
  /** All of them go on. @throws {@link RecorderError} with `wrong_state` unless they are paused. */
  resume(): void;
  /** Marks this moment: a chapter of every file. @throws {@link RecorderError} with `wrong_state` when it is over. */
  mark(title?: string): void;
  /** Stops all of them together. Calling it again gives the same answer. @throws {@link RecorderError}: why there is no file at all. */
  stop(): Promise<TracksRecording>;

  addEventListener<K extends keyof TracksEventMap>(
    type: K,
    listener: (this: Tracks, event: TracksEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof TracksEventMap>(
    type: K,
    listener: (this: Tracks, event: TracksEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;

  /** Stops, without waiting. The files stay in the library. */
  [Symbol.dispose](): void;
  /** Stops and waits until all files are complete. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** One participant's file. */
export interface TrackFile {
  /** {@link TrackParticipant.id}. */
  readonly id: string;
  /** {@link TrackParticipant.name}. */
  readonly name: string;
  /** Where it begins on the recording's clock, in seconds; right to within one picture (33 ms). */
  readonly offset: number;
  /** The file. */
  readonly recording: Recording;
}

/** What `manifest.json` says: as it is in that file, with times in milliseconds. */
export interface TracksManifest {
  /** `"hostreel-tracks"`. */
  readonly format: string;
  /** Grows when the meaning of a member changes; now 1. */
  readonly version: number;
  /** What the user calls the recording. May be empty. */
  readonly title: string;
  /** When the recording's clock was at zero, in milliseconds since 1970 (UTC). */
  readonly started_at_ms: number;
  /** From zero to the end of the file that ends last, in milliseconds. */
  readonly duration_ms: number;
  /** The files, in the order in which they began. */
  readonly tracks: readonly TracksManifestTrack[];
}

/** One file in the manifest. */
export interface TracksManifestTrack {
  /** {@link TrackParticipant.id}. */
  readonly id: string;
  /** {@link TrackParticipant.name}. */
  readonly name: string;
  /** The file's name, beside the manifest: safe and unique on every system. */
  readonly file: string;
  /** MIME type, by what is in the file. */
  readonly mime: string;
  /** As in a MIME type's `codecs` parameter. Empty where they are not known. */
  readonly codecs: string;
  /** Where the file begins on the recording's clock, in milliseconds. */
  readonly offset_ms: number;
  /** Length of the file, in milliseconds. */
  readonly duration_ms: number;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  /** It came to its end. Otherwise it broke off; what there is plays all the same. */
  readonly finished: boolean;
  /** Pauses that were cut out: where in the file, and how long each was, in milliseconds. */
  readonly pauses: readonly { readonly at_ms: number; readonly length_ms: number }[];
}

/** How to watch and cancel saving. */
export interface SaveOptions {
  /** Is told bytes that are done, and all, after each 2 MiB. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Cancels it: nothing is left of what was written. */
  signal?: AbortSignal;
}

/** The files of all participants. */
export class TracksRecording {
  private constructor();
  /** In the order in which they began; who left and came back has several. */
  readonly files: readonly TrackFile[];
  /** The same files in the same order, as saved beside them. */
  readonly manifest: TracksManifest;

  /**
   * All files and the manifest as one ZIP archive. It is made of the files as they lie on the disk, and readable for as long as they are
   * there: nothing is copied.
   *
   * @throws {@link RecorderError} with `not_found` when a file was deleted meanwhile, `cancelled` by the signal.
   */
  zip(options?: SaveOptions): Promise<File>;
  /**
   * Saves the archive where the user wants: by a dialog where the browser has one, else as a download. Call it from a click.
   *
   * @param name Without extension. Default: the title.
   * @throws {@link RecorderError} with `not_found`, `storage_full` or `write_failed`: the recordings are as they were.
   */
  saveZip(name?: string, options?: SaveOptions): Promise<Saved>;
  /**
   * Writes all files and the manifest into a new folder within one that the user is asked for (call it from a click), or within
   * `options.folder`. Gives what the new folder is called, or null when the user closed the dialog. Nothing that is there is touched.
   *
   * @param name What the new folder should be called. Default: the title.
   * @throws {@link RecorderError} with `unsupported` where the browser can't write to folders (Firefox, Safari): save the archive; else
   * as `saveZip()`, and `cancelled` by the signal.
   */
  saveToFolder(name?: string, options?: SaveOptions & { folder?: FileSystemDirectoryHandle }): Promise<string | null>;
  /** Deletes all files for good. @throws {@link RecorderError} with `write_failed`: the others are deleted all the same. */
  delete(): Promise<void>;
}
