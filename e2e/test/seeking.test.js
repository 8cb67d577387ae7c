// What the command line of core/seekable repairs, seen by those it is for: a seek in Chromium and Firefox shows the frame of that
// moment, and another library reads every packet as it was recorded.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { probe } from '../lib/analysis.js';
import { launch } from '../lib/browser.js';
import { OUT } from '../lib/paths.js';
import { run } from '../lib/processes.js';
import { serveFiles } from '../lib/static.js';

const FOLDER = join(OUT, 'seeking');
const SEEKABLE = process.env.HOSTREEL_SEEKABLE;
const needed = SEEKABLE || process.env.HOSTREEL_REQUIRE === '1'
  ? {}
  : { skip: 'HOSTREEL_SEEKABLE is not set: it is the path of the command line of core/seekable, as `cargo xtask test` builds it' };

/** Who records what; both browsers play all of it. */
const RECORDINGS = [
  { name: 'chromium-vp8', kind: 'chromium', type: 'video/webm;codecs=vp8,opus', file: 'webm' },
  { name: 'chromium-vp9', kind: 'chromium', type: 'video/webm;codecs=vp9,opus', file: 'webm' },
  { name: 'chromium-avc1', kind: 'chromium', type: 'video/mp4;codecs=avc1.42E01E,opus', file: 'mp4' },
  { name: 'firefox-vp8', kind: 'firefox', type: 'video/webm;codecs=vp8,opus', file: 'webm' },
];
const FRAMES = 170;
const PLACES = 9;

// Twelve blocks, black or white: the number of the frame (nine bits) and its remainder by seven, so that a blurred picture is not
// taken for another frame.
const PAGE = `<!doctype html><title>frames</title><canvas width="320" height="180"></canvas><video muted playsinline></video>
<script>
const canvas = document.querySelector('canvas');
const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
const video = document.querySelector('video');

function draw(number) {
  const bits = number * 8 + (number % 7);
  for (let bit = 0; bit < 12; bit += 1) {
    context.fillStyle = bits >> bit & 1 ? '#fff' : '#000';
    context.fillRect(bit % 4 * 80, Math.floor(bit / 4) * 60, 80, 60);
  }
}

async function record(types, frames) {
  draw(0);
  const stream = canvas.captureStream();
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  stream.addTrack(sound.getAudioTracks()[0]);
  const recorders = types.map((mimeType) => {
    const recorder = new MediaRecorder(stream, { mimeType, videoKeyFrameIntervalDuration: 2000 });
    const chunks = [];
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.start(1000);
    const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
    return { recorder, chunks, stopped };
  });
  let number = 0;
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      draw(number += 1);
      if (number === frames) { clearInterval(timer); resolve(); }
    }, 66);
  });
  for (const { recorder } of recorders) recorder.stop();
  return Promise.all(recorders.map(async ({ chunks, stopped }) => {
    await stopped;
    return base64(new Blob(chunks));
  }));
}

const base64 = (blob) => new Promise((resolve) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(',')[1]);
  reader.readAsDataURL(blob);
});

// A player that is stuck says where, well before the test gives up.
const happened = (name) => new Promise((resolve, reject) => {
  const state = () => name + ' of ' + video.currentTime + ' s, ready ' + video.readyState + ', network ' + video.networkState + ', seeking ' + video.seeking;
  video.addEventListener(name, resolve, { once: true });
  video.onerror = () => reject(new Error(video.error.message + ': ' + state()));
  setTimeout(() => reject(new Error('stuck: no ' + state())), 10000);
});

async function open(text, type) {
  video.src = URL.createObjectURL(await (await fetch('data:' + type + ';base64,' + text)).blob());
  await happened('loadeddata');
  return video.duration;
}

// "seeked" says that the player is there, not yet that it has put up the picture: that is said by a callback of its own.
async function seek(seconds) {
  const there = Promise.all([happened('seeked'), presented(seconds)]);
  video.currentTime = seconds;
  await there;
}

const presented = (seconds) => new Promise((resolve, reject) => {
  video.requestVideoFrameCallback((now, { mediaTime }) => resolve(mediaTime));
  setTimeout(() => reject(new Error('stuck: no picture at ' + seconds + ' s')), 10000);
});

async function shownAt(seconds) {
  try {
    await seek(seconds);
  } catch {
    // On a busy machine Chromium now and then never ends a seek in Firefox's recordings, repaired or not: it is asked once more. A
    // wrong frame is never asked for twice.
    video.load();
    await happened('loadeddata');
    await seek(seconds);
  }
  context.drawImage(video, 0, 0, 320, 180);
  let bits = 0;
  for (let bit = 0; bit < 12; bit += 1) {
    const [level] = context.getImageData(bit % 4 * 80 + 40, Math.floor(bit / 4) * 60 + 30, 1, 1).data;
    bits |= (level > 127) << bit;
  }
  return (bits >> 3) % 7 === (bits & 7) ? bits >> 3 : -1;
}
</script>`;

/** Every frame of a file, decoded from its beginning to its end: `{ time, number }`, seconds and what the blocks say. */
async function frames(file) {
  const { stdout, stderr } = await run('ffmpeg', [
    '-hide_banner', '-nostdin', '-copyts', '-i', file, '-an', '-vf', 'scale=4:3:flags=area,format=gray,showinfo', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1',
  ]);
  const times = [...stderr.matchAll(/pts_time:\s*([\d.]+)/g)].map((match) => Number(match[1]));
  return times.map((time, index) => {
    let bits = 0;
    for (let bit = 0; bit < 12; bit += 1) bits |= (stdout[index * 12 + bit] > 127) << bit;
    return { time, number: (bits >> 3) % 7 === (bits & 7) ? bits >> 3 : -1 };
  });
}

