// The filters of a log: one of its own first, then who and when.
import type { ReactNode } from 'react';
import { TextField } from '../../ui/index.js';
import { FilterBar, type Filters } from './filters.js';
import { LateField } from './LateField.js';

interface LogFiltersProps {
  filters: Filters;
  onFilter(name: string, value: string): void;
  onClear(): void;
  children: ReactNode;
}

export function LogFilters({ filters, onFilter, onClear, children }: LogFiltersProps): ReactNode {
  const time = (name: 'since' | 'until', label: string) => (
    <TextField
      label={label}
      type="datetime-local"
      value={filters[name]}
      onChange={(event) => onFilter(name, event.target.value)}
    />
  );
  return (
    <FilterBar filters={filters} onClear={onClear}>
      {children}
      <LateField label="User" value={filters.userId ?? ''} onValue={(value) => onFilter('userId', value)} />
      {time('since', 'From')}
      {time('until', 'To')}
    </FilterBar>
  );
}
