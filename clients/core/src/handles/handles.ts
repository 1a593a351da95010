// The same name gives the same handle for as long as somebody holds it, so that a screen may ask for it each time it
// is drawn. Handles that nobody holds are let go.
import { contentText } from '@coterie/protocol';
import type { ListOptions } from '../api/records.js';
import { keyOf } from '../base/base.js';
import type { Core } from './core.js';
import { LiveList } from './listHandle.js';
import { LiveRecord } from './recordHandle.js';

const SWEEP_AT = 1000;

class Kept<T extends object> {
  private readonly map = new Map<string, WeakRef<T>>();
  private sweepAt = SWEEP_AT;

  get(key: string, make: () => T): T {
    const known = this.map.get(key)?.deref();
    if (known) return known;
    if (this.map.size >= this.sweepAt) this.sweep();
    const made = make();
    this.map.set(key, new WeakRef(made));
    return made;
  }

  private sweep(): void {
    for (const [key, ref] of this.map) if (!ref.deref()) this.map.delete(key);
    this.sweepAt = Math.max(SWEEP_AT, this.map.size * 2);
  }
}

export class Handles {
  private readonly records = new Kept<LiveRecord>();
  private readonly lists = new Kept<LiveList>();

  constructor(private readonly core: Core) {}

  record(entityType: string, entityId: string): LiveRecord {
    return this.records.get(keyOf(entityType, entityId), () => new LiveRecord(this.core, entityType, entityId));
  }

  list(entityType: string, options: ListOptions): LiveList {
    const { filter, sort, search, pageSize, hold } = options;
    const key = [entityType, filter ?? null, sort ?? '', search ?? null, pageSize ?? null, hold ?? false];
    return this.lists.get(contentText(key), () => new LiveList(this.core, entityType, options));
  }
}
