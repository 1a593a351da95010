// Who changed what, when, from what to what; and putting it back.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PastEvent } from '@coterie/protocol';
import { useHistory } from '../index.js';
import { Disc } from './Disc.js';
import { useMinutes } from './minutes.js';
import { classOf, useTexts } from './texts.js';
import type { Look, Texts } from './texts.js';

export interface HistoryPanelProps extends Look {
  type: string;
  id: string;
  pageSize?: number;
}

/**
 * The history of a record, newest first, each change with a button that restores the record to what it was then.
 *
 * @example
 * <HistoryPanel type="Booking" id={id} />
 */
export function HistoryPanel({ type, id, pageSize = 20, className, texts }: HistoryPanelProps): ReactNode {
  const words = useTexts(texts);
  const { events, hasMore, loadMore, restore, refresh, message, status } = useHistory(type, id, { pageSize });
  const [said, say] = useState('');
  const [busy, setBusy] = useState(false);
  useMinutes();
  const putBack = async (version: number) => {
    setBusy(true);
    const answer = await restore(version);
    setBusy(false);
    say(answer.ok ? words.restored(version) : words.refused(answer));
  };
  return (
    <section className={classOf('history', className)} aria-label={words.history} aria-busy={status === 'loading'}>
      <p role="status">{said || message || (status === 'ready' && !events.length ? words.noHistory : '')}</p>
      {status === 'error' && (
        <button type="button" onClick={() => void refresh()}>
          {words.retry}
        </button>
      )}
      <ol>
        {events.map((event, index) => (
          <li key={event.version}>
            <Disc name={words.person(event.userId)} {...words.disc(event.userId)} />
            <Change event={event} words={words} />
            {index > 0 && event.operation !== 'DELETE' && (
              <button
                type="button"
                disabled={busy}
                aria-label={words.restoreTo(event.version)}
                onClick={() => void putBack(event.version)}
              >
                {words.restore}
              </button>
            )}
          </li>
        ))}
      </ol>
      {hasMore && (
        <button type="button" onClick={() => void loadMore()}>
          {words.older}
        </button>
      )}
    </section>
  );
}

function Change({ event, words }: { event: PastEvent; words: Texts }): ReactNode {
  const { version, userId, timestamp, operation, cause, set, unset = [], old } = event;
  return (
    <div>
      <b>{words.person(userId)}</b> {words.did[cause === 'restore' ? 'RESTORE' : operation]}{' '}
      <small>
        <time dateTime={timestamp} title={new Date(timestamp).toLocaleString()}>
          {words.time(timestamp)}
        </time>{' '}
        · {words.version(version)}
      </small>
      <dl>
        {Object.keys(set ?? {})
          .concat(unset)
          .map((path) => (
            <div key={path}>
              <dt>{words.field(path)}</dt>
              <dd>
                {operation !== 'CREATE' && <del>{words.value(old?.[path])}</del>} <ins>{words.value(set?.[path])}</ins>
              </dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
