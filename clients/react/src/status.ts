// How the connection is, and what is not saved yet.
import { useCallback, useState } from 'react';
import type { ConnectionState, Coterie, SyncStatus } from '@coterie/client';
import { useCoterie } from './context.js';
import { firstConnection, firstSync } from './idle.js';
import { useCalls, useShown } from './observe.js';

export interface ConnectionView extends ConnectionState {
  /** Connected and up to date. */
  readonly isLive: boolean;
  /** Does not wait for `nextRetryAt`. */
  retryNow(): void;
}

/**
 * The state of the connection, with its reason; or a slice of it.
 *
 * @example
 * const { state, reason, retryNow } = useConnection();
 * @example
 * const offline = useConnection((connection) => connection.state === 'offline');
 */
export function useConnection(): ConnectionView;
export function useConnection<S>(select: (connection: ConnectionState) => S): S;
export function useConnection<S>(select?: (connection: ConnectionState) => S): ConnectionView | S {
  const client = useCoterie();
  const { reconnect: retryNow } = useCalls(client, 'reconnect');
  return useShown(client.connection, firstConnection, select, ({ state }) => ({
    isLive: state === 'live',
    retryNow,
  }));
}

export interface SyncView extends SyncStatus {
  /** Nothing waits, nothing needs attention. */
  readonly isSaved: boolean;
  /** `syncNow` is at work. */
  readonly syncing: boolean;
  /** Sends what waits and checks what is held against the server. Never throws. */
  syncNow(): Promise<void>;
  /** Takes a mutation out of the queue; false where it has been sent already. */
  cancel: Coterie['cancel'];
}

/**
 * What is not saved yet: how many edits wait and since when, which need attention; or a slice of it.
 *
 * @example
 * const { pending, attention, syncNow } = useSyncStatus();
 * @example
 * const unsaved = useSyncStatus((sync) => sync.pending > 0);
 */
export function useSyncStatus(): SyncView;
export function useSyncStatus<S>(select: (sync: SyncStatus) => S): S;
export function useSyncStatus<S>(select?: (sync: SyncStatus) => S): SyncView | S {
  const client = useCoterie();
  const [syncing, setSyncing] = useState(false);
  const syncNow = useCallback(async () => {
    setSyncing(true);
    await client.syncNow();
    setSyncing(false);
  }, [client]);
  const { cancel } = useCalls(client, 'cancel');
  return useShown(client.sync, firstSync, select, ({ pending, attention }) => ({
    isSaved: !pending && !attention.length,
    syncing,
    syncNow,
    cancel,
  }));
}
