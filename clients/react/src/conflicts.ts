// Stale edits that wait for a decision.
import { useCallback } from 'react';
import type { Conflict } from '@coterie/client';
import { useCoterie } from './context.js';
import { noList } from './idle.js';
import { useSlice } from './observe.js';

/**
 * The conflicts that wait for a decision here: all, of a type, or of one record. For `ConflictDialog`.
 *
 * @example
 * <ConflictDialog conflicts={useConflicts('Booking')} />
 */
export function useConflicts(type?: string, id?: string): readonly Conflict[] {
  const select = useCallback(
    (all: readonly Conflict[]) =>
      all.filter((one) => (!type || one.entityType === type) && (!id || one.entityId === id)),
    [type, id],
  );
  return useSlice<readonly Conflict[], readonly Conflict[]>(useCoterie().conflicts, noList, select);
}
