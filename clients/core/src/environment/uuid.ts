// Ids that sort by the time of their making (UUIDv7), also those of one millisecond: mutations are told apart by
// them for ever, and a queue reads in the order it was filled.

/** Fills the bytes with what nobody can guess. */
export type FillRandom = (bytes: Uint8Array) => void;

const COUNTER_MOST = 0xfff;

export function uuidMaker(now: () => number, fill: FillRandom): () => string {
  let lastMs = -1;
  let counter = 0;
  return () => {
    const bytes = new Uint8Array(16);
    fill(bytes);
    const ms = Math.floor(now());
    // A clock that stands still or was set back goes on from where it was.
    if (ms > lastMs) {
      lastMs = ms;
      counter = (((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) & 0x7ff;
    } else if (++counter > COUNTER_MOST) {
      lastMs += 1;
      counter = 0;
    }
    return written(bytes, lastMs, counter);
  };
}

function written(bytes: Uint8Array, ms: number, counter: number): string {
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(ms / 0x1_0000_0000));
  view.setUint32(2, ms % 0x1_0000_0000);
  view.setUint16(6, 0x7000 | counter);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
