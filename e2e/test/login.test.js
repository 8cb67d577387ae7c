// An own login sends people into a room with a pass: it says who they are and what they may, and stays out of the address bar.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { open } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { createRoom, needsServer, startServer } from '../lib/server.js';

/** A JSON Web Token (RFC 7519) with HS256. */
function pass(secret, claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
}

scenario('a pass in the link makes who has it the host; a forged one is refused, and one may come in as a guest', needsServer, async (stage) => {
  const secret = randomBytes(32).toString('hex');
  const server = await startServer({ args: ['--jwt-secret', secret] });
  stage.after(server.stop);
  const { room } = await createRoom(server);
  const claims = { room, role: 'host', name: 'Mina of the login', exp: Math.floor(Date.now() / 1000) + 600 };
  const [mina, juno] = await stage.browsers('mina', 'juno');
  await open(mina, `${server.url}/r/${room}#token=${pass(secret, claims)}`);
  await mina.fill('name', 'Mina');
  await mina.click('join');
  await mina.see('record');
  await mina.see('tile', '[data-name="Mina of the login"]');
  assert.equal(await mina.evaluate(() => location.hash), '');

  await open(juno, `${server.url}/r/${room}#token=${pass(`${secret}x`, { ...claims, name: 'Juno' })}`);
  await juno.fill('name', 'Juno');
  await juno.click('join');
  assert.match(await juno.text('problem'), /invitation is not valid/);
  await juno.click('rejoin');
  await juno.click('join');
  await juno.see('leave');
  assert.equal(await juno.has('record'), false, 'a guest');
  await mina.see('tile', '[data-name="Juno"]');
  assert.deepEqual([...mina.unexpectedErrors(), ...juno.unexpectedErrors()], []);
});
