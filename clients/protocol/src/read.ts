// A frame of the server, read: messages in order, and how far they take the stream. Robust on purpose: members that
// are not known stay and harm nobody, pushes that are not known are passed over, and a message without what its kind
// is made of is passed over too, so that nothing behind this line need ask again.
import type { Answer, ErrorAnswer } from './answers.js';
import type { Position } from './entity.js';
import { isObject } from './document.js';
import type { JsonObject, JsonValue } from './json.js';
import type { Push } from './pushes.js';

/** An `error` without `id`: a line of ours that could not be read, or whose id was waiting already. */
export type StrayError = { type: 'error' } & ErrorAnswer;
export type ServerMessage = Answer | Push | StrayError;

// What a message of each kind cannot be without: `#` numbers, `$` texts, `[` lists, `{` objects. The `@` ones move the
// position.
const NEEDS: { [type: string]: string } = {
  welcome: '$sessionId $resume {user {position #heartbeatMs {limits',
  subscribed: '@ #subscription {position [entities [locks [presence',
  unsubscribed: '#subscription',
  entity: '$entityType $entityId #version {data {position',
  entities: '[entities {position',
  events: '[events',
  blame: '{fields [unknown',
  changes: '$reader [events {position {lag',
  readers: '[readers',
  committed: '$mutationId #seq [results',
  conflict: '$mutationId #opIndex $entityType $entityId $message #baseVersion #currentVersion {fields [changedBy',
  rejected: '$mutationId #opIndex $code $message',
  locked: '#fence #ttlMs',
  denied: '{holder #ttlMs',
  unlocked: '',
  ok: '',
  conflicts: '[conflicts #open',
  storedConflict: '#conflictId $state [ops {fields',
  assigned: '#conflictId',
  notifications: '[notifications #unread',
  announced: '#announcementId #ttlMs',
  withdrawn: '#announcementId',
  announcements: '[announcements',
  refreshed: '',
  pong: '@ #seq',
  error: '$code $message',
  event: '@ #seq $entityType $entityId $operation #version $userId $timestamp',
  enter: '@ [subscriptions #seq $entityType $entityId #version {data',
  gone: '@ [subscriptions #seq $entityType $entityId',
  snapshot: '@ #subscription $reason {position [locks [presence',
  lock: '$state $entityType $entityId {holder #fence #ttlMs',
  presence: '$entityType [joins [updates [leaves',
  signal: '$entityType $name $userId $sessionId',
  notification: '#notificationId $kind [fields $userId $timestamp',
  announcement: '#announcementId',
  authExpiring: '#inMs',
  ping: '@ #seq',
  goodbye: '#code $reason [retryMs',
};
const PUSHES =
  /^(event|enter|gone|snapshot|lock|presence|signal|unsubscribed|notification|announcement|authExpiring|ping|goodbye|error)$/;

const KINDS: { [sign: string]: (value: JsonValue | undefined) => boolean } = {
  '#': (value) => typeof value === 'number',
  $: (value) => typeof value === 'string',
  '[': Array.isArray,
  '{': isObject,
};

function isWhole(message: JsonObject, needs: string): boolean {
  return needs
    .split(' ')
    .every((need) => need.length < 2 || (KINDS[need[0] ?? ''] ?? (() => false))(message[need.slice(1)]));
}

/** One line; null where it is nothing that this client can use. */
export function readLine(line: string): ServerMessage | null {
  let message: JsonValue;
  try {
    message = JSON.parse(line) as JsonValue;
  } catch {
    return null;
  }
  if (!isObject(message)) return null;
  const { id, type } = message;
  const known = typeof type === 'string' && Object.hasOwn(NEEDS, type) && isWhole(message, NEEDS[type] ?? '');
  if (id === undefined) return known && PUSHES.test(type) ? (message as unknown as ServerMessage) : null;
  if (typeof id !== 'number') return null;
  // Who waits for this answer is told, whatever it is: no call hangs.
  return known
    ? (message as unknown as ServerMessage)
    : {
        id,
        type: 'error',
        code: 'unknown_answer',
        message: 'The server gave an answer that this client does not know.',
        retry: false,
      };
}

/** A line that this client can do nothing with is passed over, and told to `bad`. */
export function readFrame(text: string, bad?: (line: string) => void): ServerMessage[] {
  const messages: ServerMessage[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const message = readLine(line);
    if (message) messages.push(message);
    else bad?.(line);
  }
  return messages;
}

/**
 * Where the stream stands once these messages of one frame are applied, or null where none moves it. Never back; a
 * position of another epoch takes the place of the old one.
 */
export function advance(from: Position, messages: readonly ServerMessage[]): Position | null {
  let to: Position | null = null;
  for (const message of messages) {
    if (!NEEDS[message.type]?.startsWith('@')) continue;
    const next = 'position' in message ? message.position : 'seq' in message ? { seq: message.seq } : null;
    if (typeof next?.seq !== 'number') continue;
    const now: Position = to ?? from;
    const another = 'epoch' in next && next.epoch !== now.epoch;
    // What else a position says (the rights it was seen under) counts also where its `seq` lies behind.
    to = { ...now, ...next, seq: another ? next.seq : Math.max(now.seq, next.seq) };
  }
  return to;
}
