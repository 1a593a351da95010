// What many teams write first: a Node server that runs one SQLite transaction for each edit, durable before it answers
// and broadcasts. SQLite is node-sqlite3-wasm, which installs without a compiler; it knows no WAL, so the journal is a
// rollback journal with synchronous=FULL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { WebSocketServer, WebSocket } from 'ws';

const folder = mkdtempSync(join(process.env.BENCH_DIRECTORY ?? tmpdir(), 'durable-'));
const db = new sqlite.Database(join(folder, 'durable.db'));
db.exec('PRAGMA synchronous=FULL');
db.exec('CREATE TABLE entity(id TEXT PRIMARY KEY, version INTEGER, doc TEXT)');
db.exec('CREATE TABLE event(seq INTEGER PRIMARY KEY, id TEXT, version INTEGER, changes TEXT)');
const read = db.prepare('SELECT version, doc FROM entity WHERE id=?');
const create = db.prepare('INSERT INTO entity VALUES(?,0,?)');
const update = db.prepare('UPDATE entity SET version=?, doc=? WHERE id=? AND version=?');
const log = db.prepare('INSERT INTO event(id, version, changes) VALUES(?,?,?)');
for (let i = 0; i < 20; i++) create.run([`d${i}`, '{}']);

let edits = 0;
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
const subscribers = new Set();
server.on('connection', (socket) => {
  let role = null;
  socket.on('message', (data) => {
    if (role === null) {
      role = data.toString();
      if (role === 'sub') subscribers.add(socket);
      return;
    }
    if (role !== 'pub') return;
    const text = data.toString();
    const id = `d${edits++ % 20}`;
    db.exec('BEGIN IMMEDIATE');
    const { version } = read.get([id]);
    JSON.parse(text);
    update.run([version + 1, text, id, version]);
    log.run([id, version + 1, text]);
    db.exec('COMMIT');
    socket.send(`{"committed":${edits}}`);
    for (const one of subscribers) if (one.readyState === WebSocket.OPEN) one.send(text);
  });
  socket.on('close', () => subscribers.delete(socket));
});
server.on('listening', () => console.log(`listening on ${server.address().port}`));
process.on('SIGTERM', () => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
