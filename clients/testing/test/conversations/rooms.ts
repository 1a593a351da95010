// Who hears what: rooms, filters, locks, presence, rights.
import type { JsonObject, JsonValue } from '@coterie/protocol';
import { booking, create, mutate, update, type Conversation } from './words.js';

const OWN = '{role = "guest", where = {own = "$user.id"}}';
const GUESTS = {
  rules: {
    ben: {
      read: ({ data }: { data: JsonObject }) => data['own'] === 'ben' || data['shown'] === true,
      write: ({ data }: { data: JsonObject }) => data['own'] === 'ben',
    },
  },
  toml: `
[access.Booking]
read = [${OWN}, {role = "guest", where = {shown = true}}]
create = [${OWN}]
update = [${OWN}]
delete = [${OWN}]
`,
};

export const ROOMS: Conversation[] = [
  {
    name: 'a type is subscribed and followed',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      await create(ann, '1', { status: 'open', n: 1 });
      await ben.ask({ type: 'subscribe', subscription: 1, entityType: 'Booking' });
      await ann.ask({ type: 'subscribe', subscription: 7, ...booking('1') });
      await create(ann, '2', { status: 'open', address: { city: 'Bonn' } });
      await update(ben, '1', { baseVersion: 1, set: { 'address.city': 'Ulm' }, unset: ['n'] });
      await update(ben, '1', { baseVersion: 2, set: { status: 'open' } });
      await mutate(ann, [{ op: 'delete', ...booking('2'), baseVersion: 1, return: 'before' }]);
      await mutate(ann, [{ op: 'restore', ...booking('2'), baseVersion: 2, toVersion: 1, return: 'after' }]);
      await mutate(ann, [
        { op: 'create', entityType: 'Other', data: { a: 1 } },
        { op: 'update', ...booking('1'), increment: { n: 2 }, append: { l: ['x', 1] }, return: 'after' },
        { op: 'update', ...booking('2'), stamp: { by: '$user.id', at: '$now' } },
      ]);
      await stage.settle();
      await ben.ask({ type: 'unsubscribe', subscription: 1 });
      await update(ann, '1', { remove: { l: [1] }, increment: { n: -0.5 } });
      await stage.settle();
    },
  },
  {
    name: 'filtered rooms, sorts and pages',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      for (const [id, n] of [
        ['a', 3],
        ['b', 1],
        ['c', 2],
        ['d', 2],
      ] as const)
        await create(ann, id, { n, open: n > 1 });
      const open = { entityType: 'Booking', filter: { open: true } };
      await ben.ask({ type: 'subscribe', subscription: 1, ...open, sort: '-n', limit: 2 });
      const page = await ben.ask({ type: 'subscribe', subscription: 2, ...open, sort: 'n', limit: 2 });
      await ben.ask({ type: 'subscribe', subscription: 2, ...open, sort: 'n', limit: 2, cursor: page['cursor'] ?? '' });
      await ben.ask({ type: 'subscribe', subscription: 1, entityType: 'Other' });
      await ben.ask({ type: 'subscribe', subscription: 9, entityType: 'Booking', cursor: 'x' });
      await ben.ask({
        type: 'subscribe',
        subscription: 3,
        entityType: 'Booking',
        filter: { n: { $gt: 2 } },
        snapshot: false,
      });
      await update(ann, 'b', { baseVersion: 1, set: { open: true } });
      await update(ann, 'a', { baseVersion: 1, set: { open: false } });
      await update(ann, 'a', { increment: { n: -2 } });
      await mutate(ann, [{ op: 'delete', ...booking('c'), baseVersion: 1 }]);
      await mutate(ann, [{ op: 'delete', ...booking('a'), baseVersion: 3 }]);
      await create(ann, 'e', { n: 9, open: true });
      await stage.settle();
      await ben.ask({ type: 'list', entityType: 'Booking', sort: '-n', limit: 2, count: true });
      await ben.ask({ type: 'list', entityType: 'Booking', page: 2, limit: 2, data: false });
      await ben.ask({ type: 'list', entityType: 'Booking', filter: { n: { $lt: 3 } }, cursor: 'nonsense' });
    },
  },
  {
    name: 'locks',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      const again = await stage.enter('ann');
      await create(ann, '1', { a: 1, o: { x: 1 } });
      await ben.ask({ type: 'subscribe', subscription: 1, ...booking('1') });
      await ann.ask({ type: 'lock', ...booking('none') });
      await ann.ask({ type: 'lock', ...booking('1'), field: 'o' });
      await ann.ask({ type: 'lock', ...booking('1'), field: 'o', ttlMs: 60000 });
      await ben.ask({ type: 'lock', ...booking('1'), field: 'o.x' });
      await ben.ask({ type: 'lock', ...booking('1') });
      await ben.ask({ type: 'lock', ...booking('1'), field: 'a' });
      await update(ben, '1', { baseVersion: 1, set: { 'o.x': 2 } });
      await update(ann, '1', { baseVersion: 1, set: { 'o.x': 2 } });
      await update(again, '1', { baseVersion: 2, set: { 'o.x': 3 }, fences: [1] });
      await update(again, '1', { baseVersion: 3, set: { 'o.x': 4 }, fences: [2] });
      await update(ben, '1', { baseVersion: 1, set: { a: 9 } });
      await mutate(ben, [{ op: 'delete', ...booking('1'), baseVersion: 3 }]);
      await ben.ask({ type: 'lock', ...booking('1'), field: 'o', fence: 1 });
      await again.ask({ type: 'lock', ...booking('1'), field: 'o', fence: 1 });
      await ben.ask({ type: 'unlock', ...booking('1'), field: 'a', fence: 7 });
      await ben.ask({ type: 'unlock', ...booking('1'), field: 'a', fence: 2 });
      await ben.ask({ type: 'lock', ...booking('1'), steal: true });
      await stage.settle();
      await ann.ask({ type: 'subscribe', subscription: 1, entityType: 'Booking' });
      await ann.ask({ type: 'notifications' });
      await mutate(ben, [{ op: 'delete', ...booking('1'), baseVersion: 3 }]);
      await stage.settle();
    },
  },
  {
    name: 'presence and signals',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      await ann.ask({ type: 'subscribe', subscription: 1, entityType: 'Booking' });
      await ben.ask({ type: 'subscribe', subscription: 2, ...booking('1') });
      await ben.ask({ type: 'presence', subscription: 9, state: {} });
      await ben.ask({ type: 'presence', subscription: 2, state: { field: 'a' } });
      await ann.push('presence');
      await ann.ask({ type: 'presence', subscription: 1, state: {} });
      await ann.push('presence', 2);
      await ben.ask({ type: 'subscribe', subscription: 3, entityType: 'Booking' });
      await ann.ask({ type: 'signal', subscription: 1, name: 'hi', data: [1] });
      await ben.push('signal');
      await ann.ask({ type: 'signal', subscription: 5, name: 'hi', data: null });
      await ben.ask({ type: 'presence', subscription: 2, state: null });
      await ann.push('presence', 3);
      await ann.ask({ type: 'unsubscribe', subscription: 1 });
      await ben.push('presence', 3);
    },
  },
  {
    name: 'what somebody may see and change',
    rights: GUESTS,
    async play(stage) {
      const ann = await stage.enter('ann');
      const token = 'dev:ben:guest';
      await create(ann, '1', { own: 'ann' });
      await create(ann, '2', { own: 'ben' });
      await create(ann, '3', { own: 'ann', shown: true });
      const ben = await stage.visitor('ben');
      await ben.hello({ token, subscriptions: [{ subscription: 1, entityType: 'Booking' }] });
      const { position = null } = await ben.push('snapshot');
      await ben.ask({ type: 'subscribe', subscription: 2, entityType: 'Booking', filter: { own: 'ann' } });
      await ben.ask({ type: 'get', ...booking('1') });
      await ben.ask({ type: 'list', entityType: 'Booking', count: true });
      await update(ben, '1', { increment: { n: 1 } });
      await update(ben, '2', { increment: { n: 1 } });
      await update(ben, '3', { increment: { n: 1 } });
      await update(ben, '2', { baseVersion: 2, set: { own: 'ann' } });
      await ben.ask({ type: 'lock', ...booking('1') });
      await create(ben, '4', { own: 'ann' });
      await create(ben, '5', { own: 'ben' });
      await update(ann, '1', { baseVersion: 1, set: { own: 'ben' } });
      await update(ann, '3', { baseVersion: 1, set: { shown: false } });
      await create(ann, '6', { own: 'ann' });
      await stage.settle();
      await ben.ask({ type: 'history' });
      await ben.close(1000);
      await update(ann, '2', { baseVersion: 2, set: { own: 'ann' } });
      const back = await stage.visitor('ben');
      const { rights: _, ...bare } = position as { rights?: JsonValue; epoch: string };
      const room = { entityType: 'Booking' };
      await back.hello({
        token,
        position,
        subscriptions: [
          { subscription: 1, ...room },
          { subscription: 2, ...room, position: bare },
        ],
      });
      await back.push('snapshot', 2);
      await stage.settle();
    },
  },
];
