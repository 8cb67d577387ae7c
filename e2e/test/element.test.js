// The custom element <hostreel-recorder> in a page of its own: by keyboard and by what its files hold.
import assert from 'node:assert/strict';
import { colours, decodeErrors, frameAt, probe, tones } from '../lib/analysis.js';
import { PALETTE } from '../lib/devices.js';
import { fetchRecording, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

/** A page with nothing but the element; gives the page. */
async function elementPage(stage, participant, { attributes = 'camera microphone', lang = 'en', body = '', pages = {} } = {}) {
  const html = `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>element</title>`
    + `<script type="module" src="/pkg/element.js"></script><button id="before">before</button>`
    + `<hostreel-recorder ${attributes}></hostreel-recorder>${body}</html>`;
  const page = await packagePage(stage, participant, { pages: { '/': html, ...pages } });
  await participant.until('the element', () => document.querySelector('hostreel-recorder').shadowRoot);
  return page;
}

const is = (participant, state) =>
  participant.until(state, (wanted) => document.querySelector('hostreel-recorder').state === wanted, state);
const elapsed = (participant, seconds) =>
  participant.until(`${seconds} s`, (wanted) => document.querySelector('hostreel-recorder').recorder?.elapsed > wanted, seconds);
/** What stands in the element, as people read it. */
const texts = (participant) => participant.evaluate(() => {
  const root = document.querySelector('hostreel-recorder').shadowRoot;
  const visible = (element) => element.checkVisibility() && element.textContent.trim();
  return {
    buttons: [...root.querySelectorAll('button')].filter(visible).map((button) => button.textContent.trim()),
    spoken: root.querySelector('[role=status]').textContent,
    focused: root.activeElement?.textContent.trim() ?? null,
    all: root.querySelector('section').innerText,
  };
});

/** Presses a button by its words. */
const press = (page, words) => page.evaluate((wanted) => {
  const buttons = [...document.querySelector('hostreel-recorder').shadowRoot.querySelectorAll('button')];
  buttons.find((button) => button.textContent.trim() === wanted).click();
}, words);

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: start, pause, go on and stop by keyboard alone; the file is right`, needsPackage, async (stage) => {
    const mina = await stage.browser(kind, kind === 'chromium' ? { name: 'mina' } : {});
    const page = await elementPage(stage, mina, { attributes: 'camera microphone recording-title="Stand-up"' });
    // Headless Firefox has no window in front: there keys move the focus, but press no button, not even a plain one.
    const press = () => (kind === 'chromium' ? page.keyboard.press(' ')
      : page.evaluate(() => document.querySelector('hostreel-recorder').shadowRoot.activeElement.click()));
    await page.focus('#before');
    await page.keyboard.press('Tab');
    assert.equal((await texts(mina)).focused, 'Start recording');
    await press();
    await is(mina, 'recording');
    assert.equal((await texts(mina)).spoken, 'Recording');
    await elapsed(mina, 2);
    // Focus stays on the button that took the place of the one that was pressed.
    assert.equal((await texts(mina)).focused, 'Pause');
    await press();
    await is(mina, 'paused');
    assert.deepEqual((await texts(mina)).buttons, ['Resume', 'Stop']);
    await press();
    await elapsed(mina, 3);
    await page.keyboard.press('Tab');
    await press();
    await is(mina, 'finished');
    const seen = await texts(mina);
    assert.deepEqual(seen.buttons, ['Save', 'New recording', 'Delete']);
    assert.equal(seen.spoken, 'Recording is ready');
    await page.evaluate(() => {
      window.recording = document.querySelector('hostreel-recorder').recording;
    });
    const file = await fetchRecording(mina);
    assert.match(file, /Stand-up\.webm$/);
    assert.equal(await decodeErrors(file), '');
    const { duration, video } = await probe(file);
    assert.ok(video && duration > 2.5 && duration < 6, `${duration} s`);
    assert.ok((await tones(file, [mina.tone])).get(mina.tone).present);
    if (mina.colour) assert.ok(colours(await frameAt(file, 1), PALETTE).mina > 0.6);
    assert.deepEqual(mina.unexpectedErrors(), []);
  });
}

scenario('sound only, in Korean: every word changes with the language of the page', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await elementPage(stage, mina, { attributes: 'microphone', lang: 'ko' });
  assert.deepEqual((await texts(mina)).buttons, ['녹화 시작'.replace('녹화', '녹음')]);
  await page.evaluate(() => document.querySelector('hostreel-recorder').start());
  await elapsed(mina, 2);
  const level = await mina.until('a level', () => {
    const meter = document.querySelector('hostreel-recorder').shadowRoot.querySelector('[role=meter]');
    return Number(meter.getAttribute('aria-valuenow')) > 10 && { label: meter.getAttribute('aria-label'), hidden: meter.hidden };
  });
  assert.deepEqual(level, { label: '소리 크기', hidden: false });
  const recording = await texts(mina);
  assert.deepEqual(recording.buttons, ['일시정지', '끝내기']);
  assert.doesNotMatch(recording.all, /[A-Za-z]{3,}|녹화/);
  await page.evaluate(async () => {
    window.recording = await document.querySelector('hostreel-recorder').stop();
  });
  await is(mina, 'finished');
  assert.match((await texts(mina)).spoken, /녹음 파일이 준비됐어요/);
  const { audio, video } = await probe(await fetchRecording(mina));
  assert.ok(audio && !video);
  await page.evaluate(() => {
    document.querySelector('hostreel-recorder').lang = 'en';
  });
  assert.deepEqual((await texts(mina)).buttons, ['Save', 'New recording', 'Delete']);
});

scenario('what is denied is explained, and can be tried again', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina', permission: 'ask', args: ['--deny-permission-prompts'] });
  const page = await elementPage(stage, mina);
  const told = await page.evaluate(async () => {
    const element = document.querySelector('hostreel-recorder');
    const codes = [];
    element.addEventListener('error', ({ error }) => codes.push(error.code));
    await element.start();
    return codes;
  });
  assert.deepEqual(told, ['denied']);
  const seen = await texts(mina);
  assert.deepEqual(seen.buttons, ['Try again']);
  assert.match(seen.all, /Access was not allowed/);
  assert.match(seen.spoken, /Access was not allowed/);
});

scenario('a recording that the crash of its page interrupted is offered, recovered and kept', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await elementPage(stage, mina);
  await page.evaluate(() => document.querySelector('hostreel-recorder').start());
  await mina.until('3 s on disk', () => document.querySelector('hostreel-recorder').recorder?.bytes > 0 && document.querySelector('hostreel-recorder').recorder.elapsed > 3);
  await mina.reload();
  await mina.until('the offer', () => /was interrupted/.test(document.querySelector('hostreel-recorder').shadowRoot?.textContent ?? ''));
  // As in another tab, which does not hear of what is done here.
  await page.evaluate(async () => {
    const { Recorder } = await import('/pkg/index.js');
    [window.interrupted] = await Recorder.unfinished();
  });
  await press(page, 'Recover');
  await is(mina, 'finished');
  assert.equal(await page.evaluate(() => window.interrupted.discard().then(() => 'gone', ({ code }) => code)), 'not_found');
  const { duration, finished } = await page.evaluate(() => {
    window.recording = document.querySelector('hostreel-recorder').recording;
    return window.recording;
  });
  assert.ok(finished && duration > 1, `${duration} s`);
  const file = await fetchRecording(mina);
  assert.equal(await decodeErrors(file), '');
  assert.ok(Math.abs((await probe(file)).duration - duration) < 0.05);
  // Deleting is asked for twice, and the harmless answer comes first.
  await press(page, 'Delete');
  assert.equal((await texts(mina)).focused, 'Keep');
  await page.evaluate(() => document.querySelector('hostreel-recorder').shadowRoot.querySelector('[part~=button-delete]').click());
  await is(mina, 'idle');
  const left = await page.evaluate(async () => (await (await import('/pkg/index.js')).Recorder.list()).length);
  assert.equal(left, 0);
});

scenario('a language tag of another kind, attributes that say nothing, and a start before it stands in the page do no harm', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await elementPage(stage, mina, { attributes: 'microphone max-duration="10m" container="mkv" preset=""', lang: 'pt_BR' });
  await press(page, 'Start recording');
  await elapsed(mina, 1);
  await press(page, 'Stop');
  await is(mina, 'finished');
  const seen = await texts(mina);
  assert.deepEqual(seen.buttons, ['Save', 'New recording', 'Delete']);
  assert.match(seen.all, /0:0\d · [\d,]+ KB/);
  const loose = await page.evaluate(async () => {
    const element = document.createElement('hostreel-recorder');
    element.setAttribute('microphone', '');
    await element.start();
    while (!(element.recorder?.elapsed > 1)) await new Promise(requestAnimationFrame);
    const { state } = element;
    await element.stop();
    document.body.append(element);
    return [state, element.state];
  });
  assert.deepEqual(loose, ['recording', 'finished']);
  assert.deepEqual(mina.unexpectedErrors(/^blob:.*ERR_ABORTED$/), []);
});

scenario('nothing that is kept nowhere else is thrown away unasked, and what runs stays in sight', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await elementPage(stage, mina, { attributes: 'microphone no-recovery' });
  const listed = () => page.evaluate(async () => (await (await import('/pkg/index.js')).Recorder.list()).length);
  await page.evaluate(() => {
    const Real = MediaRecorder;
    window.MediaRecorder = class extends Real {
      constructor(...given) {
        super(...given);
        window.made = this;
      }
    };
    const element = document.querySelector('hostreel-recorder');
    element.options = { store: 'memory' };
    element.start();
  });
  await elapsed(mina, 1);
  await press(page, 'Stop');
  await is(mina, 'finished');
  await press(page, 'New recording');
  const asked = await texts(mina);
  assert.match(asked.all, /not saved yet/);
  assert.equal(asked.focused, 'Keep');
  await press(page, 'Keep');
  assert.equal(await listed(), 1);
  await press(page, 'New recording');
  await page.evaluate(() => document.querySelector('hostreel-recorder').shadowRoot.querySelector('[part~=button-delete]').click());
  await is(mina, 'recording');
  assert.equal(await listed(), 0);

  await elapsed(mina, 1);
  await page.evaluate(() => window.made.dispatchEvent(Object.assign(new Event('error'), { error: new DOMException('gone', 'UnknownError') })));
  await is(mina, 'finished');
  const broken = await texts(mina);
  for (const said of [broken.spoken, broken.all]) assert.match(said, /broke the recording off\. Try again\. What was recorded until then is kept/);

  // The page begins the next one as soon as this one is told.
  await page.evaluate(async () => {
    const element = document.querySelector('hostreel-recorder');
    await element.start();
    await new Promise((resolve) => {
      element.addEventListener('progress', ({ seconds }) => seconds > 1 && resolve());
    });
    element.addEventListener('finished', ({ recording }) => {
      window.earlier = recording;
      element.start();
    }, { once: true });
    element.stop();
  });
  await mina.until('the next one', () => window.earlier && document.querySelector('hostreel-recorder').state === 'recording');
  await elapsed(mina, 0.5);
  assert.equal(await page.evaluate(() => document.querySelector('hostreel-recorder').shadowRoot.querySelector('audio').hidden), true);
  await page.evaluate(() => document.querySelector('hostreel-recorder').stop());
  await is(mina, 'finished');

  // Recovering takes long: something else is recorded meanwhile.
  const recovered = await page.evaluate(async () => {
    const { Recorder } = await import('/pkg/index.js');
    const { unfinished } = Recorder;
    let done;
    const counted = { recovered: 0 };
    const recovering = new Promise((resolve) => { done = resolve; });
    const recover = () => {
      counted.recovered += 1;
      return recovering;
    };
    Recorder.unfinished = async () => [{ startedAt: new Date(), duration: 3, recover }];
    const element = document.createElement('hostreel-recorder');
    element.setAttribute('microphone', '');
    document.body.append(element);
    Recorder.unfinished = unfinished;
    const find = () => element.shadowRoot.querySelector('[part~=button-recover]');
    while (!find()) await new Promise(requestAnimationFrame);
    find().click();
    find().click();
    await element.start();
    const { recorder } = element;
    done(window.earlier);
    while (element.shadowRoot.querySelector('[role=status]').textContent !== 'Recovered') await new Promise(requestAnimationFrame);
    while (!(recorder.elapsed > 1)) await new Promise(requestAnimationFrame);
    const kept = element.recorder === recorder && element.state;
    await element.stop();
    return { ...counted, kept, offers: Boolean(find()), shown: element.recording !== window.earlier };
  });
  assert.deepEqual(recovered, { recovered: 1, kept: 'recording', offers: false, shown: true });
  assert.deepEqual(mina.unexpectedErrors(/^blob:.*ERR_ABORTED$/), []);
});

scenario('a page can give it other colours, and a narrow place other rows', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const css = 'hostreel-recorder { --hostreel-record: rgb(0, 128, 0); --hostreel-radius: 0px; } hostreel-recorder::part(button-start) { letter-spacing: 3px; }';
  const page = await elementPage(stage, mina, { body: '<link rel="stylesheet" href="/own.css">', pages: { '/own.css': css } });
  const style = await page.evaluate(() => {
    const root = document.querySelector('hostreel-recorder').shadowRoot;
    const button = getComputedStyle(root.querySelector('button'));
    return { colour: button.backgroundColor, spacing: button.letterSpacing, radius: getComputedStyle(root.querySelector('section')).borderRadius };
  });
  assert.deepEqual(style, { colour: 'rgb(0, 128, 0)', spacing: '3px', radius: '0px' });
  const overflows = await page.evaluate(() => {
    const element = document.querySelector('hostreel-recorder');
    element.parentElement.style.width = '300px';
    const root = element.shadowRoot;
    return [...root.querySelectorAll('section, section *')].filter((one) => one.getBoundingClientRect().right > element.getBoundingClientRect().right + 0.5).length;
  });
  assert.equal(overflows, 0);
});
