// The meeting mix, by what is in its recording: whose picture, where, whose voice, how loud, and that nothing is missing while the
// page is hidden.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { frameAt, frameTimes, probe, tones } from '../lib/analysis.js';
import { CAST, PALETTE } from '../lib/devices.js';
import { MixPage, coloursAt, needsMixPage } from '../lib/mix.js';
import { scenario } from '../lib/scenario.js';

const { mina, juno, theo } = CAST;

/** The longest time (seconds) between two frames from `from` on. */
async function longestGap(file, from = 0) {
  const times = (await frameTimes(file)).filter((time) => time >= from);
  return times.slice(1).reduce((longest, time, index) => Math.max(longest, time - times[index]), 0);
}

/** Mina and Juno talk; Theo comes, Juno is muted, Mina gets louder, Juno leaves. Gives the times. */
async function comeAndGo(page, base) {
  const times = { talk: await page.at(base + 1.5) };
  await page.do('source', 'theo', { colour: theo.colour, tone: theo.tone });
  await page.do('add', 'theo', { source: 'theo', name: 'Theo' });
  assert.equal(await page.mix('muted', 'juno', true), true);
  times.three = await page.do('now');
  await page.at(times.three + 1.8);
  await page.do('add', 'mina', { source: 'mina', name: 'Mina', gain: 3, video: false });
  times.louder = await page.do('now');
  await page.at(times.louder + 1.8);
  assert.equal(await page.mix('remove', 'juno'), true);
  assert.equal(await page.mix('remove', 'juno'), false);
  await page.do('add', 'mina', { source: 'mina', name: 'Mina', gain: 0 });
  times.without = await page.do('now');
  await page.at(times.without + 1.8);
  return times;
}

/** What `comeAndGo` must have left in the file, which began `base` seconds before. */
async function assertComeAndGo(file, base, times) {
  const during = (from) => ({ from: from + 0.5, to: from + 1.6 });
  const heard = (part) => tones(file, [mina.tone, juno.tone, theo.tone], part).then((map) => [mina, juno, theo].map(({ tone }) => map.get(tone)));
  const present = (list) => list.map((tone) => tone.present);

  assert.deepEqual(present(await heard({ from: base + 0.3, to: times.talk })), [true, true, false]);
  const two = await coloursAt(file, base + 1, PALETTE);
  assert.ok(two.mina > 0.2 && two.juno > 0.2 && two.theo < 0.01, JSON.stringify(two));

  const before = await heard(during(times.three));
  assert.deepEqual(present(before), [true, false, true]);
  const three = await coloursAt(file, times.three + 1, PALETTE);
  assert.ok(three.mina > 0.15 && three.juno > 0.15 && three.theo > 0.15, JSON.stringify(three));

  const louder = await heard(during(times.louder));
  const gain = louder[0].level - before[0].level;
  assert.ok(Math.abs(gain - 9.5) < 2, `three times as loud is 9.5 dB, not ${gain}`);
  const placeholder = await coloursAt(file, times.louder + 1, PALETTE);
  assert.ok(placeholder.mina < 0.02 && placeholder.juno > 0.15, JSON.stringify(placeholder));

  assert.deepEqual(present(await heard(during(times.without))), [false, false, true]);
  const gone = await coloursAt(file, times.without + 1, PALETTE);
  assert.ok(gone.mina > 0.2 && gone.juno < 0.01 && gone.theo > 0.2, JSON.stringify(gone));
}

async function twoPeople(page) {
  for (const [name, { colour, tone }] of [['mina', mina], ['juno', juno]]) {
    await page.do('source', name, { colour, tone, volume: 0.1 });
    await page.do('add', name, { source: name, name });
  }
}

