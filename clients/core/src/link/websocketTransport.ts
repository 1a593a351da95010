// A session's frames over a WebSocket.
import type { Environment, SocketLike } from '../environment.js';
import type { Transport, TransportHandlers } from './transport.js';

const OPEN = 1;
const CLOSED = 3;

export function websocketTransport(url: string, environment: Environment): Transport {
  let socket: SocketLike | null = null;
  let handlers: TransportHandlers | null = null;

  function end(code: number, reason: string): void {
    const told = handlers;
    handlers = null;
    told?.closed({ code, reason });
  }

  return {
    kind: 'websocket',
    open(hello, to) {
      handlers = to;
      try {
        const made = (socket = environment.openSocket(url, 'coterie.v1'));
        made.onopen = () => made.send(JSON.stringify(hello));
        made.onmessage = ({ data }) => {
          if (typeof data === 'string') handlers?.frame(data);
        };
        // What an error was is told by the close that follows it; after one of a page's own policy, Chromium tells none.
        made.onerror = () => made.readyState === CLOSED && end(1006, '');
        made.onclose = ({ code, reason }) => end(code, reason);
      } catch (failure) {
        environment.log?.('warn', 'no WebSocket could be made', failure);
        // Not within `open`: whoever called is not ready for it.
        environment.setTimer(() => end(1006, failure instanceof Error ? failure.message : ''), 0);
      }
    },
    send(message) {
      if (socket?.readyState === OPEN) socket.send(JSON.stringify(message));
    },
    /** The end is told at once: a connection that is dead does not answer a close. */
    close(code) {
      if (socket) {
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.onerror = () => {};
        try {
          socket.close(code);
        } catch {
          // Closed already, or never opened.
        }
      }
      end(code, '');
    },
  };
}
