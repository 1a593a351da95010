// Requests of a link: answered by their id, lost with their connection.
import { describe, expect, it } from 'vitest';
import { directLink } from '../src/link/directLink.js';
import { begin, ended, live } from './linkSupport/session.js';

describe('requests', () => {
  it('are answered by their id, after the frame they came in was applied', async () => {
    const { world, user, link } = await live();
    const order: string[] = [];
    void link.request('announcements', {}).then(() => order.push('answered'));
    const [asked] = world.socket.of('announcements');
    const apply = user.frame.bind(user);
    user.frame = (frame) => {
      order.push('applied');
      apply(frame);
    };
    world.socket.say({ id: asked?.['id'], type: 'announcements', announcements: [] });
    await world.clock.pass(0);
    expect(order).toEqual(['applied', 'answered']);
  });

  it('are lost with their connection, and never sent where there is none', async () => {
    const { world, link } = await live();
    const ends = ended(link.request('announcements', {}));
    world.socket.break();
    ended(link.request('announcements', {}), ends);
    await world.clock.pass(0);
    expect(ends).toEqual([{ kind: 'lost' }, { kind: 'offline' }]);
  });

  it('that are too large for the server are answered here, and cost no connection', async () => {
    const { world, link, state } = await live();
    const data = { note: 'é'.repeat(40_000) };
    const ends = ended(link.request('mutate', { mutationId: 'm', ops: [{ op: 'create', entityType: 'Note', data }] }));
    await world.clock.pass(0);
    expect(ends).toMatchObject([{ kind: 'answer', answer: { type: 'error', code: 'too_large' } }]);
    expect(world.socket.of('mutate')).toEqual([]);
    expect(state().state).toBe('live');
  });

  it('of two links have different numbers', () => {
    const one = begin();
    one.world.random = 0.1;
    const a = directLink({ url: 'http://desk.example' }, one.world.environment);
    one.world.random = 0.2;
    const b = directLink({ url: 'http://desk.example' }, one.world.environment);
    expect(a.nextSubscription()).not.toBe(b.nextSubscription());
    expect(Number.isSafeInteger(a.nextSubscription())).toBe(true);
  });
});
