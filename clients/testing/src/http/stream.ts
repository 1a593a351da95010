// A session over Server-Sent Events: the same frames, one event each, as the body of an answer.
import { advance, type Position } from '@coterie/protocol';
import { Connection, type Hall } from '../session/connection.js';
import type { Outgoing, Sink } from '../session/live.js';
import type { Network } from '../socket.js';
import { Wire } from '../wire.js';

export class EventStream {
  readonly connection: Connection;
  readonly body: ReadableStream<Uint8Array>;
  private readonly wire: Wire;
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  private position: Position | null = null;
  /** The rooms of the hello. Once one of them has ended, no position is one to come back to with that hello. */
  private rooms: readonly number[] = [];
  private isOver = false;
  private saidGoodbye = false;

  constructor(
    hall: Hall,
    private readonly network: Network,
    signal: AbortSignal | null | undefined,
  ) {
    this.wire = new Wire(hall.desk.clock, () => network.delay());
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
      cancel: () => this.left(),
    });
    this.connection = new Connection(hall, this.sink());
    signal?.addEventListener('abort', () => {
      this.left();
      this.controller?.error(signal.reason ?? new DOMException('Aborted', 'AbortError'));
    });
  }

  private sink(): Sink {
    return {
      transport: 'sse',
      frame: (messages) => this.frame(messages),
      close: (code, reason) => this.end(code, reason),
      drop: () => {
        this.isOver = true;
        this.wire.cut();
        this.controller?.error(new TypeError('network error'));
      },
    };
  }

  private left(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.wire.cut();
    this.connection.gone(false);
  }

  private frame(messages: readonly Outgoing[]): void {
    this.network.sent(this.connection, messages);
    for (const message of messages) this.heed(message);
    if (this.position) this.position = advance(this.position, messages) ?? this.position;
    for (let times = this.network.takeDuplicate() ? 2 : 1; times > 0; --times) this.event(messages);
  }

  private heed(message: Outgoing): void {
    if (message.type === 'goodbye') this.saidGoodbye = true;
    if (message.type === 'welcome') {
      this.position = message.position;
      this.rooms = (message.subscriptions ?? []).map(({ subscription }) => subscription);
    }
    if (message.type === 'unsubscribed' && this.rooms.includes(message.subscription)) this.position = null;
  }

  private event(messages: readonly object[]): void {
    const id = this.position ? `id: ${JSON.stringify(this.position)}\n` : '';
    const data = messages.map((message) => `data: ${JSON.stringify(message)}\n`).join('');
    this.wire.send(() => {
      if (!this.isOver) this.controller?.enqueue(new TextEncoder().encode(`${id}${data}\n`));
    });
  }

  /** In place of a close frame the last event is a `goodbye`. */
  private end(code: number, reason: string): void {
    if (!this.saidGoodbye) this.event([{ type: 'goodbye', code, reason, retryMs: [1000, 5000] }]);
    this.wire.send(() => {
      if (this.isOver) return;
      this.isOver = true;
      this.controller?.close();
    });
  }
}
