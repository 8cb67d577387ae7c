// Ours and others behind one face: each takes a stream and gives `{ taken(), stop() }`. `taken` is how many bytes are where they are kept;
// `stop` gives `{ size, seekable?() }` when the file is complete, which in some is another step.
const TIMESLICE = 1000;

export const recorders = {
  async hostreel(stream, options) {
    const { Recorder } = await import('/pkg/index.js');
    const recorder = await Recorder.start({ stream, container: 'webm', warnOnClose: false, ...options });
    return {
      recorder,
      taken: () => recorder.bytes,
      async stop() {
        const recording = await recorder.stop();
        return { size: recording.size, seconds: recording.duration, recording };
      },
    };
  },

  async bare(stream, options) {
    const chunks = [];
    const recorder = new MediaRecorder(stream, options);
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.start(TIMESLICE);
    return {
      taken: () => (chunks.length ? Infinity : 0),
      stop: () => new Promise((resolve) => {
        recorder.onstop = () => resolve(new Blob(chunks, { type: recorder.mimeType }));
        recorder.stop();
      }),
    };
  },

  async RecordRTC(stream, options) {
    const { default: RecordRTC } = await import('/peers/recordrtc.js');
    let blobs = 0;
    const recorder = RecordRTC(stream, {
      type: 'video', disableLogs: true, timeSlice: TIMESLICE, ondataavailable: () => {
        blobs += 1;
      }, ...options,
    });
    recorder.startRecording();
    return {
      taken: () => (blobs ? Infinity : 0),
      async stop() {
        await new Promise((resolve) => recorder.stopRecording(resolve));
        const blob = recorder.getBlob();
        const seekable = async () => {
          globalThis.EBML = await import('/peers/ebml.js');
          return (await new Promise((resolve) => RecordRTC.getSeekableBlob(blob, resolve))).size;
        };
        return { size: blob.size, seekable };
      },
    };
  },

  async 'react-media-recorder'(stream, options) {
    const { record } = await import('/peers/react.js');
    const recorder = await record(stream, options);
    return { taken: () => Infinity, stop: recorder.stop };
  },

  async mediabunny(stream) {
    const { BufferTarget, MediaStreamAudioTrackSource, MediaStreamVideoTrackSource, Output, WebMOutputFormat } = await import('/peers/mediabunny.js');
    const output = new Output({ format: new WebMOutputFormat(), target: new BufferTarget() });
    const video = new MediaStreamVideoTrackSource(stream.getVideoTracks()[0], { codec: 'vp9', bitrate: 2_500_000, keyFrameInterval: 2 });
    const audio = new MediaStreamAudioTrackSource(stream.getAudioTracks()[0], { codec: 'opus', bitrate: 128_000 });
    output.addVideoTrack(video);
    output.addAudioTrack(audio);
    await output.start();
    return {
      taken: () => Infinity,
      async stop() {
        await output.finalize();
        return { size: output.target.buffer.byteLength };
      },
    };
  },
};

/** Camera and microphone, as any page asks for them. */
export const devices = () => navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 }, audio: true });
