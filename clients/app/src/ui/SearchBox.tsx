// Words to look for, with a glass in the box.
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';

interface SearchBoxProps {
  label: string;
  value: string;
  onChange(value: string): void;
}

export function SearchBox({ label, value, onChange }: SearchBoxProps): ReactNode {
  return (
    <label className="search">
      <Search size={16} aria-hidden />
      <span className="hidden-visually">{label}</span>
      <input
        className="input"
        type="search"
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
