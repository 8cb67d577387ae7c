// How far sound and picture are apart in a file: a flash and a beep that happen together are looked for in both tracks.
import { run } from './processes.js';

/** What people don't notice (ITU-R BT.1359): sound may be 45 ms early and 125 ms late, in seconds. */
export const EARLY = 0.045;
export const LATE = 0.125;

/** Sound minus picture at each flash of a file, in seconds: positive when the sound is late. */
export async function soundAfterPicture(file) {
  const [flashes, beeps] = await Promise.all([flashesOf(file), beepsOf(file)]);
  return flashes.map((flash) => {
    const nearest = beeps.reduce((best, beep) => (Math.abs(beep - flash) < Math.abs(best - flash) ? beep : best), Infinity);
    return nearest - flash;
  });
}

/** When the picture becomes bright, in seconds. */
async function flashesOf(file) {
  const { stdout } = await run('ffprobe', [
    '-v', 'error', '-f', 'lavfi', '-i', `movie=${file.replace(/[\\':,;[\]]/g, '\\$&')},signalstats`,
    '-show_entries', 'frame=pts_time:frame_tags=lavfi.signalstats.YAVG', '-of', 'csv=p=0',
  ]);
  const frames = stdout.toString().trim().split('\n').map((line) => line.split(',').map(Number));
  return rises(frames.map(([at, light]) => ({ at, on: light > 128 })));
}

/** When the beep begins, in seconds. */
async function beepsOf(file) {
  const rate = 8000;
  const { stdout } = await run('ffmpeg', [
    '-v', 'error', '-nostdin', '-i', file, '-vn', '-af', `aresample=${rate}:async=1:first_pts=0`, '-ac', '1', '-f', 'f32le', '-',
  ]);
  const samples = new Float32Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 4));
  const step = rate / 200;
  const windows = [];
  for (let from = 0; from + step <= samples.length; from += step) {
    let energy = 0;
    for (let index = from; index < from + step; index += 1) energy += samples[index] ** 2;
    windows.push({ at: from / rate, on: Math.sqrt(energy / step) > 0.05 });
  }
  return rises(windows);
}

// A sine wave crosses zero, and an encoder rings: what follows within half a second belongs to the same.
function rises(readings) {
  const found = [];
  let last = -1;
  let was = true;
  for (const { at, on } of readings) {
    if (on && !was && at - last > 0.5) found.push(at);
    if (on) last = at;
    was = on;
  }
  return found;
}

/**
 * In the page: a stream with a flash and a beep at the same moment, each second. The picture is drawn by the sound's own clock.
 */
export function flashAndBeep() {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const oscillator = new OscillatorNode(context, { frequency: 1000 });
  const gain = new GainNode(context, { gain: 0 });
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
  const pen = canvas.getContext('2d', { alpha: false });
  document.body.append(canvas);
  let scheduled = Math.ceil(context.currentTime + 0.5);
  let angle = 0;
  const draw = () => {
    // Beeps are scheduled ahead; the flash lasts as long as the beep.
    while (scheduled < context.currentTime + 1.5) {
      gain.gain.setValueAtTime(0.5, scheduled);
      gain.gain.setValueAtTime(0, scheduled + 0.2);
      scheduled += 1;
    }
    const within = context.currentTime % 1;
    pen.fillStyle = context.currentTime > 1 && within < 0.2 ? '#fff' : '#000';
    pen.fillRect(0, 0, 320, 180);
    // Something that moves: a picture without a change is no new picture.
    angle = (angle + 5) % 300;
    pen.fillStyle = '#777';
    pen.fillRect(angle, 170, 20, 10);
  };
  setInterval(draw, 1000 / 60);
  const stream = canvas.captureStream(30);
  stream.addTrack(destination.stream.getAudioTracks()[0]);
  return stream;
}
