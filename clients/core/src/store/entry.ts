// One record, once, whatever rooms it is in: what is confirmed of it, and the edits of this client that lie over it.
import { overlay, parseFilter, type Entity, type JsonObject, type MutationOperation } from '@coterie/protocol';
import type { LastChange, Shown } from '../api/records.js';
import { keyOf } from '../base/base.js';

/** One operation of an edit that is not confirmed, as it lies over its record. */
export interface Overlay {
  readonly op: MutationOperation;
  readonly stamps: { userId: string; now: string };
}

/** What holds a record in memory. */
export interface Holder {
  readonly isLive: boolean;
}

export class RecordEntry {
  readonly key: string;
  confirmed: Entity | null = null;
  /** The newest that has been told of, a deletion too; 0: nothing is known. */
  version = 0;
  /** Of an event that could not be applied: the record is being asked for. */
  heardOf = 0;
  lastChange: LastChange | null = null;
  readonly holders = new Set<Holder>();
  readonly overlays: Overlay[] = [];
  private kept: { shown: Shown | null } | null = null;

  constructor(
    readonly entityType: string,
    readonly entityId: string,
  ) {
    this.key = keyOf(entityType, entityId);
  }

  get isIdle(): boolean {
    return this.holders.size === 0 && this.overlays.length === 0;
  }

  /** Confirmed state and pending edits together; the same object until one of them changes. */
  shown(): Shown | null {
    this.kept ??= { shown: this.work() };
    return this.kept.shown;
  }

  /** Whether an edit that waits makes this record: its version is not known yet. */
  get isBeingCreated(): boolean {
    return this.overlays.some((over) => over.op.op === 'create');
  }

  changed(): void {
    this.kept = null;
  }

  private work(): Shown | null {
    let data: JsonObject | null = this.confirmed?.data ?? null;
    for (const over of this.overlays) if (this.passes(over, data)) data = overlay(data, over.op, over.stamps);
    if (data === null) return null;
    return { ...(this.confirmed ?? this.invented()), data, pending: this.overlays.length > 0 };
  }

  /** A guard that does not hold on what is shown will hardly hold at the server: its edit is not shown. */
  private passes({ op }: Overlay, data: JsonObject | null): boolean {
    if (op.op === 'create' || !op.guard || data === null) return true;
    try {
      return parseFilter(op.guard)({ ...(this.confirmed ?? this.invented()), data });
    } catch {
      return false;
    }
  }

  /** The metadata of a record that is not at the server yet. */
  private invented(): Entity {
    const { now, userId } = this.overlays[0]?.stamps ?? { now: '', userId: '' };
    const { entityType, entityId } = this;
    return {
      entityType,
      entityId,
      version: 0,
      data: {},
      createdAt: now,
      createdBy: userId,
      updatedAt: now,
      updatedBy: userId,
    };
  }
}
