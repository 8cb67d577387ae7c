// The clock of the mix, without a browser: it is told the time.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Pacer } from '../../recorder-wasm/js/mix-pace.js';

/** Lets a timer that fires up to `late(n)` ms too late run until `end`; gives the times at which frames were due. */
function run(pacer, begin, end, late, cost = () => 1) {
  const due = [];
  let now = begin;
  for (let turn = 0; now < end; turn += 1) {
    const time = pacer.take(now);
    if (time !== undefined) {
      due.push(time);
      const took = cost(turn);
      pacer.spend(now, now + took);
      now += took;
    }
    now += pacer.wait(now) + late(turn);
  }
  return due;
}

const jitter = (turn) => [0, 0.4, 2.3, 0.1, 7, 1.2][turn % 6];

describe('the clock of the mix', () => {
  for (const rate of [30, 29.97, 24, 7, 60, 0.5, 13]) {
    test(`${rate} frames a second are exact after ten hours of late timers`, () => {
      const begin = 12_345.678;
      const pacer = new Pacer(begin, rate);
      const seconds = 36_000;
      const due = run(pacer, begin, begin + seconds * 1000 - 1, jitter);
      const wanted = Math.ceil(seconds * rate);
      assert.ok(Math.abs(pacer.due - wanted) <= 1, `${pacer.due} of ${wanted}`);
      assert.equal(pacer.made, pacer.due);
      due.forEach((time, index) => assert.ok(Math.abs(time - begin - (index * 1000) / rate) < 1e-3, `frame ${index} at ${time}`));
    });
  }

  test('the timer never waits past the next frame, and never fires before it', () => {
    const pacer = new Pacer(0, 30);
    let now = 0;
    for (let turn = 0; turn < 2_000; turn += 1) {
      assert.ok(pacer.take(now) !== undefined, `too early at ${now}`);
      const wait = pacer.wait((now += (turn * 0.37) % 30));
      assert.ok(Number.isInteger(wait) && wait >= 0 && wait <= 34, `${wait} ms at ${now}`);
      now += wait;
    }
  });

  test('a stall leaves frames out; those after it are on the old beat', () => {
    const pacer = new Pacer(0, 30);
    run(pacer, 0, 999, () => 0);
    assert.equal(pacer.due, 30);
    // Frames 30 to 45 were due at 1.0 to 1.5 s: one is made, of the last.
    assert.ok(Math.abs(pacer.take(1_510) - 1_500) < 1e-6);
    assert.equal(pacer.due, 46);
    assert.equal(pacer.made, 30);
  });

  test('another rate goes on from the last frame', () => {
    const pacer = new Pacer(0, 30);
    for (let frame = 0; frame <= 30; frame += 1) pacer.take((frame * 1000) / 30);
    pacer.setRate(7);
    assert.equal(pacer.take(1_100), undefined);
    assert.ok(Math.abs(pacer.take(1_143) - (1_000 + 1_000 / 7)) < 1e-6);
    pacer.setRate(30);
    assert.ok(Math.abs(pacer.take(1_180) - (1_000 + 1_000 / 7 + 1_000 / 30)) < 1e-6);
  });

  test('drawing takes at most about half of the time', () => {
    const pacer = new Pacer(0, 30);
    const due = run(pacer, 0, 60_000, () => 0, () => 40);
    assert.ok(due.length > 850 && due.length <= 910, `${due.length} frames of 40 ms in a minute`);
    assert.ok(pacer.due >= 1_790, `${pacer.due} were due`);
    // Without that load it comes back.
    const before = pacer.made;
    run(pacer, 60_000, 70_000, () => 0);
    assert.ok(pacer.made - before > 270, `${pacer.made - before} in ten seconds`);
  });
});
