// One connection of a session, from its hello to its end: what is known of it, and what has to be stopped with it.
import type { Answer, Push, SubscriptionRequest, Welcome } from '@coterie/protocol';
import type { Environment, TimerHandle } from '../environment.js';
import { CatchUp } from './catchUp.js';
import type { Message } from './message.js';
import { Silence } from './silence.js';
import type { TokenKeeper } from './tokenKeeper.js';
import type { Transport } from './transport.js';

const CONNECT_MS = 15_000;
const SILENCE_SPARE_MS = 10_000;
const QUIET_MS = 5_000;

export class Connection {
  welcomed = false;
  /** The answer to the hello, where it is no welcome. */
  refused: Answer | null = null;
  goodbye: (Push & { type: 'goodbye' }) | null = null;
  tokens: TokenKeeper | null = null;
  private silence: Silence | null = null;
  private catchUp: CatchUp | null = null;
  private timer: TimerHandle | null;

  constructor(
    private readonly environment: Environment,
    readonly transport: Transport,
    readonly helloId: number,
    private readonly rooms: readonly SubscriptionRequest[],
    noWelcome: () => void,
  ) {
    this.timer = environment.setTimer(noWelcome, CONNECT_MS);
  }

  begin(welcome: Welcome, dead: () => void): void {
    this.clear();
    this.welcomed = true;
    this.silence = new Silence(this.environment, welcome.heartbeatMs + SILENCE_SPARE_MS, dead);
    this.catchUp = new CatchUp(this.rooms, welcome.subscriptions ?? []);
  }

  heard(): void {
    this.silence?.heard();
  }

  isSilent(): boolean {
    return this.silence?.isOver() ?? false;
  }

  /** Whether all rooms are caught up now. While they are not, `quiet` is called when nothing comes for a while. */
  isCaughtUp(messages: readonly Message[], quiet: () => void): boolean {
    this.clear();
    this.catchUp?.see(messages);
    if (this.catchUp?.done) return true;
    this.timer = this.environment.setTimer(quiet, QUIET_MS);
    return false;
  }

  forgive(): void {
    this.catchUp?.forgive();
  }

  release(code: number): void {
    this.clear();
    this.silence?.stop();
    this.tokens?.stop();
    this.transport.close(code);
  }

  private clear(): void {
    if (this.timer) this.environment.clearTimer(this.timer);
    this.timer = null;
  }
}
