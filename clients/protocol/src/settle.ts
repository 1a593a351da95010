// How a type settles the fields that two people changed at once. `merge` finds the clashes; a policy, configured for a
// path and all below it, says what becomes of one. A policy that does not fit the values leaves the clash.
import type { Verdict } from './answers.js';
import { contentText, getAt, isObject, putMember, sameValue } from './document.js';
import type { JsonObject, JsonValue } from './json.js';
import { above, merge, placed, type Merge } from './merge.js';
import { compareText, compareValues } from './order.js';

export type ClashPolicy = 'ask' | 'latest' | 'mine' | 'theirs' | 'sum' | 'max' | 'union';
/** Path to policy. */
export type ClashPolicies = { readonly [path: string]: ClashPolicy };

interface Sides {
  base: JsonValue | undefined;
  current: JsonValue | undefined;
  yours: JsonValue | undefined;
}

function policyOf(policies: ClashPolicies, path: string): ClashPolicy {
  for (const at of [path, ...above(path).reverse()]) if (Object.hasOwn(policies, at)) return policies[at] ?? 'ask';
  return 'ask';
}

function anyBelow(policies: ClashPolicies, path: string): boolean {
  return Object.keys(policies).some((at) => at.startsWith(`${path}.`));
}

const oneSideWins = (policy: ClashPolicy) => policy === 'latest' || policy === 'mine' || policy === 'theirs';
const nothing = (value: JsonValue | undefined) => value === undefined || value === null;

/** The base and what each side added to it. Exact in whole numbers: the sum of three may lie beyond 2^53 on its way. */
function sumOf({ base, current, yours }: Sides): number | undefined {
  if (typeof current !== 'number' || typeof yours !== 'number') return undefined;
  if (!nothing(base) && typeof base !== 'number') return undefined;
  const from = typeof base === 'number' ? base : 0;
  const whole = [from, current, yours].every(Number.isInteger);
  const sum = whole ? Number(BigInt(current) + BigInt(yours) - BigInt(from)) : current + yours - from;
  return Math.abs(sum) <= Number.MAX_SAFE_INTEGER ? sum : undefined;
}

/** In the order of the current list, without what you took out, then what you added; each item once. */
function unionOf({ base, current, yours }: Sides): JsonValue[] | undefined {
  if (!Array.isArray(current) || !Array.isArray(yours) || !(nothing(base) || Array.isArray(base))) return undefined;
  const before = new Set((Array.isArray(base) ? base : []).map(contentText));
  const wanted = new Set(yours.map(contentText));
  const kept = new Map<string, JsonValue>();
  const keep = (item: JsonValue, key: string) => kept.has(key) || kept.set(key, item);
  for (const item of current) {
    const key = contentText(item);
    if (!before.has(key) || wanted.has(key)) keep(item, key);
  }
  for (const item of yours) {
    const key = contentText(item);
    if (!before.has(key)) keep(item, key);
  }
  return [...kept.values()];
}

/** One merge being settled: of whole documents, or of objects at a path within them (`at`, with its dot). */
class Settlement {
  private readonly merge: Merge;

  constructor(
    private readonly at: string,
    private readonly base: JsonObject,
    private readonly current: JsonObject,
    private readonly yours: JsonObject,
    private readonly policies: ClashPolicies,
  ) {
    this.merge = merge(base, current, yours);
  }

  run(): Merge {
    const paths = Object.keys(this.merge.fields).sort(compareText);
    for (const path of paths) if (this.merge.fields[path] === 'same') this.settleSame(path);
    if (this.merge.clashes) this.settleClashes(paths.filter((path) => this.merge.fields[path] === 'clash'));
    this.merge.theirs.sort(compareText);
    return this.merge;
  }

  private policy(path: string): ClashPolicy {
    return policyOf(this.policies, this.at + path);
  }

  private sides(path: string): Sides {
    return { base: getAt(this.base, path), current: getAt(this.current, path), yours: getAt(this.yours, path) };
  }

