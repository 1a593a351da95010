// Runs the floors, Coterie and the peers side by side, in rounds, and writes the table of ratios:
// bench/results/table.md and bench/results/table.json, with the commit, the machine and the command of each work.
// What --only leaves out keeps the figures that it has.
//   node bench/run.mjs [--rounds 5] [--seconds 3] [--only deliver,rights,burst,steady,edits,answer,idle,stall,filtered,reads] [--no-peers]
// A figure is the median of the rounds; the rounds are interleaved, so that what the machine does besides meets all alike.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'deliver,rights,burst,steady,edits,answer,idle,stall,filtered,reads' },
    'no-peers': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (options.help) {
  console.log(readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n').slice(0, 5).map((l) => l.replace(/^\/\/ ?/, '')).join('\n'));
  process.exit(0);
}
const rounds = Number(options.rounds);
const seconds = options.seconds;
const build = join(root, 'build/release');
const peers = join(root, 'bench/peers');
const results = join(root, 'bench/results');
mkdirSync(results, { recursive: true });
const scratch = mkdtempSync(join(results, 'scratch.tmp'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

let fresh = 0;
const coterie = () => [
  join(build, 'coterie'), 'serve', '--dev', '--listen', '127.0.0.1:0', '--log-level', 'error', '--data', join(scratch, `data${fresh++}`),
];
const ruled = (rules) => [...coterie(), '--config', join(root, 'bench/wire/rules', `${rules}.toml`)];
const servers = {
  'floor A': { protocol: 'floor', command: () => [join(build, 'floor-wire'), 'a'] },
  'floor B': { protocol: 'floor', command: () => [join(build, 'floor-wire'), 'b'] },
  Coterie: { protocol: 'coterie', command: coterie },
  'Coterie, no rules': { protocol: 'coterie-staff', command: () => ruled('none') },
  'Coterie, rules by role': { protocol: 'coterie-staff', command: () => ruled('role') },
  'Coterie, rules by $user.id': { protocol: 'coterie-staff', command: () => ruled('owner') },
  NATS: { protocol: 'nats', command: () => [join(peers, 'nats')], peer: true, needs: 'nats-server' },
  ws: { protocol: 'ws', command: () => ['node', join(peers, 'ws.mjs')], peer: true },
  'Socket.IO': { protocol: 'socketio', command: () => ['node', join(peers, 'socketio.mjs')], peer: true },
  ShareDB: { protocol: 'sharedb', command: () => ['node', join(peers, 'sharedb.mjs')], peer: true },
  'Node, a transaction an edit': { protocol: 'ws', command: () => ['node', join(peers, 'durable.mjs')], peer: true },
};
const delivering = ['floor A', 'floor B', 'Coterie', 'NATS', 'ws', 'Socket.IO', 'ShareDB'];
const works = {
  deliver: {
    title: '100 subscribers, 20 edits released every 10 ms',
    args: ['deliver', '--burst', '20', '--seconds', seconds],
    who: delivering,
    columns: ['cpuMicrosPerDelivery', 'cpuMicrosPerMessageAlone', 'p50Ms', 'p99Ms', 'delivered', 'expected'],
    ratio: 'cpuMicrosPerDelivery',
  },
  rights: {
    title: 'The same under rules of access',
    args: ['deliver', '--burst', '20', '--seconds', seconds],
    who: ['floor A', 'Coterie, no rules', 'Coterie, rules by role', 'Coterie, rules by $user.id'],
    columns: ['cpuMicrosPerDelivery', 'cpuMicrosPerMessageAlone', 'p50Ms', 'p99Ms', 'delivered', 'expected'],
    ratio: 'cpuMicrosPerDelivery',
  },
  burst: {
    title: '100 subscribers, bursts of 100 edits every 10 ms',
    args: ['deliver', '--burst', '100', '--seconds', seconds],
    who: delivering,
    columns: ['cpuMicrosPerDelivery', 'p50Ms', 'p99Ms', 'delivered', 'expected', 'wallSeconds'],
    ratio: 'cpuMicrosPerDelivery',
  },
  steady: {
    title: '100 subscribers, 100 edits a second one by one',
    args: ['deliver', '--burst', '1', '--seconds', seconds],
    who: delivering,
    columns: ['cpuMicrosPerDelivery', 'p50Ms', 'p99Ms', 'delivered', 'expected'],
    ratio: 'cpuMicrosPerDelivery',
  },
  edits: {
    title: 'Durable edits, 16 writers with 16 under way each, nobody listening',
    args: ['edits', '--seconds', seconds],
    who: ['Coterie', 'Node, a transaction an edit'],
    columns: ['editsPerSecond', 'cpuMicrosPerEdit', 'meanGroup', 'p50Ms', 'p99Ms'],
    ratio: ['editsPerSecond', 'cpuMicrosPerEdit'],
  },
  answer: {
    title: 'The answer to an edit at 5000 edits a second',
    args: ['edits', '--rate', '5000', '--seconds', seconds],
    who: ['Coterie'],
    columns: ['editsPerSecond', 'cpuMicrosPerEdit', 'meanGroup', 'p50Ms', 'p99Ms'],
  },
  idle: {
    title: 'Connections at rest, and what connecting costs',
    args: ['idle', '--connections', '10000'],
    who: ['floor A', 'Coterie', 'NATS', 'ws', 'Socket.IO'],
    columns: ['bytesPerConnection', 'cpuMicrosPerConnect'],
    ratio: 'cpuMicrosPerConnect',
  },
  filtered: {
    title: '1000 filtered rooms of one type at 1000 edits a second, against one room that matches the same events',
    args: ['filtered', '--seconds', seconds],
    who: ['Coterie'],
    columns: ['rooms', 'cpuMicrosOneRoom', 'cpuMicrosByValue', 'cpuMicrosByRange', 'byValueToOneRoom', 'byRangeToOneRoom'],
  },
  stall: {
    title: '20 subscribers and one that reads nothing for 20 s, 50,000 events meanwhile',
    args: ['stall'],
    who: ['Coterie'],
    columns: ['p99Ms', 'p99MsWithoutStalled', 'mostMiB', 'mostMiBWithoutStalled', 'stalledDelivered', 'stalledExpected', 'stalledInOrder', 'caughtUpSeconds'],
  },
};

works.reads = {
  title: 'Pages of 50 as the store grows: the history, a search, a filtered list (storage alone, one round, medians of 40)',
  who: [],
  sizes: '10000,100000,1000000',
  columns: ['historyOfRecordMs', 'historyOfAllMs', 'historyOfRareTypeMs', 'searchRareMs', 'searchCommonMs', 'searchFilteredMs', 'listFilteredMs'],
};

const median = (list) => (typeof list[0] === 'boolean' ? list.every(Boolean) : [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]);
const installed = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
const wanted = (name) => {
  const server = servers[name];
  if (!server.peer) return true;
  if (options['no-peers'] || !existsSync(join(peers, 'node_modules'))) return false;
  return !server.needs || installed(server.needs);
};

function measure(work, name) {
  const server = servers[name];
  const [sub, ...rest] = work.args;
  const run = spawnSync(join(build, 'bench-wire'), [sub, '--protocol', server.protocol, ...rest, '--', ...server.command()], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_DIRECTORY: scratch },
    timeout: 180_000,
  });
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr || run.error || 'ended with ' + run.status}`);
  return JSON.parse(run.stdout.trim().split('\n').at(-1));
}

// The bare SQLite loop, and our storage without a network, each at the mean group that the server's load has just made.
function storeFloor(group) {
  const text = execFileSync('taskset', ['-c', '0', join(build, 'floor-store'), join(scratch, 'floor'), '60000', String(group)], { encoding: 'utf8' });
  const { editsPerSecond, cpuMicros } = JSON.parse(text);
  return { editsPerSecond, cpuMicrosPerEdit: cpuMicros, meanGroup: group };
}
function storageAlone(group) {
  const text = execFileSync('taskset', ['-c', '0', join(build, 'bench-decide'), join(scratch, 'decide'), '60000', String(group)], { encoding: 'utf8' });
  const [, cpu, perSecond] = text.match(/sequencer on SQLite +all +([\d.]+) us\/edit.* (\d+) edits\/s/);
  return { editsPerSecond: Number(perSecond), cpuMicrosPerEdit: Number(cpu), meanGroup: group };
}

// A row for each size, and how much the largest costs of the smallest.
function reads(work) {
  const text = execFileSync('taskset', ['-c', '0', join(build, 'bench-reads'), scratch, work.sizes], { encoding: 'utf8' });
  const sizes = text.trim().split('\n').map((line) => JSON.parse(line));
  const rows = Object.fromEntries(sizes.map((one) => [`${one.events.toLocaleString('en')} events`, one]));
  rows['the last to the first'] = Object.fromEntries(work.columns.map((column) => [column, sizes.at(-1)[column] / sizes[0][column]]));
  return rows;
}

const chosen = options.only.split(',').filter((key) => {
  if (works[key]) return true;
  throw new Error(`unknown work ${key}; known: ${Object.keys(works).join(', ')}`);
});
const kept = join(results, 'table.json');
const table = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {};
const how = {
  commit: spawnSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim(),
  command: `script/bench ${process.argv.slice(2).join(' ')}`.trim(),
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0].model}`,
};
let step = 0;
const steps = rounds * chosen.reduce((sum, key) => sum + works[key].who.filter(wanted).length + (key === 'edits' ? 2 : 0), 0) + (chosen.includes('reads') ? 1 : 0);
const progress = (what) => {
  step += 1;
  const line = `[${step}/${steps}] ${what}`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
};
for (const key of chosen) {
  const work = works[key];
  const seen = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of work.who.filter(wanted)) {
      progress(`${work.title}: ${name}`);
      (seen[name] ??= []).push(measure(work, name));
    }
    if (key === 'edits') {
      const group = Math.round(seen.Coterie.at(-1).meanGroup);
      progress(`${work.title}: store floor`);
      (seen['store floor'] ??= []).push(storeFloor(group));
      progress(`${work.title}: storage alone`);
      (seen['Coterie, storage alone'] ??= []).push(storageAlone(group));
    }
  }
  if (key === 'reads') {
    progress(work.title);
    table[key] = { title: work.title, ...how, rounds: 1, rows: reads(work) };
    continue;
  }
  table[key] = { title: work.title, ...how, rounds, rows: {} };
  for (const [name, list] of Object.entries(seen)) {
    table[key].rows[name] = Object.fromEntries(
      work.columns.filter((column) => list.every((one) => one[column] !== undefined)).map((column) => [column, median(list.map((one) => one[column]))]),
    );
  }
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

