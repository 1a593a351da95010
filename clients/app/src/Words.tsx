// How the components of `@coterie/react` speak here: names of people and fields, times, reasons.
import { useConnection } from '@coterie/react';
import { TextsProvider } from '@coterie/react/components';
import type { Texts } from '@coterie/react/components';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { reasonOf } from './desk/shared/outcome.js';
import { personOf } from './desk/shared/people.js';
import { shown, titled } from './desk/shared/records.js';
import { ago, colourOf, initialsOf } from './ui/index.js';

export function Words({ children }: { children?: ReactNode }): ReactNode {
  const me = useConnection((connection) => connection.user?.id);
  const texts = useMemo<Partial<Texts>>(
    () => ({
      person: (id, name) => (id === me ? 'you' : (name ?? personOf(id).name ?? id)),
      disc: (id) => ({ initials: initialsOf(personOf(id)), colour: colourOf(personOf(id)) }),
      field: titled,
      value: shown,
      time: (timestamp) => ago(timestamp, Date.now()),
      refused: (result) => reasonOf(result) ?? '',
    }),
    [me],
  );
  return <TextsProvider texts={texts}>{children}</TextsProvider>;
}
