// The surroundings in Node, where a WebSocket has to be brought along before version 22 (the package `ws` will do):
// `connect({url, environment: nodeEnvironment({webSocket: WebSocket})})`. An entry of its own: `@coterie/client/node`.
import { webcrypto } from 'node:crypto';
import type { Environment, SocketLike } from '../environment.js';
import { uuidMaker } from './uuid.js';

export interface NodeOptions {
  /** A class with the interface of a browser's WebSocket. */
  webSocket?: new (url: string, protocol: string) => unknown;
}

export function nodeEnvironment(options: NodeOptions = {}): Partial<Environment> {
  const made: Partial<Environment> = {
    newId: uuidMaker(
      () => Date.now(),
      (bytes) => void webcrypto.getRandomValues(bytes),
    ),
  };
  const Socket = options.webSocket;
  if (Socket) made.openSocket = (url, protocol) => new Socket(url, protocol) as SocketLike;
  return made;
}
