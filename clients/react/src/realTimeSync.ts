// Hearing of every change of some types, and making one.
import { useCallback, useEffect } from 'react';
import type { MutationResult } from '@coterie/client';
import type { DataSyncEvent, Filter, JsonObject, JsonValue } from '@coterie/protocol';
import { useCoterie } from './context.js';
import { firstConnection } from './idle.js';
import { useLatest } from './lifetime.js';
import { isLive, useSlice, useView } from './observe.js';

export interface RealTimeSyncOptions {
  entityTypes: readonly string[];
  /** Called once for each event, in commit order; may be another function at each render. */
  onDataChange?: (event: DataSyncEvent) => void;
  /** Only records that it lets through. */
  filter?: Filter;
  /** False: hears nothing for now. */
  enabled?: boolean;
}

/** A change to make: an event as others will hear it, without what the server fills in. */
export interface EmittedEvent {
  entityType: string;
  /** May be left out of a CREATE: the server makes one. */
  entityId?: string;
  operation: DataSyncEvent['operation'];
  /** Of a CREATE the document; of an UPDATE the same as `set`. */
  data?: JsonObject;
  set?: { [path: string]: JsonValue };
  unset?: string[];
  /** Of an UPDATE or DELETE: the version it rests on; by default the one that is shown. */
  version?: number;
}

export interface RealTimeSyncView {
  /** Live: what is shown is up to date. False while catching up, too. */
  readonly isConnected: boolean;
  /** Makes a change, which reaches everyone as an event once it is committed. Ends in one typed result. */
  emitEvent(event: EmittedEvent): Promise<MutationResult>;
}

/**
 * Every committed change of these types as it comes, once each: for what follows a stream. To show records, take
 * `useEntity` or `usePaginatedData`: an event tells of a change, not of what stands.
 *
 * @example
 * const { isConnected, emitEvent } = useRealTimeSync({
 *   entityTypes: ['Booking'],
 *   onDataChange: (event) => toast(`${event.userId} changed ${event.entityId}`),
 * });
 */
export function useRealTimeSync(options: RealTimeSyncOptions): RealTimeSyncView {
  const client = useCoterie();
  const { entityTypes, filter, enabled = true } = options;
  const latest = useLatest(options);
  const rooms = JSON.stringify(entityTypes.map((entityType) => ({ entityType, filter })));
  useEffect(() => {
    if (!enabled) return;
    return client.watch(JSON.parse(rooms) as { entityType: string }[], (event) => latest.current.onDataChange?.(event));
  }, [client, rooms, enabled, latest]);
  const isConnected = useSlice(client.connection, firstConnection, isLive);
  const emitEvent = useCallback(
    ({ entityType, entityId, operation, data, set, unset, version }: EmittedEvent): Promise<MutationResult> => {
      const base = version === undefined ? {} : { baseVersion: version };
      if (operation === 'CREATE') return client.create(entityType, data ?? {}, entityId ? { entityId } : {});
      const record = client.record(entityType, entityId ?? '');
      if (operation === 'DELETE') return record.delete(base);
      return record.update({ set: { ...data, ...set }, ...(unset && { unset }) }, base);
    },
    [client],
  );
  return useView({ isConnected, emitEvent });
}
