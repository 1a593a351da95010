// Words to this user, and to everyone.
import { useCallback } from 'react';
import type { Coterie } from '@coterie/client';
import type { Announcement, Notification } from '@coterie/protocol';
import { useCoterie } from './context.js';
import { firstNotifications, noList } from './idle.js';
import { useCalls, useShown, useWhole } from './observe.js';

interface Inbox {
  /** The newest first. */
  readonly items: readonly Notification[];
  readonly unread: number;
}

export interface NotificationsView extends Inbox {
  /** Of the operators, to everyone; while they stand. */
  readonly announcements: readonly Announcement[];
  markRead: Coterie['markRead'];
  /** All that is here now. */
  markAllRead(): ReturnType<Coterie['markRead']>;
}

/**
 * What the server has to tell this user (an edit overwritten, a conflict decided, a lock taken) and everyone.
 * `markRead` and `markAllRead` end in `{ok: true, unread}` or a refusal; neither throws.
 *
 * @example
 * const { items, unread, markAllRead } = useNotifications();
 */
export function useNotifications(): NotificationsView {
  const client = useCoterie();
  const announcements = useWhole<readonly Announcement[]>(client.announcements, noList);
  const { markRead } = useCalls(client, 'markRead');
  const markAllRead = useCallback(
    () =>
      client.markRead({ upTo: Math.max(1, ...client.notifications.get().items.map((item) => item.notificationId)) }),
    [client],
  );
  return useShown<Inbox, never, Omit<NotificationsView, keyof Inbox>>(
    client.notifications,
    firstNotifications,
    undefined,
    () => ({ announcements, markRead, markAllRead }),
  );
}
