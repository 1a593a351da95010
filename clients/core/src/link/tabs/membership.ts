// One tab's part in its group:
//
//     follower ── the leader's lock is free, or was taken from one that does not answer ──► leader
//        ▲                                                                                    │
//        └──────────────── another tab took the lock, because this one slept ─────────────────┘
//
// The lock decides who leads, so there are never two that know of it; the session itself is safe in any case, because
// the server lets a successor in by the last secret only, and sends the predecessor away.
import type { Carrier } from '../carrier.js';
import type { SessionOptions } from '../sessionTypes.js';
import type { TabLink } from '../tabLink.js';
import { Follower } from './follower.js';
import type { Group } from './group.js';
import { Leader } from './leader.js';

export class Membership {
  part: Carrier;
  private follower: Follower | null = null;
  private left = false;
  private endLife: () => void = () => {};
  private endLead: () => void = () => {};
  private queued = new AbortController();
  private readonly stopListening: () => void;

  constructor(
    private readonly group: Group,
    private readonly link: TabLink,
    private readonly options: SessionOptions,
  ) {
    this.part = this.follow();
    this.stopListening = group.environment.page.listen((what) => what === 'leaving' && this.handOver());
  }

  async start(): Promise<void> {
    const life = new Promise<void>((resolve) => (this.endLife = resolve));
    // First: the leader watches this lock as soon as it hears of this tab.
    await this.group.live(life);
    if (this.left) return;
    this.follower?.start();
    this.queue({ signal: this.queued.signal });
  }

  leave(leaveSession: boolean): void {
    this.left = true;
    this.stopListening();
    this.queued.abort();
    this.part.close(leaveSession);
    this.endLead();
    this.endLife();
    this.group.close();
  }

  private follow(): Follower {
    this.follower = new Follower(this.group, this.link, () => this.takeOver());
    this.part = this.follower;
    return this.follower;
  }

  private takeOver(): void {
    this.group.environment.log?.('warn', 'the tab that holds the connection does not answer; taking over');
    this.queued.abort();
    this.queue({ steal: true });
  }

  private queue(options: { signal: AbortSignal } | { steal: true }): void {
    let led = false;
    const held = () => {
      if (this.left) return Promise.resolve();
      led = true;
      return this.lead();
    };
    // It ends by an error where it was aborted while it waited, or stolen while it was held.
    this.group.lead(options, held).catch(() => {
      if (led) this.stepDown();
    });
  }

  private lead(): Promise<void> {
    const { follower, link } = this;
    follower?.stop();
    link.closed();
    const welcome = follower?.welcome ?? null;
    const position = link.position();
    const inherited = welcome && position ? { welcome, position } : null;
    const tabs = follower?.tabs ?? [];
    const leader = new Leader(this.group, link, this.options, inherited, tabs, () => this.stepDown());
    this.follower = null;
    this.part = leader;
    leader.start();
    return new Promise((resolve) => (this.endLead = resolve));
  }

  /** A page that goes may live on in the back/forward cache, with its locks, and say nothing. */
  private handOver(): void {
    if (this.part instanceof Leader && this.part.hasOthers) this.stepDown();
  }

  private stepDown(): void {
    if (this.left || this.follower) return;
    this.part.close(false);
    this.endLead();
    this.queued = new AbortController();
    this.follow().start();
    this.queue({ signal: this.queued.signal });
  }
}
