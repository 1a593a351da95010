// The fake server says what a real one says. The record beside this file is what a real server said; it is compared with
// the fake always, and with a real server where there is one: COTERIE_SERVER=/path/to/coterie.
// COTERIE_RECORD=1 writes the record anew, from that server.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '@coterie/protocol';
import { RECORDS } from './conversations/records.js';
import { ROOMS } from './conversations/rooms.js';
import { SESSIONS } from './conversations/sessions.js';
import { beginConversation, type Conversation } from './conversations/words.js';
import { Stage } from './support/stage.js';
import { fakeTarget, realTarget, type Target } from './support/target.js';

type Record = { [who: string]: JsonObject[] };

const CONVERSATIONS = [...RECORDS, ...ROOMS, ...SESSIONS];
const binary = process.env['COTERIE_SERVER'];
const recording = process.env['COTERIE_RECORD'] === '1';
const file = new URL('./conversations.json', import.meta.url);
const records = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as { [name: string]: Record };

/** One message a line, so that a difference between two recordings can be read. */
function textOf(all: { [name: string]: Record }): string {
  const block = (members: object, inner: (value: never) => string) =>
    Object.entries(members)
      .map(([name, value]) => `${JSON.stringify(name)}: ${inner(value as never)}`)
      .join(',\n');
  const heard = (messages: JsonObject[]) => `[\n${messages.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n ]`;
  return `{\n${block(all, (record: Record) => `{\n${block(record, heard)}\n}`)}\n}\n`;
}

async function held(conversation: Conversation, target: Target): Promise<Record> {
  beginConversation();
  const stage = new Stage(target);
  try {
    await conversation.play(stage);
    return JSON.parse(JSON.stringify(stage.record())) as Record;
  } finally {
    await stage.end();
  }
}

describe('With the fake server', () => {
  it.each(CONVERSATIONS)('$name', async (conversation) => {
    expect(await held(conversation, fakeTarget(conversation))).toEqual(records[conversation.name]);
  });
});

describe.skipIf(!binary)(
  binary ? `With ${binary}` : 'With a real server (skipped: name one by COTERIE_SERVER=/path/to/coterie)',
  () => {
    it.each(CONVERSATIONS)('$name', async (conversation) => {
      const record = await held(conversation, await realTarget(binary ?? '', conversation));
      if (recording) records[conversation.name] = record;
      expect(record).toEqual(records[conversation.name]);
    });
    afterAll(() => {
      if (recording) writeFileSync(file, textOf(records));
    });
  },
);
