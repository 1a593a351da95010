// What to do when a connection has ended: the protocol's table of close codes, as one decision.
import type { Answer } from '@coterie/protocol';

/** Signed out elsewhere, or by an administrator. */
export const PUT_OUT = 4010;

export type AfterClose =
  /** `patient`: the server has too much to do; at least a second where it names no time. */
  | { kind: 'retry'; newSession: boolean; token: 'connect' | 'expiring'; patient: boolean }
  /** One try with a token that was made anew; refused again: sign in. */
  | { kind: 'token-refused' }
  | { kind: 'needs-auth' }
  | { kind: 'stop' };

export function afterClose(code: number): AfterClose {
  if (code === 4001) return { kind: 'token-refused' };
  // Whoever signs in again goes on.
  if (code === PUT_OUT) return { kind: 'needs-auth' };
  if (code >= 4000 && code < 4100) return { kind: 'stop' };
  return {
    kind: 'retry',
    // 1000 ends the session on both sides.
    newSession: code === 4103 || code === 1000,
    token: code === 4205 ? 'expiring' : 'connect',
    patient: code >= 4100 && code < 4200 && code !== 4103,
  };
}

/** `[least, most]` ms, where the server names a time to come back. */
export function namedDelay(
  goodbye: { retryMs: [number, number] } | null,
  refused: Answer | null,
  patient: boolean,
): [number, number] | null {
  if (goodbye) return goodbye.retryMs;
  if (refused?.type === 'error' && refused.retryAfterMs !== undefined) {
    return [refused.retryAfterMs, 2 * refused.retryAfterMs];
  }
  return patient ? [1000, 5000] : null;
}

const LOST = 'The connection was lost.';
/** All that a browser tells of either. */
const NEVER_OPENED = "The server could not be reached, or it does not allow this page's origin.";

const SENTENCES: { [code: number]: string } = {
  4001: 'The server does not accept the token.',
  4003: 'The server does not let this application in.',
  4010: 'This sign-in was ended. Sign in again.',
  4101: 'The server has too much to do.',
  4102: 'Too many connections or messages of this user.',
  4103: 'Another connection took this one over.',
  4203: 'The server is restarting.',
  4205: 'The token had expired.',
};

/** `hadOne`: there has been a connection before. */
export function closeSentence(code: number, reason: string, hadOne: boolean): string {
  if (code === 1006) return reason || (hadOne ? LOST : NEVER_OPENED);
  return SENTENCES[code] ?? (reason === '' ? `The connection ended (${code}).` : reason);
}