  private judge(path: string, verdict: Verdict): void {
    putMember(this.merge.fields as JsonObject, path, verdict);
  }

  private put(path: string, value: JsonValue | undefined): void {
    this.merge.merged = placed(this.merge.merged, path, value);
  }

  /** Both having added the same number are two additions, wherever in an object they stand. */
  private settleSame(path: string): void {
    const sides = this.sides(path);
    const sum = this.policy(path) === 'sum' ? sumOf(sides) : undefined;
    if (sum !== undefined) this.combine(path, sum);
    else if (isObject(sides.current) && anyBelow(this.policies, this.at + path)) this.settleInside(path, sides);
  }

  /** A clash may lie in parts: one side changed a whole, the other what is in it. They are settled together. */
  private settleClashes(paths: readonly string[]): void {
    const groups = new Map<string, string[]>();
    for (const path of paths) {
      const whole = above(path).find((parent) => paths.includes(parent)) ?? path;
      groups.set(whole, [...(groups.get(whole) ?? []), path]);
    }
    let clashes = false;
    for (const [whole, parts] of groups) if (!this.settleGroup(whole, parts)) clashes = true;
    this.merge.clashes = clashes;
  }

  private settleGroup(whole: string, paths: readonly string[]): boolean {
    const policy = this.policy(whole);
    if (paths.length === 1) return this.settleField(whole, policy);
    if (!oneSideWins(policy) || paths.some((path) => this.policy(path) !== policy)) return false;
    for (const path of paths) this.judge(path, policy === 'theirs' ? 'theirs' : 'yours');
    this.chooseSide(whole, policy);
    return true;
  }

  private settleField(path: string, policy: ClashPolicy): boolean {
    const sides = this.sides(path);
    if (isObject(sides.current) && isObject(sides.yours) && anyBelow(this.policies, this.at + path))
      return this.settleInside(path, sides);
    if (oneSideWins(policy)) {
      this.judge(path, policy === 'theirs' ? 'theirs' : 'yours');
      this.chooseSide(path, policy);
      return true;
    }
    if (policy === 'max') return this.settleMax(path, sides);
    const both = policy === 'sum' ? sumOf(sides) : policy === 'union' ? unionOf(sides) : undefined;
    if (both !== undefined) this.combine(path, both);
    return both !== undefined;
  }

  /** Both made an object where none was: member by member, as if an empty one had been there. */
  private settleInside(path: string, { current, yours }: Sides): boolean {
    if (!isObject(current) || !isObject(yours)) return false;
    const inside = new Settlement(`${this.at}${path}.`, {}, current, yours, this.policies).run();
    if (inside.clashes) return false;
    if (!sameValue(inside.merged, current)) this.combine(path, inside.merged);
    else if (this.merge.fields[path] === 'clash') this.takeTheirs(path);
    this.merge.overridden.push(...inside.overridden.map((below) => `${path}.${below}`));
    return true;
  }

  private settleMax(path: string, { current, yours }: Sides): boolean {
    const kind = typeof current;
    if (kind !== typeof yours || (kind !== 'number' && kind !== 'string')) return false;
    if (compareValues(current, yours) < 0) {
      this.judge(path, 'yours');
      this.put(path, yours);
    } else this.takeTheirs(path);
    return true;
  }

  private chooseSide(path: string, policy: ClashPolicy): void {
    if (policy === 'theirs') {
      this.merge.theirs.push(path);
    } else {
      this.merge.overridden.push(path);
      this.put(path, getAt(this.yours, path));
    }
  }

  private takeTheirs(path: string): void {
    this.judge(path, 'theirs');
    this.merge.theirs.push(path);
  }

  private combine(path: string, both: JsonValue): void {
    this.judge(path, 'combined');
    this.merge.theirs.push(path);
    this.put(path, both);
  }
}

/** The merge, with the clashes settled that these policies settle. */
export function settle(base: JsonObject, current: JsonObject, yours: JsonObject, policies: ClashPolicies = {}): Merge {
  return new Settlement('', base, current, yours, policies).run();
}
