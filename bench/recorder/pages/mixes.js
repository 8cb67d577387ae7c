// Four people in one stream, by ours, by others, and by a bare loop. Each gives `{ stream, stats?() }`.
const WIDTH = 1280;
const HEIGHT = 720;
const FRAME_RATE = 30;

export const mixes = {
  async hostreel(streams) {
    const { Mix } = await import('/pkg/index.js');
    const mix = await Mix.create({ width: WIDTH, height: HEIGHT, frameRate: FRAME_RATE });
    streams.forEach((stream, index) => mix.add(`person ${index}`, stream, { name: `Person ${index}` }));
    return { stream: mix.stream, stats: () => mix.stats() };
  },

  async bare(streams) {
    const readables = streams.map((stream) => new MediaStreamTrackProcessor({ track: stream.getVideoTracks()[0] }).readable);
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    const worker = new Worker('/bench/loop-worker.js');
    let last = { due: 0, drawn: 0 };
    worker.onmessage = ({ data }) => {
      last = data;
    };
    const { writable } = generator;
    worker.postMessage({ readables, writable, width: WIDTH, height: HEIGHT, frameRate: FRAME_RATE }, [...readables, writable]);
    return { stream: new MediaStream([generator]), stats: () => last };
  },

  async MultiStreamsMixer(streams) {
    const { default: MultiStreamsMixer } = await import('/peers/multistreamsmixer.js');
    streams.forEach((stream) => Object.assign(stream, { width: WIDTH / 2, height: HEIGHT / 2 }));
    const mixer = new MultiStreamsMixer(streams);
    mixer.frameInterval = 1000 / FRAME_RATE;
    mixer.startDrawingFrames();
    return { stream: mixer.getMixedStream() };
  },
};

// Four with the same picture and, where they have one, voice. Chromium does not slow down a hidden page that sounds.
function people(haveVoices) {
  const generator = new MediaStreamTrackGenerator({ kind: 'video' });
  const { writable } = generator;
  new Worker('/bench/picture-worker.js').postMessage(writable, [writable]);
  const tracks = [generator];
  if (haveVoices) tracks.push(voice());
  const stream = new MediaStream(tracks);
  return [0, 1, 2, 3].map(() => stream.clone());
}

function voice() {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: 300 });
  const destination = new MediaStreamAudioDestinationNode(context);
  oscillator.connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0];
}

/** Mixes by `name` (`'hostreel'`, or `'hostreel, silent'` for people without sound) and records the mix; counts what it delivers. */
export async function run(name) {
  const [who, how] = name.split(', ');
  const mix = await mixes[who](people(how !== 'silent'));
  const counter = new Worker('/bench/count-worker.js');
  let frames = 0;
  counter.onmessage = ({ data }) => {
    frames = data;
  };
  const { readable } = new MediaStreamTrackProcessor({ track: mix.stream.getVideoTracks()[0].clone() });
  counter.postMessage(readable, [readable]);
  // It is recorded as a meeting is: the encoder wants its share of the machine.
  const recorder = new MediaRecorder(mix.stream, { mimeType: 'video/webm;codecs=vp8,opus', videoBitsPerSecond: 2_500_000 });
  recorder.start(1000);
  return () => ({ frames, at: performance.now(), ...mix.stats?.() });
}