for (const kind of ['chromium', 'firefox']) {
  describe(`the mix in ${kind}`, needsMixPage, () => {
    scenario(`${kind}: people come, are muted, get louder and go, in a visible tab and in a hidden one`, {}, async (stage) => {
      const page = await MixPage.open(stage, kind);
      await twoPeople(page);
      await page.do('record');
      const visible = await comeAndGo(page, 0);
      await page.mix('remove', 'theo');
      await twoPeople(page);
      await page.hide();
      const base = await page.do('now');
      const hidden = await comeAndGo(page, base);
      const file = await page.file(`come-and-go-${kind}`);

      await assertComeAndGo(file, 0, visible);
      await assertComeAndGo(file, base, hidden);
      const { video, audio } = await probe(file);
      assert.deepEqual([video.width, video.height, audio.codec_name], [640, 360, 'opus']);
      // As many frames while it is hidden as before, as far as a loaded machine lets it be seen. Timers of a hidden page would give one
      // a second.
      const times = await frameTimes(file);
      const rate = (from, to) => times.filter((time) => time >= from && time < to).length / (to - from);
      const [before, after] = [rate(0.5, visible.without), rate(base + 0.5, hidden.without)];
      assert.ok(after > before * 0.6 && after > 2, `${after} frames a second while hidden, ${before} before`);
    });
  });
}

