// What is in a recorded file: its structure, whose voice, whose picture. By ffprobe and ffmpeg, and by arithmetic.
import { run } from './processes.js';

export { webm } from './webm.js';

const QUIET = ['-hide_banner', '-loglevel', 'error', '-nostdin'];

/**
 * `{ format, duration, size, tags, video, audio, streams }`: the container's names, seconds, bytes, and the first stream of each kind or
 * undefined. `duration` is null when the file does not state one, as recordings that nobody finished do not. `tags` are
 * those of the whole file.
 */
export async function probe(file) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', file]);
  const { format, streams } = JSON.parse(stdout);
  return {
    format: format.format_name,
    duration: format.duration === undefined ? null : Number(format.duration),
    size: Number(format.size),
    tags: format.tags ?? {},
    streams,
    video: streams.find(({ codec_type: type }) => type === 'video'),
    audio: streams.find(({ codec_type: type }) => type === 'audio'),
  };
}

/** Decodes everything and gives what the decoders complain about: an empty string for a sound file. */
export async function decodeErrors(file) {
  const { stderr } = await run('ffmpeg', ['-hide_banner', '-loglevel', 'repeat+error', '-nostdin', '-i', file, '-f', 'null', '-']);
  // The null muxer minds that frames of a variable rate share one of its ticks: that is not about the file.
  return stderr.split('\n').filter((line) => line && !line.startsWith('[null @')).join('\n');
}

const RATE = 16_000;
const WINDOW = RATE / 2;
// Distances (Hz) at which the neighbourhood of a tone is measured: beyond the window's main lobe and the tone's own swelling.
const NEIGHBOURHOOD = [-77, -61, -47, -35, 35, 47, 61, 77];
/** A tone stands out by this much (dB) or is not there. Tones that are there reach 30 and more, noise stays below 12. */
export const TONE_MARGIN = 20;
/** Below this (dB of full scale) nobody would hear it. */
export const TONE_FLOOR = -70;

/**
 * For each frequency (Hz): is it in the sound between `from` and `to` (seconds)? The sound is cut into half-second windows.
 * `share` is the part of the windows in which the tone stands out, `margin` (dB over its neighbourhood) and `level` (dB of full
 * scale) are medians over the windows. `present` when it stands out in more than half of them.
 *
 * @returns {Promise<Map<number, { present: boolean, share: number, margin: number, level: number }>>}
 */
export async function tones(file, frequencies, { from = 0, to = Infinity } = {}) {
  const samples = await sound(file, from, to);
  const windows = Math.floor(samples.length / WINDOW);
  if (windows === 0) throw new Error(`${file} holds less than half a second of sound from ${from} to ${to} s`);
  return new Map(frequencies.map((frequency) => {
    const heard = Array.from({ length: windows }, (_, index) => {
      const window = samples.subarray(index * WINDOW, (index + 1) * WINDOW);
      const level = decibels(power(window, frequency));
      const around = median(NEIGHBOURHOOD.map((distance) => decibels(power(window, frequency + distance))));
      return { level, margin: level - around };
    });
    const share = heard.filter(({ level, margin }) => margin >= TONE_MARGIN && level >= TONE_FLOOR).length / windows;
    return [frequency, { present: share > 0.5, share, margin: median(heard.map(({ margin }) => margin)), level: median(heard.map(({ level }) => level)) }];
  }));
}

/** The strongest frequency (Hz, to the nearest 2) between `low` and `high`, and its level in dB of full scale. */
export async function strongestTone(file, { from = 0, to = Infinity, low = 100, high = 4000 } = {}) {
  const samples = await sound(file, from, to);
  const window = samples.subarray(0, WINDOW);
  let best = { frequency: 0, level: -Infinity };
  for (let frequency = low; frequency <= high; frequency += 2) {
    const level = decibels(power(window, frequency));
    if (level > best.level) best = { frequency, level };
  }
  return best;
}

async function sound(file, from, to) {
  const length = Number.isFinite(to) ? ['-t', String(to - from)] : [];
  const { stdout } = await run('ffmpeg', [...QUIET, '-ss', String(from), '-i', file, ...length, '-vn', '-ac', '1', '-ar', String(RATE), '-f', 'f32le', 'pipe:1']);
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length - (stdout.length % 4))));
}

// Goertzel's algorithm over a Hann window: the power of one frequency, 1 for a sine of full scale.
function power(window, frequency) {
  const omega = (2 * Math.PI * frequency) / RATE;
  const coefficient = 2 * Math.cos(omega);
  let previous = 0;
  let before = 0;
  for (let index = 0; index < window.length; index += 1) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / window.length);
    const current = window[index] * hann + coefficient * previous - before;
    before = previous;
    previous = current;
  }
  const amplitude = Math.sqrt(Math.max(0, previous * previous + before * before - coefficient * previous * before)) * (4 / window.length);
  return amplitude * amplitude;
}

const decibels = (value) => 10 * Math.log10(value + 1e-14);

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The times (seconds) of all frames of the picture, ascending. */
export async function frameTimes(file) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'json', file]);
  return JSON.parse(stdout).packets.map((packet) => Number(packet.pts_time)).sort((a, b) => a - b);
}

/** The sizes of all frames of the picture as they are decoded, each as `640x360`. */
export async function frameSizes(file) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'frame=width,height', '-of', 'csv=p=0:s=x', file]);
  return String(stdout).split('\n').map((line) => line.trim()).filter(Boolean);
}

