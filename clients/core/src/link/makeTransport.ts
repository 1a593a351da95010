// A transport of a kind, for one connection.
import type { Environment } from '../environment.js';
import { sseTransport } from './sseTransport.js';
import type { Transport } from './transport.js';
import type { ServerUrls } from './urls.js';
import { websocketTransport } from './websocketTransport.js';

export function makeTransport(kind: Transport['kind'], urls: ServerUrls, environment: Environment): Transport {
  return kind === 'sse' ? sseTransport(urls, environment) : websocketTransport(urls.socket, environment);
}
