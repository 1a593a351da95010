// The line between one browser and the server, which a test cuts and mends: an address of its own that passes bytes on.
// (The browser's own "offline" leaves a WebSocket that stands alone.)
import { connect, createServer } from 'node:net';

export class Line {
  isCut = false;
  sockets = new Set();

  static async open(server) {
    const line = new Line();
    line.listener = createServer((near) => line.pass(near, server.port));
    await new Promise((done) => line.listener.listen(0, '127.0.0.1', done));
    line.url = `http://127.0.0.1:${line.listener.address().port}`;
    return line;
  }

  pass(near, port) {
    if (this.isCut) return near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      this.sockets.add(one);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }

  cut() {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend() {
    this.isCut = false;
  }

  close() {
    this.cut();
    this.listener.close();
  }
}
