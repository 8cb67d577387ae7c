// A short meeting of two plain clients and a server: `HOSTREEL_URL=http://127.0.0.1:8080 node --test`.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Client, evolve } from './client.js';

const { HOSTREEL_URL } = process.env;
const needsServer = { skip: !HOSTREEL_URL && 'needs HOSTREEL_URL', timeout: 30_000 };
const socketUrl = `${HOSTREEL_URL?.replace(/^http/, 'ws')}/ws`;

async function createRoom(policies) {
  const answer = await fetch(`${HOSTREEL_URL}/api/rooms`, { method: 'POST', body: JSON.stringify({ policies }) });
  assert.equal(answer.status, 201);
  return answer.json();
}

test('two clients join, signal, consent and resume', needsServer, async () => {
  const { room, host_key } = await createRoom({ consent: 'ask', lobby: true });
  const mina = new Client(socketUrl, { room, name: 'Mina', host_key });
  await mina.next('welcome');

  // Through the lobby.
  const jun = new Client(socketUrl, { room, name: 'Jun' });
  const [knocked] = await Promise.all([mina.next('event', 'knocked'), jun.next('waiting')]);
  const welcome = jun.next('welcome');
  await mina.ask('admit', { person: knocked.waiting.id });
  await welcome;
  assert.equal(jun.you, knocked.waiting.id);
  assert.deepEqual(jun.room, mina.room);

  // Signals, stamped by the server.
  const signal = jun.next('signal');
  mina.signal(jun.you, { sdp: 'v=0' });
  assert.deepEqual(await signal, { type: 'signal', from: mina.you, data: { sdp: 'v=0' } });

  // Only the host records; who is recorded is asked.
  await assert.rejects(jun.ask('start_recording', { kind: 'video' }), { code: 'not_allowed' });
  const started = jun.next('event', 'recording_started');
  await mina.ask('start_recording', { kind: 'video' });
  const { recording } = await started;
  assert.deepEqual(recording.consents.map(({ person, state }) => [person, state]), [[jun.you, 'asked']]);
  const answered = mina.next('event', 'consent_changed');
  await jun.ask('consent', { recording: recording.id, answer: 'voice' });
  assert.equal((await answered).state, 'voice');

  // A lost connection: the seat is kept, and what was missed is told on the way back in.
  const you = jun.you;
  const away = mina.next('event', 'presence_changed');
  const said = jun.next('event', 'chat');
  const back = jun.next('welcome');
  jun.drop();
  assert.equal((await away).away, true);
  await mina.ask('chat', { text: 'Are you there?' });
  const { resumed } = await back;
  assert.deepEqual([resumed, jun.you, (await said).text], [true, you, 'Are you there?']);
  assert.equal(jun.room.recording.consents[0].state, 'voice');
  assert.deepEqual(jun.room.people.map(({ name, role }) => [name, role]), [['Mina', 'host'], ['Jun', 'guest']]);

  const left = mina.next('event', 'left');
  const closed = jun.next('closed');
  await jun.leave();
  assert.equal((await left).reason, 'left');
  assert.equal((await closed).code, 'left');
  const over = mina.next('closed');
  await mina.ask('end_room');
  assert.equal((await over).code, 'room_ended');
});

test('a refusal is told with its code', needsServer, async () => {
  const stranger = new Client(socketUrl, { room: 'abcd-efgh-jkmn', name: 'X' });
  assert.equal((await stranger.next('closed')).code, 'room_unknown');
});

test('an event counts once', () => {
  const room = { rev: 4, people: [{ id: 'a', role: 'host' }, { id: 'b', role: 'guest' }], waiting: [], recording: null };
  const event = { rev: 5, what: 'handed_over', from: 'a', to: 'b' };
  evolve(room, event);
  evolve(room, { ...event, from: 'b', to: 'a' });
  assert.deepEqual(room.people.map(({ role }) => role), ['cohost', 'host']);
});
