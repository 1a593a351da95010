// The words of a text, as full-text search sees them: runs of letters and digits, without regard to case and accents.
// `word*` stands for any word that begins so; whatever else a search holds separates words and means nothing.
import { Refusal } from '../refusal.js';

const MOST_WORDS = 32;
/** Letters that do not come apart into a letter and an accent. */
const LETTERS: { [letter: string]: string } = {
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŧ: 't',
  ĳ: 'ij',
};

export interface SearchWord {
  text: string;
  /** Any word that begins so. */
  prefix: boolean;
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[æœßøđðþłħıŧĳ]/g, (letter) => LETTERS[letter] ?? letter);
}

export function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Throws a Refusal: no word at all, or too many. */
export function parseSearch(text: string): SearchWord[] {
  const words = (fold(text).match(/[\p{L}\p{N}]+\*?/gu) ?? []).map((word) =>
    word.endsWith('*') ? { text: word.slice(0, -1), prefix: true } : { text: word, prefix: false },
  );
  if (words.length === 0) throw new Refusal('bad_request', 'A search names at least one word.');
  if (words.length > MOST_WORDS) throw new Refusal('too_large', `A search names at most ${MOST_WORDS} words.`);
  return words;
}
