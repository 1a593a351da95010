// What a client makes of the server's lines, and what a close code tells it.
import { describe, expect, it } from 'vitest';
import { advance, planAfterClose, readFrame, readLine, type JsonObject, type ServerMessage } from '../src/index.js';
import { vectors } from './vectors.js';

const at = { epoch: 'e1', seq: 10 };
const event = (seq: number) => ({
  type: 'event',
  seq,
  entityType: 'T',
  entityId: '1',
  operation: 'DELETE',
  version: 2,
  userId: 'u',
  timestamp: '2026-11-23T04:00:00.123Z',
  cause: 'user',
});
const read = (...messages: object[]): ServerMessage[] =>
  readFrame(messages.map((one) => JSON.stringify(one)).join('\n'));

describe('Every line of the server is read as it stands', () => {
  it.each(vectors<{ text: string }>('server'))('$name', ({ text }) => {
    expect(readLine(text)).toEqual(JSON.parse(text));
  });
});

describe('A line that is not known does no harm', () => {
  it.each([
    ['no JSON', '{"type":'],
    ['no object', '[1]'],
    ['a push of a newer server', '{"type":"weather","sun":true}'],
    ['an answer that belongs to no request', '{"type":"committed","mutationId":"m","seq":1,"results":[]}'],
    ['an event without its version', JSON.stringify({ ...event(11), version: undefined })],
    ['a name that every object has', '{"type":"constructor"}'],
  ])('%s is passed over', (_, line) => {
    expect(readLine(line)).toBeNull();
  });

  it('keeps members that it does not know', () => {
    const line = JSON.stringify({ ...event(11), weather: 'fine' });
    expect(readLine(line)).toEqual(JSON.parse(line));
  });

  it('tells who waits for an answer that is not known, so that no call hangs', () => {
    expect(readLine('{"id":7,"type":"riddle"}')).toMatchObject({ id: 7, type: 'error', code: 'unknown_answer' });
    expect(readLine('{"id":7,"type":"locked"}')).toMatchObject({ id: 7, type: 'error', code: 'unknown_answer' });
  });

  it('reads the other lines of a frame', () => {
    const frame = readFrame(`${JSON.stringify(event(11))}\nnonsense\n\n${JSON.stringify(event(12))}`);
    expect(frame.map((message) => 'seq' in message && message.seq)).toEqual([11, 12]);
  });

  it('tells of each line that it passes over', () => {
    const bad: string[] = [];
    readFrame('{"type":"ping","seq":1}\n{"type":\n\n[]\n{"no":"type"}', (line) => bad.push(line));
    expect(bad).toEqual(['{"type":', '[]', '{"no":"type"}']);
  });
});

describe('The position of the stream', () => {
  it('goes to the highest seq of a frame', () => {
    expect(advance(at, read(event(12), event(11)))).toEqual({ epoch: 'e1', seq: 12 });
  });

  it('never goes back', () => {
    expect(advance(at, read({ type: 'ping', seq: 4 }))).toEqual(at);
  });

  it('is not moved by a position without a number', () => {
    const snapshot = { type: 'snapshot', subscription: 1, reason: 'state', locks: [], presence: [] };
    expect(advance(at, read({ ...snapshot, position: { epoch: 'e1' } }))).toBeNull();
  });

  it('is not moved by answers', () => {
    const committed = { id: 1, type: 'committed', mutationId: 'm', seq: 99, results: [] };
    const entities = { id: 2, type: 'entities', entities: [], position: { epoch: 'e1', seq: 99 } };
    expect(advance(at, read(committed, entities))).toBeNull();
  });

  it('keeps what else the server put into it', () => {
    const snapshot = { type: 'snapshot', subscription: 1, reason: 'rights', locks: [], presence: [] };
    const position = { epoch: 'e1', seq: 11, rights: 'r9' };
    expect(advance(at, read({ ...snapshot, position }, event(12)))).toEqual({ ...position, seq: 12 });
    const older = { ...position, seq: 4 };
    expect(advance(at, read({ ...snapshot, position: older }))).toEqual({ ...position, seq: 10 });
  });

  it('begins anew in another epoch, be its numbers smaller', () => {
    const snapshot = { type: 'snapshot', subscription: 1, reason: 'epoch', locks: [], presence: [] };
    expect(advance(at, read({ ...snapshot, position: { epoch: 'e2', seq: 3 } }))).toEqual({ epoch: 'e2', seq: 3 });
  });
});

describe('A close code says by its range what to do', () => {
  it.each([
    [1006, 'back-off'],
    [4000, 'stop'],
    [4099, 'stop'],
    [4101, 'later'],
    [4205, 'soon'],
    [4299, 'soon'],
    [4300, 'back-off'],
  ])('%d: %s', (code, next) => {
    expect(planAfterClose(code).next).toBe(next);
  });

  it('tells apart who was replaced, who needs a token and what must not be repeated', () => {
    expect(planAfterClose(4103)).toMatchObject({ newSession: true, freshToken: false, dropSent: false });
    expect(planAfterClose(4205)).toMatchObject({ newSession: false, freshToken: true });
    expect([1003, 1007, 1009].every((code) => planAfterClose(code).dropSent)).toBe(true);
  });
});

describe('Messages as a type', () => {
  it('are told apart by their type', () => {
    const [message] = read(event(11));
    const data: JsonObject | undefined = message?.type === 'event' ? message.data : {};
    expect(data).toBeUndefined();
  });
});
