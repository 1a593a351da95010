// The filters of the logs, kept in the address: a filtered list can be sent to somebody, and "back" leads back.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { navigate, usePath, useQuery } from '../../router/router.js';
import { Button } from '../../ui/index.js';
import { timestampOfInput } from '../format/times.js';

export type Filters = { readonly [name: string]: string };

export function useFilters(names: readonly string[]): [Filters, (name: string, value: string) => void, () => void] {
  const path = usePath();
  const query = useQuery();
  const filters = useMemo(() => {
    const given = new URLSearchParams(query);
    return Object.fromEntries(names.map((name) => [name, given.get(name) ?? '']));
  }, [query, names]);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value === '') next.delete(name);
    else next.set(name, value);
    navigate(`${path}${next.size > 0 ? `?${next.toString()}` : ''}`, { replace: true });
  };
  return [filters, set, () => navigate(path, { replace: true })];
}

/** `since` and `until` as the server wants them, and nothing for what is empty. */
export function asked(filters: Filters): { [name: string]: string | undefined } {
  const { since = '', until = '', ...rest } = filters;
  return { ...rest, since: timestampOfInput(since), until: timestampOfInput(until) };
}

interface FilterBarProps {
  filters: Filters;
  onClear(): void;
  children?: ReactNode;
}

export function FilterBar({ filters, onClear, children }: FilterBarProps): ReactNode {
  const any = Object.values(filters).some((value) => value !== '');
  return (
    <form className="adm-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {children}
      <Button small kind="quiet" onClick={onClear} disabled={!any}>
        Clear
      </Button>
    </form>
  );
}
