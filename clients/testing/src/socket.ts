// A WebSocket that leads to the fake server: as much of one as the client uses.
import type { SocketLike } from '@coterie/client';
import { Connection, type Hall } from './session/connection.js';
import type { Outgoing, Sink } from './session/live.js';
import { Wire } from './wire.js';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** What the network does, as the test wants it. */
export interface Network {
  /** ms until what is sent now arrives. */
  delay(): number;
  /** Whether the server is there at all. */
  isUp(): boolean;
  /** Whether the next frame comes twice. */
  takeDuplicate(): boolean;
  sent(connection: Connection, messages: readonly Outgoing[]): void;
}

export class FakeSocket implements SocketLike {
  readyState = CONNECTING;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  private readonly toServer: Wire;
  private readonly toClient: Wire;
  private connection: Connection | null = null;

  constructor(
    hall: Hall,
    private readonly network: Network,
    url: string,
    protocol: string,
  ) {
    this.toServer = new Wire(hall.desk.clock, () => network.delay());
    this.toClient = new Wire(hall.desk.clock, () => network.delay());
    const right = new URL(url, 'ws://fake').pathname.endsWith('/ws') && protocol === 'coterie.v1';
    this.toServer.send(() => {
      if (!right || !network.isUp()) return this.failed();
      this.connection = new Connection(hall, this.sink());
      this.toClient.send(() => {
        if (this.readyState !== CONNECTING) return;
        this.readyState = OPEN;
        this.onopen?.();
      });
    });
  }

  private failed(): void {
    this.toClient.send(() => {
      this.onerror?.();
      this.ended(1006, '');
    });
  }

  // ---- the client's side ----

  send(text: string): void {
    if (this.readyState === CONNECTING) throw new Error('The socket is not open yet.');
    if (this.readyState === OPEN) this.toServer.send(() => this.connection?.receive(text));
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState >= CLOSING) return;
    this.readyState = CLOSING;
    this.toServer.send(() => {
      this.connection?.gone(code === 1000);
      this.toClient.send(() => this.ended(code, reason));
    });
  }

  private ended(code: number, reason: string): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.onclose?.({ code, reason });
  }

  /** The line is cut, seen from either side. */
  cut(): void {
    if (this.connection) this.connection.drop();
    else this.drop();
  }

  // ---- the server's side ----

  private sink(): Sink {
    return {
      transport: 'websocket',
      frame: (messages) => this.frame(messages),
      // By a close frame, behind all that was said.
      close: (code, reason) => this.toClient.send(() => this.ended(code, reason)),
      drop: () => this.drop(),
    };
  }

  private frame(messages: readonly Outgoing[]): void {
    if (this.connection) this.network.sent(this.connection, messages);
    const data = messages.map((message) => JSON.stringify(message)).join('\n');
    for (let times = this.network.takeDuplicate() ? 2 : 1; times > 0; --times)
      this.toClient.send(() => {
        if (this.readyState === OPEN) this.onmessage?.({ data });
      });
  }

  /** What was on its way is lost, and nobody is told why. */
  private drop(): void {
    this.toServer.cut();
    this.toClient.cut();
    queueMicrotask(() => this.ended(1006, ''));
  }
}
