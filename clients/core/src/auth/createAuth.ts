// Signing in at the server's own accounts.
//
//     signed-out ── login ──► signed-in ── logout, or a refused refresh ──► signed-out
//
// A refresh that nobody answered changes nothing: whoever works offline stays signed in. All tabs share one sign-in and
// one refresh: it happens under a lock, and the others are told the new access token.
import type { Auth, AuthOptions, AuthState, SignedInUser } from '../api/auth.js';
import type { GetToken } from '../api/client.js';
import type { Result } from '../api/outcome.js';
import type { ChannelLike, Environment } from '../environment.js';
import { environmentOf } from '../environment/default.js';
import { Cell } from '../link/cell.js';
import { serverUrls } from '../link/urls.js';
import type { Failure, Tokens } from './accountRequests.js';
import { AccountRequests } from './accountRequests.js';
import { KeptSignIn } from './keptSignIn.js';

const EARLY_MS = 5 * 60_000;
/** Answers that say no for good; any other may be yes later. */
const REFUSALS = new Set(['unauthorized', 'forbidden', 'bad_request', 'token_reused']);

interface Access {
  token: string;
  /** From when on a new one is wanted, by the monotonic clock. */
  earlyAt: number;
}

export function createAuth(options: AuthOptions): Auth {
  const environment = environmentOf(options.environment);
  return new ServerAuth(serverUrls(options.url, environment.page.base).base, options.persist ?? 'local', environment);
}

class ServerAuth implements Auth {
  private readonly cell: Cell<AuthState>;
  private readonly requests: AccountRequests;
  private readonly kept: KeptSignIn;
  private readonly channel: ChannelLike | null;
  private access: Access | null = null;
  private refreshing: Promise<string | null> | null = null;

  constructor(
    private readonly base: string,
    persist: NonNullable<AuthOptions['persist']>,
    private readonly environment: Environment,
  ) {
    this.requests = new AccountRequests(base, environment);
    this.kept = new KeptSignIn(`coterie-sign-in ${base}`, persist, environment);
    const signIn = this.kept.get();
    this.cell = new Cell<AuthState>(
      signIn
        ? { status: 'signed-in', user: signIn.user, accessToken: null }
        : { status: 'signed-out', user: null, accessToken: null },
    );
    this.kept.listen(() => this.changedElsewhere());
    this.channel = (persist === 'local' && environment.openChannel?.(`coterie-auth ${base}`)) || null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.toldElsewhere(data);
    // So that what is shown has its token soon; without a network it comes later.
    if (signIn) Promise.resolve(this.getToken({ reason: 'connect' })).catch(() => {});
  }

  get(): AuthState {
    return this.cell.get();
  }

  subscribe(listener: () => void): () => void {
    return this.cell.subscribe(listener);
  }

  login(username: string, password: string): Promise<Result<{ user: SignedInUser }>> {
    return this.begin('login', { username, password });
  }

  firstAdministrator(token: string, username: string, password: string): Promise<Result<{ user: SignedInUser }>> {
    return this.begin('first-administrator', { token, username, password });
  }

  async logout(): Promise<void> {
    const signIn = this.kept.get();
    this.forget();
    // Signed out here in any case; there as soon as the server hears it.
    if (signIn) await this.requests.send('POST', 'logout', { refresh_token: signIn.refreshToken });
  }

  readonly getToken: GetToken = ({ reason }) => {
    if (this.cell.get().status === 'signed-out') return null;
    const now = this.environment.monotonic();
    const { access } = this;
    const good = access && reason !== 'refused' && now < access.earlyAt;
    return good ? access.token : this.refresh();
  };

  async changePassword(currentPassword: string, newPassword: string): Promise<Result<object>> {
    return this.authorized('POST', 'password', { currentPassword, newPassword });
  }

  async updateProfile(profile: {
    name?: string;
    colour?: string;
    initials?: string;
  }): Promise<Result<{ user: SignedInUser }>> {
    const changed = await this.authorized<SignedInUser & { version?: number }>('PATCH', 'user', profile);
    if (!changed.ok) return changed;
    const { id, name, colour, initials, roles } = changed;
    const user: SignedInUser = { id, name, roles, ...(colour && { colour }), ...(initials && { initials }) };
    const signIn = this.kept.get();
    if (signIn) this.kept.set({ ...signIn, user });
    this.cell.set({ ...this.cell.get(), user });
    return { ok: true, user };
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const first = await this.withToken(path, init, 'connect');
    if (first.status !== 401 || this.cell.get().status === 'signed-out') return first;
    return this.withToken(path, init, 'refused');
  }

