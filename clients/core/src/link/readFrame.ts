// A frame's text as messages, and where the stream stands once all of them are applied. Only what the protocol names
// moves the position, to the highest `seq` of the frame, never back.
import type { Answer, Position, Push } from '@coterie/protocol';
import type { Frame } from './link.js';

export type Message = Answer | Push;

const MOVES = new Set(['event', 'enter', 'gone', 'snapshot', 'subscribed', 'ping', 'pong']);

/** A line that is no message is left aside, and named in `bad`. */
export function readMessages(text: string, bad?: (line: string) => void): Message[] {
  const messages: Message[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const message = parse(line);
    if (message) messages.push(message);
    else bad?.(line);
  }
  return messages;
}

function parse(line: string): Message | null {
  try {
    const value: unknown = JSON.parse(line);
    return isMessage(value) ? value : null;
  } catch {
    return null;
  }
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/**
 * From `before`, the position after these messages; null: nothing moves it. The members besides `seq` (the rights that
 * what is held was seen under) are those of the position named last, also where its `seq` lies behind the stream's.
 */
export function positionAfter(messages: readonly Message[], before: Position | null): Position | null {
  let named: Position | null = null;
  let seq = -1;
  for (const message of messages) {
    if (!MOVES.has(message.type)) continue;
    const { position, seq: own } = message as { position?: Position; seq?: number };
    if (isPosition(position)) named = position;
    const reached = isPosition(position) ? position.seq : own;
    if (typeof reached === 'number' && reached > seq) seq = reached;
  }
  if (seq < 0) return null;
  const members = named ?? before;
  if (!members) return null;
  const least = before && before.epoch === members.epoch ? before.seq : 0;
  return { ...members, seq: Math.max(seq, least) };
}

function isPosition(value: unknown): value is Position {
  const position = value as Position | null | undefined;
  return typeof position === 'object' && position !== null && typeof position.seq === 'number';
}

export function readFrame(text: string, before: Position | null, bad?: (line: string) => void): Frame {
  const messages = readMessages(text, bad);
  return { messages, position: positionAfter(messages, before) };
}

/** Answers carry the `id` of their request; a push carries none. */
export function answerId(message: Message): number | null {
  const id = (message as { id?: unknown }).id;
  return typeof id === 'number' ? id : null;
}
