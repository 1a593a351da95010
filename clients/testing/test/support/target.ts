// Whom a conversation is held with: the fake server, or a real one.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeServer, type RightsRule, type TypeRules } from '../../src/index.js';
import { openWebSocket, type Handlers, type Wire } from './webSocket.js';

export interface Target {
  open(handlers: Handlers): Promise<Wire>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  end(): Promise<void>;
}

/** The same of a type in both worlds: rules, and the section of the file that says so. */
export interface SaidType {
  rules: TypeRules;
  toml: string;
}

/** The same rights in both worlds. */
export interface SaidRights {
  rules: { [userId: string]: RightsRule };
  toml: string;
}

/** What is configured for a conversation. */
export interface Configuration {
  types?: { [entityType: string]: SaidType };
  rights?: SaidRights;
}

export function fakeTarget({ types = {}, rights }: Configuration): Target {
  const rules = Object.fromEntries(Object.entries(types).map(([name, said]) => [name, said.rules]));
  const server = createFakeServer({ types: rules });
  for (const [userId, rule] of Object.entries(rights?.rules ?? {})) server.setRights(userId, rule);
  return {
    open: (handlers) =>
      new Promise((opened) => {
        const socket = server.openSocket('ws://fake/ws', 'coterie.v1');
        let dropped = false;
        socket.onmessage = ({ data }) => handlers.frame(String(data));
        socket.onclose = ({ code }) => handlers.closed(code);
        socket.onopen = () =>
          opened({
            send: (text) => socket.send(text),
            close: (code) => socket.close(code),
            drop: () => {
              if (!dropped) server.dropSocket(socket);
              dropped = true;
            },
          });
      }),
    fetch: (path, init) => server.fetch(`http://fake${path}`, init),
    end: () => Promise.resolve(),
  };
}

/** A server of its own for one conversation; its folder goes with it. */
export async function realTarget(binary: string, { types = {}, rights }: Configuration): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'coterie-conversation-'));
  const config = join(folder, 'coterie.toml');
  const sections = [...Object.values(types).map((said) => said.toml), rights?.toml ?? ''];
  writeFileSync(config, sections.join('\n'));
  const child = spawn(
    binary,
    ['serve', '--dev', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--config', config],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((done) => child.on('exit', () => done()));
  const base = await new Promise<string>((found, failed) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const address = /listening on (http:\S+)/.exec(text)?.[1];
      if (address) found(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', failed);
    child.on('exit', () => failed(new Error(`The server did not start:\n${text}`)));
  });
  return {
    open: (handlers) => openWebSocket(new URL('/ws', base), handlers),
    fetch: (path, init) => fetch(new URL(path, base), init),
    async end() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
