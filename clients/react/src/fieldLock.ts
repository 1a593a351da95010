// Holding a field, and seeing who holds it.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HeldLock, LockResult, RecordState } from '@coterie/client';
import type { Holder } from '@coterie/protocol';
import { useCoterie } from './context.js';
import { none, firstConnection, firstRecord } from './idle.js';
import { sessionOf, useSlice, useView, useWhole } from './observe.js';
import { useRecord } from './record.js';

export interface FieldLockView {
  /** Somebody else holds it, the record, or what lies above or below it. */
  readonly locked: boolean;
  readonly holder: Holder | null;
  /** Held here, and renewed until `release` or the unmount. */
  readonly mine: boolean;
  /** Was held here, and ended otherwise than by `release` (taken over, run out). */
  readonly lost: boolean;
  /** Asks for it. `steal`: takes it from who has it; they are told. Never throws. */
  acquire(options?: { steal?: boolean; ttlMs?: number }): Promise<LockResult>;
  release(): Promise<void>;
}

/** So that what lies below begins like what is above; all begins like the whole record. */
const dotted = (field: string | undefined): string => (field === undefined ? '' : `${field}.`);

/** Whether one lies at, above or below the other. */
const meet = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/**
 * The lock of a field (without `field`: of the whole record). Locks are leases; a version check is made besides, so a
 * lock is a courtesy to those who type, not what keeps data right.
 *
 * Released on unmount. For forms, `useDraft(..., {lock: 'on-focus'})` does all of this by itself.
 *
 * @example
 * const price = useFieldLock('Booking', id, 'price');
 * <input readOnly={price.locked} onFocus={() => price.acquire()} onBlur={() => price.release()} />
 * {price.locked && <small>{price.holder?.name} is editing</small>}
 */
export function useFieldLock(type: string, id: string | null | undefined, field?: string): FieldLockView {
  const client = useCoterie();
  const record = useRecord(type, id);
  const session = useSlice(client.connection, firstConnection, sessionOf);
  const select = useCallback(
    ({ locks }: RecordState) =>
      locks.find((lock) => lock.holder.sessionId !== session && meet(dotted(lock.field), dotted(field)))?.holder ??
      null,
    [field, session],
  );
  const holder = useSlice<RecordState, Holder | null>(record, firstRecord, select);
  const [held, hold] = useState<HeldLock | null>(null);
  const now = useWhole<unknown>(held ?? none, null);
  // What is asked for now: a lock that is granted after it was released, or after the component has gone, is given back
  // at once.
  const place = useRef<{ lock: HeldLock | null }>({ lock: null });
  const release = useCallback(async () => {
    const { lock } = place.current;
    place.current = { lock: null };
    hold(null);
    await lock?.release();
  }, []);
  useEffect(() => () => void release(), [record, field, release]);
  const acquire = useCallback<FieldLockView['acquire']>(
    async (options) => {
      const here = place.current;
      const answer = await record.lock(field, options);
      if (answer.ok) {
        if (here === place.current) hold((here.lock = answer.lock));
        else await answer.lock.release();
      }
      return answer;
    },
    [record, field],
  );
  return useView({ locked: holder !== null, holder, mine: now === 'held', lost: now === 'lost', acquire, release });
}
