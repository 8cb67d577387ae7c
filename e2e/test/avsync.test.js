// Sound and picture belong together in the file: a flash and a beep of one source, through the whole path.
import assert from 'node:assert/strict';
import { EARLY, LATE, flashAndBeep, soundAfterPicture } from '../lib/avsync.js';
import { fetchRecording, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

const SECONDS = 8;

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
        const until = (wanted) => new Promise((resolve) => {
          recorder.addEventListener('progress', function on({ seconds: now }) {
            if (now < wanted) return;
            recorder.removeEventListener('progress', on);
            resolve();
          });
        });
        await until(seconds / 2);
        recorder.pause();
        await new Promise((resolve) => setTimeout(resolve, 1700));
        recorder.resume();
        await until(seconds);
        window.recording = await recorder.stop();
      }, through === 'a mix', SECONDS);
      const apart = await soundAfterPicture(await fetchRecording(participant));
      assert.ok(apart.length >= SECONDS - 3, `flashes: ${apart.length}`);
      // Those at the seam of the pause may be cut in two.
      const bad = apart.filter((seconds) => seconds > LATE || seconds < -EARLY);
      assert.ok(bad.length <= 1, `sound after picture, in seconds: ${apart.map((seconds) => seconds.toFixed(3))}`);
    });
  }
}
