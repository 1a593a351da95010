import { memo } from 'react';
import type { Draft } from '@coterie/client';
import { useDraft, useField } from '@coterie/react';

/** Renders again only where its own field changes, however large the form. */
const Cell = memo(function Cell({ source, path }: { source: Draft; path: string }) {
  const field = useField(source, path);
  return (
    <td data-dirty={field.dirty}>
      <input {...field.input} aria-label={path} />
      {field.remoteChanged && <button onClick={field.takeTheirs}>Take theirs</button>}
      {field.error}
    </td>
  );
});

export function Row({ id }: { id: string }) {
  const { source } = useDraft('Warranty', id);
  return (
    <tr>
      {['serial', 'until', 'note'].map((path) => (
        <Cell key={path} source={source} path={path} />
      ))}
    </tr>
  );
}
