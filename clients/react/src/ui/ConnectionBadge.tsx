// How the connection is, as a word with a dot.
import type { ReactNode } from 'react';
import { useConnection } from '../index.js';
import { classOf, useTexts } from './texts.js';
import type { Look } from './texts.js';

/**
 * The state of the connection: announced to screen readers when it changes, with a button to try now while offline.
 *
 * @example
 * <ConnectionBadge />
 */
export function ConnectionBadge({ className, texts }: Look): ReactNode {
  const { state, reason, retryNow } = useConnection();
  const words = useTexts(texts);
  return (
    <span className={classOf('badge', className)} data-state={state} title={reason}>
      <span role="status">{words.connection[state]}</span>
      {state === 'offline' && (
        <button type="button" onClick={retryNow}>
          {words.retryNow}
        </button>
      )}
    </span>
  );
}
