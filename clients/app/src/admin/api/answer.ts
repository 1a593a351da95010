// How a question to the server ended. Every question ends in exactly one of these: none throws and none hangs.
import type { JsonObject } from '@coterie/protocol';

export interface Problem {
  /** The HTTP status; 0: there was no answer. */
  readonly status: number;
  readonly code: string;
  /** In words, for people. */
  readonly message: string;
  readonly retryAfterMs?: number;
  /** The member, header or parameter at fault. */
  readonly member?: string;
  /** The whole body: a stale change holds what stands now. */
  readonly body: JsonObject;
}

export type Answered<T> = { ok: true; value: T; etag?: string } | { ok: false; problem: Problem };

export function refused<T>(code: string, message: string, status = 0): Answered<T> {
  return { ok: false, problem: { status, code, message, body: {} } };
}

const words: { [status: number]: string } = {
  401: 'You are not signed in any more. Sign in again.',
  403: 'This is for administrators only.',
  404: 'This server does not have this page. It may be older than this application.',
  429: 'Too many requests. This page waits a moment and asks again.',
  502: 'There is no answer from the server behind this address.',
  503: 'The server is busy or stopping. This page asks again.',
};

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A refusal in words: those of the server where it has any. */
export function problemOf(status: number, text: string, retryAfter: string | null): Problem {
  const read = parsed(text);
  const body = isObject(read) ? read : {};
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  const told = body.retryAfterMs;
  const wait = typeof told === 'number' ? told : Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const member = textOf(body.member);
  return {
    status,
    code: textOf(body.code) ?? `http_${status}`,
    message: textOf(body.message) ?? textOf(body.detail) ?? words[status] ?? `The server answered ${status}.`,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(member === undefined ? {} : { member }),
    body,
  };
}

/** Whether asking the very same again is worth it. */
export function mayPass(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}
