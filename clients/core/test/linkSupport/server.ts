// The real server, in a folder of its own: started, killed and started again on the same port. Needs COTERIE_SERVER, the
// path of the binary.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const serverBinary = process.env['COTERIE_SERVER'];
if (!serverBinary) console.warn('COTERIE_SERVER names no server: the tests against a real one are skipped.');

export class RealServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'coterie-'));
  private child: ChildProcess | null = null;
  log = '';
  port = 0;

  constructor(
    private readonly flags: readonly string[] = ['--dev'],
    configuration = '',
    secrets: { [file: string]: string } = {},
  ) {
    for (const [file, text] of Object.entries(secrets)) writeFileSync(join(this.folder, file), text, { mode: 0o600 });
    writeFileSync(join(this.folder, 'coterie.toml'), configuration);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  start(): Promise<void> {
    const args = ['--config', join(this.folder, 'coterie.toml'), 'serve', '--data', join(this.folder, 'data')];
    args.push('--listen', `127.0.0.1:${this.port}`, ...this.flags);
    const child = spawn(serverBinary ?? '', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server did not start: ${this.log}`)), 10_000);
      child.stderr.on('data', (data: Buffer) => (this.log += data.toString()));
      child.stdout.on('data', (data: Buffer) => {
        const found = /listening on http:\/\/[^:]+:(\d+)/.exec(data.toString());
        if (!found) return;
        clearTimeout(late);
        this.port = Number(found[1]);
        resolve();
      });
    });
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.on('exit', () => resolve());
      child.kill(signal);
    });
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A way to the server that can be cut: connections end without a word, and new ones find nobody while it is down. */
export class Cable {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  port = 0;

  constructor(private readonly to: () => number) {}

  async up(): Promise<void> {
    this.server = createServer((near) => {
      const far = connect(this.to(), '127.0.0.1');
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as { port: number }).port;
  }

  async cut(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const socket of this.sockets) socket.resetAndDestroy();
    this.sockets.clear();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }
}
