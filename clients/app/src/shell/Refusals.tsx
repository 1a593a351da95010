// Says so when an edit that nobody was waiting for any more is refused: the toast names the reason.
import { useSyncStatus } from '@coterie/react';
import { useEffect, useRef } from 'react';
import { navigate } from '../router/router.js';
import { toast } from '../ui/index.js';

export function Refusals(): null {
  const attention = useSyncStatus((sync) => sync.attention);
  const told = useRef(new Set<string>());
  useEffect(() => {
    for (const { mutationId, message, reason } of attention) {
      if (told.current.has(mutationId) || reason === 'conflict') continue;
      told.current.add(mutationId);
      toast({
        kind: 'danger',
        title: 'An edit was not saved',
        text: message,
        action: { label: 'Show', run: () => navigate('/conflicts') },
      });
    }
  }, [attention]);
  return null;
}
