// Video frames whose colours are what their label says.
//
// A canvas gives frames of full range (0 to 255). Chromium encodes them so for WebM, where most players outside of a
// browser expect the limited range of video (16 to 235) and show too much contrast; and for H.264 it encodes limited
// range and labels it full, which looks wrong everywhere. Labelled limited, the same pixels are converted as they must
// be, and the label in the file is true.
const VIDEO = { primaries: "bt709", transfer: "iec61966-2-1", matrix: "rgb", fullRange: false };

// Cameras are of BT.601 where they say nothing else. Black is the same in both, but the first frame labels the file.
const CAMERA = { primaries: "smpte170m", transfer: "smpte170m", matrix: "smpte170m", fullRange: false };

export class Colours {
  #canvas;
  #pixels; // of one frame
  #black;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  // A frame of what is on the canvas.
  async drawn(timestamp) {
    const frame = new VideoFrame(this.#canvas, { timestamp, alpha: "discard" });
    try {
      this.#pixels ??= new Uint8Array(frame.allocationSize());
      await frame.copyTo(this.#pixels);
    } catch {
      // It is on a graphics card and can't be read: too much contrast is better than no picture.
      return frame;
    }
    const { format, codedWidth, codedHeight } = frame;
    frame.close();
    return new VideoFrame(this.#pixels, { format, codedWidth, codedHeight, timestamp, colorSpace: VIDEO });
  }

  // A black frame, without drawing.
  black(timestamp) {
    const { width: codedWidth, height: codedHeight } = this.#canvas;
    const size = codedWidth * codedHeight;
    this.#black ??= new Uint8Array(size * 1.5).fill(16, 0, size).fill(128, size);
    return new VideoFrame(this.#black, { format: "I420", codedWidth, codedHeight, timestamp, colorSpace: CAMERA });
  }
}
