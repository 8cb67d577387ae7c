// The measuring tools are measured first: on files of which everything is known, and on files that are wrong on purpose.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { colours, decodeErrors, difference, frameAt, meanColour, probe, seekLanding, strongestTone, tones, vividShare, webm } from '../lib/analysis.js';
import { FIXTURES, OUT } from '../lib/paths.js';
import { run } from '../lib/processes.js';

const FOLDER = join(OUT, 'analysis');
const PALETTE = { red: '#d02020', green: '#20b040', blue: '#2050d0' };
const made = join(FOLDER, 'made.webm');

const ffmpeg = (...args) => run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args]);

before(async () => {
  mkdirSync(FOLDER, { recursive: true });
  // Red, then green, then blue, two seconds each, with a key frame a second; 440 Hz throughout, 850 Hz in the last third only.
  await ffmpeg(
    ...['d02020', '20b040', '2050d0'].flatMap((colour) => ['-f', 'lavfi', '-i', `color=c=0x${colour}:s=320x180:r=20:d=2`]),
    '-f', 'lavfi', '-i', "aevalsrc='0.2*sin(2*PI*440*t)+gte(t,4)*0.2*sin(2*PI*850*t)+0.01*random(0)':s=48000:d=6",
    '-filter_complex', '[0][1][2]concat=n=3[v]', '-map', '[v]', '-map', '3:a',
    '-c:v', 'libvpx', '-b:v', '600k', '-deadline', 'realtime', '-cpu-used', '8', '-g', '20', '-c:a', 'libopus', '-cues_to_front', '1', made,
  );
});

describe('tones', () => {
  test('a tone that is there is heard, one that is not there is not', async () => {
    const heard = await tones(made, [440, 610, 850]);
    assert.equal(heard.get(440).present, true);
    assert.equal(heard.get(440).share, 1);
    assert.equal(heard.get(610).present, false);
    assert.ok(heard.get(440).margin - heard.get(610).margin > 20, JSON.stringify([...heard]));
  });

  test('a tone is heard only in the span where it sounds', async () => {
    assert.equal((await tones(made, [850], { from: 0, to: 4 })).get(850).present, false);
    assert.equal((await tones(made, [850], { from: 4, to: 6 })).get(850).present, true);
  });

  test('an overdriven mix of two tones does not fake the third', async () => {
    const clipped = join(FOLDER, 'clipped.webm');
    await ffmpeg('-f', 'lavfi', '-i', "aevalsrc='max(-0.5,min(0.6,0.9*sin(2*PI*440*t)+0.9*sin(2*PI*610*t)))':s=48000:d=3", '-c:a', 'libopus', clipped);
    const heard = await tones(clipped, [440, 610, 850]);
    assert.deepEqual([440, 610, 850].map((frequency) => heard.get(frequency).present), [true, true, false]);
  });

  test('three tones at once, quiet and swelling as microphones give them, are all heard', async () => {
    const mixed = join(FOLDER, 'mixed.webm');
    const voice = (frequency) => `0.02*(0.6-0.4*cos(2*PI*2*t))*sin(2*PI*${frequency}*t)`;
    await ffmpeg('-f', 'lavfi', '-i', `aevalsrc='${[440, 610, 850].map(voice).join('+')}+0.002*random(0)':s=48000:d=4`, '-c:a', 'libopus', '-b:a', '32k', mixed);
    const heard = await tones(mixed, [440, 610, 850, 725]);
    assert.deepEqual([440, 610, 850, 725].map((frequency) => heard.get(frequency).present), [true, true, true, false], JSON.stringify([...heard]));
  });

  test('silence and noise hold no tone', async () => {
    for (const [name, source] of [['silence', '0'], ['noise', '0.4*(random(0)-0.5)']]) {
      const file = join(FOLDER, `${name}.webm`);
      await ffmpeg('-f', 'lavfi', '-i', `aevalsrc='${source}':s=48000:d=3`, '-c:a', 'libopus', file);
      const heard = await tones(file, [440, 610, 850]);
      for (const [frequency, { present, share }] of heard) assert.ok(!present && share === 0, `${frequency} Hz in ${name}`);
    }
  });

  test('the strongest tone is found without knowing it', async () => {
    assert.equal((await strongestTone(made, { to: 2 })).frequency, 440);
  });

  test('asking beyond the end says so', async () => {
    await assert.rejects(tones(made, [440], { from: 30, to: 32 }), /less than half a second of sound/);
  });
});

