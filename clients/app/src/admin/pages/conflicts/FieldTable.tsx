// The fields of a conflict: before, now, and as the author wants them.
import type { ReactNode } from 'react';
import { Badge } from '../../../ui/index.js';
import type { StoredConflict } from '../../api/adminApi.js';
import { shown } from '../../format/values.js';
import { valueAt, type Choices, type Side } from './choices.js';

interface FieldTableProps {
  conflict: StoredConflict;
  choices: Choices;
  onChoose?(path: string, side: Side): void;
}

const tones = { clash: 'danger', yours: 'info', theirs: undefined, same: undefined, combined: 'good' } as const;
const words = {
  clash: 'clash',
  yours: 'author alone',
  theirs: 'others alone',
  same: 'same',
  combined: 'combined',
} as const;

export function FieldTable({ conflict, choices, onChoose }: FieldTableProps): ReactNode {
  const fields = Object.entries(conflict.fields);
  if (fields.length === 0) return <p className="muted">There are no fields to choose from.</p>;
  const free = onChoose !== undefined && conflict.current !== null && conflict.yours !== null;
  return (
    <div className="card table-wrap adm-wrap">
      <table className="table adm-table">
        <caption className="hidden-visually">Fields of the conflict</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">As it stands</th>
            <th scope="col">As {conflict.userId} wants it</th>
            <th scope="col">Who changed it</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(([path, verdict]) => {
            const tone = tones[verdict];
            const cell = (side: Side, name: string) => (
              <td data-name={name}>
                <label className="adm-choice">
                  {free && (
                    <input
                      type="radio"
                      name={`choice ${path}`}
                      checked={choices[path] === side}
                      onChange={() => onChoose(path, side)}
                    />
                  )}
                  <span>{shown(valueAt(conflict[side], path))}</span>
                </label>
              </td>
            );
            return (
              <tr key={path}>
                <td data-name="Field">
                  <code>{path}</code>
                </td>
                <td data-name="Before" className="muted">
                  {conflict.baseUnavailable ? 'not kept' : shown(valueAt(conflict.base, path))}
                </td>
                {cell('current', 'As it stands')}
                {cell('yours', `As ${conflict.userId} wants it`)}
                <td data-name="Who changed it">
                  <Badge {...(tone === undefined ? {} : { tone })}>{words[verdict]}</Badge>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
