// What Hostreel clients and servers say to each other. Written by
// `HOSTREEL_UPDATE_DOCS=1 cargo test -p hostreel-protocol --features typescript`; docs/PROTOCOL.md says what it means.

export type RoomId = string;

export type PersonId = string;

export type SessionId = string;

export type RecordingId = string;

export type RequestId = number;

export type HostKey = string;

export type JoinToken = string;

export type VisitorId = string;

export type ResumeToken = string;

export type Mark = string;

export type Millis = number;

export type Role = "host" | "cohost" | "guest" | "waiting";

export type Person = { 
/**
 * The server's id for this person.
 */
id: PersonId, 
/**
 * The name they gave, cleaned by the server.
 */
name: string, 
/**
 * Their role.
 */
role: Role, 
/**
 * When they joined.
 */
joined_at: Millis, 
/**
 * The host lent them the right to record.
 */
may_record: boolean, 
/**
 * The lent right ends by itself at this moment.
 */
record_until?: Millis, 
/**
 * Muted by the host or a co-host: every honest receiver drops their sound, the recorder leaves it out.
 */
muted: boolean, 
/**
 * Their hand is up, since this moment.
 */
hand_raised_at?: Millis, 
/**
 * Their connection is lost since this moment; the seat is kept for a while. Media may still flow.
 */
away_since?: Millis, 
/**
 * While they are away: the seat is kept until this moment. Absent: for the grace time of the server's limits.
 */
away_until?: Millis, 
/**
 * They came in with the host key, whatever their role is now.
 */
holds_key?: boolean, 
/**
 * Their name can be mistaken for the host's. Show it with a warning.
 */
resembles_host?: boolean, 
/**
 * What they are known by beyond their name; a ban holds for these.
 */
marks?: Array<Mark>, };

export type WaitingPerson = { 
/**
 * The server's id; stays the same when they are let in.
 */
id: PersonId, 
/**
 * The name they gave, cleaned by the server.
 */
name: string, 
/**
 * Since when they wait.
 */
since: Millis, 
/**
 * They bring the right to record with them.
 */
may_record?: boolean, 
/**
 * Their name can be mistaken for the host's.
 */
resembles_host?: boolean, 
/**
 * What they are known by beyond their name.
 */
marks?: Array<Mark>, };

export type ChatMessage = { 
/**
 * The event's number: unique in the room, and the order.
 */
rev: number, 
/**
 * When it was said.
 */
at: Millis, 
/**
 * By whom.
 */
from: PersonId, 
/**
 * Their name then: they may have left since.
 */
name: string, 
/**
 * What was said, cleaned by the server.
 */
text: string, };

export type ConsentPolicy = "notify" | "ask";

export type Succession = "cohost" | "wait" | "end";

export type Policies = { 
/**
 * Guests may share their screen.
 *Default true.
 */
guests_share: boolean, 
/**
 * Guests may write to the chat.
 *Default true.
 */
guests_chat: boolean, 
/**
 * Guests may raise their hand.
 *Default true.
 */
guests_raise_hand: boolean, 
/**
 * Nobody new gets in, except the host by key.
 *Default false.
 */
locked: boolean, 
/**
 * Who comes waits in the lobby until the host or a co-host lets them in.
 *Default false.
 */
lobby: boolean, 
/**
 * What a recording asks of the people in it.
 *Default `notify`.
 */
consent: ConsentPolicy, 
/**
 * What happens when the host is gone.
 *Default `cohost`.
 */
succession: Succession, 
/**
 * Who comes late sees what was said in the chat before.
 *Default true.
 */
chat_history: boolean, };

export type PolicyChange = { 
/**
 * Guests may share their screen.
 */
guests_share?: boolean, 
/**
 * Guests may write to the chat.
 */
guests_chat?: boolean, 
/**
 * Guests may raise their hand.
 */
guests_raise_hand?: boolean, 
/**
 * Nobody new gets in, except the host by key.
 */
locked?: boolean, 
/**
 * Who comes waits in the lobby until the host or a co-host lets them in.
 */
lobby?: boolean, 
/**
 * What a recording asks of the people in it.
 */
consent?: ConsentPolicy, 
/**
 * What happens when the host is gone.
 */
succession?: Succession, 
/**
 * Who comes late sees what was said in the chat before.
 */
chat_history?: boolean, };

export type RecordingKind = "video" | "audio" | "screen" | "tracks";

