// "Who may do what": a question to the rules in force, or to those that are being written.
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { JsonObject } from '@coterie/protocol';
import { Button, Field, TextField } from '../../../ui/index.js';
import type { RulesQuestion, RulesVerdict } from '../../api/types.js';
import { useAdmin } from '../../context.js';
import { readRules } from '../../rules/read.js';
import { rolesOf } from '../users/RolesField.js';
import { Verdicts } from './Verdicts.js';

export function TryRules({ version, proposed }: { version?: number; proposed?: JsonObject }): ReactNode {
  const { api } = useAdmin();
  const [user, setUser] = useState('');
  const [roles, setRoles] = useState('');
  const [types, setTypes] = useState('');
  const [record, setRecord] = useState('');
  const [error, setError] = useState('');
  const [verdict, setVerdict] = useState<RulesVerdict | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const entity = record.trim() === '' ? null : readRules(record);
    if (entity !== null && !entity.ok) return setError(entity.message);
    const question: RulesQuestion = {
      ...(proposed === undefined ? {} : { rules: proposed }),
      ...(user.trim() === '' ? {} : { userId: user.trim() }),
      ...(roles.trim() === '' ? {} : { roles: rolesOf(roles) }),
      ...(types.trim() === '' ? {} : { entityTypes: rolesOf(types) }),
      ...(entity === null ? {} : { entity: entity.rules }),
    };
    const answer = await api.checkRules(question);
    setError(answer.ok ? '' : answer.problem.message);
    setVerdict(answer.ok ? answer.value : null);
  };
  return (
    <div className="stack" key={version}>
      <form className="card adm-form" onSubmit={(event) => void submit(event)}>
        <div className="adm-row">
          <TextField
            label="User"
            value={user}
            onChange={(event) => setUser(event.target.value)}
            placeholder="somebody"
            autoCapitalize="none"
          />
          <TextField
            label="Roles"
            value={roles}
            onChange={(event) => setRoles(event.target.value)}
            placeholder="those of the user"
            autoCapitalize="none"
          />
          <TextField
            label="Types"
            value={types}
            onChange={(event) => setTypes(event.target.value)}
            placeholder="all that are named"
            autoCapitalize="none"
          />
          <Button kind="primary" type="submit">
            What may they do?
          </Button>
        </div>
        <details className="adm-details">
          <summary>With one record</summary>
          <Field label="The record, as JSON" hint="As it is read over HTTP, or its data alone." error={error}>
            {(wired) => (
              <textarea
                className="input"
                rows={3}
                spellCheck={false}
                value={record}
                onChange={(event) => setRecord(event.target.value)}
                placeholder='{"status": "open", "customer": "ann"}'
                {...wired}
              />
            )}
          </Field>
        </details>
        {error !== '' && (
          <p role="alert" className="notice danger">
            {error}
          </p>
        )}
      </form>
      {verdict !== null && <Verdicts verdict={verdict} />}
    </div>
  );
}
