// Nobody hears themselves because they are recorded: nothing that is recorded is played. By what comes out of the speakers (Firefox),
// and by what is connected to them and which media elements may be heard (both).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tones } from '../lib/analysis.js';
import { inPage, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

/** Notes in `window.played` whatever could be heard: nodes that lead to the speakers, and elements that play a stream aloud. */
const watchSpeakers = (page) => page.evaluate(() => {
  window.played = [];
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (to, ...ports) {
    if (to instanceof AudioDestinationNode) window.played.push(`${this.constructor.name} is connected to the speakers`);
    return connect.call(this, to, ...ports);
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      const look = () => {
        const isHeard = !this.muted && this.volume > 0 && !this.paused && this.srcObject?.getAudioTracks().length > 0;
        if (isHeard) window.played.push(`<${this.localName}> plays ${this.srcObject.id} aloud`);
      };
      for (const type of ['play', 'playing', 'volumechange', 'timeupdate']) this.addEventListener(type, look);
    },
  });
});

/** Records the microphone in each of the ways there are, two seconds each. */
const recordInAllWays = (page) => inPage(page, async ({ Mix, Recorder, Tracks }, recorded) => {
  const microphone = () => navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false }, video: true });
  const done = [];
  const finish = async (name, recorder) => {
    await recorded(recorder, 2);
    await recorder.stop();
    done.push(name);
  };
  await finish('microphone', await Recorder.start({ microphone: { echoCancellation: false } }));
  await finish('camera', await Recorder.start({ camera: true, microphone: true, switchable: true }));
  const [one, other] = [await microphone(), await microphone()];
  await finish('two sounds', await Recorder.start({ stream: new MediaStream([...one.getTracks(), ...other.getAudioTracks()]) }));
  const mix = await Mix.create();
  mix.add('me', one, { name: 'Me' });
  await finish('mix', await Recorder.start({ mix }));
  mix.dispose();
  await finish('tracks', await Tracks.start({ participants: [{ id: 'a', stream: one }, { id: 'b', stream: other }] }));
  for (const track of [...one.getTracks(), ...other.getTracks()]) track.stop();

  await import('/pkg/element.js');
  const element = document.createElement('hostreel-recorder');
  element.options = { microphone: { echoCancellation: false } };
  document.querySelector('main').append(element);
  await element.start();
  await new Promise((resolve) => element.addEventListener('progress', ({ seconds, bytes }) => seconds >= 2 && bytes && resolve()));
  // Its recording may be played afterwards, by whoever wants to.
  await element.stop();
  element.remove();
  done.push('element');
  return done;
});

const WAYS = ['microphone', 'camera', 'two sounds', 'mix', 'tracks', 'element'];

/** What an echo is: the page itself plays the microphone. So it is known that it would have been noticed. */
const playAloud = (page) => page.evaluate(async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false } });
  const element = Object.assign(new Audio(), { srcObject: stream });
  await element.play();
  const context = new AudioContext();
  context.createMediaStreamSource(stream).connect(context.destination);
  await new Promise((resolve) => element.addEventListener('timeupdate', () => element.currentTime > 3 && resolve()));
  element.pause();
  await context.close();
});

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: the own microphone is not heard while it is recorded, in whichever way`, needsPackage, async (stage) => {
    const participant = await stage.browser(kind);
    const page = await packagePage(stage, participant);
    await watchSpeakers(page);
    const listen = async (name) => {
      const file = join(participant.downloads, `${name}.wav`);
      const stop = await participant.listen?.(file);
      return async () => {
        await stop?.();
        return stop ? (await tones(file, [participant.tone])).get(participant.tone) : null;
      };
    };

    const quiet = await listen('recorded');
    assert.deepEqual(await recordInAllWays(page), WAYS);
    const heard = await quiet();
    assert.deepEqual(await page.evaluate(() => window.played), []);
    assert.ok(!heard || heard.share === 0, `heard in ${heard?.share} of the time, at ${heard?.level} dB`);

    const loud = await listen('aloud');
    await playAloud(page);
    const echo = await loud();
    const played = await page.evaluate(() => window.played);
    assert.ok(played.some((text) => /speakers/.test(text)) && played.some((text) => /aloud/.test(text)), played.join());
    assert.ok(!echo || echo.present, `an echo would be heard: ${JSON.stringify(echo)}`);
  });
}
