// Keeps the token of a live connection fresh: 5 min before its end, or in the last third of a shorter life, a new one
// is asked for and told to the server. Timed by how much is left, never by the clocks of two machines.
import type { Answer } from '@coterie/protocol';
import type { GetToken } from '../api/client.js';
import { Alarm } from '../base/alarm.js';
import type { Environment } from '../environment.js';

const EARLY_MS = 5 * 60_000;
const LEAST_WAIT_MS = 1000;
/** Timers of browsers hold no more than 2^31 ms. */
const MOST_WAIT_MS = 24 * 3_600_000;
const RETRY_MS = 10_000;

export interface TokenUser {
  getToken: GetToken;
  /** Null: the connection ended before the answer. */
  refresh(token: string): Promise<Answer | null>;
  /** No token, or refused after a forced one. */
  needsAuth(reason: string): void;
  /** The token is another user's. */
  otherUser(): void;
}

export class TokenKeeper {
  private readonly alarm: Alarm;
  private busy = false;
  private stopped = false;

  constructor(
    private readonly environment: Environment,
    private readonly user: TokenUser,
  ) {
    this.alarm = new Alarm({ environment }, () => void this.refresh('expiring'));
  }

  expiresIn(ms: number | undefined): void {
    if (ms === undefined) this.alarm.clear();
    else this.after(ms - Math.min(EARLY_MS, ms / 3));
  }

  stop(): void {
    this.stopped = true;
    this.alarm.clear();
  }

  async refresh(reason: 'connect' | 'expiring' | 'refused'): Promise<void> {
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.alarm.clear();
    try {
      await this.exchange(reason);
    } catch (failure) {
      // The network, most likely: the token lives on for a while, and so does the connection.
      this.environment.log?.('debug', 'no new token; asked again soon', failure);
      if (!this.stopped) this.after(RETRY_MS);
    } finally {
      this.busy = false;
    }
  }

  private async exchange(reason: 'connect' | 'expiring' | 'refused'): Promise<void> {
    const token = await this.user.getToken({ reason });
    if (this.stopped) return;
    if (token === null) return this.user.needsAuth('Nobody is signed in.');
    const answer = await this.user.refresh(token);
    if (this.stopped || answer === null) return;
    if (answer.type === 'refreshed') return this.expiresIn(answer.tokenExpiresInMs);
    if (answer.type === 'error' && answer.code === 'unauthorized') {
      if (reason === 'connect') return this.user.otherUser();
      if (reason === 'refused') return this.user.needsAuth('The server does not accept the token.');
      return this.exchange('refused');
    }
    this.after(RETRY_MS);
  }

  private after(ms: number): void {
    this.alarm.set(Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, ms)));
  }
}

/** Whoever gives tokens learns that theirs is none any more. With another one to come back is the application's to say. */
export function tellRefused(getToken: GetToken | undefined): void {
  const told = async () => getToken?.({ reason: 'refused' });
  told().catch(() => {});
}
