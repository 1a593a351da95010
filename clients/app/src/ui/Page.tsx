// A page: its title (which takes the focus when the page is opened), what can be done, and the content.
import { ChevronLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Link } from '../router/Link.js';

interface PageProps {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** The page it belongs to. */
  back?: { to: string; name: string };
  /** Takes the height of the window, and scrolls within. */
  fills?: boolean;
  children?: ReactNode;
}

export function Page({ title, subtitle, actions, back, fills, children }: PageProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Coterie`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={fills ? 'page fills' : 'page'}>
      <header className="head">
        <div className="titles">
          {back && (
            <Link to={back.to} className="back">
              <ChevronLeft size={14} aria-hidden /> {back.name}
            </Link>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {subtitle && <p className="muted small">{subtitle}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}
