// The parts that pages are made of.
export { Ago } from './Ago.js';
export { Avatar, Avatars, colourOf, initialsOf } from './Avatar.js';
export type { Person } from './Avatar.js';
export { Button, IconButton } from './Button.js';
export { Dialog } from './Dialog.js';
export { Field, SelectField, TextField } from './Field.js';
export { Menu, MenuItem } from './Menu.js';
export { Page } from './Page.js';
export { Badge, Empty, ErrorBoundary, Skeleton } from './states.js';
export { SearchBox } from './SearchBox.js';
export { Table } from './Table.js';
export type { Column } from './Table.js';
export { ago, exactly, useNow } from './time.js';
export { toast } from './toasts.js';
