// Fake cameras and microphones: one plain colour and one tone per participant, so that a recorded file tells who is in it.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { OUT } from './paths.js';
import { run } from './processes.js';

/**
 * The cast. The frequencies (Hz) are chosen so that neither a harmonic nor a sum or difference of two of them, as an overdriven
 * mix would produce, falls within 25 Hz of another: a tone that is heard was really there. An even series such as
 * 440, 660, 880 would not do: 2 × 440 and 2 × 660 − 440 are both 880.
 */
export const CAST = {
  mina: { colour: '#d02020', tone: 440 },
  juno: { colour: '#20b040', tone: 610 },
  theo: { colour: '#2050d0', tone: 850 },
};

/** The colours of the cast by name, for `colours()` of analysis.js. */
export const PALETTE = Object.fromEntries(Object.entries(CAST).map(([name, { colour }]) => [name, colour]));

/** Frame rate of the fake cameras, in frames a second: three browsers share two cores on small machines. */
export const CAMERA_FPS = 10;

const FOLDER = join(OUT, 'devices');

/**
 * A 640x360 film of one colour with a white bar that walks along the lower edge, so that frames differ and freezing can be seen.
 * It loops without a jump. Raw frames: no decoder costs time in the browser.
 */
export async function camera(colour) {
  const path = join(FOLDER, `bar-${CAMERA_FPS}-${colour.slice(1)}.y4m`);
  const seconds = 2;
  const step = 640 / (CAMERA_FPS * seconds);
  await make(path, [
    '-f', 'lavfi', '-i', `color=c=0x${colour.slice(1)}:s=640x360:r=${CAMERA_FPS}`,
    '-f', 'lavfi', '-i', `color=c=white:s=48x40:r=${CAMERA_FPS}`,
    '-filter_complex', `overlay=x=n*${step}:y=300:shortest=1,format=yuv420p`,
    '-t', String(seconds), '-f', 'yuv4mpegpipe',
  ]);
  return path;
}

/**
 * A tone (48 kHz, mono) that swells twice a second like syllables do: a steady tone is what noise suppression takes out.
 * One second holds a whole number of periods of both, so that the loop has no click.
 */
export async function microphone(frequency) {
  const path = join(FOLDER, `${frequency}.wav`);
  await make(path, [
    '-f', 'lavfi', '-i', `aevalsrc='0.35*(0.6-0.4*cos(2*PI*2*t))*sin(2*PI*${frequency}*t)':s=48000:d=4`,
    '-ac', '1', '-c:a', 'pcm_s16le', '-f', 'wav',
  ]);
  return path;
}

/** Camera and microphone files of one of the cast: `{ name, colour, tone, video, audio }`. */
export async function devices(name) {
  const { colour, tone } = CAST[name];
  return { name, colour, tone, video: await camera(colour), audio: await microphone(tone) };
}

// Test files run side by side may make the same file: each writes its own and moves it into place.
async function make(path, args) {
  if (existsSync(path)) return;
  mkdirSync(FOLDER, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args, unfinished]);
  renameSync(unfinished, path);
}
