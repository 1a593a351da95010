// What a session is made of and whom it tells.
import type { Position, SubscriptionRequest, Welcome } from '@coterie/protocol';
import type { CoterieOptions, GetToken } from '../api/client.js';
import type { ConnectionState } from '../api/status.js';
import type { Environment } from '../environment.js';
import type { Welcomed } from './carrier.js';
import type { ServerUrls } from './urls.js';

/** Told in this order for each connection: `rooms`, `welcomed`, frames, `closed`. */
export interface SessionUser {
  rooms(): Promise<SubscriptionRequest[]> | SubscriptionRequest[];
  welcomed(welcomed: Welcomed): void;
  frame(text: string, aside: boolean): void;
  closed(): void;
  told(state: ConnectionState): void;
}

export interface SessionOptions {
  environment: Environment;
  urls: ServerUrls;
  getToken: GetToken | undefined;
  clientId: string | undefined;
  transport: NonNullable<CoterieOptions['transport']>;
  role: ConnectionState['role'];
}

/** What a successor takes a session over by. */
export interface Inheritance {
  welcome: Welcome;
  position: Position;
}

export type TokenReason = 'connect' | 'expiring' | 'refused';

/** A state without the role, which does not change. */
export type Told = { -readonly [K in keyof Omit<ConnectionState, 'role'>]: ConnectionState[K] };
