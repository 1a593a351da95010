// The operator's dashboard, loaded when it is opened: everything below /admin.
import type { ReactNode } from 'react';
import { Empty, Page } from '../ui/index.js';

export default function Admin(): ReactNode {
  return (
    <Page title="Operations">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
