import type { Coterie } from '@coterie/client';

/** Approves, if it is still submitted; who and when are filled in by the server, and cannot be forged. */
export async function approve(coterie: Coterie, request: string): Promise<string> {
  const result = await coterie.record('Leave', request).update(
    {
      set: { status: 'approved' },
      stamp: { decidedBy: '$user.id', decidedAt: '$now' },
    },
    { guard: { status: 'submitted' } },
  );
  if (result.ok) return 'Approved.';
  if (result.status === 'rejected' && result.code === 'guard_failed') {
    const now = result.current?.data;
    return `It is ${String(now?.['status'])} already, by ${String(now?.['decidedBy'])}.`;
  }
  return result.message;
}
