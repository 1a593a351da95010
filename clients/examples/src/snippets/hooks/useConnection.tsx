import { useConnection } from '@coterie/react';

export function Banner() {
  const { state, reason, isLive, retryNow } = useConnection();
  if (isLive) return null;
  return (
    <p role="status">
      {state === 'needs-auth' ? 'Please sign in again; nothing is lost.' : (reason ?? state)}
      {state === 'offline' && <button onClick={retryNow}>Try now</button>}
    </p>
  );
}

/** Renders again only when it goes offline or comes back. */
export const Dimmed = () => (useConnection(({ state }) => state === 'offline') ? <hr className="dimmed" /> : null);
