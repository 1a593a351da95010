// How the numbers of sequences are written: `order` draws ORDER-2026-000001, ORDER-2026-000002, ... unless configured.

/** `ORD-{year}-{number:6}`, by the sequence's name. */
export type NumberFormats = { readonly [sequence: string]: string };

function formatOf(formats: NumberFormats, sequence: string): string {
  if (Object.hasOwn(formats, sequence)) return formats[sequence] ?? '';
  const name = sequence.replace(/[{}]/g, '_').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return `${name}-{year}-{number:6}`;
}

/** The counter behind it: one for each year, where the year stands in the number. */
export function counterOf(formats: NumberFormats, sequence: string, now: number): string {
  const yearly = formatOf(formats, sequence).includes('{year}');
  return `${sequence}/${yearly ? new Date(now).getUTCFullYear() : ''}`;
}

export function numberText(formats: NumberFormats, sequence: string, now: number, number: number): string {
  return formatOf(formats, sequence)
    .replace('{year}', String(new Date(now).getUTCFullYear()))
    .replace(/\{number(?::(\d+))?\}/, (_, digits = '1') => String(number).padStart(Number(digits), '0'));
}
