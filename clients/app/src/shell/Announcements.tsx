// What the operators tell everyone, while it stands. The region is there before its words: so they are read out.
import { useNotifications } from '@coterie/react';
import { Megaphone } from 'lucide-react';
import type { ReactNode } from 'react';

export function Announcements(): ReactNode {
  const { announcements } = useNotifications();
  return (
    <div role="status" aria-label="Announcements">
      {announcements.map(({ announcementId, text, severity }) => (
        <p key={announcementId} className={`notice bar ${severity}`}>
          <Megaphone size={15} aria-hidden /> {text}
        </p>
      ))}
    </div>
  );
}
