// Edits and what becomes of them: commits, refusals, conflicts, history.
import type { JsonValue } from '@coterie/protocol';
import type { SaidType } from '../support/target.js';
import { booking, create, mutate, update, type Conversation } from './words.js';

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

export const RECORDS: Conversation[] = [
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
];
