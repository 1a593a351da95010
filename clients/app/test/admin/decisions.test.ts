import { describe, expect, it } from 'vitest';
import type { UserShown } from '../../src/admin/api/types.js';
import { insecureSettings } from '../../src/admin/insecure.js';
import { resolutionOf } from '../../src/conflicts/stored.js';
import { differences, userOf } from '../../src/admin/pages/users/changed.js';
import { rolesOf } from '../../src/admin/pages/users/RolesField.js';
import { diffLines } from '../../src/admin/rules/lines.js';
import { readRules } from '../../src/admin/rules/read.js';
import { nextOrder, sorted, type Column } from '../../src/ui/Table.js';

describe('A decision of a stored conflict', () => {
  it('comes to values and to fields that are taken away', () => {
    expect(resolutionOf({ price: 99, 'address.city': 'Ulm', gone: undefined })).toEqual({
      set: { price: 99, 'address.city': 'Ulm' },
      unset: ['gone'],
    });
    expect(resolutionOf({ price: 99 })).toEqual({ set: { price: 99 } });
  });

  it('is said by a word where it takes one side', () => {
    expect(resolutionOf('use-mine')).toBe('use-mine');
  });
});

describe('A user whom somebody else has changed', () => {
  const user: UserShown = {
    id: 'fred',
    name: 'Fred',
    colour: '#123456',
    initials: 'FR',
    roles: ['sales', 'admin'],
    version: 1,
    disabled: false,
    createdAt: '',
    updatedAt: '',
    updatedBy: 'ann',
  };

  it('is told of by what is different, whatever the order of roles', () => {
    expect(differences(user, { ...user, version: 2, roles: ['admin', 'sales'] })).toEqual([]);
    expect(differences(user, { ...user, roles: [], disabled: true })).toEqual([
      { what: 'Roles', was: 'admin, sales', is: 'none' },
      { what: 'State', was: 'enabled', is: 'disabled' },
    ]);
  });

  it('is not made up from a body that holds none', () => {
    expect([userOf(undefined), userOf(null), userOf({ id: 'x' })]).toEqual([null, null, null]);
    expect(rolesOf(' sales, stock  sales,')).toEqual(['sales', 'stock']);
  });
});

describe('Rules as text', () => {
  it('are laid line by line against others', () => {
    expect(diffLines('a\nb\nc', 'a\nx\nc\nd')).toEqual([
      { kind: 'same', text: 'a' },
      { kind: 'gone', text: 'b' },
      { kind: 'added', text: 'x' },
      { kind: 'same', text: 'c' },
      { kind: 'added', text: 'd' },
    ]);
  });

  it('are an object, and what is none is told in words', () => {
    expect(readRules('{"access": null}')).toEqual({ ok: true, rules: { access: null } });
    expect(readRules('[1]')).toMatchObject({ ok: false });
    expect(readRules('{')).toMatchObject({ ok: false, message: expect.stringContaining('no JSON') });
  });
});

describe('Insecure settings', () => {
  const home = { protocol: 'http:', hostname: '127.0.0.1' };
  const tones = (...given: Parameters<typeof insecureSettings>) => insecureSettings(...given).map((one) => one.tone);

  it('are development mode, a page without TLS, any origin, and missing limits', () => {
    expect(tones({ dev: true }, home)).toEqual(['danger']);
    expect(tones({ dev: false }, { protocol: 'http:', hostname: 'desk.example' })).toEqual(['danger']);
    expect(tones({ allowedOrigins: ['https://*'] }, home)).toEqual(['danger']);
    expect(tones({ limits: { messagesPerSecond: 0 } }, home)).toEqual(['danger']);
  });

  it('are none at home, or behind TLS, with limits', () => {
    const good = { host: '127.0.0.1', dev: false, limits: { messagesPerSecond: 50 }, auth: { accessTokenMs: 900_000 } };

    expect(insecureSettings(good, home)).toEqual([]);
    expect(insecureSettings({ ...good, host: '0.0.0.0' }, { protocol: 'https:', hostname: 'desk.example' })).toEqual(
      [],
    );
  });
});

describe('A table', () => {
  const columns: Column<{ name: string; size: number }>[] = [
    { name: 'Name', cell: () => null, by: (row) => row.name },
    { name: 'Size', cell: () => null, by: (row) => row.size, number: true },
  ];
  const rows = [
    { name: 'b10', size: 2 },
    { name: 'b9', size: 10 },
  ];
  const names = (name: string, down: boolean) => sorted(rows, columns, { name, down }).map((row) => row.name);

  it('sorts numbers as numbers, within texts too', () => {
    expect(names('Name', false)).toEqual(['b9', 'b10']);
    expect(names('Size', false)).toEqual(['b10', 'b9']);
    expect(names('Size', true)).toEqual(['b9', 'b10']);
  });

  it('goes from the best order to the other, and back to as it came', () => {
    const size = columns[1] as Column<{ name: string; size: number }>;
    const first = nextOrder(size, null);
    const second = nextOrder(size, first);

    expect([first?.down, second?.down, nextOrder(size, second)]).toEqual([true, false, null]);
    expect(sorted(rows, columns, null)).toBe(rows);
  });
});
