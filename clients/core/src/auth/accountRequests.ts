// The server's account routes, and what their answers mean.
import type { Result } from '../api/outcome.js';
import type { SignedInUser } from '../api/auth.js';
import type { Environment } from '../environment.js';

export interface Tokens {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  user: SignedInUser;
}

export type Failure = { ok: false; code: string; message: string; retry: boolean; retryAfterMs?: number };

export class AccountRequests {
  constructor(
    private readonly base: string,
    private readonly environment: Environment,
  ) {}

  /** Throws where nobody answered, and where it would lead away from the server: a token goes nowhere else. */
  raw(path: string, init?: RequestInit): Promise<Response> {
    const url = new URL(path, this.base);
    if (url.origin !== new URL(this.base).origin) throw new TypeError(`${url.origin} is not the server's.`);
    return this.environment.fetch(url.href, init);
  }

  /** Of the server's own words; `unreachable` where it was not the server that answered, or nobody did. */
  async send<T extends object>(method: string, route: string, body: object | null, token?: string): Promise<Result<T>> {
    const headers: { [name: string]: string } = {};
    if (body) headers['Content-Type'] = 'application/json';
    if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
    let response: Response;
    let answer: { [name: string]: unknown } | null;
    try {
      response = await this.raw(`api/v1/auth/${route}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      answer = response.status === 204 ? {} : await readObject(response);
    } catch {
      return unreachable;
    }
    if (response.ok && answer) return { ok: true, ...(answer as T) };
    return failureOf(response, answer);
  }
}

const unreachable: Failure = { ok: false, code: 'unreachable', message: 'The server cannot be reached.', retry: true };

async function readObject(response: Response): Promise<{ [name: string]: unknown } | null> {
  try {
    const value: unknown = JSON.parse(await response.text());
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : null;
  } catch {
    return null;
  }
}

function failureOf(response: Response, answer: { [name: string]: unknown } | null): Failure {
  // A proxy's page, or a server that is just starting: nothing was decided.
  if (!answer || typeof answer['code'] !== 'string') return unreachable;
  const words = answer['message'] ?? answer['detail'];
  const failure: Failure = {
    ok: false,
    code: answer['code'],
    message: typeof words === 'string' ? words : `The server answered ${response.status}.`,
    retry: response.status === 429 || response.status >= 500,
  };
  const after = Number(response.headers.get('Retry-After'));
  if (after > 0) failure.retryAfterMs = after * 1000;
  return failure;
}
