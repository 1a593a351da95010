// Whether all is saved: how much waits, since when it is known to be right, what needs attention; and "Sync now".
import { useSyncStatus } from '@coterie/react';
import { CloudCheck, CloudUpload, RefreshCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../router/Link.js';
import { Ago, Menu, MenuItem } from '../ui/index.js';

export function SyncMenu(): ReactNode {
  const { pending, attention, lastSyncedAt, queued, syncing, syncNow, cancel } = useSyncStatus();
  const text = attention.length ? `${attention.length} to decide` : pending ? `${pending} waiting` : 'All saved';
  const icon = attention.length ? (
    <TriangleAlert size={16} />
  ) : pending ? (
    <CloudUpload size={16} />
  ) : (
    <CloudCheck size={16} />
  );
  return (
    <Menu
      label={`Saving: ${text}`}
      className="button quiet"
      button={
        <>
          {icon} <span className="sync-text">{text}</span>
        </>
      }
    >
      <div className="word" data-pending={pending}>
        <strong>{text}</strong>
        <p className="muted">
          {lastSyncedAt === null ? (
            'Not synced yet'
          ) : (
            <>
              Last synced <Ago at={lastSyncedAt} />
            </>
          )}
        </p>
        {queued.slice(0, 5).map(({ mutationId, text: what, sent, queuedAt }) => (
          <p key={mutationId} className="cluster small">
            <span className="grow">{what || 'An edit'}</span> <Ago at={queuedAt} />
            {!sent && (
              <button
                type="button"
                className="button small quiet"
                onClick={(event) => (event.stopPropagation(), cancel(mutationId))}
              >
                Take back
              </button>
            )}
          </p>
        ))}
      </div>
      <MenuItem onSelect={() => void syncNow()}>
        <RefreshCw size={16} /> {syncing ? 'Syncing' : 'Sync now'}
      </MenuItem>
      {attention.length > 0 && (
        <Link to="/conflicts" className="item" role="menuitem">
          <TriangleAlert size={16} /> Show what needs you
        </Link>
      )}
    </Menu>
  );
}
