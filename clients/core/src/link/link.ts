// The session with the server, as rooms, queue, locks and presence see it: requests that end in exactly one way,
// frames in order, and a moment at which all rooms are named anew. Behind it stands a socket of this tab, or another
// tab that holds the socket for all.
import type {
  Answer,
  Position,
  Push,
  RequestMembers,
  RequestType,
  SubscriptionRequest,
  SubscriptionStatus,
  Welcome,
} from '@coterie/protocol';
import type { Observable } from '../api/observable.js';
import type { ConnectionState } from '../api/status.js';

/** `lost`: the connection ended before the answer came; whether it was done is unknown. `offline`: never sent. */
export type LinkReply = { kind: 'answer'; answer: Answer } | { kind: 'lost' } | { kind: 'offline' };

/** A frame, read: its messages in order, and where the stream stands once all are applied. */
export interface Frame {
  readonly messages: readonly (Answer | Push)[];
  /** Null: nothing in it moves the position. */
  readonly position: Position | null;
}

/** Whom the link tells. Called in this order for each connection: `rooms`, `welcomed`, then `frame`s, then `closed`. */
export interface LinkUser {
  /** All rooms that are wanted now, each with the position it is known at (null: a snapshot is wanted). */
  rooms(): SubscriptionRequest[];
  /**
   * `sameSession`: locks and presence live on. A room that is wanted and not among `statuses` is subscribed to by the
   * user: the session was there before this tab came.
   */
  welcomed(welcome: Welcome, statuses: readonly SubscriptionStatus[], sameSession: boolean): void;
  /** Before any listener of the application: a frame is applied whole. */
  frame(frame: Frame): void;
  closed(): void;
}

export interface Link {
  readonly state: Observable<ConnectionState>;
  /** A number that no other tab of this connection uses, for subscriptions: give each out once. */
  nextSubscription(): number;
  start(user: LinkUser): void;
  /** Sends now, or is `offline`. Times out (10 s) as `lost`, and the connection is made anew. */
  request<K extends RequestType>(type: K, members: RequestMembers[K]): Promise<LinkReply>;
  /** Where the stream stands; null before the first welcome. */
  position(): Position | null;
  welcome(): Welcome | null;
  /** Now, not at the next try. */
  reconnect(): void;
  /** The token has changed: taken anew; a live connection is told by `refresh`, another user is a new session. */
  authChanged(): void;
  /** `leave`: the session ends at once, its locks are free. */
  close(leave: boolean): Promise<void>;
}
