// A filter by one of a few words, or by none.
import type { ReactNode } from 'react';

interface ChoiceProps {
  /** `status`: "Any status". */
  name: string;
  of: readonly string[];
  value: string;
  onChange(value: string): void;
}

export function Choice({ name, of, value, onChange }: ChoiceProps): ReactNode {
  return (
    <select
      className="input"
      aria-label={name.charAt(0).toUpperCase() + name.slice(1)}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">Any {name}</option>
      {of.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}
