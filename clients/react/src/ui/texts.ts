// All words of the components in one place, so that an application can say them its own way, or in its own language.
import { createContext, createElement, useContext, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { ConnectionStateName, MutationResult } from '@coterie/client';
import type { JsonValue } from '@coterie/protocol';

const minute = 60_000;

/** "2 minutes ago", in the reader's language. */
function ago(ms: number): string {
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  if (ms < minute) return words.format(0, 'second');
  if (ms < 60 * minute) return words.format(-Math.floor(ms / minute), 'minute');
  if (ms < 1440 * minute) return words.format(-Math.floor(ms / (60 * minute)), 'hour');
  return words.format(-Math.floor(ms / (1440 * minute)), 'day');
}

export const texts = {
  connection: {
    connecting: 'Connecting',
    'catching-up': 'Catching up',
    live: 'Live',
    offline: 'Offline',
    'needs-auth': 'Please sign in',
    stopped: 'Disconnected',
  } as Record<ConnectionStateName, string>,
  retryNow: 'Try now',
  saved: 'All saved',
  pending: (count: number): string =>
    count === 1 ? '1 change is not saved yet' : `${count} changes are not saved yet`,
  attention: (count: number): string => (count === 1 ? '1 needs attention' : `${count} need attention`),
  lastSync: (ms: number | null): string => (ms === null ? 'Not synced yet' : `Last sync ${ago(ms)}`),
  syncNow: 'Sync now',
  syncing: 'Syncing',
  retry: 'Try again',
  discard: 'Discard',
  people: 'Also here',
  more: (count: number): string => `${count} more`,
  /** How a person is called of whom there is the name, or no more than the id. */
  person: (id: string, name?: string): string => name ?? id,
  /** Initials and colour of a person, where there are better ones than those of the name. */
  disc: (_id: string): { initials?: string; colour?: string } => ({}),
  lockedBy: (name: string): string => `${name} is editing this`,
  changedBy: (name: string): string => `${name} has changed this meanwhile`,
  takeTheirs: 'Take theirs',
  value: (value: JsonValue | undefined): string =>
    value === undefined || value === null || value === ''
      ? '(empty)'
      : typeof value === 'object'
        ? JSON.stringify(value)
        : `${value}`,
  field: (path: string): string => path,
  /** Why something was not done. */
  refused: (result: Exclude<MutationResult, { ok: true }>): string => result.message,
  conflictTitle: 'Somebody else has changed this',
  conflictBy: (name: string, time: string): string =>
    `${name} saved a change that you had not seen (${time}). Nothing of yours is lost: choose what stands.`,
  verdict: {
    clash: 'you both changed it',
    yours: 'only you changed it',
    theirs: 'only they changed it',
    same: 'both made it the same',
    combined: 'both together',
  } as { readonly [verdict: string]: string },
  fieldHead: 'Field',
  theirs: 'Theirs',
  base: 'Before',
  yours: 'Yours',
  own: 'Another value',
  useTheirs: 'Use all of theirs',
  useMine: 'Use all of mine',
  apply: 'Save these choices',
  later: 'Decide later',
  unsaved: 'Your choices are not saved.',
  keep: 'Go on deciding',
  leave: 'Leave without saving',
  deleted: 'It has been deleted.',
  history: 'History',
  noHistory: 'No changes yet',
  older: 'Older changes',
  restore: 'Restore',
  restored: (version: number): string => `Back as it was in version ${version}`,
  version: (version: number): string => `version ${version}`,
  restoreTo: (version: number): string => `Restore version ${version}`,
  did: { CREATE: 'created it', UPDATE: 'changed', DELETE: 'deleted it', RESTORE: 'restored' } as Record<string, string>,
  time: (timestamp: string): string => ago(Date.now() - Date.parse(timestamp)),
};

export type Texts = typeof texts;

const TextsContext = createContext<Texts>(texts);

/**
 * Other words for the components below: those that are named, the rest stay.
 *
 * @example
 * <TextsProvider texts={{ saved: 'Alles gespeichert', person: (id) => names[id] ?? id }}>...</TextsProvider>
 */
export function TextsProvider(props: { texts: Partial<Texts>; children?: ReactNode }): ReactNode {
  return createElement(TextsContext.Provider, { value: useTexts(props.texts) }, props.children);
}

export function useTexts(own?: Partial<Texts>): Texts {
  const around = useContext(TextsContext);
  return useMemo(() => (own ? { ...around, ...own } : around), [around, own]);
}

/** What every component takes. */
export interface Look {
  className?: string;
  texts?: Partial<Texts>;
}

export const classOf = (name: string, className?: string): string =>
  `coterie-${name}${className ? ` ${className}` : ''}`;
