// People who can't reach each other meet through a TURN server (coturn), with the credentials that the signal server gives them.
import assert from 'node:assert/strict';
import { tones } from '../lib/analysis.js';
import { CAST } from '../lib/devices.js';
import { checkFile, everybodySeesEverybody, facesAt, heardIn, joinMeeting, newMeeting, recordUntil, startRecording, stopAndSave } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';
import { relayOnly, renewed, startTurn, waysOf } from '../lib/turn.js';

scenario('sound and picture go through the relay, and into the file', needsServer, async (stage) => {
  const turn = await startTurn();
  stage.after(turn.stop);
  const server = await startServer({ args: ['--turn-uri', turn.uri, '--turn-secret', turn.secret] });
  stage.after(server.stop);
  const [mina, juno] = await stage.browsers('mina', 'juno');
  await Promise.all([relayOnly(mina), relayOnly(juno)]);
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  assert.deepEqual(await waysOf(mina), [['relay', 'relay']]);
  assert.deepEqual(await waysOf(juno), [['relay', 'relay']]);

  await startRecording(mina, 'video');
  // Credentials come anew half way to their end, and the call goes on.
  const next = { urls: [turn.uri], username: '9999999999:mina', credential: 'next' };
  assert.deepEqual(await renewed(mina, [next]), [[next.username]]);
  await recordUntil(mina, 5);
  const saved = await stopAndSave(mina);
  const { duration } = await checkFile(saved, { video: true });
  const pitches = ['mina', 'juno'].map((name) => CAST[name].tone);
  assert.deepEqual(heardIn(await tones(saved.file, pitches, { from: 2 })), pitches);
  assert.deepEqual(await facesAt(saved.file, duration * 0.8), ['juno', 'mina']);
  assert.deepEqual([...mina.unexpectedErrors(), ...juno.unexpectedErrors()], []);
});
