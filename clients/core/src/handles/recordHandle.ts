// One record, for an application. A name for state that lives in the client: any number of them show the same.
import {
  overlaps,
  type Changes,
  type Entity,
  type JsonObject,
  type JsonValue,
  type PastEvent,
} from '@coterie/protocol';
import type { MutationResult, Result } from '../api/outcome.js';
import type {
  Draft,
  DraftOptions,
  EditOptions,
  LockResult,
  RecordHandle,
  RecordState,
  RecordStatus,
} from '../api/records.js';
import { ask, keyOf } from '../base/base.js';
import { Source } from '../base/batch.js';
import { given } from '../base/given.js';
import { RecordDraft } from '../draft/draft.js';
import type { ActiveDraft, DraftRecord } from '../draft/draftRecord.js';
import type { Room } from '../rooms/room.js';
import { addTo, takeFrom, type Core, type RecordView } from './core.js';

export class LiveRecord extends Source<RecordState> implements RecordHandle {
  readonly key: string;
  private held: Room | null = null;

  constructor(
    private readonly core: Core,
    readonly entityType: string,
    readonly entityId: string,
  ) {
    super(
      core.base.batch,
      () => this.state(),
      (by) => this.watch(by),
    );
    this.key = keyOf(entityType, entityId);
  }

  private watch(by: boolean): void {
    if (by) this.held = enter(this.core, this, this);
    else if (this.held) leave(this.core, this, this, this.held);
  }

  private get room(): Room | undefined {
    return this.core.rooms.find(this);
  }

  private get entry() {
    return this.core.store.find(this.entityType, this.entityId);
  }

  private state(): RecordState {
    const { room, entry } = this;
    const entity = room?.status === 'denied' ? null : (entry?.shown() ?? null);
    const session = this.core.base.link.welcome()?.sessionId;
    return given({
      status: this.status(room, entity !== null),
      entity,
      data: entity?.data ?? null,
      version: entry?.confirmed?.version ?? 0,
      lastChange: entity ? (entry?.lastChange ?? null) : null,
      locks: [...(room?.locks.values() ?? [])],
      others: [...(room?.presence.values() ?? [])].filter((present) => present.sessionId !== session),
      message: room?.message ?? undefined,
    });
  }

  private status(room: Room | undefined, isShown: boolean): RecordStatus {
    const status = room?.status ?? 'loading';
    if (status === 'denied' || status === 'error') return status;
    if (!isShown) return status === 'live' ? 'gone' : 'loading';
    const lives = [...(this.entry?.holders ?? [])].some((holder) => holder.isLive);
    return status === 'live' || lives ? 'live' : 'stale';
  }

  // ---- edits ----

  update(changes: Changes, options: EditOptions = {}): Promise<MutationResult> {
    const { entityType, entityId } = this;
    const { baseVersion, guard, strategy, onConflict } = options;
    const rests = given({ baseVersion, guard, strategy });
    const op = { op: 'update' as const, entityType, entityId, ...changes, ...rests };
    return this.core.outbox.submit([op], given({ onConflict })).result;
  }

  set(fields: { [path: string]: JsonValue }, options?: EditOptions): Promise<MutationResult> {
    return this.update({ set: fields }, options);
  }

  delete(options: EditOptions = {}): Promise<MutationResult> {
    return this.whole({ op: 'delete' }, options);
  }

  restore(toVersion: number, options: EditOptions = {}): Promise<MutationResult> {
    return this.whole({ op: 'restore', toVersion }, options);
  }

  private whole(
    what: { op: 'delete' } | { op: 'restore'; toVersion: number },
    { baseVersion, guard, strategy, onConflict }: EditOptions,
  ): Promise<MutationResult> {
    const { entityType, entityId } = this;
    // Of a record that is gone, the version of its deletion.
    const rests = baseVersion ?? this.core.outbox.shownVersion(entityType, entityId) ?? this.entry?.version ?? 0;
    const op = { ...what, entityType, entityId, baseVersion: rests, ...given({ guard, strategy }) };
    return this.core.outbox.submit([op], given({ onConflict })).result;
  }

  draft(options: DraftOptions = {}): Draft {
    return new RecordDraft(draftRecord(this.core, this), options);
  }

  // ---- who is here ----

  lock(field?: string, options: { steal?: boolean; ttlMs?: number } = {}): Promise<LockResult> {
    return this.core.locks.take(this, field, options);
  }

  present(state: JsonObject | null): void {
    this.core.base.batch.run(() => this.core.presence.say(this, state));
  }

  signal(name: string, data: JsonValue): Promise<Result<object>> {
    return this.core.signals.send(this.room, name, data);
  }

  onSignal(listener: Parameters<RecordHandle['onSignal']>[0]): () => void {
    return this.core.signals.listen(this, listener);
  }

  // ---- what was ----

  async history(
    options: { before?: number; limit?: number } = {},
  ): Promise<Result<{ events: PastEvent[]; next?: number }>> {
    const { entityType, entityId } = this;
    const told = await ask(this.core.base, 'history', { entityType, entityId, ...options }, 'events');
    if (!told.ok) return told;
    const { events, next } = told.answer;
    return given({ ok: true as const, events, next });
  }

  async at(version: number): Promise<Result<{ entity: Entity }>> {
    const { entityType, entityId } = this;
    const told = await ask(this.core.base, 'get', { entityType, entityId, version }, 'entity');
    if (!told.ok) return told;
    const { id: _, type: __, position: ___, ...entity } = told.answer;
    return { ok: true, entity };
  }
}

function enter(core: Core, { key, entityType, entityId }: LiveRecord, view: RecordView): Room {
  const room = core.rooms.hold({ entityType, entityId });
  room.views.add(view);
  addTo(core.recordViews, key, view);
  return room;
}

function leave(core: Core, { key }: LiveRecord, view: RecordView, room: Room): void {
  room.views.delete(view);
  takeFrom(core.recordViews, key, view);
  core.rooms.release(room);
}

/** A record as its drafts see it. */
function draftRecord(core: Core, record: LiveRecord): DraftRecord {
  const { entityType, entityId, key } = record;
  const entry = () => core.store.find(entityType, entityId);
  const rooms = new Map<ActiveDraft, Room>();
  return {
    key,
    base: core.base,
    get isConnected() {
      return core.rooms.connected;
    },
    shown: () => entry()?.shown() ?? null,
    confirmed: () => entry()?.confirmed ?? null,
    shownVersion: () => core.outbox.shownVersion(entityType, entityId),
    lockedBy(path) {
      const session = core.base.link.welcome()?.sessionId;
      for (const lock of core.rooms.find(record)?.locks.values() ?? [])
        if (lock.holder.sessionId !== session && (lock.field === undefined || overlaps(lock.field, path)))
          return lock.holder;
      return null;
    },
    lock: (field) => record.lock(field),
    operation: (baseVersion) => ({ op: 'update', entityType, entityId, baseVersion }),
    submit: (op) => core.outbox.submit([op]),
    written: () => core.outbox.written(),
    conflict: (conflict) => core.outbox.attention.conflict(conflict),
    onConflicts: (listener) => core.outbox.attention.conflicts.subscribe(listener),
    enter(draft) {
      core.drafts.add(draft);
      rooms.set(draft, enter(core, record, draft));
    },
    leave(draft) {
      const room = rooms.get(draft);
      if (!room) return;
      rooms.delete(draft);
      core.drafts.delete(draft);
      leave(core, record, draft, room);
    },
  };
}
