// A button with its kinds. An `IconButton` has its name as label and tooltip.
import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'primary' | 'danger' | 'quiet' | 'plain';
  small?: boolean;
}

const classes = (...names: (string | false | undefined)[]) => names.filter(Boolean).join(' ');

export function Button({ kind = 'plain', small, className, type = 'button', ...rest }: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      className={classes('button', kind !== 'plain' && kind, small && 'small', className)}
    />
  );
}

export function IconButton({ label, className, ...rest }: ButtonProps & { label: string }): ReactNode {
  return <Button kind="quiet" {...rest} className={classes('icon', className)} aria-label={label} title={label} />;
}
