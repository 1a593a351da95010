// A tab whose messages another one carries. It asks now and then whether that one still answers: a browser may freeze a
// tab in the background, with the connection and the lock of the leader in it.
import type { ClientRequest, Welcome } from '@coterie/protocol';
import type { ConnectionState } from '../../api/status.js';
import type { TimerHandle } from '../../environment.js';
import type { Carrier, CarrierUser } from '../carrier.js';
import type { Group } from './group.js';
import type { FollowerMessage, LeaderMessage, TabMessage, Without } from './tabMessage.js';

const ASK_MS = 10_000;
const ANSWER_MS = 5_000;

export class Follower implements Carrier {
  /** What this tab would take over: the last welcome, and who else is there. */
  welcome: Welcome | null = null;
  tabs: readonly number[] = [];
  private connected = false;
  private term: string | null = null;
  private nonce = 0;
  private synced = false;
  private heardSinceAsked = false;
  private timer: TimerHandle;

  constructor(
    private readonly group: Group,
    private readonly user: CarrierUser,
    /** Nobody answers for the session any more. */
    private readonly leaderless: () => void,
  ) {
    group.listen((message) => this.heard(message));
    this.timer = group.environment.setTimer(() => this.ask(), ASK_MS * (0.5 + group.environment.random() / 2));
  }

  start(): void {
    this.greet();
  }

  send(message: ClientRequest): boolean {
    if (!this.connected) return false;
    this.post({ kind: 'request', message });
    return true;
  }

  unanswered(): void {
    this.post({ kind: 'unanswered' });
  }

  reconnect(): void {
    this.post({ kind: 'reconnect' });
  }

  authChanged(): void {
    this.post({ kind: 'authChanged' });
  }

  /** Its rooms are left by the leader; the session is the others'. */
  close(): void {
    this.post({ kind: 'leave' });
    this.stop();
  }

  /** Ends its part without a word: this tab is to lead. */
  stop(): void {
    this.group.environment.clearTimer(this.timer);
    this.group.listen(null);
  }

  // ---- what the leader says ----

  private heard(message: TabMessage): void {
    if (!('term' in message)) return;
    if (message.kind === 'leader') return this.follow(message.term);
    if (message.kind === 'sync') return this.sync(message);
    if (this.term === null && message.kind === 'alive') return this.follow(message.term);
    if (message.term !== this.term) return;
    this.heardSinceAsked = true;
    if (message.kind === 'tabs') this.tabs = message.tabs;
    else if (message.kind === 'state') this.tell(message.state);
    else if (message.kind === 'rooms?') {
      this.post({ kind: 'rooms', round: message.round, rooms: this.user.rooms() });
    } else if (this.synced) this.ofTheSession(message);
  }

  private ofTheSession(message: LeaderMessage): void {
    if (message.kind === 'welcome') {
      this.welcome = message.welcome;
      this.connected = true;
      this.user.welcomed(message);
    } else if (message.kind === 'frame') {
      this.user.frame(message.text, message.aside);
    } else if (message.kind === 'closed') {
      this.connected = false;
      this.user.closed();
    } else if (message.kind === 'unsent' && message.to === this.group.tab) {
      this.user.unsent(message.id);
    }
  }

  /** A new leader: what was asked of the one before is lost. */
  private follow(term: string): void {
    if (term === this.term) return;
    this.term = term;
    this.heardSinceAsked = true;
    this.synced = false;
    this.connected = false;
    this.user.closed();
    this.greet();
  }

  private sync(message: LeaderMessage & { kind: 'sync' }): void {
    if (message.to !== this.group.tab || message.nonce !== this.nonce || this.synced) return;
    this.term = message.term;
    this.heardSinceAsked = true;
    this.synced = true;
    this.tabs = message.tabs;
    const { session } = message;
    if (session) {
      this.welcome = session.welcome;
      this.connected = true;
      // It was there before this tab came: none of this tab's rooms are in it yet.
      this.user.welcomed({ ...session, statuses: [], sameSession: false });
    }
    this.tell(message.state);
  }

  private tell(state: ConnectionState): void {
    this.user.told({ ...state, role: 'follower' });
  }

  private greet(): void {
    this.nonce += 1;
    this.post({ kind: 'hello', nonce: this.nonce });
  }

  // ---- whether anybody leads ----

  private ask(): void {
    this.heardSinceAsked = false;
    this.post({ kind: 'alive?' });
    this.timer = this.group.environment.setTimer(() => this.judge(), ANSWER_MS);
  }

  private judge(): void {
    if (!this.heardSinceAsked) return this.leaderless();
    this.timer = this.group.environment.setTimer(() => this.ask(), ASK_MS);
  }

  private post(message: Without<FollowerMessage, 'from'>): void {
    this.group.post({ from: this.group.tab, ...message } as FollowerMessage);
  }
}
