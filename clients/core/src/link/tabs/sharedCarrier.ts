// One connection for all tabs of a browser: those that are signed in as the same user at the same server make a group,
// in which one tab holds the connection for all. Whose token cannot be told (it is nothing that reads as one) is alone.
import type { GetToken } from '../../api/client.js';
import type { Environment } from '../../environment.js';
import type { Carrier } from '../carrier.js';
import type { LinkOptions } from '../directLink.js';
import { aloneIn, sessionOptions } from '../directLink.js';
import type { Session } from '../session.js';
import { tokenSubject } from '../subject.js';
import type { TabLink } from '../tabLink.js';
import type { Sharing } from './group.js';
import { Group } from './group.js';
import { Follower } from './follower.js';
import { Membership } from './membership.js';

const FRESH_MS = 5_000;

export class SharedCarrier implements Carrier {
  /** Whose group this tab is in; undefined: not known yet; null: cannot be told. */
  private subject: string | null | undefined = undefined;
  private fresh: { token: string; at: number } | null = null;
  private alone: Session | null = null;
  private membership: Membership | null = null;
  private closed = false;

  constructor(
    private readonly options: LinkOptions,
    private readonly getToken: GetToken,
    private readonly environment: Environment,
    private readonly sharing: Sharing,
    private readonly link: TabLink,
  ) {}

  /** Alone at first, as far as the token; with it, in the group of its user. */
  start(): void {
    if (!this.closed) this.beAlone();
  }

  send(message: Parameters<Carrier['send']>[0]): boolean {
    return this.part?.send(message) ?? false;
  }

  unanswered(): void {
    this.part?.unanswered();
  }

  reconnect(): void {
    this.part?.reconnect();
  }

  authChanged(): void {
    this.fresh = null;
    const part = this.part;
    if (!(part instanceof Follower)) return part?.authChanged();
    // Another user's token ends here, in another group; the same user's is the leader's affair, as is none.
    this.token({ reason: 'connect' }).then(
      () => part.authChanged(),
      () => {},
    );
  }

  close(leave: boolean): void {
    this.closed = true;
    this.depart(leave);
  }

  private get part(): Carrier | null {
    return this.membership?.part ?? this.alone;
  }

  private depart(leave: boolean): void {
    this.membership?.leave(leave);
    this.alone?.close(leave);
    this.membership = null;
    this.alone = null;
  }

  /** Does not end where the token is another user's than before: whoever asked is about to be replaced. */
  private readonly token: (why: Parameters<GetToken>[0]) => Promise<string | null> = async (why) => {
    const { fresh } = this;
    this.fresh = null;
    const now = this.environment.monotonic();
    if (fresh && why.reason === 'connect' && now - fresh.at < FRESH_MS) return fresh.token;
    const token = await this.getToken(why);
    if (token === null) return null;
    const subject = tokenSubject(token);
    if (subject === this.subject || this.closed) return token;
    this.fresh = { token, at: now };
    queueMicrotask(() => this.regroup(subject));
    return new Promise(() => {});
  };

  private regroup(subject: string | null): void {
    if (this.closed || subject === this.subject) return;
    this.depart(true);
    this.link.closed();
    this.subject = subject;
    if (subject === null) return this.beAlone();
    const options = { ...sessionOptions(this.options, this.environment, 'leader'), getToken: this.token };
    const name = [this.options.storageName ?? 'coterie', options.urls.base, subject].join(' ');
    this.membership = new Membership(
      new Group(name, this.link.tab, this.environment, this.sharing),
      this.link,
      options,
    );
    this.link.told({ state: 'connecting', attempt: 0, role: 'follower' });
    void this.membership.start();
  }

  private beAlone(): void {
    this.alone = aloneIn(this.link, { ...this.options, getToken: this.token }, this.environment);
    this.alone.start();
  }
}
