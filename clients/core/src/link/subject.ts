// Whose token it is, as far as one may read it without a key: to tell another user from a newer token of the same.
// Nothing is decided by it that the server does not decide again.

/** Null: not to be read. */
export function tokenSubject(token: string): string | null {
  if (token.startsWith('dev:')) return token;
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const { iss, sub } = (claims ?? {}) as { iss?: unknown; sub?: unknown };
    return typeof sub === 'string' || typeof sub === 'number' ? `${String(iss)} ${sub}` : null;
  } catch {
    return null;
  }
}
