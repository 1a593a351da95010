// Who may sign in, by which tokens: access tokens that end, refresh tokens that serve once.
import type { UserProfile } from '@coterie/protocol';
import type { Clock } from './clock.js';

export interface FakeUser {
  name?: string;
  colour?: string;
  initials?: string;
  roles?: readonly string[];
  /** For `/api/v1/auth/login`. */
  password?: string;
}

export interface Identity extends UserProfile {
  roles: readonly string[];
  /** Absent: the token does not end. */
  expiresInMs?: number;
}

interface Token {
  userId: string;
  /** On the monotonic clock; null: never. */
  ends: number | null;
}

/** How the account routes show somebody: what is not there is empty. */
export interface OwnUser extends Required<UserProfile> {
  roles: readonly string[];
}

export function ownUser({ id, name, colour = '', initials = '', roles }: Identity): OwnUser {
  return { id, name, colour, initials, roles };
}

/** What login and refresh answer. */
export interface Tokens {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token: string;
  user: OwnUser;
}

const LIFE_MS = 15 * 60 * 1000;

export class Users {
  private readonly access = new Map<string, Token>();
  private readonly refresh = new Map<string, string>();
  private readonly expired = new Set<string>();
  private made = 0;

  constructor(
    private readonly clock: Clock,
    private readonly users: { readonly [id: string]: FakeUser },
    /** How long the tokens live that login and refresh give out. */
    private readonly lifeMs = LIFE_MS,
  ) {}

  profile(userId: string): UserProfile & { roles: readonly string[] } {
    const { name = userId, colour, initials, roles = [] } = this.users[userId] ?? {};
    return { id: userId, name, ...(colour ? { colour } : {}), ...(initials ? { initials } : {}), roles };
  }

  /** `dev:NAME`, `dev:NAME:ROLE,ROLE`, or a token that was given out here; null: not accepted (any more). */
  authenticate(token: string): Identity | null {
    const dev = /^dev:([^:]+)(?::(.*))?$/.exec(token);
    if (dev?.[1]) {
      if (this.expired.has(token)) return null;
      const profile = this.profile(dev[1]);
      return { ...profile, roles: dev[2] === undefined ? ['admin'] : dev[2].split(',') };
    }
    const known = this.access.get(token);
    if (!known) return null;
    const profile = this.profile(known.userId);
    if (known.ends === null) return profile;
    const expiresInMs = known.ends - this.clock.monotonic();
    return expiresInMs > 0 ? { ...profile, expiresInMs } : null;
  }

  /** A new access token. */
  token(userId: string, expiresInMs: number | null = this.lifeMs): string {
    const token = `token-${userId}-${++this.made}`;
    this.access.set(token, { userId, ends: expiresInMs === null ? null : this.clock.monotonic() + expiresInMs });
    return token;
  }

  login(userId: string, password: string): Tokens | null {
    const user = Object.hasOwn(this.users, userId) ? this.users[userId] : undefined;
    return user?.password !== undefined && user.password === password ? this.begin(userId) : null;
  }

  /** A refresh token serves once. */
  renew(refreshToken: string): Tokens | null {
    const userId = this.refresh.get(refreshToken);
    this.refresh.delete(refreshToken);
    return userId === undefined ? null : this.begin(userId);
  }

  logout(refreshToken: string): boolean {
    return this.refresh.delete(refreshToken);
  }

  /** All access tokens of a user end now; what they have to refresh by stays. */
  expire(userId: string): void {
    for (const [token, known] of this.access) if (known.userId === userId) this.access.delete(token);
    this.expired.add(`dev:${userId}`);
  }

  /** Nothing that the user signed in with holds any more. */
  revoke(userId: string): void {
    this.expire(userId);
    for (const [token, owner] of this.refresh) if (owner === userId) this.refresh.delete(token);
  }

  private begin(userId: string): Tokens {
    const refreshToken = `refresh-${userId}-${++this.made}`;
    this.refresh.set(refreshToken, userId);
    return {
      access_token: this.token(userId),
      token_type: 'Bearer',
      expires_in: Math.floor(this.lifeMs / 1000),
      refresh_token: refreshToken,
      user: ownUser(this.profile(userId)),
    };
  }
}
