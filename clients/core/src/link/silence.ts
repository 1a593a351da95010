// Notices a connection on which nothing is heard any more (half-open: the other side is gone and nobody said so).
import type { Environment, TimerHandle } from '../environment.js';

export class Silence {
  private heardAt: number;
  private heardAtWall: number;
  private timer: TimerHandle;

  constructor(
    private readonly environment: Environment,
    private readonly limitMs: number,
    private readonly dead: () => void,
  ) {
    this.heardAt = environment.monotonic();
    this.heardAtWall = environment.now();
    this.timer = environment.setTimer(() => this.look(), limitMs);
  }

  heard(): void {
    this.heardAt = this.environment.monotonic();
    this.heardAtWall = this.environment.now();
  }

  /** Also by the wall clock: some monotonic clocks stand still while the machine sleeps. */
  isOver(): boolean {
    const { monotonic, now } = this.environment;
    return monotonic() - this.heardAt >= this.limitMs || now() - this.heardAtWall >= this.limitMs;
  }

  stop(): void {
    this.environment.clearTimer(this.timer);
  }

  private look(): void {
    const left = this.heardAt + this.limitMs - this.environment.monotonic();
    if (left <= 0) this.dead();
    else this.timer = this.environment.setTimer(() => this.look(), left);
  }
}
