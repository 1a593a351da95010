// Signing in at the server's own accounts (`/api/v1/auth`). An application with its own sign-in needs only `getToken`.
import type { UserProfile } from '@coterie/protocol';
import type { Observable } from './observable.js';
import type { Result } from './outcome.js';

export interface SignedInUser extends UserProfile {
  roles: string[];
}

export interface AuthState {
  /** `unknown`: being looked up at the start. `signed-out` after a refused refresh too: the queue is kept. */
  readonly status: 'unknown' | 'signed-in' | 'signed-out';
  readonly user: SignedInUser | null;
  readonly accessToken: string | null;
  readonly reason?: string;
}

export interface Auth extends Observable<AuthState> {
  login(username: string, password: string): Promise<Result<{ user: SignedInUser }>>;
  logout(): Promise<void>;
  /** For `connect({getToken})`: a token that is fresh enough, refreshed where needed; one refresh for all tabs. */
  getToken: import('./client.js').GetToken;
  changePassword(currentPassword: string, newPassword: string): Promise<Result<object>>;
  updateProfile(profile: {
    name?: string;
    colour?: string;
    initials?: string;
  }): Promise<Result<{ user: SignedInUser }>>;
  /** With the one-time token of a server without users. */
  firstAdministrator(token: string, username: string, password: string): Promise<Result<{ user: SignedInUser }>>;
  /** A request to the server's HTTP interface with the token; refreshed once where it is refused. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface AuthOptions {
  url: string | URL;
  /** Where the refresh token is kept: `local` outlives the browser, `session` the tab, `memory` nothing. */
  persist?: 'local' | 'session' | 'memory';
  environment?: Partial<import('../environment.js').Environment>;
}
