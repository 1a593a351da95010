// The fields of a conflict as a table: one row a field, one column for each state, a radio in each cell.
import type { ReactNode } from 'react';
import type { Conflict } from '@coterie/client';
import { choiceOf, valueAt } from './choices.js';
import type { Choice, Choices } from './choices.js';
import type { Texts } from './texts.js';

interface ConflictFieldsProps {
  conflict: Conflict;
  choices: Choices;
  words: Texts;
  onChoose(path: string, choice: Choice): void;
}

const columns = ['theirs', 'base', 'yours'] as const;

export function ConflictFields({ conflict, choices, words, onChoose }: ConflictFieldsProps): ReactNode {
  const states = { theirs: conflict.current, base: conflict.base, yours: conflict.yours };
  const row = (path: string) => {
    const choice = choiceOf(conflict, choices, path);
    const own = typeof choice === 'object' ? choice.own : null;
    const name = words.field(path);
    return (
      <tr key={path} data-verdict={conflict.fields[path]}>
        <th scope="row">{name}</th>
        {columns.map((column) => (
          <td key={column}>
            <label>
              <input
                type="radio"
                name={`${conflict.key} ${path}`}
                aria-label={`${name}, ${words[column]}: ${words.value(valueAt(states[column], path))}`}
                checked={choice === column}
                disabled={column === 'base' && conflict.baseUnavailable === true}
                onChange={() => onChoose(path, column)}
              />
              {words.value(valueAt(states[column], path))}
            </label>
          </td>
        ))}
        <td>
          <input
            aria-label={`${name}, ${words.own}`}
            placeholder={words.own}
            value={own ?? ''}
            data-chosen={own !== null}
            onChange={(event) => onChoose(path, event.target.value === '' ? 'yours' : { own: event.target.value })}
          />
        </td>
      </tr>
    );
  };
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.fieldHead}</th>
          {columns.map((column) => (
            <th scope="col" key={column}>
              {words[column]}
            </th>
          ))}
          <th scope="col">{words.own}</th>
        </tr>
      </thead>
      <tbody>{Object.keys(conflict.fields).sort().map(row)}</tbody>
    </table>
  );
}