  // ---- requests ----

  private async withToken(path: string, init: RequestInit, reason: 'connect' | 'refused'): Promise<Response> {
    const token = await this.getToken({ reason });
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('Authorization', `Bearer ${token}`);
    // Below the server's address, also where that has a path of its own; and nowhere else.
    return this.requests.raw(path.replace(/^\/+/, ''), { ...init, headers });
  }

  private async authorized<T extends object>(method: string, route: string, body: object): Promise<Result<T>> {
    try {
      const token = await this.getToken({ reason: 'connect' });
      if (token !== null) return await this.requests.send<T>(method, route, body, token);
      return { ok: false, code: 'unauthorized', message: 'Nobody is signed in.', retry: false };
    } catch {
      return { ok: false, code: 'unreachable', message: 'The server cannot be reached.', retry: true };
    }
  }

  private async begin(route: string, body: object): Promise<Result<{ user: SignedInUser }>> {
    const answer = await this.requests.send<Tokens>('POST', route, body);
    if (!answer.ok) return answer;
    this.take(answer);
    return { ok: true, user: answer.user };
  }

  // ---- refreshing ----

  private refresh(): Promise<string | null> {
    this.refreshing ??= this.refreshAlone().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async refreshAlone(): Promise<string | null> {
    const before = this.access;
    const { locks } = this.environment;
    if (!locks) return this.exchange();
    return (await locks.request(`coterie-refresh ${this.base}`, {}, async () => {
      // Another tab was first, and has told what it got.
      if (this.access && this.access !== before) return this.access.token;
      return this.exchange();
    })) as string | null;
  }

  /** Throws where it was not decided. */
  private async exchange(): Promise<string | null> {
    for (;;) {
      const signIn = this.kept.get();
      if (!signIn) {
        this.forget();
        return null;
      }
      const answer = await this.requests.send<Tokens>('POST', 'refresh', { refresh_token: signIn.refreshToken });
      if (answer.ok) {
        // Signed out while the answer was on its way.
        if (!this.kept.get()) return null;
        this.take(answer);
        return answer.access_token;
      }
      if (!isRefusal(answer)) throw new Error(answer.message);
      // The token was another tab's by then: once more, with the next.
      if (this.kept.get()?.refreshToken === signIn.refreshToken) {
        this.forget(answer.message);
        return null;
      }
    }
  }

  private take(tokens: Tokens): void {
    const lives = tokens.expires_in * 1000;
    this.kept.set({ refreshToken: tokens.refresh_token, user: tokens.user });
    this.hold(tokens.access_token, lives, tokens.user);
    this.channel?.postMessage({ token: tokens.access_token, lives, user: tokens.user });
  }

  private hold(token: string, lives: number, user: SignedInUser): void {
    const now = this.environment.monotonic();
    this.access = { token, earlyAt: now + lives - Math.min(EARLY_MS, lives / 3) };
    this.cell.set({ status: 'signed-in', user, accessToken: token });
  }

  private forget(reason?: string): void {
    this.access = null;
    if (this.kept.get()) this.kept.set(null);
    if (this.cell.get().status === 'signed-out' && reason === undefined) return;
    this.cell.set({ status: 'signed-out', user: null, accessToken: null, ...(reason !== undefined && { reason }) });
  }

  // ---- other tabs ----

  private changedElsewhere(): void {
    const signIn = this.kept.get();
    const { status, user } = this.cell.get();
    if (!signIn) {
      if (status !== 'signed-out') this.forget();
    } else if (status === 'signed-out' || user?.id !== signIn.user.id) {
      this.access = null;
      this.cell.set({ status: 'signed-in', user: signIn.user, accessToken: null });
    }
  }

  private toldElsewhere(data: unknown): void {
    const { token, lives, user } = (data ?? {}) as { token?: unknown; lives?: unknown; user?: SignedInUser };
    if (typeof token !== 'string' || typeof lives !== 'number') return;
    // Of whoever is signed in by what is kept, and nobody else.
    const signIn = this.kept.get();
    if (signIn && signIn.user.id === user?.id) this.hold(token, lives, signIn.user);
  }
}

function isRefusal(failure: Failure): boolean {
  return !failure.retry && REFUSALS.has(failure.code);
}
