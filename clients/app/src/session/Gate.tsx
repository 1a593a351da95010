// The frame of the pages that are there before anybody is signed in.
import type { ReactNode } from 'react';

export function Gate({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <main className="gate">
      <div className="card stack">
        <div className="brand">
          <img src="/icon.svg" alt="" />
          <div>
            <h1>{title}</h1>
            <p className="muted small">Coterie, the rental desk</p>
          </div>
        </div>
        {children}
      </div>
    </main>
  );
}
