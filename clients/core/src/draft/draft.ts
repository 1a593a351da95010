// An editing of one record. What is typed waits a moment, goes out by itself, and stays the user's own until it is
// saved: others' changes move the other fields only.
import {
  getAt,
  overlaps,
  placed,
  sameValue,
  type DataSyncEvent,
  type JsonObject,
  type JsonValue,
  type Strategy,
} from '@coterie/protocol';
import type { Draft, DraftField, DraftOptions, DraftState, HeldLock, SaveState } from '../api/records.js';
import type { Conflict, Decision, MutationResult } from '../api/outcome.js';
import { Alarm } from '../base/alarm.js';
import { failure } from '../base/base.js';
import { Source } from '../base/batch.js';
import { given } from '../base/given.js';
import { failed } from '../queue/attention.js';
import { changesOf } from '../queue/decision.js';
import type { Submitted } from '../queue/admission.js';
import type { Pending } from '../queue/pending.js';
import { Edits, type Edit } from './edits.js';
import type { ActiveDraft, Core } from '../handles/core.js';
import type { LiveRecord } from '../handles/recordHandle.js';
import type { Room } from '../rooms/room.js';

const DEBOUNCE_MS = 1000;
const MAX_WAIT_MS = 5000;
const MOST_UNDO = 50;
/** Between two tries of what was refused for a lock that is not seen here. */
const AGAIN_MS = 1000;

interface Flight {
  pending: Pending;
  edits: Map<string, Edit>;
}
type Values = Map<string, JsonValue | undefined>;

export class RecordDraft extends Source<DraftState> implements Draft, ActiveDraft {
  private readonly edits = new Edits();
  private readonly flights: Flight[] = [];
  private readonly saved: { before: Values; after: Values; version: number }[] = [];
  private readonly own = new Set<string>();
  private readonly locks = new Map<string, Promise<HeldLock | null>>();
  private readonly fields = new Map<string, DraftField>();
  private readonly alarm: Alarm;
  private conflictKey: string | null = null;
  private stopConflicts: (() => void) | null = null;
  private wasSaved = false;
  private message: string | null = null;
  /** While it is active. */
  private room: Room | null = null;
  private isClosed = false;

  constructor(
    private readonly core: Core,
    private readonly record: LiveRecord,
    private readonly options: DraftOptions,
  ) {
    super(
      core.base.batch,
      () => this.state(),
      () => this.settleActive(),
    );
    this.alarm = new Alarm(core.base, () => void this.sendDue(false));
  }

  get key(): string {
    return this.record.key;
  }

  /** Whether there is something that a page may not lose. */
  get isDirty(): boolean {
    return this.edits.size > 0;
  }

  field(path: string): DraftField {
    if (!this.isWatched) this.fields.clear();
    let field = this.fields.get(path);
    if (!field) this.fields.set(path, (field = this.fieldNow(path)));
    return field;
  }

  private fieldNow(path: string): DraftField {
    const { value } = this.get();
    const edit = this.edits.overlapping(path);
    const flying = this.flights.some(({ edits }) => [...edits.keys()].some((other) => overlaps(other, path)));
    return {
      value: getAt(value ?? this.typed(), path),
      dirty: edit !== undefined || flying,
      ...given({ remote: edit?.remote, lockedBy: this.record.lockedBy(path), error: edit?.error }),
    };
  }

  /** All there is to show before the record is there, or where it is not any more. */
  private typed(): JsonObject {
    let data: JsonObject = {};
    for (const { edits } of this.flights) for (const [path, { value }] of edits) data = placed(data, path, value);
    return this.edits.over(data);
  }

  private state(): DraftState {
    const shown = this.record.entry?.shown() ?? null;
    const dirty = new Set(this.edits.paths);
    for (const { edits } of this.flights) for (const path of edits.keys()) dirty.add(path);
    return given({
      value: shown && this.edits.over(shown.data),
      dirty: [...dirty],
      saveState: this.saveState(),
      conflict: this.conflict(),
      message: this.message ?? undefined,
    });
  }

  private saveState(): SaveState {
    if (this.conflict()) return 'conflict';
    if (this.edits.entries().some(([, { error }]) => error !== undefined)) return 'rejected';
    if (this.flights.length > 0) return this.core.rooms.connected ? 'saving' : 'queued';
    if (this.edits.size > 0) return 'dirty';
    return this.wasSaved ? 'saved' : 'clean';
  }

  private conflict(): Conflict | null {
    return this.conflictKey === null ? null : this.core.outbox.attention.conflict(this.conflictKey);
  }

  private changed(): void {
    this.fields.clear();
    super.touch();
    this.settleActive();
  }

  /** Its record is kept live while somebody looks, or something waits. */
  private settleActive(): void {
    const active = this.isWatched || this.edits.size > 0 || this.flights.length > 0;
    if (active === (this.room !== null)) return;
    const { room } = this;
    this.room = active ? this.record.enter(this) : null;
    if (active) this.core.drafts.add(this);
    else this.core.drafts.delete(this);
    if (room) this.record.leave(this, room);
  }

