// WebSocket or Server-Sent Events. Some networks let no WebSocket through; after three that came to nothing while none
// ever worked, Server-Sent Events are tried, and kept for this session where they work. WebSocket is tried again later.
import type { CoterieOptions } from '../api/client.js';
import type { Transport } from './transport.js';

type Kind = Transport['kind'];

const FAILURES = 3;
const AGAIN_MS = 5 * 60_000;

export class TransportChoice {
  private socketWorks = false;
  private failures = 0;
  private streamWorks = false;
  private socketTriedAt = 0;

  constructor(
    private readonly wish: NonNullable<CoterieOptions['transport']>,
    private readonly monotonic: () => number,
  ) {}

  next(): Kind {
    if (this.wish !== 'auto') return this.wish;
    const kind = this.decide();
    if (kind === 'websocket') this.socketTriedAt = this.monotonic();
    return kind;
  }

  welcomed(kind: Kind): void {
    if (kind === 'websocket') this.socketWorks = true;
    else this.streamWorks = true;
  }

  /** A connection that was never welcomed. `spoken`: the server itself ended it, so the way is open. */
  failed(kind: Kind, spoken: boolean): void {
    if (kind === 'websocket') this.failures = spoken ? 0 : this.failures + 1;
    else if (!spoken) {
      // Neither way is open: most likely nobody is there. Back to the first, one try at a time.
      this.streamWorks = false;
      this.failures = FAILURES - 1;
    }
  }

  private decide(): Kind {
    if (this.socketWorks) return 'websocket';
    if (this.streamWorks) return this.monotonic() - this.socketTriedAt >= AGAIN_MS ? 'websocket' : 'sse';
    return this.failures >= FAILURES ? 'sse' : 'websocket';
  }
}
