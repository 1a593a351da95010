// The columns of the fleet: what each shows, and how it is edited.
import type { NumberRule } from '../shared/numbers.js';
import { vehicleStatuses } from '../shared/records.js';
import type { Room } from './useRoom.js';

export interface Column {
  readonly field: string;
  readonly kind: 'text' | 'number' | 'choice' | 'stock' | 'year';
  /** In the grid's own units. */
  readonly width: string;
  /** The least room that it is shown in. */
  readonly from: Room;
  readonly edits: boolean;
  readonly rule?: NumberRule;
  readonly choices?: readonly string[];
}

const columns: readonly Column[] = [
  { field: 'Name', kind: 'text', width: 'minmax(96px, 2.2fr)', from: 'narrow', edits: true },
  { field: 'status', kind: 'choice', width: '86px', edits: true, from: 'narrow', choices: vehicleStatuses },
  { field: 'available', kind: 'stock', width: '78px', edits: false, from: 'narrow' },
  { field: 'dailyRate', kind: 'number', width: '104px', from: 'medium', edits: true, rule: { min: 0, max: 10_000 } },
  { field: 'Origin', kind: 'text', width: '84px', from: 'medium', edits: true },
  { field: 'Year', kind: 'year', width: '64px', from: 'wide', edits: false },
  {
    field: 'Horsepower',
    kind: 'number',
    width: '70px',
    from: 'wide',
    edits: true,
    rule: { min: 0, max: 2000, optional: true },
  },
  {
    field: 'Miles_per_Gallon',
    kind: 'number',
    width: '70px',
    from: 'wide',
    edits: true,
    rule: { min: 0, max: 500, optional: true },
  },
  {
    field: 'Cylinders',
    kind: 'number',
    width: '84px',
    from: 'wide',
    edits: true,
    rule: { integer: true, min: 0, max: 16, optional: true },
  },
  { field: 'note', kind: 'text', width: 'minmax(120px, 2fr)', from: 'medium', edits: true },
];

const rooms: readonly Room[] = ['narrow', 'medium', 'wide'];
export const columnsIn = (room: Room): readonly Column[] =>
  columns.filter(({ from }) => rooms.indexOf(from) <= rooms.indexOf(room));

/** What can be done to a row. Without room for both, its page has the other. */
export type Action = 'book' | 'open';
const both: readonly Action[] = ['book', 'open'];
const one: readonly Action[] = ['open'];
export const actionsIn = (room: Room): readonly Action[] => (room === 'narrow' ? one : both);

export const templateOf = (shown: readonly Column[], does: readonly Action[]): string =>
  [...shown.map(({ width }) => width), does.length > 1 ? '124px' : '60px'].join(' ');