  /** The record has changed, or who holds locks in it. */
  override touch(event?: DataSyncEvent): void {
    const confirmed = this.record.entry?.confirmed;
    const own = event?.mutationId !== undefined && this.own.has(event.mutationId);
    if (confirmed) this.edits.compare(confirmed, own);
    this.sendFreed();
    this.changed();
  }

  /** What was refused for a lock goes out once that is given back. */
  private sendFreed(): void {
    const freed = this.edits.entries().filter(([path, edit]) => edit.isLockedOut && !this.record.lockedBy(path));
    if (freed.length === 0) return;
    for (const [, edit] of freed) {
      edit.due = 0;
      delete edit.error;
      delete edit.isLockedOut;
    }
    this.message = null;
    this.sendDue(false);
  }

  // ---- editing ----

  set(path: string, value: JsonValue | undefined, options: { now?: boolean } = {}): void {
    if (this.isClosed) return;
    this.core.base.batch.run(() => {
      const shown = this.get().value;
      if (!this.edits.overlapping(path) && shown && sameValue(getAt(shown, path), value)) return;
      const now = this.core.base.environment.monotonic();
      const edit = this.edits.put(path, value, () => this.fresh(path, now));
      const latest = edit.since + (this.options.maxWaitMs ?? MAX_WAIT_MS);
      const held = this.conflictKey !== null && edit.due === Infinity;
      const due = options.now ? now : Math.min(now + (this.options.debounceMs ?? DEBOUNCE_MS), latest);
      if (!held) edit.due = due;
      const back = sameValue(edit.value, edit.origin) && this.edits.get(path) === edit && !held;
      if (back && !edit.remote && !this.isFlying(path)) this.edits.take(path);
      this.wasSaved = false;
      this.message = null;
      this.changed();
      if (options.now || edit.due <= now) this.sendDue(false);
      else this.schedule();
    });
  }

  private fresh(path: string, now: number): Edit {
    const confirmed = this.record.entry?.confirmed;
    const origin = confirmed ? getAt(confirmed.data, path) : undefined;
    return { value: undefined, origin, base: this.record.shownVersion, since: now, due: now };
  }

  private isFlying(path: string): boolean {
    return this.flights.some(({ edits }) => [...edits.keys()].some((other) => overlaps(other, path)));
  }

  private schedule(): void {
    const due = Math.min(...this.edits.entries().map(([, edit]) => edit.due));
    this.alarm.clear();
    if (due < Infinity) this.alarm.set(Math.max(0, due - this.core.base.environment.monotonic()));
  }

  focus(path: string): void {
    if (this.options.lock !== 'on-focus' || this.locks.has(path)) return;
    const taken = this.record.lock(path).then((result) => {
      if (result.ok) return result.lock;
      this.locks.delete(path);
      return null;
    });
    this.locks.set(path, taken);
  }

  blur(path: string): void {
    for (const [other, edit] of this.edits.entries()) if (overlaps(other, path) && edit.due < Infinity) edit.due = 0;
    this.core.base.batch.run(() => this.sendDue(false));
    const lock = this.locks.get(path);
    this.locks.delete(path);
    void lock?.then((held) => held?.release());
  }

  // ---- saving ----

  /** What is due. While an earlier edit is on its way it waits for how that ends, unless the page may go (`force`). */
  private sendDue(force: boolean): Pick<Submitted, 'result'> | null {
    const now = this.core.base.environment.monotonic();
    const due = this.edits.entries().filter(([, edit]) => edit.due <= now);
    if (due.length === 0) {
      this.schedule();
      return null;
    }
    if (!force && this.flights.some(({ pending }) => pending.isFrozen)) return null;
    const values: Values = new Map(due.map(([path, edit]) => [path, edit.value]));
    const { strategy } = this.options;
    const base = Math.min(...due.map(([, edit]) => edit.base));
    for (const [path] of due) this.edits.take(path);
    const { pending, result } = this.submit(base, values, given({ strategy }));
    // What cannot be sent is decided at once.
    if (pending && pending.state !== 'decided') this.fly(pending, due);
    else void result.then((refused) => this.core.base.batch.run(() => this.ended(new Map(due), refused)));
    this.changed();
    this.schedule();
    return { result };
  }

  private submit(baseVersion: number, values: Values, options: { strategy?: Strategy } = {}): Submitted {
    const { entityType, entityId } = this.record;
    return this.core.outbox.submit([
      { op: 'update', entityType, entityId, baseVersion, ...changesOf(values), ...options },
    ]);
  }

  private fly(pending: Pending, due: readonly [string, Edit][]): void {
    this.own.add(pending.id);
    let flight = this.flights.find((other) => other.pending === pending);
    if (!flight) {
      const made: Flight = (flight = { pending, edits: new Map() });
      this.flights.push(made);
      pending.ended.add((result) => {
        this.flights.splice(this.flights.indexOf(made), 1);
        this.ended(made.edits, result);
      });
    }
    for (const [path, edit] of due) {
      const first = flight.edits.get(path);
      flight.edits.set(path, first ? { ...edit, origin: first.origin } : edit);
    }
  }