/**
 * Nine moments, each well inside a frame that is shown for a while, and the number of that frame. Forwards and backwards. Blocks of WebM
 * have no duration, so Chromium takes a frame to last as long as the average one: the frame before must be over by then for it too.
 */
function places(all) {
  const average = (all.at(-1).time - all[0].time) / (all.length - 1);
  return [4, 8, 2, 6, 1, 9, 5, 3, 7].slice(0, PLACES).map((tenth) => {
    const from = Math.floor((all.length * tenth) / 10) - 2;
    for (let at = Math.max(from, 1); at + 1 < all.length; at += 1) {
      const lasts = all[at + 1].time - all[at].time;
      const seconds = all[at].time + lasts * 0.6;
      if (lasts >= 0.04 && seconds - all[at - 1].time >= average * 1.4) return { seconds, number: all[at].number };
    }
    return assert.fail('no frame lasts');
  });
}

/** Packets as ffprobe sees them: `{ audio: [[seconds, hash, key]…], video: […] }`. */
async function packets(file) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_packets', '-show_data_hash', 'md5', '-show_entries', 'packet=codec_type,pts_time,flags,data_hash', '-of', 'json', file]);
  const found = { audio: [], video: [] };
  for (const packet of JSON.parse(stdout).packets) {
    found[packet.codec_type].push([Number(packet.pts_time), packet.data_hash.replace('MD5:', '').toLowerCase(), packet.flags.includes('K')]);
  }
  return found;
}

describe('what the command line repaired', needed, () => {
  let site;
  const browsers = new Map();
  before(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    assert.ok(SEEKABLE && existsSync(SEEKABLE), 'HOSTREEL_SEEKABLE is the path of the command line of core/seekable');
    site = await serveFiles({ pages: { '/': PAGE } });
    await Promise.all(['chromium', 'firefox'].map(async (kind) => browsers.set(kind, await launch(kind))));
    await Promise.all([...browsers].map(async ([kind, browser]) => {
      await browser.goto(site.url);
      const own = RECORDINGS.filter((recording) => recording.kind === kind);
      const made = await browser.evaluate((types, count) => record(types, count), own.map(({ type }) => type), FRAMES);
      own.forEach(({ name, file }, index) => writeFileSync(join(FOLDER, `${name}.${file}`), Buffer.from(made[index], 'base64')));
    }));
    for (const { name, file } of RECORDINGS) {
      await run(SEEKABLE, ['--quiet', 'fix', join(FOLDER, `${name}.${file}`), '-o', join(FOLDER, `${name}.fixed.${file}`)]);
    }
  });
  after(async () => {
    await Promise.all([...browsers.values()].map((browser) => browser.close()));
    await site?.stop();
  });

  for (const { name, file } of RECORDINGS) {
    const live = join(FOLDER, `${name}.${file}`);
    const fixed = join(FOLDER, `${name}.fixed.${file}`);

    for (const kind of ['chromium', 'firefox']) {
      test(`${name}: nine of nine seeks in ${kind} show the frame that was wanted`, async () => {
        const all = await frames(fixed);
        assert.ok(all.length > FRAMES / 2, `only ${all.length} frames were recorded`);
        assert.deepEqual(all.map(({ number }) => number), (await frames(live)).map(({ number }) => number), 'the repair changed frames');
        const browser = browsers.get(kind);
        const duration = await browser.evaluate((text, type) => open(text, type), readFileSync(fixed).toString('base64'), `video/${file}`);
        const end = all.at(-1).time;
        assert.ok(duration >= end && duration < end + 1, `the player says ${duration} s, the last frame is at ${end} s`);
        const wanted = places(all);
        const shown = [];
        for (const { seconds } of wanted) shown.push(await browser.evaluate((moment) => shownAt(moment), seconds));
        assert.deepEqual(shown, wanted.map(({ number }) => number), `at ${wanted.map(({ seconds }) => seconds.toFixed(3)).join(', ')} s`);
      });
    }

    test(`${name}: mediabunny reads every packet and the duration`, async () => {
      const before = await packets(live);
      const input = new Input({ source: new FilePathSource(fixed), formats: ALL_FORMATS });
      for (const [track, recorded] of [[await input.getPrimaryVideoTrack(), before.video], [await input.getPrimaryAudioTrack(), before.audio]]) {
        const read = [];
        for await (const packet of new EncodedPacketSink(track).packets()) {
          read.push([packet.timestamp, createHash('md5').update(packet.data).digest('hex'), packet.type === 'key']);
        }
        assert.equal(read.length, recorded.length);
        // ffprobe takes the codec's delay off the times of sound, mediabunny does not.
        const delay = track.isAudioTrack() ? read[0][0] - recorded[0][0] : 0;
        assert.ok(delay >= 0 && delay < 0.05, `sound was moved by ${delay} s`);
        read.forEach(([time, hash, isKey], index) => {
          assert.equal(hash, recorded[index][1], `packet ${index}`);
          if (track.isVideoTrack()) assert.equal(isKey, recorded[index][2], `packet ${index} at ${time} s`);
          const was = recorded[index][0] + delay;
          assert.ok(Math.abs(time - was) < 0.0015, `packet ${index}: ${time} s, was ${was} s`);
        });
      }
      const { duration } = await probe(fixed);
      const computed = await input.computeDuration();
      assert.ok(Math.abs(duration - computed) < 0.15, `ffprobe says ${duration} s, mediabunny ${computed} s`);
    });
  }
});
