// A text field that tells what was typed a moment after the last key, so that no key makes a request of its own.
import { useEffect, useState } from 'react';
import type { InputHTMLAttributes, ReactNode } from 'react';
import { TextField } from '../../ui/index.js';

interface LateFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  label: string;
  value: string;
  onValue(value: string): void;
}

const waitMs = 350;

export function LateField({ label, value, onValue, ...rest }: LateFieldProps): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = window.setTimeout(() => onValue(text.trim()), waitMs);
    return () => window.clearTimeout(timer);
  }, [text]);
  return (
    <TextField
      label={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => text.trim() !== value && onValue(text.trim())}
      {...rest}
    />
  );
}
