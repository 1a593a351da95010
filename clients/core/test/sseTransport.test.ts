// Server-Sent Events as a transport: what goes where, in which order, and what a refusal means.
import { describe, expect, it } from 'vitest';
import { directLink } from '../src/link/directLink.js';
import { NotingUser } from './linkSupport/user.js';
import { welcomeOf, World } from './linkSupport/world.js';

async function live(answerTo: (request: { [name: string]: unknown }) => Promise<Response> | Response) {
  const world = new World();
  let stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  const say = (...messages: object[]) => {
    const lines = messages.map((message) => `data: ${JSON.stringify(message)}\n`).join('');
    stream?.enqueue(new TextEncoder().encode(`id: x\n${lines}\n`));
  };
  world.answer = (url, init) => {
    if (init.method === 'DELETE') return Promise.resolve(new Response(null, { status: 204 }));
    const body = JSON.parse(init.body as string) as { [name: string]: unknown };
    if (!url.endsWith('/events')) return Promise.resolve(answerTo(body));
    const events = new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) });
    return Promise.resolve(new Response(events));
  };
  const user = new NotingUser();
  const options = { url: 'http://desk.example', getToken: () => 'token', transport: 'sse' as const };
  const link = directLink(options, world.environment);
  link.start(user);
  await world.clock.pass(0);
  say(welcomeOf(JSON.parse(world.fetches[0]?.init.body as string) as { [name: string]: unknown }));
  await world.clock.pass(0);
  return { world, user, link, say, end: () => stream?.close() };
}

const header = (init: RequestInit | undefined, name: string) => new Headers(init?.headers).get(name);

describe('a session over Server-Sent Events', () => {
  it('says hello in the body and the token in a header, and asks with the secret of its session', async () => {
    const { world, link } = await live(({ id }) => Response.json({ id, type: 'announcements', announcements: [] }));
    expect(link.state.get()).toMatchObject({ state: 'live', transport: 'sse' });
    const reply = link.request('announcements', {});
    await world.clock.pass(0);
    expect(await reply).toMatchObject({ kind: 'answer', answer: { type: 'announcements' } });
    const [hello, asked] = world.fetches;
    expect(hello).toMatchObject({ url: 'http://desk.example/events', init: { method: 'POST' } });
    expect(hello?.init.body).not.toContain('token');
    expect(header(hello?.init, 'Authorization')).toBe('Bearer token');
    expect(asked?.url).toBe('http://desk.example/api/v1/requests');
    expect(header(asked?.init, 'Coterie-Session')).toBe('secret-1');
  });

  it('takes the answer to a subscribe out of the stream, and lets no answer beside it move the position', async () => {
    const { world, link, say } = await live(({ id, type }) =>
      type === 'subscribe' ? new Response(null, { status: 202 }) : Response.json({ id, type: 'pong', seq: 99 }),
    );
    const subscription = link.nextSubscription();
    const joined = link.request('subscribe', { subscription, entityType: 'Booking' });
    await world.clock.pass(0);
    const { id } = JSON.parse(world.fetches.at(-1)?.init.body as string) as { id: number };
    const position = { epoch: 'e1', seq: 12 };
    say({ id, type: 'subscribed', subscription, position, entities: [], locks: [], presence: [] });
    await world.clock.pass(0);
    expect(await joined).toMatchObject({ answer: { type: 'subscribed' } });
    const pong = link.request('ping', {});
    await world.clock.pass(0);
    expect(await pong).toMatchObject({ answer: { type: 'pong', seq: 99 } });
    expect(link.position()).toEqual(position);
  });

  it('sends edits one after the other, in the order they were made', async () => {
    const answers: (() => void)[] = [];
    const { world, link } = await live(
      ({ id }) =>
        new Promise((resolve) =>
          answers.push(() => resolve(Response.json({ id, type: 'committed', mutationId: 'm', seq: 1, results: [] }))),
        ),
    );
    const edit = (mutationId: string) => void link.request('mutate', { mutationId, ops: [] });
    edit('one');
    edit('two');
    await world.clock.pass(0);
    expect(world.fetches.length).toBe(2);
    answers[0]?.();
    await world.clock.pass(0);
    expect(world.fetches.map(({ init }) => init.body).join()).toMatch(/one.*two/);
  });

  it('tells a refusal that is no answer as an error of that request', async () => {
    const { world, link } = await live(
      () => new Response('{"code":"rate_limited","message":"Wait."}', { status: 429 }),
    );
    const reply = link.request('announcements', {});
    await world.clock.pass(0);
    expect(await reply).toMatchObject({
      answer: { type: 'error', code: 'rate_limited', message: 'Wait.', retry: true },
    });
  });

  it('comes back when the stream ends, by the goodbye where there was one', async () => {
    const { world, link, say, end } = await live(() => Response.json({}));
    say({ type: 'goodbye', code: 4203, reason: 'shutting down', retryMs: [7000, 7000] });
    await world.clock.pass(0);
    end();
    await world.clock.pass(0);
    expect(link.state.get()).toMatchObject({ state: 'offline', closeCode: 4203 });
    expect((link.state.get().nextRetryAt ?? 0) - world.clock.now).toBe(7000);
    await world.clock.pass(7001);
    expect(world.fetches.at(-1)?.init.body).toContain('"resume":"secret-1"');
  });

  it('ends the session by a DELETE', async () => {
    const { world, link } = await live(() => Response.json({}));
    await link.close(true);
    const last = world.fetches.at(-1);
    expect(last).toMatchObject({ url: 'http://desk.example/events', init: { method: 'DELETE', keepalive: true } });
    expect(header(last?.init, 'Coterie-Session')).toBe('secret-1');
  });

  it('that is refused for its token is handled as over a WebSocket', async () => {
    const world = new World();
    world.answer = () => Promise.resolve(new Response('{"code":"unauthorized","message":"No."}', { status: 401 }));
    const asked: string[] = [];
    const getToken = ({ reason }: { reason: string }) => {
      asked.push(reason);
      return 'token';
    };
    const link = directLink({ url: 'http://desk.example', getToken, transport: 'sse' }, world.environment);
    link.start(new NotingUser());
    await world.clock.pass(60_000);
    expect(asked).toEqual(['connect', 'refused']);
    expect(link.state.get().state).toBe('needs-auth');
  });
});