export type RecordingState = "recording" | "paused";

export type ConsentState = "asked" | "all" | "voice" | "none" | "withdrawn";

export type ConsentAnswer = "all" | "voice" | "none" | "withdrawn";

export type Consent = { 
/**
 * Whose.
 */
person: PersonId, 
/**
 * How they stand to it.
 */
state: ConsentState, 
/**
 * Since when.
 */
at: Millis, };

export type RunningRecording = { 
/**
 * The server's id for it.
 */
id: RecordingId, 
/**
 * Who records, on their own disk.
 */
by: PersonId, 
/**
 * What is recorded.
 */
kind: RecordingKind, 
/**
 * When it began.
 */
started_at: Millis, 
/**
 * Running or paused.
 */
state: RecordingState, 
/**
 * When `state` last changed.
 */
changed_at: Millis, 
/**
 * Time spent paused before `changed_at`, in milliseconds.
 */
paused_ms: number, 
/**
 * The policy when it began: it holds to its end.
 */
consent: ConsentPolicy, 
/**
 * Who was asked (with `ask`): everybody present but who records, and who comes later.
 */
consents: Array<Consent>, };

export type RoomState = { 
/**
 * The room.
 */
id: RoomId, 
/**
 * Number of the last event in here. The next one has `rev + 1`.
 */
rev: number, 
/**
 * Everybody present or away for a moment, in the order of joining.
 */
people: Array<Person>, 
/**
 * Who waits in the lobby, in the order of coming.
 */
waiting: Array<WaitingPerson>, 
/**
 * What the host chose.
 */
policies: Policies, 
/**
 * What is being recorded, if anything.
 */
recording: RunningRecording | null, 
/**
 * The last chat messages, the oldest first.
 */
chat: Array<ChatMessage>, 
/**
 * The marks that are banned until the room ends.
 */
banned?: Array<Mark>, 
/**
 * The marks of who left while muted for everybody: who comes with one of them is muted, too.
 */
muted?: Array<Mark>, 
/**
 * The last host is gone since this moment, and nobody else is host.
 */
host_gone_at?: Millis, 
/**
 * The host stands in for one who is gone: the host key takes the role back.
 */
host_stands_in?: boolean, 
/**
 * The room was ended for everybody.
 */
ended: boolean, };

export type Hello = { 
/**
 * The protocol version, see [`crate::VERSION`].
 */
version: number, 
/**
 * Optional parts of the protocol that the client knows, see [`crate::FEATURES`].
 */
features?: Array<string>, 
/**
 * The room to join.
 */
room: RoomId, 
/**
 * The name to show, cleaned by the server.
 */
name: string, 
/**
 * The host key, from who has it.
 */
host_key?: HostKey, 
/**
 * A pass from a login of one's own, or an invitation.
 */
token?: JoinToken, 
/**
 * Stands for a browser or a device in this one room, so that who was banned does not come back by the link: any
 * text that the client makes and keeps. Another one in each room, lest it be followed from room to room.
 */
visitor?: VisitorId, 
/**
 * Take a seat back: the last `resume` that the server gave. `host_key` and `token` are not looked at then.
 */
resume?: ResumeToken, 
/**
 * With `resume`: the last event that the client has; what came after it is told again.
 */
rev?: number, };

