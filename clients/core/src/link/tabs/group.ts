// The tabs of one browser that are signed in as one user at one server: their channel, and the two kinds of lock that
// tell who leads and who is still there.
import type { ChannelLike, Environment, LocksLike } from '../../environment.js';
import type { TabMessage } from './tabMessage.js';
import { readTabMessage } from './tabMessage.js';

export interface Sharing {
  openChannel(name: string): ChannelLike;
  locks: LocksLike;
}

export class Group {
  private readonly channel: ChannelLike;
  private heard: ((message: TabMessage) => void) | null = null;

  constructor(
    readonly name: string,
    readonly tab: number,
    readonly environment: Environment,
    private readonly sharing: Sharing,
  ) {
    this.channel = sharing.openChannel(`coterie-${name}`);
    this.channel.onmessage = ({ data }) => {
      const message = readTabMessage(data);
      if (message && message.from !== tab) this.heard?.(message);
    };
  }

  /** One at a time: this tab's part, follower or leader. */
  listen(heard: ((message: TabMessage) => void) | null): void {
    this.heard = heard;
  }

  post(message: TabMessage): void {
    try {
      this.channel.postMessage(message);
    } catch (failure) {
      this.environment.log?.('warn', 'a message to the other tabs could not be sent', failure);
    }
  }

  close(): void {
    this.heard = null;
    this.channel.onmessage = null;
    this.channel.close();
  }

  /** Calls `held` while this tab has the lock, until `held`'s promise ends. */
  lead(options: { signal?: AbortSignal; steal?: boolean }, held: () => Promise<void>): Promise<unknown> {
    return this.sharing.locks.request(`coterie-leader-${this.name}`, options, held);
  }

  /** Held for as long as this tab lives: it needs no message to say that it is gone. Resolves once it is held. */
  live(until: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const holding = this.sharing.locks.request(this.lifeOf(this.tab), {}, () => {
        resolve();
        return until;
      });
      holding.catch((failure: unknown) => {
        this.environment.log?.('warn', 'a tab could not hold its lock', failure);
        resolve();
      });
    });
  }

  /** Calls `gone` when that tab is. */
  watch(tab: number, signal: AbortSignal, gone: () => void): void {
    const waiting = this.sharing.locks.request(this.lifeOf(tab), { signal }, () => {
      gone();
      return Promise.resolve();
    });
    // Aborted: nobody wants to know any more.
    waiting.catch(() => {});
  }

  private lifeOf(tab: number): string {
    return `coterie-tab-${this.name}-${tab}`;
  }
}
