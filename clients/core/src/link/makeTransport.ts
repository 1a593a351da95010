// A transport of a kind, for one connection. Few networks let no WebSocket through: the code for those is loaded there.
import type { Environment } from '../environment.js';
import { LaterTransport } from './laterTransport.js';
import type { Transport } from './transport.js';
import type { ServerUrls } from './urls.js';
import { websocketTransport } from './websocketTransport.js';

export function makeTransport(
  kind: Transport['kind'],
  urls: ServerUrls,
  environment: Environment,
  load = () => import('./sseTransport.js'),
): Transport {
  if (kind === 'websocket') return websocketTransport(urls.socket, environment);
  return new LaterTransport(
    kind,
    async () => (await load()).sseTransport(urls, environment),
    (failure) => environment.log?.('warn', 'the code for Server-Sent Events did not come', failure),
  );
}
