// Chance edits, locks and rooms, played to the fake server and to a real one: everyone must hear the same. Only with
// COTERIE_SERVER=/path/to/coterie; COTERIE_SEED repeats a run.
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '@coterie/protocol';
import { Stage, type Person } from './support/stage.js';
import { fakeTarget, realTarget, type Configuration, type Target } from './support/target.js';

const binary = process.env['COTERIE_SERVER'];
const STEPS = 150;
const RUNS = 3;
const first = Number(process.env['COTERIE_SEED'] ?? Date.now() % 1_000_000);

const CONFIGURATION: Configuration = {
  types: {
    Thing: {
      rules: { fields: { n: 'sum', l: 'union', m: 'max', 'o.x': 'mine' }, unique: ['u'] },
      toml: '[types.Thing]\nunique = ["u"]\n[types.Thing.fields]\nn = "sum"\nl = "union"\nm = "max"\n"o.x" = "mine"\n',
    },
  },
};

/** mulberry32 */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

class Play {
  private readonly random: () => number;
  private made = 0;

  constructor(seed: number) {
    this.random = dice(seed);
  }

  below(end: number): number {
    return Math.floor(this.random() * end);
  }

  oneOf<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  private maybe(odds: number, members: JsonObject): JsonObject {
    return this.random() < odds ? members : {};
  }

  private value(): JsonValue {
    return this.oneOf<() => JsonValue>([
      () => this.below(4),
      () => this.below(4) + 0.5,
      () => this.oneOf(['a', 'B', 'é', '😀', '\uffee', '']),
      () => null,
      () => this.random() < 0.5,
      () => Array.from({ length: this.below(3) }, () => this.below(3)),
      () => ({ x: this.below(3), ...this.maybe(0.5, { y: this.below(3) }) }),
    ])();
  }

  private path(): string {
    return this.oneOf(['n', 'l', 'm', 'o', 'o.x', 'o.y', 't', 'u']);
  }

  private set(): JsonObject {
    const paths = this.oneOf([['n'], ['l', 'm'], ['o'], ['o.x', 'o.y'], ['t', 'o.x'], ['u'], ['m', 't']]);
    return Object.fromEntries(paths.map((path) => [path, this.value()]));
  }

  private key(): JsonObject {
    return { entityType: 'Thing', entityId: this.oneOf(['1', '2', '3']) };
  }

  private filter(): JsonObject {
    const compare = this.oneOf(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte']);
    const scalar = this.oneOf<JsonValue>([0, 1, 2.5, 'B', 'é', '\uffee', null, true]);
    const one = { [this.oneOf(['n', 'm', 't', 'o.x', '$id', '$version'])]: { [compare]: scalar } };
    return this.oneOf([one, { $not: one }, { $or: [one, { l: { $contains: 1 } }] }]);
  }

  private operation(): JsonObject {
    const baseVersion = 1 + this.below(12);
    const strategy = this.maybe(0.7, { strategy: this.oneOf(['merge', 'merge', 'reject', 'latest-wins']) });
    const more = { ...strategy, ...this.maybe(0.2, { guard: this.filter() }), ...this.maybe(0.2, { return: 'after' }) };
    const kind = this.below(20);
    if (kind < 3) return { op: 'create', ...this.key(), data: this.set() };
    if (kind < 4) return { op: 'delete', ...this.key(), baseVersion, ...more };
    if (kind < 6) return { op: 'restore', ...this.key(), baseVersion, toVersion: 1 + this.below(10), ...more };
    if (kind < 8) {
      const where = { where: this.filter(), ...this.maybe(0.7, { sort: this.oneOf(['-n', 't,-m', '$version']) }) };
      return { op: 'update', entityType: 'Thing', ...where, increment: { n: 1 } };
    }
    if (kind < 10)
      return { op: 'update', ...this.key(), ...more, append: { l: [this.below(3)] }, increment: { n: 1.5 } };
    if (kind < 11) return { op: 'update', ...this.key(), ...more, remove: { l: [1] } };
    if (kind < 13) return { op: 'update', ...this.key(), baseVersion, ...more, unset: [this.path()] };
    return { op: 'update', ...this.key(), baseVersion, ...more, set: this.set() };
  }

  /** What somebody asks for next. */
  request(): JsonObject {
    const kind = this.below(20);
    if (kind < 1) {
      const sort = this.oneOf(['', 'n', '-t', 'm,-o.x']);
      return { type: 'list', entityType: 'Thing', filter: this.filter(), sort, limit: 2, count: true };
    }
    if (kind < 2)
      return { type: 'history', entityType: 'Thing', limit: 3, ...this.maybe(0.5, { after: this.below(30) }) };
    if (kind < 3)
      return { type: 'lock', ...this.key(), ...this.maybe(0.7, { field: this.path() }), steal: this.below(2) === 1 };
    if (kind < 4) return { type: 'unlock', ...this.key(), field: this.path(), fence: 1 + this.below(5) };
    if (kind < 5) return { type: 'get', ...this.key(), version: 1 + this.below(9) };
    const subscription = this.below(3);
    if (kind < 6) return { type: 'unsubscribe', subscription };
    if (kind < 8) return { type: 'subscribe', subscription, entityType: 'Thing', filter: this.filter(), sort: '-m' };
    const ops = this.below(6) === 0 ? [this.operation(), this.operation()] : [this.operation()];
    return { type: 'mutate', mutationId: `m${++this.made}`, ops };
  }
}

type Record = ReturnType<Stage['record']>;

async function played(seed: number, target: Target): Promise<Record> {
  const play = new Play(seed);
  const stage = new Stage(target);
  try {
    const people: Person[] = [await stage.enter('ann'), await stage.enter('ben')];
    await people[1]?.ask({ type: 'subscribe', subscription: 9, entityType: 'Thing' });
    for (let step = 0; step < STEPS; ++step) {
      await play.oneOf(people).ask(play.request());
      await stage.settle();
    }
    return stage.record();
  } finally {
    await stage.end();
  }
}

describe.skipIf(!binary)('Chance edits are told alike by the fake server and a real one', () => {
  it.each(Array.from({ length: RUNS }, (_, run) => first + run))('seed %d', { timeout: 60_000 }, async (seed) => {
    const fake = await played(seed, fakeTarget(CONFIGURATION));
    const real = await played(seed, await realTarget(binary ?? '', CONFIGURATION));
    // The first difference alone: what follows from it says nothing.
    for (const [who, heard] of Object.entries(real))
      for (const [i, message] of heard.entries())
        expect(fake[who]?.[i], `COTERIE_SEED=${seed}, ${who}, message ${i}`).toEqual(message);
    expect(fake).toEqual(real);
  });
});
