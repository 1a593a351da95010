// The tiles of the overview: which figures, how they are written, what they mean.
import type { FigureName } from '../metrics/figures.js';
import { formatBytes, formatCount, formatRate, formatSeconds } from '../format/numbers.js';
import type { Line } from '../ui/Plot.js';

export interface TileKind {
  readonly title: string;
  readonly about: string;
  readonly figures: readonly FigureName[];
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  readonly unit?: string;
  readonly least: number;
  /** Shown as the sum over the quarter of an hour: things that happen once in a while. */
  readonly summed?: boolean;
  /** From so much on it is marked. */
  readonly warnAt?: number;
  readonly to?: string;
}

const line = (name: string, colour = '--accent', filled = false): Line => ({ name, colour, filled });

export const tileKinds: readonly TileKind[] = [
  {
    title: 'Connections',
    about: 'WebSockets and event streams that are open now',
    figures: ['connections'],
    lines: [line('open', '--accent', true)],
    format: formatCount,
    least: 4,
    to: '/admin/connections',
  },
  {
    title: 'Users online',
    about: 'Different users among the connections',
    figures: ['users'],
    lines: [line('users', '--accent', true)],
    format: formatCount,
    least: 4,
    to: '/admin/connections',
  },
  {
    title: 'Rooms',
    about: 'Records, types and filters that somebody follows',
    figures: ['rooms'],
    lines: [line('rooms', '--accent', true)],
    format: formatCount,
    least: 4,
    to: '/admin/rooms',
  },
  {
    title: 'Events delivered',
    about: 'One for each event and session, and the edits that they come from',
    figures: ['delivered', 'edits'],
    lines: [line('delivered'), line('edits', '--warning')],
    format: formatRate,
    unit: 'a second',
    least: 1,
    to: '/admin/changes',
  },
  {
    title: 'Commit to delivery',
    about: 'From the commit on disk to the hand-over to the sockets, over 30 s',
    figures: ['p50', 'p95', 'p99'],
    lines: [line('p50', '--accent'), line('p95', '--info'), line('p99', '--warning')],
    format: formatSeconds,
    least: 0.001,
    warnAt: 0.25,
  },
  {
    title: 'Queued for readers',
    about: 'Bytes that wait for all sessions together',
    figures: ['queueBytes'],
    lines: [line('queued', '--accent', true)],
    format: formatBytes,
    least: 4096,
    to: '/admin/connections',
  },
  {
    title: 'Slow readers',
    about: 'Sessions that are behind now: catching up, or with 64 KB and more queued',
    figures: ['behind'],
    lines: [line('behind', '--warning', true)],
    format: formatCount,
    least: 2,
    warnAt: 1,
    to: '/admin/connections',
  },
  {
    title: 'Open conflicts',
    about: 'Edits that wait for somebody to decide',
    figures: ['conflictsOpen'],
    lines: [line('open', '--warning', true)],
    format: formatCount,
    least: 2,
    warnAt: 1,
    to: '/admin/conflicts',
  },
  {
    title: 'Locks',
    about: 'Fields and records that are held now',
    figures: ['locks'],
    lines: [line('held', '--accent', true)],
    format: formatCount,
    least: 4,
    to: '/admin/locks',
  },
  {
    title: 'Sign-ins',
    about: 'By password, and those refused',
    figures: ['signIns', 'signInsRefused'],
    lines: [line('signed in', '--accent', true), line('refused', '--danger', true)],
    format: formatCount,
    least: 2,
    summed: true,
    to: '/admin/activity?kind=signed_in',
  },
  {
    title: 'Limit hits',
    about: 'What was refused or cut because a limit was reached',
    figures: ['limitHits'],
    lines: [line('hits', '--danger', true)],
    format: formatCount,
    least: 2,
    summed: true,
    warnAt: 1,
  },
  {
    title: 'Memory',
    about: 'Of the server process',
    figures: ['memoryBytes'],
    lines: [line('resident', '--accent', true)],
    format: formatBytes,
    least: 1024 * 1024,
  },
];
