// The components: without a style of their own but for `@coterie/react/styles.css`, which an application may leave out.
export { ConnectionBadge } from './ui/ConnectionBadge.js';
export { SyncStatus } from './ui/SyncStatus.js';
export type { SyncStatusProps } from './ui/SyncStatus.js';
export { PresenceAvatars } from './ui/PresenceAvatars.js';
export type { PresenceAvatarsProps } from './ui/PresenceAvatars.js';
export { LockableField } from './ui/LockableField.js';
export type { LockableFieldProps } from './ui/LockableField.js';
export { ConflictDialog } from './ui/ConflictDialog.js';
export type { ConflictDialogProps } from './ui/ConflictDialog.js';
export { HistoryPanel } from './ui/HistoryPanel.js';
export type { HistoryPanelProps } from './ui/HistoryPanel.js';
export { TextsProvider } from './ui/texts.js';
export type { Texts } from './ui/texts.js';
