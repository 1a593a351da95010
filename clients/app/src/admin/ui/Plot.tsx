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
  /** The least height of the scale, so that noise about zero does not look like mountains. */
  least: number;
  /** Axes of bytes go in steps of 1024. */
  bytes?: boolean;
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

/** A plot that has just begun fills up from the left end of so much, and then grows to its span. */
const leastSeconds = 120;

const byteSteps = Array.from({ length: 40 }, (_, power) => 2 ** power);

function axesOf(format: PlotProps['format'], bytes: boolean): uPlot.Axis[] {
  const shared = {
    stroke: () => colour('--muted'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return [
    { ...shared, space: 70, size: 26, gap: 8, values: (_, splits) => splits.map((at) => clock.format(at * 1000)) },
    {
      ...shared,
      space: 26,
      size: 58,
      gap: 4,
      ...(bytes ? { incrs: byteSteps } : {}),
      values: (_, splits) => splits.map((value) => format(value)),
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
  least,
  bytes = false,
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
        padding: [6, 26, 0, 0],
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: {
            range: (_, min, max) => {
              const end = max ?? Date.now() / 1000;
              const begun = end - (min ?? end);
              return [end - Math.min(spanSeconds, Math.max(leastSeconds, begun)), end];
            },
          },
          y: { range: (_, __, max) => [0, Math.max(least, (max ?? 0) * 1.1)] },
        },
        axes: axesOf(format, bytes),
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
  }, [lines, format, least, bytes, height, spanSeconds]);

  useEffect(() => plot.current?.setData(data as uPlot.AlignedData), [data]);
  return <div className="adm-plot" ref={place} aria-hidden="true" />;
}
