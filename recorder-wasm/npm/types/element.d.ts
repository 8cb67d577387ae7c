/**
 * The custom element `<hostreel-recorder>`: start, pause, stop, preview, level, save, recover. Importing this defines it; on a server it
 * does nothing.
 *
 * ```html
 * <script type="module" src="…/element.js"></script>
 * <hostreel-recorder camera microphone recording-title="Stand-up"></hostreel-recorder>
 * ```
 *
 * Attributes: `camera`, `microphone`, `screen` (none of them: camera and microphone), `recording-title`, `container`, `preset`,
 * `max-duration` (seconds), `no-recovery` (interrupted recordings are not offered), `lang` (`ko`, else English; the page's by default). A
 * value that says nothing, such as `max-duration="10m"`, is as if it were not there.
 *
 * Looks: the custom properties `--hostreel-accent`, `-on-accent`, `-record`, `-on-record`, `-surface`, `-surface-2`, `-line`, `-ink`,
 * `-ink-2`, `-warn`, `-on-warn`, `-radius`, `-font`; the parts `card`, `frame`, `preview`, `playback`, `poster`, `status`, `time`, `bar`,
 * `title`, `detail`, `level`, `controls`, `button`, `button-start|pause|resume|stop|save|again|remove|keep|delete|recover|discard`, `notices`,
 * `notice`.
 *
 * @packageDocumentation
 */
import type { Recorder, RecorderEventMap, RecorderOptions, Recording, Saved } from "./index.js";

/** What the element shows. */
export type ElementState = "idle" | "asking" | "recording" | "paused" | "stopping" | "finished" | "failed";

/** A recorder ready to use. It sends the events of its {@link Recorder}. */
export class HostreelRecorderElement extends HTMLElement {
  /** More options, which win over the attributes. */
  options?: RecorderOptions;
  /** What it shows. */
  readonly state: ElementState;
  /** The recorder that runs, if any. */
  readonly recorder: Recorder | null;
  /** The recording that is shown, if any. */
  readonly recording: Recording | null;
  /**
   * As the button does. What goes wrong is shown, and sent as `error`. Only the button asks before it deletes a recording in memory that is
   * not saved; this lets go of it, and `Recorder.list()` has it still.
   */
  start(): Promise<void>;
  /** As the button does. */
  pause(): void;
  /** As the button does. */
  resume(): void;
  /** As the button does; null when there is nothing to stop. */
  stop(): Promise<Recording | null>;
  /** As the button does. */
  save(): Promise<Saved>;
  addEventListener<K extends Exclude<keyof RecorderEventMap, "part" | "behind">>(
    type: K,
    listener: (this: HostreelRecorderElement, event: RecorderEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "hostreel-recorder": HostreelRecorderElement;
  }
}
