// Who changed what, when, from what to what; and putting it back.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useHistory } from '../index.js';
import { classOf, useTexts } from './texts.js';
import type { Look } from './texts.js';

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
  const { events, hasMore, loadMore, restore, message, status } = useHistory(type, id, { pageSize });
  const [said, say] = useState('');
  const putBack = async (version: number) => {
    const answer = await restore(version);
    say('message' in answer ? answer.message : 'conflict' in answer ? answer.conflict.message : '');
  };
  return (
    <section className={classOf('history', className)} aria-label={words.history} aria-busy={status === 'loading'}>
      <p role="status">{said || message || (status === 'ready' && !events.length ? words.noHistory : '')}</p>
      <ol>
        {events.map(({ version, userId, timestamp, operation, set, unset = [], old }, index) => (
          <li key={version}>
            <b>{words.person(userId)}</b> {words.did[operation] ?? operation}{' '}
            <time dateTime={timestamp}>{words.time(timestamp)}</time>
            <dl>
              {[...Object.keys(set ?? {}), ...unset].map((path) => (
                <div key={path}>
                  <dt>{words.field(path)}</dt>
                  <dd>
                    <del>{words.value(old?.[path])}</del> <ins>{words.value(set?.[path])}</ins>
                  </dd>
                </div>
              ))}
            </dl>
            {index > 0 && operation !== 'DELETE' && (
              <button type="button" aria-label={words.restoreTo(version)} onClick={() => void putBack(version)}>
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
