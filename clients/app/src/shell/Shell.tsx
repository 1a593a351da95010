// The frame around every page of those who are signed in.
import type { ReactNode } from 'react';
import { Rail } from './Rail.js';
import { ThemeMenu } from './ThemeMenu.js';
import { UserMenu } from './UserMenu.js';

export function Shell({ children }: { children?: ReactNode }): ReactNode {
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Rail conflicts={0} unread={0} />
      <header className="bar">
        <ThemeMenu />
        <UserMenu />
      </header>
      <main className="main" id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
