// An answer that is asked for again and again, in its states: loading, none came, shown, shown but old.
import type { ReactNode } from 'react';
import { Skeleton } from '../../ui/index.js';
import type { PollState } from '../poll/poller.js';
import { Stale, Trouble } from './Trouble.js';

interface AnswerProps<T> {
  state: PollState<T> & { refresh(): void };
  /** What to say where the server has no such route. */
  absent?: string;
  children(value: T): ReactNode;
}

export function Answer<T>({ state, absent, children }: AnswerProps<T>): ReactNode {
  const { value, problem, at, refresh } = state;
  if (value === undefined) {
    if (problem === null) return <Skeleton lines={8} rows />;
    return <Trouble problem={problem} retry={refresh} {...(absent === undefined ? {} : { absent })} />;
  }
  return (
    <>
      {problem !== null && <Stale problem={problem} at={at} retry={refresh} />}
      {children(value)}
    </>
  );
}
