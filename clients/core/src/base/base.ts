// What every part of a client leans on.
import type { Answer, AnswerType, RequestMembers, RequestType } from '@coterie/protocol';
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
  /**
   * Writes of the queue. Each begins at once, as a page that goes has no time for one after the other; the disk keeps
   * their order. Done when all before it are.
   */
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

/** Asks, and gives the answer of the kind that fits; whatever else comes of it is a failure. */
export async function ask<K extends RequestType, A extends AnswerType>(
  { link }: Pick<Base, 'link'>,
  type: K,
  members: RequestMembers[K],
  wanted: A,
): Promise<{ ok: true; answer: Extract<Answer, { type: A }> } | Failure> {
  const reply = await link.request(type, members);
  if (reply.kind === 'answer' && reply.answer.type === wanted)
    return { ok: true, answer: reply.answer as Extract<Answer, { type: A }> };
  return failureOf(reply) ?? noAnswer();
}

export function noAnswer(): Failure {
  return failure('unavailable', 'The server gave an answer that does not fit.', true);
}

export function keyOf(entityType: string, entityId: string): string {
  return `${entityType}/${entityId}`;
}