/**
 * The picture that a player shows at a moment: the last frame that is not later. Found as a player finds it: by the index to the key
 * frame before, then decoding up to the moment. `{ width, height, time, rgb }`; `time` (seconds) is the frame's own, `rgb` three bytes
 * per pixel. Throws when the seek ends at another frame, and for a moment more than a second behind the last one of the file.
 */
export async function frameAt(file, seconds) {
  const { video, duration } = await probe(file);
  if (!video) throw new Error(`${file} has no picture`);
  const times = await frameTimes(file);
  if (seconds > Math.max(times.at(-1), duration ?? 0) + 1) throw new Error(`no frame at ${seconds} s of ${file}: it ends before`);
  const wanted = times.findLast((time) => time <= seconds + 0.0005) ?? times[0];
  const { stdout, stderr } = await run('ffmpeg', [
    '-hide_banner', '-loglevel', 'info', '-nostdin', '-copyts', '-seek_timestamp', '1', '-ss', String(wanted - 0.0004), '-i', file,
    '-vf', `scale=${video.width}:${video.height},showinfo`, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1',
  ]);
  const bytes = video.width * video.height * 3;
  if (stdout.length !== bytes) throw new Error(`the frame of ${wanted} s of ${file} does not decode: ${stdout.length} bytes instead of ${bytes}`);
  const time = Number(/pts_time:([\d.]+)/.exec(stderr)?.[1]);
  if (Math.abs(time - wanted) > 0.002) throw new Error(`a seek to ${wanted} s of ${file} shows the frame of ${time} s`);
  return { width: video.width, height: video.height, time, rgb: stdout };
}

/** The first video packet that a seek to `seconds` lands on: `{ time, key }`, seconds. */
export async function seekLanding(file, seconds) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-read_intervals', `${seconds}%+#1`, '-show_packets', '-of', 'json', file]);
  const [packet] = JSON.parse(stdout).packets;
  return packet && { time: Number(packet.pts_time), key: packet.flags.includes('K') };
}

/**
 * What share of the picture each colour fills: `{ red: 0.31, … }` for a palette `{ red: '#d02020', … }`. A pixel belongs to the
 * nearest hue, within 25°, if it is neither grey nor dark: codecs and colour matrices move lightness far more than hue.
 */
export function colours(frame, palette) {
  const hues = Object.entries(palette).map(([name, hex]) => [name, hueOf(...[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))).hue]);
  const counts = Object.fromEntries(hues.map(([name]) => [name, 0]));
  for (let at = 0; at < frame.rgb.length; at += 3) {
    const { hue, saturation, value } = hueOf(frame.rgb[at], frame.rgb[at + 1], frame.rgb[at + 2]);
    if (!vivid(saturation, value)) continue;
    for (const [name, reference] of hues) {
      const distance = Math.abs(hue - reference);
      if (Math.min(distance, 360 - distance) <= 25) counts[name] += 1;
    }
  }
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / (frame.width * frame.height)]));
}

/** What share of the picture is of any strong colour: neither grey, black nor white. */
export function vividShare(frame) {
  let count = 0;
  for (let at = 0; at < frame.rgb.length; at += 3) {
    const { saturation, value } = hueOf(frame.rgb[at], frame.rgb[at + 1], frame.rgb[at + 2]);
    if (vivid(saturation, value)) count += 1;
  }
  return count / (frame.width * frame.height);
}

const vivid = (saturation, value) => saturation >= 0.35 && value >= 50;

/** The mean colour of a picture as `{ hue, saturation, value }`: degrees, 0 to 1, 0 to 255. */
export function meanColour(frame) {
  const sums = [0, 0, 0];
  for (let at = 0; at < frame.rgb.length; at += 1) sums[at % 3] += frame.rgb[at];
  return hueOf(...sums.map((sum) => sum / (frame.width * frame.height)));
}

/** How much two pictures of one size differ: the mean difference of their bytes, 0 to 255. Zero: frozen. */
export function difference(one, other) {
  let sum = 0;
  for (let at = 0; at < one.rgb.length; at += 1) sum += Math.abs(one.rgb[at] - other.rgb[at]);
  return sum / one.rgb.length;
}

function hueOf(red, green, blue) {
  const value = Math.max(red, green, blue);
  const range = value - Math.min(red, green, blue);
  if (range === 0) return { hue: 0, saturation: 0, value };
  const sector = value === red ? ((green - blue) / range + 6) % 6 : value === green ? (blue - red) / range + 2 : (red - green) / range + 4;
  return { hue: sector * 60, saturation: range / value, value };
}

/** Each packet of a file, in the order of the file: `{ stream, time, key, hash }`, times in milliseconds. */
export async function packets(file) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_packets', '-show_data_hash', 'sha256', '-show_entries', 'packet=codec_type,pts_time,flags,data_hash', '-of', 'json', file]);
  return JSON.parse(stdout).packets.map(({ codec_type: stream, pts_time: time, flags, data_hash: hash }) => (
    { stream, time: Math.round(Number(time) * 1000), key: flags.startsWith('K'), hash }));
}

/** Where `part` lies in `whole` without a gap: the index of its first; −1 where it does not. */
export const placeOf = (part, whole) => whole.findIndex((_, at) => part.length > 0 && part.every((hash, index) => whole[at + index] === hash));
