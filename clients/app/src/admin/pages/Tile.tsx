// One figure with its plot. While the cursor is over the plot the figures are those of that moment.
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';
import type { Point } from '../metrics/figures.js';
import { formatBytes, formatCount } from '../format/numbers.js';
import { ageInWords } from '../format/times.js';
import { keptMs, type Recorder } from '../metrics/recorder.js';
import { Plot } from '../ui/Plot.js';
import type { TileKind } from './tiles.js';

interface TileProps {
  kind: TileKind;
  recorder: Recorder;
  /** Changes when a point has been added. */
  at: number | null;
  stale: boolean;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function Tile({ kind, recorder, at, stale }: TileProps): ReactNode {
  const [index, setIndex] = useState<number | null>(null);
  const data = useMemo(() => recorder.columns(kind.figures), [recorder, kind, at]);
  const point: Point | null = (index === null ? null : recorder.points[index]) ?? null;
  const values = kind.figures.map((name) => {
    if (point !== null) return point[name];
    return kind.summed === true ? recorder.sum(name) : (recorder.latest?.[name] ?? null);
  });
  const warned = kind.warnAt !== undefined && (values.at(-1) ?? 0) >= kind.warnAt;
  const unit = kind.summed === true ? (point === null ? spanOf(recorder) : 'in that moment') : kind.unit;
  const told = data.slice(1).some((column) => column.some((value) => value !== null));
  return (
    <section className={stale ? 'card adm-tile stale' : 'card adm-tile'} aria-label={kind.title}>
      <header title={kind.about}>
        <h3>{kind.to === undefined ? kind.title : <Link to={kind.to}>{kind.title}</Link>}</h3>
        <span className="muted small number">{point === null ? '' : `at ${clock.format(point.at)}`}</span>
      </header>
      <p className={warned ? 'figures warned' : 'figures'}>
        {values.map((value, place) => (
          <Figure key={place} kind={kind} place={place} value={value} unit={unit} />
        ))}
      </p>
      {told ? (
        <Plot
          data={data}
          lines={kind.lines}
          format={kind.format}
          unit={kind.unit === 'a second' ? '/s' : ''}
          least={kind.least}
          {...stepsOf(kind)}
          height={104}
          spanSeconds={keptMs / 1000}
          onPoint={setIndex}
        />
      ) : (
        <p className="adm-plot none muted small">Nothing to draw yet</p>
      )}
    </section>
  );
}

const stepsOf = ({ format }: TileKind): { steps?: 'bytes' | 'whole' } =>
  format === formatBytes ? { steps: 'bytes' } : format === formatCount ? { steps: 'whole' } : {};

/** Since when it is counted: a quarter of an hour, or since this page was opened. */
function spanOf(recorder: Recorder): string {
  const first = recorder.points[0]?.at ?? 0;
  const ms = (recorder.latest?.at ?? 0) - first;
  return ms >= keptMs - 10_000 ? 'in 15 min' : `in ${ageInWords(ms)}`;
}

interface FigureProps {
  kind: TileKind;
  place: number;
  value: number | null;
  unit: string | undefined;
}

function Figure({ kind, place, value, unit }: FigureProps): ReactNode {
  const line = kind.lines[place];
  const several = kind.lines.length > 1;
  return (
    <span className={several ? 'figure several' : 'figure'}>
      <strong className="number">{kind.format(value)}</strong>
      {several && line !== undefined && (
        <span className="small muted">
          <i className="adm-dot" style={{ background: `var(${line.colour})` }} /> {line.name}
        </span>
      )}
      {place === kind.figures.length - 1 && unit !== undefined && <span className="small muted"> {unit}</span>}
    </span>
  );
}
