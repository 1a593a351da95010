// A WebSocket client of a few lines over node:http, for talking to a real server: Node 18 has none of its own.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

export interface Wire {
  send(text: string): void;
  close(code: number): void;
  /** Cuts the line. */
  drop(): void;
}

export interface Handlers {
  frame(text: string): void;
  closed(code: number): void;
}

function frame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

/** Takes whole frames off the front of what has come; the server sends none in parts. */
function takeFrame(bytes: Buffer): { opcode: number; payload: Buffer; rest: Buffer } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return null;
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + size) return null;
  const opcode = bytes.readUInt8(0) & 0x0f;
  return { opcode, payload: bytes.subarray(head, head + size), rest: bytes.subarray(head + size) };
}

export function openWebSocket(url: URL, handlers: Handlers): Promise<Wire> {
  return new Promise((opened, failed) => {
    const asked = request(url, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        'Sec-WebSocket-Protocol': 'coterie.v1',
      },
    });
    asked.on('error', failed);
    asked.on('response', ({ statusCode }) => failed(new Error(`The server answered ${statusCode}.`)));
    asked.on('upgrade', (_, socket: Socket, early: Buffer) => {
      let bytes = early;
      let code = 1006;
      const read = () => {
        for (let next = takeFrame(bytes); next; next = takeFrame(bytes)) {
          bytes = next.rest;
          if (next.opcode === 1) handlers.frame(next.payload.toString('utf8'));
          if (next.opcode === 8) {
            code = next.payload.length >= 2 ? next.payload.readUInt16BE(0) : 1005;
            socket.end(frame(8, next.payload.subarray(0, 2)));
          }
        }
      };
      socket.on('data', (more: Buffer) => {
        bytes = Buffer.concat([bytes, more]);
        read();
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => handlers.closed(code));
      read();
      opened({
        send: (text) => void socket.write(frame(1, Buffer.from(text))),
        close: (with_) => void socket.write(frame(8, Buffer.from([with_ >> 8, with_ & 0xff]))),
        drop: () => socket.destroy(),
      });
    });
    asked.end();
  });
}
