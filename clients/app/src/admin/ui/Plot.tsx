// A plot of up to the last quarter of an hour, with axes and a cursor; what the cursor is at is told to `onPoint`. Colours are
// those of the theme, read when it is drawn, because a canvas knows no custom properties.
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Line {
  readonly name: string;
  /** A custom property: `--accent`. */
  readonly colour: string;
  /** Filled below, for counts of each interval. */
  readonly filled?: boolean;
}

interface PlotProps {
  data: [number[], ...(number | null)[][]];
  lines: readonly Line[];
  format(value: number | null): string;
  /** Behind each number of the axis. */
  unit?: string;
  /** The least height of the scale, so that noise about zero does not look like mountains. */
  least: number;
  /** In which steps an axis goes: of bytes in powers of two, of things one can count in whole ones. */
  steps?: 'bytes' | 'whole';
  height: number;
  spanSeconds: number;
  onPoint(index: number | null): void;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** As it is in the theme of now: a property of an element is resolved, a custom one is not. */
function colour(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const seeThrough = (name: string): string =>
  colour(name)
    .replace(/^rgb\((.*)\)$/, 'rgb($1 / 20%)')
    .replaceAll(',', '');

/** What has just begun fills this much from the left, and then grows to its span. */
const leastSeconds = 120;

/** Between labels of whole minutes. */
const minutes = [1, 2, 5, 10, 30, 60].map((each) => each * 60);
const steps = {
  bytes: Array.from({ length: 40 }, (_, power) => 2 ** power),
  whole: Array.from({ length: 30 }, (_, at) => 10 ** Math.floor(at / 3) * (1 + (at % 3) ** 2)),
};

function axesOf(format: PlotProps['format'], unit: string, by: PlotProps['steps']): uPlot.Axis[] {
  const shared = {
    stroke: () => colour('--muted'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return [
    {
      ...shared,
      space: 70,
      size: 26,
      gap: 8,
      incrs: minutes,
      values: (_, splits) => splits.map((at) => clock.format(at * 1000)),
    },
    {
      ...shared,
      space: 26,
      size: 52,
      gap: 4,
      ...(by ? { incrs: steps[by] } : {}),
      values: (_, splits) => splits.map((value) => format(value) + unit),
    },
  ];
}

function seriesOf(lines: readonly Line[]): uPlot.Series[] {
  const drawn = lines.map((line): uPlot.Series => {
    const series: uPlot.Series = {
      label: line.name,
      stroke: () => colour(line.colour),
      width: 1.5,
      spanGaps: false,
      // A line of one or two points is not seen.
      points: { show: (_, __, first, last) => last - first < 3, size: 4 },
    };
    if (line.filled === true) series.fill = () => seeThrough(line.colour);
    return series;
  });
  return [{}, ...drawn];
}

export function Plot({
  data,
  lines,
  format,
  unit = '',
  least,
  steps: by,
  height,
  spanSeconds,
  onPoint,
}: PlotProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const told = useRef(onPoint);
  told.current = onPoint;
  const shown = useRef(data);
  shown.current = data;

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(
      {
        width: Math.max(element.clientWidth, 120),
        height,
        legend: { show: false },
        padding: [6, 22, 0, 0],
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: {
            range: (_, min, max) => {
              const last = max ?? Date.now() / 1000;
              const first = Math.max(min ?? last, last - spanSeconds);
              return [first, Math.max(last, first + leastSeconds)];
            },
          },
          y: { range: (_, __, max) => [0, Math.max(least, (max ?? 0) * 1.1)] },
        },
        axes: axesOf(format, unit, by),
        series: seriesOf(lines),
        hooks: { setCursor: [(self) => told.current(self.cursor.idx ?? null)] },
      },
      shown.current as uPlot.AlignedData,
      element,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: Math.max(element.clientWidth, 120), height }));
    resize.observe(element);
    const redraw = () => made.redraw(false, true);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      resize.disconnect();
      themed.disconnect();
      dark.removeEventListener('change', redraw);
      made.destroy();
      plot.current = null;
    };
  }, [lines, format, unit, least, by, height, spanSeconds]);

  useEffect(() => plot.current?.setData(data as uPlot.AlignedData), [data]);
  return <div className="adm-plot" ref={place} aria-hidden="true" />;
}
