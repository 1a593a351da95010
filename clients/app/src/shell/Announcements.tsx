// What the operators tell everyone, while it stands.
import { useNotifications } from '@coterie/react';
import { Megaphone } from 'lucide-react';
import type { ReactNode } from 'react';

export function Announcements(): ReactNode {
  const { announcements } = useNotifications();
  if (!announcements.length) return null;
  return (
    <ul className="announcements" aria-label="Announcements">
      {announcements.map(({ announcementId, text, severity }) => (
        <li key={announcementId} className={`notice bar ${severity}`} role="status">
          <Megaphone size={15} /> {text}
        </li>
      ))}
    </ul>
  );
}
