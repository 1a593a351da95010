// What was done to a record, and the way back, beside its fields.
import { HistoryPanel } from '@coterie/react/components';
import { History } from 'lucide-react';
import type { ReactNode } from 'react';

export const HistoryCard = ({ type, id }: { type: string; id: string }): ReactNode => (
  <div className="card">
    <header className="head">
      <History size={18} aria-hidden />
      <h2>History</h2>
    </header>
    <HistoryPanel type={type} id={id} className="body" />
  </div>
);
