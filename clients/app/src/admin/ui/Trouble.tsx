// What is shown when a question failed: instead of an answer that never came, or above one that grows old.
import { CircleAlert, ShieldX, Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Empty } from '../../ui/index.js';
import { mayPass, type Problem } from '../api/answer.js';
import { ageInWords, exactTime } from '../format/times.js';

const titles: { [status: number]: string } = {
  0: 'No answer',
  401: 'Not signed in',
  403: 'For administrators only',
  404: 'This server does not have this',
};

export function Trouble({ problem, absent, retry }: { problem: Problem; absent?: string; retry(): void }): ReactNode {
  const icon = problem.status === 0 ? <Unplug /> : problem.status === 403 ? <ShieldX /> : <CircleAlert />;
  return (
    <Empty icon={icon} title={titles[problem.status] ?? 'This could not be shown'}>
      <p>{problem.status === 404 && absent !== undefined ? absent : problem.message}</p>
      {mayPass(problem) && <p className="small">It is asked again by itself.</p>}
      <Button onClick={retry}>Ask again</Button>
    </Empty>
  );
}

/** The age of what is shown, told by the second. */
export function useAge(at: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, []);
  return at === null ? null : Math.max(0, now - at);
}

export function Stale({ problem, at, retry }: { problem: Problem; at: number | null; retry(): void }): ReactNode {
  const age = useAge(at);
  return (
    <div className="notice warning" role="status">
      <Unplug size={16} aria-hidden />
      <span className="grow">
        {problem.message}
        {age !== null && at !== null && (
          <>
            {' '}
            What is shown is <span title={exactTime(new Date(at).toISOString())}>{ageInWords(age)} old</span>.
          </>
        )}
      </span>
      <Button small onClick={retry}>
        Ask again
      </Button>
    </div>
  );
}
