// The small parts below a connection, each for itself.
import { describe, expect, it } from 'vitest';
import { uuidMaker } from '../src/environment/uuid.js';
import { afterClose } from '../src/link/afterClose.js';
import { Backoff } from '../src/link/backoff.js';
import { SseParser } from '../src/link/sseParser.js';
import { tokenSubject } from '../src/link/subject.js';
import { serverUrls } from '../src/link/urls.js';

describe('a stream of events', () => {
  it('is read the same however it is cut', () => {
    const text =
      'retry: 5\nid: {"seq":1}\ndata: {"a":1}\ndata: {"b":2}\n\n: comment\n\r\ndata:{"c":3}\r\n\r\ndata: cut';
    for (let size = 1; size <= text.length; size += 1) {
      const events: string[] = [];
      const parser = new SseParser((data) => events.push(data));
      for (let i = 0; i < text.length; i += size) parser.push(text.slice(i, i + size));
      expect(events).toEqual(['{"a":1}\n{"b":2}', '{"c":3}']);
    }
  });
});

describe('back-off', () => {
  it('draws from all of each step, and never more', () => {
    for (const [random, waits] of [
      [0, [0, 0, 0, 0, 0, 0, 0]],
      [1, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]],
    ] as const) {
      const backoff = new Backoff(() => random);
      expect(waits.map(() => backoff.next())).toEqual(waits);
    }
  });
});

describe('close codes', () => {
  it('say by their range what to do', () => {
    expect(afterClose(4001).kind).toBe('token-refused');
    expect(afterClose(4002).kind).toBe('stop');
    expect(afterClose(4099).kind).toBe('stop');
    expect(afterClose(4101)).toMatchObject({ kind: 'retry', newSession: false, patient: true });
    expect(afterClose(4103)).toMatchObject({ kind: 'retry', newSession: true });
    expect(afterClose(4205)).toMatchObject({ kind: 'retry', token: 'expiring' });
    for (const code of [1001, 1006, 1009, 1011, 4201, 4299, 4300]) {
      expect(afterClose(code)).toMatchObject({ kind: 'retry', newSession: false, token: 'connect', patient: false });
    }
  });
});

describe('ids', () => {
  it('are UUIDs of version 7 that sort by their making, also when the clock stands or is set back', () => {
    const times = [5, 5, 5, 6, 4, 4, 7];
    const make = uuidMaker(
      () => Date.UTC(2026, 10, 27) + (times.shift() ?? 8),
      (bytes) => bytes.fill(0xff),
    );
    const ids = Array.from({ length: 9_000 }, make);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('addresses', () => {
  it('come from whatever of them an application names', () => {
    for (const url of [
      'https://desk.example',
      'https://desk.example/',
      'wss://desk.example/ws',
      'https://desk.example/?x#y',
    ]) {
      expect(serverUrls(url)).toEqual({
        base: 'https://desk.example/',
        socket: 'wss://desk.example/ws',
        events: 'https://desk.example/events',
        requests: 'https://desk.example/api/v1/requests',
      });
    }
    expect(serverUrls('/', 'http://127.0.0.1:8787/fleet/7').socket).toBe('ws://127.0.0.1:8787/ws');
    expect(serverUrls('https://x.example/coterie').events).toBe('https://x.example/coterie/events');
  });

  it.each(['', 'localhost:8787', 'desk.example', 'ftp://desk.example', 'https://', undefined as never])(
    'are not made of %j: what to write is said',
    (url) => {
      const page = 'http://127.0.0.1:5173/';
      expect(() => serverUrls(url, page)).toThrow(`url is "${url}". Write where the server is, as in http://`);
      expect(() => serverUrls(url, page)).toThrow(TypeError);
    },
  );

  it('are not made of a path alone where there is no page', () => {
    expect(() => serverUrls('/')).toThrow('url is "/". Write where the server is, as in http://localhost:8787.');
  });
});

describe("a token's subject", () => {
  it('is read where there is one', () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwt = (claims: object) => `${part({ alg: 'none' })}.${part(claims)}.x`;
    expect(tokenSubject(jwt({ iss: 'i', sub: 'änn?>' }))).toBe('i änn?>');
    expect(tokenSubject(jwt({ iss: 'i', sub: 'ann', exp: 5 }))).toBe(
      tokenSubject(jwt({ iss: 'i', sub: 'ann', exp: 9 })),
    );
    expect(tokenSubject(jwt({ iss: 'i' }))).toBeNull();
    expect(tokenSubject('dev:ann:editor')).toBe('dev:ann:editor');
    for (const odd of ['', 'opaque', 'a.b.c', 'a.!!.c']) expect(tokenSubject(odd)).toBeNull();
  });
});
