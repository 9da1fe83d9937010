/**
 * The stored search text, and the words that match it. Its index has trigrams, and the locale of the database decides which characters
 * are letters: in C, the locale of the embedded database, only ASCII. So each word with non-ASCII characters is stored once more,
 * encoded in capitals. Folded text has no capitals, so no other word matches them.
 */
import { foldText } from './foldText.ts'

const LETTERS = 26
// From this code point on, scripts have thousands of characters and short words, so a character is encoded in two letters.
const IDEOGRAPHIC_FROM = 0x2e80

/** Returns the search text to store for these lines. */
export function searchTextOf(...lines: string[]): string {
  const folded = foldText(lines.join('\n'))
  const encoded = new Set(wordsIn(folded).filter(hasNonAscii).map(encode))
  return encoded.size === 0 ? folded : `${folded}\n${[...encoded].join(' ')}`
}

/**
 * Returns the search text to store where words are found by their beginnings: each word after a space. A match contains the stored
 * forms of a word, each after a space.
 */
export const prefixSearchTextOf = (...lines: string[]): string => ` ${wordsIn(searchTextOf(...lines)).join(' ')}`

/** Escapes the wildcards of LIKE, so that the pattern matches only the text itself. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** Returns the folded words of a search term; empty if the term has nothing to search for. */
export const searchedWords = (text: string): string[] => wordsIn(foldText(text))

/** Returns the forms in which a word is stored: the word, and its encoding for the index. A match contains both. */
export const storedFormsOf = (word: string): string[] => (hasNonAscii(word) ? [word, encode(word)] : [word])

const wordsIn = (folded: string): string[] => folded.split(/[\s\p{Cc}]+/u).filter((word) => word !== '')

const hasNonAscii = (word: string): boolean => /\P{ASCII}/u.test(word)

/** Encodes each character in one or two letters. Many characters share a code, so a code narrows a search but never decides it. */
function encode(word: string): string {
  let code = ''
  for (const character of word) {
    const codePoint = character.codePointAt(0) ?? 0
    code += letter(codePoint)
    if (codePoint >= IDEOGRAPHIC_FROM) code += letter(Math.floor(codePoint / LETTERS))
  }
  return code
}

const letter = (number: number): string => String.fromCharCode(65 + (number % LETTERS))
