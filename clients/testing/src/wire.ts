// One direction of a connection: what is sent arrives later, in its order, or not at all once it is cut.
import type { Clock } from './clock.js';

export class Wire {
  private waiting: { due: number; work: () => void }[] = [];
  private pumping = false;
  private isCut = false;

  constructor(
    private readonly clock: Clock,
    private readonly delay: () => number,
  ) {}

  send(work: () => void): void {
    const earliest = this.waiting.at(-1)?.due ?? 0;
    this.waiting.push({ due: Math.max(earliest, this.clock.monotonic() + this.delay()), work });
    this.pump();
  }

  /** What is on its way is lost. */
  cut(): void {
    this.isCut = true;
    this.waiting = [];
  }

  private pump(): void {
    const [next] = this.waiting;
    if (this.pumping || !next) return;
    this.pumping = true;
    const wait = next.due - this.clock.monotonic();
    const arrive = () => {
      this.pumping = false;
      const arrived = this.waiting.shift();
      if (arrived && !this.isCut) arrived.work();
      this.pump();
    };
    if (wait > 0) this.clock.setTimer(arrive, wait);
    else queueMicrotask(arrive);
  }
}
