// The browser hands over the last slice late: nothing of it is missing. By what is heard in the last half second.
import assert from 'node:assert/strict';
import { decodeErrors, probe, tones, webm } from '../lib/analysis.js';
import { fetchRecording, inPage, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

const [BEFORE, LAST] = [440, 850];
const TIMESLICE = 2;

/**
 * From the moment that a recorder stops, its data comes `late` milliseconds after it should, and `stop` with it or, as Firefox has done
 * it, before it.
 */
const delay = (page, late, stopsFirst) => page.evaluate((milliseconds, first) => {
  window.came = [];
  MediaRecorder.prototype.addEventListener = function addEventListener(type, listener, options) {
    const held = type === 'dataavailable' || (type === 'stop' && !first);
    EventTarget.prototype.addEventListener.call(this, type, (event) => {
      const hear = () => {
        window.came.push(type);
        listener.call(this, event);
      };
      if (held && this.state === 'inactive') setTimeout(hear, milliseconds);
      else hear();
    }, options);
  };
}, late, stopsFirst);

/** Records a tone that changes a second before the end, which `end` brings about; gives what is known of it. */
const record = (page, end) => inPage(page, `async ({ Recorder }, recorded, before, last, timeslice) => {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: before });
  const out = context.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const recorder = await Recorder.start({ stream: out.stream, timeslice, onTrackEnd: 'continue' });
  // By the sound's own clock: on a busy machine it lags.
  const began = context.currentTime;
  await recorded(recorder, timeslice + 0.25);
  tone.frequency.value = last;
  const enough = context.currentTime + 1.25;
  await new Promise((resolve) => recorder.addEventListener('progress', () => context.currentTime >= enough && resolve()));
  const { elapsed } = recorder;
  const sounded = context.currentTime - began;
  (${end})(recorder, out.stream);
  window.recording = await recorder.finished;
  const { duration, finished, report } = window.recording;
  return { elapsed, sounded, duration, finished, clock: report.clock, came: window.came.slice(-2) };
}`, BEFORE, LAST, TIMESLICE);

const ENDS = {
  'stop() was called': (recorder) => recorder.stop(),
  'the track has ended': (recorder, stream) => stream.getTracks().forEach((track) => track.stop()),
};

for (const kind of ['chromium', 'firefox']) {
  for (const [name, end] of Object.entries(ENDS)) {
    for (const [late, stopsFirst] of [[600, true], [1500, false]]) {
      scenario(`${kind}: ${name}, and the last slice comes ${late} ms late, ${stopsFirst ? 'after' : 'before'} the event "stop"`, needsPackage, async (stage) => {
        const participant = await stage.browser(kind);
        const page = await packagePage(stage, participant);
        await delay(page, late, stopsFirst);
        const seen = await record(page, end);
        assert.deepEqual(seen.came, stopsFirst ? ['stop', 'dataavailable'] : ['dataavailable', 'stop']);
        assert.ok(seen.finished && Math.abs(seen.clock - seen.elapsed) < 0.6, `the clock ends with the recording: ${JSON.stringify(seen)}`);
        const file = await fetchRecording(participant);
        assert.deepEqual(webm(file).problems, []);
        assert.equal(await decodeErrors(file), '');
        const { duration } = await probe(file);
        assert.ok(Math.abs(duration - seen.duration) < 0.05 && Math.abs(duration - seen.sounded) < 0.6, `${duration} s, told: ${JSON.stringify(seen)}`);
        const heard = async (from, to) => [...await tones(file, [BEFORE, LAST], { from, to })].filter(([, { present }]) => present).map(([frequency]) => frequency);
        assert.deepEqual(await heard(0.5, 1.5), [BEFORE]);
        assert.deepEqual(await heard(duration - 0.55, duration), [LAST], 'the last half second');
      });
    }
  }
}
