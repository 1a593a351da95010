// What this user is told beside the records: notifications until they are read, announcements for as long as they
// stand.
import type { Announcement, Notification, PushMembers } from '@coterie/protocol';
import type { Result } from '../api/outcome.js';
import { Alarm } from '../base/alarm.js';
import { ask, type Base } from '../base/base.js';
import { Source } from '../base/batch.js';

const MOST = 100;

export class Inbox {
  readonly notifications: Source<{ items: readonly Notification[]; unread: number }>;
  readonly announcements: Source<readonly Announcement[]>;
  private items: Notification[] = [];
  private unread = 0;
  private readonly standing = new Map<number, { announcement: Announcement; alarm: Alarm }>();

  constructor(private readonly base: Base) {
    this.notifications = new Source(base.batch, () => ({ items: this.items, unread: this.unread }));
    this.announcements = new Source(base.batch, () => [...this.standing.values()].map((each) => each.announcement));
  }

  /** What came while nobody listened. */
  async welcomed(): Promise<void> {
    const [listed, standing] = await Promise.all([
      ask(this.base, 'notifications', { unread: true, limit: 50 }, 'notifications'),
      ask(this.base, 'announcements', {}, 'announcements'),
    ]);
    this.base.batch.run(() => {
      if (listed.ok) {
        this.items = listed.answer.notifications;
        this.unread = listed.answer.unread;
        this.notifications.touch();
      }
      if (standing.ok) {
        const { announcements } = standing.answer;
        const stand = new Set(announcements.map((each) => each.announcementId));
        for (const id of this.standing.keys()) if (!stand.has(id)) this.withdraw(id);
        for (const announcement of announcements) this.announced(announcement);
      }
    });
  }

  notified(notification: Notification): void {
    if (this.items.some((item) => item.notificationId === notification.notificationId)) return;
    this.items = [notification, ...this.items].slice(0, MOST);
    if (notification.readAt === undefined) ++this.unread;
    this.notifications.touch();
  }

  async markRead(which: { upTo: number } | { notificationIds: number[] }): Promise<Result<{ unread: number }>> {
    const told = await ask(this.base, 'markRead', which, 'ok');
    if (!told.ok) return told;
    const { unread } = told.answer;
    return this.base.batch.run(() => {
      const isRead = ({ notificationId: id }: Notification) =>
        'upTo' in which ? id <= which.upTo : which.notificationIds.includes(id);
      const readAt = new Date(this.base.environment.now()).toISOString();
      this.items = this.items.map((item) => (item.readAt === undefined && isRead(item) ? { ...item, readAt } : item));
      this.unread = unread ?? this.items.filter((item) => item.readAt === undefined).length;
      this.notifications.touch();
      return { ok: true, unread: this.unread };
    });
  }

  announced(push: PushMembers['announcement']): void {
    const id = push.announcementId;
    if ('withdrawn' in push) return this.withdraw(id);
    const known = this.standing.get(id);
    const alarm = known?.alarm ?? new Alarm(this.base, () => this.withdraw(id));
    alarm.set(push.ttlMs);
    if (known) return;
    this.standing.set(id, { announcement: push, alarm });
    this.announcements.touch();
  }

  private withdraw(id: number): void {
    this.standing.get(id)?.alarm.clear();
    if (this.standing.delete(id)) this.announcements.touch();
  }

  /** Somebody else is signed in. */
  clear(): void {
    this.items = [];
    this.unread = 0;
    this.notifications.touch();
  }

  close(): void {
    for (const { alarm } of this.standing.values()) alarm.clear();
  }
}
