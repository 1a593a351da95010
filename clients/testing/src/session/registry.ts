// Sessions: they outlive their connection by 15 s, so that locks and presence live on where somebody comes right back.
import type { TimerHandle } from '@coterie/client';
import type { Clock } from '../clock.js';
import type { Author } from '../model.js';
import type { Live } from './live.js';

const GRACE_MS = 15_000;

interface Session {
  readonly id: string;
  readonly userId: string;
  author: Author & { sessionId: string };
  live: Live | null;
  grace: TimerHandle | null;
}

export class Registry {
  private sessions = new Map<string, Session>();
  private made = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ended: (sessionId: string) => void,
  ) {}

  live(): Live[] {
    return [...this.sessions.values()].flatMap((session) => session.live ?? []);
  }

  /** By the secret of the last welcome; null: there is none, or none any more. */
  find(secret: string): { author: Author & { sessionId: string }; live: Live | null } | null {
    return this.sessions.get(secret) ?? null;
  }

  /** A new session, or the one that `resume` names; `foreign`: it is another user's. */
  open(author: Author, resume: string | undefined): { sessionId: string; secret: string } | 'foreign' {
    const known = resume === undefined ? undefined : this.sessions.get(resume);
    if (known && known.userId !== author.userId) return 'foreign';
    const secret = `secret-${++this.made}`;
    const sessionId = known?.id ?? `session-${this.made}`;
    if (known && resume !== undefined) {
      this.sessions.delete(resume);
      this.sessions.set(secret, known);
    } else {
      const begun = { id: sessionId, userId: author.userId, author: { ...author, sessionId } };
      this.sessions.set(secret, { ...begun, live: null, grace: null });
    }
    return { sessionId, secret };
  }

  /** The connection of a session; returns the one that it takes the place of. */
  attach(secret: string, live: Live): Live | null {
    const session = this.sessions.get(secret);
    if (!session) return null;
    const before = session.live;
    session.live = live;
    session.author = live.author;
    this.disarm(session);
    return before;
  }

  /** `clean`: it left, and its session ends at once. */
  detach(live: Live, clean: boolean): void {
    const entry = [...this.sessions].find(([, session]) => session.live === live);
    if (!entry) return;
    const [secret, session] = entry;
    session.live = null;
    if (clean) return this.end(secret);
    session.grace = this.clock.setTimer(() => {
      const now = [...this.sessions].find(([, one]) => one === session);
      if (now && !session.live) this.end(now[0]);
    }, GRACE_MS);
  }

  /** Whether this is still the connection of its session. */
  isLive(live: Live): boolean {
    return [...this.sessions.values()].some((session) => session.live === live);
  }

  end(secret: string): void {
    const session = this.sessions.get(secret);
    if (!session) return;
    this.sessions.delete(secret);
    this.disarm(session);
    this.ended(session.id);
  }

  endOf(userId: string): void {
    for (const [secret, session] of this.sessions) if (session.userId === userId) this.end(secret);
  }

  /** As a restart does: without telling anybody. */
  forget(): void {
    for (const session of this.sessions.values()) this.disarm(session);
    this.sessions = new Map();
  }

  private disarm(session: Session): void {
    if (session.grace) this.clock.clearTimer(session.grace);
    session.grace = null;
  }
}