describe('pictures', () => {
  test('a seek gives the frame of that moment, with its colour', async () => {
    for (const [moment, colour] of [[0.5, 'red'], [2.5, 'green'], [5.7, 'blue'], [1.0, 'red']]) {
      const frame = await frameAt(made, moment);
      assert.ok(frame.time <= moment + 0.001 && frame.time > moment - 0.051, `asked for ${moment}, got ${frame.time}`);
      const shares = colours(frame, PALETTE);
      for (const name of Object.keys(PALETTE)) assert.ok(name === colour ? shares[name] > 0.99 : shares[name] === 0, `${name} at ${moment}: ${shares[name]}`);
    }
  });

  test('the shares of several colours in one picture add up', async () => {
    const grid = join(FOLDER, 'grid.webm');
    const tile = (colour) => ['-f', 'lavfi', '-i', `color=c=0x${colour}:s=160x90:r=20:d=1`];
    await ffmpeg(...tile('d02020'), ...tile('20b040'), ...tile('2050d0'), ...tile('101010'), '-filter_complex', 'xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0', '-c:v', 'libvpx', '-b:v', '500k', grid);
    const shares = colours(await frameAt(grid, 0.5), PALETTE);
    for (const share of Object.values(shares)) assert.ok(Math.abs(share - 0.25) < 0.01, JSON.stringify(shares));
    assert.ok(Math.abs(vividShare(await frameAt(grid, 0.5)) - 0.75) < 0.02);
  });

  test('grey, black and white belong to nobody', async () => {
    for (const colour of ['808080', '000000', 'ffffff']) {
      const file = join(FOLDER, `${colour}.webm`);
      await ffmpeg('-f', 'lavfi', '-i', `color=c=0x${colour}:s=160x90:r=10:d=1`, '-c:v', 'libvpx', file);
      assert.deepEqual(Object.values(colours(await frameAt(file, 0.5), PALETTE)), [0, 0, 0]);
    }
  });

  test('a frame differs from a later one and not from itself', async () => {
    const [one, same, other] = [await frameAt(made, 1), await frameAt(made, 1), await frameAt(made, 3)];
    assert.equal(difference(one, same), 0);
    assert.ok(difference(one, other) > 20);
    assert.ok(Math.abs(meanColour(other).hue - 133) < 12, `green is at 133 degrees, got ${meanColour(other).hue}`);
  });

  test('a moment after the end has no frame', async () => {
    await assert.rejects(frameAt(made, 60), /no frame at 60/);
  });
});

describe('probe', () => {
  test('format, duration and streams', async () => {
    const found = await probe(made);
    assert.match(found.format, /webm/);
    assert.ok(Math.abs(found.duration - 6) < 0.1);
    assert.deepEqual([found.video.codec_name, found.audio.codec_name], ['vp8', 'opus']);
    assert.equal(await decodeErrors(made), '');
  });

  test('a recording that nobody finished has no duration', async () => {
    assert.equal((await probe(join(FIXTURES, 'chromium-live.webm'))).duration, null);
  });

  test('a seek lands on the key frame before', async () => {
    const landing = await seekLanding(made, 3.5);
    assert.equal(landing.key, true);
    assert.ok(landing.time > 2.9 && landing.time <= 3.5, `landed at ${landing.time}`);
  });
});

describe('webm: real files', () => {
  test("ffmpeg's file has nothing wrong with it", () => {
    const file = webm(made);
    assert.deepEqual(file.problems, []);
    assert.equal(file.docType, 'webm');
    assert.equal(file.keyFrames.length, 6);
    assert.equal(file.cuesInFront, true);
    assert.deepEqual(file.tracks.map(({ type, codec }) => [type, codec]), [['video', 'V_VP8'], ['audio', 'A_OPUS']]);
    assert.ok(Math.abs(file.duration - 6000) < 100);
  });

  test("mkvmerge's file has nothing wrong with it", async () => {
    const muxed = join(FOLDER, 'mkvmerge.mkv');
    await run('mkvmerge', ['-q', '-o', muxed, made]);
    const file = webm(muxed);
    assert.deepEqual(file.problems, []);
    assert.ok(file.cues.length >= 6);
  });

  test("Chromium's live recording: unknown sizes, no Duration, no Cues, no SeekHead", () => {
    const file = webm(join(FIXTURES, 'chromium-live.webm'));
    for (const expected of [/Segment at 36 has an unknown size/, /Cluster at 189 has an unknown size/, /no Duration/, /no Cues/, /no SeekHead/]) {
      assert.ok(file.problems.some((problem) => expected.test(problem)), `${expected}`);
    }
    assert.equal(file.clusters.length, 15);
    assert.equal(file.keyFrames.length, 8);
  });

  test("Firefox's live sound: one track with number 2, Duration zero", () => {
    const file = webm(join(FIXTURES, 'firefox-live-audio.webm'));
    assert.deepEqual(file.tracks.map(({ number, type }) => [number, type]), [[2, 'audio']]);
    assert.ok(file.problems.some((problem) => /Duration is 0 ms/.test(problem)));
  });
});

