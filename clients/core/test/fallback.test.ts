// WebSocket or Server-Sent Events: which is tried when.
import { describe, expect, it } from 'vitest';
import { begin, live, welcome } from './linkSupport/session.js';

describe('a network without WebSockets', () => {
  it('is not one where a WebSocket worked before', async () => {
    const { world } = await live({ transport: 'auto' });
    for (let i = 0; i < 6; i += 1) {
      world.socket.break();
      await world.clock.pass(15_000);
    }
    expect(world.sockets.length).toBe(7);
    expect(world.fetches).toEqual([]);
  });

  it('is not one where the server itself refuses', async () => {
    const { world, user, link } = begin({ transport: 'auto' });
    link.start(user);
    await world.clock.pass(0);
    for (let i = 0; i < 6; i += 1) {
      world.socket.break(4101);
      await world.clock.pass(5_000);
    }
    expect(world.sockets.length).toBe(7);
    expect(world.fetches).toEqual([]);
  });

  it('is seen at once where the page itself may open none: an error is all that a browser tells of it', async () => {
    const { world, user, link } = begin({ transport: 'auto' });
    link.start(user);
    await world.clock.pass(0);
    for (let i = 0; i < 3; i += 1) {
      world.socket.readyState = 3;
      world.socket.onerror?.();
      await world.clock.pass(4_000);
    }
    expect(world.sockets.length).toBe(3);
    expect(world.fetches.length).toBe(1);
  });

  it('is served by Server-Sent Events after three that came to nothing; they are kept, and WebSocket is tried later', async () => {
    const { world, user, link, state } = begin({ transport: 'auto' });
    let stream: ReadableStreamDefaultController<Uint8Array> | null = null;
    const say = (message: object) => stream?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`));
    world.answer = (_url, init) => {
      const signal = init.signal;
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) });
      signal?.addEventListener('abort', () => stream?.error(new Error('aborted')));
      return Promise.resolve(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }));
    };
    link.start(user);
    await world.clock.pass(0);
    for (let i = 0; i < 3; i += 1) {
      world.socket.break();
      await world.clock.pass(4_000);
    }
    expect(world.sockets.length).toBe(3);
    expect(world.fetches[0]?.url).toBe('http://desk.example/events');
    say(welcome({ id: 1 + 3, subscriptions: [] }, world.fetches[0]?.init.body));
    await world.clock.pass(0);
    expect(state()).toMatchObject({ state: 'live', transport: 'sse' });
    const lost = () => stream?.close();
    lost();
    await world.clock.pass(1_000);
    expect(world.sockets.length).toBe(3);
    expect(world.fetches.length).toBe(2);
    say(welcome({}, world.fetches[1]?.init.body));
    await world.clock.pass(0);
    expect(state().state).toBe('live');
    for (let i = 0; i < 11; i += 1) {
      await world.clock.pass(30_000);
      say({ type: 'ping', seq: 10 });
      await world.clock.pass(0);
    }
    lost();
    await world.clock.pass(1_000);
    expect(world.sockets.length).toBe(4);
  });
});
