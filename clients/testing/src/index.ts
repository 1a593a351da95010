export { createFakeServer, FakeServer } from './fakeServer.js';
export type { Edit, FakeConnection, FakeServerOptions, LogEntry, RefusedNext } from './fakeServer.js';
export { handClock, realClock, type Clock, type HandClock } from './clock.js';
export type { TypeRules } from './model.js';
export type { RightsRule } from './rights.js';
export type { FakeUser, Tokens } from './users.js';
