// What waits for people: notifications of each user, announcements to everyone.
import type { Announcement, Notification } from '@coterie/protocol';
import type { Clock } from './clock.js';
import { timeText } from './model.js';

const HOUR_MS = 3600 * 1000;

export class Inbox {
  private readonly notices = new Map<string, Notification[]>();
  private announced: (Announcement & { ends: number })[] = [];
  private notificationId = 0;
  private announcementId = 0;

  constructor(private readonly clock: Clock) {}

  notify(userId: string, notice: Omit<Notification, 'notificationId' | 'timestamp'>): Notification {
    const notification = { notificationId: ++this.notificationId, ...notice, timestamp: timeText(this.clock.now()) };
    this.notices.set(userId, [...this.of(userId), notification]);
    return notification;
  }

  list(userId: string, unreadOnly: boolean, limit: number, before = Infinity) {
    const found = this.of(userId)
      .filter((one) => one.notificationId < before && !(unreadOnly && one.readAt !== undefined))
      .reverse();
    const notifications = found.slice(0, limit);
    const last = notifications.at(-1);
    const cursor = last && found.length > limit ? { cursor: String(last.notificationId) } : {};
    return { notifications, ...cursor, unread: this.unread(userId) };
  }

  markRead(userId: string, isMeant: (notificationId: number) => boolean): number {
    const readAt = timeText(this.clock.now());
    this.notices.set(
      userId,
      this.of(userId).map((one) => (isMeant(one.notificationId) && !one.readAt ? { ...one, readAt } : one)),
    );
    return this.unread(userId);
  }

  announce(userId: string, text: string, severity: 'info' | 'warning' = 'info', ttlMs = HOUR_MS): Announcement {
    const announcement: Announcement = {
      announcementId: ++this.announcementId,
      text,
      severity,
      userId,
      timestamp: timeText(this.clock.now()),
      ttlMs,
    };
    this.announced.push({ ...announcement, ends: this.clock.monotonic() + ttlMs });
    return announcement;
  }

  withdraw(announcementId: number): boolean {
    const stands = this.announcements().some((one) => one.announcementId === announcementId);
    this.announced = this.announced.filter((one) => one.announcementId !== announcementId);
    return stands;
  }

  announcements(): Announcement[] {
    const now = this.clock.monotonic();
    this.announced = this.announced.filter(({ ends }) => ends > now);
    return this.announced.map(({ ends, ...announcement }) => ({ ...announcement, ttlMs: ends - now }));
  }

  private of(userId: string): readonly Notification[] {
    return this.notices.get(userId) ?? [];
  }

  private unread(userId: string): number {
    return this.of(userId).filter((one) => one.readAt === undefined).length;
  }
}
