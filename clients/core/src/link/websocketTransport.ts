// A session's frames over a WebSocket.
import type { ClientMessage, Hello } from '@coterie/protocol';
import type { Environment, SocketLike } from '../environment.js';
import type { Transport, TransportHandlers } from './transport.js';

const OPEN = 1;
const CLOSED = 3;

export function websocketTransport(url: string, environment: Environment): Transport {
  return new WebSocketTransport(url, environment);
}

class WebSocketTransport implements Transport {
  readonly kind = 'websocket';
  private socket: SocketLike | null = null;
  private handlers: TransportHandlers | null = null;
  private welcomed = false;

  constructor(
    private readonly url: string,
    private readonly environment: Environment,
  ) {}

  open(hello: Hello & { id: number }, handlers: TransportHandlers): void {
    this.handlers = handlers;
    try {
      this.socket = this.environment.openSocket(this.url, 'coterie.v1');
    } catch (failure) {
      this.environment.log?.('warn', 'no WebSocket could be made', failure);
      // Not within `open`: whoever called is not ready for it.
      this.environment.setTimer(() => this.end(1006, ''), 0);
      return;
    }
    const socket = this.socket;
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onmessage = ({ data }) => {
      this.welcomed = true;
      if (typeof data === 'string') this.handlers?.frame(data);
    };
    // What an error was is told by the close that follows it; after one of a page's own policy, Chromium tells none.
    socket.onerror = () => socket.readyState === CLOSED && this.end(1006, '');
    socket.onclose = ({ code, reason }) => this.end(code, reason);
  }

  send(message: ClientMessage): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }

  /** The end is told at once: a connection that is dead does not answer a close. */
  close(code: number): void {
    const socket = this.socket;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.onerror = () => {};
      try {
        socket.close(code);
      } catch {
        // Closed already, or never opened.
      }
    }
    this.end(code, '');
  }

  private end(code: number, reason: string): void {
    const handlers = this.handlers;
    this.handlers = null;
    handlers?.closed({ code, reason, welcomed: this.welcomed });
  }
}
