// The records, the log and what is remembered of mutations. It outlives `kill` and `restart`, as a disk does.
import {
  compareBy,
  comparePlaces,
  parseSort,
  placeOf,
  Refusal,
  type Committed,
  type Entity,
  type JsonValue,
  type Matches,
  type Position,
  type SortPlace,
} from '@coterie/protocol';
import { keyOf, type Head, type Logged } from './model.js';

export interface PageQuery {
  entityType: string;
  entityId?: string;
  matches: Matches;
  sort: string;
  limit: number;
  cursor?: string;
}

export interface Page {
  entities: Entity[];
  cursor?: string;
}

/** What a mutation is about to write: seen by its later operations, by nobody else until it is committed. */
export class Draft {
  readonly heads = new Map<string, Head>();
  readonly events: Logged[] = [];
  readonly sequences = new Map<string, number>();

  constructor(private readonly store: Store) {}

  get seq(): number {
    return this.store.seq + 1;
  }

  head(key: string): Head | undefined {
    return this.heads.get(key) ?? this.store.heads.get(key);
  }

  touched(key: string): boolean {
    return this.heads.has(key);
  }

  live(entityType: string): Head[] {
    const all = new Map([...this.store.heads, ...this.heads]);
    return [...all.values()].filter((head) => !head.deleted && head.entity.entityType === entityType);
  }

  nextNumber(sequence: string): number {
    const next = (this.sequences.get(sequence) ?? this.store.sequences.get(sequence) ?? 0) + 1;
    this.sequences.set(sequence, next);
    return next;
  }

  put(head: Head, logged: Logged): void {
    this.heads.set(keyOf(head.entity), head);
    this.events.push(logged);
  }

  /** The events of a record after a version, of this draft too. */
  since(key: string, version: number): Logged[] {
    const own = this.events.filter(({ event }) => keyOf(event) === key);
    return [...this.store.past(key), ...own].filter(({ event }) => event.version > version);
  }
}

export class Store {
  epoch = 'fake-1';
  seq = 0;
  /** Events up to here are gone: a position before it is `trimmed`. */
  floor = 0;
  readonly heads = new Map<string, Head>();
  readonly log: Logged[] = [];
  readonly sequences = new Map<string, number>();
  readonly answers = new Map<string, { content: string; answer: Committed }>();
  private readonly byRecord = new Map<string, Logged[]>();

  position(rights = ''): Position {
    return { epoch: this.epoch, seq: this.seq, ...(rights ? { rights } : {}) };
  }

  past(key: string): readonly Logged[] {
    return this.byRecord.get(key) ?? [];
  }

  /** The live records of a type, or of all. */
  live(entityType?: string): Entity[] {
    return [...this.heads.values()]
      .filter((head) => !head.deleted && (entityType === undefined || head.entity.entityType === entityType))
      .map((head) => head.entity);
  }

  find(key: string): Entity | undefined {
    const head = this.heads.get(key);
    return head && !head.deleted ? head.entity : undefined;
  }

  /** How a record stood at a version; undefined where it was not there. */
  at(key: string, version: number): Entity | undefined {
    return this.past(key).find(({ event }) => event.version === version)?.after ?? undefined;
  }

  /** The same records, to try something on; what was answered before is left out. */
  copy(): Store {
    const copy = new Store();
    Object.assign(copy, { epoch: this.epoch, seq: this.seq, floor: this.floor });
    for (const [key, head] of this.heads) copy.heads.set(key, head);
    for (const [key, past] of this.byRecord) copy.byRecord.set(key, past);
    for (const [sequence, number] of this.sequences) copy.sequences.set(sequence, number);
    return copy;
  }

  commit(draft: Draft): void {
    if (draft.events.length > 0) ++this.seq;
    for (const [key, head] of draft.heads) this.heads.set(key, head);
    for (const [sequence, number] of draft.sequences) this.sequences.set(sequence, number);
    for (const logged of draft.events) {
      const key = keyOf(logged.event);
      this.log.push(logged);
      this.byRecord.set(key, [...this.past(key), logged]);
    }
  }

  page(query: PageQuery): Page {
    const keys = parseSort(query.sort);
    const after = query.cursor === undefined ? undefined : readCursor(query.sort, query.cursor);
    const found = this.live(query.entityType)
      .filter((entity) => query.entityId === undefined || entity.entityId === query.entityId)
      .filter(query.matches)
      .filter((entity) => !after || comparePlaces(keys, placeOf(keys, entity), after) > 0)
      .sort(compareBy(keys));
    const entities = found.slice(0, query.limit);
    const last = entities.at(-1);
    if (!last || found.length <= query.limit) return { entities };
    return { entities, cursor: writeCursor(query.sort, placeOf(keys, last)) };
  }
}

// ---- cursors: the place after which the next page begins, bound to its sort ----

function writeCursor(sort: string, place: SortPlace): string {
  const values = place.values.map((value) => (typeof value === 'object' && value !== null ? [] : (value ?? null)));
  return encodeURIComponent(JSON.stringify({ sort, values, id: place.id }));
}

function readCursor(sort: string, cursor: string): SortPlace {
  try {
    const read = JSON.parse(decodeURIComponent(cursor)) as { sort: string; values: JsonValue[]; id: string };
    if (read.sort === sort) return { values: read.values, id: read.id };
  } catch {
    // Refused below, as one of another sort is.
  }
  throw new Refusal(
    'bad_request',
    'The cursor is not of this list; ask for the first page, without a cursor.',
    'cursor',
  );
}
