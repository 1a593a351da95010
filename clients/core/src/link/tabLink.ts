// The link of one tab, whatever carries its messages: numbers its requests, waits for their answers, cuts frames to
// what concerns it, and keeps the position.
import { advance, readFrame } from '@coterie/protocol';
import type {
  Answer,
  ClientRequest,
  Position,
  RequestMembers,
  RequestType,
  SubscriptionRequest,
  Welcome,
} from '@coterie/protocol';
import type { ConnectionState } from '../api/status.js';
import { unfit } from '../base/unfit.js';
import type { Environment } from '../environment.js';
import type { Carrier, CarrierUser, Welcomed } from './carrier.js';
import { TAB_RANGE, tabOf } from './carrier.js';
import { Cell } from './cell.js';
import type { Link, LinkReply, LinkUser } from './link.js';
import { answerId, type Message } from './message.js';
import { Requests } from './requests.js';
import { messagesOf } from './tabFrame.js';

const ENDED: ConnectionState = { state: 'stopped', reason: 'Closed.', attempt: 0, role: 'alone' };

/** Drawn, so that a tab has its numbers before it has met the others. */
export function drawTab(environment: Environment): number {
  return 1 + Math.floor(environment.random() * (2 ** 31 - 1));
}

export class TabLink implements Link, CarrierUser {
  readonly state = new Cell<ConnectionState>({ state: 'connecting', attempt: 0, role: 'alone' });
  private readonly requests: Requests;
  private carrier: Carrier | null = null;
  private user: LinkUser | null = null;
  private subscriptions = 0;
  private connected: Welcome | null = null;
  private at: Position | null = null;
  /** Whether this connection's hello was told of this tab's rooms. */
  private asked = false;
  private closing = false;
  /** The token has changed before anything was there that could be told. */
  private authIsNew = false;

  constructor(
    private readonly environment: Environment,
    readonly tab: number,
    /** Makes what carries its messages; the code for that may have to be loaded first. */
    private readonly begin: (link: TabLink) => Promise<Carrier>,
  ) {
    this.requests = new Requests(environment, tab, () => this.carrier?.unanswered());
  }

  // ---- as the client sees it ----

  start(user: LinkUser): void {
    if (this.user) throw new Error('A link is started once.');
    this.user = user;
    void this.begin(this).then((carrier) => this.carry(carrier));
  }

  private carry(carrier: Carrier): void {
    if (this.closing) return carrier.close(false);
    this.carrier = carrier;
    carrier.start();
    if (this.authIsNew) carrier.authChanged();
  }

  nextSubscription(): number {
    this.subscriptions += 1;
    return this.tab * TAB_RANGE + this.subscriptions;
  }

  request<K extends RequestType>(type: K, members: RequestMembers[K]): Promise<LinkReply> {
    const id = this.requests.nextId();
    const message = { id, type, ...members } as unknown as ClientRequest;
    if (!this.connected || !this.carrier) return Promise.resolve({ kind: 'offline' });
    const refused = this.refusal(message);
    if (refused) return Promise.resolve({ kind: 'answer', answer: refused });
    const reply = this.requests.wait(id);
    if (!this.carrier.send(message)) this.requests.unsent(id);
    return reply;
  }

  position(): Position | null {
    return this.at;
  }

  welcome(): Welcome | null {
    return this.connected;
  }

  reconnect(): void {
    this.carrier?.reconnect();
  }

  authChanged(): void {
    if (this.carrier) this.carrier.authChanged();
    else this.authIsNew = true;
  }

  close(leave: boolean): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      this.carrier?.close(leave);
      this.closed();
      this.told(ENDED);
    }
    return Promise.resolve();
  }

  // ---- as its carrier sees it ----

  rooms(): SubscriptionRequest[] {
    this.asked = true;
    return this.user?.rooms() ?? [];
  }

  /** Rooms of this tab that are not named in it are joined by the user: it came later, or did not say in time. */
  welcomed({ welcome, statuses, sameSession, position }: Welcomed): void {
    if (!this.asked) this.rooms();
    this.asked = false;
    this.connected = welcome;
    this.at = position;
    const own = statuses.filter(({ subscription }) => tabOf(subscription) === this.tab);
    this.user?.welcomed(welcome, own, sameSession);
  }

  frame(text: string, aside: boolean): void {
    if (!this.connected || !this.at) return;
    const all = readFrame(text) as Message[];
    const position = aside ? null : advance(this.at, all);
    const messages = messagesOf(this.tab, all);
    try {
      if (messages.length > 0 || position) this.user?.frame({ messages, position });
    } catch (failure) {
      this.environment.log?.('error', 'a frame could not be applied', failure);
    }
    // It holds once the frame is applied.
    if (position) this.at = position;
    for (const message of messages) {
      const id = answerId(message);
      if (id !== null) this.requests.answer(id, message as Answer);
    }
  }

  closed(): void {
    const was = this.connected;
    this.connected = null;
    this.asked = false;
    this.requests.loseAll();
    if (was) this.user?.closed();
  }

  unsent(id: number): void {
    this.requests.unsent(id);
  }

  told(state: ConnectionState): void {
    if (!this.closing || state.state === 'stopped') this.state.set(state);
  }

  /** A message that cannot be sent, or that the server would end the connection for, is answered here instead. */
  private refusal(message: ClientRequest): Answer | null {
    const refused = (code: 'invalid' | 'too_large', text: string): Answer => ({
      id: message.id,
      type: 'error',
      code,
      message: text,
      retry: false,
    });
    const bad = unfit(message);
    if (bad !== null) return refused('invalid', bad);
    const limits = this.connected?.limits;
    const overHttp = this.state.get().transport === 'sse';
    const most = overHttp ? limits?.bodyBytes : limits?.messageBytes;
    if (most === undefined) return null;
    const text = JSON.stringify(message);
    // A character is at most three bytes.
    if (text.length * 3 <= most || new TextEncoder().encode(text).length <= most) return null;
    return refused('too_large', `This is larger than the ${most} bytes that the server takes at once.`);
  }
}