describe('the mix', needsMixPage, () => {
  scenario('ten people stand on two pages; a page that is chosen stays, the speaker brings theirs', {}, async (stage) => {
    const page = await MixPage.open(stage, 'chromium', { start: { pageSeconds: 3 } });
    await page.do('source', 'red', { colour: mina.colour });
    await page.do('source', 'blue', { colour: theo.colour, tone: theo.tone });
    for (let index = 0; index < 10; index += 1) await page.do('add', `p${index}`, { source: index < 5 ? 'red' : 'blue', name: `Person ${index}` });
    for (let index = 5; index < 10; index += 1) await page.mix('muted', `p${index}`, true);
    await page.mix('setPage', 0);
    await page.do('record');
    await page.at(1);
    await page.mix('setPage', 1);
    const second = await page.do('now');
    await page.at(second + 1);
    const from = await page.participant.evaluate(() => self.mixing.events.length);
    await page.mix('setPage', null);
    await page.event('Page { page: 0, pages: 2 }', from);
    const turned = await page.do('now');
    await page.at(turned + 0.8);
    await page.mix('muted', 'p7', false);
    await page.event('Speaker { id: Some("p7") }');
    await page.event('Page { page: 1, pages: 2 }', from + 1);
    const speaks = await page.do('now');
    await page.at(speaks + 4.2);
    const file = await page.file('pages');

    const seen = async (time) => {
      const { mina: red, theo: blue } = await coloursAt(file, time, PALETTE);
      return [red > 0.4 && blue < 0.01, blue > 0.4 && red < 0.01];
    };
    assert.deepEqual(await seen(0.7), [true, false]);
    assert.deepEqual(await seen(second + 0.6), [false, true]);
    assert.deepEqual(await seen(turned + 0.5), [true, false]);
    assert.deepEqual(await seen(speaks + 0.5), [false, true]);
    // Longer than a page is shown: whoever speaks is not turned away.
    assert.deepEqual(await seen(speaks + 3.9), [false, true]);
  });

  scenario('a shared screen is large with the faces beside it, and its sound is heard', {}, async (stage) => {
    const page = await MixPage.open(stage);
    await twoPeople(page);
    await page.do('source', 'slides', { colour: theo.colour, tone: theo.tone, width: 640, height: 360 });
    await page.do('record');
    const before = await page.at(1);
    assert.equal(await page.do('screen', 'juno', 'slides'), true);
    const shared = await page.do('now');
    await page.at(shared + 2);
    // Stop sharing, as in the browser's own bar: the track ends.
    await page.do('end', 'slides');
    const ended = await page.do('now');
    await page.at(ended + 1.5);
    const file = await page.file('screen');

    assert.ok((await coloursAt(file, before - 0.3, PALETTE)).theo < 0.01);
    const large = await coloursAt(file, shared + 1.2, PALETTE, [0, 0, 0.78, 1]);
    assert.ok(large.theo > 0.6 && large.mina < 0.01 && large.juno < 0.01, JSON.stringify(large));
    const strip = await coloursAt(file, shared + 1.2, PALETTE, [0.79, 0, 1, 1]);
    assert.ok(strip.mina > 0.1 && strip.juno > 0.1 && strip.theo < 0.02, JSON.stringify(strip));
    assert.equal((await tones(file, [theo.tone], { from: shared + 0.5, to: shared + 1.8 })).get(theo.tone).present, true);
    const after = await coloursAt(file, ended + 1, PALETTE);
    assert.ok(after.theo < 0.01 && after.mina > 0.2 && after.juno > 0.2, JSON.stringify(after));
  });

  scenario('the speaker is large: whoever talks, not who coughs; or who is pinned; in a hidden tab too', {}, async (stage) => {
    const page = await MixPage.open(stage);
    await twoPeople(page);
    await page.do('volume', 'mina', 0);
    await page.do('volume', 'juno', 0);
    await page.mix('setLayout', 'speaker');
    await page.do('record');
    await page.hide();
    await page.do('volume', 'juno', 0.3);
    await page.event('Speaker { id: Some("juno") }');
    const junoTalks = await page.do('now');
    await page.at(junoTalks + 2.5);
    // A cough of a third of a second.
    await page.do('volume', 'mina', 0.9);
    const cough = await page.do('now');
    await page.at(cough + 0.33);
    await page.do('volume', 'mina', 0);
    await page.at(cough + 2);
    await page.do('volume', 'juno', 0);
    await page.do('volume', 'mina', 0.3);
    await page.event('Speaker { id: Some("mina") }');
    const minaTalks = await page.do('now');
    await page.at(minaTalks + 1);
    await page.mix('pin', 'juno');
    const pinned = await page.do('now');
    await page.at(pinned + 1);
    const speakers = await page.participant.evaluate(() => self.mixing.events.filter((event) => event.startsWith('Speaker')));
    const file = await page.file('speaker');

    assert.deepEqual(speakers, ['Speaker { id: Some("juno") }', 'Speaker { id: Some("mina") }']);
    const large = async (time) => {
      const shares = await coloursAt(file, time, PALETTE, [0, 0, 0.78, 1]);
      return Object.keys(shares).filter((name) => shares[name] > 0.5).join();
    };
    assert.equal(await large(junoTalks + 0.8), 'juno');
    assert.equal(await large(cough + 1.5), 'juno');
    assert.equal(await large(minaTalks + 0.8), 'mina');
    assert.equal(await large(pinned + 0.8), 'juno');
  });

  scenario('a single source is passed through; when it is gone and another comes, the track has no gap', {}, async (stage) => {
    const page = await MixPage.open(stage, 'chromium', { start: { width: 640, height: 360 } });
    await page.do('source', 'camera', { colour: mina.colour, width: 640, height: 360 });
    await page.do('source', 'other', { colour: theo.colour, width: 480, height: 360 });
    await page.do('add', 'me', { source: 'camera' });
    await page.mix('setLayout', 'me');
    await page.do('record');
    await page.at(2);
    const passed = await page.do('stats');
    await page.do('end', 'camera');
    const gone = await page.do('now');
    await page.at(gone + 1.5);
    assert.equal(await page.do('switchTo', 'me', 'other'), true);
    const other = await page.do('now');
    await page.at(other + 1.5);
    const all = await page.do('stats');
    const file = await page.file('single');

    assert.ok(passed.forwarded > 5, `${passed.forwarded} of ${passed.drawn} frames were passed through`);
    assert.ok(all.forwarded < all.drawn - 5, 'what is not of the frame\'s size is drawn');
    assert.ok((await coloursAt(file, gone - 0.3, PALETTE)).mina > 0.85);
    const black = await coloursAt(file, gone + 1, PALETTE);
    assert.ok(black.mina < 0.01 && black.theo < 0.01, JSON.stringify(black));
    // 4:3 in 16:9: bars at the sides.
    assert.ok((await coloursAt(file, other + 1, PALETTE, [0.15, 0, 0.85, 1])).theo > 0.85);
    assert.ok((await coloursAt(file, other + 1, PALETTE, [0, 0, 0.11, 1])).theo < 0.02);
    assert.ok((await longestGap(file)) < 1, `no frame for ${await longestGap(file)} s`);
    const { duration, video } = await probe(file);
    assert.deepEqual([video.width, video.height], [640, 360], `${duration}`);
  });

  scenario('colours are what their label in the file says, drawn or passed through', {}, async (stage) => {
    const page = await MixPage.open(stage, 'chromium', { start: { width: 640, height: 360 } });
    await page.do('source', 'grey', { colour: '#202020', width: 640, height: 360 });
    await page.do('add', 'me', { source: 'grey' });
    await page.mix('setLayout', 'me');
    await page.mix('setStream', 'me', null);
    await page.do('record');
    const black = await page.at(1.5);
    // Drawn, because it is not of the frame's size.
    await page.do('source', 'small', { colour: '#202020' });
    await page.do('switchTo', 'me', 'small');
    const drawn = await page.do('now');
    await page.at(drawn + 1.5);
    const file = await page.file('colour');

    const { video } = await probe(file);
    assert.notEqual(video.color_range, 'pc', 'the file says that its colours are of full range');
    const grey = async (time) => {
      const frame = await frameAt(file, time);
      return frame.rgb[(100 * frame.width + 320) * 3];
    };
    assert.ok((await grey(black - 0.5)) <= 3, `black is ${await grey(black - 0.5)}`);
    assert.ok(Math.abs((await grey(drawn + 1)) - 32) <= 4, `a grey of 32 is ${await grey(drawn + 1)}`);
  });

  scenario('any frame rate is kept', {}, async (stage) => {
    const page = await MixPage.open(stage);
    await twoPeople(page);
    for (const rate of [7, 12.5, 29.97, 24]) {
      await page.mix('setFrameRate', rate);
      // The worker is told, and tells what was due, by messages: a window of four seconds is looked for that has only the new rate.
      await page.participant.evaluate(() => { self.counts = []; });
      await page.participant.until(`${rate} frames a second to be due`, (wanted) => {
        const now = performance.now();
        self.counts.push({ time: now, due: self.mixing.stats().due });
        self.counts = self.counts.filter(({ time }) => time >= now - 4_500);
        const [first, last] = [self.counts[0], self.counts.at(-1)];
        const seconds = (last.time - first.time) / 1_000;
        return seconds > 4 && Math.abs((last.due - first.due) / seconds - wanted) < wanted * 0.05 + 0.5;
      }, rate);
    }
  });

  scenario('a hundred people who come and go leave nothing behind', {}, async (stage) => {
    const page = await MixPage.open(stage);
    await twoPeople(page);
    await page.do('source', 'guest', { colour: theo.colour, tone: theo.tone });
    const counts = async () => {
      const { page: tab } = page.participant;
      const found = {};
      for (const name of ['GainNode', 'AnalyserNode', 'MediaStreamAudioSourceNode', 'HTMLAudioElement']) {
        const prototype = await tab.evaluateHandle((type) => self[type].prototype, name);
        const objects = await tab.queryObjects(prototype);
        found[name] = await objects.evaluate((list) => list.length);
        await objects.dispose();
        await prototype.dispose();
      }
      return found;
    };
    const before = await counts();
    assert.equal(before.MediaStreamAudioSourceNode, 2);
    await page.participant.evaluate(async () => {
      for (let round = 0; round < 100; round += 1) {
        self.mixing.add(`guest ${round}`, { source: 'guest', name: 'Guest' });
        await new Promise((resolve) => setTimeout(resolve, 5));
        self.mix.remove(`guest ${round}`);
      }
    });
    // Voices fade out before they are taken away. Chromium keeps the one source of a track as long as there is the mix.
    const wanted = { ...before, MediaStreamAudioSourceNode: 3 };
    let after;
    for (let tries = 0; tries < 40; tries += 1) {
      after = await counts();
      if (Object.keys(wanted).every((name) => after[name] <= wanted[name])) break;
    }
    assert.deepEqual(after, wanted);
  });

  scenario('sound that the browser holds up is reported, and runs after a click', {}, async (stage) => {
    const args = ['--autoplay-policy=document-user-activation-required'];
    const page = await MixPage.open(stage, 'chromium', { start: null, event: 'AudioSuspended', args });
    await page.do('source', 'mina', { colour: mina.colour, tone: mina.tone });
    await page.do('add', 'mina', { source: 'mina', name: 'Mina' });
    await page.participant.page.click('#gesture');
    await page.event('AudioRunning');
    await page.participant.evaluate(() => self.mixing.resumeSources());
    await page.do('record');
    await page.at(2);
    const file = await page.file('suspended');
    assert.equal((await tones(file, [mina.tone], { from: 0.5, to: 1.9 })).get(mina.tone).present, true);
  });
});
