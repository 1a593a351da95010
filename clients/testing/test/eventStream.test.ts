// A session over Server-Sent Events with requests over HTTP, as the fake server speaks it.
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '@coterie/protocol';
import { createFakeServer, handClock, type FakeServer, type HandClock } from '../src/index.js';

const ROOM = { subscription: 1, entityType: 'Booking' };
const one = (data: JsonObject) => [{ entityType: 'Booking', entityId: '1', data }];

let clock: HandClock;
let server: FakeServer;

beforeEach(() => {
  clock = handClock();
  server = createFakeServer({ clock });
});

describe('Server-Sent Events', () => {
  const authorized = { Authorization: 'Bearer dev:ann' };

  async function open(hello: JsonObject, signal?: AbortSignal) {
    const init = { method: 'POST', headers: authorized, body: JSON.stringify(hello), ...(signal ? { signal } : {}) };
    const answer = server.fetch('/events', init);
    await clock.settle();
    const response = await answer;
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    void (async () => {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
      text += 'END';
    })().catch(() => (text += 'LOST'));
    await clock.settle();
    return { status: response.status, text: () => text, cancel: () => reader?.cancel() };
  }

  it('bring the same frames, with the position as their id; requests go over HTTP in the name of the session', async () => {
    server.seed(one({ n: 1 }));
    const stream = await open({ subscriptions: [ROOM] });
    const [welcome] = /\{"id":1,.*/.exec(stream.text()) ?? [''];
    const { resume } = JSON.parse(welcome) as { resume: string };
    const headers = { ...authorized, 'Coterie-Session': resume };
    const request = async (body: JsonObject) => {
      const answer = server.fetch('/api/v1/requests', { method: 'POST', headers, body: JSON.stringify(body) });
      await clock.settle();
      return answer;
    };
    const lock = { id: 5, type: 'lock', entityType: 'Booking', entityId: '1' };
    expect(await (await request(lock)).json()).toMatchObject({ id: 5, type: 'locked', fence: 1 });
    const subscribe = { id: 6, type: 'subscribe', subscription: 2, entityType: 'Other' };
    expect((await request(subscribe)).status).toBe(202);
    server.edit('ben', { op: 'update', entityType: 'Booking', entityId: '1', increment: { n: 1 } });
    expect(stream.text()).toMatch(/^id: \{"epoch":"fake-1","seq":1\}\ndata: \{"id":1,"type":"welcome"/);
    expect(stream.text()).toContain('data: {"type":"lock","state":"acquired"');
    expect(stream.text()).toContain('data: {"id":6,"type":"subscribed","subscription":2');
    expect(server.connections).toMatchObject([{ userId: 'ann', transport: 'sse' }]);

    const end = server.fetch('/events', { method: 'DELETE', headers });
    await clock.settle();
    expect((await end).status).toBe(204);
    expect(stream.text().endsWith('END')).toBe(true);
    expect(server.connections).toEqual([]);
  });

  it('end with a goodbye, or are lost without one', async () => {
    const polite = await open({});
    server.connections[0]?.close(4203, 'shutting down');
    await clock.settle();
    expect(polite.text()).toMatch(/data: \{"type":"goodbye","code":4203.*\n\nEND$/);
    const lost = await open({});
    server.drop();
    await clock.settle();
    expect(lost.text().endsWith('LOST')).toBe(true);
  });

  it('are left by cancelling, or by a signal', async () => {
    const cancelled = await open({});
    await cancelled.cancel();
    await clock.settle();
    expect(server.connections).toEqual([]);
    const abort = new AbortController();
    await open({}, abort.signal);
    expect(server.connections).toHaveLength(1);
    abort.abort();
    await clock.settle();
    expect(server.connections).toEqual([]);
  });

  it('refuse by a status', async () => {
    const answer = server.fetch('/events', { method: 'POST', body: '{}' });
    await clock.settle();
    expect((await answer).status).toBe(401);
  });
});
