// Whether the time of a refused sign-in tells if there is such a user: a wrong password of users that exist, and the
// same of names that do not, in turn, against a server of its own.
//   node bench/sign-in.mjs [--rounds 60] [--program build/release/coterie]
// Prints the medians, their ratio, and how often one drawn from the first is slower than one drawn from the second (0.5:
// the time says nothing), with the range in which chance alone would put it 95 times of 100.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    program: { type: 'string', default: join(root, 'build/release/coterie') },
  },
});
const rounds = Number(options.rounds);
const folder = mkdtempSync(join(tmpdir(), 'coterie-sign-in-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'c.toml'), '[auth]\nsign_ins_per_account = 10000\nsign_ins_per_address = 10000\n');

const data = join(folder, 'data');
for (let i = 0; i < 10; ++i) {
  execFileSync(options.program, ['user', 'add', `user${i}`, '--password-stdin', '--data', data], { input: `the right words ${i}\n` });
}
const server = spawn(options.program, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--log-level', 'error', '--app', 'none', '--config', join(folder, 'c.toml')], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((found) => createInterface(server.stdout).on('line', (line) => found(line.split(' ').pop())));

async function refused(username) {
  const started = process.hrtime.bigint();
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password: 'not the right words' }),
  });
  await answer.text();
  if (answer.status !== 401) throw new Error(`${username}: ${answer.status}, not 401`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

const known = [];
const unknown = [];
for (let i = 0; i < 10; ++i) await refused(i % 2 ? `user${i}` : `nobody${i}`); // warms up
for (let i = 0; i < rounds; ++i) {
  // Turn about in who comes first, so that a drift of the machine meets both alike.
  const pair = [async () => known.push(await refused(`user${i % 10}`)), async () => unknown.push(await refused(`nobody${i}`))];
  for (const ask of i % 2 ? pair : pair.reverse()) await ask();
}
server.kill('SIGTERM');

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const wins = known.reduce((sum, k) => sum + unknown.reduce((s, u) => s + (k > u ? 1 : k === u ? 0.5 : 0), 0), 0);
const chance = 1.96 * Math.sqrt((2 * rounds + 1) / (12 * rounds * rounds)); // Mann and Whitney 1947
console.log(JSON.stringify({
  attempts: rounds,
  wrongPasswordMs: +median(known).toFixed(2),
  unknownUserMs: +median(unknown).toFixed(2),
  ratio: +(median(known) / median(unknown)).toFixed(3),
  slower: +(wins / (rounds * rounds)).toFixed(3),
  byChance: [+(0.5 - chance).toFixed(3), +(0.5 + chance).toFixed(3)],
}));
