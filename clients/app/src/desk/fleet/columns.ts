// The columns of the fleet: what each shows, and how it is edited.
import type { NumberRule } from '../shared/numbers.js';
import { vehicleStatuses } from '../shared/records.js';

export interface Column {
  readonly field: string;
  readonly kind: 'text' | 'number' | 'choice' | 'stock' | 'year';
  /** In the grid's own units; on a narrow screen only those with `narrow` are shown. */
  readonly width: string;
  readonly narrow?: boolean;
  readonly edits: boolean;
  readonly rule?: NumberRule;
  readonly choices?: readonly string[];
}

export const columns: readonly Column[] = [
  { field: 'Name', kind: 'text', width: 'minmax(96px, 2.2fr)', narrow: true, edits: true },
  { field: 'status', kind: 'choice', width: '86px', edits: true, narrow: true, choices: vehicleStatuses },
  { field: 'available', kind: 'stock', width: '78px', edits: false, narrow: true },
  { field: 'dailyRate', kind: 'number', width: '104px', edits: true, rule: { min: 0, max: 10_000 } },
  { field: 'Origin', kind: 'text', width: '84px', edits: true },
  { field: 'Year', kind: 'year', width: '64px', edits: false },
  { field: 'Horsepower', kind: 'number', width: '70px', edits: true, rule: { min: 0, max: 2000, optional: true } },
  { field: 'Miles_per_Gallon', kind: 'number', width: '70px', edits: true, rule: { min: 0, max: 500, optional: true } },
  {
    field: 'Cylinders',
    kind: 'number',
    width: '84px',
    edits: true,
    rule: { integer: true, min: 0, max: 16, optional: true },
  },
  { field: 'note', kind: 'text', width: 'minmax(120px, 2fr)', edits: true },
];

/** What can be done to a row. Without room for both, its page has the other. */
export type Action = 'book' | 'open';
const all: readonly Action[] = ['book', 'open'];
const few: readonly Action[] = ['open'];
export const actionsFor = (wide: boolean): readonly Action[] => (wide ? all : few);

export const templateOf = (shown: readonly Column[]): string =>
  [...shown.map(({ width }) => width), shown.length < columns.length ? '60px' : '124px'].join(' ');
