#include <fmt/format.h>

#include "bench/load/report.hpp"

namespace load {
namespace {

constexpr std::string_view kReportPage = R"page(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load report</title><style>@PLOT_STYLE@
:root{color-scheme:light dark;--line:#8884;--soft:#888}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2.5rem 0 .5rem;border-top:1px solid var(--line);padding-top:1rem}
code{font-size:.9em}.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
td,th{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line)}td:first-child,th:first-child{text-align:left}
.good{color:#2a8a4a}.bad{color:#c0392b;font-weight:600}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(26rem,1fr));gap:1rem;margin-top:1rem}
.plots figure{margin:0}.plots figcaption{font-size:.9rem;color:var(--soft)}
</style></head><body>
<h1>Load report</h1><p class="soft" id="about"></p><main id="bands"></main>
<script>@PLOT_SCRIPT@</script>
<script>
const report = @DATA@;
const text = (tag, content, name) => { const e = document.createElement(tag); e.textContent = content; if (name) e.className = name; return e; };
const number = (v) => v >= 100 ? Math.round(v).toLocaleString('en') : v.toFixed(2);
document.getElementById('about').textContent = `profile ${report.profile}, seed ${report.seed}: ${report.command}`;
const main = document.getElementById('bands');
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const axis = { stroke: dark ? '#bbb' : '#444', grid: { stroke: '#8883' }, ticks: { stroke: '#8883' } };
const colours = ['#2f7ed8', '#e08a1e', '#3aa76d', '#c0392b', '#8e5bd0', '#5d6d7e', '#16a2a2'];
function plot(parent, title, names, data, unit) {
  if (typeof uPlot === 'undefined' || data[0].length < 2 || !data.slice(1).some((line) => line.some((v) => v))) return;
  const figure = document.createElement('figure'); parent.append(figure);
  figure.append(text('figcaption', `${title} (${unit})`));
  const series = [{ label: 'second' }, ...names.map((label, i) => ({ label, stroke: colours[i % colours.length], width: 1.5 }))];
  const make = () => new uPlot({ width: Math.max(300, figure.clientWidth), height: 220, scales: { x: { time: false } },
    axes: [{ ...axis, label: 'seconds' }, { ...axis, size: 72 }], series }, data, figure);
  const drawn = make();
  addEventListener('resize', () => drawn.setSize({ width: Math.max(300, figure.clientWidth), height: 220 }));
}
for (const band of report.bands) {
  main.append(text('h2', `${band.users} users, ${band.seconds.toFixed(0)} s`));
  main.append(text('p', band.breaches === 0 ? `No breach in ${band.acknowledged.toLocaleString('en')} acknowledged edits.`
    : `${band.breaches} breaches of the promises.`, band.breaches === 0 ? 'good' : 'bad'));
  if (band.firstBreaches.length) { const list = document.createElement('ul'); band.firstBreaches.forEach((b) => list.append(text('li', b))); main.append(list); }
  const table = document.createElement('table'); main.append(table);
  const head = table.insertRow(); ['', 'count', 'per s', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms'].forEach((h) => head.append(text('th', h)));
  for (const what of ['reads', 'writes', 'deliveries', 'locks']) {
    const h = band[what]; if (what === 'locks' && !h.count) continue;
    const line = table.insertRow();
    [what, h.count.toLocaleString('en'), number(h.perSecond), number(h.p50Ms), number(h.p95Ms), number(h.p99Ms), number(h.highestMs)]
      .forEach((cell) => line.append(text('td', cell)));
  }
  main.append(text('p', 'Outcomes: ' + Object.entries(band.outcomes).map(([k, v]) => `${k} ${v.toLocaleString('en')}`).join(', '), 'soft'));
  if (Object.keys(band.counts).length)
    main.append(text('p', 'Besides: ' + Object.entries(band.counts).map(([k, v]) => `${k} ${v.toLocaleString('en')}`).join(', '), 'soft'));
  const memory = band.memory.samples; const mebibytes = (bytes) => bytes / 1048576;
  if (memory.length) main.append(text('p', `Server memory: ${number(mebibytes(memory.at(-1).bytes))} MiB at last` +
    (band.memory.growthPercent === undefined ? '' : `, ${band.memory.growthPercent.toFixed(1)} % more than after the first third`), 'soft'));
  const seconds = band.series.map((_, i) => i + 1);
  const plots = document.createElement('div'); plots.className = 'plots'; main.append(plots);
  for (const [what, title] of [['writes', 'Answer to an edit'], ['deliveries', 'From sending to delivery'], ['reads', 'Answer to a read'], ['locks', 'Answer to a lock']])
    plot(plots, title, ['p50', 'p95', 'p99'], [seconds, ...['p50Ms', 'p95Ms', 'p99Ms'].map((p) => band.series.map((s) => s[what].count ? s[what][p] : null))], 'ms');
  plot(plots, 'Throughput', ['writes', 'reads', 'deliveries'], [seconds, ...['writes', 'reads', 'deliveries'].map((w) => band.series.map((s) => s[w].count))], 'per second');
  plot(plots, 'Memory of the server', ['resident'], [memory.map((s) => s.second), memory.map((s) => mebibytes(s.bytes))], 'MiB');
  const outcomes = Object.keys(band.outcomes);
  plot(plots, 'Outcomes of edits', outcomes, [seconds, ...outcomes.map((o) => band.series.map((s) => s.outcomes[o] ?? 0))], 'per second');
}
</script></body></html>
)page";

void replace(std::string& page, std::string_view mark, std::string_view by) {
  const auto at = page.find(mark);
  if (at != std::string::npos) page.replace(at, mark.size(), by);
}

// Text of ours inside a script element: nothing may end the element.
std::string for_script(std::string text) {
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos; at += 6)
    text.replace(at, 1, "\\u003c");
  return text;
}

}  // namespace

std::string to_html(const Report& report) {
  std::string page(kReportPage);
  replace(page, "@PLOT_STYLE@", kPlotStyle);
  replace(page, "@DATA@", for_script(to_json(report)));
  replace(page, "@PLOT_SCRIPT@", kPlotScript);
  return page;
}

}  // namespace load
