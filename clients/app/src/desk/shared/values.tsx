// Values that several pages show: a status with its colour, days as people write them.
import type { ReactNode } from 'react';
import { Badge } from '../../ui/index.js';
import { shown, statusTone } from './records.js';

export function Status({ of }: { of: unknown }): ReactNode {
  const tone = statusTone[String(of)];
  return <Badge {...(tone ? { tone } : {})}>{shown(of)}</Badge>;
}

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** "27–29 Nov 2026". What is no date stands as it is. */
export function daysInWords(from: string, to: string): string {
  const [first, last] = [new Date(from), new Date(to)];
  if (Number.isNaN(first.getTime()) || Number.isNaN(last.getTime()) || last < first) return `${from} – ${to}`;
  return days.formatRange(first, last);
}

export const Days = ({ from, to }: { from: string; to: string }): ReactNode => (
  <time className="number" dateTime={`${from}/${to}`} title={`${from} – ${to}`}>
    {daysInWords(from, to)}
  </time>
);
