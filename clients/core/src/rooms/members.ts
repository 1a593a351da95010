// The records of a room in its order, as they are shown: pending edits move a row at once. What has changed is put in
// place again when the list is asked for, so that a busy room costs its changes and not its size.
import { comparePlaces, parseSort, placeOf, type SortKey, type SortPlace } from '@coterie/protocol';
import type { Shown } from '../api/records.js';
import type { RecordEntry } from '../store/entry.js';

/** Beyond so many changes, sorting all is quicker than putting each in its place. */
const MANY = 64;

export class Members {
  private readonly held = new Map<string, RecordEntry>();
  private readonly keys: SortKey[];
  /** Of a search without a sort: the server's order. */
  private readonly ranks: Map<string, number> | null;
  private readonly touched = new Set<RecordEntry>();
  /** Shown here by an edit that is not confirmed yet. */
  private readonly guests = new Set<RecordEntry>();
  private order: RecordEntry[] = [];
  private kept: readonly Shown[] | null = null;

  /** `shows`: whether a record is to be seen in the list now. Throws a Refusal for a sort that is none. */
  constructor(
    sort: string | undefined,
    private readonly shows: (entry: RecordEntry) => boolean,
    ranked: boolean,
  ) {
    this.keys = parseSort(sort ?? '');
    this.ranks = ranked ? new Map() : null;
  }

  has(entry: RecordEntry): boolean {
    return this.held.has(entry.entityId);
  }

  /** Whether a change of it may be seen here. */
  concerns(entry: RecordEntry): boolean {
    return this.has(entry) || entry.overlays.length > 0 || this.guests.has(entry);
  }

  get size(): number {
    return this.held.size;
  }

  all(): RecordEntry[] {
    return [...this.held.values()];
  }

  add(entry: RecordEntry): void {
    this.held.set(entry.entityId, entry);
    if (this.ranks && !this.ranks.has(entry.entityId)) this.ranks.set(entry.entityId, this.ranks.size);
    this.touch(entry);
  }

  /** They come in the order in which they are added from now on. */
  rankAnew(): void {
    this.ranks?.clear();
    this.touchAll();
  }

  remove(entry: RecordEntry): void {
    this.held.delete(entry.entityId);
    this.ranks?.delete(entry.entityId);
    this.touch(entry);
  }

  touch(entry: RecordEntry): void {
    this.kept = null;
    this.touched.add(entry);
  }

  touchAll(): void {
    this.kept = null;
    for (const entry of [...this.order, ...this.held.values()]) this.touched.add(entry);
  }

  items(): readonly Shown[] {
    this.kept ??= this.arranged().flatMap((entry) => entry.shown() ?? []);
    return this.kept;
  }

  place(shown: Shown | NonNullable<RecordEntry['confirmed']>): SortPlace {
    return placeOf(this.keys, shown);
  }

  compare(a: SortPlace, b: SortPlace): number {
    return comparePlaces(this.keys, a, b);
  }

  /** Whether a change of these paths may move a record. */
  sortsBy(paths: readonly string[]): boolean {
    return this.keys.some(
      ({ name }) =>
        (name[0] === '$' && name !== '$id') ||
        paths.some((path) => path === name || path.startsWith(`${name}.`) || name.startsWith(`${path}.`)),
    );
  }

  private arranged(): RecordEntry[] {
    if (this.touched.size === 0) return this.order;
    const rest = this.order.filter((entry) => !this.touched.has(entry));
    const moved = [...this.touched].filter((entry) => entry.shown() && this.shows(entry));
    for (const entry of this.touched) this.guests.delete(entry);
    for (const entry of moved) if (!this.has(entry)) this.guests.add(entry);
    this.touched.clear();
    if (moved.length > MANY) rest.push(...moved);
    else for (const entry of moved) rest.splice(this.indexFor(rest, entry), 0, entry);
    if (moved.length > MANY) this.sort(rest);
    this.order = rest;
    return rest;
  }

  private sort(entries: RecordEntry[]): void {
    const places = new Map(entries.map((entry) => [entry, this.placeOfEntry(entry)]));
    const none: SortPlace = { values: [], id: '' };
    entries.sort((a, b) => this.compare(places.get(a) ?? none, places.get(b) ?? none));
  }

  private indexFor(entries: readonly RecordEntry[], entry: RecordEntry): number {
    const place = this.placeOfEntry(entry);
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = entries[middle];
      if (other && this.compare(this.placeOfEntry(other), place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private placeOfEntry(entry: RecordEntry): SortPlace {
    const id = entry.entityId;
    if (this.ranks && this.keys.length === 0)
      return { values: [], id: String(this.ranks.get(id) ?? Number.MAX_SAFE_INTEGER).padStart(16, '0') };
    const shown = entry.shown();
    return shown ? this.place(shown) : { values: [], id };
  }
}
