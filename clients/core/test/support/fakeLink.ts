// A link whose server is the test: it sees each request, answers by hand, and says what a stream says.
import type {
  Answer,
  AnswerMembers,
  AnswerType,
  Entity,
  Position,
  Push,
  RequestMembers,
  RequestType,
  SubscriptionRequest,
  SubscriptionStatus,
  Welcome,
} from '@coterie/protocol';
import type { ConnectionState } from '../../src/api/status.js';
import type { Frame, Link, LinkReply, LinkUser } from '../../src/link/link.js';
import { turns } from './clock.js';

export interface Asked<K extends RequestType = RequestType> {
  id: number;
  type: K;
  members: RequestMembers[K];
  reply(reply: LinkReply): void;
  open: boolean;
}

export const LIMITS: Welcome['limits'] = {
  messageBytes: 1 << 20,
  bodyBytes: 1 << 20,
  entityBytes: 1 << 20,
  transactionBytes: 1 << 20,
  operations: 100,
  subscriptions: 100,
  inFlight: 64,
  locks: 100,
  stateBytes: 1024,
  pageEntities: 1000,
  pageBytes: 1 << 20,
  answers: { ageMs: 86_400_000, count: 100_000 },
  resume: { ageMs: 86_400_000, count: 100_000 },
  conflicts: 100,
  notifications: 100,
  announcements: 10,
};

export class FakeLink implements Link {
  private value: ConnectionState = { state: 'connecting', attempt: 0, role: 'alone' };
  private user: LinkUser | null = null;
  private numbers = 0;
  private ids = 0;
  private at: Position | null = null;
  private last: Welcome | null = null;
  connected = false;
  asked: Asked[] = [];
  authChanges = 0;
  /** Of the last hello. */
  hello: SubscriptionRequest[] = [];

  readonly state = { get: () => this.value, subscribe: () => () => {} };

  nextSubscription(): number {
    return ++this.numbers;
  }

  start(user: LinkUser): void {
    this.user = user;
  }

  request<K extends RequestType>(type: K, members: RequestMembers[K]): Promise<LinkReply> {
    if (!this.connected) return Promise.resolve({ kind: 'offline' });
    return new Promise((done) => {
      const asked: Asked<K> = {
        id: ++this.ids,
        type,
        members: structuredClone(members),
        open: true,
        reply: (reply) => {
          asked.open = false;
          done(reply);
        },
      };
      this.asked.push(asked as unknown as Asked);
      if (type === 'notifications')
        void this.answer(asked as unknown as Asked, 'notifications', { notifications: [], unread: 0 });
      if (type === 'announcements') void this.answer(asked as unknown as Asked, 'announcements', { announcements: [] });
    });
  }

  position(): Position | null {
    return this.at;
  }

  welcome(): Welcome | null {
    return this.last;
  }

  reconnect(): void {}

  authChanged(): void {
    ++this.authChanges;
  }

  async close(): Promise<void> {
    this.drop();
  }

  // ---- the test's side ----

  /** Open requests of that type, the oldest first. */
  open<K extends RequestType>(type: K): Asked<K>[] {
    return this.asked.filter((asked) => asked.open && asked.type === type) as unknown as Asked<K>[];
  }

  sent<K extends RequestType>(type: K): RequestMembers[K][] {
    return this.asked.filter((asked) => asked.type === type).map((asked) => asked.members as RequestMembers[K]);
  }

  only<K extends RequestType>(type: K): Asked<K> {
    const [first, more] = this.open(type);
    if (!first || more) throw new Error(`${this.open(type).length} open ${type} requests, not one`);
    return first;
  }

  async connect(
    options: {
      userId?: string;
      sessionId?: string;
      sameSession?: boolean;
      position?: Position;
      limits?: Partial<Welcome['limits']>;
      status?: (request: SubscriptionRequest) => SubscriptionStatus['status'];
      reason?: string;
    } = {},
  ): Promise<void> {
    if (!this.user) throw new Error('The link was not started.');
    const requests = this.user.rooms();
    this.hello = requests;
    const status = options.status ?? ((request) => (request.position ? 'recovered' : 'new'));
    const statuses = requests.map((request) => ({
      subscription: request.subscription,
      status: status(request),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    }));
    this.at = options.position ?? this.at ?? { epoch: 'e1', seq: 0 };
    this.connected = true;
    const userId = options.userId ?? 'ann';
    this.last = {
      sessionId: options.sessionId ?? 's1',
      resume: 'secret',
      user: { id: userId, name: userId },
      position: this.at,
      heartbeatMs: 30_000,
      limits: { ...LIMITS, ...options.limits },
      features: [],
    };
    this.value = { state: 'live', attempt: 0, role: 'alone' };
    this.user.welcomed(this.last, statuses, options.sameSession ?? false);
    await turns();
  }

  /** The connection breaks: what was asked has no answer. */
  drop(): void {
    if (!this.connected) return;
    this.connected = false;
    this.value = { state: 'offline', attempt: 1, role: 'alone' };
    for (const asked of this.asked.filter((each) => each.open)) asked.reply({ kind: 'lost' });
    this.user?.closed();
  }

  /** Answers within a frame, with what else stands in it. */
  async answer<K extends AnswerType>(
    asked: Pick<Asked, 'id' | 'reply'>,
    type: K,
    members: AnswerMembers[K],
    more: readonly Push[] = [],
    position?: number,
  ): Promise<void> {
    const answer = { id: asked.id, type, ...structuredClone(members) } as unknown as Answer;
    this.deliver([answer, ...more], position);
    asked.reply({ kind: 'answer', answer });
    await turns();
  }

  async say(...pushes: Push[]): Promise<void> {
    this.deliver(pushes);
    await turns();
  }

  deliver(messages: readonly (Answer | Push)[], position?: number): void {
    const seqs = messages.flatMap((message) => {
      if ('id' in message) return message.type === 'subscribed' ? [message.position.seq] : [];
      if (message.type === 'snapshot') return [message.position.seq];
      return 'seq' in message ? [message.seq] : [];
    });
    const seq = Math.max(position ?? -1, ...seqs, this.at?.seq ?? -1);
    const moves = seqs.length > 0 || position !== undefined;
    if (this.at && moves) this.at = { ...this.at, seq };
    const frame: Frame = { messages: structuredClone(messages), position: moves ? this.at : null };
    this.user?.frame(frame);
  }

  ping(seq: number): void {
    this.deliver([{ type: 'ping', seq }]);
  }

  /** Answers the oldest open subscribe with these records. */
  async subscribed(entities: Entity[], seq: number, cursor?: string): Promise<void> {
    const [asked] = this.open('subscribe');
    if (!asked) throw new Error('Nobody has subscribed.');
    await this.answer(asked as unknown as Asked, 'subscribed', {
      subscription: asked.members.subscription,
      position: { epoch: this.at?.epoch ?? 'e1', seq },
      entities,
      locks: [],
      presence: [],
      ...(cursor === undefined ? {} : { cursor }),
    });
  }
}
