import { useConflicts } from '@coterie/react';
import { ConflictDialog } from '@coterie/react/components';

/** Once, near the root: every stale edit of this page is decided here. */
export const Conflicts = () => <ConflictDialog conflicts={useConflicts()} />;
