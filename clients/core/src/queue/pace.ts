// How fast the queue may go: how many at once, and when the next try is due after a server has asked to wait.
import type { Welcome } from '@coterie/protocol';
import type { Base, Failure } from '../base/base.js';
import type { Pending } from './pending.js';

const MOST_AT_ONCE = 32;
const WAITS_MS = [1000, 2000, 4000, 8000, 16000, 30000];
/** A server that asks everybody to go slower. */
const PAUSES = ['overloaded', 'rate_limited'];

export class Pace {
  atOnce = 1;
  /** How long the server keeps an answer to be given again. */
  answersMs = Infinity;
  private pausedUntil = 0;

  constructor(private readonly base: Base) {}

  welcomed({ limits }: Welcome): void {
    this.atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limits.inFlight / 2)));
    this.answersMs = limits.answers.ageMs;
    this.pausedUntil = 0;
  }

  /** How long nothing is to be sent, ms. */
  get pauseMs(): number {
    return Math.max(0, this.pausedUntil - this.base.environment.monotonic());
  }

  later(pending: Pending, { code, retryAfterMs }: Failure): void {
    const { environment } = this.base;
    const longest = WAITS_MS[Math.min(pending.attempts++, WAITS_MS.length - 1)] ?? 0;
    const at = environment.monotonic() + (retryAfterMs ?? longest * (0.5 + environment.random() / 2));
    pending.state = 'waiting';
    pending.retryAt = at;
    if (PAUSES.includes(code)) this.pausedUntil = Math.max(this.pausedUntil, at);
  }

  hurry(pending: readonly Pending[]): void {
    this.pausedUntil = 0;
    for (const each of pending) each.retryAt = 0;
  }
}