export type Command = { "type": "admit", 
/**
 * Who.
 */
person: PersonId, } | { "type": "refuse", 
/**
 * Who.
 */
person: PersonId, } | { "type": "lock", 
/**
 * Locked from now on. Default true.
 */
locked?: boolean, } | { "type": "set_policy", 
/**
 * Guests may share their screen.
 */
guests_share?: boolean, 
/**
 * Guests may write to the chat.
 */
guests_chat?: boolean, 
/**
 * Guests may raise their hand.
 */
guests_raise_hand?: boolean, 
/**
 * Nobody new gets in, except the host by key.
 */
locked?: boolean, 
/**
 * Who comes waits in the lobby until the host or a co-host lets them in.
 */
lobby?: boolean, 
/**
 * What a recording asks of the people in it.
 */
consent?: ConsentPolicy, 
/**
 * What happens when the host is gone.
 */
succession?: Succession, 
/**
 * Who comes late sees what was said in the chat before.
 */
chat_history?: boolean, } | { "type": "mute", 
/**
 * Who is muted.
 */
person: PersonId, } | { "type": "unmute", 
/**
 * Who may be heard again.
 */
person: PersonId, } | { "type": "remove", 
/**
 * Who has to go.
 */
person: PersonId, } | { "type": "ban", 
/**
 * Who has to go.
 */
person: PersonId, } | { "type": "grant_recording", 
/**
 * Who gets it.
 */
person: PersonId, 
/**
 * For how long, in milliseconds. Default: until it is taken back.
 */
for_ms?: number, } | { "type": "revoke_recording", 
/**
 * Who loses it.
 */
person: PersonId, } | { "type": "appoint_cohost", 
/**
 * Who becomes co-host.
 */
person: PersonId, } | { "type": "dismiss_cohost", 
/**
 * Who becomes guest.
 */
person: PersonId, } | { "type": "hand_over", 
/**
 * Who becomes host.
 */
person: PersonId, } | { "type": "start_recording", 
/**
 * What to record.
 */
kind: RecordingKind, } | { "type": "pause_recording" } | { "type": "resume_recording" } | { "type": "stop_recording" } | { "type": "consent", 
/**
 * Which recording. Default: the one that is going on.
 */
recording?: RecordingId, 
/**
 * What may be recorded of the sender.
 */
answer: ConsentAnswer, } | { "type": "raise_hand" } | { "type": "lower_hand", 
/**
 * Whose hand. Default: the own.
 */
person?: PersonId, } | { "type": "chat", 
/**
 * What.
 */
text: string, } | { "type": "react", 
/**
 * One emoji.
 */
emoji: string, } | { "type": "rename", 
/**
 * The new name.
 */
name: string, } | { "type": "leave" } | { "type": "end_room" };

export type LeaveReason = "left" | "lost" | "removed" | "replaced" | "banned";

export type KnockEnd = "refused" | "banned" | "left" | "lost";

export type StopReason = "stopped" | "stopped_by_host" | "revoked" | "expired" | "gone" | "room_ended";

export type EndReason = "ended_by_host" | "host_gone" | "ended_by_admin";

export type Event = { "what": "joined", 
/**
 * Who.
 */
person: Person, } | { "what": "knocked", 
/**
 * Who.
 */
waiting: WaitingPerson, } | { "what": "knock_ended", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Why.
 */
reason: KnockEnd, } | { "what": "presence_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Lost now.
 */
away: boolean, 
/**
 * The seat is kept until then. Absent: for the grace time of the server's limits.
 */
until?: Millis, } | { "what": "banned", 
/**
 * Which, in addition to those before.
 */
marks: Array<Mark>, } | { "what": "resemblance_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Whether it can.
 */
resembles_host: boolean, } | { "what": "succeeded", 
/**
 * Who is host now.
 */
person: PersonId, } | { "what": "left", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Why.
 */
reason: LeaveReason, } | { "what": "role_changed", 
/**
 * Who.
 */
person: PersonId, 
/**
 * The new role.
 */
role: Role, } | { "what": "handed_over", 
/**
 * Who was host and is co-host now.
 */
from: PersonId, 
/**
 * Who is host now.
 */
to: PersonId, } | { "what": "renamed", 
/**
 * Who.
 */
person: PersonId, 
/**
 * The new name, cleaned.
 */
name: string, 
/**
 * It can be mistaken for the host's.
 */
resembles_host?: boolean, } | { "what": "recording_started", 
/**
 * The recording.
 */
recording: RunningRecording, } | { "what": "recording_paused", 
/**
 * Which.
 */
recording: RecordingId, } | { "what": "recording_resumed", 
/**
 * Which.
 */
recording: RecordingId, } | { "what": "recording_stopped", 
/**
 * Which.
 */
recording: RecordingId, 
/**
 * Why.
 */
reason: StopReason, } | { "what": "grant_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Whether they may record now.
 */
may_record: boolean, 
/**
 * It ends by itself then.
 */
until?: Millis, } | { "what": "consent_changed", 
/**
 * To which recording.
 */
recording: RecordingId, 
/**
 * Whose consent.
 */
person: PersonId, 
/**
 * How they stand to it now.
 */
state: ConsentState, } | { "what": "mute_changed", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Whether they are muted now.
 */
muted: boolean, } | { "what": "hand_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Whether it is up now.
 */
raised: boolean, } | { "what": "chat", 
/**
 * Who.
 */
from: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * What, cleaned.
 */
text: string, } | { "what": "reacted", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Which.
 */
emoji: string, } | { "what": "policies_changed", 
/**
 * All of them, as they are now.
 */
policies: Policies, } | { "what": "ended", 
/**
 * Why.
 */
reason: EndReason, };

