// The fields of one record that are being edited: what was typed, what stood there when the edit began, and up to
// which version that is known to stand there still. A change of somebody else's is noted beside it, never put over it.
import { getAt, isObject, overlaps, placed, sameValue, type JsonObject, type JsonValue } from '@coterie/protocol';
import { NOT_SEEN } from '../queue/bases.js';

export interface Edit {
  value: JsonValue | undefined;
  /** What stood there. */
  origin: JsonValue | undefined;
  /** The newest version that is known to hold the origin; NOT_SEEN: the record was not known yet. */
  base: number;
  /** By the monotonic clock: when it began, and when it is to be sent. Infinity: it waits for a decision. */
  since: number;
  due: number;
  remote?: { value: JsonValue | undefined; userId: string };
  error?: string;
  /** Refused while somebody else held a lock of it. */
  isLockedOut?: boolean;
}

export interface Confirmed {
  data: JsonObject;
  version: number;
  updatedBy: string;
}

export class Edits {
  private readonly map = new Map<string, Edit>();

  get(path: string): Edit | undefined {
    return this.map.get(path);
  }

  get paths(): string[] {
    return [...this.map.keys()];
  }

  get size(): number {
    return this.map.size;
  }

  entries(): [string, Edit][] {
    return [...this.map];
  }

  /** The edit of that path, or of the whole that it lies in: then with the value put into that. */
  put(path: string, value: JsonValue | undefined, fresh: () => Edit): Edit {
    const above = this.paths.find((other) => path.startsWith(`${other}.`));
    const whole = above === undefined ? undefined : this.map.get(above);
    if (above !== undefined && whole && isObject(whole.value)) {
      whole.value = placed(whole.value, path.slice(above.length + 1), value);
      delete whole.error;
      return whole;
    }
    for (const other of this.paths) if (other !== path && overlaps(other, path)) this.map.delete(other);
    const edit = this.map.get(path) ?? fresh();
    edit.value = value;
    delete edit.error;
    this.map.set(path, edit);
    return edit;
  }

  /** Back where a newer edit does not stand already. */
  giveBack(path: string, edit: Edit): void {
    if (!this.paths.some((other) => overlaps(other, path))) this.map.set(path, edit);
  }

  take(path: string): void {
    this.map.delete(path);
  }

  clear(): void {
    this.map.clear();
  }

  /** The record as it would be with all of them. */
  over(data: JsonObject): JsonObject {
    for (const [path, { value }] of this.map) data = placed(data, path, value);
    return data;
  }

  overlapping(path: string): Edit | undefined {
    return this.map.get(path) ?? this.entries().find(([other]) => overlaps(other, path))?.[1];
  }

  /** The confirmed record has changed, by `userId`; `own`: by an edit of this draft. */
  compare(now: Confirmed, own: boolean): void {
    for (const [path, edit] of this.map) follow(path, edit, now, own);
  }
}

function follow(path: string, edit: Edit, now: Confirmed, own: boolean): void {
  const value = getAt(now.data, path);
  // What stands when it is first seen is what an edit that was begun before rests on.
  if ((own && !edit.remote) || edit.base === NOT_SEEN) edit.origin = value;
  if (sameValue(value, edit.origin)) {
    edit.base = now.version;
    delete edit.remote;
  } else if (!edit.remote || !sameValue(edit.remote.value, value)) edit.remote = { value, userId: now.updatedBy };
}
