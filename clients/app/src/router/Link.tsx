// A link within the application: an ordinary one to the browser, without loading the page anew.
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { navigate, usePath } from './router.js';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  to: string;
  /** Marks it as the current page where the address begins so. */
  section?: boolean;
  children?: ReactNode;
}

const isPlain = (event: MouseEvent) =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

export function Link({ to, section, onClick, ...rest }: LinkProps): ReactNode {
  const path = usePath();
  const here = path === to || (section === true && path.startsWith(`${to}/`));
  return (
    <a
      {...rest}
      href={to}
      aria-current={here ? 'page' : undefined}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlain(event)) return;
        event.preventDefault();
        navigate(to);
      }}
    />
  );
}
