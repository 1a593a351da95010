export type * from './api/observable.js';
export type * from './api/outcome.js';
export type * from './api/status.js';
export type * from './api/records.js';
export type * from './api/client.js';
export type * from './api/auth.js';
export type { Environment, SocketLike, ChannelLike, KeepLike, LocksLike, TimerHandle } from './environment.js';
export { connect } from './connect.js';
export { createAuth } from './auth/createAuth.js';