export type Envelope = { 
/**
 * The room's revision after this event; grows by one.
 */
rev: number, 
/**
 * When the server decided it.
 */
at: Millis, } & ({ "what": "joined", 
/**
 * Who.
 */
person: Person, } | { "what": "knocked", 
/**
 * Who.
 */
waiting: WaitingPerson, } | { "what": "knock_ended", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Why.
 */
reason: KnockEnd, } | { "what": "presence_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Lost now.
 */
away: boolean, 
/**
 * The seat is kept until then. Absent: for the grace time of the server's limits.
 */
until?: Millis, } | { "what": "banned", 
/**
 * Which, in addition to those before.
 */
marks: Array<Mark>, } | { "what": "resemblance_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Whether it can.
 */
resembles_host: boolean, } | { "what": "succeeded", 
/**
 * Who is host now.
 */
person: PersonId, } | { "what": "left", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Why.
 */
reason: LeaveReason, } | { "what": "role_changed", 
/**
 * Who.
 */
person: PersonId, 
/**
 * The new role.
 */
role: Role, } | { "what": "handed_over", 
/**
 * Who was host and is co-host now.
 */
from: PersonId, 
/**
 * Who is host now.
 */
to: PersonId, } | { "what": "renamed", 
/**
 * Who.
 */
person: PersonId, 
/**
 * The new name, cleaned.
 */
name: string, 
/**
 * It can be mistaken for the host's.
 */
resembles_host?: boolean, } | { "what": "recording_started", 
/**
 * The recording.
 */
recording: RunningRecording, } | { "what": "recording_paused", 
/**
 * Which.
 */
recording: RecordingId, } | { "what": "recording_resumed", 
/**
 * Which.
 */
recording: RecordingId, } | { "what": "recording_stopped", 
/**
 * Which.
 */
recording: RecordingId, 
/**
 * Why.
 */
reason: StopReason, } | { "what": "grant_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Whether they may record now.
 */
may_record: boolean, 
/**
 * It ends by itself then.
 */
until?: Millis, } | { "what": "consent_changed", 
/**
 * To which recording.
 */
recording: RecordingId, 
/**
 * Whose consent.
 */
person: PersonId, 
/**
 * How they stand to it now.
 */
state: ConsentState, } | { "what": "mute_changed", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Whether they are muted now.
 */
muted: boolean, } | { "what": "hand_changed", 
/**
 * Whose.
 */
person: PersonId, 
/**
 * Whether it is up now.
 */
raised: boolean, } | { "what": "chat", 
/**
 * Who.
 */
from: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * What, cleaned.
 */
text: string, } | { "what": "reacted", 
/**
 * Who.
 */
person: PersonId, 
/**
 * Which.
 */
emoji: string, } | { "what": "policies_changed", 
/**
 * All of them, as they are now.
 */
policies: Policies, } | { "what": "ended", 
/**
 * Why.
 */
reason: EndReason, });

export type IceServer = { 
/**
 * `stun:` or `turn:` addresses.
 */
urls: Array<string>, 
/**
 * For TURN.
 */
username?: string, 
/**
 * For TURN.
 */
credential?: string, };

export type Limits = { 
/**
 * Longest websocket message, in bytes. Default 65,536.
 */
message_bytes: number, 
/**
 * Messages that may wait for one slow reader before it is cut off. Default 256.
 */
queue_messages: number, 
/**
 * Bytes that may wait for one slow reader before it is cut off. Default 1,048,576.
 */
queue_bytes: number, 
/**
 * Time from connecting to `hello`, in milliseconds. Default 5,000.
 */
hello_ms: number, 
/**
 * A connection that is silent for longer is dropped, in milliseconds. Default 45,000.
 */
idle_ms: number, 
/**
 * Most people in one room. Default 8: more does not work well in a mesh.
 */
people_per_room: number, 
/**
 * Longest name of a person, in characters. Default 40.
 */
name_chars: number, 
/**
 * A guest's or co-host's seat is kept this long after their connection was lost, in milliseconds. Default
 * 30,000; 0: not at all.
 */
guest_grace_ms: number, 
/**
 * The host's seat, and the host role without a host, are kept this long, in milliseconds. Default 60,000; 0: not
 * at all.
 */
host_grace_ms: number, 
/**
 * Most people in a lobby. Default 32.
 */
waiting_per_room: number, 
/**
 * Longest chat message, in characters. Default 1,000.
 */
chat_chars: number, };