// A whole file by hand: two clusters of 1 s, video key frames at 0 and 1000 ms, a cue for each. Each option spoils one thing.
const element = (id, ...parts) => {
  const body = Buffer.concat(parts);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length));
  size[0] = 1;
  return Buffer.concat([Buffer.from(id.toString(16).padStart(id.toString(16).length + (id.toString(16).length % 2), '0'), 'hex'), size, body]);
};
const integer = (id, value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return element(id, bytes);
};
const real = (id, value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
};
const block = (time, key, intra = key) => element(0xa3, Buffer.from([0x81, time >> 8, time & 255, key ? 0x80 : 0, intra ? 0 : 1, 0, 0]));

function handMade(name, { cue = {}, key = true, intra = key, duration = 1500, seekOffset = 0, trackOfCue = 1, unknownCluster = false } = {}) {
  const head = element(0x1a45dfa3, element(0x4282, Buffer.from('webm')));
  const info = element(0x1549a966, integer(0x2ad7b1, 1_000_000), ...(duration === null ? [] : [real(0x4489, duration)]));
  const tracks = element(0x1654ae6b, element(0xae, integer(0xd7, 1), integer(0x83, 1), element(0x86, Buffer.from('V_VP8'))));
  const clusters = [0, 1000].map((time) => element(0x1f43b675, integer(0xe7, time), block(0, time === 0 || key, time === 0 || intra), block(500, false)));
  if (unknownCluster) clusters[1].fill(0xff, 5, 12).writeUInt8(1, 4);
  const seek = (id, position) => element(0x4dbb, integer(0x53ab, id), integer(0x53ac, position));
  const seekHead = (...positions) => element(0x114d9b74, ...[0x1549a966, 0x1654ae6b, 0x1c53bb6b].map((id, index) => seek(id, positions[index] + seekOffset)));
  const point = (time, cluster, relative, track) => element(0xbb, integer(0xb3, time), element(0xb7, integer(0xf7, track), integer(0xf1, cluster), integer(0xf0, relative)));
  const first = clusters[0].length;
  const base = seekHead(0, 0, 0).length;
  const starts = [base, base + info.length, base + info.length + tracks.length];
  const cuesLength = element(0x1c53bb6b, point(0, 0, 0, 1), point(0, 0, 0, 1)).length;
  const media = starts[2] + cuesLength;
  const timestamp = integer(0xe7, 0).length;
  const cues = element(0x1c53bb6b, point(0, media, timestamp, 1), point(cue.time ?? 1000, media + first + (cue.cluster ?? 0), timestamp + (cue.relative ?? 0), trackOfCue));
  const path = join(FOLDER, `${name}.webm`);
  writeFileSync(path, Buffer.concat([head, element(0x18538067, seekHead(...starts), info, tracks, cues, ...clusters)]));
  return webm(path);
}

describe('webm: files that are wrong on purpose', () => {
  before(() => mkdirSync(FOLDER, { recursive: true }));
  const second = block(0, true).length;

  test('as it should be, nothing is wrong', () => assert.deepEqual(handMade('right').problems, []));

  for (const [what, options, expected] of [
    ['a cue on a block that is not a key frame', { cue: { relative: second, time: 1500 } }, /cue at 1500 ms leads to a block that is not a key frame/],
    ['a cue whose cluster begins with an inter frame', { key: false }, /cue at 1000 ms leads to a block that is not a key frame/],
    ['a key frame flag on an inter frame', { intra: false }, /not a V_VP8 key frame, but is flagged otherwise/],
    ['a cue beside its block', { cue: { relative: 3 } }, /where no block is/],
    ['a cue beside its cluster', { cue: { cluster: -4 } }, /where no cluster is/],
    ['a cue of another time than its block', { cue: { time: 1040 } }, /cue at 1040 ms leads to a block of 1000 ms/],
    ['a cue of another track', { trackOfCue: 2 }, /for track 2, but leads to a block of track 1/],
    ['a SeekHead that points beside', { seekOffset: 1 }, /SeekHead says 0x1549a966 is at \d+: it is not/],
    ['a Duration that is too short', { duration: 900 }, /Duration is 900 ms, the last block is at 1500 ms/],
    ['no Duration', { duration: null }, /there is no Duration/],
    ['a cluster of unknown size', { unknownCluster: true }, /Cluster at \d+ has an unknown size/],
  ]) {
    test(`${what} is caught`, () => {
      const { problems } = handMade('wrong', options);
      assert.ok(problems.some((problem) => expected.test(problem)), `${expected} not in ${JSON.stringify(problems)}`);
    });
  }
});
