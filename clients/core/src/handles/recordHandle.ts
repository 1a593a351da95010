// One record, for an application. A name for state that lives in the client: any number of them show the same.
import {
  overlaps,
  type Changes,
  type Entity,
  type Holder,
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
import { NOT_SEEN } from '../queue/bases.js';
import { RecordDraft } from '../draft/draft.js';
import type { Room } from '../rooms/room.js';
import type { RecordEntry } from '../store/entry.js';
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
    if (by) this.held = this.enter(this);
    else if (this.held) this.leave(this, this.held);
  }

  /** The record is kept live, and the view told of its changes. */
  enter(view: RecordView): Room {
    const { entityType, entityId } = this;
    const room = this.core.rooms.hold({ entityType, entityId });
    room.views.add(view);
    addTo(this.core.recordViews, this.key, view);
    return room;
  }

  leave(view: RecordView, room: Room): void {
    room.views.delete(view);
    takeFrom(this.core.recordViews, this.key, view);
    this.core.rooms.release(room);
  }

  private get room(): Room | undefined {
    return this.core.rooms.find(this);
  }

  get entry(): RecordEntry | undefined {
    return this.core.store.find(this.entityType, this.entityId);
  }

  /** What an edit that begins now rests on. */
  get shownVersion(): number {
    return this.core.outbox.bases.of(this.entityType, this.entityId);
  }

  /** Who else holds the field, or the whole record. */
  lockedBy(path: string): Holder | undefined {
    const session = this.core.base.link.welcome()?.sessionId;
    const locks = [...(this.room?.locks.values() ?? [])];
    return locks.find(
      ({ holder, field }) => holder.sessionId !== session && (field === undefined || overlaps(field, path)),
    )?.holder;
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
    const shown = this.shownVersion;
    const rests = baseVersion ?? (shown === NOT_SEEN ? this.entry?.version || shown : shown);
    const op = { ...what, entityType, entityId, baseVersion: rests, ...given({ guard, strategy }) };
    return this.core.outbox.submit([op], given({ onConflict })).result;
  }

  draft(options: DraftOptions = {}): Draft {
    return new RecordDraft(this.core, this, options);
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