  private ended(edits: ReadonlyMap<string, Edit>, result: MutationResult): void {
    if (result.ok) this.keepForUndo(edits, result.results[0]?.version ?? 0);
    else if (result.status !== 'cancelled') this.giveBack(edits, result);
    if (result.ok) this.wasSaved = this.edits.size === 0;
    this.changed();
    this.sendDue(this.isClosed);
  }

  private keepForUndo(edits: ReadonlyMap<string, Edit>, version: number): void {
    const before: Values = new Map([...edits].map(([path, edit]) => [path, edit.origin]));
    const after: Values = new Map([...edits].map(([path, edit]) => [path, edit.value]));
    this.saved.push({ before, after, version });
    if (this.saved.length > MOST_UNDO) this.saved.shift();
  }

  /** Refused: what was typed stays here, and waits for its user. */
  private giveBack(edits: ReadonlyMap<string, Edit>, result: Extract<MutationResult, { ok: false }>): void {
    if (result.status === 'conflict') this.watchConflict(result.conflict.key);
    const message = result.status === 'conflict' ? undefined : result.message;
    const field = result.status === 'rejected' ? result.field : undefined;
    this.message = result.message;
    const named = [...edits.keys()].some((path) => field !== undefined && overlaps(path, field));
    const isLocked = result.status === 'rejected' && result.code === 'locked';
    const again = this.core.base.environment.monotonic() + AGAIN_MS;
    for (const [path, { error: _, ...edit }] of edits) {
      const atFault = !named || (field !== undefined && overlaps(path, field));
      const isLockedOut = isLocked && this.record.lockedBy(path) !== undefined;
      const due = isLocked && !isLockedOut ? again : Infinity;
      this.edits.giveBack(path, { ...edit, due, isLockedOut, ...given({ error: atFault ? message : undefined }) });
    }
    const confirmed = this.record.entry?.confirmed;
    if (confirmed) this.edits.compare(confirmed, false);
  }

  private watchConflict(key: string): void {
    this.conflictKey = key;
    this.stopConflicts ??= this.core.outbox.attention.conflicts.subscribe(() => this.conflictChanged());
  }

  /** It is decided: what was held for it is not one's own any more. */
  private conflictChanged(): void {
    if (this.conflict()) return this.changed();
    this.stopConflicts?.();
    this.stopConflicts = this.conflictKey = this.message = null;
    for (const [path, edit] of this.edits.entries())
      if (edit.due === Infinity && !edit.isLockedOut) this.edits.take(path);
    this.changed();
  }

  async flush(): Promise<MutationResult | null> {
    for (const [, edit] of this.edits.entries()) if (edit.due < Infinity) edit.due = 0;
    while (this.flights.some(({ pending }) => pending.isFrozen) && this.core.rooms.connected) {
      const last = await this.oneEnd();
      if (this.edits.entries().every(([, edit]) => edit.due === Infinity)) return last;
    }
    const sent = this.core.base.batch.run(() => this.sendDue(true));
    if (sent && this.core.rooms.connected) return sent.result;
    await this.core.outbox.written();
    return null;
  }

  private oneEnd(): Promise<MutationResult | null> {
    return this.flights[0]?.pending.result ?? Promise.resolve(null);
  }

  hurry(): void {
    for (const [, edit] of this.edits.entries()) if (edit.due < Infinity) edit.due = 0;
    this.core.base.batch.run(() => this.sendDue(true));
  }

  revert(): void {
    this.core.base.batch.run(() => {
      const conflict = this.conflict();
      this.edits.clear();
      this.alarm.clear();
      this.message = null;
      conflict?.dismiss();
      this.changed();
    });
  }

  async undo(): Promise<MutationResult | null> {
    const last = this.saved.pop();
    const confirmed = this.record.entry?.confirmed;
    if (!last || !confirmed) return null;
    const untouched = [...last.after].every(([path, value]) => sameValue(getAt(confirmed.data, path), value));
    const base = untouched ? confirmed.version : last.version;
    const { pending, result } = this.submit(base, last.before);
    if (pending) this.own.add(pending.id);
    return result;
  }

  async resolve(decision: Decision): Promise<MutationResult> {
    const conflict = this.conflict();
    if (!conflict) return failed(failure('not_found', 'There is no conflict to decide.'));
    const mine = this.edits.entries().filter(([, edit]) => edit.due === Infinity);
    const typed = decision === 'use-mine' && mine.length > 0;
    return conflict.resolve(typed ? Object.fromEntries(mine.map(([path, { value }]) => [path, value])) : decision);
  }

  close(): void {
    if (this.isClosed) return;
    this.hurry();
    this.isClosed = true;
    for (const path of this.locks.keys()) this.blur(path);
    this.stopConflicts?.();
    this.edits.clear();
    this.alarm.clear();
    this.changed();
  }
}
