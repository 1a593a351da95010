// What rules let somebody do, type by type, with the reason of each answer.
import type { ReactNode } from 'react';
import { Badge } from '../../../ui/index.js';
import type { Allowed, RulesVerdict } from '../../api/types.js';

const tones = { yes: 'good', no: 'danger', where: 'warning' } as const;
const words: { [allowed in Allowed]: string } = { yes: 'may', no: 'may not', where: 'some records' };

export function Verdicts({ verdict }: { verdict: RulesVerdict }): ReactNode {
  const who = `${verdict.userId}, ${verdict.roles.length > 0 ? `with ${verdict.roles.join(', ')}` : 'without roles'}`;
  if (verdict.checks.length === 0)
    return <p className="muted">These rules name no type: name one to be told about it.</p>;
  return (
    <div className="stack" role="region" aria-label={`What ${who} may do`}>
      <h3>{who}</h3>
      {verdict.checks.map(({ entityType, actions, fields }) => (
        <section key={entityType} className="card table-wrap" aria-label={entityType}>
          <table className="table adm-verdicts">
            <caption className="hidden-visually">{entityType}</caption>
            <thead>
              <tr>
                <th scope="col">{entityType}</th>
                <th scope="col">Allowed</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {actions.map(({ action, allowed, why }) => (
                <tr key={action}>
                  <td data-name={entityType}>{action}</td>
                  <td data-name="Allowed">
                    <Badge tone={tones[allowed]}>{words[allowed]}</Badge>
                  </td>
                  <td data-name="Why">{why}</td>
                </tr>
              ))}
              {fields.map(({ field, access, why }) => (
                <tr key={`field ${field}`}>
                  <td data-name={entityType}>
                    field <code>{field}</code>
                  </td>
                  <td data-name="Allowed">
                    <Badge tone="warning">{access === 'hidden' ? 'hidden' : 'read-only'}</Badge>
                  </td>
                  <td data-name="Why">{why}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}
