// The sizes that hold, as a real server tells them by default.
import type { Limits } from '@coterie/protocol';

const DAY_MS = 24 * 3600 * 1000;

export const LIMITS: Limits = {
  messageBytes: 64 * 1024,
  bodyBytes: 1024 * 1024,
  entityBytes: 48 * 1024,
  transactionBytes: 1024 * 1024,
  operations: 500,
  subscriptions: 256,
  inFlight: 64,
  locks: 64,
  stateBytes: 1024,
  pageEntities: 500,
  pageBytes: 256 * 1024,
  answers: { ageMs: 7 * DAY_MS, count: 10_000_000 },
  resume: { ageMs: DAY_MS, count: 1_000_000 },
  conflicts: 10_000,
  notifications: 1000,
  announcements: 100,
};

export const PAGE = 50;
export const HEARTBEAT_MS = 30_000;
export const HELLO_MS = 10_000;
export const TOKEN_GRACE_MS = 30_000;
