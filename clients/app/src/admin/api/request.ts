// One HTTP request to the server: bounded in time, and answered by a value whatever happens.
import { parsed, problemOf, refused, type Answered } from './answer.js';

/** As `Auth.fetch`: adds the token. */
export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** The version that a change rests on. */
  version?: number;
  headers?: { [name: string]: string };
  signal?: AbortSignal;
}

export const answerTimeMs = 12_000;

export type Parameters = { [name: string]: string | number | boolean | undefined };

/** A path with its parameters; those that are empty are left out, because the server refuses empty ones. */
export function pathOf(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

function initOf(options: RequestOptions, signal: AbortSignal): RequestInit {
  const headers: { [name: string]: string } = { ...options.headers };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  return {
    method: options.method ?? 'GET',
    headers,
    signal,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  };
}

export async function askText(fetch: Fetch, path: string, options: RequestOptions = {}): Promise<Answered<string>> {
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, answerTimeMs);
  options.signal?.addEventListener('abort', end);
  try {
    const response = await fetch(path, initOf(options, ending.signal));
    const text = await response.text();
    if (!response.ok)
      return { ok: false, problem: problemOf(response.status, text, response.headers.get('Retry-After')) };
    const etag = response.headers.get('ETag');
    return { ok: true, value: text, ...(etag === null ? {} : { etag }) };
  } catch {
    if (options.signal?.aborted === true) return refused('cancelled', 'This question was given up.');
    if (ending.signal.aborted)
      return refused('no_answer', `The server gave no answer within ${answerTimeMs / 1000} s.`);
    return refused('network', 'The server cannot be reached.');
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', end);
  }
}

export async function ask<T>(fetch: Fetch, path: string, options: RequestOptions = {}): Promise<Answered<T>> {
  const answer = await askText(fetch, path, options);
  if (!answer.ok) return answer;
  if (answer.value === '') return { ...answer, value: {} as T };
  const value = parsed(answer.value);
  if (value === undefined) return refused('bad_answer', 'What answered here is no Coterie server: it sent no JSON.');
  return { ...answer, value: value as T };
}
