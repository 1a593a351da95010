// What asking again and again leans on: the time, timers, chance, and whether anybody looks. As much of the client's
// `Environment` as that takes, so that tests turn it by hand.
import type { Environment, TimerHandle } from '@coterie/client';

export type PollClock = Pick<Environment, 'now' | 'setTimer' | 'clearTimer' | 'random'> & {
  page: Pick<Environment['page'], 'visible' | 'listen'>;
};

type Told = Parameters<Parameters<PollClock['page']['listen']>[0]>[0];

function listen(listener: (what: Told) => void): () => void {
  const shown = () => listener(document.visibilityState === 'visible' ? 'visible' : 'hidden');
  const online = () => listener('online');
  document.addEventListener('visibilitychange', shown);
  window.addEventListener('online', online);
  return () => {
    document.removeEventListener('visibilitychange', shown);
    window.removeEventListener('online', online);
  };
}

export const browserClock: PollClock = {
  now: () => Date.now(),
  setTimer: (work, ms): TimerHandle => ({ id: window.setTimeout(work, ms) }),
  clearTimer: (timer) => window.clearTimeout(timer.id as number),
  random: () => Math.random(),
  page: { visible: () => document.visibilityState === 'visible', listen },
};
