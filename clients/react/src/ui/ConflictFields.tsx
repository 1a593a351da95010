// The fields of a conflict as a table: one row a field, one column for each state, a radio in each cell.
import type { ReactNode } from 'react';
import type { Conflict } from '@coterie/client';
import { choiceOf, pathsOf, valueAt } from './choices.js';
import type { Choice, Choices, Sides } from './choices.js';
import type { Texts } from './texts.js';

interface ConflictFieldsProps {
  conflict: Sides & Pick<Conflict, 'key' | 'baseUnavailable'>;
  choices: Choices;
  words: Texts;
  onChoose(path: string, choice: Choice): void;
}

const columns = ['theirs', 'base', 'yours'] as const;

export function ConflictFields({ conflict, choices, words, onChoose }: ConflictFieldsProps): ReactNode {
  const { key, current, base, yours, merged, fields, baseUnavailable } = conflict;
  const states = { theirs: current, base, yours, merged };
  const row = (path: string) => {
    const choice = choiceOf(conflict, choices, path);
    const name = words.field(path);
    const radio = (side: keyof typeof states, label: string) => {
      const value = words.value(valueAt(states[side], path));
      return (
        <label>
          <input
            type="radio"
            name={`${key} ${path}`}
            aria-label={`${name}, ${label}: ${value}`}
            checked={choice === side}
            disabled={side === 'base' && baseUnavailable}
            onChange={() => onChoose(path, side)}
          />
          <span>{value}</span>
        </label>
      );
    };
    const verdict = words.verdict[fields[path] ?? ''];
    return (
      <tr key={path} data-path={path} data-verdict={fields[path]}>
        <th scope="row">
          {name}
          <small>{verdict}</small>
          {fields[path] === 'combined' && merged && radio('merged', verdict ?? '')}
        </th>
        {columns.map((column) => (
          <td key={column} data-name={words[column]}>
            {radio(column, words[column])}
          </td>
        ))}
        <td data-name={words.own}>
          <input
            aria-label={`${name}, ${words.own}`}
            value={typeof choice === 'object' ? choice.own : ''}
            data-chosen={typeof choice === 'object'}
            onChange={({ target }) => onChoose(path, target.value === '' ? 'yours' : { own: target.value })}
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
      <tbody>{pathsOf(conflict).map(row)}</tbody>
    </table>
  );
}
