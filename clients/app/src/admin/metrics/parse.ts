// Reads Prometheus text (format 0.0.4) into samples by name. Lines that cannot be read are left out: a newer server
// may write more than is known here.

export interface MetricSample {
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

export type Metrics = ReadonlyMap<string, readonly MetricSample[]>;

const nameForm = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelForm = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return text === '' ? NaN : Number(text);
}

/** The labels from `{` on, and where they end; null: not to be read. */
function labelsOf(line: string, from: number): { labels: { [name: string]: string }; end: number } | null {
  const labels: { [name: string]: string } = {};
  if (line[from] !== '{') return { labels, end: from };
  let at = from + 1;
  for (;;) {
    labelForm.lastIndex = at;
    const found = labelForm.exec(line);
    if (found === null) break;
    const [whole, name, value] = found;
    if (name !== undefined && value !== undefined) labels[name] = unescaped(value);
    at += whole.length;
  }
  while (line[at] === ' ') at += 1;
  return line[at] === '}' ? { labels, end: at + 1 } : null;
}

export function parseMetrics(text: string): Metrics {
  const metrics = new Map<string, MetricSample[]>();
  for (const line of text.split('\n')) {
    const name = nameForm.exec(line)?.[0];
    if (name === undefined) continue;
    const read = labelsOf(line, name.length);
    if (read === null) continue;
    const value = numberOf(line.slice(read.end).trim().split(/\s+/)[0] ?? '');
    if (Number.isNaN(value)) continue;
    const samples = metrics.get(name);
    if (samples === undefined) metrics.set(name, [{ labels: read.labels, value }]);
    else samples.push({ labels: read.labels, value });
  }
  return metrics;
}

export type Wanted = { [label: string]: string };

function fits(sample: MetricSample, wanted: Wanted): boolean {
  return Object.entries(wanted).every(([label, value]) => sample.labels[label] === value);
}

/** The sum of a metric over its labels; null: the server has no such metric. */
export function sumOf(metrics: Metrics, name: string, wanted: Wanted = {}): number | null {
  const samples = metrics.get(name);
  if (samples === undefined) return null;
  return samples.filter((sample) => fits(sample, wanted)).reduce((sum, sample) => sum + sample.value, 0);
}

/** A metric by one of its labels, the largest first, those at zero left out. */
export function byLabel(metrics: Metrics, name: string, label: string): [text: string, value: number][] {
  return (metrics.get(name) ?? [])
    .map((sample): [string, number] => [sample.labels[label] ?? '', sample.value])
    .filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1]);
}
