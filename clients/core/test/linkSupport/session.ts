// A link and its world, begun or live, for tests of one rule each.
import type { GetToken } from '../../src/api/client.js';
import { directLink } from '../../src/link/directLink.js';
import type { LinkReply } from '../../src/link/link.js';
import { NotingUser } from './user.js';
import { World } from './world.js';

export function begin(options: { getToken?: GetToken; transport?: 'auto' | 'websocket' | 'sse' } = {}) {
  const world = new World();
  const user = new NotingUser();
  const getToken = options.getToken ?? (() => 'token');
  const transport = options.transport ?? 'websocket';
  const link = directLink({ url: 'http://desk.example', getToken, transport, clientId: 'tab' }, world.environment);
  return { world, user, link, state: () => link.state.get() };
}

export async function live(options: Parameters<typeof begin>[0] = {}, welcome: object = {}) {
  const all = begin(options);
  all.link.start(all.user);
  await all.world.clock.pass(0);
  all.world.socket.welcome(welcome);
  await all.world.clock.pass(0);
  return all;
}

export function ended(reply: Promise<LinkReply>, into: LinkReply[] = []): LinkReply[] {
  void reply.then((end) => into.push(end));
  return into;
}

/** Time goes by on a connection that is alive. */
export async function beat(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20_000) {
    world.socket.say({ type: 'ping', seq: 10 });
    await world.clock.pass(Math.min(left, 20_000));
  }
}

/** What welcomes this hello, or the one in this body. */
export function welcome(hello: { [name: string]: unknown }, body?: unknown): object {
  const said = typeof body === 'string' ? (JSON.parse(body) as { [name: string]: unknown }) : hello;
  return {
    ...{ id: said['id'], type: 'welcome', sessionId: 's1', resume: 'secret-1', user: { id: 'ann', name: 'Ann' } },
    ...{ position: { epoch: 'e1', seq: 10 }, heartbeatMs: 30_000, limits: {}, features: [], subscriptions: [] },
  };
}
