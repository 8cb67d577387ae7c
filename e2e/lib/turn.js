// A real coturn on a free port of the loopback address, and pages that reach each other through it only.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { within } from './limits.js';
import { end, start } from './processes.js';

/** A STUN binding request (RFC 8489, section 5) without attributes. */
const bindingRequest = () => Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), randomBytes(12)]);

/** Starts coturn. Gives `{ uri, secret, stop() }`: what the signal server takes as `--turn-uri` and `--turn-secret`. */
export async function startTurn() {
  const [port, secret] = [await freePort(), randomBytes(16).toString('hex')];
  const child = start('turnserver', [
    '-n', '-L', '127.0.0.1', '-E', '127.0.0.1', '--no-tls', '--no-dtls', '--no-cli', '--allow-loopback-peers', '--use-auth-secret', '--realm=test',
    '--log-file=stdout', '--pidfile=/dev/null', `--listening-port=${port}`, `--static-auth-secret=${secret}`,
  ]);
  child.stdout.resume();
  child.stderr.resume();
  try {
    await Promise.race([answers(port), child.ended.then(({ code, error }) => { throw new Error(`turnserver ended: ${error?.message ?? code}`); })]);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { uri: `turn:127.0.0.1:${port}?transport=udp`, secret, stop: () => end(child) };
}

/** From now on the pages of a participant connect through a relay or not at all. */
export function relayOnly(participant) {
  return participant.page.evaluateOnNewDocument(() => {
    window.lines = [];
    const through = (configuration) => ({ ...configuration, iceTransportPolicy: 'relay' });
    window.RTCPeerConnection = class extends window.RTCPeerConnection {
      constructor(configuration, ...more) {
        super(through(configuration), ...more);
        window.lines.push(this);
      }

      setConfiguration(configuration) {
        super.setConfiguration(through(configuration));
      }
    };
    window.sockets = [];
    window.WebSocket = class extends window.WebSocket {
      constructor(...given) {
        super(...given);
        window.sockets.push(this);
      }
    };
  });
}

/** The kinds of both ends of each connection that is in use: `[['relay', 'relay']]`. */
export function waysOf(participant) {
  return participant.evaluate(async () => {
    const open = window.lines.filter((line) => line.connectionState === 'connected');
    return Promise.all(open.map(async (line) => {
      const stats = await line.getStats();
      const all = [...stats.values()];
      const chosen = stats.get(all.find(({ type }) => type === 'transport').selectedCandidatePairId);
      return [chosen.localCandidateId, chosen.remoteCandidateId].map((id) => stats.get(id).candidateType);
    }));
  });
}

/** The server's renewal of its credentials reaches the page's socket: gives the names under which its connections go on. */
export function renewed(participant, servers) {
  return participant.evaluate((servers) => {
    const data = JSON.stringify({ type: 'ice_servers', ice_servers: servers });
    window.sockets.at(-1).dispatchEvent(new MessageEvent('message', { data }));
    return window.lines.filter((line) => line.connectionState === 'connected')
      .map((line) => line.getConfiguration().iceServers.map(({ username }) => username));
  }, servers);
}

async function freePort() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Waits until the server answers; it does not say when it is ready, so it is asked again and again. */
async function answers(port) {
  const socket = createSocket('udp4');
  const asking = setInterval(() => socket.send(bindingRequest(), port, '127.0.0.1'), 50);
  // As long as nobody listens, sending fails.
  socket.on('error', () => {});
  try {
    await within(once(socket, 'message'), 'coturn to answer');
  } finally {
    clearInterval(asking);
    socket.close();
  }
}
