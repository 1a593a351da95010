import { useNotifications } from '@coterie/react';

export function Bell() {
  const { items, unread, announcements, markAllRead } = useNotifications();
  return (
    <details onToggle={() => void markAllRead()}>
      <summary>{unread} new</summary>
      {announcements.map((word) => (
        <p key={word.announcementId} data-severity={word.severity}>
          {word.text}
        </p>
      ))}
      <ul>
        {items.map((item) => (
          <li key={item.notificationId} data-unread={item.readAt === undefined}>
            {item.userId}: {item.kind} {item.fields.join(', ')}
          </li>
        ))}
      </ul>
    </details>
  );
}
