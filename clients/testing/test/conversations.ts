// Conversations that are held with the fake server and with a real one: what everyone hears must be the same.
import type { JsonObject, JsonValue } from '@coterie/protocol';
import type { Configuration, SaidType } from './support/target.js';
import type { Person, Stage } from './support/stage.js';

export interface Conversation extends Configuration {
  name: string;
  play(stage: Stage): Promise<void>;
}

let mutations = 0;
const booking = (entityId: string) => ({ entityType: 'Booking', entityId });

/** Each mutation under an id of its own; the numbers begin anew with each conversation. */
async function mutate(person: Person, ops: JsonObject[], more: JsonObject = {}) {
  return person.ask({ type: 'mutate', mutationId: `m${++mutations}`, ops, ...more });
}
function create(person: Person, entityId: string, data: JsonObject, more: JsonObject = {}) {
  return mutate(person, [{ op: 'create', ...booking(entityId), data, ...more }]);
}
function update(person: Person, entityId: string, changes: JsonObject, more: JsonObject = {}) {
  return mutate(person, [{ op: 'update', ...booking(entityId), ...changes }], more);
}

const MERGED: SaidType = {
  rules: {
    strategy: 'merge',
    strategies: ['reject', 'merge'],
    unique: ['code', ['day', 'car']],
    fields: { stock: 'sum', tags: 'union', note: 'latest', place: 'theirs' },
  },
  toml: `
[types.Merged]
strategy = "merge"
strategies = ["reject", "merge"]
unique = ["code", ["day", "car"]]
[types.Merged.fields]
stock = "sum"
tags = "union"
note = "latest"
place = "theirs"
`,
};

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

