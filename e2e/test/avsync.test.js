// Sound and picture belong together in the file: a flash and a beep of one source, through the whole path.
import assert from 'node:assert/strict';
import { EARLY, LATE, flashAndBeep, soundAfterPicture } from '../lib/avsync.js';
import { fetchRecording, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

const SECONDS = 8;

/**
 * What is allowed, in seconds. Firefox leaves out sound that it could not work out in time, but not its time of the picture: on
 * a machine that is too busy for it, its own recording of the same source says how much is lost before we get anything.
 */
function limits(bare) {
  // Without the ends: one may be cut in two by the pause.
  const whole = bare.sort((one, other) => one - other).slice(1, -1);
  const [least, most] = [Math.min(0, ...whole), Math.max(0, ...whole)];
  return { early: least < -EARLY ? EARLY - least : EARLY, late: most > LATE ? LATE + most : LATE };
}

for (const kind of ['chromium', 'firefox']) {
  for (const through of ['the recorder alone', 'a mix']) {
    scenario(`${kind}: sound and picture stay together through ${through}, also after a pause`, needsPackage, async (stage) => {
      const participant = await stage.browser(kind);
      await packagePage(stage, participant);
      await participant.evaluate(`window.flashAndBeep = ${flashAndBeep}`);
      await participant.evaluate(async (mixed, seconds) => {
        const { Mix, Recorder } = await import('/pkg/index.js');
        const source = window.flashAndBeep();
        let mix;
        if (mixed) {
          mix = await Mix.create({ width: 640, height: 360 });
          mix.add('source', source, { name: '' });
        }
        const recorder = await Recorder.start(mix ? { mix, meter: false } : { stream: source, meter: false });
        const bare = new MediaRecorder(source, { mimeType: 'video/webm;codecs=vp8,opus' });
        const chunks = [];
        bare.ondataavailable = ({ data }) => chunks.push(data);
        bare.start(1000);
        const until = (wanted) => new Promise((resolve) => {
          recorder.addEventListener('progress', function on({ seconds: now }) {
            if (now < wanted) return;
            recorder.removeEventListener('progress', on);
            resolve();
          });
        });
        await until(seconds / 2);
        recorder.pause();
        bare.pause();
        await new Promise((resolve) => setTimeout(resolve, 1700));
        recorder.resume();
        bare.resume();
        await until(seconds);
        window.recording = await recorder.stop();
        await new Promise((resolve) => {
          bare.onstop = resolve;
          bare.stop();
        });
        window.bare = { file: async () => new File(chunks, 'bare.webm', { type: 'video/webm' }) };
      }, through === 'a mix', SECONDS);
      const apart = await soundAfterPicture(await fetchRecording(participant));
      assert.ok(apart.length >= SECONDS - 3, `flashes: ${apart.length}`);
      const { early, late } = limits(await soundAfterPicture(await fetchRecording(participant, 'bare')));
      // Those at the seam of the pause may be cut in two.
      const bad = apart.filter((seconds) => seconds > late || seconds < -early);
      const shown = apart.map((seconds) => seconds.toFixed(3));
      assert.ok(bad.length <= 1, `sound after picture, in seconds: ${shown}; allowed are ${-early} to ${late}`);
    });
  }
}
