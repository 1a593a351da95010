// What names may look like. The server's own rules.
export function isEntityType(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(text);
}

export function isEntityId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$/.test(text);
}

export function isReaderName(text: string): boolean {
  return text.length <= 64 && isEntityId(text);
}

export function isMutationId(text: string): boolean {
  return /^[!-~]{1,64}$/.test(text);
}

/** 1 to 64 printable characters: no controls, no marks of direction, nothing that is no character. */
export function isLabel(text: string): boolean {
  const characters = [...text];
  return characters.length > 0 && characters.length <= 64 && characters.every(isPrintable);
}

function isPrintable(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  const within = (from: number, to: number) => point >= from && point <= to;
  const control = point < 0x20 || within(0x7f, 0x9f);
  const mark =
    point === 0x61c || point === 0xfeff || within(0x200b, 0x200f) || within(0x2028, 0x202e) || within(0x2060, 0x206f);
  const noCharacter = (point & 0xfffe) === 0xfffe || within(0xfdd0, 0xfdef) || within(0xd800, 0xdfff);
  return !control && !mark && !noCharacter;
}

/** `2026-11-23T04:00:00.123Z`, and a day that there is. */
export function isTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