export type Welcome = { 
/**
 * Who the receiver is in this room.
 */
you: PersonId, 
/**
 * The receiver's seat: the same after a resume.
 */
session: SessionId, 
/**
 * The secret that takes the seat back after a lost connection. Good for one use; `welcome` and `session` bring
 * the next.
 */
resume: ResumeToken, 
/**
 * The seat was taken back, `you` is who the receiver was before.
 */
resumed: boolean, 
/**
 * The room's revision: the same as `room.rev`.
 */
rev: number, 
/**
 * The room as it is, the receiver included. Events from `room.rev + 1` on follow.
 */
room: RoomState, 
/**
 * After a resume: the events after the `rev` that the client had, as far as the room; they are in `room` already.
 * Absent when the server has no longer all of them.
 */
missed?: Array<Envelope>, 
/**
 * The server's clock, so that clients can show times that agree.
 */
now: Millis, 
/**
 * For `RTCPeerConnection`.
 */
ice_servers: Array<IceServer>, 
/**
 * What the server allows.
 */
limits: Limits, 
/**
 * Name and version of the server.
 */
server: string, 
/**
 * Optional parts of the protocol that the server knows, see [`crate::FEATURES`].
 */
features: Array<string>, };

export type Waiting = { 
/**
 * Who the receiver is, and will be in the room.
 */
you: PersonId, 
/**
 * The name that others see, cleaned.
 */
name: string, 
/**
 * Whether the host or a co-host is there to decide.
 */
host_present: boolean, 
/**
 * The server's clock.
 */
now: Millis, 
/**
 * What the server allows.
 */
limits: Limits, 
/**
 * Name and version of the server.
 */
server: string, };

export type Action = "retry" | "resume" | "rejoin" | "stop";

export type Audience = "person" | "client" | "developer";

export type CreateRoom = { 
/**
 * What the host chose; defaults where absent.
 */
policies?: PolicyChange, };

export type CreatedRoom = { 
/**
 * The new room.
 */
room: RoomId, 
/**
 * Makes its holder the host. Given here once; the server keeps a hash only.
 */
host_key: HostKey, 
/**
 * For guests: a path on the same server.
 */
join_url: string, 
/**
 * For the host: the same with the key in the fragment.
 */
host_url: string, };

export type RoomPage = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * How many people are inside.
 */
people: number, 
/**
 * How many may be.
 */
people_limit: number, 
/**
 * Whether somebody is recording right now.
 */
recording: boolean, };

export type ErrorBody = { 
/**
 * What went wrong.
 */
code: Code, 
/**
 * An English sentence.
 */
text: string, };

/** Others may be added. */
export type Code = "malformed" | "wrong_version" | "hello_expected" | "hello_timeout" | "already_joined" | "room_unknown" | "room_full" | "room_locked" | "room_ended" | "server_full" | "bad_host_key" | "bad_name" | "not_allowed" | "no_such_person" | "wrong_state" | "already_recording" | "not_recording" | "too_large" | "too_fast" | "slow_reader" | "idle_timeout" | "removed" | "replaced" | "banned" | "not_admitted" | "session_unknown" | "bad_token" | "bad_text" | "too_many" | "bad_origin" | "server_stopping" | "try_again" | "internal" | (string & {});

/** From the client to the server. */
export type ClientMessage =
  | ({ type: "hello" } & Hello)
  | ({ id: RequestId } & Command)
  | { type: "signal", to: PersonId, data: unknown }
  | { type: "ping" }
  | { type: "pong" }
  | { type: "back_soon" };

/** From the server to the client. */
export type ServerMessage =
  | ({ type: "welcome" } & Welcome)
  | ({ type: "waiting" } & Waiting)
  | { type: "session", resume: ResumeToken }
  | { type: "ice_servers", ice_servers: Array<IceServer> }
  | { type: "refused", code: Code, text: string, action: Action }
  | { type: "done", id: RequestId }
  | { type: "denied", id: RequestId | null, code: Code, text: string }
  | ({ type: "event" } & Envelope)
  | { type: "signal", from: PersonId, data: unknown }
  | { type: "ping" }
  | { type: "pong" }
  | { type: "bye", code: Code, text: string, action: Action, retry_after?: number };
