// The versions of the rules; each can be looked at against those in force.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Dialog } from '../../../ui/index.js';
import type { RulesHeading, RulesVersion } from '../../api/types.js';
import { useAdmin } from '../../context.js';
import { usePages, usePolled } from '../../hooks.js';
import { writeRules } from '../../rules/read.js';
import { Answer } from '../../ui/Answer.js';
import { PagedAnswer } from '../../ui/PagedAnswer.js';
import { UserLink } from '../../ui/parts.js';
import { Table, type Column } from '../../../ui/Table.js';
import { When } from '../../ui/When.js';
import { Diff } from './Diff.js';

export function RulesPast({ current }: { current: RulesVersion }): ReactNode {
  const { api } = useAdmin();
  const [open, setOpen] = useState<number | null>(null);
  const list = usePages<RulesHeading>(
    async (cursor, limit, signal) => {
      const answer = await api.rulesHistory({ limit, ...(cursor === undefined ? {} : { cursor }) }, signal);
      if (!answer.ok) return answer;
      const { versions, cursor: next } = answer.value;
      return { ok: true, value: { items: versions, ...(next === undefined ? {} : { cursor: next }) } };
    },
    (one) => String(one.version),
    { pageSize: 50, everyMs: 0 },
    [api, current.version],
  );
  return (
    <>
      <PagedAnswer list={list} noun={['version', 'versions']} empty={{ title: 'There are no versions' }}>
        {(versions) => (
          <Table
            caption="Versions of the rules"
            columns={columnsOf(setOpen)}
            rows={versions}
            keyOf={(one) => String(one.version)}
          />
        )}
      </PagedAnswer>
      {open !== null && <PastVersion version={open} current={current} onClose={() => setOpen(null)} />}
    </>
  );
}

function columnsOf(open: (version: number) => void): Column<RulesHeading>[] {
  return [
    { name: 'Version', cell: (one) => one.version },
    { name: 'Set', cell: (one) => <When at={one.setAt} /> },
    { name: 'By', cell: (one) => <UserLink id={one.setBy} /> },
    { name: 'From', cell: (one) => `${one.origin}${one.none ? ', no rules' : ''}` },
    {
      name: 'Actions',
      quiet: true,
      cell: (one) => (
        <Button small onClick={() => open(one.version)} aria-label={`Look at version ${one.version}`}>
          Look
        </Button>
      ),
    },
  ];
}

interface PastVersionProps {
  version: number;
  current: RulesVersion;
  onClose(): void;
}

function PastVersion({ version, current, onClose }: PastVersionProps): ReactNode {
  const { api } = useAdmin();
  const state = usePolled((signal) => api.rulesVersion(version, signal), 600_000, [api, version]);
  return (
    <Dialog title={`Rules, version ${version}`} wide onClose={onClose}>
      <Answer state={state}>
        {(past) => (
          <div className="stack">
            <Diff
              before={writeRules(past.rules)}
              after={writeRules(current.rules)}
              title={`From ${version} to ${current.version}, in force`}
            />
            <details className="adm-details">
              <summary>All of version {version}</summary>
              <pre className="adm-code">{writeRules(past.rules)}</pre>
            </details>
            <p className="muted small">To go back to it, copy it into Edit, check and save.</p>
          </div>
        )}
      </Answer>
    </Dialog>
  );
}
