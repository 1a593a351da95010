// What a screen tells of the connection and of the work that is not saved yet.
import type { AttentionItem } from './outcome.js';

/**
 * `connecting`: the first time, or again after a break; `catching-up`: connected, the missed events are coming;
 * `live`; `offline`: waits for `nextRetryAt`, or for the network; `needs-auth`: sign in, nothing is lost;
 * `stopped`: closed by the application, or for good by the server (`reason`).
 */
export type ConnectionStateName = 'connecting' | 'catching-up' | 'live' | 'offline' | 'needs-auth' | 'stopped';

export interface ConnectionState {
  readonly state: ConnectionStateName;
  /** In words, for people. */
  readonly reason?: string;
  readonly closeCode?: number;
  /** ms since the epoch. */
  readonly nextRetryAt?: number;
  readonly attempt: number;
  readonly transport?: 'websocket' | 'sse';
  /** Whether this tab holds the connection, or another one does for it. */
  readonly role: 'alone' | 'leader' | 'follower';
  readonly sessionId?: string;
  readonly user?: { id: string; name: string; colour?: string; initials?: string };
  /** A new version of the application or the protocol is there. */
  readonly upgrade?: 'available' | 'required';
}

export interface SyncStatus {
  /** Mutations that are not decided yet. */
  readonly pending: number;
  readonly oldestPendingMs: number;
  /** ms since the epoch of the last moment at which all was known to be right; null: never. */
  readonly lastSyncedAt: number | null;
  readonly firstSyncDone: boolean;
  readonly attention: readonly AttentionItem[];
  readonly queued: readonly { mutationId: string; queuedAt: number; sent: boolean; text: string }[];
}
