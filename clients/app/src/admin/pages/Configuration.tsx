// What is in force, without secrets; what is insecure about it first.
import type { ReactNode } from 'react';
import { Badge, Page } from '../../ui/index.js';
import type { Configuration as Settings } from '../api/types.js';
import { useAdmin } from '../context.js';
import { formatBytes, formatCount, formatSpan } from '../format/numbers.js';
import { usePolled } from '../hooks.js';
import { insecureSettings } from '../insecure.js';
import { Answer } from '../ui/Answer.js';

export function Configuration(): ReactNode {
  const { api } = useAdmin();
  const state = usePolled((signal) => api.configuration(signal), 30_000, [api]);
  return (
    <Page
      title="Configuration"
      subtitle="What is in force. It is changed in coterie.toml, by flags, or by the environment"
    >
      <Answer state={state}>
        {(settings) => (
          <>
            <Warnings settings={settings} />
            <div className="adm-columns">
              {groupsOf(settings).map(([name, rows]) => (
                <Group key={name} name={name} rows={rows} />
              ))}
            </div>
          </>
        )}
      </Answer>
    </Page>
  );
}

function Warnings({ settings }: { settings: Settings }): ReactNode {
  const warnings = insecureSettings(settings, location);
  if (warnings.length === 0) return <p className="notice good">Nothing insecure is set.</p>;
  return (
    <ul className="stack" aria-label="Insecure settings">
      {warnings.map(({ text, tone }) => (
        <li key={text} className={`notice ${tone}`}>
          <Badge tone={tone}>{tone === 'danger' ? 'insecure' : 'look at it'}</Badge> {text}
        </li>
      ))}
    </ul>
  );
}

type Row = [name: string, value: unknown];

function isGroup(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function groupsOf(settings: Settings): [string, Row[]][] {
  const own = Object.entries(settings).filter(([, value]) => !isGroup(value));
  const groups = Object.entries(settings).flatMap(([name, value]): [string, Row[]][] =>
    isGroup(value) ? [[name, Object.entries(value)]] : [],
  );
  return [['server', own], ...groups];
}

/** "messagesPerSecond": "Messages per second"; units that the value carries are left out. */
export function inWords(name: string): string {
  const words = name
    .replace(/(Bytes|Ms)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function inUnits(name: string, value: unknown): ReactNode {
  if (typeof value === 'number') {
    if (name === 'port') return String(value);
    if (name.endsWith('Bytes')) return formatBytes(value);
    if (name.endsWith('Ms')) return formatSpan(value);
    return formatCount(value);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="muted">none</span>;
    return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(', ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const uncapped = new Set(['connectionsPerAddress', 'connectionsPerUser', 'messagesPerSecond']);

function Group({ name, rows }: { name: string; rows: Row[] }): ReactNode {
  return (
    <section className="card" aria-label={name}>
      <div className="head">
        <h2>{inWords(name)}</h2>
      </div>
      <div className="body">
        <dl className="adm-pairs">
          {rows.map(([key, value]) => {
            const insecure = (key === 'dev' && value === true) || (uncapped.has(key) && value === 0);
            return (
              <div key={key} className={insecure ? 'insecure' : undefined}>
                <dt title={key}>{key === 'dev' ? 'Development mode' : inWords(key)}</dt>
                <dd>{uncapped.has(key) && value === 0 ? 'no limit' : inUnits(key, value)}</dd>
              </div>
            );
          })}
        </dl>
      </div>
    </section>
  );
}
