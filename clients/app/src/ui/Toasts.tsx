// Shows the toasts, and reads them to those who listen.
import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton } from './Button.js';
import { dismissToast, toastList } from './toasts.js';

export function Toasts(): ReactNode {
  const toasts = useSyncExternalStore(toastList.subscribe, toastList.get);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map(({ id, kind, title, text, action }) => (
        <div key={id} className={`toast ${kind}`}>
          <div className="grow">
            <p className="title">{title}</p>
            {text && <p className="small muted">{text}</p>}
          </div>
          {action && (
            <Button
              small
              onClick={() => {
                action.run();
                dismissToast(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton label="Dismiss" small onClick={() => dismissToast(id)}>
            <X size={16} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
