// The routes of records over HTTP, as an application with a `fetch` of its own uses them; the same script is held with a
// real server where there is one (COTERIE_SERVER), and both have to answer alike.
import { describe, expect, it } from 'vitest';
import { fakeTarget, realTarget, type Target } from './support/target.js';

interface Asked {
  what: string;
  body?: object;
  headers?: { [name: string]: string };
}

const at = '/api/v1/entities/Booking';
const one = `${at}/42`;
const merge = { 'Content-Type': 'application/merge-patch+json' };
const rests = (version: number) => ({ 'If-Match': `"${version}"` });
const filter = encodeURIComponent('{"price":{"$gte":12}}');

const SCRIPT: Asked[] = [
  { what: `GET ${one}` },
  { what: `POST ${at}`, body: { entityId: '42', data: { status: 'open', price: 10 } } },
  { what: `POST ${at}`, body: { entityId: '42', data: {} } },
  { what: `POST ${at}`, body: { op: 'create', data: {} } },
  { what: `GET ${one}` },
  { what: `GET ${one}`, headers: { 'If-None-Match': '"1"' } },
  { what: `PUT ${one}`, body: { data: { status: 'open', price: 12 } } },
  { what: `PUT ${one}`, headers: rests(1), body: { data: { status: 'open', price: 12 } } },
  { what: `PUT ${one}`, headers: rests(1), body: { data: { status: 'done', price: 10 } } },
  { what: `PUT ${one}`, headers: rests(2), body: { data: { status: 'open', price: 12 } } },
  { what: `PUT ${one}`, headers: rests(9), body: { data: {} } },
  { what: `PUT ${one}`, headers: { 'If-Match': '*' }, body: { data: {} } },
  { what: `PUT ${one}`, headers: rests(2), body: { data: {}, version: 1 } },
  { what: `PUT ${at}/43`, headers: { 'If-None-Match': '*' }, body: { data: { price: 1, at: { city: 'Bonn' } } } },
  { what: `PUT ${one}`, headers: { 'If-None-Match': '*' }, body: { data: {} } },
  { what: `PATCH ${one}`, headers: { ...merge, ...rests(2) }, body: { status: 'approved', note: null } },
  { what: `PATCH ${at}/43`, headers: { ...merge, ...rests(1) }, body: { at: { city: null, street: 'Hofgarten' } } },
  { what: `PATCH ${one}`, body: { increment: { price: -2 }, guard: { price: { $gte: 2 } } } },
  { what: `PATCH ${one}`, body: { increment: { price: -20 }, guard: { price: { $gte: 20 } } } },
  { what: `PATCH ${one}`, body: { set: { price: 3 } } },
  { what: `PATCH ${one}?version=4`, body: { set: { price: 30 } } },
  { what: `PATCH ${one}`, headers: { 'Content-Type': 'text/plain' }, body: {} },
  { what: `POST ${at}`, headers: { 'Idempotency-Key': 'once' }, body: { entityId: '44', data: { price: 20 } } },
  { what: `POST ${at}`, headers: { 'Idempotency-Key': 'once' }, body: { entityId: '44', data: { price: 20 } } },
  { what: `GET ${one}?version=1` },
  { what: `GET ${one}?version=9` },
  { what: `GET ${one}?verzion=1` },
  { what: `GET ${at}?filter=${filter}&sort=-price` },
  { what: `GET ${at}?limit=2&sort=price` },
  { what: `GET ${at}?page=2&pageSize=2&sort=price` },
  { what: `GET ${at}?data=false&count=true` },
  { what: `GET ${at}?pageSize=2` },
  { what: `GET ${at}?filter=price` },
  { what: `GET ${at}?filtre=${filter}` },
  { what: `GET ${one}/history?after=0&limit=1` },
  { what: `GET ${one}/history` },
  { what: `GET ${one}/blame` },
  { what: `DELETE ${one}` },
  { what: `DELETE ${one}`, headers: rests(5) },
  { what: `GET ${one}` },
];

interface Told {
  status: number;
  etag: string | null;
  location: string | null;
  body: { [name: string]: unknown };
}

/** What is another at each run says the same in both. */
const alike = (text: string): string =>
  text
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
    .replace(/"(mutationId|epoch|cursor)":"[^"]*"/g, '"$1":"…"')
    .replace(/: syntax error\./g, '.')
    .replace(/"(rights|retryAfterMs)":("[^"]*"|\d+),?/g, '');

async function told(target: Target): Promise<Told[]> {
  const all: Told[] = [];
  for (const { what, body, headers } of SCRIPT) {
    const [method = '', path = ''] = what.split(' ');
    const sent = { Authorization: 'Bearer dev:ann', 'Content-Type': 'application/json', ...headers };
    const response = await target.fetch(path, {
      method,
      headers: sent,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = alike(await response.text());
    const { status } = response;
    const etag = response.headers.get('ETag');
    const location = response.headers.get('Location');
    all.push({ status, etag, location, body: text ? (JSON.parse(text) as Told['body']) : {} });
  }
  return all;
}

describe('Records over HTTP', () => {
  it('are made, read, changed, listed and deleted as by the real server', async () => {
    const answers = await told(fakeTarget({}));
    const by = new Map(answers.map((answer, index) => [index, answer]));
    expect(answers.map(({ status }) => status)).toEqual([
      404, 201, 409, 400, 200, 304, 428, 200, 409, 200, 409, 400, 400, 201, 409, 200, 200, 200, 409, 428, 200, 415, 201,
      201, 200, 404, 400, 200, 200, 200, 200, 400, 400, 400, 200, 200, 200, 428, 204, 404,
    ]);
    expect(by.get(1)).toMatchObject({ etag: '"1"', location: one, body: { data: { price: 10 }, version: 1 } });
    expect(by.get(8)).toMatchObject({ etag: '"2"', body: { title: 'Conflict', fields: { status: 'yours' } } });
    expect(by.get(15)).toMatchObject({ etag: '"3"', body: { data: { status: 'approved', price: 12 } } });
    expect(by.get(16)?.body['data']).toEqual({ price: 1, at: { street: 'Hofgarten' } });
    expect(by.get(29)?.body).toMatchObject({ total: 3, pageCount: 2, entities: [{ entityId: '42' }] });
    expect(by.get(38)).toMatchObject({ etag: '"6"', body: {} });
  });

  const binary = process.env['COTERIE_SERVER'];
  it.skipIf(!binary)('are answered word for word as by the real server', async () => {
    const fake = await told(fakeTarget({}));
    const target = await realTarget(binary ?? '', {});
    try {
      const real = await told(target);
      for (const [index, answer] of fake.entries()) expect.soft(answer, SCRIPT[index]?.what).toEqual(real[index]);
    } finally {
      await target.end();
    }
  });
});
