// What this person is told; what is marked read in one tab is read in the others. The server pushes nothing of it, so the
// tabs tell one another.
import { useConnection, useCoterie, useNotifications } from '@coterie/react';
import type { NotificationsView } from '@coterie/react';
import { useCallback, useEffect } from 'react';

type Which = Parameters<NotificationsView['markRead']>[0];

const useChannelName = (): string => `coterie.read ${useConnection((connection) => connection.user?.id) ?? ''}`;

export function useNotices(): Pick<NotificationsView, 'items' | 'unread' | 'markRead'> {
  const { items, unread, markRead } = useNotifications();
  const name = useChannelName();
  const mark = useCallback(
    async (which: Which) => {
      const answer = await markRead(which);
      if (!answer.ok) return answer;
      const channel = new BroadcastChannel(name);
      channel.postMessage(which);
      channel.close();
      return answer;
    },
    [markRead, name],
  );
  return { items, unread, markRead: mark };
}

/** Once in each tab. Marking twice is marking once. */
export function useReadElsewhere(): void {
  const client = useCoterie();
  const name = useChannelName();
  useEffect(() => {
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<Which>) => void client.markRead(data);
    return () => channel.close();
  }, [client, name]);
}
