// Roles as words with commas between, and those that others have to choose from.
import type { ReactNode } from 'react';
import { Button, TextField } from '../../../ui/index.js';

export function rolesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

interface RolesFieldProps {
  value: string;
  known: readonly string[];
  onChange(value: string): void;
}

export function RolesField({ value, known, onChange }: RolesFieldProps): ReactNode {
  const held = rolesOf(value);
  const others = [...new Set(['admin', ...known])].filter((role) => !held.includes(role));
  return (
    <div className="stack adm-tight">
      <TextField
        label="Roles"
        hint="Words with commas between. The role admin may everything."
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoCapitalize="none"
        spellCheck={false}
      />
      {others.length > 0 && (
        <div className="cluster" role="group" aria-label="Add a role">
          {others.slice(0, 12).map((role) => (
            <Button key={role} small onClick={() => onChange([...held, role].join(', '))}>
              + {role}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
