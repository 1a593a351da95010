// What the close code of a WebSocket says to do next. By its range, so that codes of a newer server are heeded too.

export type NextStep =
  /** Not again by itself: 4001 token not accepted, 4003 forbidden, 4010 revoked. */
  | 'stop'
  /** After the delay of the `goodbye`, else a back-off: 4101 overloaded, 4102 too fast, 4103 replaced. */
  | 'later'
  /** At once, with jitter: 4201 no hello, 4202 no progress, 4203 shutting down, 4205 token expired. */
  | 'soon'
  /** Anything else, 1006 above all: the connection is gone; come back, slower each time. */
  | 'back-off';

export interface ClosePlan {
  readonly next: NextStep;
  /** Come back as a new session, without `resume` (4103). */
  readonly newSession: boolean;
  /** Get a new token first (4205). */
  readonly freshToken: boolean;
  /** Do not repeat what was sent last: it is what the connection ended for (1003, 1007, 1009). */
  readonly dropSent: boolean;
}

export function planAfterClose(code: number): ClosePlan {
  const next = code < 4000 || code >= 4300 ? 'back-off' : code < 4100 ? 'stop' : code < 4200 ? 'later' : 'soon';
  return {
    next,
    newSession: code === 4103,
    freshToken: code === 4205,
    dropSent: code === 1003 || code === 1007 || code === 1009,
  };
}
