// A word to everyone who is connected, and the way to take it back.
import { Megaphone } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { Announcement } from '@coterie/protocol';
import { Badge, Button, Empty, Field, Page, SelectField, toast } from '../../ui/index.js';
import { useAdmin } from '../context.js';
import { formatSpan } from '../format/numbers.js';
import { usePolled } from '../hooks.js';
import { Answer } from '../ui/Answer.js';
import { Confirm } from '../ui/Confirm.js';
import { UserLink } from '../ui/parts.js';
import { When } from '../ui/When.js';

const spans = [300_000, 900_000, 3_600_000, 4 * 3_600_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000];

export function Announcements(): ReactNode {
  const { api } = useAdmin();
  const state = usePolled((signal) => api.announcements(signal), 10_000, [api]);
  const [withdrawing, setWithdrawing] = useState<Announcement | null>(null);
  return (
    <Page title="Announcements" subtitle="A word to everyone; it is shown at once, and to those who come later">
      <Writer onWritten={state.refresh} />
      <Answer state={state}>
        {({ announcements }) =>
          announcements.length === 0 ? (
            <Empty icon={<Megaphone />} title="No announcement stands" />
          ) : (
            <ul className="stack" aria-label="Standing announcements">
              {announcements.map((one) => (
                <Standing key={one.announcementId} announcement={one} onWithdraw={() => setWithdrawing(one)} />
              ))}
            </ul>
          )
        }
      </Answer>
      {withdrawing !== null && (
        <Confirm
          title="Withdraw this announcement?"
          verb="Withdraw"
          done="The announcement is withdrawn"
          act={() => api.withdraw(withdrawing.announcementId)}
          onDone={state.refresh}
          onClose={() => setWithdrawing(null)}
        >
          <blockquote>{withdrawing.text}</blockquote>
        </Confirm>
      )}
    </Page>
  );
}

function Standing({ announcement, onWithdraw }: { announcement: Announcement; onWithdraw(): void }): ReactNode {
  const { text, severity, userId, timestamp, ttlMs } = announcement;
  return (
    <li className="card adm-announcement">
      <Badge tone={severity}>{severity}</Badge>
      <div className="grow">
        <p>{text}</p>
        <p className="muted small">
          by <UserLink id={userId} />, <When at={timestamp} />; ends{' '}
          <When at={new Date(Date.now() + ttlMs).toISOString()} />
        </p>
      </div>
      <Button small onClick={onWithdraw} aria-label={`Withdraw: ${text}`}>
        Withdraw
      </Button>
    </li>
  );
}

function Writer({ onWritten }: { onWritten(): void }): ReactNode {
  const { api } = useAdmin();
  const [text, setText] = useState('');
  const [severity, setSeverity] = useState<'info' | 'warning'>('info');
  const [ttlMs, setTtlMs] = useState(3_600_000);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return setError('Write something first.');
    setBusy(true);
    const answer = await api.announce(text.trim(), severity, ttlMs);
    setBusy(false);
    if (!answer.ok) return setError(answer.problem.message);
    setError('');
    setText('');
    toast({ title: 'Announced to everyone' });
    onWritten();
  };
  return (
    <form className="card adm-form" onSubmit={(event) => void submit(event)}>
      <Field label="What to say" error={error}>
        {(wired) => (
          <textarea
            className="input"
            rows={2}
            maxLength={1000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder="Back at noon: we move the server."
            {...wired}
          />
        )}
      </Field>
      <div className="adm-row">
        <SelectField
          label="Kind"
          value={severity}
          onChange={(event) => setSeverity(event.target.value === 'warning' ? 'warning' : 'info')}
        >
          <option value="info">Information</option>
          <option value="warning">Warning</option>
        </SelectField>
        <SelectField label="Stands for" value={ttlMs} onChange={(event) => setTtlMs(Number(event.target.value))}>
          {spans.map((span) => (
            <option key={span} value={span}>
              {formatSpan(span)}
            </option>
          ))}
        </SelectField>
        <Button kind="primary" type="submit" disabled={busy}>
          Announce
        </Button>
      </div>
    </form>
  );
}