export const CONVERSATIONS: Conversation[] = [
  {
    name: 'hello, and what is said before it',
    async play(stage) {
      const ann = await stage.visitor('ann');
      await ann.ask({ type: 'ping' });
      await ann.ask({ type: 'hello', token: 'nonsense' });
      await ann.until(() => ann.closed !== null);
      const ben = await stage.visitor('ben');
      ben.say('no JSON');
      await ben.push('error');
      await ben.hello({ features: ['new'], later: 1 });
      await ben.hello();
      await ben.ask({ type: 'teleport' });
      await ben.ask({ type: 'get', entityType: 'Booking' });
      await ben.ask({ type: 'refresh', token: 'dev:ben' });
    },
  },
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
    name: 'what is refused',
    async play(stage) {
      const ann = await stage.enter('ann');
      await create(ann, '1', { n: 1, text: 'x', most: 9007199254740991 });
      await create(ann, '1', {});
      await update(ann, 'none', { baseVersion: 1, set: { a: 1 } });
      await update(ann, 'none', { increment: { a: 1 } });
      await update(ann, '1', { increment: { text: 1 } });
      await update(ann, '1', { increment: { most: 1 } });
      await update(ann, '1', { append: { text: ['x'] } });
      await update(ann, '1', { baseVersion: 1, set: { 'text.a': 1 } });
      await update(ann, '1', { guard: { n: { $gte: 2 } }, increment: { n: -2 } });
      await update(ann, '1', { set: { a: 1 } });
      await update(ann, '1', { baseVersion: 1, set: { 'a..b': 1 } });
      await update(ann, '1', { baseVersion: 9, set: { a: 1 } });
      await mutate(ann, [{ op: 'restore', ...booking('1'), baseVersion: 1, toVersion: 7 }]);
      await mutate(ann, [
        { op: 'update', ...booking('1'), increment: { n: 1 } },
        { op: 'update', ...booking('none'), increment: { n: 1 } },
      ]);
      await ann.ask({ type: 'get', ...booking('1') });
      await ann.ask({ type: 'get', ...booking('none') });
      await ann.ask({ type: 'get', ...booking('1'), version: 3 });
    },
  },
  {
    name: 'guards, searching by where, numbers',
    async play(stage) {
      const ann = await stage.enter('ann');
      await ann.ask({ type: 'subscribe', subscription: 1, entityType: 'Booking' });
      await create(ann, 'a', { kind: 'tent', free: 1, rank: 2 });
      await create(ann, 'b', { kind: 'tent', free: 5, rank: 1 });
      const take = (by: number) => ({
        op: 'update',
        entityType: 'Booking',
        where: { kind: 'tent' },
        sort: '-rank',
        guard: { free: { $gte: by } },
        increment: { free: -by },
        return: 'after',
      });
      await mutate(ann, [take(2)]);
      await mutate(ann, [take(9)]);
      await mutate(ann, [{ ...take(1), where: { kind: 'boat' } }]);
      await update(ann, 'a', { guard: { free: 1 }, set: { kind: 'hut' } });
      await update(ann, 'a', { guard: { free: 1 } });
      await update(ann, 'a', { baseVersion: 2 });
      await create(ann, 'c', { a: 1 }, { number: { no: 'order' } });
      await update(ann, 'b', { number: { 'deep.no': 'order' } });
      await update(ann, 'c', { baseVersion: 1, set: { no: 'mine' } });
      await update(ann, 'c', { number: { no: 'order' } });
      await mutate(ann, [{ op: 'delete', ...booking('c'), baseVersion: 1 }]);
      await create(ann, 'c', { a: 2 }, { number: { no: 'order' } });
      await stage.settle();
    },
  },
  {
    name: 'stale edits: reject, merge, latest-wins',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      await create(ann, '1', { a: 1, b: 1, o: { x: 1, y: 1 }, l: [1] });
      await update(ben, '1', { baseVersion: 1, set: { a: 2, 'o.x': 2 } });
      await update(ben, '1', { increment: { c: 1 } });
      await update(ann, '1', { baseVersion: 1, set: { b: 9, a: 3 }, append: { l: [2] } });
      await update(ann, '1', { baseVersion: 1, set: { b: 9, 'o.y': 5 } }, { strategy: 'merge' });
      await update(ann, '1', { baseVersion: 1, set: { 'o.x': 7 }, unset: ['b'], strategy: 'merge' });
      await update(ann, '1', { baseVersion: 1, set: { a: 7 }, unset: ['o'] }, { strategy: 'latest-wins' });
      await mutate(ben, [{ op: 'delete', ...booking('1'), baseVersion: 2 }]);
      await mutate(ben, [{ op: 'delete', ...booking('1'), baseVersion: 2 }], { strategy: 'merge' });
      await update(ben, '1', { baseVersion: 2 });
      await mutate(ben, [{ op: 'restore', ...booking('1'), baseVersion: 2, toVersion: 1 }]);
      await mutate(ben, [{ op: 'delete', ...booking('1'), baseVersion: 2 }], { strategy: 'latest-wins' });
      await update(ann, '1', { baseVersion: 4, set: { a: 8 } }, { strategy: 'merge' });
      await update(ann, '1', { baseVersion: 1, set: { a: 8 } }, { epoch: 'another' });
      await create(ann, '1', { back: true });
      await stage.settle();
      await ben.ask({ type: 'notifications' });
      await ben.ask({ type: 'markRead', upTo: 1 });
    },
  },
  {
    name: 'a type with rules: policies, unique fields, strategies',
    types: { Merged: MERGED },
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      const record = { entityType: 'Merged', entityId: '1' };
      const data = { stock: 10, tags: ['a'], note: '', place: 'Ulm', free: 1, code: 'A' };
      await mutate(ann, [{ op: 'create', ...record, data }]);
      await ben.ask({ type: 'subscribe', subscription: 1, entityType: 'Merged' });
      const set = (stock: number, tags: JsonValue[], note: string, place: string) => ({ stock, tags, note, place });
      await mutate(ben, [{ op: 'update', ...record, baseVersion: 1, set: set(12, ['a', 'b'], 'ben', 'Bonn') }]);
      await mutate(ann, [{ op: 'update', ...record, baseVersion: 1, set: set(7, ['c'], 'ann', 'Jena') }]);
      await mutate(ann, [{ op: 'update', ...record, baseVersion: 1, set: { stock: 9, free: 2 }, strategy: 'reject' }]);
      await mutate(ann, [{ op: 'update', ...record, baseVersion: 3, set: { free: 2 }, strategy: 'latest-wins' }]);
      await mutate(ann, [{ op: 'create', entityType: 'Merged', entityId: '2', data: { code: 'A' } }]);
      await mutate(ann, [{ op: 'create', entityType: 'Merged', entityId: '3', data: { day: 1, car: 'x' } }]);
      await mutate(ann, [{ op: 'create', entityType: 'Merged', entityId: '4', data: { day: 1, car: 'x' } }]);
      await mutate(ann, [{ op: 'create', entityType: 'Merged', entityId: '5', data: { day: 1 } }]);
      await stage.settle();
    },
  },
  {
    name: 'once by its id',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      const ops = [{ op: 'create', ...booking('1'), data: { a: 1, b: 2 } }];
      await ann.ask({ type: 'mutate', mutationId: 'x', ops });
      await ann.ask({ type: 'mutate', mutationId: 'x', ops: [{ ...ops[0], data: { b: 2, a: 1 } }] });
      await ann.ask({ type: 'mutate', mutationId: 'x', ops, strategy: 'merge' });
      await ben.ask({ type: 'mutate', mutationId: 'x', ops });
      const again = [{ op: 'update', ...booking('1'), guard: { a: 2 }, increment: { b: 1 } }];
      await ben.ask({ type: 'mutate', mutationId: 'y', ops: again });
      await update(ann, '1', { increment: { a: 1 } });
      await ben.ask({ type: 'mutate', mutationId: 'y', ops: again });
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
    name: 'history and blame',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      await create(ann, '1', { a: 1, o: { x: 1 } });
      await update(ben, '1', { baseVersion: 1, set: { a: 2, 'o.y': [1] } });
      await mutate(ann, [
        { op: 'create', ...booking('2'), data: {} },
        { op: 'update', ...booking('1'), baseVersion: 2, unset: ['o.x'] },
      ]);
      await mutate(ann, [{ op: 'delete', ...booking('2'), baseVersion: 1 }]);
      await ann.ask({ type: 'history' });
      await ann.ask({ type: 'history', entityType: 'Booking', entityId: '1', limit: 2 });
      await ann.ask({ type: 'history', after: 1, limit: 2 });
      await ann.ask({ type: 'history', userId: 'ben' });
      await ann.ask({ type: 'history', before: 3 });
      await ann.ask({ type: 'blame', ...booking('1') });
      await ann.ask({ type: 'blame', ...booking('2') });
      await ann.ask({ type: 'get', ...booking('1'), version: 1 });
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
    name: 'locks and presence end with a session that leaves, not with one that comes right back',
    async play(stage) {
      const ann = await stage.enter('ann');
      await create(ann, '1', { a: 1 });
      await ann.ask({ type: 'subscribe', subscription: 1, ...booking('1') });
      const ben = await stage.visitor('ben');
      const room = { subscription: 4, ...booking('1') };
      const welcome = await ben.hello({ subscriptions: [room] });
      await ben.push('snapshot');
      await ben.ask({ type: 'lock', ...booking('1'), field: 'a' });
      await ben.ask({ type: 'presence', subscription: 4, state: { field: 'a' } });
      await ann.push('presence');
      await ben.drop();
      const back = await stage.visitor('ben');
      const position = welcome['position'] ?? null;
      const resume = welcome['resume'] ?? '';
      await back.hello({ resume, position, subscriptions: [room] });
      await back.push('snapshot');
      await update(ann, '1', { baseVersion: 1, set: { a: 2 } });
      await update(back, '1', { baseVersion: 1, set: { a: 2 } });
      await stage.settle();
      await back.close(1000);
      await ann.push('presence', 2);
      await ann.until(() => ann.heard.some((one) => one['type'] === 'lock' && one['state'] === 'released'));
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
    name: 'coming back: recovered, resync, new, refused',
    async play(stage) {
      const ann = await stage.enter('ann');
      await create(ann, '1', { n: 1 });
      await create(ann, '2', { n: 5 });
      const ben = await stage.visitor('ben');
      const all = { subscription: 1, entityType: 'Booking' };
      const big = { subscription: 2, entityType: 'Booking', filter: { n: { $gt: 3 } } };
      const welcome = await ben.hello({ subscriptions: [all, big] });
      await ben.push('snapshot', 2);
      await ben.close(1000);
      await update(ann, '1', { increment: { n: 9 } });
      await update(ann, '2', { increment: { n: -4 } });
      await mutate(ann, [{ op: 'delete', ...booking('1'), baseVersion: 2 }]);
      const back = await stage.visitor('ben');
      const { epoch, seq } = welcome['position'] as { epoch: string; seq: number };
      const fresh = { subscription: 3, ...booking('2'), position: null };
      const bare = { subscription: 4, ...booking('2'), position: null, snapshot: false };
      const other = { subscription: 5, ...booking('2'), position: { epoch: 'other', seq: 1 } };
      const ahead = { subscription: 6, ...booking('2'), position: { epoch, seq: 999 } };
      await back.hello({ position: { epoch, seq }, subscriptions: [all, big, fresh, bare, other, ahead] });
      await back.push('snapshot', 6);
      await stage.settle();
    },
  },
  {
    name: 'a session that is taken over by a newer connection',
    async play(stage) {
      const ann = await stage.visitor('ann');
      const welcome = await ann.hello();
      const newer = await stage.visitor('ann');
      await newer.hello({ resume: welcome['resume'] ?? '' });
      await ann.until(() => ann.closed !== null);
      const ben = await stage.visitor('ben');
      await ben.hello({ resume: (await newer.ask({ type: 'ping' }), 'unknown') });
    },
  },
  {
    name: 'stored conflicts',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      await create(ann, '1', { a: 1, b: 1 });
      await update(ben, '1', { baseVersion: 1, set: { a: 2 } });
      await update(ann, '1', { baseVersion: 1, set: { a: 3, b: 3 } }, { onConflict: 'store' });
      await update(ann, '1', { baseVersion: 1, set: { a: 4 } }, { onConflict: 'store' });
      await update(ben, '1', { increment: { c: 1 } });
      await ben.ask({ type: 'conflicts' });
      await ben.ask({ type: 'conflict', conflictId: 1 });
      await ben.ask({ type: 'conflict', conflictId: 9 });
      await ann.ask({ type: 'assign', conflictId: 1, assignee: 'ben' });
      const decide = (conflictId: number, mutationId: string, resolution: JsonValue, baseVersion: number) =>
        ben.ask({ type: 'decide', conflictId, mutationId, resolution, baseVersion });
      await decide(1, 'd1', 'merge', 2);
      await decide(1, 'd2', 'merge', 3);
      await decide(1, 'd2', 'merge', 3);
      await decide(1, 'd3', 'use-mine', 4);
      await ben.ask({ type: 'decide', conflictId: 2, mutationId: 'd4', resolution: 'use-theirs' });
      await stage.settle();
      await ben.ask({ type: 'conflicts', state: 'open' });
      await ann.ask({ type: 'notifications' });
    },
  },
  {
    name: 'announcements',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      await ann.ask({ type: 'announce', text: 'Back at noon.', severity: 'warning', ttlMs: 60000 });
      await ben.push('announcement');
      const cleo = await stage.enter('cleo');
      await cleo.push('announcement');
      await ben.ask({ type: 'announcements' });
      await ann.ask({ type: 'withdraw', announcementId: 1 });
      await ann.ask({ type: 'withdraw', announcementId: 1 });
      await cleo.push('announcement', 2);
      await stage.settle();
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
  {
    name: 'requests over HTTP',
    async play(stage) {
      const headers = { Authorization: 'Bearer dev:ann' };
      const ask = (body: JsonObject | string, more: { [name: string]: string } = headers) =>
        stage.post('/api/v1/requests', body, more);
      await ask({ id: 1, type: 'ping' }, {});
      await ask('no JSON');
      await ask({ id: 1, type: 'teleport' });
      await ask({ id: 2, type: 'ping' });
      const create1 = { op: 'create', ...booking('1'), data: { n: 1 } };
      await ask({ id: 3, type: 'mutate', mutationId: 'a', ops: [create1] });
      await ask({ id: 4, type: 'mutate', mutationId: 'b', ops: [create1] });
      await ask({ id: 5, type: 'mutate', mutationId: 'c', ops: [{ op: 'update', ...booking('1'), set: { n: 2 } }] });
      await ask({ id: 6, type: 'get', ...booking('1') });
      await ask({ id: 7, type: 'get', ...booking('2') });
      await ask({ id: 8, type: 'lock', ...booking('1') });
      await ask({ id: 9, type: 'subscribe', subscription: 1, entityType: 'Booking' });
      await ask({ id: 10, type: 'ping' }, { ...headers, 'Coterie-Session': 'nonsense' });
      const ben = await stage.enter('ben', { subscriptions: [{ subscription: 1, entityType: 'Booking' }] });
      await ben.push('snapshot');
      const secret = String(ben.heard[0]?.['resume']);
      const asBen = { Authorization: 'Bearer dev:ben', 'Coterie-Session': secret };
      await ask({ id: 11, type: 'ping' }, { ...headers, 'Coterie-Session': secret });
      await ask({ id: 12, type: 'lock', ...booking('1'), field: 'n' }, asBen);
      const edit = { op: 'update', ...booking('1'), increment: { n: 1 } };
      await ask({ id: 13, type: 'mutate', mutationId: 'd', ops: [edit] });
      await ask({ id: 14, type: 'mutate', mutationId: 'd', ops: [edit] }, asBen);
      await ask({ id: 15, type: 'subscribe', subscription: 2, entityType: 'Other' }, asBen);
      await ben.until(() => ben.heard.some((message) => message['id'] === 15));
      await ask({ id: 16, type: 'presence', subscription: 1, state: { a: 1 } }, asBen);
      await ben.push('presence');
      await stage.settle();
      await stage.post('/api/v1/auth/login', { username: 'nobody', password: 'long enough' });
      await stage.post('/api/v1/auth/refresh', { refresh_token: 'x' });
      await stage.http('/api/v1/auth/user', { headers });
      await stage.post('/events', {}, {});
    },
  },
];

export function beginConversation(): void {
  mutations = 0;
}