const number = (value) => (value === undefined ? '' : typeof value === 'boolean' ? String(value) : value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3))));
let markdown = `# Measured side by side\n\nThe server on one core, the driver on the other; medians of interleaved rounds. CPU is that of the server's process, in\nmicroseconds. Delivery: with the room full, less with it empty. Read the ratios; absolute times are this machine's.\n`;
for (const key of Object.keys(works).filter((key) => table[key])) {
  const { title, commit, command, date, machine, rounds: times, rows } = table[key];
  const work = works[key];
  const ratios = [work.ratio ?? []].flat();
  const heads = [...work.columns, ...ratios.map((ratio) => `${ratio} of Coterie to it`)];
  markdown += `\n## ${title}\n\nCommit ${commit}, \`${command}\`, ${date}, ${machine}; ${times === 1 ? 'one round' : `${times} rounds`}.\n\n| server | ${heads.join(' | ')} |\n|---|${heads.map(() => '---:|').join('')}\n`;
  for (const [name, row] of Object.entries(rows)) {
    const cells = work.columns.map((column) => number(row[column]));
    for (const ratio of ratios) cells.push(row[ratio] && rows.Coterie ? (rows.Coterie[ratio] / row[ratio]).toFixed(2) : '');
    markdown += `| ${name} | ${cells.join(' | ')} |\n`;
  }
}
writeFileSync(join(results, 'table.md'), markdown);
writeFileSync(kept, JSON.stringify(table, null, 2) + '\n');
console.log(markdown);
