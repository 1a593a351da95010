// How the server is doing: figures with the last quarter of an hour behind them.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Badge, Button, Page, Skeleton } from '../../ui/index.js';
import { useAdmin } from '../context.js';
import { ageInWords } from '../format/times.js';
import { formatBytes, formatCount, formatSpan } from '../format/numbers.js';
import { useObservable, usePolled } from '../hooks.js';
import { sampleEveryMs, staleAfterMs, type Sampled } from '../metrics/sampler.js';
import { byLabel, sumOf, type Metrics } from '../metrics/parse.js';
import { Stale, Trouble, useAge } from '../ui/Trouble.js';
import { When } from '../ui/When.js';
import { Tile } from './Tile.js';
import { tileKinds } from './tiles.js';

export function Overview(): ReactNode {
  const { sampler } = useAdmin();
  const state = useObservable(sampler);
  const age = useAge(state.at);
  const stale = state.at !== null && age !== null && age > staleAfterMs;
  const badge = state.at === null ? null : <Freshness age={age ?? 0} stale={stale} />;
  return (
    <Page title="Overview" subtitle={`Every ${formatSpan(sampleEveryMs)}, the last 15 minutes`} actions={badge}>
      {state.value === undefined && state.problem === null && <Skeleton lines={10} />}
      {state.value === undefined && state.problem !== null && (
        <Trouble problem={state.problem} retry={sampler.refresh} />
      )}
      {state.value !== undefined && (
        <>
          {state.problem !== null && <Stale problem={state.problem} at={state.at} retry={sampler.refresh} />}
          <MetricsAway sampled={state.value} />
          <div className="adm-tiles">
            {tileKinds.map((kind) => (
              <Tile key={kind.title} kind={kind} recorder={sampler.recorder} at={state.at} stale={stale} />
            ))}
          </div>
          <div className="adm-columns">
            {state.value.metrics !== null && <Totals metrics={state.value.metrics} />}
            <LimitHits metrics={state.value.metrics} />
          </div>
        </>
      )}
    </Page>
  );
}

function Freshness({ age, stale }: { age: number; stale: boolean }): ReactNode {
  return <Badge tone={stale ? 'warning' : 'good'}>{stale ? `Stale: ${ageInWords(age)} old` : 'Up to date'}</Badge>;
}

function MetricsAway({ sampled }: { sampled: Sampled }): ReactNode {
  const { metricsProblem } = sampled;
  if (metricsProblem === null) return null;
  const why =
    metricsProblem.status === 403
      ? 'The server tells its metrics to its own machine only, and this browser is elsewhere.'
      : metricsProblem.message;
  return (
    <div className="notice info" role="note">
      <span>
        {why} Delivery times, sign-ins, events delivered and memory are not known here; all else comes from the lists of
        the administrator’s interface. To see the rest, open this page on the server’s machine, or have your own
        monitoring read <code>/metrics</code> there.
      </span>
    </div>
  );
}

const totalNames: [title: string, name: string, label: string][] = [
  ['Edits by outcome', 'coterie_edits_total', 'outcome'],
  ['Errors by code', 'coterie_errors_total', 'code'],
  ['Connections closed by code', 'coterie_closes_total', 'code'],
  ['Catching up, from where', 'coterie_catch_ups_total', 'from'],
];

function Totals({ metrics }: { metrics: Metrics }): ReactNode {
  const start = sumOf(metrics, 'process_start_time_seconds');
  const certificate = sumOf(metrics, 'coterie_tls_certificate_expires_seconds');
  return (
    <section className="card" aria-label="Since the start">
      <div className="head">
        <h2>Since the start</h2>
        {start !== null && start > 0 && (
          <span className="muted small">
            <When at={new Date(start * 1000).toISOString()} />
          </span>
        )}
      </div>
      <div className="body adm-totals">
        {totalNames.map(([title, name, label]) => (
          <TotalsOf key={title} title={title} rows={byLabel(metrics, name, label)} />
        ))}
        <div>
          <h3>Process</h3>
          <dl className="adm-pairs">
            <dt>Open descriptors</dt>
            <dd>{formatCount(sumOf(metrics, 'process_open_fds'))}</dd>
            <dt>Memory</dt>
            <dd>{formatBytes(sumOf(metrics, 'process_resident_memory_bytes'))}</dd>
            <dt>Search is behind by</dt>
            <dd>{formatCount(sumOf(metrics, 'coterie_search_lag_commits'))} commits</dd>
            {certificate !== null && certificate > 0 && (
              <>
                <dt>Certificate ends</dt>
                <dd>
                  <When at={new Date(certificate * 1000).toISOString()} />
                </dd>
              </>
            )}
          </dl>
        </div>
      </div>
    </section>
  );
}

function TotalsOf({ title, rows }: { title: string; rows: readonly [string, number][] }): ReactNode {
  return (
    <div>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="muted small">none</p>
      ) : (
        <dl className="adm-pairs">
          {rows.map(([text, count]) => (
            <div key={text}>
              <dt>{text}</dt>
              <dd>{formatCount(count)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** By limit, and by user where the server tells: asked for only when opened wide enough to matter. */
function LimitHits({ metrics }: { metrics: Metrics | null }): ReactNode {
  const { api } = useAdmin();
  const [all, setAll] = useState(false);
  const hits = usePolled((signal) => api.limits(signal), 15_000, [api]);
  const told = hits.value;
  const rows = told?.limits
    .filter((one) => one.hits > 0)
    .map((one): [string, number, string?] => [one.limit, one.hits, one.lastAt]);
  const shown = rows ?? (metrics === null ? [] : byLabel(metrics, 'coterie_limit_hits_total', 'limit'));
  const users = told?.users ?? [];
  return (
    <section className="card" aria-label="Limits that were hit">
      <div className="head">
        <h2>Limits that were hit</h2>
      </div>
      <div className="body stack">
        {shown.length === 0 && <p className="muted">None since the start.</p>}
        {shown.length > 0 && (
          <dl className="adm-pairs">
            {shown.map(([limit, count, last]) => (
              <div key={limit}>
                <dt>{limit.replaceAll('_', ' ')}</dt>
                <dd>
                  {formatCount(count)}
                  {last !== undefined && (
                    <span className="muted">
                      {' '}
                      · <When at={last} />
                    </span>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {users.length > 0 && (
          <>
            <h3>By user</h3>
            <dl className="adm-pairs">
              {(all ? users : users.slice(0, 8)).map((one) => (
                <div key={`${one.userId} ${one.limit}`}>
                  <dt>
                    {one.userId}: {one.limit.replaceAll('_', ' ')}
                  </dt>
                  <dd>
                    {formatCount(one.hits)}{' '}
                    <span className="muted">
                      · <When at={one.lastAt} />
                    </span>
                  </dd>
                </div>
              ))}
            </dl>
            {users.length > 8 && (
              <Button small onClick={() => setAll(!all)}>
                {all ? 'Show fewer' : `Show all ${users.length}`}
              </Button>
            )}
          </>
        )}
        {hits.problem?.status === 404 && (
          <p className="muted small">This server does not tell who hit a limit; a newer one does.</p>
        )}
      </div>
    </section>
  );
}
