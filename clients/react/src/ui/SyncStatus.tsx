// What is not saved yet, when all was last right, and what needs a person.
import type { ReactNode } from 'react';
import { useSyncStatus } from '../index.js';
import { useMinutes } from './minutes.js';
import { classOf, useTexts } from './texts.js';
import type { Look } from './texts.js';

export interface SyncStatusProps extends Look {
  /** ms since the epoch, for "2 minutes ago"; the machine's clock by default. */
  now?: () => number;
}

/**
 * Pending edits, the last sync in words, Sync now, and the list of what needs attention with Try again and Discard.
 *
 * @example
 * <SyncStatus />
 */
export function SyncStatus({ className, texts, now = Date.now }: SyncStatusProps): ReactNode {
  const { pending, attention, lastSyncedAt, isSaved, syncing, syncNow } = useSyncStatus();
  const words = useTexts(texts);
  useMinutes();
  const said = [pending && words.pending(pending), attention.length && words.attention(attention.length)];
  return (
    <div className={classOf('sync', className)} data-saved={isSaved}>
      <span role="status">{isSaved ? words.saved : said.filter(Boolean).join(', ')}</span>
      <small>{words.lastSync(lastSyncedAt && now() - lastSyncedAt)}</small>
      <button type="button" disabled={syncing} onClick={() => void syncNow()}>
        {syncing ? words.syncing : words.syncNow}
      </button>
      {attention.length > 0 && (
        <ul>
          {attention.map((item) => (
            <li key={item.mutationId}>
              <span>{item.message}</span>
              {item.reason !== 'conflict' && (
                <button type="button" onClick={() => void item.retry()}>
                  {words.retry}
                </button>
              )}
              <button type="button" onClick={() => item.discard()}>
                {words.discard}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
