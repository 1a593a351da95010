// The tab that holds the connection for all tabs of its group. Requests of the others go on as they are, and every frame
// is told to all of them as it came: each knows its own by their numbers.
import type { ClientRequest, SubscriptionRequest } from '@coterie/protocol';
import type { ConnectionState } from '../../api/status.js';
import type { TimerHandle } from '../../environment.js';
import type { Carrier, CarrierUser, Welcomed } from '../carrier.js';
import { tabOf } from '../carrier.js';
import { Session } from '../session.js';
import type { Inheritance, SessionOptions, SessionUser } from '../sessionTypes.js';
import type { Group } from './group.js';
import type { LeaderMessage, TabMessage, Without } from './tabMessage.js';

/** A tab that does not say in time what it wants (it sleeps) comes later to the session. */
const ROOMS_MS = 300;

/** What is known of another tab. */
interface Tab {
  /** Its rooms in the session, to be left when it is gone. */
  rooms: Set<number>;
  watch: AbortController;
}

interface Gathering {
  since: number;
  round: number;
  waiting: Set<number>;
  rooms: SubscriptionRequest[];
  done(): void;
}

export class Leader implements Carrier, SessionUser {
  private readonly term: string;
  private readonly session: Session;
  private readonly tabs = new Map<number, Tab>();
  private readonly ownRooms = new Set<number>();
  private state: ConnectionState | null = null;
  private current: Welcomed | null = null;
  private gathering: Gathering | null = null;
  private round = 0;

  constructor(
    private readonly group: Group,
    private readonly user: CarrierUser,
    options: SessionOptions,
    inherited: Inheritance | null,
    tabs: readonly number[],
    /** Another tab leads now. */
    private readonly deposed: () => void,
  ) {
    this.term = group.environment.newId();
    this.session = new Session(options, this, inherited);
    for (const tab of tabs) if (tab !== group.tab) this.meet(tab);
    group.listen((message) => this.heard(message));
  }

  get hasOthers(): boolean {
    return this.tabs.size > 0;
  }

  start(): void {
    this.post({ kind: 'leader' });
    this.session.start();
  }

  // ---- as this tab's link sees it ----

  send(message: ClientRequest): boolean {
    this.note(message, this.ownRooms);
    return this.session.send(message);
  }

  unanswered(): void {
    this.session.unanswered();
  }

  reconnect(): void {
    this.session.reconnect();
  }

  authChanged(): void {
    this.session.authChanged();
  }

  /** `leave` ends the session only where no other tab lives on it; the rooms of this tab are left at once anyway. */
  close(leave: boolean): void {
    this.group.listen(null);
    for (const { watch } of this.tabs.values()) watch.abort();
    const last = this.tabs.size === 0;
    if (leave && !last) for (const subscription of this.ownRooms) this.session.unsubscribe(subscription);
    this.session.close(leave && last);
  }

  // ---- as the session sees it ----

  async rooms(): Promise<SubscriptionRequest[]> {
    const others = await this.gather();
    const own = this.user.rooms();
    this.ownRooms.clear();
    for (const { subscription } of own) this.ownRooms.add(subscription);
    for (const tab of this.tabs.values()) tab.rooms.clear();
    for (const { subscription } of others) this.tabs.get(tabOf(subscription))?.rooms.add(subscription);
    return [...own, ...others];
  }

  welcomed(welcomed: Welcomed): void {
    this.current = welcomed;
    this.post({ kind: 'welcome', ...welcomed, statuses: [...welcomed.statuses] });
    this.user.welcomed(welcomed);
  }

  frame(text: string, aside: boolean): void {
    this.post({ kind: 'frame', text, aside });
    this.user.frame(text, aside);
  }

  closed(): void {
    this.current = null;
    this.post({ kind: 'closed' });
    this.user.closed();
  }

  told(state: ConnectionState): void {
    this.state = state;
    this.post({ kind: 'state', state });
    this.user.told(state);
  }

  // ---- the other tabs ----

  private heard(message: TabMessage): void {
    const { from } = message;
    if ('term' in message) {
      if (message.kind === 'leader') this.deposed();
      return;
    }
    if (message.kind === 'hello') return this.greet(from, message.nonce);
    if (message.kind === 'leave') return this.lose(from);
    if (message.kind === 'alive?') return this.post({ kind: 'alive' });
    const tab = this.meet(from);
    if (message.kind === 'rooms') this.gathered(from, message.round, message.rooms);
    else if (message.kind === 'request') this.forward(from, tab, message.message);
    else if (message.kind === 'woken') this.woken();
    else this.session[message.kind]();
  }

  /** The timers of a tab that nobody looks at may be a minute late: one that is looked at says when they are due. */
  private woken(): void {
    const { gathering } = this;
    if (gathering && this.group.environment.monotonic() - gathering.since >= ROOMS_MS) gathering.done();
    else this.session.woken();
  }

  private greet(tab: number, nonce: number): void {
    this.meet(tab);
    const state = this.state ?? { state: 'connecting', attempt: 0, role: 'leader' };
    const position = this.session.position();
    const session = this.current && position ? { welcome: this.current.welcome, position } : null;
    this.post({ kind: 'sync', to: tab, nonce, state, session, tabs: [...this.tabs.keys()] });
  }

  private meet(number: number): Tab {
    const known = this.tabs.get(number);
    if (known) return known;
    const tab: Tab = { rooms: new Set(), watch: new AbortController() };
    this.tabs.set(number, tab);
    this.group.watch(number, tab.watch.signal, () => this.lose(number));
    this.post({ kind: 'tabs', tabs: [...this.tabs.keys()] });
    return tab;
  }

  private lose(number: number): void {
    const tab = this.tabs.get(number);
    if (!tab) return;
    this.tabs.delete(number);
    tab.watch.abort();
    for (const subscription of tab.rooms) this.session.unsubscribe(subscription);
    this.gathered(number, this.round, []);
    this.post({ kind: 'tabs', tabs: [...this.tabs.keys()] });
  }

  private forward(from: number, tab: Tab, message: ClientRequest): void {
    if (this.session.send(message)) this.note(message, tab.rooms);
    else this.post({ kind: 'unsent', to: from, id: message.id });
  }

  private note(message: ClientRequest, rooms: Set<number>): void {
    if (message.type === 'subscribe') rooms.add(message.subscription);
    else if (message.type === 'unsubscribe') rooms.delete(message.subscription);
  }

  // ---- all tabs' rooms, for a hello ----

  private gather(): Promise<SubscriptionRequest[]> {
    this.round += 1;
    const waiting = new Set(this.tabs.keys());
    if (waiting.size === 0) return Promise.resolve([]);
    const { environment } = this.group;
    return new Promise((resolve) => {
      const rooms: SubscriptionRequest[] = [];
      const late: TimerHandle = environment.setTimer(() => this.gathering?.done(), ROOMS_MS);
      const done = () => {
        environment.clearTimer(late);
        this.gathering = null;
        resolve(rooms);
      };
      this.gathering = { since: environment.monotonic(), round: this.round, waiting, rooms, done };
      this.post({ kind: 'rooms?', round: this.round });
    });
  }

  private gathered(tab: number, round: number, rooms: readonly SubscriptionRequest[]): void {
    const { gathering } = this;
    if (!gathering || gathering.round !== round || !gathering.waiting.delete(tab)) return;
    gathering.rooms.push(...rooms);
    if (gathering.waiting.size === 0) gathering.done();
  }

  private post(message: Without<LeaderMessage, 'from' | 'term'>): void {
    this.group.post({ from: this.group.tab, term: this.term, ...message } as LeaderMessage);
  }
}
