// Takes the members of a request one by one, checks their types, and at the end refuses what nobody asked for: an old
// server must not do half of what a newer client means. Every refusal is thrown, and names the member.
import { isObject, member } from '../document.js';
import type { EntityKey } from '../entity.js';
import type { JsonObject, JsonValue } from '../json.js';
import { Refusal } from '../refusal.js';
import { isEntityId, isEntityType } from './names.js';

export const MOST_INTEGER = Number.MAX_SAFE_INTEGER;

export function bad(message: string, name = ''): Refusal {
  return new Refusal('bad_request', message, name);
}

export function badName(message: string, name = ''): Refusal {
  return new Refusal('bad_name', message, name);
}

export function isIntegerIn(value: JsonValue | undefined, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

export class ObjectReader {
  private readonly taken = new Set<string>();

  constructor(private readonly object: JsonObject) {}

  /** The member, or undefined. */
  take(name: string): JsonValue | undefined {
    this.taken.add(name);
    return member(this.object, name);
  }

  need(name: string): JsonValue {
    const value = this.take(name);
    if (value === undefined) throw bad(`\`${name}\` is missing.`, name);
    return value;
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw bad(`\`${name}\` has to be a text.`, name);
  }

  boolean(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw bad(`\`${name}\` has to be true or false.`, name);
  }

  integer(name: string, least: number, most = MOST_INTEGER): number | undefined {
    const value = this.take(name);
    if (value === undefined || isIntegerIn(value, least, most)) return value;
    const range = most === MOST_INTEGER ? `${least} or more` : `${least} to ${most}`;
    throw bad(`\`${name}\` has to be an integer, ${range}.`, name);
  }

  objectAt(name: string): JsonObject | undefined {
    const value = this.take(name);
    if (value === undefined || isObject(value)) return value;
    throw bad(`\`${name}\` has to be an object.`, name);
  }

  list(name: string): JsonValue[] | undefined {
    const value = this.take(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw bad(`\`${name}\` has to be a list.`, name);
  }

  neededText(name: string): string {
    this.need(name);
    return this.text(name) ?? '';
  }

  neededInteger(name: string, least: number, most = MOST_INTEGER): number {
    this.need(name);
    return this.integer(name, least, most) ?? 0;
  }

  neededObject(name: string): JsonObject {
    this.need(name);
    return this.objectAt(name) ?? {};
  }

  neededList(name: string): JsonValue[] {
    this.need(name);
    return this.list(name) ?? [];
  }

  /** One of these words. */
  oneOf<T extends string>(name: string, known: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = known.find((word) => word === text);
    if (found === undefined) throw bad(`\`${name}\` is ${known.join(' or ')}.`, name);
    return found;
  }

  entityType(): string | undefined {
    const type = this.text('entityType');
    if (type !== undefined && !isEntityType(type))
      throw badName('An entity type is a letter, then up to 63 letters, digits or _.', 'entityType');
    return type;
  }

  entityId(): string | undefined {
    const id = this.text('entityId');
    if (id !== undefined && !isEntityId(id))
      throw badName('An entity id is a letter or digit, then up to 127 of A-Z a-z 0-9 . _ : ~ -.', 'entityId');
    return id;
  }

  neededType(): string {
    this.need('entityType');
    return this.entityType() ?? '';
  }

  neededKey(): EntityKey {
    const entityType = this.neededType();
    this.need('entityId');
    return { entityType, entityId: this.entityId() ?? '' };
  }

  /** Refuses members that were not asked for. */
  finish(what: string): void {
    for (const name of Object.keys(this.object))
      if (!this.taken.has(name))
        throw bad(`\`${name}\` is not a member of ${what}, and what is not known is refused.`, name);
  }
}

/** The members that are there: what is undefined, or said by default, is left out. */
export function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
