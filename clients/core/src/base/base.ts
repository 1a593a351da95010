// What every part of a client leans on.
import type { Environment } from '../environment.js';
import type { Link, LinkReply } from '../link/link.js';
import type { Persistence } from '../persist/persistence.js';
import { given } from './given.js';
import type { Batch } from './batch.js';

export interface Base {
  readonly environment: Environment;
  readonly link: Link;
  readonly persistence: Persistence;
  readonly batch: Batch;
  /** A failure of the disk is logged, and stops nothing. */
  safely(work: Promise<unknown>): Promise<void>;
  /** Writes of the queue, one after the other. */
  write(work: () => Promise<unknown>): Promise<void>;
  log(level: 'debug' | 'warn' | 'error', text: string, details?: unknown): void;
}

export type Failure = { ok: false; code: string; message: string; retry: boolean; retryAfterMs?: number };

export function failure(code: string, message: string, retry = false): Failure {
  return { ok: false, code, message, retry };
}

/** A reply that is no answer, or is an error, in the words of a `Result`; null: it is an answer to read. */
export function failureOf(reply: LinkReply): Failure | null {
  if (reply.kind === 'offline') return failure('offline', 'There is no connection.', true);
  if (reply.kind === 'lost') return failure('lost', 'The connection broke before the answer came.', true);
  if (reply.answer.type !== 'error') return null;
  const { code, message, retry, retryAfterMs } = reply.answer;
  return given({ ok: false as const, code, message, retry, retryAfterMs });
}

export function keyOf(entityType: string, entityId: string): string {
  return `${entityType}/${entityId}`;
}
