// Who is signed in: by an account of the server, or, at a server for development, by a name alone.
import type { Auth, Coterie, Observable, Result, SignedInUser } from '@coterie/client';
import { makeAuth, makeClient } from './client.js';

export interface SessionState {
  readonly status: 'starting' | 'signed-out' | 'signed-in';
  readonly user: SignedInUser | null;
  /** Signed in by a name alone. */
  readonly dev: boolean;
  /** Why one is signed out, where it was not asked for. */
  readonly reason?: string;
}

const nameKey = 'coterie.dev-name';
const signedOut: SessionState = { status: 'signed-out', user: null, dev: false };

export class Session implements Observable<SessionState> {
  /** Of this page's server; made with the first user, closed with the last. */
  client: Coterie | null = null;
  readonly auth: Auth = makeAuth();
  private state: SessionState = { status: 'starting', user: null, dev: false };
  private readonly listeners = new Set<() => void>();

  constructor() {
    const name = localStorage.getItem(nameKey);
    this.auth.subscribe(() => this.follow());
    if (name) this.enter(name);
    else this.follow();
  }

  get = (): SessionState => this.state;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** At a server for development: anybody, and an administrator. */
  signInAs(name: string): void {
    localStorage.setItem(nameKey, name);
    this.enter(name);
  }

  async login(username: string, password: string): Promise<Result<object>> {
    return this.auth.login(username, password);
  }

  async firstAdministrator(token: string, username: string, password: string): Promise<Result<object>> {
    return this.auth.firstAdministrator(token, username, password);
  }

  async signOut(): Promise<void> {
    const { dev } = this.state;
    this.client?.authChanged({ wipe: true });
    if (dev) {
      localStorage.removeItem(nameKey);
      this.leave(signedOut);
    } else {
      await this.auth.logout();
      this.leave(signedOut);
    }
  }

  /** A request to the server's HTTP interface on behalf of the user. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const { dev, user } = this.state;
    if (!dev) return this.auth.fetch(path, init);
    const headers = new Headers(init.headers);
    if (user) headers.set('Authorization', `Bearer ${devToken(user.id)}`);
    return fetch(path, { ...init, headers });
  }

  private enter(name: string): void {
    const user = { id: name, name, roles: ['admin'] };
    this.client ??= makeClient(() => (this.state.user ? devToken(this.state.user.id) : null));
    this.change({ status: 'signed-in', user, dev: true });
    this.client?.authChanged();
  }

  private follow(): void {
    if (this.state.dev) return;
    const now = this.auth.get();
    if (now.status === 'unknown') return;
    if (now.status === 'signed-out') {
      this.leave(now.reason ? { ...signedOut, reason: now.reason } : signedOut);
      return;
    }
    const { auth } = this;
    if (!this.client) {
      this.client = makeClient((why) => auth.getToken(why));
      // Whoever was here last may be somebody else.
      this.client.authChanged(now);
    }
    this.change({ status: 'signed-in', user: now.user, dev: false });
  }

  private leave(state: SessionState): void {
    void this.client?.close();
    this.client = null;
    this.change(state);
  }

  private change(state: SessionState): void {
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }
}

/** In a token, as in a name, only what travels in a header. */
export const devToken = (name: string): string => `dev:${name}`;
