// A transport whose code is loaded when it is first needed. Where that does not come, its connection ends as one that
// could not be made.
import type { ClientMessage, Hello } from '@coterie/protocol';
import type { Transport, TransportHandlers } from './transport.js';

export class LaterTransport implements Transport {
  private handlers: TransportHandlers | null = null;
  private transport: Transport | null = null;

  constructor(
    readonly kind: Transport['kind'],
    private readonly load: () => Promise<Transport>,
    private readonly failed: (failure: unknown) => void,
  ) {}

  open(hello: Hello & { id: number }, handlers: TransportHandlers): void {
    this.handlers = handlers;
    this.load().then(
      (transport) => {
        if (!this.handlers) return;
        this.transport = transport;
        transport.open(hello, handlers);
      },
      (failure: unknown) => {
        this.failed(failure);
        this.close(1006);
      },
    );
  }

  send(message: ClientMessage): void {
    this.transport?.send(message);
  }

  close(code: number): void {
    const { handlers, transport } = this;
    this.handlers = null;
    if (transport) transport.close(code);
    else handlers?.closed({ code, reason: '' });
  }
}
