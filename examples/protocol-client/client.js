// A client of Hostreel's protocol (docs/PROTOCOL.md) in plain JavaScript: Node 22 or any browser, nothing to install.
// It joins or waits in the lobby, passes signals, keeps its own picture of the room, asks and answers for consent, and
// takes its seat back after a lost connection. No media: that is RTCPeerConnection's part, fed by `signal`.

/** Which list an event changes, by its `what`; what is not here has its own case in `evolve`. */
const CHANGES = {
  role_changed: ({ role }) => ({ role }),
  renamed: ({ name, resembles_host = false }) => ({ name, resembles_host }),
  resemblance_changed: ({ resembles_host }) => ({ resembles_host }),
  grant_changed: ({ may_record, until }) => ({ may_record, record_until: until }),
  mute_changed: ({ muted }) => ({ muted }),
  hand_changed: ({ raised, at }) => ({ hand_raised_at: raised ? at : undefined }),
  presence_changed: ({ away, at }) => ({ away_since: away ? at : undefined }),
};

/** Applies one event to a room: the same picture as the server's. */
export function evolve(room, event) {
  if (event.rev <= room.rev) return;
  room.rev = event.rev;
  const without = (list, id) => list.filter((one) => one.id !== id);
  const change = (id, change) => Object.assign(room.people.find((one) => one.id === id) ?? {}, change);
  const running = room.recording?.id === event.recording ? room.recording : {};
  switch (event.what) {
    case 'joined':
      room.people = [...without(room.people, event.person.id), event.person];
      room.waiting = without(room.waiting, event.person.id);
      break;
    case 'knocked': room.waiting = [...without(room.waiting, event.waiting.id), event.waiting]; break;
    case 'knock_ended': room.waiting = without(room.waiting, event.person); break;
    case 'left': room.people = without(room.people, event.person); break;
    case 'handed_over': change(event.from, { role: 'cohost' }); change(event.to, { role: 'host' }); break;
    case 'succeeded': change(event.person, { role: 'host' }); break;
    case 'recording_started': room.recording = event.recording; break;
    case 'recording_paused': running.state = 'paused'; break;
    case 'recording_resumed': running.state = 'recording'; break;
    case 'recording_stopped': if (running.id) room.recording = null; break;
    case 'consent_changed': {
      const others = (running.consents ?? []).filter(({ person }) => person !== event.person);
      running.consents = [...others, { person: event.person, state: event.state, at: event.at }];
      break;
    }
    case 'policies_changed': room.policies = event.policies; break;
    case 'ended': Object.assign(room, { people: [], waiting: [], recording: null, ended: true }); break;
    default: if (event.what in CHANGES) change(event.person, CHANGES[event.what](event));
  }
}

/** A refusal, a denial or a goodbye of the server. `code` is stable; `action` says what to do next. */
export class ProtocolError extends Error {
  constructor({ code, text, action }) {
    super(text);
    Object.assign(this, { name: 'ProtocolError', code, action });
  }
}

/**
 * A seat in a room. Events, each with the message in `detail`: `waiting`, `welcome`, `event`, `signal`, `away` (the
 * connection is lost and tried again), `closed` (it is over).
 */
export class Client extends EventTarget {
  #socket; #requests = new Map(); #next = 1; #resume; #over = false; #attempt = 0; #pause;
  room = null;
  you = null;

  /** `hello`: `{ room, name, host_key?, token? }`. */
  constructor(url, hello) {
    super();
    Object.assign(this, { url, hello });
    this.#open();
  }

  /** Sends a command; resolves when it is done, rejects with the server's denial. */
  ask(type, fields = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve, reject });
      if (!this.#send({ type, id, ...fields })) this.#answer(id, { code: 'not_connected', text: 'Not connected.' });
    });
  }

  /** Passes any JSON to one other person. */
  signal(to, data) { this.#send({ type: 'signal', to, data }); }

  /** Loses the connection on purpose, as a bad network would. */
  drop() { this.#socket.close(); }

  /** Resolves with the next message of this kind, and of this `what` for events. */
  next(kind, what) {
    return new Promise((resolve) => {
      const heard = ({ detail }) => {
        if (what && detail.what !== what) return;
        this.removeEventListener(kind, heard);
        resolve(detail);
      };
      this.addEventListener(kind, heard);
    });
  }

  #open() {
    this.#socket = new WebSocket(this.url, 'hostreel.v1');
    const socket = this.#socket;
    socket.onopen = () => this.#send({
      type: 'hello', version: 1, features: ['resume', 'lobby', 'consent'], ...this.hello,
      ...(this.#resume && { resume: this.#resume, rev: this.room.rev }),
    });
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => { if (socket === this.#socket) this.#closed(); };
  }

  #send(message) {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #hear(message) {
    switch (message.type) {
      case 'welcome':
        // What came in between is in the room already; it is told for what only an event says.
        for (const event of message.missed ?? []) this.#tell('event', event);
        Object.assign(this, { room: message.room, you: message.you });
        this.#resume = message.resume;
        this.#attempt = 0;
        break;
      case 'session': this.#resume = message.resume; return;
      case 'event': evolve(this.room, message); break;
      case 'ping': this.#send({ type: 'pong' }); return;
      case 'done': this.#answer(message.id); return;
      case 'denied': if (message.id !== null) this.#answer(message.id, message); return;
      case 'refused': case 'bye':
        // `retry` and `resume` come back to the seat, `rejoin` comes back as somebody new, `stop` does not come back.
        if (message.action === 'rejoin') this.#resume = undefined;
        this.#over = message.action === 'stop' && message;
        this.#pause = message.retry_after;
        return;
    }
    this.#tell(message.type, message);
  }

  #answer(id, denied) {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (denied) request?.reject(new ProtocolError(denied)); else request?.resolve();
  }

  /** Leaves for good; the seat is given up. */
  leave() {
    const left = this.ask('leave');
    this.#over = { code: 'left', text: 'Left.', action: 'stop' };
    return left;
  }

  #closed() {
    for (const id of this.#requests.keys()) this.#answer(id, { code: 'not_connected', text: 'The connection is lost.' });
    if (this.#over) { this.#tell('closed', this.#over); return; }
    // Growing pauses, and never the same for everybody.
    const most = Math.min(500 * 2 ** this.#attempt++, 10_000);
    const pause = this.#pause ?? most / 2 + Math.random() * most / 2;
    this.#pause = undefined;
    this.#tell('away', { pause });
    setTimeout(() => this.#open(), pause);
  }

  #tell(kind, detail) { this.dispatchEvent(Object.assign(new Event(kind), { detail })); }
}
