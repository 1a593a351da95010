// What outlives a reload: the queue of edits, and what was shown. The queue is never thrown away by a change of
// schema or release; the cache may be.
import type { Entity, JsonValue, MutationOperation, Position, Strategy } from '@coterie/protocol';

/** An edit that is not decided yet. Frozen once `sentAt` is set: the same id stands for the same content. */
export interface QueuedMutation {
  mutationId: string;
  /** Whose edit it is: sent under no other user's name. Null: made before anybody was known. */
  userId: string | null;
  ops: MutationOperation[];
  strategy?: Strategy;
  onConflict?: 'answer' | 'store';
  epoch?: string;
  /** ms since the epoch. */
  queuedAt: number;
  sentAt?: number;
  /** The conflict that it decides: the id of the mutation that met it. */
  decides?: string;
  /** The tab that looks after it; another adopts it when that tab is gone. */
  owner: string;
  /** Decided, and waits for a person. */
  attention?: { reason: 'conflict' | 'rejected' | 'too-old' | 'unknown'; answer?: unknown; at: number };
}

/** What was held of a room. */
export interface CachedRoom {
  /** The room's name: type, id or filter and sort, and the user. */
  key: string;
  position: Position;
  /** In the order of the room. */
  ids: string[];
  hasMore: boolean;
  /** Where the next page begins, and the last record of those that are loaded, as it stood then. */
  cursor?: string;
  boundary?: { values: (JsonValue | null)[]; id: string };
  usedAt: number;
}

export interface Persistence {
  /** Whether what is put here outlives the page. */
  readonly outlives: boolean;
  queued(): Promise<QueuedMutation[]>;
  /** Resolves once it is on disk. */
  putQueued(mutation: QueuedMutation): Promise<void>;
  removeQueued(mutationId: string): Promise<void>;
  room(key: string): Promise<{ room: CachedRoom; entities: Entity[] } | null>;
  putRoom(room: CachedRoom, entities: readonly Entity[]): Promise<void>;
  removeRoom(key: string): Promise<void>;
  /** Empties the cache, never the queue. */
  wipeCache(): Promise<void>;
  close(): Promise<void>;
}
