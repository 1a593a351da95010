// Who may do what: the rules in force, a question to try them with, their text to edit, and the versions before.
import { useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Badge, Page } from '../../ui/index.js';
import type { RulesVersion } from '../api/types.js';
import { useAdmin } from '../context.js';
import { usePolled } from '../hooks.js';
import { Answer } from '../ui/Answer.js';
import { UserLink } from '../ui/parts.js';
import { When } from '../ui/When.js';
import { RulesEditor } from './rules/RulesEditor.js';
import { RulesPast } from './rules/RulesPast.js';
import { TryRules } from './rules/TryRules.js';

const absent =
  'This server keeps its rules in coterie.toml alone (and “coterie rules check” on its machine tries them). A newer one lets you set them here.';

export function Rules(): ReactNode {
  const { api } = useAdmin();
  const state = usePolled((signal) => api.rules(signal), 15_000, [api]);
  const [view, setView] = useState<'try' | 'edit' | 'past'>('try');
  return (
    <Page title="Rules" subtitle="Who may do what with which records. The role admin may everything">
      <Answer state={state} absent={absent}>
        {(rules) => (
          <>
            <Heading rules={rules} />
            <div className="tabs" role="tablist" aria-label="Rules" onKeyDown={moveAmongTabs}>
              <Tab name="Try" here={view === 'try'} onOpen={() => setView('try')} />
              <Tab name="Edit" here={view === 'edit'} onOpen={() => setView('edit')} />
              <Tab name="Versions" here={view === 'past'} onOpen={() => setView('past')} />
            </div>
            {view === 'try' && <TryRules version={rules.version} />}
            {/* Kept while another view is open: what was typed is not lost. */}
            <div hidden={view !== 'edit'}>
              <RulesEditor current={rules} onSaved={state.refresh} />
            </div>
            {view === 'past' && <RulesPast current={rules} />}
          </>
        )}
      </Answer>
    </Page>
  );
}

/** Arrows go from tab to tab, as screen readers say of tabs. */
function moveAmongTabs(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
}

function Tab({ name, here, onOpen }: { name: string; here: boolean; onOpen(): void }): ReactNode {
  return (
    <button type="button" role="tab" aria-selected={here} tabIndex={here ? 0 : -1} onClick={onOpen}>
      {name}
    </button>
  );
}

const originWords: { [origin: string]: string } = {
  file: 'from coterie.toml',
  api: 'set over the interface',
  cli: 'set on the command line',
};

function Heading({ rules }: { rules: RulesVersion }): ReactNode {
  return (
    <div className="stack adm-tight">
      <p className="cluster">
        <Badge tone="info">version {rules.version}</Badge>
        <span className="muted small">
          {originWords[rules.origin] ?? `from ${rules.origin}`}
          {rules.origin !== 'file' && rules.setBy !== '' && (
            <>
              {' '}
              by <UserLink id={rules.setBy} />
            </>
          )}
          , <When at={rules.setAt} />
        </span>
      </p>
      {rules.none && <p className="notice warning">There are no rules: everyone who is signed in may everything.</p>}
      {rules.overridesFile === true && (
        <p className="notice info">These rules were set here; coterie.toml says something else, and is overridden.</p>
      )}
    </div>
  );
}
